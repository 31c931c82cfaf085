"""Rosters, the log and its checkpoint: canonical rows, trees that are proven, numbers without gaps."""

from __future__ import annotations

import base64
import random  # noqa: TID251  by a fixed seed
from typing import Any

import pytest
import rfc8785

from chalicelib.domain import canonical, merkle
from chalicelib.domain.draws import commitment, log, result, rosters
from chalicelib.domain.problems import Problem
from infra import verify
from tests.builders_draws import KEY, ORIGIN, draw, inspector_rows, object_rows

ROWS = object_rows(random.Random(3), 40)


def test_a_row_is_its_line_of_the_file_as_rfc_8785_writes_it() -> None:
    for row in (*ROWS, *inspector_rows(random.Random(3), 40)):
        roster = "objects" if row["id"].startswith("ent") else "inspectors"
        assert rosters.line(roster, row) == rfc8785.dumps(row)


@pytest.mark.parametrize("size", [*range(20), 40])
def test_the_tree_that_grows_is_the_tree_of_rfc_6962(size: int) -> None:
    said = rosters.summary("objects", ROWS[:size])
    leaves = [rosters.line("objects", row) for row in ROWS[:size]]
    assert said == {"count": size, "root": merkle.root(leaves).hex()}
    tree = rosters.levels([merkle.leaf_hash(one) for one in leaves])
    for index in range(size):
        path = rosters.proof(tree, index)
        assert path == merkle.path(tree[0], index)
        assert verify.root_by_path(index, size, tree[0][index], path) == bytes.fromhex(said["root"])


@pytest.mark.parametrize("rows", [[ROWS[1], ROWS[0]], [ROWS[0], ROWS[0]]])
def test_rows_out_of_order_or_twice_are_refused(rows: list[dict[str, Any]]) -> None:
    with pytest.raises(Problem, match="out of order"):
        rosters.summary("objects", rows)


@pytest.mark.parametrize("change", [
    {"cap": 1.5}, {"name": "e\u0301"}, {"n": 2**53}, {"address": {"town": "x"}}, {"id": "a b"}, {"salt": "0" * 31},
    {"salt": "A" * 32}, {"id": ""}, {"键": 1},
])  # fmt: skip
def test_what_could_be_written_in_two_ways_is_no_row(change: dict[str, Any]) -> None:
    with pytest.raises(Problem):
        rosters.line("objects", ROWS[0] | change)


def test_salts_are_the_same_for_the_same_row_and_nobody_elses() -> None:
    keys = (("a",), ("a", "b"), ("ab",))
    asked = [(n, roster, key) for n in (1, 2) for roster in ("objects", "conflicts") for key in keys]
    made = [rosters.salt(bytes([n]) * 32, roster, *key) for n, roster, key in asked]
    assert len(set(made)) == len(made)
    assert rosters.salt(b"\x01" * 32, "objects", "a") == made[0]
    assert all(rosters.SALT.fullmatch(one) for one in made)


def test_nobody_leaves_the_roster_without_a_reason() -> None:
    said = commitment.departures(ROWS[:5], ROWS[2:], {"ent-0000000": "deregistered", "ent-0000001": "merged"})
    assert said == [
        {"id": "ent-0000000", "reason": "deregistered"},
        {"id": "ent-0000001", "reason": "merged"},
    ]
    with pytest.raises(Problem, match="without a reason"):
        commitment.departures(ROWS[:5], ROWS[2:], {"ent-0000000": "deregistered"})


def test_two_draws_of_a_series_follow_each_other_in_its_log() -> None:
    first = draw(1)
    second = draw(2, source="fallback", earlier=first.entries)
    log.check(second.entries)
    assert second.documents["commitment"]["previous"] == canonical.digest(first.documents["commitment"])


