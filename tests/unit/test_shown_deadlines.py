"""What the API shows is what the store has due and what fires: one instant, in random cases of every real item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain import clock_timers, expiry, transitions, views
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.cases import Case
from chalicelib.domain.clock import Times
from chalicelib.domain.clock_units import WorkingDays
from chalicelib.domain.office_hours import OfficeHours
from chalicelib.stores import ledger
from tests.builders_clock import definitions
from tests.builders_lives import FILED_ANY_DAY, examples, served
from tests.builders_shown import MINUTE, play

FEW, EACH, PARTS = 150, 625, 16  # sixteen of these are 10⁴
FIND = 160  # cases: what is planted is found within them; few of a hundred items have office hours
# What must have happened in so many cases of a hundred at least, or they would prove little.
SEEN = {
    "exact": 100, "deadline": 50, "rung": 100, "idle": 10, "late": 4, "step ran out": 4, "begin": 10, "end": 3,
    "accept": 4, "request_correction": 5, "stands still": 8, "at lunch": 4, "over the year's end": 50,
    "provisional": 50,
}  # fmt: skip
RARE = ("caught up", "extend", "resubmit", "propose", "grant", "return")


@pytest.fixture(scope="module", autouse=True)
def _behind_the_door() -> Iterator[None]:
    with served():
        yield


def lived(numbers: Iterable[int]) -> Counter[str]:
    """Live these cases; how often each thing was seen in all of them."""
    seen: Counter[str] = Counter()
    for number in numbers:
        seen += play(number)
    return seen


def _much_happened(seen: Counter[str], cases: int, rare: tuple[str, ...] = ()) -> None:
    assert seen["cases"] == cases
    assert {name: seen[name] for name, least in SEEN.items() if seen[name] * 100 < least * cases} == {}
    assert [name for name in rare if not seen[name]] == []


def test_every_item_that_people_file_on_any_day_is_among_them() -> None:
    assert {item for item, _ in examples()} == {item["id"] for item in FILED_ANY_DAY}


def test_in_150_random_cases_the_deadline_shown_is_the_due_key_stored_and_the_instant_fired() -> None:
    _much_happened(lived(range(FEW)), FEW)


@pytest.mark.proof
@pytest.mark.timeout(900)  # about 50 s of one core
@pytest.mark.parametrize("part", range(PARTS), ids="part-{}".format)
def test_in_10000_random_cases_the_deadline_shown_is_the_due_key_stored_and_the_instant_fired(
    part: int,
) -> None:
    _much_happened(lived(range(part * EACH, (part + 1) * EACH)), EACH, RARE)


# --- planted bugs --------------------------------------------------------------------------------------------------

Plant = Callable[[pytest.MonkeyPatch], None]


def _shown_by(patch: pytest.MonkeyPatch, other: Callable[[Times], Times]) -> None:
    """The answer about a case is projected by other times than its timer."""
    right = views.clock.project

    class Clock:
        account = staticmethod(views.clock.account)

        @staticmethod
        def project(*given: Any, times: Times, **kept: Any) -> Any:
            return right(*given, times=other(times), **kept)

    patch.setattr(views, "clock", Clock)


def shown_by_an_older_calendar(patch: pytest.MonkeyPatch) -> None:
    """The view still has the calendar from before this year's notice."""
    older = Calendar([one for one in definitions() if one["year"] < 2026])
    _shown_by(patch, lambda times: replace(times, calendar=older))


def shown_as_midnight(patch: pytest.MonkeyPatch) -> None:
    """The view ends a legal day at another hour than the timer."""
    later = OfficeHours({"sessions": [{"from": "09:00", "to": "12:00"}, {"from": "13:30", "to": "17:30"}]})
    _shown_by(patch, lambda times: replace(times, hours=later))


def shown_without_lunch(patch: pytest.MonkeyPatch) -> None:
    """The view lets office hours run through the lunch break; days end at the same hour."""
    through = OfficeHours({"sessions": [{"from": "09:00", "to": "17:00"}]})
    _shown_by(patch, lambda times: replace(times, hours=through))


def shown_with_the_first_day(patch: pytest.MonkeyPatch) -> None:
    """The view counts the first day."""
    right, project = WorkingDays.floor, views.clock.project

    class Clock:
        account = staticmethod(views.clock.account)

        @staticmethod
        def project(*given: Any, **kept: Any) -> Any:
            with pytest.MonkeyPatch.context() as inner:
                inner.setattr(WorkingDays, "floor", lambda self, start: right(self, start) - 1)
                return project(*given, **kept)

    patch.setattr(views, "clock", Clock)


def row_a_minute_late(patch: pytest.MonkeyPatch) -> None:
    right = transitions.next_timer
    patch.setattr(transitions, "next_timer", lambda row, due, at: right(row, due and due + MINUTE, at))


def row_a_minute_early(patch: pytest.MonkeyPatch) -> None:
    right = transitions.next_timer
    patch.setattr(transitions, "next_timer", lambda row, due, at: right(row, due and due - MINUTE, at))


def row_a_millisecond_late(patch: pytest.MonkeyPatch) -> None:
    right = ledger.timer_writes
    patch.setattr(
        ledger,
        "timer_writes",
        lambda table, case, before, after: right(table, case, before, after and after + 1),
    )


def queue_a_minute_late(patch: pytest.MonkeyPatch) -> None:
    right = Case.next_deadline

    def later(self: Case) -> int | None:
        due = right(self)
        return None if due is None else due + MINUTE

    patch.setattr(Case, "next_deadline", later)


def fired_as_of_now(patch: pytest.MonkeyPatch) -> None:
    """What the clock does is dated when the sweeper came by."""
    right = expiry._cause
    patch.setattr(expiry, "_cause", lambda occurred_at, recorded_at: right(recorded_at, recorded_at))


def fired_hours_early(patch: pytest.MonkeyPatch) -> None:
    """Timers follow a convention of their own: the morning of the last day ends it."""
    right = clock_timers._of_clock
    patch.setattr(
        clock_timers, "_of_clock",
        lambda reading, rungs: [one._replace(at=one.at - 8 * 60 * MINUTE) for one in right(reading, rungs)],
    )  # fmt: skip


PLANTED: tuple[Plant, ...] = (
    shown_by_an_older_calendar, shown_as_midnight, shown_without_lunch, shown_with_the_first_day, row_a_minute_late,
    row_a_minute_early, row_a_millisecond_late, queue_a_minute_late, fired_as_of_now, fired_hours_early,
)  # fmt: skip


@pytest.mark.parametrize("bug", PLANTED, ids=lambda bug: bug.__name__)
def test_a_planted_bug_is_found_within_160_cases_in_which_nothing_else_is_wrong(
    bug: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        bug(patch)
        found = next((number for number in range(FIND) if wrong(number)), None)
    assert found is not None
    assert wrong(found) == ""


def wrong(number: int) -> str:
    """What is wrong with a case; empty for nothing. Only an assertion counts, not a crash."""
    try:
        play(number)
    except AssertionError as said:
        return str(said)
    return ""
