"""Decides what a new holiday notice, or other opening hours, make of a running case: its dates told anew, in one event.

A clock is a ledger, so its deadline is projected; what is stored of it (the deadline, a special step's latest end, the
timer's row) was projected under the notices of that day and has to be again (OpenRegister #3935, lesson 9).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.domain import clock, dues
from chalicelib.domain.definitions import Definition
from chalicelib.domain.events import Cause
from chalicelib.domain.transitions import Course, Happening

SYSTEM_CALENDAR = {"person": "system:calendar", "via": "system"}


def reproject(course: Course, cause: Cause, told: Mapping[str, Any]) -> bool:
    """Tell a case's dates anew under `course.world`; False, and nothing happened, when none of them moved.

    The event `reprojected` lists `{"clock", "hold" or "owed", "old", "new"}` (ms, None while a clock stands
    still), and `told`: why. Doing it twice makes one event.
    """
    case, item, times = course.case, course.world.bundle.item, course.world.times
    holds, ends = clock.measured_anew(case.holds, item, times=times)
    clocks, deadlines = clock.reproject(case.clocks, item, course.world.at, times=times, holds=holds)
    owed, dates = dues.redated(case.dues, item, times)
    if not (ends or deadlines or dates):
        return False
    course.case = replace(case, clocks=tuple(clocks), holds=tuple(holds), dues=owed)
    course.happen(Happening(None, "reprojected", cause, {**told, "moved": [*deadlines, *ends, *dates]}))
    return True


def hours(organisation: Definition) -> dict[str, Any]:
    """The opening hours of every node that has its own."""
    nodes = organisation.get("nodes", {}).items()
    return {name: node["office_hours"] for name, node in nodes if "office_hours" in node}
