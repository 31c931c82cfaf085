"""Decides how a running case leaves a faulty release: the same case under another one, its clocks told anew.

A case runs on the release that it began under (DESIGN 6). Only two people together move it, after a dry run
(decisions 5, 36). Nothing that happened is changed: the state is placed in the new chart, the clocks are worked out
from the events as if the new declarations had held from the start, and what already fired does not fire again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.domain import clock, course_clocks, dues, filing, issued, service
from chalicelib.domain.cases import Case
from chalicelib.domain.change import Body
from chalicelib.domain.events import Cause
from chalicelib.domain.facts import PinnedFact
from chalicelib.domain.process import compile_process
from chalicelib.domain.transitions import Course, Happening
from chalicelib.domain.world import World


def migrate(
    world: World,
    case: Case,
    stored: Body,
    history: Sequence[Body],
    *,
    states: Mapping[str, str],
    release_set: int,
    old: Mapping[str, Any],
    cause: Cause,
    told: Mapping[str, Any],
) -> Course:
    """The course that takes `case` to `world`'s release. `old` is the process that it ran on, `states` says where
    a state went that the new chart calls otherwise, `stored` its form row, `told` what the event says beside that.

    Raises Problem: conflict `state-unknown`, invalid `form-invalid`.
    """
    form = dict(stored.get("form", {}))
    filing.check_form(world.bundle, form)
    before = compile_process(old).active(case.configuration)
    configuration = world.process.placed([states.get(state, state) for state in before])
    pins = {name: PinnedFact.from_json(pin) for name, pin in stored.get("facts", {}).items()}
    moved = replace(
        case, release=world.bundle.release, release_set=release_set, configuration=configuration,
        clocks=(), limits={}, holds=case.holds,
    )  # fmt: skip
    course = Course(world, moved, form, pins)
    _tell_clocks(course, history)
    carried = [*_carried(course.case.clocks, case.clocks), *_of_groups(world, course.case, case)]
    owed = dues.carried(case.dues, world.bundle.item, world.times, world.at)
    course.case = replace(course.case, clocks=tuple(carried), dues=owed)
    data = {**told, "from_release": case.release, "to_release": world.bundle.release}
    course.happen(Happening(None, "migrated", cause, data))
    return course


def deadlines_moved(before: Case, after: Case) -> int:
    """How many deadlines are another instant than before; one that came or went counts as well."""
    old, new = deadlines(before), deadlines(after)
    return sum(old.get(name, -1) != new.get(name, -1) for name in {*old, *new})


def deadlines(case: Case) -> dict[str, int | None]:
    """The deadline (ms) of every clock that runs, and of every part that is owed and not breached."""
    return {**{one["id"]: one["deadline"] for one in clock.running(case.clocks)}, **dues.ahead(case.dues)}


def _tell_clocks(course: Course, history: Sequence[Body]) -> None:
    """Let the new clocks hear of everything that happened, in order."""
    received = course.case.opened_at
    papers = issued.by_id(course.case.id, history)
    back = {one.emits for one in course.world.process.internal.values() if one.backdate}
    for event in history:
        name, at = str(event["type"]).removeprefix("case."), int(event["occurred_at"])
        data = event.get("data", {})
        entered = [state for state in data.get("to", ()) if state not in data.get("from", ())]
        if name == "resubmitted":
            received = int(event["recorded_at"])
        milestones = [name, *(f"state:{state}" for state in entered)]
        on = course.world.times.day_of(at)
        clocks, limits = course_clocks.after(course, milestones, at, on, received if name in back else None)
        course.case = replace(course.case, clocks=tuple(clocks), limits=limits)
        service.retold(course, event, papers)


def _of_groups(world: World, now: Case, before: Case) -> list[clock.Clock]:
    """Clocks that end with their longest member, as they stand: what is heard of members is no milestone."""
    known = {one["id"] for one in now.clocks}
    ended = {one["id"] for one in world.bundle.item.get("clocks", ()) if one.get("limit") == clock.GROUPED}
    return [one for one in before.clocks if one["id"] in ended - known]


def _carried(new: Iterable[clock.Clock], old: Iterable[clock.Clock]) -> list[clock.Clock]:
    """The new clocks with what was decided about the old ones by hand, and without firing anything twice."""
    known = {one["id"]: one for one in old}
    carried = []
    for one in new:
        again = one.copy()
        if one["id"] in known:
            again["fired"] = list(known[one["id"]]["fired"])
            again["extensions"] = list(known[one["id"]]["extensions"])
            if "awaits" in known[one["id"]] and known[one["id"]]["started_at"] == one["started_at"]:
                again["awaits"] = known[one["id"]]["awaits"]
        carried.append(again)
    return carried
