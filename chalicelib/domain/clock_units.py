"""Decides how time is counted in each unit: a scale from instants to whole units and back.

A working day is not 24 hours (jmix #790): every unit has its own scale, and scales never mix. A day is passed
at its legal end, so that part days cannot be argued (decision 11): it counts for what runs at that instant.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal, Protocol

from chalicelib.domain.calendar import Calendar
from chalicelib.domain.office_hours import OfficeHours

Unit = Literal["working_day", "office_hour", "calendar_day", "month", "year"]
Span = tuple[int, int | None]  # from, to in ms; None: still open

HOUR = 3_600_000


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """What time means at one office: the calendar's working days and the hours kept on them."""

    calendar: Calendar
    hours: OfficeHours

    def day_of(self, at: int) -> date:
        return date.fromordinal(self.hours.day(at))

    def close(self, ordinal: int) -> int:
        """The instant at which that legal day ends."""
        return self.hours.close(ordinal, self.calendar.works(ordinal))

    def provisional(self, ordinal: int) -> bool:
        return ordinal > self.calendar.horizon.toordinal()


class Scale(Protocol):
    """Positions grow with time; one unit is one position (an office hour is 3,600,000 of them)."""

    def floor(self, start: int) -> int:
        """The position before anything can be consumed: the first day is not counted (民法典 第201条)."""

    def position(self, at: int) -> int:
        """The last position reached at that instant."""

    def instant(self, position: int) -> int:
        """When the position is reached."""

    def day(self, position: int) -> int:
        """The ordinal of the day that the position belongs to."""


class WorkingDays:
    """Counts closes of business on working days."""

    def __init__(self, times: Times) -> None:
        self._calendar, self._hours = times.calendar, times.hours

    def floor(self, start: int) -> int:
        return self._calendar.index(self._hours.day(start))

    def position(self, at: int) -> int:
        day = self._hours.day(at)
        index = self._calendar.index(day)
        running = self._calendar.works(day) and at < self._hours.close(day, working=True)
        return index - 1 if running else index

    def instant(self, position: int) -> int:
        return self._hours.close(self._calendar.nth(position), working=True)

    def day(self, position: int) -> int:
        return self._calendar.nth(position)


class CalendarDays:
    """Counts the ends of all days; a rest day, having no close of business, ends at 24:00."""

    def __init__(self, times: Times) -> None:
        self._calendar, self._hours = times.calendar, times.hours

    def floor(self, start: int) -> int:
        return self._hours.day(start)

    def position(self, at: int) -> int:
        day = self._hours.day(at)
        # Midnight belongs to the day that ends with it.
        return day if at >= self.instant(day) else day - 1

    def instant(self, position: int) -> int:
        return self._hours.close(position, self._calendar.works(position))

    def day(self, position: int) -> int:
        return position


class OpenTime:
    """Counts milliseconds of opening hours; hours count from the instant itself (民法典 第201条)."""

    def __init__(self, times: Times) -> None:
        self._calendar, self._hours = times.calendar, times.hours
        self._first = times.calendar.first.toordinal()
        self._before = [0]  # open ms before day i; grows as far as it is asked

    def floor(self, start: int) -> int:
        return self.position(start)

    def position(self, at: int) -> int:
        day = self._hours.day(at)
        today = self._hours.opened(day, at) if self._calendar.works(day) else 0
        return self._until(day) + today

    def instant(self, position: int) -> int:
        day = self.day(position)
        return self._hours.reached(day, position - self._until(day))

    def day(self, position: int) -> int:
        while self._before[-1] < position:
            self._until(self._first + len(self._before))
        return self._first + bisect_left(self._before, position) - 1

    def _until(self, day: int) -> int:
        while len(self._before) <= day - self._first:
            last = self._first + len(self._before) - 1
            end = self._hours.midnight(last + 1)
            opened = self._hours.opened(last, end) if self._calendar.works(last) else 0
            self._before.append(self._before[-1] + opened)
        return self._before[day - self._first]


def scale_of(unit: Unit, times: Times) -> Scale:
    """The scale of a unit. Months and years are counted in days once their end is fixed (decision 11)."""
    if unit == "office_hour":
        return _open_time(times.calendar, times.hours)
    return WorkingDays(times) if unit == "working_day" else CalendarDays(times)


@lru_cache(maxsize=32)
def _open_time(calendar: Calendar, hours: OfficeHours) -> OpenTime:
    """Kept for both, which containers keep: a `Times` is new at every request, and this grows day by day."""
    return OpenTime(Times(calendar, hours))


def elapsed(scale: Scale, spans: Sequence[Span], floor: int, now: int) -> int:
    """Positions passed while running, up to `now`."""
    passed = 0
    for start, end in spans:
        if start < now:
            upto = scale.position(now if end is None else min(end, now))
            passed += max(0, upto - max(scale.position(start), floor))
    return passed


def reach(scale: Scale, spans: Sequence[Span], floor: int, amount: int) -> int | None:
    """The position at which `amount` will have passed while running; None if it does not run long enough.

    An amount of 0 means the end of the day on which it starts, or of the next one if that has passed.
    """
    for start, end in spans:
        begun = scale.position(start)
        lower = max(begun, floor)
        target = max(lower + amount, begun + 1)
        passed = None if end is None else scale.position(end)
        if passed is None or passed >= target:
            return target
        amount -= max(0, passed - lower)
    return None
