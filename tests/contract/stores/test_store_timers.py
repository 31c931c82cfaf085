"""Timers: one row a case, the sweep finds exactly what is due, and no row is ever left behind a watermark."""

from __future__ import annotations

import threading

import pytest

from chalicelib.actions import moving, sweeping
from chalicelib.actions.ports import CLOCKS_DIFFER, CommitRefused
from chalicelib.actions.settling import TRIES
from chalicelib.actions.submit import submit
from chalicelib.domain.change import Timer
from chalicelib.domain.problems import Problem
from chalicelib.domain.transitions import MARGIN
from chalicelib.stores.dynamo import encode
from chalicelib.stores.keys import TIMER_SHARDS, timer_pk, timer_sk
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
    submission,
)

ITEM = "enterprise-establishment"


@pytest.fixture
def hand() -> Hand:
    return Hand(NOON)


def opened(shelf: Shelf, hand: Hand, key: str = "k") -> str:
    """A real case, as an application opens it."""
    return submit(kit(hand, shelf), applicant(example(ITEM)["applicant"]), submission(ITEM, key)).case_id


def shard_of(identity: str) -> int:
    return int(timer_pk(NOON, identity)[-2:])


def due(shelf: Shelf, since: int, until: int) -> set[tuple[str, int]]:
    return {one for shard in range(TIMER_SHARDS) for one in shelf.timers.due(shard, since, until)}


def rows_of(shelf: Shelf, identity: str) -> list[dict]:
    return [
        row for row in shelf.rows("timers") if row.get("case") == identity and row["pk"].startswith("DUE#")
    ]


def swept(shelf: Shelf, hand: Hand, identity: str) -> sweeping.Swept:
    return sweeping.sweep(kit(hand, shelf), shard_of(identity))


def test_what_is_due_in_a_span_is_found_and_nothing_else(shelf):
    instants = [NOON - DAY, NOON, NOON + 1, NOON + 12 * HOUR, NOON + DAY, NOON + DAY + 1]
    cases = {case_id(): at for at in instants}
    for identity, at in cases.items():
        shelf.cases.commit(change(identity, timer=Timer(None, at)), None)
    found = due(shelf, NOON, NOON + DAY)  # the span begins after its start and ends with its end
    assert {at for _, at in found} == {NOON + 1, NOON + 12 * HOUR, NOON + DAY}
    assert all(cases[identity] == at for identity, at in found)


def test_a_submitted_case_has_one_live_row_that_its_head_points_to(shelf, hand):
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


@pytest.mark.parametrize("writes", [1, 2])
def test_a_sweeper_that_dies_between_two_writes_loses_no_row(shelf, hand, monkeypatch, writes):
    identity = opened(shelf, hand)
    loaded = shelf.cases.load(identity)
    deadline = loaded.case.timer
    shelf.timers.move(identity, deadline, NOON + HOUR, loaded.chain)
    hand.at = NOON + HOUR + sweeping.SLACK
    plain, left = shelf.dynamo.call, [writes]

    def call(operation: str, **arguments: object) -> dict:
        if operation in ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"):
            left[0] -= 1
            if left[0] < 0:
                raise SystemExit  # no `except Exception` may tidy up after a death
        return plain(operation, **arguments)

    with monkeypatch.context() as patch:
        patch.setattr(shelf.dynamo, "call", call)
        with pytest.raises(SystemExit):
            swept(shelf, hand, identity)
    assert swept(shelf, hand, identity).failed == []
    case = shelf.cases.load(identity).case
    assert (case.seq, case.timer) == (1, deadline)
    assert timer_sk(deadline, identity) in [row["sk"] for row in rows_of(shelf, identity)]
    hand.at = deadline + sweeping.SLACK
    assert swept(shelf, hand, identity).fired == 1
    assert len(rows_of(shelf, identity)) == 1


