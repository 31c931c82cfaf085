"""Decides what a clock's ledger says under a calendar: what is consumed, and when the rest will have run out.

Everything is worked out from what happened (start, stops, holds, extensions); label, deadline, timer and the
day-by-day account all come from here, so they cannot disagree (frappe/helpdesk #1554, lesson 3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from chalicelib.domain.calendar import unshifted_end
from chalicelib.domain.clock_spans import Clock, Hold, declared, holding, is_until, open_holds, running_spans
from chalicelib.domain.clock_units import HOUR, Span, Times, WorkingDays, elapsed, reach, scale_of
from chalicelib.domain.office_hours import MINUTE

Light = Literal["green", "yellow", "red", "overdue", "paused", "stopped"]
SAMPLE_RUNGS = (50, 80)  # sample default, not from the plan: yellow and red where a clock declares no rungs


@dataclass(frozen=True, slots=True)
class Projection:
    """What to tell about a clock now. `total`, `consumed`, `remaining` are days, or minutes for office hours.

    `remaining` is negative once overdue. `deadline_ms` is None while the clock stands still, unless it
    has passed; `latest_ms` is then when it would end if every open hold lasted to its maximum (None when stopped).
    """

    id: str
    unit: str
    deadline_ms: int | None
    latest_ms: int | None
    total: int
    consumed: int
    remaining: int
    provisional: bool
    light: Light
    overdue: bool
    paused_by: tuple[str, ...]


class Reading:
    """One clock with its holds, read once."""

    def __init__(
        self, clock: Clock, declarations: Mapping[str, Any], times: Times, holds: Sequence[Hold]
    ) -> None:
        self.clock = clock
        self.declaration = declared(declarations, "clocks", clock["id"])
        self.times = times
        self.holds = holding(clock["id"], holds, declarations)
        self.spans: list[Span] = running_spans(clock, declarations, holds)
        self.scale = scale_of(clock["unit"], times)
        self.floor = self.scale.floor(clock["started_at"])
        self.total = self._total()
        self.last_day = self._last_day()  # its ordinal; None while the clock does not run long enough
        self.deadline = self._deadline()

    @property
    def is_until(self) -> bool:
        return "until" in self.clock or is_until(self.declaration)

    @property
    def provisional(self) -> bool:
        """Whether the last day lies where no notice says which days are working days."""
        return not self.is_until and self.last_day is not None and self.times.provisional(self.last_day)

    def consumed(self, now: int) -> int:
        """Positions consumed by `now`. Rest days that only put off the last day do not count."""
        passed = elapsed(self.scale, self.spans, self.floor, now)
        if passed < self.total or self.clock["unit"] == "office_hour":
            return passed
        if self.deadline is None or now < self.deadline:
            return max(0, self.total - 1)
        return self.total + passed - elapsed(self.scale, self.spans, self.floor, self.deadline)

    def share_reached(self, percent: int) -> int | None:
        """The instant at which so many hundredths of the total are consumed, rounded up to whole units.

        The last unit is consumed at the deadline: rest days that put it off put off a rung that needs it as well.
        """
        share = -(-self.total * percent // 100)
        if share >= self.total:
            return self.deadline
        target = reach(self.scale, self.spans, self.floor, share)
        return None if target is None else self.scale.instant(target)

    def paused_by(self, now: int) -> tuple[str, ...]:
        """The holds for which the clock stands still at `now`."""
        if self.is_until:
            return ()
        return tuple(hold["id"] for hold in open_holds(self.holds, now))

    def stopped(self, now: int) -> bool:
        return self.clock["stopped_at"] is not None and now >= self.clock["stopped_at"]

    def in_units(self, positions: int) -> int:
        return positions // MINUTE if self.clock["unit"] == "office_hour" else positions

    def _total(self) -> int:
        """Budget and extensions as positions; months and years become days, from their start (decision 11)."""
        amount = self.clock["budget"] + sum(one["budget"] for one in self.clock["extensions"])
        unit = self.clock["unit"]
        if unit == "office_hour":
            return amount * HOUR
        if unit in ("month", "year"):
            start = self.times.hours.day(self.clock["started_at"])
            return unshifted_end(date.fromordinal(start), amount, unit).toordinal() - start
        return amount

    def _last_day(self) -> int | None:
        """The day that consumes the last unit; a rest day moves to the next working day (民法典 第203条)."""
        if "until" in self.clock:
            return self.times.hours.day(self.clock["until"])
        if self.is_until:
            return self.floor + self.total
        target = reach(self.scale, self.spans, self.floor, self.total)
        if target is None:
            return None
        day = self.scale.day(target)
        if self.times.calendar.works(day):
            return day
        end = self.scale.instant(target)
        rest = [(max(start, end), stop) for start, stop in self.spans if stop is None or stop > end]
        working = WorkingDays(self.times)
        moved = reach(working, rest, self.times.calendar.index(day), 1)
        return None if moved is None else working.day(moved)

    def _deadline(self) -> int | None:
        if "until" in self.clock:
            return self.clock["until"]
        if self.last_day is None:
            return None
        if self.clock["unit"] == "office_hour":
            target = reach(self.scale, self.spans, self.floor, self.total)
            return None if target is None else self.scale.instant(target)
        return self.times.close(self.last_day)


def project(
    clock: Clock, declarations: Mapping[str, Any], now: int, *, times: Times, holds: Sequence[Hold] = ()
) -> Projection:
    """The clock as the citizen and the sweeper both see it at `now` (ms)."""
    reading = Reading(clock, declarations, times, holds)
    passed = reading.consumed(now)
    total, consumed = reading.in_units(reading.total), reading.in_units(passed)
    paused_by = reading.paused_by(now)
    overdue = reading.deadline is not None and now >= reading.deadline
    stands = not overdue and (reading.stopped(now) or bool(paused_by))
    return Projection(
        id=clock["id"],
        unit=clock["unit"],
        deadline_ms=None if stands else reading.deadline,
        latest_ms=reading.deadline,
        total=total,
        consumed=consumed,
        remaining=total - consumed,
        provisional=reading.provisional,
        light=_light(reading, passed, now),
        overdue=overdue,
        paused_by=paused_by,
    )


def _light(reading: Reading, passed: int, now: int) -> Light:
    if reading.stopped(now):
        return "stopped"
    if reading.deadline is not None and now >= reading.deadline:
        return "overdue"
    if reading.paused_by(now):
        return "paused"
    rungs = sorted(rung for rung in reading.declaration.get("rungs", SAMPLE_RUNGS) if rung < 100) or [100]
    climbed = [passed * 100 >= reading.total * rung and reading.total > 0 for rung in rungs]
    if climbed[-1] and len(climbed) > 1:
        return "red"
    return "yellow" if climbed[0] else "green"


def settled(reading: Reading, at: int) -> Clock:
    """The clock as it is stored after something happened at `at`: closed spans summed up, the rest projected."""
    start, end = reading.spans[-1] if reading.spans else (at, at)
    running = end is None and start <= at
    clock = reading.clock.copy()
    clock["running_since"] = start if running else None
    clock["consumed"] = reading.in_units(reading.consumed(start if running else at))
    passed = reading.deadline is not None and reading.deadline <= at
    ahead = (
        clock["started_at"] > at
    )  # it begins on a day that is known: a publication that will count as service
    clock["deadline"] = reading.deadline if running or passed or ahead else None
    clock["provisional"] = running and reading.provisional
    return clock
