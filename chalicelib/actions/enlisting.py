"""Does the enlisting of members: asks a register who takes part, opens the case of each, or prepares it for the
applicant.

The ids are derived, so what is asked for twice is opened once. One member that fails holds up no other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from chalicelib.actions import registered, submit
from chalicelib.actions.office import Kit
from chalicelib.actions.parents import PRINCIPAL, Parent, hear, on_parent, report_of
from chalicelib.actions.settling import PASSES
from chalicelib.domain import children, joining, members
from chalicelib.domain.canonical import digest
from chalicelib.domain.change import Body, Link
from chalicelib.domain.definitions import Definition
from chalicelib.domain.events import Cause, Prompt
from chalicelib.domain.members import Report
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.transitions import Course
from chalicelib.domain.triggers import MAX_DEPTH

MOST_READ = 2_000  # records that one query looks at; a register that is larger is asked by a key


def seek(kit: Kit, parent: Parent, state: str, event: Body) -> bool:
    """Ask the register who takes part, and have the parent plan them."""
    declared = children.of_state(parent.item, state) or {}
    query = children.query_of(declared)
    if query is None:
        return False
    source = children.Source(parent.case, parent.form, event["data"].get("input", {}))
    register = str(query["register"])
    looked_at = registered.bodies(kit, register, islice(registered.ids(kit, register), MOST_READ))
    answers = (one for one, body in looked_at if children.answers(query, body, source))
    found = list(islice(answers, members.MOST))
    key = digest(["members", event["id"], state])[:16]

    def decide(course: Course, cause: Cause) -> bool:
        return joining.found(course, state, found, replace(cause, key=key))

    return on_parent(kit, parent.case.id, event, decide)


def open_all(
    kit: Kit, parent: Parent, event: Body, planned: Sequence[str], done: Counter[str]
) -> tuple[list[Report], list[Exception]]:
    """Open the cases of these members and tell the parent; what it was told, and what may pass if it is tried again."""
    reports, failures = list[Report](), list[Exception]()
    for member in planned:
        try:
            word, report = _open(kit, parent, member, event)
        except Problem as problem:
            if problem.kind in PASSES:
                failures.append(problem)
                continue
            word, report = "failed", Report(member, 0, code=problem.code)
        except Exception as failure:
            failures.append(failure)
            continue
        done[word] += 1
        reports += [report] if report else []
    if reports:
        hear(kit, parent.case.id, reports, event)
    return reports, failures


def _open(kit: Kit, parent: Parent, member: str, event: Body) -> tuple[str, Report | None]:
    """Open the member's case, or prepare it for the applicant; what became of it and what the parent is to hear."""
    entry = parent.case.members.get(member)
    if entry is None or parent.case.outcome is not None or members.standing(entry) == "dropped":
        return "gone", None
    declared = children.of_state(parent.item, str(entry["in"])) or {}
    pattern = children.pattern_of(declared, member)
    if pattern is None:
        raise Problem("conflict", "member-unknown", Text("没有这个成员", "no such member"))
    source = children.Source(parent.case, parent.form, event["data"].get("input", {}))
    source = replace(source, element=_element(kit, declared, source, member, entry))
    opening = _opening(parent, member, entry, pattern, source, event)
    form = children.form_of(pattern, source)
    item = kit.catalogue.bundle_of(str(pattern["item"])).item
    materials = _materials(item, pattern, parent)
    if pattern.get("filed_by") == children.BY_APPLICANT:
        from chalicelib.actions import drafting

        made = drafting.prepare(
            kit, opening, _whose(event, opening.owner), str(pattern["item"]), form, materials
        )
        return "prepared" if made else "again", None
    submission = submit.Submission(
        item=str(pattern["item"]),
        form=form,
        materials=materials,
        parties=(),
        key=opening.case_id,
        opening=opening,
    )
    done = submit.submit(kit, PRINCIPAL, submission)
    child = kit.cases.load(opening.case_id).case if done.seen is None else done.seen.case
    return "again" if done.seen is None else "opened", report_of(kit, member, child) if child else None


def _element(
    kit: Kit, declared: Definition, source: children.Source, member: str, entry: members.Entry
) -> Any:
    """The entry of the list, or the record, for which the member's case is."""
    query = children.query_of(declared)
    if query is None:
        return children.element_of(declared, source, member)
    record = kit.records.read(str(query["register"]), str(entry.get("of", member)))
    return dict(record.body) if record else None


def _opening(
    parent: Parent,
    member: str,
    entry: members.Entry,
    pattern: Definition,
    source: children.Source,
    event: Body,
) -> submit.Opening:
    """What only the parent says of the member's case. Problem `too-deep` where parents open parents without end."""
    case, prompt = parent.case, Prompt.after(event)
    if prompt.depth > MAX_DEPTH:
        said = Text("联办层级过深", "groups within groups without end")
        raise Problem("conflict", "too-deep", said, extra={"depth": prompt.depth})
    identity = children.case_id(case.id, member, entry)

    def named(name: str) -> str | None:
        value = children.value_of(pattern[name], source) if name in pattern else None
        return None if value is None else str(value)

    sources = children.material_sources(pattern, parent.materials)
    return submit.Opening(
        case_id=identity, owner=named("party") or case.owner,
        prompt=prompt,
        node=named("department"), window=named("window"), parent=case.id,
        links=(Link(identity, children.REL, case.id, valid_from=int(event["occurred_at"])),),
        materials={name: {"case": case.id, "material": str(one["id"])} for name, one in sources.items()},
    )  # fmt: skip


def _materials(item: Definition, pattern: Definition, parent: Parent) -> tuple[Mapping[str, Any], ...]:
    """The member's materials for which one of the parent's stands, given in the same way where it admits that."""
    modes = {str(one["id"]): one["modes"] for one in item.get("materials", ())}
    found = list[Mapping[str, Any]]()
    for name, given in children.material_sources(pattern, parent.materials).items():
        mode = given.get("mode")
        found.append({"id": name} | ({"mode": mode} if mode in modes.get(name, ()) else {}))
    return tuple(found)


def _whose(event: Body, owner: str) -> str:
    """Among whose drafts a prepared case is: of who brought it about for the owner, else of the owner."""
    actor = event["actor"]
    return str(actor["person"]) if actor.get("acting_for") == owner else owner
