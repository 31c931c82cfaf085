"""When a calendar period is due: against a second opinion that groups the days of the calendar one by one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import periods
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.clock import SHANGHAI
from tests.builders_stores import published

FIRST, LAST = date(2025, 1, 1), date(2026, 12, 31)
NAMES = {
    "day": lambda day: day.isoformat(),
    "week": lambda day: f"{day.isocalendar()[0]}-W{day.isocalendar()[1]:02d}",
    "month": lambda day: f"{day.year}-{day.month:02d}",
    "quarter": lambda day: f"{day.year}-Q{(day.month + 2) // 3}",
    "half_year": lambda day: f"{day.year}-H{1 if day.month < 7 else 2}",
    "year": lambda day: str(day.year),
}


@cache
def calendar() -> Calendar:
    world = published().world
    return Calendar(body for key, body in world.items() if key.startswith("calendars/"))


@cache
def grouped(period: str) -> Mapping[str, list[date]]:
    """Every day of six years by the name of its period; those cut off at the ends are not asked for."""
    found: dict[str, list[date]] = {}
    day = date(2023, 1, 1)
    while day <= date(2028, 12, 31):
        found.setdefault(NAMES[period](day), []).append(day)
        day += timedelta(days=1)
    return found


def by_hand(every: Mapping[str, Any]) -> dict[str, datetime]:
    """Period → the instant at which it is due."""
    found = {}
    for name, days in grouped(every["period"]).items():
        working = every.get("unit") == "working_day"
        some = [day for day in days if not working or calendar().works(day.toordinal())]
        if some:
            number = every.get("day", 1)
            place = min(number, len(some)) - 1 if number > 0 else max(number, -len(some))
            found[name] = datetime.combine(some[place], datetime.min.time(), SHANGHAI) + timedelta(
                hours=every["hour"]
            )
    return found


declared = st.fixed_dictionaries(
    {"period": st.sampled_from(list(NAMES)), "hour": st.integers(0, 23)},
    optional={
        "day": st.integers(-31, 40).filter(bool), "unit": st.sampled_from(["calendar_day", "working_day"]),
    },
)  # fmt: skip
instants = st.integers(0, 540 * 24 * 60).map(
    lambda minutes: datetime(2025, 3, 1, tzinfo=SHANGHAI) + timedelta(minutes=minutes)
)


@settings(deadline=None, max_examples=300)
@given(every=declared, now=instants)
def test_what_was_due_last_and_what_comes_next_is_what_counting_days_says(every: Any, now: datetime) -> None:
    due = by_hand(every)
    at = int(now.timestamp() * 1000)
    last = max(((when, name) for name, when in due.items() if when <= now), default=None)
    found = periods.latest(every, at, calendar(), SHANGHAI)
    assert found is not None
    assert last is not None
    assert (found[0].id, found[1]) == (last[1], int(last[0].timestamp() * 1000))
    following = periods.following(every, at, calendar(), SHANGHAI)
    coming = min(((when, name) for name, when in due.items() if when > now), default=None)
    assert following is not None
    assert coming is not None
    assert (following[0].id, following[1]) == (coming[1], int(coming[0].timestamp() * 1000))


@pytest.mark.parametrize("unit", list(NAMES))
def test_periods_follow_each_other_without_a_gap(unit: str) -> None:
    period = periods.holding(unit, FIRST)
    while period.last < LAST:
        following = periods.after(period)
        assert following.first == period.last + timedelta(days=1)
        assert periods.before(following) == period
        assert periods.holding(unit, period.last) == periods.holding(unit, period.first) == period
        period = following


@pytest.mark.parametrize(
    ("every", "on"),
    [
        ({"period": "quarter", "day": 1, "unit": "working_day"}, date(2026, 4, 1)),
        (
            {"period": "year", "day": 1, "unit": "working_day"},
            date(2026, 1, 4),
        ),  # a Sunday that the notice makes one
        ({"period": "month", "day": 31}, date(2026, 4, 30)),  # the last day of a shorter month
        ({"period": "month", "day": -1}, date(2026, 4, 30)),
        ({"period": "half_year"}, date(2026, 1, 1)),
        (
            {"period": "week", "day": 1, "unit": "working_day"},
            date(2026, 4, 7),
        ),  # Monday is the holiday of Qingming
    ],
)
def test_the_day_is_the_one_that_people_would_name(every: Any, on: date) -> None:
    inside = {"quarter": date(2026, 5, 9), "week": date(2026, 4, 9)}.get(every["period"], date(2026, 4, 9))
    period = periods.holding(every["period"], inside)
    assert periods.falls_on({"hour": 9, **every}, period, calendar()) == on


def test_a_period_without_a_working_day_passes() -> None:
    rest = periods.holding("day", date(2026, 4, 5))
    assert periods.falls_on({"period": "day", "hour": 9, "unit": "working_day"}, rest, calendar()) is None
    sunday = int(datetime(2026, 4, 5, 12, tzinfo=SHANGHAI).timestamp() * 1000)
    every = {"period": "day", "hour": 9, "unit": "working_day"}
    found = periods.latest(every, sunday, calendar(), SHANGHAI)
    assert found is not None
    assert found[0].id == "2026-04-03"
