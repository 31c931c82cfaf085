"""Golden dates: limits from every day of 2019–2026 on which counting goes wrong, against a walk over the days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import cycle, product

import pytest
from dateutil.relativedelta import relativedelta

from chalicelib.domain import clock
from chalicelib.domain.clock import Hold
from chalicelib.domain.office_hours import MINUTE
from tests.builders_clock import (
    CHINA,
    History,
    calendar,
    declaration,
    histories,
    in_ms,
    item,
    local,
    times,
    works,
)

FIRST, LAST = date(2019, 1, 1), date(2026, 12, 31)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
ONE = timedelta(days=1)
# Budgets: every one of the plan's limits and of the laws' (intake 5, decision 20 + 10, joint 45 + 15, …).
BUDGETS = (1, 3, 5, 7, 10, 15, 20, 30, 43, 45, 59, 60)
LIMITS = {
    "working_day": BUDGETS,
    "calendar_day": BUDGETS,  # 民法典 第203条: from here on, a last day that is a rest day moves
    "month": (1, 3, 6),
    "year": (1,),
}
# The first day is not counted, so the hour must not matter: not even the close of business.
HOURS = (time(0), time(9), time(16, 59), time(17), time(23, 59))


def around_make_up_days() -> set[date]:
    made_up = {day for day in DAYS if works(day) and day.weekday() > 4}
    return {day + n * ONE for day in made_up for n in (-1, 0, 1)}


def edges_of_holidays() -> set[date]:
    """The last day worked, the first and last day off, the first day back: of all rests that are no mere weekend."""
    found: set[date] = set()
    for begin in (day for day in DAYS[1:] if not works(day) and works(day - ONE)):
        end = begin
        while not works(end + ONE):
            end += ONE
        if (end - begin).days != 1 or begin.weekday() != 5:
            found |= {begin - ONE, begin, end, end + ONE}
    return found


def spring_festival_of_2020() -> set[date]:
    return {date(2020, 1, 16) + n * ONE for n in range(21)}


def ends_of_years_and_of_february() -> set[date]:
    turns = {date(year, 12, 31) + n * ONE for year in range(2019, 2027) for n in (-2, -1, 0, 1, 2)}
    return turns | {date(year, 3, 1) + n * ONE for year in range(2019, 2027) for n in (-2, -1, 0)}


def last_weeks_before_the_horizon() -> set[date]:
    return {LAST - n * ONE for n in range(62)}


@cache
def starts() -> tuple[date, ...]:
    named = (
        around_make_up_days()
        | edges_of_holidays()
        | spring_festival_of_2020()
        | ends_of_years_and_of_february()
        | last_weeks_before_the_horizon()
    )
    return tuple(sorted(day for day in named if FIRST <= day <= LAST))


@cache
def golden(unit: str) -> list[tuple[History, clock.Projection]]:
    """Each limit from each start, with what the domain makes of it."""
    hours = cycle(HOURS)
    drawn = product(starts(), LIMITS[unit])
    asked = [History(unit, budget, datetime.combine(start, next(hours), CHINA)) for start, budget in drawn]
    return [(history, seen(history)) for history in asked]


def holds_of(history: History) -> list[Hold]:
    return [
        {
            "id": ("hearing", "experts")[n % 2], "document": "notice", "start": in_ms(begin), "end": in_ms(end),
            "max_until": in_ms(end) + 24 * 60 * MINUTE, "blocks": [],
        }
        for n, (begin, end) in enumerate(history.pauses)
    ]  # fmt: skip


def seen(history: History) -> clock.Projection:
    """What the domain makes of it: a clock that starts, and how it is shown at once."""
    declared = item(declaration(budget=history.budget, unit=history.unit))
    holds, at = holds_of(history), in_ms(history.start)
    clocks = clock.advance([], declared, {"accepted"}, at, times=times(), holds=holds)
    return clock.project(clocks[0], declared, at, times=times(), holds=holds)


def test_the_days_on_which_counting_goes_wrong_are_all_among_the_starts() -> None:
    assert len(around_make_up_days()) >= 2 * 52  # 52 make-up days, some side by side
    assert {date(2020, 1, 23), date(2020, 1, 24), date(2020, 2, 2), date(2020, 2, 3)} <= edges_of_holidays()
    assert {date(2020, 2, 29), date(2024, 2, 29), date(2026, 12, 31), date(2020, 1, 31)} <= set(starts())
    assert len(starts()) > 440


@pytest.mark.parametrize("unit", LIMITS)
def test_every_golden_date_is_the_day_that_a_walk_over_the_days_finds(unit: str) -> None:
    """A date is sure as long as a notice covers it, and provisional as soon as it lies in a year without one."""
    sure = unsure = 0
    for history, found in golden(unit):
        by_hand = history.deadline()
        assert local(found.latest_ms) == local(in_ms(by_hand)), history
        assert found.provisional is (by_hand.date() > LAST), history
        last = calendar().last_day(history.start.date(), history.budget, unit)  # type: ignore[arg-type]
        assert last == (by_hand.date(), found.provisional), history
        sure, unsure = sure + (not found.provisional), unsure + found.provisional
    assert sure + unsure == len(starts()) * len(LIMITS[unit])
    assert sure >= {"working_day": 2000, "calendar_day": 2000, "month": 500, "year": 250}[unit]
    assert unsure >= 100


@pytest.mark.parametrize("unit", LIMITS)
def test_every_golden_date_that_chinesecalendar_knows_is_the_day_that_its_days_add_up_to(unit: str) -> None:
    """Not by a walk of ours: asked of each day between, `works` being the library's own word until 2026."""
    compared = 0
    for history, found in golden(unit):
        start = history.start.date()
        end = times().day_of(found.latest_ms or 0)
        if end > LAST:
            continue
        compared += 1
        assert works(end), history
        between = [start + n * ONE for n in range(1, (end - start).days + 1)]
        if unit == "working_day":
            assert sum(works(day) for day in between) == history.budget, history
        else:
            ends = start + relativedelta(**{f"{unit.removeprefix('calendar_')}s": history.budget})
            assert ends <= end, history
            assert not any(works(day) for day in between if ends <= day < end), history
    assert compared >= {"working_day": 2000, "calendar_day": 2000, "month": 500, "year": 250}[unit]


def test_2000_drawn_histories_with_pauses_end_where_a_walk_over_days_and_minutes_ends() -> None:
    compared = 0
    for history in histories(2000):
        assert local(seen(history).latest_ms) == local(in_ms(history.deadline())), history
        compared += 1
    assert compared == 2000
