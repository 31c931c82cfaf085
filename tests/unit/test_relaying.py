"""Telling and reading the feed on a fake of it: order, gaps, cursors, what the sweeps add."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.actions import relaying
from chalicelib.actions.relaying import BATCH, SETTLED, WINDOW, Pair
from chalicelib.domain import ids
from tests.builders_stores import DAY, HOUR, MINUTE, NOON, Hand, kit

PAIRS = st.lists(st.tuples(st.sampled_from(["cas_A", "cas_B", "cas_C"]), st.integers(1, 9)), max_size=30)


class FakeFeed:
    """The feed in memory; `stored` are the events that exist, as (case, seq, at, open)."""

    def __init__(self, *stored: tuple[str, int, int, bool]) -> None:
        self.told_rows: list[tuple[str, list[Pair]]] = []
        self.stored = stored
        self.asked: list[str] = []

    def tell(self, pairs: Sequence[Pair], at: int, entropy: bytes) -> None:
        self.told_rows.append((ids.ulid(at, entropy), list(pairs)))

    def told(self, since: int, until: int) -> set[Pair]:
        return {pair for _, pairs in self.rows(since, until) for pair in pairs}

    def ever_told(self) -> set[Pair]:
        return {pair for _, pairs in self.told_rows for pair in pairs}

    def rows(self, since: int, until: int) -> Iterator[tuple[str, list[Pair]]]:
        yield from sorted(row for row in self.told_rows if since <= ids.at_of(row[0]) <= until)

    def heads(self, releases: Iterable[str], shards: int) -> Iterator[tuple[str, int, int]]:
        newest = {case: (seq, at) for case, seq, at, open_ in self.stored if open_}
        yield from ((case, seq, at) for case, (seq, at) in newest.items())

    def recorded(self, case_id: str, since: int) -> list[Pair]:
        self.asked.append(case_id)
        return [(case, seq) for case, seq, at, _ in self.stored if case == case_id and at >= since]

    def all_events(self, since: int) -> Iterator[Pair]:
        yield from ((case, seq) for case, seq, at, _ in self.stored if at >= since)


def tools(hand: Hand) -> Any:
    return kit(hand, SimpleNamespace(cases=None, timers=None, drafts=None, records=None))


def read_all(feed: FakeFeed, hand: Hand, limit: int) -> list[Pair]:
    found, after = list[Pair](), None
    for _ in range(500):
        pairs, cursor = relaying.page(tools(hand), feed, after, limit)
        found += pairs
        if cursor == after:
            return found
        after = cursor
    raise AssertionError


def test_a_large_batch_becomes_rows_that_are_read_in_order():
    feed, hand = FakeFeed(), Hand()
    wanted = [("cas_A", number) for number in range(1, 3 * BATCH + 2)]
    assert relaying.relay(tools(hand), feed, wanted) == len(wanted)
    assert len(feed.told_rows) == 4
    hand.at += SETTLED + 1000
    assert read_all(feed, hand, 70) == wanted


def test_nothing_to_tell_writes_nothing():
    feed = FakeFeed()
    assert relaying.relay(tools(Hand()), feed, []) == 0
    assert feed.told_rows == []


@given(
    st.lists(PAIRS, max_size=6), st.integers(1, 7), st.lists(st.integers(0, 3 * HOUR), min_size=6, max_size=6)
)
@settings(max_examples=150)
def test_pages_of_any_size_give_each_event_in_the_order_told(batches, limit, gaps):
    feed, hand = FakeFeed(), Hand()
    for batch, gap in zip(batches, gaps, strict=False):
        relaying.relay(tools(hand), feed, batch)
        hand.at += gap + 1
    hand.at += SETTLED
    told = [pair for _, pairs in sorted(feed.told_rows) for pair in pairs]
    found = read_all(feed, hand, limit)
    assert set(found) == set(told)
    assert list(dict.fromkeys(found)) == list(dict.fromkeys(told))


def test_a_row_that_comes_late_within_ten_seconds_is_behind_no_cursor():
    feed, hand = FakeFeed(), Hand()
    feed.tell([("cas_A", 1)], NOON, bytes(10))
    hand.at = NOON + SETTLED
    pairs, cursor = relaying.page(tools(hand), feed, None, 10)
    assert pairs == [("cas_A", 1)]
    feed.tell([("cas_B", 1)], NOON + 1, bytes(10))  # decided at NOON + 1, written ten seconds later
    hand.at += 1
    assert relaying.page(tools(hand), feed, cursor, 10)[0] == [("cas_B", 1)]


def test_a_long_silence_is_passed_two_days_a_page():
    feed, hand = FakeFeed(), Hand()
    feed.tell([("cas_A", 1)], NOON, bytes(10))
    hand.at = NOON + 9 * DAY
    feed.tell([("cas_A", 2)], NOON + 8 * DAY, bytes(10))
    cursor, found, turns = f"{ids.ulid(NOON, bytes(10))}.0", list[Pair](), 0
    while not found:
        found, after = relaying.page(tools(hand), feed, cursor, 10)
        assert after != cursor
        cursor, turns = after, turns + 1
    assert (found, turns) == ([("cas_A", 2)], 4)


def test_the_sweep_of_open_cases_tells_every_event_of_its_window_that_is_missing():
    stored = [("cas_A", n, NOON - MINUTE * (5 - n), True) for n in range(1, 5)]
    feed, hand = FakeFeed(*stored), Hand(NOON)
    assert relaying.sweep_open(tools(hand), feed) == 4
    assert feed.ever_told() == {("cas_A", n) for n in range(1, 5)}
    assert relaying.sweep_open(tools(hand), feed) == 0


def test_a_case_whose_events_are_all_told_is_not_asked_about():
    feed, hand = FakeFeed(("cas_A", 1, NOON - MINUTE, True)), Hand(NOON)
    feed.tell([("cas_A", 1)], NOON - MINUTE, bytes(10))
    assert relaying.sweep_open(tools(hand), feed) == 0
    assert feed.asked == []


def test_what_is_older_than_the_window_is_not_told_again():
    stored = [("cas_A", 1, NOON - WINDOW - 1, True), ("cas_A", 2, NOON - MINUTE, True)]
    feed = FakeFeed(*stored)
    assert relaying.sweep_open(tools(Hand(NOON)), feed) == 1
    assert feed.ever_told() == {("cas_A", 2)}


@given(st.sets(st.integers(1, 12), min_size=1))
def test_a_gap_between_two_that_were_told_is_told_even_of_a_closed_case(numbers):
    feed, hand = FakeFeed(), Hand(NOON)
    feed.tell([("cas_A", number) for number in sorted(numbers)], NOON - MINUTE, bytes(10))
    missing = set(range(min(numbers), max(numbers) + 1)) - numbers
    assert relaying.sweep_open(tools(hand), feed) == len(missing)
    assert feed.ever_told() == {("cas_A", n) for n in numbers | missing}


@given(PAIRS)
def test_the_pass_over_everything_tells_exactly_what_was_never_told(told):
    stored = [(case, seq, NOON - DAY, False) for case in ("cas_A", "cas_B", "cas_C") for seq in range(1, 10)]
    feed = FakeFeed(*stored)
    if told:
        feed.tell(told, NOON - 80 * DAY, bytes(10))
    assert relaying.sweep_all(tools(Hand(NOON)), feed, NOON - 2 * DAY) == 27 - len(set(told))
    assert feed.ever_told() == {(case, seq) for case, seq, _, _ in stored}
