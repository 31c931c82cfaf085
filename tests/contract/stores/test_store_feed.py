"""The feed: every event told, what the stream missed told by the sweepers, each page going on where the last ended."""

from __future__ import annotations

import pytest

from chalicelib.actions import relaying
from chalicelib.actions.submit import submit
from chalicelib.domain.change import Places
from tests.builders_stores import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    Hand,
    Shelf,
    applicant,
    case_id,
    change,
    example,
    kit,
    published,
    submission,
)

ITEM = "enterprise-establishment"
LATER = relaying.SETTLED + 1000


@pytest.fixture
def hand() -> Hand:
    return Hand(NOON)


@pytest.fixture
def told(shelf, hand):
    """Tell these pairs at the hand's instant."""

    def tell(*pairs):
        return relaying.relay(kit(hand, shelf), shelf.feed, list(pairs))

    return tell


def release() -> str:
    return str(published().plan.set.releases[ITEM]["release"])


def case_of(shelf: Shelf, events: int, at: int = NOON, places: Places | None = None) -> str:
    """An open case of a release of the published set, with so many events, one a second from `at` on."""
    identity, chain = case_id(), None
    where = places or Places(None, None, release(), None)
    for read in range(events):
        chain = shelf.cases.commit(change(identity, read, at=at + 1000 * read, places=where), chain)
    return identity


def pages(shelf, hand, limit=3, after=None):
    found = []
    for _ in range(200):
        pairs, cursor = relaying.page(kit(hand, shelf), shelf.feed, after, limit)
        found.append(pairs)
        if cursor == after:
            return found, after
        after = cursor
    raise AssertionError


def test_what_is_told_is_read_once_each_in_the_order_told(shelf, hand, told):
    wanted = [(f"cas_{number // 3}", number % 3 + 1) for number in range(10)]
    for number in range(0, 10, 2):
        told(*wanted[number : number + 2])
        hand.at += 1000
    hand.at += LATER
    found, _ = pages(shelf, hand)
    assert [pair for page in found for pair in page] == wanted
    assert max(map(len, found)) == 3


def test_a_batch_of_the_stream_takes_one_row_in_a_hundred_events(shelf, hand, told):
    assert told(*[("cas_A", number) for number in range(1, 251)]) == 250
    assert len(shelf.rows("deliveries")) == 3
    hand.at += LATER
    found, _ = pages(shelf, hand, limit=90)
    assert [seq for page in found for _, seq in page] == list(range(1, 251))


def test_what_is_younger_than_ten_seconds_is_not_shown_yet(shelf, hand, told):
    told(("cas_A", 1))
    hand.at += relaying.SETTLED - 1
    assert [pair for page in pages(shelf, hand)[0] for pair in page] == []
    hand.at += 1
    assert pages(shelf, hand)[0][0] == [("cas_A", 1)]


def test_what_was_told_twice_at_once_is_shown_once(shelf, hand, told):
    told(("cas_A", 1), ("cas_A", 2))
    told(("cas_A", 1), ("cas_A", 2))
    hand.at += LATER
    assert relaying.page(kit(hand, shelf), shelf.feed, None, 10)[0] == [("cas_A", 1), ("cas_A", 2)]


def test_a_reader_goes_on_across_hours_and_days(shelf, hand, told):
    for number in range(1, 6):
        told(("cas_A", number))
        hand.at += 5 * HOUR
    hand.at += LATER
    found, cursor = pages(shelf, hand, limit=2, after=f"{relaying.ids.ulid(NOON, bytes(10))}.")
    assert [seq for page in found for _, seq in page] == [1, 2, 3, 4, 5]
    told(("cas_A", 6))
    hand.at += LATER
    assert relaying.page(kit(hand, shelf), shelf.feed, cursor, 5)[0] == [("cas_A", 6)]


