"""Who is drawn: quotas in integers, tickets from committed salts, shards that make no difference, no favour."""

from __future__ import annotations

import hashlib
import random  # noqa: TID251  by a fixed seed
from collections import Counter
from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.draws import commitment, plan, tickets
from chalicelib.domain.problems import Problem
from tests.builders_draws import object_rows, plan_document

READ = plan.read(plan_document())
SEED = hashlib.sha256(b"a seed").digest()
ROWS = object_rows(random.Random(1), 300)
SIZES = commitment.objects(READ, ROWS)["strata"]
QUOTAS = READ.quotas(SIZES)


def test_a_known_ticket() -> None:
    """Written out from the page's words, so that nobody changes the bytes unseen."""
    salt = "000102030405060708090a0b0c0d0e0f"
    bytes_ = [SEED + b"\x00obj\x00" + bytes.fromhex(salt) + bytes([0, j]) for j in range(3)]
    assert len(bytes_[0]) == 55  # one block of SHA-256
    assert tickets.ticket(SEED, salt, 3) == min(hashlib.sha256(one).digest() for one in bytes_)
    assert (
        tickets.ticket(SEED, salt).hex() == "e338a07c86f55487a05439405ad1fd2acb2a07f0e9a6f7f6bceaa35e58010e3b"
    )


@given(st.integers(0, 10_000), st.integers(0, 50), st.integers(1, 50), st.integers(0, 30), st.integers(0, 60))
def test_a_quota_is_the_share_rounded_up_within_its_bounds(
    size: int, num: int, den: int, low: int, over: int
) -> None:
    num, high = min(num, den), low + over
    share = ceil(Fraction(size * num, den))
    assert plan.Quota(num, den, low, high).of(size) == min(size, max(low, min(share, high)))


@pytest.mark.parametrize(
    ("size", "due"), [(0, 0), (1, 1), (33, 1), (34, 2), (100, 3), (101, 4), (200_000, 4000)]
)
def test_three_in_a_hundred_of_these_are_so_many(size: int, due: int) -> None:
    assert plan.Quota(3, 100, 1, 4000).of(size) == due


def test_the_smallest_tickets_of_each_stratum_are_drawn() -> None:
    drawn = tickets.sieve(READ, SEED, QUOTAS, ROWS)
    stratum_of = READ.sorter()
    for name, quota in QUOTAS.items():
        rows = [row for row in ROWS if stratum_of(row) == name]
        everyone = sorted((tickets.ticket(SEED, row["salt"], READ.weight(row)), row["id"]) for row in rows)
        assert [tuple(one) for one in drawn[name]] == everyone[:quota]


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 16))
def test_shards_in_any_order_draw_the_same(chance: random.Random, shards: int) -> None:
    rows = ROWS.copy()
    chance.shuffle(rows)
    parts = [tickets.sieve(READ, SEED, QUOTAS, rows[n::shards]) for n in range(shards)]
    parts.append(chance.choice(parts))  # one that was delivered twice
    chance.shuffle(parts)
    assert tickets.merged(QUOTAS, parts) == tickets.sieve(READ, SEED, QUOTAS, ROWS)


def test_a_sieve_keeps_no_more_than_a_few_times_its_quota() -> None:
    sieve = tickets.Sieve(10)
    for n in range(100_000):
        sieve.offer(hashlib.sha256(n.to_bytes(4, "big")).digest(), str(n))
        assert len(sieve._kept) <= 84
    every = sorted((hashlib.sha256(n.to_bytes(4, "big")).digest(), str(n)) for n in range(100_000))
    assert [tuple(one) for one in sieve.smallest()] == every[:10]


def test_a_quota_of_nobody_draws_nobody() -> None:
    assert tickets.sieve(READ, SEED, dict.fromkeys(QUOTAS, 0), ROWS) == {"good": [], "poor": []}


@pytest.mark.parametrize(
    "change", [{"grade": "E"}, {"grade": None}, {"departments": []}, {"salt": "00"}, {"id": "望城"}]
)
def test_a_row_that_the_plan_cannot_place_is_refused_at_the_commitment(change: dict[str, Any]) -> None:
    with pytest.raises(Problem) as refused:
        commitment.objects(READ, [*ROWS[:3], ROWS[3] | change])
    assert refused.value.code in {"draw-row", "not-canonical"}


