"""Timers on a bad day: watermarks that lie, sweepers that die, rows that fail until they are dead."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.actions import moving, sweeping
from chalicelib.actions.ports import CLOCKS_DIFFER, CommitRefused
from chalicelib.actions.settling import TRIES
from chalicelib.domain.change import Timer
from chalicelib.domain.clock_timers import MARGIN
from chalicelib.domain.problems import Problem
from chalicelib.stores.dynamo import Refusal, TransactionRefused
from chalicelib.stores.keys import TIMER_SHARDS, timer_sk
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
)
from tests.builders_sweeps import ITEM, opened, rows_of, shard_of, swept


@pytest.fixture
def hand() -> Hand:
    return Hand(NOON)


def test_a_watermark_moves_forward_only(shelf):
    assert shelf.timers.watermark(3) is None
    shelf.timers.raise_watermark(3, NOON)
    shelf.timers.raise_watermark(3, NOON - MINUTE // 2)
    assert shelf.timers.watermark(3) == NOON
    shelf.timers.raise_watermark(3, NOON + 1)
    assert shelf.timers.watermark(3) == NOON + 1
    assert shelf.timers.watermark(4) is None


def test_a_sweep_that_took_an_hour_does_not_set_back_what_later_ones_reached(shelf):
    """Set back, it would be read again by each sweep from there: found by looking, as no case is lost by it."""
    shelf.timers.raise_watermark(3, NOON + HOUR)
    shelf.timers.raise_watermark(3, NOON)
    shelf.timers.raise_watermark(3, NOON, instead_of=NOON + MINUTE)  # what it read is long gone
    assert shelf.timers.watermark(3) == NOON + HOUR
    shelf.timers.raise_watermark(3, NOON, instead_of=NOON + HOUR)
    assert shelf.timers.watermark(3) == NOON


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


def test_a_burial_that_meets_another_writer_leaves_the_row_to_the_next_failure(shelf, hand, monkeypatch):
    """Buried alone, it would still be the row that the head names: no step would ever set another."""
    identity = opened(shelf, hand)
    row = shelf.cases.load(identity).case.timer
    for _ in range(sweeping.FAILURES - 1):
        shelf.timers.fail(identity, row, sweeping.FAILURES)
    plain, met = shelf.dynamo.transact, []

    def transact(writes: Any, token: str | None = None) -> None:
        if not met:
            met.append(writes)
            raise TransactionRefused([Refusal("head", "TransactionConflict", None)])
        plain(writes, token)

    monkeypatch.setattr(shelf.dynamo, "transact", transact)
    assert shelf.timers.fail(identity, row, sweeping.FAILURES) is False
    assert [one["sk"] for one in rows_of(shelf, identity)] == [timer_sk(row, identity)]
    assert shelf.timers.fail(identity, row, sweeping.FAILURES)
    assert shelf.cases.load(identity).case.timer is None
    assert rows_of(shelf, identity) == []


def test_a_failure_of_a_row_that_is_gone_leaves_no_row_without_a_case(shelf):
    identity = case_id()
    assert shelf.timers.fail(identity, NOON, sweeping.FAILURES) is False
    assert shelf.rows("timers") == []


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