def test_a_reader_who_was_away_for_a_quiet_month_asks_for_a_bounded_number_of_partitions(shelf, hand, told):
    told(("cas_A", 1))
    hand.at += LATER
    _, cursor = relaying.page(kit(hand, shelf), shelf.feed, None, 5)
    hand.at += 30 * DAY
    told(("cas_A", 2))
    hand.at += LATER
    found = list[tuple[str, int]]()
    for _ in range(20):
        shelf.dynamo.requests.clear()
        pairs, cursor = relaying.page(kit(hand, shelf), shelf.feed, cursor, 5)
        assert len(shelf.dynamo.requests) <= 49 * 4
        found += pairs
    assert found == [("cas_A", 2)]
    hand.at += 20 * HOUR
    _, cursor = relaying.page(kit(hand, shelf), shelf.feed, cursor, 5)
    shelf.dynamo.requests.clear()
    assert relaying.page(kit(hand, shelf), shelf.feed, cursor, 5) == ([], cursor)
    assert len(shelf.dynamo.requests) <= 2 * 4


def test_the_feed_knows_what_was_told_in_a_span(shelf, hand, told):
    told(("cas_A", 1))
    hand.at += 3 * HOUR
    told(("cas_A", 2))
    assert shelf.feed.told(NOON, hand.at) == {("cas_A", 1), ("cas_A", 2)}
    assert shelf.feed.told(NOON + 1, hand.at) == {("cas_A", 2)}
    assert shelf.feed.told(NOON, hand.at - 1) == {("cas_A", 1)}


def test_the_hourly_sweep_tells_exactly_what_the_stream_missed(shelf, hand, told):
    whole, none_told, holed, lost_first = (case_of(shelf, 4) for _ in range(4))
    told(*[(whole, seq) for seq in (1, 2, 3, 4)])
    told((holed, 1), (holed, 4))
    told((lost_first, 3), (lost_first, 4))
    before = shelf.feed.told(NOON - HOUR, NOON + HOUR)
    hand.at += MINUTE
    assert relaying.sweep_open(kit(hand, shelf), shelf.feed) == 8
    new = shelf.feed.told(NOON - HOUR, NOON + HOUR) - before
    assert new == {
        *((none_told, seq) for seq in (1, 2, 3, 4)), (holed, 2), (holed, 3), (lost_first, 1), (lost_first, 2)
    }  # fmt: skip
    assert relaying.sweep_open(kit(hand, shelf), shelf.feed) == 0


def test_the_hourly_sweep_leaves_alone_what_is_older_than_its_window(shelf, hand):
    case_of(shelf, 2, at=NOON - 5 * HOUR)
    assert relaying.sweep_open(kit(hand, shelf), shelf.feed) == 0


def test_a_gap_of_a_closed_case_is_told(shelf, hand, told):
    told(("cas_CLOSED", 1), ("cas_CLOSED", 3))
    hand.at += MINUTE
    assert relaying.sweep_open(kit(hand, shelf), shelf.feed) == 1
    assert ("cas_CLOSED", 2) in shelf.feed.told(NOON, hand.at)


def test_the_pass_at_a_start_tells_exactly_what_was_missed_closed_cases_too(shelf, hand, told):
    shut = case_of(shelf, 3, places=Places(None, None, None, None))
    half = case_of(shelf, 2)
    case_of(shelf, 2, at=NOON - 3 * DAY)  # before the span
    told((half, 1))
    hand.at += MINUTE
    assert relaying.sweep_all(kit(hand, shelf), shelf.feed, NOON) == 4
    assert shelf.feed.told(NOON, hand.at) == {(shut, 1), (shut, 2), (shut, 3), (half, 1), (half, 2)}
    assert relaying.sweep_all(kit(hand, shelf), shelf.feed, NOON) == 0


def test_a_real_case_is_told_by_the_sweep_of_its_release(shelf, hand):
    made = submit(kit(hand, shelf), applicant(example(ITEM)["applicant"]), submission(ITEM, "k"))
    hand.at += MINUTE
    assert relaying.sweep_open(kit(hand, shelf), shelf.feed) == 1
    assert shelf.feed.told(NOON, hand.at) == {(made.case_id, 1)}
