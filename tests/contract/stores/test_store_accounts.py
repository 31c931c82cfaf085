"""Accounts: balances with bounds that no order of writers can cross, holds, money that always balances."""

from __future__ import annotations

import threading

import pytest

from chalicelib.actions.ports import CommitRefused
from chalicelib.domain.change import Posting
from chalicelib.domain.problems import Problem
from chalicelib.stores.dynamo import Key
from tests.builders_stores import Shelf, case_id, change

SEATS = 25


def balance(shelf: Shelf, account: str) -> tuple[int, int] | None:
    (row,) = shelf.dynamo.get(Key(shelf.tables.records, f"ACC#{account}", "BALANCE"))
    return (row["bal"], row["avail"]) if row else None


def post(shelf: Shelf, *postings: Posting) -> None:
    shelf.cases.commit(change(case_id(), postings=postings), None)


def refused(shelf: Shelf, *postings: Posting) -> tuple[str, ...]:
    with pytest.raises(CommitRefused) as said:
        post(shelf, *postings)
    return said.value.roles


def test_a_new_account_begins_with_its_opening(shelf):
    post(shelf, Posting("quota", "use", -1, -1, minimum=0, opening=3))
    assert balance(shelf, "quota") == (2, 2)
    post(shelf, Posting("quota", "use", -1, -1, minimum=0, opening=3))
    assert balance(shelf, "quota") == (1, 1)


def test_a_new_account_without_room_is_refused(shelf):
    assert refused(shelf, Posting("quota", "use", -4, -4, minimum=0, opening=3)) == ("account:quota",)
    assert refused(shelf, Posting("hall", "seat", 4, 4, maximum=3)) == ("account:hall",)
    assert balance(shelf, "quota") is None


def test_bounds_are_inclusive(shelf):
    post(shelf, Posting("hall", "seat", 3, 3, minimum=0, maximum=3))
    assert refused(shelf, Posting("hall", "seat", 1, 1, minimum=0, maximum=3)) == ("account:hall",)
    post(shelf, Posting("hall", "seat", -3, -3, minimum=0, maximum=3))
    assert refused(shelf, Posting("hall", "seat", -1, -1, minimum=0, maximum=3)) == ("account:hall",)
    assert balance(shelf, "hall") == (0, 0)


def test_a_hold_takes_what_is_free_and_settling_takes_the_balance(shelf):
    post(shelf, Posting("wallet", "use", 10, 10))
    post(shelf, Posting("wallet", "use", 0, -4, minimum=0))
    assert balance(shelf, "wallet") == (10, 6)
    assert refused(shelf, Posting("wallet", "use", 0, -7, minimum=0)) == ("account:wallet",)
    post(shelf, Posting("wallet", "use", -4, 0))
    assert balance(shelf, "wallet") == (6, 6)


def test_a_released_hold_is_free_again(shelf):
    post(shelf, Posting("wallet", "use", 10, 10))
    post(shelf, Posting("wallet", "use", 0, -10, minimum=0))
    post(shelf, Posting("wallet", "use", 0, 10, maximum=10))
    assert balance(shelf, "wallet") == (10, 10)


def test_money_that_does_not_balance_is_refused_before_anything_is_sent(shelf):
    shelf.dynamo.requests.clear()
    with pytest.raises(Problem, match="postings-unbalanced"):
        post(shelf, Posting("a", "fen", -500, -500), Posting("b", "fen", 499, 499))
    assert shelf.dynamo.requests == []


def test_one_account_twice_in_a_change_is_refused(shelf):
    with pytest.raises(Problem, match="change-broken"):
        post(shelf, Posting("a", "use", 1, 1), Posting("a", "use", 1, 1))


def test_money_moves_on_both_sides_or_on_neither(shelf):
    post(shelf, Posting("poor", "fen", 100, 100), Posting("bank", "fen", -100, -100))
    roles = refused(shelf, Posting("shop", "fen", 101, 101), Posting("poor", "fen", -101, -101, minimum=0))
    assert roles == ("account:poor",)
    assert balance(shelf, "shop") is None
    assert balance(shelf, "poor") == (100, 100)


@pytest.mark.needs("threads")
def test_forty_writers_on_one_account_never_cross_its_maximum(shelf):
    taken, turned_away = list[int](), list[tuple[str, ...]]()

    def take(number: int) -> None:
        own = shelf.another() if number % 4 == 0 else shelf
        for _ in range(6):
            try:
                post(own, Posting("hall", "seat", 1, 1, minimum=0, maximum=SEATS))
            except CommitRefused as said:
                if said.transient:
                    continue
                turned_away.append(said.roles)
                return
            taken.append(number)
            return

    threads = [threading.Thread(target=take, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(taken) == SEATS
    assert set(turned_away) == {("account:hall",)}
    assert len(turned_away) == 40 - SEATS
    assert balance(shelf, "hall") == (SEATS, SEATS)
    entries = [row for row in shelf.rows("records") if row["pk"] == "ACC#hall" and row["sk"] != "BALANCE"]
    assert sum(entry["bal"] for entry in entries) == SEATS


def test_a_balance_is_the_sum_of_its_entries_whatever_was_refused(shelf):
    import random  # noqa: TID251  a fixed seed

    dice, moved = random.Random(20260302), 0
    for _ in range(25):
        delta = dice.randint(-6, 6)
        try:
            post(shelf, Posting("sum", "number", delta, delta, minimum=-10, maximum=10))
        except CommitRefused:
            assert not -10 <= moved + delta <= 10
            continue
        moved += delta
        assert -10 <= moved <= 10
    assert balance(shelf, "sum") == (moved, moved)
