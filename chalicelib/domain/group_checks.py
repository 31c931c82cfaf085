"""Decides whether the members of an item fit their parent: they exist, can be joined, and the process hears of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.domain import children, group_forms
from chalicelib.domain.definitions import Definition, escape, of_kind
from chalicelib.domain.forms_schema import Places
from chalicelib.domain.problems import Finding, Problem, finding
from chalicelib.domain.process import compile_process
from chalicelib.domain.rule_results import outputs
from chalicelib.domain.schema_places import field_at
from chalicelib.domain.trigger_cycles import group_items

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context


INPUT = "input:/"


class Group(NamedTuple):
    """What an item declares for the members of one state, with where it is declared."""

    item: Definition
    process: Definition
    state: str
    declared: Definition
    pointer: str


Check = Callable[[Group, "Context"], Iterable[Finding]]


def findings(item: Definition, process: Definition, context: Context) -> Iterator[Finding]:
    """All that stands against the groups of an item; its forms are judged only where all else is in order."""
    yield from _clocks(item)
    for state, declared in item.get("children", {}).items():
        if not declared:
            continue
        group = Group(item, process, str(state), declared, f"/children/{state}")
        found = [one for check in CHECKS for one in check(group, context)]
        yield from found or group_forms.findings(item, declared, group.pointer, context)


def members_of(declared: Definition) -> Iterator[tuple[str, str, Definition]]:
    """(pointer within the group, id, how its case is opened) of every member that a group may have."""
    if "open" in declared:
        yield "/open", "open", declared["open"]
    for index, one in enumerate(declared.get("members", ())):
        yield f"/members/{index}", str(one.get("id", one["item"])), one


def _state(group: Group, _: Context) -> Iterator[Finding]:
    stage = group.process["states"].get(group.state)
    if stage is None or stage.get("waits_for") != "children":
        zh, en = (
            f"流程的“{group.state}”不等待成员办件",
            f"the process does not wait for members in {group.state!r}",
        )
        yield finding(group.pointer, "group-state", zh, en, state=group.state)


def _events(group: Group, _: Context) -> Iterator[Finding]:
    """What the join sends leads out of the state: else the group would wait for ever once it is joined."""
    process = compile_process(group.process)
    for name, event in group.declared["events"].items():
        try:
            leads = process.send(process.placed([group.state]), event)
        except Problem:  # no such state: a finding of its own
            return
        if event not in process.internal or leads is None:
            zh, en = f"“{group.state}”不接受事件 {event}", f"{event} leads nowhere from {group.state!r}"
            yield finding(f"{group.pointer}/events/{name}", "group-event", zh, en, event=event)


def _moves(group: Group, _: Context) -> Iterator[Finding]:
    """The moves that add and drop are the process's own and possible while members run."""
    for name, move in group.declared.get("moves", {}).items():
        known = group.process["moves"].get(move, {})
        if group.state not in known.get("in", ()):
            zh, en = f"“{group.state}”没有操作 {move}", f"there is no move {move!r} in {group.state!r}"
            yield finding(f"{group.pointer}/moves/{name}", "group-move", zh, en, move=move)


def _names(group: Group, _: Context) -> Iterator[Finding]:
    """A member has one id in the whole item, a stage that is there, and follows only what an earlier stage did."""
    others = [
        name
        for state, declared in group.item["children"].items() if state != group.state and declared
        for _, name, _ in members_of(declared)
    ]  # fmt: skip
    stages = {str(one["id"]): int(one["order"]) for one in group.declared.get("stages", ())}
    order = {name: stages.get(str(one.get("stage")), 0) for _, name, one in members_of(group.declared)}
    seen = set(others)
    for pointer, name, one in members_of(group.declared):
        if name in seen:
            zh, en = f"成员“{name}”重复", f"the member {name!r} is there twice"
            yield finding(f"{group.pointer}{pointer}", "member-twice", zh, en, member=name)
        seen.add(name)
        if stages and one.get("stage") not in stages:
            zh, en = f"没有阶段“{one.get('stage')}”", f"there is no stage {one.get('stage')!r}"
            yield finding(f"{group.pointer}{pointer}", "stage-unknown", zh, en, member=name)
        for index, before in enumerate(one.get("after", ())):
            if order.get(before, order[name]) >= order[name]:
                zh, en = f"“{before}”不在更早的阶段", f"{before!r} is in no earlier stage"
                yield finding(
                    f"{group.pointer}{pointer}/after/{index}", "member-order", zh, en, member=before
                )


def _items(group: Group, context: Context) -> Iterator[Finding]:
    """Every member's item takes cases, and one of its ends is what the group calls a success."""
    for pointer, name, one in members_of(group.declared):
        item = context.world.get(f"items/{one['item']}")
        if item is None:  # a dangling reference is already a finding
            continue
        place = f"{group.pointer}{pointer}/item"
        if item.get("mode") != "case" or item.get("abstract"):
            zh, en = f"事项 {item['id']} 不立案", f"the item {item['id']} opens no cases"
            yield finding(place, "item-opens-nothing", zh, en, item=item["id"])
            continue
        process = context.world.get(f"processes/{item.get('process')}", {"states": {}})
        ends = {state.get("outcome") for state in process["states"].values() if state.get("final")}
        if not ends & set(children.good(group.declared)):
            zh, en = (
                f"成员“{name}”不会有视为办成的结果",
                f"no end of {name!r} is what the group calls a success",
            )
            yield finding(place, "member-never-good", zh, en, member=name, outcomes=sorted(map(str, ends)))


