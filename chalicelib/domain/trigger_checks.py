"""Decides whether a trigger may be published: its event happens, its acts can be done, nothing goes round.

What is peculiar to one that comes with a calendar period is judged in `campaign_checks`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.domain import campaign_checks, effect_checks, trigger_conditions, trigger_cycles, triggers
from chalicelib.domain.definitions import Definition, escape
from chalicelib.domain.problems import Finding, finding

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context

READER = "role:trigger"
# The kind of subject that a value names, where it names one.
_SUBJECTS = {"case:body": ("node",), "case:owner": ("person", "enterprise", "node")}

Check = Callable[[Definition, "Context"], Iterable[Finding]]


def findings(trigger: Definition, context: Context) -> list[Finding]:
    """All that stands against a trigger that has the shape of one."""
    return [one for check in CHECKS for one in check(trigger, context)]


def event(trigger: Definition, context: Context) -> Iterator[Finding]:
    """A trigger that waits for what no process ever says would never act, and nobody would notice."""
    if "event" not in trigger.get("on", {}):
        return
    name = str(trigger["on"]["event"])
    known = {f"case.{one}" for one in trigger_cycles.KERNEL}
    for process in trigger_cycles.processes(context):
        known |= trigger_cycles.said_by(process)
    if name != triggers.RUNG and name not in known:
        zh, en = f"没有流程会发生“{name}”", f"no process ever says {name!r}"
        yield finding("/on/event", "event-unknown", zh, en, event=name)


def filters(trigger: Definition, _: Context) -> Iterator[Finding]:
    """What only a clock's event has is asked of no other."""
    on = trigger.get("on", {})
    for name in ("clocks", "effects", "rungs"):
        if name in on and on.get("event") != triggers.RUNG:
            zh, en = f"只有时限事件才有“{name}”", f"only {triggers.RUNG} has {name!r}"
            yield finding(f"/on/{name}", "filter-without-clock", zh, en, filter=name)


def values(trigger: Definition, _: Context) -> Iterator[Finding]:
    """Every value says a member that its source has, of a source that the trigger has."""
    rings = trigger.get("on", {}).get("event") == triggers.RUNG
    sources = triggers.sources_of(trigger)
    for member in ("do", "once_per", "for_each"):
        for pointer, (source, name) in triggers.sources_in(trigger.get(member, []), f"/{member}"):
            known = {**triggers.KNOWN, **triggers.KNOWN_OF_ROWS}.get(source)
            if source not in sources or (known is not None and name not in known):
                zh, en = f"没有“{source}:{name}”这个取值", f"there is no value {source}:{name}"
                yield finding(pointer, "value-unknown", zh, en, value=f"{source}:{name}")
            elif source == "clock" and not rings:
                zh, en = "该事件没有时限", "this event is about no clock"
                yield finding(pointer, "value-unknown", zh, en, value=f"{source}:{name}")


def opens(trigger: Definition, context: Context) -> Iterator[Finding]:
    """The item takes cases, its form gets what it requires, its one party is a subject that it admits."""
    for index, act in enumerate(trigger["do"]):
        if "open" not in act:
            continue
        declared, pointer = act["open"], f"/do/{index}/open"
        item = context.world.get(f"items/{declared['item']}")
        if item is None:  # a dangling reference is already a finding
            continue
        if item.get("mode") != "case" or item.get("abstract"):
            zh, en = f"事项 {item['id']} 不立案", f"the item {item['id']} opens no cases"
            yield finding(f"{pointer}/item", "item-opens-nothing", zh, en, item=item["id"])
            continue
        yield from mapped(declared["form"], item["form"], f"{pointer}/form")
        yield from _party(declared["party"], item["parties"], pointer)


def moves(trigger: Definition, context: Context) -> Iterator[Finding]:
    """Some process has the move and lets triggers make it, with the input that it wants."""
    for index, act in enumerate(trigger["do"]):
        if "move" not in act:
            continue
        declared, pointer = act["move"], f"/do/{index}/move"
        found = [
            one["moves"][declared["move"]]
            for one in trigger_cycles.processes(context)
            if declared["move"] in one["moves"]
        ]
        admitting = [one for one in found if READER in one.get("by", ())]
        if not admitting:
            zh = f"没有流程允许触发器办理“{declared['move']}”"
            en = f"no process lets a trigger make {declared['move']!r} (by: {READER})"
            yield finding(f"{pointer}/move", "move-not-for-triggers", zh, en, move=declared["move"])
            continue
        judged = [
            list(mapped(declared.get("input", {}), input_of(one), f"{pointer}/input")) for one in admitting
        ]
        yield from min(judged, key=len)


