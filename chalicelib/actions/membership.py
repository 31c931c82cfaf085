"""Does what a parent and its members owe each other: opens the cases of members, tells the parent how each fares.

The relay hands on the events of parents and members; a worker acts through the ordinary actions, as a named identity of
the platform. A message may come often, late and in any order: ids are derived, and what the parent is told is how
the member stands now, not what the message said.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.actions import moving, submit
from chalicelib.actions.office import Kit
from chalicelib.actions.ports import CommitRefused
from chalicelib.actions.settling import settle
from chalicelib.domain import children, expiry, joining, members
from chalicelib.domain.canonical import digest
from chalicelib.domain.cases import Case
from chalicelib.domain.change import Body, Link
from chalicelib.domain.definitions import Definition
from chalicelib.domain.events import Cause, Prompt
from chalicelib.domain.facts import PinnedFact
from chalicelib.domain.members import Report
from chalicelib.domain.outcomes import RecordsNeeded
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.transitions import Course
from chalicelib.domain.triggers import MAX_DEPTH

WORK = "members"
# The platform itself; no token can claim it, and what it does says so.
PRINCIPAL = Principal(
    str(joining.ACTOR["person"]), "并联办理", frozenset({"system"}), "system", internal=True
)
# What passes by itself is no fault of the member: the message comes back.
PASSES = frozenset({"throttled", "unavailable"})
MOST_READ = 2_000  # records that one query looks at; a register that is larger is asked by a key
WITHDRAW = "withdraw"  # the move that ends a dropped member's case, where its process has it and its group names none

Pair = tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Parent:
    """A parent as it stands, with the form that its members' are filled from."""

    case: Case
    item: Definition
    form: Mapping[str, Any]
    materials: Sequence[Mapping[str, Any]]


def hand_on(
    kit: Kit, later: Callable[[Sequence[str]], None] | None, pairs: Sequence[Pair],
    types: Mapping[Pair, str], of_groups: Collection[Pair],
) -> int:  # fmt: skip
    """Put the events of parents and members on the queue of work, a message each; how many.

    The stream says of each event whether it is one; of what a sweep found it is read, in the clear.
    """
    if later is None or not pairs:
        return 0
    unknown = sorted({pair for pair in pairs if pair not in types})
    grouped = {*of_groups, *(kit.cases.of_groups(unknown) if unknown else ())}
    concerned = [pair for pair in dict.fromkeys(pairs) if pair in grouped]
    if concerned:
        later([json.dumps({"work": WORK, "case": case, "seq": seq}) for case, seq in concerned])
    return len(concerned)


def respond(kit: Kit, case_id: str, seq: int) -> dict[str, int]:
    """Do what this event of a parent or a member asks for.

    Counts of `sought` (groups whose members a query found), `opened`, `prepared`, `again`, `failed`, `gone` (members
    of a parent), `withdrawn`, `missed` (members dropped), `told` (parents). One member that fails holds up no other:
    all are tried, then the first failure that may pass is raised, and the message comes back.
    """
    loaded, events = kit.cases.load(case_id), kit.cases.events(case_id, seq - 1, 1)
    if loaded.case is None or not events:  # erased since
        return {}
    done, event = Counter[str](), events[0]
    said = event["data"].get("members", {})
    parent = _parent(kit, loaded.case, loaded.form)
    for state in said.get("sought", ()):
        done["sought"] += _seek(kit, parent, state, event)
    if "planned" in said:
        _open_all(kit, parent, event, said["planned"], done)
    for member in said.get("dropped", ()):
        done[_withdraw(kit, parent, member, event)] += 1
    if loaded.case.parent is not None:
        done["told"] += _tell(kit, loaded.case, event)
    return {name: count for name, count in done.items() if count}


def _parent(kit: Kit, case: Case, stored: Body | None) -> _Parent:
    row = stored or {}
    return _Parent(
        case, kit.catalogue.bundle(case.release).item, row.get("form", {}), row.get("materials", ())
    )


# ── who takes part by a query


def _seek(kit: Kit, parent: _Parent, state: str, event: Body) -> bool:
    """Ask the register who takes part, and have the parent plan them."""
    declared = children.of_state(parent.item, state) or {}
    query = children.query_of(declared)
    if query is None:
        return False
    source = children.Source(parent.case, parent.form, event["data"].get("input", {}))
    found, after, looked = list[str](), None, 0
    while looked < MOST_READ and len(found) < members.MOST:
        listed = kit.records.list(str(query["register"]), after, 100)
        for row in listed.rows:
            record = kit.records.read(str(query["register"]), row.case_id)
            if record is not None and children.answers(query, record.body, source):
                found.append(row.case_id)
        looked, after = looked + len(listed.rows), listed.after
        if after is None:
            break
    key = digest(["members", event["id"], state])[:16]

    def decide(course: Course, cause: Cause) -> bool:
        return joining.found(course, state, found[: members.MOST], replace(cause, key=key))

    return _on_parent(kit, parent.case.id, event, decide)


# ── opening


def _open_all(kit: Kit, parent: _Parent, event: Body, planned: Sequence[str], done: Counter[str]) -> None:
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
        _report(kit, parent.case.id, reports, event)
        _withdraw_dropped(kit, parent.case.id, reports, event, done)
    if failures:
        raise failures[0]