def test_a_watermark_moves_forward_only(shelf):
    assert shelf.timers.watermark(3) is None
    shelf.timers.raise_watermark(3, NOON)
    shelf.timers.raise_watermark(3, NOON - MINUTE // 2)
    assert shelf.timers.watermark(3) == NOON
    shelf.timers.raise_watermark(3, NOON + 1)
    assert shelf.timers.watermark(3) == NOON + 1
    assert shelf.timers.watermark(4) is None


def test_a_watermark_in_the_future_is_not_believed_and_is_set_back(shelf, hand):
    identity = opened(shelf, hand)
    shard, row = shard_of(identity), shelf.cases.load(identity).case.timer
    shelf.timers.raise_watermark(shard, row + 30 * DAY)
    hand.at = row + sweeping.SLACK
    assert sweeping.sweep(kit(hand, shelf), shard).fired == 1
    assert shelf.timers.watermark(shard) == row


def test_no_row_can_be_written_behind_a_watermark_that_is_believed():
    assert CLOCKS_DIFFER < MARGIN


def test_a_row_is_found_by_the_clock_that_was_set_back_half_an_hour(shelf, hand):
    identity = case_id()
    shard = shard_of(identity)
    shelf.timers.raise_watermark(shard, NOON + HOUR // 2)
    hand.at = NOON + MARGIN + sweeping.SLACK
    shelf.cases.commit(change(identity, timer=Timer(None, NOON + MARGIN)), None)
    assert sweeping.sweep(kit(hand, shelf), shard).found == 1


def test_a_row_that_fails_five_times_is_dead_and_holds_up_nobody(shelf, hand):
    broken, sound = _two_of_one_shard(shelf, hand)
    shard = shard_of(broken)
    _break(shelf, broken)
    hand.at = shelf.cases.load(sound).case.timer + sweeping.SLACK
    first = sweeping.sweep(kit(hand, shelf), shard)
    assert (first.found, first.fired, len(first.failed)) == (2, 1, 1)
    assert shelf.timers.watermark(shard) is None  # what failed must be seen again
    for _ in range(sweeping.FAILURES - 2):
        assert len(sweeping.sweep(kit(hand, shelf), shard).failed) == 1
    last = sweeping.sweep(kit(hand, shelf), shard)
    assert (len(last.failed), len(last.dead)) == (0, 1)
    assert shelf.timers.watermark(shard) == hand.at - sweeping.SLACK
    (dead,) = [row for row in shelf.rows("timers") if row["pk"].startswith("DEAD#")]
    assert (dead["case"], dead["failures"]) == (broken, sweeping.FAILURES)
    assert rows_of(shelf, broken) == []


def test_a_case_whose_row_died_gets_a_live_row_with_its_next_step(shelf, hand):
    identity = opened(shelf, hand)
    row = shelf.cases.load(identity).case.timer
    for _ in range(sweeping.FAILURES):
        died = shelf.timers.fail(identity, row, sweeping.FAILURES)
    assert died
    assert shelf.cases.load(identity).case.timer is None
    hand.at = row + HOUR
    request = moving.MoveRequest(identity, "withdraw", {}, key="w")
    moved = _try_moves(shelf, hand, request)
    case = shelf.cases.load(identity).case
    assert moved.seq == case.seq
    assert (case.outcome is not None) or rows_of(shelf, identity)


def test_a_failure_of_a_row_that_is_gone_leaves_no_row_without_a_case(shelf):
    identity = case_id()
    assert shelf.timers.fail(identity, NOON, sweeping.FAILURES) is False
    assert shelf.rows("timers") == []


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
def test_ten_thousand_not_due_and_one_due_the_due_one_fires_in_that_pass(shelf):
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


def _two_of_one_shard(shelf: Shelf, hand: Hand) -> tuple[str, str]:
    by_shard: dict[int, str] = {}
    for number in range(TIMER_SHARDS + 1):  # seventeen cases on sixteen shards: two share one
        identity = opened(shelf, hand, f"k{number}")
        if shard_of(identity) in by_shard:
            return by_shard[shard_of(identity)], identity
        by_shard[shard_of(identity)] = identity
    raise AssertionError


def _break(shelf: Shelf, identity: str) -> None:
    """A head whose seal is broken: nobody can load this case."""
    (stored,) = [row for row in shelf.rows("cases") if (row["pk"], row["sk"]) == (identity, "HEAD")]
    shelf.put("cases", stored | {"b": stored["b"][:-1] + bytes([stored["b"][-1] ^ 1])})


def _try_moves(shelf: Shelf, hand: Hand, request: moving.MoveRequest) -> moving.Moved:
    return moving.move(kit(hand, shelf), applicant(example(ITEM)["applicant"]), request)


def test_a_sweep_gives_up_on_a_case_that_others_keep_changing_and_counts_it_as_failed(
    shelf, hand, monkeypatch
):
    identity = opened(shelf, hand)
    hand.at = shelf.cases.load(identity).case.timer + sweeping.SLACK
    tried = []

    def refuse(*_: object) -> None:
        tried.append(1)
        raise CommitRefused(("head",), transient=False)

    monkeypatch.setattr(shelf.cases, "commit", refuse)
    done = swept(shelf, hand, identity)
    assert (len(done.failed), len(tried)) == (1, TRIES)
    assert shelf.timers.watermark(shard_of(identity)) is None
    with pytest.raises(Problem, match="busy"):
        sweeping.pass_time(kit(hand, shelf), identity, shelf.cases.load(identity).case.timer)
