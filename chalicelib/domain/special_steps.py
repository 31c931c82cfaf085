"""Decides the moves that an item's special steps 特殊环节 and extensions make: beginning, ending, extending, by whom.

They are declared with the clocks and not in the process: `holds` → `begin_<hold>` and `end_<hold>`, a clock's
`extension` → `extend_<clock>`. None moves the chart; each pauses, resumes or lengthens clocks, and the first and the
last leave a written notice (行政许可法 第42、45条: reasons and the time needed are told to the applicant).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain import clock, ids
from chalicelib.domain.cases import Case
from chalicelib.domain.clock_spans import declared
from chalicelib.domain.definitions import Definition
from chalicelib.domain.events import Cause

if TYPE_CHECKING:
    from chalicelib.domain.transitions import Course
    from chalicelib.domain.world import World

DERIVED = BEGIN, END, EXTEND = "begin_", "end_", "extend_"  # no move of a process may begin so
# Sample default, not from the plan: who handles the case, where a hold names nobody.
HANDLER = ("post:handler",)
ORDER = 900  # after the process's own


def with_special_steps(process: Definition, item: Definition) -> Definition:
    """The process with the moves of the item's special steps and extensions; itself where there are none."""
    opening = set(_initial(process["chart"]["states"]))
    states = [name for name, one in process["states"].items() if not one.get("final") and name not in opening]
    more = dict(_moves(item, states))
    return {**process, "moves": {**process["moves"], **more}} if more and states else process


def pointless(world: World, case: Case) -> set[str]:
    """Those of them that are not offered now: a step that is or is not under way, a clock that cannot be extended."""
    item, found = world.bundle.item, set[str]()
    is_open = {one["id"] for one in clock.open_holds(case.holds, world.at)}
    going = {one["id"] for one in case.clocks if one["stopped_at"] is None}
    for hold in item.get("holds", ()):
        concerned = going & set(hold.get("clocks", going))
        if hold["id"] in is_open or not concerned or _came_too_late(world, case, hold):
            found.add(_name(BEGIN, hold["id"]))
        if hold["id"] not in is_open:
            found.add(_name(END, hold["id"]))
    by_id = {one["id"]: one for one in case.clocks}
    for one in (one for one in item.get("clocks", ()) if "extension" in one):
        running = by_id.get(one["id"])
        if running is None or not _extensible(world, case, running):
            found.add(_name(EXTEND, one["id"]))
    return found


def take(course: Course, move: str, cause: Cause) -> dict[str, Any]:
    """Do to the case's clocks and holds what the move says; what the event says beside its input.

    Nothing where the move is one of the process's own. Raises the conflicts of `clock.open_hold`, `close_hold`
    and `extend`, which name the article.
    """
    case, world, item = course.case, course.world, course.world.bundle.item
    at, times = cause.recorded_at, world.times
    for hold in item.get("holds", ()):
        if move == _name(BEGIN, hold["id"]):
            document = str(item.get("wording", {}).get(hold["document"], hold["document"]))
            notice = ids.derived("out", case.id, str(case.seq + 1), document)
            clocks, holds = clock.open_hold(
                case.clocks, item, hold["id"], at, document=notice, times=times, holds=case.holds
            )
            course.case = replace(case, clocks=tuple(clocks), holds=tuple(holds))
            return {"hold": hold["id"], "until": holds[-1]["max_until"]}
        if move == _name(END, hold["id"]):
            clocks, holds = clock.close_hold(case.clocks, item, hold["id"], at, times=times, holds=case.holds)
            course.case = replace(case, clocks=tuple(clocks), holds=tuple(holds))
            return {"hold": hold["id"]}
    for one in case.clocks:
        if move == _name(EXTEND, one["id"]) and "extension" in declared(item, "clocks", one["id"]):
            longer = clock.extend(one, item, at, by=str(cause.actor["person"]), times=times, holds=case.holds)
            course.case = replace(case, clocks=tuple(longer if c is one else c for c in case.clocks))
            return {"clock": one["id"], "old": one["deadline"], "new": longer["deadline"]}
    return {}


def _moves(item: Definition, states: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for hold in item.get("holds", ()):
        title, by = hold["title"], list(hold.get("by", HANDLER))
        shared = {"by": by, "stays": True, "in": list(states), "basis": hold["basis"]}
        begin = {
            "title": _said("开始", "Begin", title),
            "emits": "hold_began",
            "order": ORDER,
            "reason": True,
        }
        yield _name(BEGIN, hold["id"]), {**shared, **begin, "issues": [hold["document"]]}
        end = {"title": _said("结束", "End", title), "emits": "hold_ended", "order": ORDER + 1}
        yield _name(END, hold["id"]), {**shared, **end}
    for one in item.get("clocks", ()):
        if "extension" in one:
            granted = one["extension"]
            notice = [granted["document"]] if "document" in granted else []
            yield (
                _name(EXTEND, one["id"]),
                {
                    "title": _said("延长", "Extend", one["title"]), "by": list(granted["by"]), "emits": "extended",
                    "order": ORDER + 2, "reason": True, "stays": True, "in": list(states), "issues": notice,
                },
            )  # fmt: skip


def _came_too_late(world: World, case: Case, hold: Mapping[str, Any]) -> bool:
    """What waits for the step has happened already, and nothing of it can happen now."""
    waiting = set(hold.get("blocks", ()))
    return bool(waiting & case.done.keys()) and not waiting & set(world.process.enabled(case.configuration))


def _extensible(world: World, case: Case, one: clock.Clock) -> bool:
    if one["extensions"] or one["stopped_at"] is not None:
        return False
    seen = clock.project(one, world.bundle.item, world.at, times=world.times, holds=case.holds)
    return not seen.overdue


def _initial(states: Mapping[str, Any]) -> Iterator[str]:
    """The states in which a case begins: before an answer to the application there is nothing to examine."""
    for name, state in states.items():
        if state.get("initial"):
            yield name
            yield from _initial(state.get("states", {}))


def _name(act: str, identity: str) -> str:
    return act + identity.replace("-", "_")


def _said(zh: str, en: str, title: Mapping[str, str]) -> dict[str, str]:
    return {"zh": f"{zh}{title['zh']}", "en": f"{en}: {title['en']}"}