def _spoilt(entries: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    later = [one | {"number": 3} if one["number"] == 2 else one for one in entries]
    return {
        "a number is missing": later,
        "a second commitment": [entries[0], *entries],
        "a result before the values": [entries[0], entries[2], entries[1], *entries[3:]],
        "a draw that never ended": [*entries[:2], *entries[5:]],
        "time runs back": [entries[0], entries[1] | {"at": entries[0]["at"] - 1}],
        "a result twice": [*entries[:3], entries[2]],
        "a void draw that counts again": [*entries[:2], entries[2] | {"kind": "void"}, entries[2]],
    }


@pytest.mark.parametrize("what", list(_spoilt([{"at": 0, "number": 1}] * 9)))
def test_a_log_with_a_gap_or_a_turn_is_refused(what: str) -> None:
    entries = draw(2, source="fallback", earlier=draw(1).entries).entries
    with pytest.raises(Problem) as refused:
        log.check(_spoilt(entries)[what])
    assert refused.value.code == "draw-log"


def test_the_checkpoint_is_a_signed_note() -> None:
    """c2sp.org/signed-note: the key's hash before the signature, over the text with its last newline."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    entries = draw(1).entries
    text, _, signatures = KEY.note(entries).partition("\n\n")
    assert text.split("\n") == [ORIGIN, str(len(entries)), base64.b64encode(log.root(entries)).decode()]
    dash, name, said = signatures.rstrip("\n").split(" ")
    raw = base64.b64decode(said)
    assert (dash, name, raw[:4].hex()) == ("—", ORIGIN, KEY.verifier.split("+")[1])
    Ed25519PublicKey.from_public_bytes(KEY.public).verify(raw[4:], (text + "\n").encode())


def test_the_key_of_the_standards_own_example_has_the_hash_that_it_says() -> None:
    """golang.org/x/mod/sumdb/note, the key of sum.golang.org."""
    published = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    name, hash_, key = published.split("+", 2)
    raw = base64.b64decode(key)
    assert raw[:1] == log.ED25519
    assert log.key_hash(name, raw[1:]).hex() == hash_


def test_an_entry_is_proven_to_be_in_the_log() -> None:
    entries = draw(1).entries
    for index, one in enumerate(entries):
        path = [bytes.fromhex(node) for node in log.inclusion(entries, index)]
        leaf = merkle.leaf_hash(log.leaf(one))
        assert verify.root_by_path(index, len(entries), leaf, path) == log.root(entries)


def test_a_shortage_takes_the_pool_that_was_declared_and_no_new_seed() -> None:
    made = [draw(n, objects=80, inspectors=(20, 24)[n % 2], cap=1) for n in range(12)]
    pools = [one.documents["result"]["pool"] for one in made]
    assert {0, 1, None} == set(pools)
    for one in made:
        seeds = {one.documents[name]["seed"] for name in ("result", "notice")}
        assert seeds == {one.ground.seed.hex()}
        assert (one.documents["result"]["pool"] is None) == ("void" in one.documents) == bool(one.short)


def test_after_a_recusal_the_next_smallest_ticket_stands_in() -> None:
    made = draw(4, inspectors=40, recusals=0)
    ground, said = made.ground, made.documents["result"]
    visit = said["visits"][0]
    place, team = (visit["object"], visit["team"][0][0]), {one for _, one in visit["team"]}
    wanted = {"reason": "relative", "approver": "zhou.jie", "at": 1}
    one = result.replacement(ground, said, [], place, wanted)
    able = [each for each in ground.eligible(place, said["pool"]) if each not in team]
    order = sorted(able, key=lambda each: ground.ticket(place, each))
    assert (one["recused"], one["replacement"]) == (visit["team"][0][1], order[0])
    two = result.replacement(ground, said, [one], place, wanted)
    assert (two["ordinal"], two["recused"], two["replacement"]) == (2, order[0], order[1])
    three = result.replacement(ground, said, [one, two], place, wanted)
    assert three["replacement"] == order[2]
