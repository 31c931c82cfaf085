"""Measures adding 20 working days: the calendar's look-up against a loop that asks chinesecalendar day by day."""

from __future__ import annotations

import json
import statistics
import timeit
from datetime import date, timedelta
from pathlib import Path
from time import process_time
from typing import Any

from chalicelib.domain.calendar import Calendar

DAYS = 20  # the decision limit of 行政许可法 §42
GOAL = 5000  # how many times faster than the loop
CALENDARS = Path(__file__).parents[3] / "schemas" / "calendars"


def run() -> dict[str, Any]:
    import chinese_calendar

    calendar = Calendar(json.loads(path.read_text()) for path in sorted(CALENDARS.glob("cn-*.json")))
    start = date(2024, 3, 4)

    def loop() -> date:
        day, left = start, DAYS
        while left:
            day += timedelta(days=1)
            left -= chinese_calendar.is_workday(day)
        return day

    if calendar.add_working_days(start, DAYS) != (loop(), False):
        raise AssertionError("the calendar and chinesecalendar disagree")
    table = list(range(100))
    ours = _nanoseconds("add(start, days)", 200_000, add=calendar.add_working_days, start=start, days=DAYS)
    theirs = _nanoseconds("loop()", 100, loop=loop)
    floor = _nanoseconds("table[days]", 1_000_000, table=table, days=DAYS)
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
        "detail": f"{DAYS} working days from {start}; floor is one list look-up; median of 7, process time",
    }


def _nanoseconds(statement: str, number: int, **names: Any) -> float:
    runs = timeit.repeat(statement, globals=names, number=number, repeat=7, timer=process_time)
    return statistics.median(runs) / number * 1e9
