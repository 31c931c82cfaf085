"""Does what a parent decides when something is heard of its members: in a transaction of its own, on the parent alone.

What it is told is how the member stands now, not what a message said: words may come often, late and in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.actions.deciding import decide_on
from chalicelib.actions.office import Kit, RecordKey
from chalicelib.actions.settling import Book, course_of
from chalicelib.domain import expiry, joining
from chalicelib.domain.cases import Case
from chalicelib.domain.change import Body
from chalicelib.domain.definitions import Definition
from chalicelib.domain.events import Cause
from chalicelib.domain.members import Report
from chalicelib.domain.parties import Principal
from chalicelib.domain.transitions import Course

# The platform itself; no token can claim it, and what it does says so.
PRINCIPAL = Principal(
    str(joining.ACTOR["person"]), "并联办理", frozenset({"system"}), "system", internal=True
)


@dataclass(frozen=True, slots=True)
class Parent:
    """A parent as it stands, with the form that its members' are filled from."""

    case: Case
    item: Definition
    form: Mapping[str, Any]
    materials: Sequence[Mapping[str, Any]]


def parent_of(kit: Kit, case: Case, stored: Body | None) -> Parent:
    row = stored or {}
    return Parent(
        case, kit.catalogue.bundle(case.release).item, row.get("form", {}), row.get("materials", ())
    )


def report_of(kit: Kit, member: str, child: Case) -> Report:
    """How a member's case stands: its end, or the deadline that its own clocks give it."""
    bundle = kit.catalogue.bundle(child.release)
    if child.outcome is not None:  # the head names the final state, the group asks what that means
        process = bundle.process or {"states": {}}
        return Report(member, child.seq, str(process["states"][child.outcome]["outcome"]))
    return Report(member, child.seq, due=_due(child, bundle.item))


def _due(child: Case, item: Definition) -> int | None:
    """The latest deadline of its running clocks: what was promised, else what the law gives, else any; an observed
    clock is another body's."""
    observed = {one["id"] for one in item.get("clocks", ()) if one.get("observed")}
    going = [one for one in child.clocks if one["deadline"] is not None and one["running_since"] is not None]
    for effect in ("promised", "statutory", "internal"):
        dues = [one["deadline"] for one in going if one["effect"] == effect and one["id"] not in observed]
        if dues:
            return max(due for due in dues if due is not None)
    return None


def hear(kit: Kit, parent_id: str, reports: Sequence[Report], event: Body) -> bool:
    """Have the parent take down what was heard."""
    return on_parent(kit, parent_id, event, lambda course, cause: joining.note(course, reports, cause))


def on_parent(kit: Kit, parent_id: str, event: Body, decide: Callable[[Course, Cause], bool]) -> bool:
    """One decision about the parent, in a transaction of its own; False when it makes no difference.

    What fell due before happened before it.
    """
    return decide_on(kit, lambda records, book: _attempt(kit, parent_id, event, decide, records, book))


def _attempt(
    kit: Kit, parent_id: str, event: Body, decide: Callable[[Course, Cause], bool],
    records: Sequence[RecordKey], book: Book,
) -> bool:  # fmt: skip
    loaded = kit.cases.load(parent_id, records=records)
    case = loaded.case
    if case is None or case.outcome is not None:
        return False
    office = kit.office(loaded.pointer)
    world = office.world(kit.catalogue.bundle(case.release), case.node)
    course = course_of(world, case, loaded, book)
    expiry.pass_time(course)
    at = max(office.at, course.case.at)
    cause = Cause(joining.ACTOR, at, at, caused_by=str(event["id"]), root=str(event["root"]))
    if not decide(course, cause):
        return False
    book.commit(kit, course.change(), loaded.chain)
    return True
