"""A second accountant of clocks: it is told what happened and counts by walking from close to close.

It shares no code with the domain. Which days are worked is chinesecalendar's word, changed by hand where a notice
is told in between; months are dateutil's; every pause is asked of every close (or session) in turn.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import inf

from dateutil.relativedelta import relativedelta

MINUTE = 60_000
DAY = 1440 * MINUTE
LOCAL = 480 * MINUTE  # UTC+8
CLOSE = 1020 * MINUTE  # 17:00
SESSIONS = ((540 * MINUTE, 720 * MINUTE), (810 * MINUTE, 1020 * MINUTE))
EPOCH = date(1970, 1, 1).toordinal()
RANGE = (date(2018, 12, 1).toordinal(), date(2033, 1, 1).toordinal())

Span = tuple[float, float]


def midnight(ordinal: int) -> int:
    return (ordinal - EPOCH) * DAY - LOCAL


def ordinal_of(at: int) -> int:
    return (at + LOCAL) // DAY + EPOCH


class Days:
    """The days of one calendar as instants: closes of days worked, ends of all days, sessions."""

    def __init__(self, works: Callable[[date], bool], horizon: date) -> None:
        self.horizon = midnight(horizon.toordinal() + 1)
        self.worked: list[int] = []
        self.all: list[int] = []
        self.sessions: list[tuple[int, int]] = []
        for ordinal in range(*RANGE):
            begin = midnight(ordinal)
            if works(date.fromordinal(ordinal)):
                self.worked.append(begin + CLOSE)
                self.sessions += [(begin + opened, begin + closed) for opened, closed in SESSIONS]
            self.all.append(self.worked[-1] if self.worked and self.worked[-1] > begin else begin + DAY)


@dataclass
class Pause:
    """One special step: `longest` is when it ends by itself."""

    id: str
    start: int
    longest: int
    end: int | None = None


@dataclass(frozen=True)
class Said:
    """What the witness says of a clock at one instant; amounts in days, or in minutes of office hours."""

    total: int
    consumed: int
    deadline: int | None  # if every open pause lasts to its longest
    rungs: dict[int, int | None]  # those asked for
    provisional: bool


@dataclass
class Witness:
    """One clock. `pauses` is the case's own list, of which those named in `heeds` make the clock stand."""

    id: str
    unit: str
    amounts: list[int]  # budget and extensions
    start: int
    pauses: list[Pause]
    heeds: frozenset[str]
    stops: list[list[float]] = field(default_factory=list)
    fired: set[int] = field(default_factory=set)

    @property
    def stopped_at(self) -> float | None:
        return self.stops[-1][0] if self.stops and self.stops[-1][1] == inf else None

    def stop(self, at: int) -> None:
        if self.stopped_at is None:
            self.stops.append([max(at, self.start), inf])

    def restart(self, at: int) -> None:
        if self.stopped_at is not None:
            self.stops[-1][1] = max(at, self.stops[-1][0])

    def standing(self) -> list[Span]:
        """When the clock stood or will stand still, merged, in order."""
        heeded = [one for one in self.pauses if one.id in self.heeds]
        spans: list[Span] = [(one.start, one.longest if one.end is None else one.end) for one in heeded]
        merged: list[Span] = []
        for begin, end in sorted([*spans, *((b, e) for b, e in self.stops)]):
            if merged and begin <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((begin, end))
        return merged

    def stands(self, since: int, until: int) -> bool:
        """Whether it stands still all the time between."""
        return any(begin <= since and until <= end for begin, end in self.standing())

    def paused(self, at: int) -> bool:
        """Whether a special step is under way; one that ends at this instant is over."""
        heeded = [one for one in self.pauses if one.id in self.heeds]
        return any(one.start <= at < (one.longest if one.end is None else one.end) for one in heeded)

    def since(self, at: int) -> int:
        """Since when it runs, if it runs at that instant."""
        return max([self.start, *(int(end) for _, end in self.standing() if end <= at)])

    def said(self, days: Days, at: int, rungs: Sequence[int]) -> Said:
        return self._hours(days, at, rungs) if self.unit == "office_hour" else self._days(days, at, rungs)

    # whole days: a day counts for what runs at its close

    def _days(self, days: Days, at: int, rungs: Sequence[int]) -> Said:
        total, standing = self._total(), self.standing()
        closes = days.worked if self.unit == "working_day" else days.all
        first = midnight(ordinal_of(self.start) + 1)  # the first day is not counted
        ticks = _running(closes, bisect_right(closes, first), standing, total, at)
        if total:
            last = ticks[total - 1] if len(ticks) >= total else None
        else:  # nothing to count: the close of this very day, or the next one there is
            last = next(iter(_running(closes, bisect_right(closes, self.start), standing, 1, 0)), None)
        deadline = last
        if last is not None and (last + LOCAL) % DAY == 0:  # it ends with a rest day, at 24:00: it moves
            begin = bisect_right(days.worked, last)
            deadline = next(iter(_running(days.worked, begin, standing, 1, 0)), None)
        # Rest days that only put off the end consume nothing: the last unit is consumed at the deadline.
        reached = {rung: -(-total * rung // 100) for rung in rungs}
        instants = {
            rung: deadline if need >= total else ticks[need - 1] if len(ticks) >= need else None
            for rung, need in reached.items()
        }
        consumed = bisect_right(ticks, at)
        if consumed >= total:
            over = deadline is not None and at >= deadline
            consumed = total + consumed - bisect_right(ticks, deadline) if over else max(0, total - 1)  # type: ignore[arg-type]
        return self._answer(days, total, consumed, deadline, instants)

    def _total(self) -> int:
        amount = sum(self.amounts)
        if self.unit not in ("month", "year"):
            return amount
        begin = date.fromordinal(ordinal_of(self.start))
        return (begin + relativedelta(**{f"{self.unit}s": amount}) - begin).days

    # office hours: minutes of sessions

    def _hours(self, days: Days, at: int, rungs: Sequence[int]) -> Said:
        total = sum(self.amounts) * 60 * MINUTE
        goals = {rung: -(-total * rung // 100) for rung in {*rungs, 100}}
        instants: dict[int, int | None] = dict.fromkeys(goals)
        passed = consumed = 0
        for begin, end in self._open(days):
            if begin >= at and passed >= total:
                break
            for rung, goal in goals.items():
                if passed < goal <= passed + end - begin:
                    instants[rung] = begin + goal - passed
            passed += end - begin
            consumed += max(0, min(end, at) - begin)
        deadline, asked = instants[100], {rung: instants[rung] for rung in rungs}
        return self._answer(days, total // MINUTE, consumed // MINUTE, deadline, asked)

    def _open(self, days: Days) -> Iterator[tuple[int, int]]:
        """The pieces of sessions in which the clock runs."""
        standing = self.standing()
        for number in range(bisect_left(days.sessions, (self.start - DAY, 0)), len(days.sessions)):
            begin, end = days.sessions[number]
            now: float = max(begin, self.start)
            for pause, resume in standing:
                if resume > now and pause < end:
                    if pause > now:
                        yield int(now), int(pause)
                    now = max(now, resume)
            if now == inf:
                return
            if now < end:
                yield int(now), end

    def _answer(
        self, days: Days, total: int, consumed: int, deadline: int | None, rungs: dict[int, int | None]
    ) -> Said:
        return Said(total, consumed, deadline, rungs, deadline is not None and deadline > days.horizon)


def _running(closes: list[int], first: int, standing: list[Span], need: int, until: int) -> list[int]:
    """The closes from number `first` on at which the clock runs: `need` of them, and all that lie before `until`."""
    found: list[int] = []
    for number in range(first, len(closes)):
        close = closes[number]
        if close > until and len(found) >= need:
            break
        for begin, end in standing:
            if begin < close <= end:  # what happens at the very close comes after it
                break
        else:
            found.append(close)
            continue
        if end == inf:
            break
    return found
