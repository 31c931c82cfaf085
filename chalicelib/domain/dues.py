"""Decides what a party of a case owes: by when, what of it is open, what comes due; told anew under a new calendar.

An item's `dues` (mechanism 7) say who owes whom, from when, and what fulfils it. A series has parts, each with its
amount and deadline; the amounts add up to the whole. All of it stands in the case's head, so a part is fulfilled once
and breached once: the head's own condition guards it. A special step of the office stops no party's deadline.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain.change import Body, Due
from chalicelib.domain.clock_holds import latest_end
from chalicelib.domain.clock_reading import Reading
from chalicelib.domain.clock_spans import Clock, begun, declared
from chalicelib.domain.clock_timers import EXPIRY, Firing
from chalicelib.domain.clock_units import Times
from chalicelib.domain.definitions import Definition

if TYPE_CHECKING:
    from chalicelib.domain.cases import Case
    from chalicelib.domain.transitions import Course

# In a case's head: {"id", "origin": ms, "parts": [{"start", "deadline": ms, "amount"?, "paid"?, and when it was
# "fulfilled"?, "breached"?, "ended"?: ms, "fired"?: rungs}]}; a part's number is its place, from 1.
Owed = Mapping[str, Any]
Part = Mapping[str, Any]

BREACHED, APPROACHING = "due_breached", "due_approaching"
OFFICE = "office"  # who handles the case, where it owes or is owed
MAX_PARTS = 24  # of one due: all of them stand in the head


def is_open(part: Part) -> bool:
    """Whether it is still owed; one that was breached is."""
    return "fulfilled" not in part and "ended" not in part


def open_parts(owed: Owed | None) -> list[int]:
    """The numbers of the parts that are still owed, the oldest first."""
    return [number for number, part in enumerate(owed["parts"], 1) if is_open(part)] if owed else []


def state_of(part: Part) -> str:
    for name in ("fulfilled", "breached", "ended"):
        if name in part:
            return name
    return "owed"


def next_deadline(owed: Owed) -> int | None:
    """The earliest deadline (ms) of what is still owed, breached or not."""
    return min((part["deadline"] for part in owed["parts"] if is_open(part)), default=None)


def clock_of(owed: Owed, part: Part, item: Definition, times: Times) -> Clock:
    """The part's time as a clock that ends at its deadline; told in days from the deadline before it."""
    named = str(declared(item, "dues", owed["id"]).get("clock", ""))
    days = times.hours.day(part["deadline"]) - times.hours.day(part["start"])
    clock = begun(named, "due", "calendar_day", max(0, days), part["start"])
    clock["until"] = part["deadline"]
    return clock


def pending(table: Iterable[Owed], item: Definition, times: Times) -> list[Firing]:
    """Every rung of a part that is owed and has not fired: what approaches, and the breach at its deadline."""
    found = list[Firing]()
    for owed in table:
        declaration = declared(item, "dues", owed["id"])
        for number, part in enumerate(owed["parts"], 1) if declaration else ():
            if state_of(part) == "owed":
                found += _rungs(owed, number, part, declaration, item, times)
    return found


def _rungs(
    owed: Owed, number: int, part: Part, declaration: Definition, item: Definition, times: Times
) -> list[Firing]:
    event = declaration.get("on_breach", {}).get("event")
    found = [Firing(owed["id"], EXPIRY, event, part["deadline"], number)]
    asked = declared(item, "clocks", declaration["clock"]).get("rungs", ())
    early = sorted({rung for rung in asked if rung < EXPIRY} - {*part.get("fired", ())})
    if early:
        reading = Reading(clock_of(owed, part, item, times), item, times, ())
        reached = [(rung, reading.share_reached(rung)) for rung in early]
        found += [Firing(owed["id"], rung, None, at, number) for rung, at in reached if at is not None]
    return found


def fire(course: Course, firing: Firing) -> Body:
    """Note a rung of a part; what its event says. A breach writes the record that is declared for it."""
    case, item = course.case, course.world.bundle.item
    owed = entry_of(case.dues, firing.id) or {}
    number = int(firing.part or 0)
    part = owed["parts"][number - 1]
    breach = firing.rung == EXPIRY
    after = {"breached": firing.at} if breach else {"fired": sorted({*part.get("fired", ()), firing.rung})}
    course.case = replace(case, dues=with_due(case.dues, with_part(owed, number, {**part, **after})))
    declaration = declared(item, "dues", firing.id)
    if breach:
        from chalicelib.domain import due_records

        due_records.write(course, declaration, owed, number)
    told = {"do": "breached" if breach else "approaching", "id": firing.id, "part": number}
    return {
        "clock": declaration["clock"], "due": firing.at, "rung": firing.rung,
        "owed": [told | {"of": len(owed["parts"])} | left_of(part)],
    }  # fmt: skip


