"""Decides what members make of their parent: they are planned on entering a state, told of, joined; never undone.

Everything is written in the parent's own commit. A member's case is opened, and heard of, by a worker through the
ordinary actions; what it hears may come twice and in any order. The join sends an internal event once: the state that
it leaves is the proof that it was not sent before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain import children, clock, members
from chalicelib.domain.clock_spans import declared as declared_in
from chalicelib.domain.events import Cause
from chalicelib.domain.members import Report, Table
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.transitions import Happening

if TYPE_CHECKING:
    from chalicelib.domain.definitions import Definition
    from chalicelib.domain.transitions import Course

# What the kernel says of members, whatever the process is.
FOUND, OPENED, ENDED, DATED = "members_found", "members_opened", "member_ended", "members_dated"
ACTOR = {"person": "system:children", "via": "system"}


def planning(
    course: Course, entered: Iterable[str], given: Mapping[str, Any]
) -> tuple[Table, dict[str, Any]]:
    """The table once these states are entered, and what the event says of it: the members whose cases are to be opened.

    A rule that cannot decide picks nobody: people add whom it needs.
    """
    table, item = course.case.members, course.world.bundle.item
    said: dict[str, Any] = {}
    for state in entered:
        declared = children.of_state(item, state)
        if declared is None:
            continue
        if children.query_of(declared):
            said["sought"] = [*said.get("sought", ()), state]
        source = children.Source(course.case, course.form, given)
        begun = children.chosen(declared, source, _answer(course, declared), table)
        if begun:
            table = members.planned(table, state, {one: children.counts(declared, one) for one in begun})
            said["planned"] = [*said.get("planned", ()), *begun]
    return table, said


def found(course: Course, state: str, records: Sequence[str], cause: Cause) -> bool:
    """Plan the members for the records that a query found; False when the parent has gone on, or was told before.

    `cause.key` is the digest of the event that asked.
    """
    case = course.case
    declared = children.of_state(course.world.bundle.item, state)
    waits = state in course.world.process.active(case.configuration) and case.outcome is None
    if declared is None or not waits or case.replayed(cause.key) is not None:
        return False
    named = {children.member_named(one): one for one in records}
    chosen = [one for one in named if children.may_begin(case.members, one)]
    table = members.planned(case.members, state, {one: children.counts(declared, one) for one in chosen})
    of = {one: {**table[one], "of": named[one]} for one in chosen if one != named[one]}
    course.case = replace(case, members={**table, **of})
    course.happen(Happening(None, FOUND, cause, {"members": {"planned": chosen}}))
    return True


def called_off(course: Course, left: Iterable[str]) -> tuple[Table, dict[str, Any]]:
    """The table of a parent that ends out of these states: where its group is declared so (`on_end: withdraw`), who
    still runs is dropped. Whatever ended stands; so does what outlives the join."""
    table, dropped = course.case.members, list[str]()
    for state in left:
        declared = children.of_state(course.world.bundle.item, state)
        if declared is not None and declared.get("on_end") == "withdraw":
            dropped += members.running(table, state)
    return members.dropped(table, dropped), {"dropped": dropped} if dropped else {}


def _answer(course: Course, declared: Definition) -> Any:
    from chalicelib.domain import rules

    for_each = declared.get("for_each", {})
    if "rule" not in for_each:
        return None
    world = course.world
    decided = rules.decide(world.bundle.rules[for_each["rule"]], course.facts, world.today)
    return (decided.result or {}).get(for_each["list"])


def take(course: Course, move: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Add or drop the member that the move's input names; what the event says beside it. Nothing for other moves.

    Conflicts: `member-unknown`, `member-there-already`, `member-ended`, `too-many-members`.
    """
    found = _state_for(course, move)
    if found is None:
        return {}
    state, declared, kind = found
    named = str(given.get("member") or given.get("item") or "")
    table = course.case.members
    if kind == children.ADD:
        member = _to_add(declared, table, named)
        after = members.added(table, state, member, counts=children.counts(declared, member))
        said = {"planned": [member]}
    else:
        member = _to_drop(declared, table, named)
        after, said = members.dropped(table, [member]), {"dropped": [member]}
    course.case = replace(course.case, members=after)
    course.case = replace(course.case, clocks=_group_clocks(course, course.world.at))
    return {"members": said}


def _state_for(course: Course, move: str) -> tuple[str, Definition, str] | None:
    for state in course.world.process.active(course.case.configuration):
        declared = children.of_state(course.world.bundle.item, state)
        moves = {kind: kind for kind in (children.ADD, children.DROP)} | dict(
            (declared or {}).get("moves", {})
        )
        for kind, name in moves.items() if declared is not None else ():
            if name == move:
                return state, declared or {}, kind
    return None


def _to_add(declared: Definition, table: Table, named: str) -> str:
    member = _known(declared, named)
    if member is None:
        raise _conflict("member-unknown", f"该组没有成员“{named}”", f"the group has no member {named!r}")
    if member in table and members.standing(table[member]) not in ("dropped", "failed"):
        raise _conflict("member-there-already", f"“{named}”已在办理", f"{named!r} takes part already")
    if member not in table and len(table) >= members.MOST:
        raise _conflict("too-many-members", f"成员最多 {members.MOST} 个", f"at most {members.MOST} members")
    return member


def _to_drop(declared: Definition, table: Table, named: str) -> str:
    member = named if named in table else _known(declared, named)
    if member is None or member not in table or members.standing(table[member]) == "dropped":
        raise _conflict("member-unknown", f"该组没有成员“{named}”", f"the group has no member {named!r}")
    if members.standing(table[member]) == "closed":
        raise _conflict("member-ended", f"“{named}”已办结", f"{named!r} has ended")
    return member


