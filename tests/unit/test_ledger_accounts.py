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
    return row[name] >= values[value] if sign == ">=" else row[name] <= values[value]


def _applied(write: Write, row: dict[str, int] | None) -> dict[str, int]:
    opening = write.values[":opening"]
    row = row or {"bal": opening, "avail": opening}
    return {"bal": row["bal"] + write.values[":bal"], "avail": row["avail"] + write.values[":avail"]}


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), max_size=12), BOUNDS, BOUNDS, st.integers(-10, 10))
def test_a_posting_is_taken_exactly_when_what_is_free_stays_within_its_bounds(moves, low, high, opening):
    row = None
    for balance, free in moves:
        posting = Posting("a", "use", balance, free, minimum=low, maximum=high, opening=opening)
        write = _balance(posting)
        after = _applied(write, row)
        fits = (low is None or after["avail"] >= low) and (high is None or after["avail"] <= high)
        assert _holds(write, row) == fits
        if fits:
            row = after
            assert low is None or row["avail"] >= low
            assert high is None or row["avail"] <= high


def test_an_account_without_bounds_asks_for_nothing():
    assert _balance(Posting("a", "use", 1, 1)).condition is None
