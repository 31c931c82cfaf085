"""The condition of a posting, evaluated as DynamoDB would: no order of postings takes a balance out of its bounds."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.change import Posting
from chalicelib.stores.dynamo import Write
from chalicelib.stores.ledger import Ledger
from tests.builders_stores import LocalKeys, change
from tests.unit.test_ledger_writes import TABLES, Noting, Vault

NEW = "attribute_not_exists(pk)"
AMOUNTS = st.integers(-20, 20)
BOUNDS = st.none() | st.integers(-30, 30)


def _balance(posting: Posting) -> Write:
    noting = Noting()
    Ledger(noting, TABLES, Vault(LocalKeys())).commit(change("cas_A", postings=(posting,)), None)
    return next(write for write in noting.writes if write.role.startswith("account:"))


def _holds(write: Write, row: dict[str, int] | None) -> bool:
    """The little of DynamoDB's language that postings use."""
    if write.condition is None:
        return True
    new, either, rest = write.condition.partition(" OR ")
    if not either:
        rest = write.condition
    elif new == NEW and row is None:
        return True
    return row is not None and all(
        _compares(part, row, write.values) for part in rest.strip("()").split(" AND ")
    )


def _compares(part: str, row: dict[str, int], values: Any) -> bool:
    name, sign, value = part.split()
    if sign == "=":
        return bool(row[name] == values[value])
    return row[name] >= values[value] if sign == ">=" else row[name] <= values[value]


def _applied(write: Write, row: dict[str, int] | None) -> dict[str, int]:
    opening = write.values[":opening"]
    row = row or {"bal": opening, "avail": opening, "held": 0}
    return {
        "bal": row["bal"] + write.values[":bal"],
        "avail": row["avail"] + write.values[":avail"],
        "held": row["held"] + write.values[":held"],
    }


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), max_size=12), BOUNDS, BOUNDS, st.integers(-10, 10))
def test_a_posting_is_taken_exactly_when_it_keeps_to_its_bounds_and_to_what_is_held(
    moves, low, high, opening
):
    row = None
    for balance, free in moves:
        posting = Posting("a", "use", balance, free, minimum=low, maximum=high, opening=opening)
        write = _balance(posting)
        after = _applied(write, row)
        fits = (low is None or after["avail"] >= low) and (high is None or after["avail"] <= high)
        fits = fits and (balance >= free or after["held"] >= 0)
        assert _holds(write, row) == fits
        if fits:
            row = after
            assert low is None or row["avail"] >= low
            assert high is None or row["avail"] <= high
            assert row["held"] == row["bal"] - row["avail"]


def test_an_account_without_bounds_asks_for_nothing():
    assert _balance(Posting("a", "use", 1, 1)).condition is None


def test_a_number_is_taken_from_the_balance_that_was_read_or_not_at_all():
    write = _balance(Posting("n", "number", 1, 1, expected=7))
    assert [_holds(write, row) for row in (None, _row(6), _row(7), _row(8))] == [False, False, True, False]
    assert _holds(_balance(Posting("n", "number", 1, 1, expected=0)), None)


def _row(balance: int) -> dict[str, int]:
    return {"bal": balance, "avail": balance, "held": 0}