def _known(declared: Definition, named: str) -> str | None:
    """The member of that id, or of that item where only one has it."""
    if "open" in declared:
        return named or None
    by_id = children.listed(declared)
    if named in by_id:
        return named
    of_item = [member for member, one in by_id.items() if one["item"] == named]
    return of_item[0] if len(of_item) == 1 else None


def note(course: Course, reports: Sequence[Report], cause: Cause) -> bool:
    """Take down what was heard of members, and join them where that is now possible; False when nothing was new.

    A parent that is over hears no more. What ends after the join is taken down and moves nothing, or, where the group
    is declared so (`late: refuse`), is not taken down either.
    """
    case = course.case
    before = case.members
    after = members.merged(before, _wanted(course, reports))
    if case.outcome is not None or after == before:
        return False
    course.case = replace(case, members=after)
    for name, said in _told(course, before, after):
        course.case = replace(course.case, clocks=_group_clocks(course, cause.recorded_at))
        course.happen(Happening(None, name, cause, {"members": said}))
    settle(course, cause)
    return True


def settle(course: Course, cause: Cause) -> None:
    """Send what the join says, where the state still waits for it."""
    process, item = course.world.process, course.world.bundle.item
    for state in process.active(course.case.configuration):
        declared, table = children.of_state(item, state), course.case.members
        said = members.verdict(table, state, declared["join"], children.good(declared)) if declared else None
        internal = process.internal.get(declared["events"][said]) if declared and said else None
        if (
            declared is None
            or internal is None
            or process.send(course.case.configuration, internal.id) is None
        ):
            continue
        told: dict[str, Any] = {"joined": said, "counts": members.counts_of(table, state)}
        if declared.get("late") == "refuse" and (left := members.running(table, state)):
            course.case = replace(course.case, members=members.dropped(table, left))
            told["dropped"] = left
        following = replace(cause, actor=ACTOR, caused_by=course.events[-1].id, key=None, fingerprint=None)
        data = {"members": told}
        course.happen(Happening(internal.id, internal.emits, following, data, internal.issues))


def _wanted(course: Course, reports: Iterable[Report]) -> Iterable[Report]:
    """What a group that refuses late ends still hears: nothing of members that it dropped when it was joined."""
    table, item = course.case.members, course.world.bundle.item
    for report in reports:
        entry = table.get(report.member)
        declared = children.of_state(item, str(entry["in"])) if entry else None
        if entry and declared and not (declared.get("late") == "refuse" and entry.get("dropped")):
            yield report


def _told(course: Course, before: Table, after: Table) -> Iterable[tuple[str, dict[str, Any]]]:
    """The events that the difference makes: who opened or could not be opened, who ended, whose deadline moved."""
    active = set(course.world.process.active(course.case.configuration))
    changed = [member for member in after if after[member] != before.get(member)]
    ended = [m for m in changed if after[m].get("outcome") and not before[m].get("outcome")]
    begun = [m for m in changed if after[m].get("seq") and not before[m].get("seq") and m not in ended]
    failed = [m for m in changed if after[m].get("code") and not before[m].get("code")]
    if begun or failed:
        said = {
            "opened": _dues(after, begun),
            "failed": [{"member": m, "code": after[m]["code"]} for m in failed],
        }
        yield OPENED, {name: value for name, value in said.items() if value}
    if ended:
        late = [m for m in ended if after[m]["in"] not in active or _turn_is_over(after, m)]
        told = [
            {"member": m, "outcome": after[m]["outcome"]} | ({"late": True} if m in late else {})
            for m in ended
        ]
        yield ENDED, {"ended": told}
    if not (begun or failed or ended):
        yield DATED, {"dated": _dues(after, changed)}


def reports_in(said: Mapping[str, Any], table: Table) -> list[Report]:
    """What an event says was heard of members, to be heard again where its case is played anew."""
    found = [Report(one["member"], 0, code=one["code"]) for one in said.get("failed", ())]
    for one in (*said.get("opened", ()), *said.get("dated", ()), *said.get("ended", ())):
        seq = int(table.get(one["member"], {}).get("seq", 0)) + 1
        found.append(Report(one["member"], seq, one.get("outcome"), one.get("due")))
    return found


def _dues(table: Table, names: Iterable[str]) -> list[dict[str, Any]]:
    """Each with the deadline (ms) of its case, where a clock of it runs."""
    return [{"member": one} | ({"due": table[one]["due"]} if "due" in table[one] else {}) for one in names]


def _turn_is_over(table: Table, member: str) -> bool:
    return int(table[member]["turn"]) < members.turn_of(table, str(table[member]["in"]))


def _group_clocks(course: Course, at: int) -> tuple[clock.Clock, ...]:
    """The clocks, those that end with their longest member aimed at its deadline: it is counted by the member's own.

    Such a clock stands still while no member that counts runs.
    """
    case, item, times = course.case, course.world.bundle.item, course.world.times
    clocks = {one["id"]: one for one in case.clocks}
    for state in course.world.process.active(case.configuration):
        declared = children.of_state(item, state) or {}
        declaration = declared_in(item, "clocks", str(declared.get("group_clock", "")))
        if declaration.get("limit") == children.MEMBERS:
            aimed = clock.aim(
                clocks.get(declaration["id"]), item, declaration, members.longest(case.members, state), at,
                times=times, holds=case.holds,
            )  # fmt: skip
            clocks |= {declaration["id"]: aimed} if aimed else {}
    return tuple(clocks.values())


def _conflict(code: str, zh: str, en: str) -> Problem:
    return Problem("conflict", code, Text(zh, en))
