"""The sweep on fakes of its ports: where it begins, what it leaves behind, when its watermark may move."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.actions import sweeping
from chalicelib.actions.ports import CLOCKS_DIFFER, Chain, CommitRefused, Loaded
from chalicelib.actions.settling import FIRST_WAIT, TRIES, settle
from chalicelib.domain import facts, filing
from chalicelib.domain.cases import Case
from chalicelib.domain.clock_timers import MARGIN
from chalicelib.domain.events import Cause
from chalicelib.domain.filing import Application
from chalicelib.domain.problems import Problem, Text
from tests.builders_stores import DAY, HOUR, MINUTE, NOON, OWNER, Hand, example, kit, world

ITEM = "food-licence"
OLD = NOON - DAY


def filed(at: int = OLD) -> tuple[Case, Any]:
    """A real case as it was opened a day ago, with its form row."""
    shown, here = example(ITEM), world(ITEM, at)
    application = Application(shown["form"], (), ({"role": "applicant", "subject": OWNER},), "web")
    pins = facts.pin_all(here.bundle.facts.values(), shown["form"], {}, at)
    cause = Cause({"person": OWNER, "via": "web"}, at, at)
    course = filing.open_case(
        here, application, pins, case_id="cas_A", number="MR-1", release_set=1, cause=cause, records={}
    )
    change = filing.as_change(course, application, None)
    return replace(course.case, timer=change.timer.after), change.form


class FakeCases:
    """Cases in memory. `trouble` are exceptions that the next commits raise."""

    def __init__(self, *cases: Case, form: Any = None) -> None:
        self.by_id = {case.id: case for case in cases}
        self.form = form
        self.trouble: list[Exception] = []
        self.commits: list[Any] = []
        self.loads = 0

    def load(self, case_id: str | None, **_: Any) -> Loaded:
        self.loads += 1
        case = self.by_id.get(case_id or "")
        return Loaded(case, Chain(case.seq, b"", b"") if case else None, self.form, None)

    def commit(self, change: Any, chain: Any) -> None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.commits.append(change)
        present = self.by_id[change.case_id]
        self.by_id[change.case_id] = replace(present, seq=change.seq, timer=change.timer.after)


class FakeTimers:
    def __init__(self, *rows: tuple[str, int], watermark: int | None = None) -> None:
        self.rows, self.mark = list(rows), watermark
        self.spans: list[tuple[int, int]] = []
        self.moves: list[tuple[str, int, int | None, bool]] = []
        self.failures: dict[tuple[str, int], int] = {}
        self.trouble: list[Exception] = []

    def due(self, shard: int, since: int, until: int) -> Any:
        self.spans.append((since, until))
        yield from [row for row in self.rows if since < row[1] <= until]

    def move(self, case_id: str, row: int, to: int | None, chain: Chain | None) -> None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.moves.append((case_id, row, to, chain is not None))

    def fail(self, case_id: str, row: int, most: int) -> bool:
        count = self.failures[case_id, row] = self.failures.get((case_id, row), 0) + 1
        return count >= most

    def watermark(self, shard: int) -> int | None:
        return self.mark

    def raise_watermark(self, shard: int, to: int, instead_of: int | None = None) -> None:
        self.mark, self.replaced = to, instead_of


def swept(cases: FakeCases, timers: FakeTimers, at: int, **more: Any) -> sweeping.Swept:
    shelf = SimpleNamespace(cases=cases, timers=timers, drafts=None, records=None)
    return sweeping.sweep(kit(more.pop("hand", None) or Hand(at), shelf), 0)


def test_a_sweep_goes_from_the_watermark_to_two_seconds_ago_and_moves_the_mark_there():
    timers = FakeTimers(watermark=NOON - MINUTE)
    swept(FakeCases(), timers, NOON)
    assert timers.spans == [(NOON - MINUTE, NOON - sweeping.SLACK)]
    assert timers.mark == NOON - sweeping.SLACK


@pytest.mark.parametrize("mark", [None, NOON + CLOCKS_DIFFER + 1, NOON + 30 * DAY])
def test_without_a_believable_watermark_forty_days_are_looked_at(mark):
    timers = FakeTimers(watermark=mark)
    swept(FakeCases(), timers, NOON)
    until = NOON - sweeping.SLACK
    assert timers.spans == [(until - sweeping.FIRST_LOOK, until)]
    assert (timers.mark, timers.replaced) == (until, mark)


def test_an_outage_of_a_year_is_swept_from_the_watermark_before_it():
    timers = FakeTimers(watermark=NOON - 365 * DAY)
    swept(FakeCases(), timers, NOON)
    assert timers.spans == [(NOON - 365 * DAY, NOON - sweeping.SLACK)]
    assert (timers.mark, timers.replaced) == (NOON - sweeping.SLACK, None)


def test_a_watermark_a_few_seconds_ahead_is_another_machines_and_stays():
    timers = FakeTimers(watermark=NOON + 5_000)
    assert swept(FakeCases(), timers, NOON).found == 0
    assert timers.mark == NOON + 5_000


def test_a_believed_watermark_lies_before_every_row_that_can_still_be_written():
    assert CLOCKS_DIFFER + sweeping.SLACK < MARGIN


def test_what_is_due_fires_in_its_own_commit_and_gets_a_later_row():
    case, form = filed()
    cases, timers = FakeCases(case, form=form), FakeTimers((case.id, case.timer))
    done = swept(cases, timers, case.timer + sweeping.SLACK)
    assert (done.found, done.fired, done.failed, done.dead) == (1, 1, [], [])
    (change,) = cases.commits
    assert change.expected == case.seq
    assert change.timer.before == case.timer
    assert change.timer.after >= case.timer + sweeping.SLACK + MARGIN


def test_a_row_ahead_of_the_deadline_is_moved_and_no_event_is_made():
    case, form = filed()
    early = replace(case, timer=OLD + HOUR)
    cases, timers = FakeCases(early, form=form), FakeTimers((case.id, OLD + HOUR))
    done = swept(cases, timers, OLD + HOUR + sweeping.SLACK)
    assert (done.found, done.fired) == (1, 0)
    assert cases.commits == []
    assert timers.moves == [(case.id, OLD + HOUR, case.timer, True)]


def test_a_row_that_the_head_does_not_point_to_is_removed_whatever_the_head_says():
    case, form = filed()
    timers = FakeTimers((case.id, OLD + HOUR), ("cas_GONE", OLD + HOUR))
    done = swept(FakeCases(case, form=form), timers, OLD + HOUR + sweeping.SLACK)
    assert (done.found, done.fired, done.failed) == (2, 0, [])
    assert timers.moves == [(case.id, OLD + HOUR, None, False), ("cas_GONE", OLD + HOUR, None, False)]


def test_a_closed_case_fires_nothing_more():
    case, form = filed()
    closed = replace(case, outcome="granted")
    cases, timers = FakeCases(closed, form=form), FakeTimers((case.id, case.timer))
    assert swept(cases, timers, case.timer + 30 * DAY).fired == 0
    assert cases.commits == []
    assert timers.moves == [(case.id, case.timer, None, True)]


def test_one_case_that_fails_stops_the_watermark_but_not_the_others():
    case, form = filed()
    other = replace(case, id="cas_B")
    cases = FakeCases(case, other, form=form)
    cases.trouble = [ValueError("broken")]
    timers = FakeTimers((case.id, case.timer), (other.id, case.timer), watermark=OLD)
    done = swept(cases, timers, case.timer + sweeping.SLACK)
    assert (done.found, done.fired, done.failed) == (2, 1, ["cas_A: ValueError"])
    assert timers.mark == OLD


def test_the_fifth_failure_is_a_death_that_lets_the_watermark_pass():
    case, form = filed()
    cases, timers = FakeCases(case, form=form), FakeTimers((case.id, case.timer), watermark=OLD)
    at = case.timer + sweeping.SLACK
    for number in range(1, sweeping.FAILURES + 1):
        cases.trouble = [ValueError("broken")]
        done = swept(cases, timers, at)
        assert (len(done.failed), len(done.dead)) == ((1, 0) if number < sweeping.FAILURES else (0, 1))
        assert timers.mark == (OLD if number < sweeping.FAILURES else case.timer)


@pytest.mark.parametrize(
    ("kind", "code"),
    [("throttled", "store-busy"), ("throttled", "busy"), ("unavailable", "keys-unavailable")],
)
def test_what_passes_by_itself_kills_no_row_however_long_it_lasts(kind, code):
    case, form = filed()
    cases, timers = FakeCases(case, form=form), FakeTimers((case.id, case.timer), watermark=OLD)
    for _ in range(sweeping.FAILURES + 2):
        cases.trouble = [Problem(kind, code, Text("", ""))]
        done = swept(cases, timers, case.timer + sweeping.SLACK)
        assert (len(done.failed), done.dead, timers.failures, timers.mark) == (1, [], {}, OLD)
    assert swept(cases, timers, case.timer + sweeping.SLACK).fired == 1


def test_a_step_of_the_case_in_between_is_met_with_another_look():
    case, form = filed()
    cases, timers = FakeCases(case, form=form), FakeTimers((case.id, case.timer))
    cases.trouble = [CommitRefused(("head",), transient=False)]
    done = swept(cases, timers, case.timer + sweeping.SLACK)
    assert (done.fired, done.failed) == (1, [])
    assert cases.loads == 2


def test_a_refused_move_of_a_row_is_met_with_another_look_too():
    case, form = filed()
    early = replace(case, timer=OLD + HOUR)
    cases, timers = FakeCases(early, form=form), FakeTimers((case.id, OLD + HOUR))
    timers.trouble = [CommitRefused(("head",), transient=False)]
    swept(cases, timers, OLD + HOUR + sweeping.SLACK)
    assert cases.loads == 2
    assert timers.moves == [(case.id, OLD + HOUR, case.timer, True)]


# --- settling ----------------------------------------------------------------------------------------------------


class Refusing:
    """An attempt that meets so many faster writers."""

    def __init__(self, times: int) -> None:
        self.left, self.calls = times, 0

    def __call__(self) -> str:
        self.calls += 1
        if self.left:
            self.left -= 1
            raise CommitRefused(("head",), transient=self.left % 2 == 0)
        return "written"


def _settled(attempt: Any) -> tuple[Any, Hand]:
    hand = Hand()
    return settle(
        kit(hand, SimpleNamespace(cases=None, timers=None, drafts=None, records=None)), attempt
    ), hand


@pytest.mark.parametrize("others", range(TRIES))
def test_up_to_four_faster_writers_are_outlasted(others):
    attempt = Refusing(others)
    result, hand = _settled(attempt)
    assert (result, attempt.calls, len(hand.waits)) == ("written", others + 1, others)


def test_pauses_grow_and_are_never_the_same_for_two():
    _, hand = _settled(Refusing(TRIES - 1))
    for number, wait in enumerate(hand.waits):
        assert 0.5 <= wait / (FIRST_WAIT * 2**number) <= 1
    assert len({round(wait / FIRST_WAIT / 2**number, 6) for number, wait in enumerate(hand.waits)}) > 1


def test_after_five_tries_it_is_busy_and_nothing_else_is_tried():
    attempt = Refusing(99)
    with pytest.raises(Problem, match="busy"):
        _settled(attempt)
    assert attempt.calls == TRIES


def test_what_is_no_refusal_is_not_tried_again():
    calls = []

    def attempt() -> None:
        calls.append(1)
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011  any error that is no refusal
        _settled(attempt)
    assert len(calls) == 1
