"""Does what a parent and its members owe each other: opens the cases of members, tells the parent how each fares.

The relay hands on the events of parents and members; a worker acts through the ordinary actions, as a named identity
of the platform. A message may come often, late and in any order.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from chalicelib.actions import moving
from chalicelib.actions.enlisting import open_all, seek
from chalicelib.actions.office import Kit
from chalicelib.actions.parents import PRINCIPAL, Parent, hear, parent_of, report_of
from chalicelib.domain import children, members
from chalicelib.domain.cases import Case
from chalicelib.domain.change import Body
from chalicelib.domain.events import Prompt
from chalicelib.domain.members import Report
from chalicelib.domain.problems import Problem
from chalicelib.domain.triggers import MAX_DEPTH

WORK = "members"
WITHDRAW = "withdraw"  # the move that ends a dropped member's case, where its process has it and its group names none

Pair = tuple[str, int]


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
    parent = parent_of(kit, loaded.case, loaded.form)
    for state in said.get("sought", ()):
        done["sought"] += seek(kit, parent, state, event)
    failures = list[Exception]()
    if "planned" in said:
        reports, failures = open_all(kit, parent, event, said["planned"], done)
        _withdraw_dropped(kit, parent.case.id, reports, event, done)
    for member in said.get("dropped", ()):
        done[_withdraw(kit, parent, member, event)] += 1
    if loaded.case.parent is not None:
        done["told"] += _tell(kit, loaded.case, event)
    if failures:
        raise failures[0]
    return {name: count for name, count in done.items() if count}


def _tell(kit: Kit, child: Case, event: Body) -> bool:
    parent = kit.cases.load(child.parent).case
    member = children.member_of(parent, child.id) if parent else None
    if parent is None or member is None:
        return False
    report = report_of(kit, member, child)
    if members.merged(parent.members, [report]) == parent.members or not _matters(parent, report):
        return False
    return hear(kit, parent.id, [report], event)


def _matters(parent: Case, report: Report) -> bool:
    """Whether the parent would be another: that its member's case went on is no news by itself."""
    before = parent.members[report.member]
    after = members.merged(parent.members, [report])[report.member]
    return {**before, "seq": 0} != {**after, "seq": 0} or not before.get("seq")


def _withdraw_dropped(
    kit: Kit, parent_id: str, reports: Sequence[Report], event: Body, done: Counter[str]
) -> None:
    """Who was dropped while their case was being opened, before the drop could find it."""
    loaded = kit.cases.load(parent_id)
    if loaded.case is None:
        return
    parent = parent_of(kit, loaded.case, loaded.form)
    for report in reports:
        if report.seq and parent.case.members.get(report.member, {}).get("dropped"):
            done[_withdraw(kit, parent, report.member, event)] += 1


def _withdraw(kit: Kit, parent: Parent, member: str, event: Body) -> str:
    """End the case of a dropped member by the move that the group names; `missed` where there is none to make."""
    entry = parent.case.members.get(member)
    if entry is None or not entry.get("dropped"):
        return "missed"
    child = children.case_id(parent.case.id, member, entry)
    declared = children.of_state(parent.item, str(entry["in"])) or {}
    prompt = Prompt.after(event)
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
