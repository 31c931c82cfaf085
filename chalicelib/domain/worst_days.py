"""Decides on which start day a period overruns another by most, by trying every day of the loaded calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from chalicelib.domain.clock_reading import Reading
from chalicelib.domain.clock_spans import begun
from chalicelib.domain.clock_units import HOUR, Times, Unit
from chalicelib.domain.office_hours import MINUTE
from chalicelib.domain.schedules import ADDITIVE, START, After, Moment, Schedule
from chalicelib.domain.stage_paths import Path

Length = tuple[int, Unit]


class Worst(NamedTuple):
    """The start (its day, its instant in ms) from which something ends furthest behind its limit, and both ends."""

    day: int
    start: int
    ends: int
    limit_ends: int

    @property
    def late(self) -> int:
        return self.ends - self.limit_ends


def excess(path: Path, limits: Sequence[Length]) -> int | None:
    """By how many units the path is behind the last of the limits (positive: behind every one) where sums say all;
    None where the calendar must be asked."""
    unit = path.end.unit if isinstance(path.end, After) else None
    if unit not in ADDITIVE or any(other != unit or budget == 0 for budget, other in limits):
        return None
    total = _sum(path.end, unit)
    pauses = [(_sum(since, unit), _sum(until, unit)) for since, until in path.pauses]
    if total is None or any(since is None or until is None for since, until in pauses):
        return None
    running = total - sum((until or 0) - (since or 0) for since, until in pauses)
    return running - max(budget for budget, _ in limits)


def _sum(moment: Moment, unit: Unit) -> int | None:
    """How much of the unit has passed since all began, if that is all that passes."""
    if moment is START:
        return 0
    plain = isinstance(moment, After) and moment.base is START and moment.unit == unit and moment.amount > 0
    return moment.amount if isinstance(moment, After) and plain else None


def worst(schedule: Schedule, path: Path, limits: Sequence[Length]) -> Worst | None:
    """The start from which the path ends furthest behind the latest of the limits; None if it never does."""
    if _is_surely_within(schedule, path, limits):
        return None
    most = {unit: max(budget for budget, other in limits if other == unit) for _, unit in limits}
    limits = [(budget, unit) for unit, budget in most.items()]
    asked = (path.end, path.pauses, tuple(limits))  # whatever the steps, the answer is the same
    if asked not in schedule.answers:
        schedule.answers[asked] = _worst(schedule, path, limits)
    known: Worst | None = schedule.answers[asked]
    return known


def _is_surely_within(schedule: Schedule, path: Path, limits: Sequence[Length]) -> bool:
    """Office hours that so many days always hold, whichever they are: most items have such a stage."""
    end = path.end
    if path.pauses or not isinstance(end, After) or (end.base, end.unit) != (START, "office_hour"):
        return False
    held = schedule.shortest_day // HOUR
    return any(unit == "working_day" and end.amount <= budget * held for budget, unit in limits)


def _worst(schedule: Schedule, path: Path, limits: Sequence[Length]) -> Worst | None:
    periods = [After(START, unit, budget) for budget, unit in limits]
    moments = [path.end, *periods, *(moment for pause in path.pauses for moment in pause)]
    found: Worst | None = None
    for day, start in schedule.starts(moments):
        ends = schedule.at(path.end, start)
        if path.pauses:
            limit_ends = max(_paused(schedule, path, limits, start))
        else:
            limit_ends = max(schedule.at(period, start) for period in periods)
        if ends - limit_ends > (found.late if found else 0):
            found = Worst(day, start, ends, limit_ends)
    return found


def _paused(schedule: Schedule, path: Path, limits: Sequence[Length], start: int) -> Iterator[int]:
    """When the limits end if they stand still for as long as the stages meanwhile take."""
    pauses = [[schedule.at(one, start), schedule.at(other, start)] for one, other in path.pauses]
    for budget, unit in limits:
        clock = begun("limit", "internal", unit, budget, start)
        clock["pauses"] = pauses
        deadline = Reading(clock, {}, schedule.times, ()).deadline
        if deadline is None:
            raise AssertionError("a limit that runs again has an end")
        yield deadline


def told(found: Worst, times: Times) -> dict[str, Any]:
    """`worst_day`, `ends`, `limit_ends`: days, with the hour where both ends are on one day."""
    ends, limit_ends = (
        date.fromordinal(times.hours.day(at)).isoformat() for at in (found.ends, found.limit_ends)
    )
    if ends == limit_ends:
        ends, limit_ends = _hour(found.ends, times), _hour(found.limit_ends, times)
    day = date.fromordinal(found.day).isoformat()
    return {"worst_day": day, "ends": ends, "limit_ends": limit_ends}


def _hour(at: int, times: Times) -> str:
    day = times.hours.day(at)
    minute = (at - times.hours.midnight(day)) // MINUTE
    return f"{date.fromordinal(day).isoformat()} {minute // 60:02}:{minute % 60:02}"
