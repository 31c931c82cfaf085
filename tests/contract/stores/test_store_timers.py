"""Timers: one row a case, and a sweep that finds exactly what is due."""

from __future__ import annotations

import threading

import pytest

from chalicelib.actions import sweeping
from chalicelib.actions.ports import CommitRefused
from chalicelib.domain.change import Timer
from chalicelib.domain.clock_timers import MARGIN
from chalicelib.stores.attributes import encode
from chalicelib.stores.keys import TIMER_SHARDS, timer_pk, timer_sk
from tests.builders_stores import DAY, HOUR, MINUTE, NOON, Hand, Shelf, case_id, change, kit
from tests.builders_sweeps import opened, rows_of, shard_of, swept


@pytest.fixture
def hand() -> Hand:
    return Hand(NOON)


def due(shelf: Shelf, since: int, until: int) -> set[tuple[str, int]]:
    return {one for shard in range(TIMER_SHARDS) for one in shelf.timers.due(shard, since, until)}


def test_what_is_due_in_a_span_is_found_and_nothing_else(shelf):
    instants = [NOON - DAY, NOON, NOON + 1, NOON + 12 * HOUR, NOON + DAY, NOON + DAY + 1]
    cases = {case_id(): at for at in instants}
    for identity, at in cases.items():
        shelf.cases.commit(change(identity, timer=Timer(None, at)), None)
    found = due(shelf, NOON, NOON + DAY)  # the span begins after its start and ends with its end
    assert {at for _, at in found} == {NOON + 1, NOON + 12 * HOUR, NOON + DAY}
    assert all(cases[identity] == at for identity, at in found)


def test_lesson_8_a_submitted_case_has_one_live_row_that_its_head_points_to(shelf, hand):
    """Lesson 8: a timer engine with no caller."""
    identity = opened(shelf, hand)
    case = shelf.cases.load(identity).case
    (row,) = rows_of(shelf, identity)
    assert case.timer is not None
    assert row["sk"] == timer_sk(case.timer, identity)
    assert case.timer >= NOON + MARGIN


def test_a_sweep_fires_what_is_due_once_and_sets_the_row_anew(shelf, hand):
    identity = opened(shelf, hand)
    first = shelf.cases.load(identity).case.timer
    hand.at = first + sweeping.SLACK
    done = swept(shelf, hand, identity)
    assert (done.found, done.fired, done.failed) == (1, 1, [])
    case = shelf.cases.load(identity).case
    assert case.timer > first
    assert [row["sk"] for row in rows_of(shelf, identity)] == [timer_sk(case.timer, identity)]
    again = swept(shelf, hand, identity)
    assert (again.found, again.fired) == (0, 0)
    assert shelf.cases.verify(identity).holds


def test_nothing_fires_before_it_is_due(shelf, hand):
    identity = opened(shelf, hand)
    hand.at = shelf.cases.load(identity).case.timer + sweeping.SLACK - 1
    assert swept(shelf, hand, identity).found == 0
    assert shelf.cases.load(identity).case.seq == 1


def test_a_row_that_lies_before_the_deadline_is_moved_by_the_sweep_without_an_event(shelf, hand):
    identity = opened(shelf, hand)
    loaded = shelf.cases.load(identity)
    shelf.timers.move(identity, loaded.case.timer, NOON + HOUR, loaded.chain)
    hand.at = NOON + HOUR + sweeping.SLACK
    done = swept(shelf, hand, identity)
    assert (done.found, done.fired) == (1, 0)
    case = shelf.cases.load(identity).case
    assert (case.seq, case.timer) == (1, loaded.case.timer)
    assert len(rows_of(shelf, identity)) == 1


def test_a_row_that_no_head_points_to_is_removed(shelf, hand):
    identity = opened(shelf, hand)
    orphan = NOON + HOUR
    row = {"pk": timer_pk(orphan, identity), "sk": timer_sk(orphan, identity), "case": identity}
    shelf.put("timers", row)
    hand.at = orphan + sweeping.SLACK
    assert swept(shelf, hand, identity).found == 1
    assert [one["sk"] for one in rows_of(shelf, identity)] != [row["sk"]]
    assert len(rows_of(shelf, identity)) == 1


def test_a_row_set_by_the_sweeper_meanwhile_refuses_a_decision_made_on_the_old_one(shelf):
    """Written back, the old instant would name a row that is gone, and the sweeper would drop the new one."""
    identity = case_id()
    chain = shelf.cases.commit(change(identity, timer=Timer(None, NOON + HOUR)), None)
    shelf.timers.move(identity, NOON + HOUR, NOON + DAY, chain)
    with pytest.raises(CommitRefused) as refused:
        shelf.cases.commit(change(identity, 1, timer=Timer(NOON + HOUR, NOON + HOUR)), chain)
    assert refused.value.roles == ("head",)
    case = shelf.cases.load(identity).case
    assert case.timer == NOON + DAY
    assert [row["sk"] for row in rows_of(shelf, identity)] == [timer_sk(NOON + DAY, identity)]


