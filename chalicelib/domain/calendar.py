"""Decides which days are working days, and counts them, from the State Council's yearly notices.

Working days are numbered from the first notice's 1 January, so adding, subtracting and counting are look-ups;
the table of numbers is made when it is first asked.
Past the last notice only weekends are known: the same questions are answered, marked `provisional`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal

from chalicelib.domain.calendar_notices import Notices, read_notices
from chalicelib.domain.problems import Problem, Text, not_found

PeriodUnit = Literal["working_day", "calendar_day", "month", "year"]
ALARM_DAYS = 60  # clock.md: an alarm rises 60 days before the horizon


class Calendar:
    """The working days that `definitions` (kind `calendars`, one a year, no gap) make known.

    `known_on` rebuilds what was known on an earlier day: changes announced later are left out.
    """

    __slots__ = ("_base", "_count", "_dates", "_edge", "_following", "_notices", "first", "horizon")

    def __init__(self, definitions: Iterable[Mapping[str, Any]], known_on: date | None = None) -> None:
        self._notices: Notices = read_notices(definitions, known_on)
        self.first = date(self._notices.years[0], 1, 1)
        self.horizon = date(self._notices.years[-1], 12, 31)
        self._base = self.first.toordinal()
        self._edge = self.horizon.toordinal()
        self._dates: list[date] = []
        self._count: list[int] = []
        self._following: dict[date, int] = {}  # where in `_dates` the count from a day begins

    def _tabulate(self) -> None:
        """Count once, when first asked: whoever only needs a notice's reason or the horizon does not pay.

        `_count` comes last and says that all is there; two threads at once would write the same.
        """
        dates: list[date] = []
        count: list[int] = []
        following: dict[date, int] = {}
        for ordinal in range(self._base, self._edge + 1):
            day = date.fromordinal(ordinal)
            if self._notices.works(ordinal):
                dates.append(day)
            count.append(len(dates))
            following[day] = len(dates) - 1
        self._dates, self._following, self._count = dates, following, count

    # days as ordinals (`date.toordinal`), for arithmetic

    def index(self, ordinal: int) -> int:
        """How many working days there are from `first` up to and including that day."""
        at = ordinal - self._base
        if at < 0:
            raise _before(self.first)
        if not self._count:
            self._tabulate()
        if at < len(self._count):
            return self._count[at]
        return len(self._dates) + _weekdays(ordinal) - _weekdays(self._edge)

    def nth(self, index: int) -> int:
        """The ordinal of the working day with that number; number 1 is the first one of all."""
        if index < 1:
            raise _before(self.first)
        if not self._count:
            self._tabulate()
        if index <= len(self._dates):
            return self._dates[index - 1].toordinal()
        weekday = _weekdays(self._edge) + index - len(self._dates)
        return (weekday - 1) // 5 * 7 + (weekday - 1) % 5 + 1

    def works(self, ordinal: int) -> bool:
        """Whether offices work that day; past the horizon, whether it is Monday to Friday."""
        if ordinal < self._base:
            raise _before(self.first)
        return self._notices.works(ordinal) if ordinal <= self._edge else ordinal % 7 not in (0, 6)

    # days as dates

    def is_working_day(self, day: date) -> bool | None:
        """None where no notice covers the day."""
        return self.works(day.toordinal()) if self.first <= day <= self.horizon else None

    def is_provisional(self, day: date) -> bool:
        return day > self.horizon

    def ends_soon(self, today: date, within: int = ALARM_DAYS) -> bool:
        """Whether the next year's notice must be loaded now: the horizon is at most `within` days away."""
        return self._edge - today.toordinal() <= within

    def add_working_days(self, day: date, n: int) -> tuple[date, bool]:
        """The n-th working day after `day` (which itself is not counted), and whether it is provisional."""
        if n > 0:
            try:  # the fast path of every deadline: one look-up for the day, one for the answer
                return self._dates[self._following[day] + n], False
            except (KeyError, IndexError):
                found = date.fromordinal(self.nth(self.index(day.toordinal()) + n))
                return found, found > self.horizon
        return self.subtract_working_days(day, -n) if n else (day, day > self.horizon)

    def subtract_working_days(self, day: date, n: int) -> tuple[date, bool]:
        """The n-th working day before `day`, counted backwards from an event (a hearing, an opening)."""
        if n < 1:
            return (day, day > self.horizon) if n == 0 else self.add_working_days(day, -n)
        found = date.fromordinal(self.nth(self.index(day.toordinal() - 1) - n + 1))
        return found, day > self.horizon

    def count_working_days(self, after: date, through: date) -> int:
        """Working days later than `after`, up to and including `through`; negative if that is earlier."""
        return self.index(through.toordinal()) - self.index(after.toordinal())

    def next_working_day(self, day: date) -> tuple[date, bool]:
        """`day` if offices work on it, else the first day after it on which they do (民法典 第203条)."""
        found = date.fromordinal(self.nth(self.index(day.toordinal() - 1) + 1 if day > self.first else 1))
        return found, found > self.horizon

    def last_day(self, start: date, budget: int, unit: PeriodUnit) -> tuple[date, bool]:
        """The last day of a period that begins on `start`, which is not counted (民法典 第201–203条).

        A period of working days ends on one; any other that would end on a rest day ends on the next one.
        """
        if unit == "working_day":
            return self.add_working_days(start, budget)
        return self.next_working_day(unshifted_end(start, budget, unit))

    def reason(self, day: date) -> Text:
        """Why the day is a working day or is not, in words that name the notice."""
        return self._notices.reason(day)


def named(
    calendar_id: str, definitions: Iterable[Mapping[str, Any]], known_on: date | None = None
) -> Calendar:
    """The calendar `cn` out of the definitions `cn-2019`, `cn-2020`, …; an unknown one is refused."""
    mine = [one for one in definitions if one["id"] == f"{calendar_id}-{one['year']}"]
    if not mine:
        raise not_found(Text("工作日历", "calendar"), calendar_id)
    return Calendar(mine, known_on)


def unshifted_end(start: date, budget: int, unit: PeriodUnit) -> date:
    """The last day before any move to a working day (民法典 第202条)."""
    if unit in ("month", "year"):
        return corresponding_day(start, budget if unit == "month" else 12 * budget)
    return date.fromordinal(start.toordinal() + budget)


def corresponding_day(start: date, months: int) -> date:
    """The same day so many months later, or that month's last day where there is none (民法典 第202条)."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1).toordinal()
    return date(year, month + 1, min(start.day, following - date(year, month + 1, 1).toordinal()))


def _weekdays(ordinal: int) -> int:
    """Mondays to Fridays among the days 1 … ordinal; day 1 of the proleptic calendar is a Monday."""
    return ordinal // 7 * 5 + min(ordinal % 7, 5)


def _before(first: date) -> Problem:
    return Problem(
        "invalid",
        "calendar-not-covered",
        Text(f"{first} 之前没有载入放假通知", f"no notice is loaded for days before {first}"),
    )
