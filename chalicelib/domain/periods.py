"""Decides when a calendar period is due for what is done once in each: the day and hour that a declaration names.

Declared as `{period, day, unit, hour}`: the n-th day of the period, from its end where negative, counted in working
days where the declaration says so (a period without one passes). Days are of the district's zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from chalicelib.domain.calendar import Calendar

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
LOOKED_BACK = 12  # periods in a row that may pass without a working day: no holiday is that long

Every = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Period:
    """One day, week, month… of the calendar. `id` names it for people and for ids: 2026-03-02, 2026-W10, 2026-03,
    2026-Q1, 2026-H1, 2026."""

    unit: str
    id: str
    first: date
    last: date


def holding(unit: str, day: date) -> Period:
    """The period of this unit in which the day lies."""
    if unit == "day":
        return Period(unit, day.isoformat(), day, day)
    if unit == "week":  # ISO 8601, as GB/T 7408: it begins on Monday and belongs to the year of its Thursday
        first = day - timedelta(days=day.weekday())
        year, number, _ = day.isocalendar()
        return Period(unit, f"{year}-W{number:02d}", first, first + timedelta(days=6))
    months = MONTHS[unit]
    number = (day.month - 1) // months
    first = date(day.year, number * months + 1, 1)
    past = number * months + months  # months of the year that are over when the period is
    last = date(day.year + past // 12, past % 12 + 1, 1) - timedelta(days=1)
    suffix = {"month": f"-{day.month:02d}", "quarter": f"-Q{number + 1}", "half_year": f"-H{number + 1}"}
    return Period(unit, f"{day.year}{suffix.get(unit, '')}", first, last)


def before(period: Period) -> Period:
    return holding(period.unit, period.first - timedelta(days=1))


def after(period: Period) -> Period:
    return holding(period.unit, period.last + timedelta(days=1))


def falls_on(every: Every, period: Period, calendar: Calendar) -> date | None:
    """The day of the period that is declared; its last one where the period is shorter, None where it has no
    working day and one is asked for."""
    number = int(every.get("day", 1))
    if every.get("unit", "calendar_day") == "calendar_day":
        length = (period.last - period.first).days + 1
        return period.first + timedelta(days=_nth(number, length) - 1)
    first = period.first.toordinal()
    passed = calendar.index(first) - calendar.works(first)
    length = calendar.index(period.last.toordinal()) - passed
    return date.fromordinal(calendar.nth(passed + _nth(number, length))) if length else None


def due_at(every: Every, period: Period, calendar: Calendar, zone: tzinfo) -> int | None:
    """The instant (UTC ms) from which the period is due; None: never."""
    day = falls_on(every, period, calendar)
    if day is None:
        return None
    return int(datetime(day.year, day.month, day.day, int(every["hour"]), tzinfo=zone).timestamp() * 1000)


def latest(every: Every, now: int, calendar: Calendar, zone: tzinfo) -> tuple[Period, int] | None:
    """The period that was due last, with the instant: what a late schedule has to catch up, once.

    Earlier ones are not made up for: seven reminders on one morning are none.
    """
    period = holding(str(every["period"]), datetime.fromtimestamp(now / 1000, zone).date())
    for _ in range(LOOKED_BACK):
        due = due_at(every, period, calendar, zone)
        if due is not None and due <= now:
            return period, due
        period = before(period)
    return None


def following(every: Every, now: int, calendar: Calendar, zone: tzinfo) -> tuple[Period, int] | None:
    """The period that is due next."""
    period = holding(str(every["period"]), datetime.fromtimestamp(now / 1000, zone).date())
    for _ in range(LOOKED_BACK):
        due = due_at(every, period, calendar, zone)
        if due is not None and due > now:
            return period, due
        period = after(period)
    return None


def _nth(number: int, length: int) -> int:
    """The place from the beginning, within the length."""
    return min(number, length) if number > 0 else max(length + 1 + number, 1)