def _join(group: Group, _: Context) -> Iterator[Finding]:
    """A number that the members who count can reach."""
    if "open" in group.declared or isinstance(group.declared["join"], str):
        return
    ((_, wanted),) = group.declared["join"].items()
    count = sum(bool(one.get("counts", True)) for _, _, one in members_of(group.declared))
    if wanted > count:
        zh, en = f"计入汇合的成员只有 {count} 个", f"only {count} members count"
        yield finding(f"{group.pointer}/join", "join-out-of-reach", zh, en, wanted=wanted, members=count)


def _picking(group: Group, context: Context) -> Iterator[Finding]:
    """The rule that picks members, or the move that names them, is asked for what it answers with."""
    for_each = group.declared.get("for_each", {})
    listed, place = str(for_each.get("list", "")), f"{group.pointer}/for_each/list"
    rule = of_kind("rules", context.world).get(str(for_each.get("rule")))
    if rule is not None and listed not in outputs(rule):
        zh, en = f"规则 {rule['id']} 的结果中没有 {listed}", f"rules {rule['id']} do not answer with {listed}"
        yield finding(place, "rule-answer-missing", zh, en, rules=rule["id"])
    if listed.startswith(INPUT) and not _is_given(group, listed.removeprefix(INPUT)):
        zh, en = (
            f"进入“{group.state}”的操作不填 {listed}",
            f"no move that leads to {group.state!r} gives {listed}",
        )
        yield finding(place, "move-input-unknown", zh, en, field=listed)


def _query(group: Group, context: Context) -> Iterator[Finding]:
    """What a query compares, and what the form takes of the record, are fields of the register."""
    query = children.query_of(group.declared)
    register = of_kind("registers", context.world).get(str((query or {}).get("register")))
    if query is None or register is None:  # a dangling reference is already a finding
        return
    fields = Places(register["schema"], context.kinds.shared)
    read = {f"/for_each/query/where/{escape(field)}": field for field in query.get("where", {})}
    read |= {
        f"/open/map/{escape(target)}": value.removeprefix("each:")
        for target, value in group.declared["open"]["map"].items()
        if isinstance(value, str) and value.startswith("each:/")
    }
    for pointer, field in read.items():
        if not field_at(fields, field):
            zh, en = f"登记簿没有栏目 {field}", f"the register has no field {field}"
            yield finding(f"{group.pointer}{pointer}", "register-field-unknown", zh, en, field=field)


def _is_given(group: Group, name: str) -> bool:
    """Whether a move that leads into the state asks for a list of that name."""
    leading = {
        arrow.event for arrow in compile_process(group.process).chart.arrows if arrow.target == group.state
    }
    asked = [group.process["moves"][one].get("input", {}) for one in leading & group.process["moves"].keys()]
    return any(one.get("properties", {}).get(name, {}).get("type") == "array" for one in asked)


def _clock(group: Group, _: Context) -> Iterator[Finding]:
    named = group.declared.get("group_clock")
    if named is not None and named not in {one["id"] for one in group.item.get("clocks", ())}:
        zh, en = f"没有名为“{named}”的时限", f"no clock is named {named!r}"
        yield finding(f"{group.pointer}/group_clock", "group-clock-unknown", zh, en, clock=named)


def _clocks(item: Definition) -> Iterator[Finding]:
    """A clock that ends with its longest member belongs to a group: else it would never begin."""
    named = {declared.get("group_clock") for declared in item.get("children", {}).values() if declared}
    for index, one in enumerate(item.get("clocks", ())):
        if one.get("limit") == children.MEMBERS and one["id"] not in named:
            zh, en = f"时限“{one['id']}”不是任何成员组的时限", f"{one['id']!r} is the clock of no group"
            yield finding(f"/clocks/{index}/limit", "limit-without-group", zh, en, clock=one["id"])


def _circle(group: Group, context: Context) -> Iterator[Finding]:
    """No group opens itself again, through whatever members: it would go down without end."""
    ahead, seen = [str(one["item"]) for _, _, one in members_of(group.declared)], set[str]()
    while ahead:
        identity = ahead.pop()
        if identity == group.item["id"]:
            zh, en = "成员又会开办本事项，无穷尽", "a member opens this item again, without end"
            yield finding(group.pointer, "group-cycle", zh, en, item=identity)
            return
        if identity not in seen:
            seen.add(identity)
            ahead += sorted(group_items(context.world.get(f"items/{identity}", {})))


CHECKS: tuple[Check, ...] = (
    _state,
    _events,
    _moves,
    _names,
    _items,
    _join,
    _picking,
    _query,
    _clock,
    _circle,
)
