"""Decides when stages are over that follow one another or go on side by side, begun at any instant of a calendar.

A moment is a formula over the instant at which all begins, so that a path is walked once and then asked for every
start day. What it says is the clock's own arithmetic (`latest_end`): the first day is not counted, the last moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Union

from chalicelib.domain import canonical
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.clock_holds import latest_end
from chalicelib.domain.clock_units import HOUR, Times, Unit, reach, scale_of
from chalicelib.domain.definitions import declared
from chalicelib.domain.office_hours import OfficeHours

# Periods of these units simply add up; others do not, for each of them may be moved past rest days.
ADDITIVE: frozenset[Unit] = frozenset({"working_day", "office_hour"})
Moment = Union["After", "Latest", None]
OFFICES = 8  # calendars and hours of which all that was worked out is remembered
START: Moment = None  # the instant at which all begins


@dataclass(frozen=True, slots=True)
class After:
    """The end of a period of `amount` units that begins at `base`; `stages` says what it is made of."""

    base: Moment
    unit: Unit
    amount: int
    stages: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest of several moments: branches side by side are over when the longest is."""

    of: tuple[Moment, ...]


def after(base: Moment, unit: Unit, amount: int, stage: str = "") -> After:
    """Periods one after the other are one where they add up, so that their order makes no difference."""
    adds = isinstance(base, After) and base.unit == unit and unit in ADDITIVE
    if isinstance(base, After) and adds and amount and base.amount:
        return After(base.base, unit, base.amount + amount, (*base.stages, stage))
    return After(base, unit, amount, (stage,))


def latest(*moments: Moment) -> Moment:
    """The latest of them, without those that another is never earlier than."""
    kept: list[Moment] = []
    for moment in moments:
        for one in moment.of if isinstance(moment, Latest) else (moment,):
            if not any(is_never_earlier(other, one) for other in kept):
                kept = [other for other in kept if not is_never_earlier(one, other)] + [one]
    return kept[0] if len(kept) == 1 else Latest(tuple(kept))


def is_never_earlier(one: Moment, other: Moment) -> bool:
    """Whether `one` is at or after `other` whenever both begin; only where that can be seen from the formulas."""
    if other is None or one == other:
        return True
    if isinstance(other, Latest):
        return all(is_never_earlier(one, each) for each in other.of)
    if isinstance(one, Latest):
        return any(is_never_earlier(each, other) for each in one.of)
    if one is None:
        return False
    alike = isinstance(other, After) and one.unit == other.unit and one.amount >= other.amount
    return (alike and is_never_earlier(one.base, other.base)) or is_never_earlier(one.base, other)


def schedule_of(notices: Iterable[Mapping[str, Any]], hours: Mapping[str, Any] | None) -> Schedule:
    """How time is counted under these calendars in these office hours; what was once worked out for them is known.

    Every draft is asked of every start day, and hardly any changes the calendar.
    """
    told = list(notices)
    return _known(_Office(canonical.digest([*map(declared, told), hours]), told, hours))


@dataclass(frozen=True, slots=True)
class _Office:
    digest: str
    notices: Sequence[Mapping[str, Any]] = field(compare=False)
    hours: Mapping[str, Any] | None = field(compare=False)


@lru_cache(maxsize=OFFICES)
def _known(office: _Office) -> Schedule:
    return Schedule(Times(Calendar(office.notices), OfficeHours(office.hours)))