def _open(kit: Kit, parent: _Parent, member: str, event: Body) -> tuple[str, Report | None]:
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
    parent: _Parent,
    member: str,
    entry: members.Entry,
    pattern: Definition,
    source: children.Source,
    event: Body,
) -> submit.Opening:
    """What only the parent says of the member's case. Problem `too-deep` where parents open parents without end."""
    case, depth = parent.case, int(event.get("depth", 0)) + 1
    if depth > MAX_DEPTH:
        said = Text("联办层级过深", "groups within groups without end")
        raise Problem("conflict", "too-deep", said, extra={"depth": depth})
    identity = children.case_id(case.id, member, entry)

    def named(name: str) -> str | None:
        value = children.value_of(pattern[name], source) if name in pattern else None
        return None if value is None else str(value)

    sources = children.material_sources(pattern, parent.materials)
    return submit.Opening(
        case_id=identity, owner=named("party") or case.owner,
        prompt=Prompt(None, str(event["id"]), str(event["root"]), depth),
        node=named("department"), window=named("window"), parent=case.id,
        links=(Link(identity, children.REL, case.id, valid_from=int(event["occurred_at"])),),
        materials={name: {"case": case.id, "material": str(one["id"])} for name, one in sources.items()},
    )  # fmt: skip


def _materials(item: Definition, pattern: Definition, parent: _Parent) -> tuple[Mapping[str, Any], ...]:
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


# ── telling the parent


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


def _tell(kit: Kit, child: Case, event: Body) -> bool:
    parent = kit.cases.load(child.parent).case
    member = children.member_of(parent, child.id) if parent else None
    if parent is None or member is None:
        return False
    report = report_of(kit, member, child)
    if members.merged(parent.members, [report]) == parent.members or not _matters(parent, report):
        return False
    return _report(kit, parent.id, [report], event)


def _matters(parent: Case, report: Report) -> bool:
    """Whether the parent would be another: that its member's case went on is no news by itself."""
    before = parent.members[report.member]
    after = members.merged(parent.members, [report])[report.member]
    return {**before, "seq": 0} != {**after, "seq": 0} or not before.get("seq")


def _report(kit: Kit, parent_id: str, reports: Sequence[Report], event: Body) -> bool:
    """Have the parent take down what was heard."""
    return _on_parent(kit, parent_id, event, lambda course, cause: joining.note(course, reports, cause))


def _on_parent(kit: Kit, parent_id: str, event: Body, decide: Callable[[Course, Cause], bool]) -> bool:
    """One decision about the parent, in a transaction of its own; False when it makes no difference.

    What fell due before happened before it.
    """
    needed: set[tuple[str, str]] = set()

    def attempt() -> bool:
        while True:
            try:
                return _attempt(kit, parent_id, event, decide, needed)
            except RecordsNeeded as more:  # a final state may follow from the join
                needed.update(more.keys)
            except CommitRefused as refused:
                needed.update(refused.records)
                raise

    return settle(kit, attempt)


def _attempt(
    kit: Kit, parent_id: str, event: Body, decide: Callable[[Course, Cause], bool],
    records: set[tuple[str, str]],
) -> bool:  # fmt: skip
    loaded = kit.cases.load(parent_id, records=sorted(records))
    case = loaded.case
    if case is None or case.outcome is not None:
        return False
    office, stored = kit.office(loaded.pointer), loaded.form or {}
    pins = {name: PinnedFact.from_json(pin) for name, pin in stored.get("facts", {}).items()}
    world = office.world(kit.catalogue.bundle(case.release), case.node)
    course = Course(world, case, dict(stored.get("form", {})), pins, loaded.records)
    expiry.pass_time(course)
    at = max(office.at, course.case.at)
    cause = Cause(joining.ACTOR, at, at, caused_by=str(event["id"]), root=str(event["root"]))
    if not decide(course, cause):
        return False
    kit.cases.commit(course.change(), loaded.chain)
    return True


# ── members that were dropped


def _withdraw_dropped(
    kit: Kit, parent_id: str, reports: Sequence[Report], event: Body, done: Counter[str]
) -> None:
    """Who was dropped while their case was being opened, before the drop could find it."""
    loaded = kit.cases.load(parent_id)
    if loaded.case is None:
        return
    parent = _parent(kit, loaded.case, loaded.form)
    for report in reports:
        if report.seq and parent.case.members.get(report.member, {}).get("dropped"):
            done[_withdraw(kit, parent, report.member, event)] += 1


def _withdraw(kit: Kit, parent: _Parent, member: str, event: Body) -> str:
    """End the case of a dropped member by the move that the group names; `missed` where there is none to make."""
    entry = parent.case.members.get(member)
    if entry is None or not entry.get("dropped"):
        return "missed"
    child = children.case_id(parent.case.id, member, entry)
    declared = children.of_state(parent.item, str(entry["in"])) or {}
    prompt = Prompt(None, str(event["id"]), str(event["root"]), int(event.get("depth", 0)) + 1)
    request = moving.MoveRequest(
        case_id=child, move=str(declared.get("withdraw", WITHDRAW)), given={},
        prompt=replace(prompt, depth=min(prompt.depth, MAX_DEPTH)), once=f"drop_{child}",
    )  # fmt: skip
    try:
        done = moving.move(kit, PRINCIPAL, request)
    except Problem as problem:
        if problem.code in ("case-not-found", "move-not-available", "input-invalid"):
            return "missed"
        raise
    return "again" if done.replayed else "withdrawn"