def test_a_sweeper_that_meets_a_step_of_the_case_says_so_and_looks_again(shelf, hand):
    """Were the refusal swallowed, the watermark would pass the row and nobody would ever look at it."""
    identity = opened(shelf, hand)
    loaded = shelf.cases.load(identity)
    shelf.timers.move(identity, loaded.case.timer, NOON + HOUR, loaded.chain)
    case = shelf.cases.load(identity).case
    meanwhile = change(identity, 1, head=case.body() | {"seq": 2}, timer=Timer(NOON + HOUR, NOON + HOUR))
    shelf.cases.commit(meanwhile, loaded.chain)
    with pytest.raises(CommitRefused):
        shelf.timers.move(identity, NOON + HOUR, NOON + DAY, loaded.chain)
    assert shelf.cases.load(identity).case.timer == NOON + HOUR
    assert timer_sk(NOON + HOUR, identity) in [row["sk"] for row in rows_of(shelf, identity)]
    hand.at = NOON + DAY + sweeping.SLACK
    swept(shelf, hand, identity)  # the row that was put for nothing does nothing, and goes
    case = shelf.cases.load(identity).case
    assert [row["sk"] for row in rows_of(shelf, identity)] == [timer_sk(case.timer, identity)]


def test_time_passes_on_one_case_in_one_event_and_one_row(shelf, hand):
    identity = opened(shelf, hand)
    row = shelf.cases.load(identity).case.timer
    hand.at = row + MINUTE
    seq = shelf.cases.load(identity).case.seq
    assert sweeping.pass_time(kit(hand, shelf), identity, row)
    assert shelf.cases.load(identity).case.seq == seq + 1
    assert len(rows_of(shelf, identity)) == 1


def test_a_closed_cases_row_is_removed_when_its_time_comes(shelf, hand):
    identity = opened(shelf, hand)
    loaded = shelf.cases.load(identity)
    row = loaded.case.timer
    closed = loaded.case.body() | {"outcome": "withdrawn", "seq": 2}
    shelf.cases.commit(change(identity, 1, head=closed, timer=Timer(row, row)), loaded.chain)
    hand.at = row + sweeping.SLACK
    assert swept(shelf, hand, identity).found == 1
    assert rows_of(shelf, identity) == []
    assert shelf.cases.load(identity).case.timer is None


@pytest.mark.needs("threads")
def test_four_sweepers_at_once_fire_each_thing_once(shelf, hand):
    identity = opened(shelf, hand)
    hand.at = shelf.cases.load(identity).case.timer + sweeping.SLACK
    containers = [shelf.another() for _ in range(4)]
    threads = [threading.Thread(target=swept, args=(one, hand, identity)) for one in containers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    types = [event["type"] for event in shelf.cases.events(identity)]
    assert types == ["case.submitted", "case.deadline_approaching"]
    assert len(rows_of(shelf, identity)) == 1


def test_many_not_due_hide_nothing_that_is_due(shelf):
    _crowd(shelf, 60)
    assert _found_in(shelf) == (1, 2)


@pytest.mark.needs("volume")
def test_lesson_7_ten_thousand_not_due_and_one_due_the_due_one_fires_in_that_pass(shelf):
    """Lesson 7: a sweep that read 500 rows and then filtered found nothing."""
    _crowd(shelf, 10_000)
    assert _found_in(shelf) == (1, 2)


def _crowd(shelf: Shelf, count: int) -> None:
    """Rows of one shard and day that are not due, before and after the one that is."""
    name, puts = shelf.tables.timers, []
    for number in range(count):
        at = NOON + HOUR + number if number % 2 else NOON - HOUR - number
        puts.append(
            {
                "pk": timer_pk(NOON, "cas_DUE"),
                "sk": timer_sk(at, f"cas_{number:05d}"),
                "case": f"cas_{number}",
            }
        )
    puts.append({"pk": timer_pk(NOON, "cas_DUE"), "sk": timer_sk(NOON, "cas_DUE"), "case": "cas_DUE"})
    for start in range(0, len(puts), 25):
        batch = [{"PutRequest": {"Item": encode(item)}} for item in puts[start : start + 25]]
        shelf.dynamo.connection.dispatch("BatchWriteItem", {"RequestItems": {name: batch}})


def _found_in(shelf: Shelf) -> tuple[int, int]:
    """How many are due between two sweeps a minute apart, and by how many requests they are found."""
    shard = shard_of("cas_DUE")
    shelf.timers.raise_watermark(shard, NOON - MINUTE)
    shelf.dynamo.requests.clear()
    since = shelf.timers.watermark(shard)
    found = list(shelf.timers.due(shard, since, NOON))
    assert found == [("cas_DUE", NOON)]
    return len(found), len(shelf.dynamo.requests)