def proposals(trigger: Definition, _: Context) -> Iterator[Finding]:
    """What is proposed says nothing about anybody: definitions are read by all who draft (decisions 25)."""
    for index, act in enumerate(trigger["do"]):
        patch = act.get("propose", {}).get("patch", {})
        for pointer, (source, name) in triggers.sources_in(patch, f"/do/{index}/propose/patch"):
            if source in ("form", "post", "record") or (source, name) == ("case", "owner"):
                zh, en = (
                    f"草稿中不得带入“{source}:{name}”",
                    f"{source}:{name} does not belong into a definition",
                )
                yield finding(pointer, "proposal-with-data", zh, en, value=f"{source}:{name}")


def cycles(trigger: Definition, context: Context) -> Iterator[Finding]:
    """No trigger causes itself, through whatever chain; what filters make impossible is no chain."""
    for path in trigger_cycles.found(context):
        if str(trigger["id"]) in path:
            shown = " → ".join(_from(path, str(trigger["id"])))
            zh, en = f"触发循环：{shown}", f"the triggers go round: {shown}"
            yield finding("/do", "trigger-cycle", zh, en, cycle=shown)


def _from(path: Sequence[str], start: str) -> list[str]:
    at = list(path).index(start)
    return [*path[at:], *path[:at], start]


def mapped(given: Any, schema: Mapping[str, Any], pointer: str) -> Iterator[Finding]:
    """What is mapped is a field of the form, and what the form requires is mapped."""
    if not isinstance(given, Mapping) or "properties" not in schema:
        return
    fields = schema["properties"]
    for name, value in given.items():
        if name not in fields:
            zh, en = f"表单没有“{name}”", f"the form has no field {name!r}"
            yield finding(f"{pointer}/{escape(name)}", "field-unknown", zh, en, field=name)
        else:
            yield from mapped(value, fields[name], f"{pointer}/{escape(name)}")
    for name in schema.get("required", ()):
        if name not in given:
            zh, en = f"没有填写必填的“{name}”", f"the required {name!r} is not filled"
            yield finding(pointer, "field-missing", zh, en, field=name)


def input_of(move: Mapping[str, Any]) -> Mapping[str, Any]:
    schema = move.get("input") or {"properties": {}}
    if not move.get("reason"):
        return dict(schema)
    fields = {"reason": {"type": "string"}, **schema.get("properties", {})}
    return {**schema, "properties": fields, "required": [*schema.get("required", ()), "reason"]}


def _party(declared: str, parties: Mapping[str, Any], pointer: str) -> Iterator[Finding]:
    """A case that a trigger opens has one party, in the item's first role."""
    first, *others = parties.items()
    needed = [role for role, party in others if party["cardinality"][0] > 0]
    if needed:
        zh, en = f"还须有当事人 {'、'.join(needed)}", f"the item also needs the parties {', '.join(needed)}"
        yield finding(f"{pointer}/item", "parties-missing", zh, en, parties=needed)
    kinds = _kinds(declared)
    if not set(kinds) & set(first[1]["subject"]):
        zh, en = f"“{first[0]}”不能是 {declared}", f"{first[0]!r} cannot be {declared}"
        yield finding(f"{pointer}/party", "party-kind", zh, en, party=declared)


def _kinds(declared: str) -> tuple[str, ...]:
    if declared.startswith("post:"):
        return ("person",)
    if declared.startswith(("record:", "form:")):  # a subject as a record has it or somebody filled it in
        return ("person", "enterprise", "node")
    return _SUBJECTS.get(declared, (declared.partition(":")[0],))


CHECKS: tuple[Check, ...] = (
    event,
    filters,
    values,
    trigger_conditions.findings,
    opens,
    moves,
    proposals,
    cycles,
    *effect_checks.CHECKS,
    *campaign_checks.CHECKS,
)
