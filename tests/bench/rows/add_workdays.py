"""Measures adding working days: the calendar's look-up against a loop that asks chinesecalendar day by day."""

from __future__ import annotations

import json
import statistics
import timeit
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from time import process_time
from typing import Any

from chalicelib.domain.calendar import Calendar

# Limits of laws and of the plan; their mean is 30.
DAYS = (3, 5, 7, 10, 15, 20, 30, 43, 45, 48, 60, 59, 45)
# From 2019 to 2026: some limits meet Spring Festival, some the autumn holidays, some nothing.
STARTS = tuple(date(2019, 1, 7) + timedelta(weeks=31 * n) for n in range(len(DAYS)))
GOAL = 5000  # how many times faster than the loop
CALENDARS = Path(__file__).parents[3] / "schemas" / "calendars"


def run() -> dict[str, Any]:
    import chinese_calendar

    definitions = [json.loads(path.read_text()) for path in sorted(CALENDARS.glob("cn-*.json"))]
    limits = list(zip(STARTS, DAYS, strict=True))

    def loop(start: date, days: int) -> date:
        while days:
            start += timedelta(days=1)
            days -= chinese_calendar.is_workday(start)
        return start

    made = _nanoseconds(lambda: Calendar(definitions), 20)
    first = _nanoseconds(lambda: Calendar(definitions).add_working_days(*limits[0]), 20) - made
    add = Calendar(definitions).add_working_days
    if [add(*limit) for limit in limits] != [(loop(*limit), False) for limit in limits]:
        raise AssertionError("the calendar and chinesecalendar disagree")
    ours = _each("add({start}, {days})", 10_000, limits, add=add)
    theirs = _each("loop({start}, {days})", 5, limits, loop=loop)
    floor = _each("table[{days}]", 100_000, limits, table=list(range(100)))
    ratio = theirs / ours
    return {
        "name": "add-workdays",
        "value": round(ours, 1),
        "unit": "ns",
        "alternative": "loop over chinesecalendar 1.11.0",
        "alternative_value": round(theirs, 1),
        "ratio": round(ratio, 1),
        "floor": round(floor, 1),
        "goal": f"ratio >= {GOAL}",
        "ok": ratio >= GOAL,
        "detail": f"{len(limits)} limits of {min(DAYS)} to {max(DAYS)} working days, mean {statistics.mean(DAYS):g}, "
        f"from 2019 to {STARTS[-1].year}, the same for both; floor is one list look-up; a calendar of "
        f"{len(definitions)} years costs {made / 1e6:.2f} ms to load and {first / 1e6:.2f} ms when first asked; "
        "median of 7, process time",
    }


def _each(statement: str, number: int, limits: Sequence[tuple[date, int]], **names: Any) -> float:
    """Nanoseconds for one limit of the mix; the calls stand one after the other, so that no loop is measured."""
    calls = []
    for n, (start, days) in enumerate(limits):
        names |= {f"start{n}": start, f"days{n}": days}
        calls.append(statement.format(start=f"start{n}", days=f"days{n}"))
    return _nanoseconds("; ".join(calls), number, **names) / len(limits)


def _nanoseconds(statement: str | Callable[[], object], number: int, **names: Any) -> float:
    runs = timeit.repeat(statement, globals=names, number=number, repeat=7, timer=process_time)
    return statistics.median(runs) / number * 1e9
