"""Draws histories of a case's clocks: the same for the same number, in every run."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

from tests.builders_clock import EXPERTS, HEARING, MEETING, Draw, declaration
from tests.builders_eras import Notice, notices
from tests.builders_witness import CLOSE, DAY, MINUTE, midnight, ordinal_of

UNITS = ["working_day"] * 5 + ["office_hour"] * 2 + ["calendar_day"] * 3 + ["month", "year"]
MOST = {"working_day": 60, "office_hour": 40, "calendar_day": 60, "month": 3, "year": 1}
LONGER = {"working_day": 10, "office_hour": 4, "calendar_day": 15, "month": 1, "year": 1}
RUNGS = (50, 80, 100)
STEPS = (["hold"] * 4 + ["release"] * 4 + ["sent_back"] * 2 + ["resumed"] * 3 + ["extend"] * 2 + ["look"] * 2
         + ["accepted"])  # fmt: skip
HOLDS = {
    "hearing": {**HEARING, "max": {"budget": 20, "unit": "working_day"}},
    "experts": {**EXPERTS, "max": {"budget": 30, "unit": "calendar_day"}, "clocks": ["decision"]},
    "meeting": MEETING,  # its time counts: it pauses nothing
}
HEEDS = {"decision": frozenset({"hearing", "experts"}), "service": frozenset({"hearing"})}


@dataclass(frozen=True)
class Step:
    """What a person does at `at`; `name` is the special step that is held or released."""

    at: int
    what: str
    name: str


@dataclass(frozen=True)
class Plan:
    """One drawn history: what is promised, from when, what happens, when the sweeper is down."""

    number: int
    clocks: tuple[dict[str, Any], ...]
    start: int
    received: int  # from when the start takes effect
    notice: Notice
    late: bool  # the notice is loaded after some day that it changes
    steps: tuple[Step, ...]
    down: tuple[float, float]


def drawn(number: int) -> Plan:
    draw = Draw(number)
    notice = notices()[draw.below(len(notices()))]
    first, last = notice.told
    late = draw.below(10) == 0
    told = midnight(first.toordinal()) + draw.below((last - first).days * 1440 + 1) * MINUTE
    told += (20 * DAY + draw.below(10) * DAY) * late
    start = told - draw.below(30 * 1440) * MINUTE
    received = start - draw.below(8 * 1440) * MINUTE if draw.below(8) == 0 else start
    at, steps = start, [Step(told, "notice", "")]
    for _ in range(2 + draw.below(9)):
        at = _later(draw, at)
        steps.append(
            Step(at, STEPS[draw.below(len(STEPS))], ["hearing", "experts", "meeting"][draw.below(3)])
        )
    steps.sort(key=lambda step: step.at)
    begin = start + draw.below(40 * 1440) * MINUTE
    down = (begin, begin + draw.below(40 * 1440) * MINUTE) if draw.below(3) == 0 else (inf, inf)
    return Plan(number, _declared(draw), start, received, notice, late, tuple(steps), down)


def _later(draw: Draw, at: int) -> int:
    """Minutes, hours or days later; now and then at the very close of business, or at the same instant."""
    kind = draw.below(8)
    if kind == 0:
        return at
    if kind == 1:
        day = ordinal_of(at) + draw.below(6)
        return max(at, midnight(day) + CLOSE)
    return at + draw.below((120, 2 * 1440, 9 * 1440)[kind % 3]) * MINUTE


def _declared(draw: Draw) -> tuple[dict[str, Any], ...]:
    """The decision's clock, and every other time a service that begins with its expiry, by itself."""
    unit = draw.of(UNITS)
    budget = draw.below(MOST[unit] + 1) or int(unit == "office_hour")
    silent = ["timed_out"] if draw.below(2) else []
    extension = {"budget": LONGER[unit], "by": ["post:head"], "basis": "行政许可法 第42条"}
    decision = declaration(
        unit=unit, budget=budget, rungs=list(RUNGS), stops_on=["sent_back", *silent], extension=extension
    )
    if draw.below(2):
        return (decision,)
    unit = draw.of(UNITS)
    service = declaration(
        id="service", unit=unit, budget=1 + draw.below(MOST[unit]), rungs=[50], on_expiry="timeout.service",
        starts_on=["timed_out"], stops_on=["sent_back"],
    )  # fmt: skip
    return (decision, service)