class Schedule:
    """What moments are at one office; each period is worked out once for each instant at which it begins."""

    def __init__(self, times: Times) -> None:
        self.times = times
        self._scales = {unit: scale_of(unit, times) for unit in ADDITIVE}
        self.answers: dict[Any, Any] = {}  # what was asked of every start day before
        self._ends: dict[tuple[Unit, int], dict[int, int]] = {}

    def at(self, moment: Moment, start: int) -> int:
        """The instant of a moment when all begins at `start` (ms)."""
        if moment is None:
            return start
        if isinstance(moment, Latest):
            return max(self.at(one, start) for one in moment.of)
        base = self.at(moment.base, start)
        if moment.unit != "office_hour" and moment.amount > 0:
            # The hour of its first day is nothing to it.
            base = self.times.hours.midnight(self.times.hours.day(base))
        known = self._ends.setdefault((moment.unit, moment.amount), {})
        if base not in known:
            known[base] = self._end(moment.unit, moment.amount, base)
        return known[base]

    @cached_property
    def shortest_day(self) -> int:
        """For how many milliseconds the office is open on the working day on which it is open least."""
        hours = self.times.hours
        return min(hours.opened(day, hours.midnight(day + 1)) for day in range(1, 8))

    def _end(self, unit: Unit, amount: int, start: int) -> int:
        """As the clock has it, without the ledger where nothing moves the last day."""
        scale = self._scales.get(unit)
        if scale is None or amount == 0:
            return latest_end(amount, unit, start, self.times)
        positions = amount * HOUR if unit == "office_hour" else amount
        target = reach(scale, [(start, None)], scale.floor(start), positions)
        if target is None:
            raise AssertionError("a period that nothing interrupts has an end")
        return scale.instant(target)

    def stages(self, moment: Moment, start: int) -> tuple[str, ...]:
        """The stages that a moment waits for when all begins at `start`, in order: of branches the longest."""
        if isinstance(moment, Latest):
            return self.stages(max(moment.of, key=lambda one: self.at(one, start)), start)
        return () if moment is None else (*self.stages(moment.base, start), *moment.stages)

    def starts(self, moments: Iterable[Moment]) -> Iterator[tuple[int, int]]:
        """(day, instant) of every start that may matter to a comparison of these moments, on all days loaded.

        Within a day a moment counted in days changes only at the close of business, one after office hours only
        where these run over into the next day: what is in time at all of those instants is so at any other.
        """
        of = list(moments)
        hours = sorted({each for moment in of for each in _hours(moment)})
        in_days = not hours and all(_counts_whole_days(moment) for moment in of)
        calendar, office = self.times.calendar, self.times.hours
        for day in range(calendar.first.toordinal(), calendar.horizon.toordinal() + 1):
            yield day, office.midnight(day)
            if not in_days:
                yield day, self.times.close(day)
                yield day, office.midnight(day + 1) - 1
                for each in hours:
                    yield from ((day, at) for at in self._overruns(day, each))

    def _overruns(self, day: int, hours: int) -> Iterator[int]:
        """The last instant of the day from which so many hours end with a day's close, and the first after it."""
        if not self.times.calendar.works(day):
            return
        scale = scale_of("office_hour", self.times)
        opening, length = scale.position(self.times.hours.midnight(day)), hours * HOUR
        closing = scale.position(self.times.close(day))
        edge = opening + length
        while edge - length <= closing:
            edge = scale.position(self.times.close(scale.day(edge)))
            for position in (edge - length, edge - length + 1):
                if opening < position <= closing:
                    yield scale.instant(position)
            edge += 1


def _hours(moment: Moment) -> Iterator[int]:
    """How many office hours stand between the start and what comes next in the formula."""
    if isinstance(moment, Latest):
        for each in moment.of:
            yield from _hours(each)
    elif isinstance(moment, After):
        if moment.unit == "office_hour" and moment.base is START:
            yield moment.amount
        yield from _hours(moment.base)


def _counts_whole_days(moment: Moment) -> bool:
    """Whether it is the same at every instant of a start day: no office hours, nothing due on the day itself."""
    if isinstance(moment, Latest):
        return all(_counts_whole_days(each) for each in moment.of)
    if isinstance(moment, After) and moment.base is START:
        return moment.unit != "office_hour" and moment.amount > 0
    return isinstance(moment, After) and _counts_whole_days(moment.base)