def redated(
    table: Sequence[Owed], item: Definition, times: Times
) -> tuple[tuple[Owed, ...], list[dict[str, Any]]]:
    """The dues under a new calendar, and `{"owed", "part", "old", "new"}` of each deadline to come that moved."""
    after, moved = list[Owed](), list[dict[str, Any]]()
    for owed in table:
        clock = declared(item, "clocks", str(declared(item, "dues", owed["id"]).get("clock", "")))
        dates = dates_of(clock, len(owed["parts"]), owed["origin"], times) if clock else []
        again = owed
        for number, (start, deadline) in enumerate(dates, 1):
            part = owed["parts"][number - 1]
            if state_of(part) == "owed" and part["deadline"] != deadline:
                moved.append({"owed": owed["id"], "part": number, "old": part["deadline"], "new": deadline})
                again = with_part(again, number, {**part, "start": start, "deadline": deadline})
        after.append(again)
    return tuple(after), moved


def ended(owed: Owed, at: int) -> Owed:
    """What is still owed of it is followed no longer; a breach stays one."""
    return {**owed, "parts": [{**part, "ended": at} if is_open(part) else part for part in owed["parts"]]}


def carried(table: Sequence[Owed], item: Definition, times: Times, at: int) -> tuple[Owed, ...]:
    """The dues of a case that came to another release: dated by its clocks; what it declares no more has ended."""
    after, _ = redated(table, item, times)
    return tuple(one if declared(item, "dues", one["id"]) else ended(one, at) for one in after)


def ahead(table: Iterable[Owed]) -> dict[str, int]:
    """Every deadline (ms) to come, by `<due>.<part>`."""
    return {
        f"{owed['id']}.{number}": part["deadline"]
        for owed in table
        for number, part in enumerate(owed["parts"], 1)
        if state_of(part) == "owed"
    }


def rows(before: Sequence[Owed], case: Case, item: Definition) -> tuple[Due, ...]:
    """A row for every due that is another than before, by which its parties and the desk find it."""
    known = {one["id"]: one for one in before}
    changed = [one for one in case.dues if known.get(one["id"]) != one]
    return tuple(_row(one, case, declared(item, "dues", one["id"])) for one in changed)


def subject_of(case: Case, named: str) -> str | None:
    """Who `party:<role>` is; None for the office."""
    role = named.removeprefix("party:")
    return next(
        (str(one["subject"]) for one in case.parties if named != OFFICE and one["role"] == role), None
    )


def _row(owed: Owed, case: Case, declaration: Definition) -> Due:
    sides = {side: subject_of(case, str(declaration.get(side, OFFICE))) for side in ("by", "to")}
    return Due(str(owed["id"]), owed, sides["by"], sides["to"], next_deadline(owed))


def dates_of(clock: Definition, count: int, origin: int, times: Times) -> list[tuple[int, int]]:
    """(start, deadline) of each part: the n-th ends n periods after the origin, so no month's end drifts."""
    ends = [latest_end(clock["budget"] * n, clock["unit"], origin, times) for n in range(1, count + 1)]
    return list(zip([origin, *ends[:-1]], ends, strict=True))


def left_of(part: Part) -> dict[str, Any]:
    return {"amount": part["amount"] - part.get("paid", 0)} if "amount" in part else {}


def entry_of(table: Iterable[Owed], identity: str) -> Owed | None:
    return next((one for one in table if one["id"] == identity), None)


def with_due(table: Sequence[Owed], owed: Owed) -> tuple[Owed, ...]:
    """The table with this one in the place of its former self, or after the others."""
    if entry_of(table, str(owed["id"])) is None:
        return (*table, owed)
    return tuple(owed if one["id"] == owed["id"] else one for one in table)


def with_part(owed: Owed, number: int, part: Part) -> Owed:
    parts = list(owed["parts"])
    parts[number - 1] = part
    return {**owed, "parts": parts}
