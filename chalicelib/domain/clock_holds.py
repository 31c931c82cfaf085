"""Does the opening and closing of special steps 特殊环节, which pause the clocks they concern.

A special step needs a declaration in the item (name, basis, maximum, whether its time counts) and a written
notice (行政许可法 第45条).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.clock_reading import Reading, settled
from chalicelib.domain.clock_spans import Clock, Hold, begun, declared
from chalicelib.domain.clock_units import Times, Unit
from chalicelib.domain.problems import Problem, Text


def open_hold(
    clocks: Sequence[Clock],
    declarations: Mapping[str, Any],
    hold_id: str,
    at: int,
    *,
    document: str,
    times: Times,
    holds: Sequence[Hold] = (),
) -> tuple[list[Clock], list[Hold]]:
    """Begin a special step at `at` by the notice `document`; refused if undeclared, or while it is open."""
    declaration = declared(declarations, "holds", hold_id)
    if not declaration:
        said = Text(f"本事项没有特殊环节“{hold_id}”", f"this item has no special step {hold_id!r}")
        raise Problem("invalid", "hold-not-declared", said)
    if any(one["id"] == hold_id and one["end"] is None for one in holds):
        said = Text("该特殊环节已在进行", "this special step is already under way")
        raise Problem("conflict", "hold-already-open", said)
    longest = declaration["max"]
    hold: Hold = {
        "id": hold_id,
        "document": document,
        "start": at,
        "end": None,
        "max_until": latest_end(longest["budget"], longest["unit"], at, times),
        "blocks": list(declaration.get("blocks", ())),
    }
    return _settle(clocks, declarations, [*holds, hold], at, times)


def close_hold(
    clocks: Sequence[Clock],
    declarations: Mapping[str, Any],
    hold_id: str,
    at: int,
    *,
    times: Times,
    holds: Sequence[Hold],
) -> tuple[list[Clock], list[Hold]]:
    """End a special step. One left open past its maximum ended then, whenever that is noticed."""
    if not any(one["id"] == hold_id and one["end"] is None for one in holds):
        raise Problem(
            "conflict", "hold-not-open", Text("该特殊环节未在进行", "this special step is not under way")
        )
    closed: list[Hold] = []
    for hold in holds:
        again = hold.copy()
        if hold["id"] == hold_id and hold["end"] is None:
            again["end"] = min(at, hold["max_until"])
        closed.append(again)
    return _settle(clocks, declarations, closed, at, times)


def measured_anew(
    holds: Sequence[Hold], declarations: Mapping[str, Any], *, times: Times
) -> tuple[list[Hold], list[dict[str, Any]]]:
    """The holds under a new calendar, and `{"hold", "old", "new"}` of each open one whose latest end moved.

    One that has ended lasted as long as it did.
    """
    again, moved = list[Hold](), list[dict[str, Any]]()
    for hold in holds:
        longest = declared(declarations, "holds", hold["id"]).get("max")
        end = hold["max_until"]
        if hold["end"] is None and longest:
            end = latest_end(longest["budget"], longest["unit"], hold["start"], times)
        if end != hold["max_until"]:
            moved.append({"hold": hold["id"], "old": hold["max_until"], "new": end})
        again.append({**hold, "max_until": end})
    return again, moved


def latest_end(budget: int, unit: Unit, start: int, times: Times) -> int:
    """The end of the maximum, counted as any period is and interrupted by nothing."""
    period = begun("maximum", "internal", unit, budget, start)
    end = Reading(period, {}, times, ()).deadline
    if end is None:
        raise AssertionError("a period that nothing interrupts has an end")
    return end


def _settle(
    clocks: Sequence[Clock], declarations: Mapping[str, Any], holds: list[Hold], at: int, times: Times
) -> tuple[list[Clock], list[Hold]]:
    return [settled(Reading(one, declarations, times, holds), at) for one in clocks], holds