def test_no_row_is_in_two_strata() -> None:
    both = plan_document()
    both["strata"][1]["where"] = {"grade": ["B", "C", "D"]}
    with pytest.raises(Problem, match="2 strata"):
        commitment.objects(plan.read(both), ROWS)


@pytest.mark.parametrize("change", [
    {"strata": []}, {"slots": []}, {"cap": -1}, {"weights": {"field": "grade", "of": {"A": 0}}}, {"lead_ms": 1.5},
    {"weights": {"field": "grade", "of": {"A": 1_001}}}, {"algo": "mine"}, {"strata": [{"id": "a"}]}, {"pools": "1"},
])  # fmt: skip
def test_a_plan_that_could_be_read_in_two_ways_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Problem):
        plan.read(plan_document(**change))


def _seeds(number: int) -> list[bytes]:
    return [hashlib.sha256(n.to_bytes(4, "big")).digest() for n in range(number)]


def _chi_square_p(observed: list[int], expected: float) -> float:
    """The upper tail by Wilson and Hilferty's cube root: good to a few per cent of p for 10 and more degrees."""
    from statistics import NormalDist

    freedom = len(observed) - 1
    value = sum((one - expected) ** 2 / expected for one in observed)
    z = ((value / freedom) ** (1 / 3) - (1 - 2 / (9 * freedom))) / (2 / (9 * freedom)) ** 0.5
    return 1 - NormalDist().cdf(z)


@pytest.mark.parametrize("number", [1_000, pytest.param(10_000, marks=pytest.mark.proof)])
def test_everybody_of_equal_weight_is_drawn_alike(number: int) -> None:
    """χ² over who was drawn, p > 0.001 for each stratum. Drawing without replacement makes counts a little too even:

    the statistic is scaled by (n−1)/(n−k), as for k of n drawn each time."""
    rows = object_rows(random.Random(2), 60)
    for row in rows:
        row["grade"] = "A" if row["grade"] in "AB" else "C"
    quotas = {"good": 5, "poor": 4}
    counts: dict[str, Counter[str]] = {"good": Counter(), "poor": Counter()}
    for seed in _seeds(number):
        for name, drawn in tickets.sieve(READ, seed, quotas, rows).items():
            counts[name].update(one.id for one in drawn)
    for name, k in quotas.items():
        size = sum(READ.sorter()(row) == name for row in rows)
        expected = number * k / size
        spread = ((size - 1) / (size - k)) ** 0.5  # in place of the counts' own variance
        observed = [expected + (counts[name][row["id"]] - expected) * spread for row in rows
                    if READ.sorter()(row) == name]  # fmt: skip
        assert _chi_square_p(observed, expected) > 0.001  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [2_000, pytest.param(10_000, marks=pytest.mark.proof)])
def test_a_weight_is_so_many_chances_of_the_first_draw(number: int) -> None:
    """Of two rows with weights 1 and w the heavy one comes first in w of w + 1 draws: within 4 standard deviations."""
    for weight in (2, 4, 8):
        first = 0
        for seed in _seeds(number):
            light, heavy = tickets.ticket(seed, "00" * 16), tickets.ticket(seed, "11" * 16, weight)
            first += heavy < light
        share = weight / (weight + 1)
        assert abs(first - number * share) < 4 * (number * share * (1 - share)) ** 0.5


def test_who_knows_everything_but_the_salts_is_no_better_than_chance() -> None:
    """The outsider tries: public ids and grades, the seed, a firm's own row and salt, and guesses of salts."""
    drawn = {one.id for some in tickets.sieve(READ, SEED, QUOTAS, ROWS).values() for one in some}
    mine = ROWS[0]["salt"]
    guesses = {
        "none": lambda row: "00" * 16,
        "my own": lambda row: mine,
        "of the id": lambda row: hashlib.sha256(row["id"].encode()).hexdigest()[:32],
        "of my salt and the id": lambda row: hashlib.sha256((mine + row["id"]).encode()).hexdigest()[:32],
        "of the seed": lambda row: hashlib.sha256(SEED + row["id"].encode()).hexdigest()[:32],
    }
    for guess in guesses.values():
        tried = tickets.sieve(READ, SEED, QUOTAS, [row | {"salt": guess(row)} for row in ROWS[1:]])
        hit = len(drawn & {one.id for some in tried.values() for one in some})
        assert hit <= len(drawn) // 3
    knowing = tickets.sieve(READ, SEED, QUOTAS, ROWS)
    assert {one.id for some in knowing.values() for one in some} == drawn
