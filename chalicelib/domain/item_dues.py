"""Decides whether what an item says of dues can be kept: parties and clocks that are there, a way to fulfil each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.domain import due_records
from chalicelib.domain.definitions import Definition, escape, of_kind
from chalicelib.domain.due_steps import PAYING
from chalicelib.domain.dues import OFFICE
from chalicelib.domain.forms_schema import Places
from chalicelib.domain.item_accounts import is_whole
from chalicelib.domain.item_clocks import happening
from chalicelib.domain.post_paths import Paths
from chalicelib.domain.problems import Finding, finding
from chalicelib.domain.schema_places import field_at

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context

_MILESTONES = ("begins_on", "fulfilled_by", "ends_on")


def _dues(item: Definition) -> Iterator[tuple[str, Definition]]:
    """Each due with its place."""
    yield from ((f"/dues/{index}", one) for index, one in enumerate(item.get("dues", ())))


def names(item: Definition, _: Definition, __: Context) -> Iterator[Finding]:
    """Dues are told apart by their ids."""
    seen = set[str]()
    for place, due in _dues(item):
        if due["id"] in seen:
            zh, en = f"“{due['id']}”重复", f"{due['id']!r} is there twice"
            yield finding(f"{place}/id", "due-twice", zh, en, id=due["id"])
        seen.add(due["id"])


def parties(item: Definition, _: Definition, __: Context) -> Iterator[Finding]:
    """Owed by one and to one: a party that every case has exactly once, or the office; never to oneself."""
    roles = item.get("parties", {})
    for place, due in _dues(item):
        for side in ("by", "to"):
            role = str(due[side]).removeprefix("party:")
            if due[side] != OFFICE and role not in roles:
                zh, en = f"该事项没有“{role}”这一方", f"this item has no party {role!r}"
                yield finding(f"{place}/{side}", "due-party-unknown", zh, en, party=role)
            elif due[side] != OFFICE and list(roles[role].get("cardinality", [1, 1])) != [1, 1]:
                zh, en = f"“{role}”应恰为一人", f"every case must have exactly one {role!r}"
                yield finding(f"{place}/{side}", "due-party-many", zh, en, party=role)
        if due["by"] == due["to"]:
            zh, en = "义务人与权利人相同", "nobody owes anything to themselves"
            yield finding(f"{place}/to", "due-to-oneself", zh, en)


def clocks(item: Definition, _: Definition, __: Context) -> Iterator[Finding]:
    """Each is dated by a clock of the effect `due`; such a clock dates one."""
    known = {
        one["id"]: index for index, one in enumerate(item.get("clocks", ())) if one.get("effect") == "due"
    }
    for place, due in _dues(item):
        if due["clock"] not in known:
            zh = f"没有效力为“当事人义务”的时限“{due['clock']}”"
            en = f"no clock of the effect due is called {due['clock']!r}"
            yield finding(f"{place}/clock", "due-clock-unknown", zh, en, clock=due["clock"])
    for name in sorted(known.keys() - {due["clock"] for _, due in _dues(item)}):
        zh, en = f"时限“{name}”不属于任何义务", f"nothing is owed by the clock {name!r}"
        yield finding(f"/clocks/{known[name]}", "due-clock-unused", zh, en, clock=name)


def milestones(item: Definition, process: Definition, _: Context) -> Iterator[Finding]:
    """What begins, fulfils and ends it can happen; what it sets off is known to the process."""
    known, internal = happening(process), process.get("internal", {})
    for place, due in _dues(item):
        for member in _MILESTONES:
            for index, name in enumerate(due.get(member, ())):
                if not _meant(name, item) and name not in known:
                    zh, en = f"“{name}”不会发生", f"{name!r} never happens here"
                    yield finding(
                        f"{place}/{member}/{index}", "due-milestone-unknown", zh, en, milestone=name
                    )
        named = {
            "on_fulfilled": due.get("on_fulfilled"), "on_breach/event": due.get("on_breach", {}).get("event")
        }  # fmt: skip
        for member, event in named.items():
            if event is not None and event not in internal:
                zh, en = f"流程没有声明内部事件 {event}", f"the process declares no internal event {event}"
                yield finding(f"{place}/{member}", "due-event-unknown", zh, en, event=event)


def ways(item: Definition, process: Definition, _: Context) -> Iterator[Finding]:
    """Once it is owed, some move or report can fulfil it: what only silence settles nobody can perform."""
    for place, due in _dues(item):
        fulfilled = {met for name in due["fulfilled_by"] for met in _meant(name, item) or {name}}
        when = {"hold": due["begins_on"], "settle": fulfilled, "release": due.get("ends_on", ()), "entry": ()}
        if not Paths(process, {do: frozenset(named) for do, named in when.items()}).settles_by_deed():
            zh, en = (
                f"“{due['title']['zh']}”产生后没有办法履行",
                f"once owed, nothing can fulfil {due['id']!r}",
            )
            yield finding(f"{place}/fulfilled_by", "due-never-fulfilled", zh, en, due=due["id"])


def amounts(item: Definition, process: Definition, context: Context) -> Iterator[Finding]:
    """Amounts and numbers of parts are whole; what a move brings is asked of whoever makes the move."""
    for place, due in _dues(item):
        told = {"amount": due.get("amount"), "repeat/count": due.get("repeat", {}).get("count")}
        for member, said in told.items():
            if said is not None and not isinstance(said, int) and not is_whole(said, item, context):
                zh, en = f"“{said}”不是整数", f"{said} is no whole number that can be found"
                yield finding(f"{place}/{member}", "due-amount-not-whole", zh, en)
        by_account = any(name.startswith("account:") for name in due["fulfilled_by"])
        if "amount" not in due and ("paid" in due or by_account):
            zh, en = "没有总额,无法抵扣", "there is no amount from which it could be taken"
            yield finding(f"{place}/fulfilled_by", "due-without-amount", zh, en)
        asked = [(member, due["begins_on"], said) for member, said in told.items()]
        asked.append(("paid", [name for name in due["fulfilled_by"] if ":" not in name], due.get("paid")))
        for member, named, said in asked:
            if isinstance(said, str) and said.startswith("input:"):
                yield from _inputs(f"{place}/{member}", named, said.removeprefix("input:"), process, context)


def _inputs(
    place: str, named: Iterable[str], field: str, process: Definition, context: Context
) -> Iterator[Finding]:
    """Every milestone is a move's, and that move asks for the field."""
    emitted = {name: [one for one in process["moves"].values() if one["emits"] == name] for name in named}
    silent = {one["emits"] for one in process.get("internal", {}).values()}
    for name, moves in emitted.items():
        fields = [_required(one.get("input", {}), field, context) for one in moves]
        if not moves or name in silent or not all(fields):
            zh, en = f"“{name}”不要求填写 {field}", f"{name!r} does not always bring {field}"
            yield finding(place, "due-input-missing", zh, en, milestone=name, field=field)


def _required(schema: Definition, field: str, context: Context) -> bool:
    """Whether an input must have this whole number; only a member of its own is looked at."""
    name = field.removeprefix("/")
    kinds = [one.get("type") for one in field_at(Places(schema, context.kinds.shared), field)]
    return name in schema.get("required", ()) and bool(kinds) and set(kinds) == {"integer"}


def records(item: Definition, _: Definition, context: Context) -> Iterator[Finding]:
    """What the note of a breach says is known, and goes into fields of its register."""
    registers = of_kind("registers", context.world)
    for place, due in _dues(item):
        note = due.get("on_breach", {}).get("record")
        if note is None:
            continue
        here = f"{place}/on_breach/record"
        for pointer, value in [
            ("key", note["key"]),
            *((f"set/{escape(n)}", v) for n, v in note["set"].items()),
        ]:
            member = str(value).removeprefix("due:")
            if str(value).startswith("due:") and member not in due_records.KNOWN:
                zh, en = f"义务没有“{member}”这一项", f"a due has no {member!r}"
                yield finding(f"{here}/{pointer}", "due-value-unknown", zh, en, name=member)
        schema: Any = registers.get(note["register"], {}).get("schema")
        for name in sorted(note["set"]) if schema else ():
            if not field_at(Places(schema, context.kinds.shared), f"/{escape(name)}"):
                zh, en = f"登记簿没有字段 {name}", f"register {note['register']} has no field {name}"
                yield finding(f"{here}/set/{escape(name)}", "due-record-field-unknown", zh, en, field=name)


def _meant(name: str, item: Definition) -> set[str]:
    """The milestones at which `account:<id>` is settled or posted, `record:<id>` is written; none for others."""
    source, _, identity = name.partition(":")
    if source == "account":
        posts = [one for one in item.get("posts", ()) if one["account"] == identity]
        return {met for one in posts for do in PAYING for met in one.get(do, ())}
    if source == "record":
        outcomes: Mapping[str, Any] = item.get("outcomes", {})
        return {
            f"state:{state}"
            for state, made in outcomes.items()
            if any(o.get("record") == identity for o in made)
        }
    return set()


CHECKS: tuple[Callable[[Definition, Definition, Context], Iterable[Finding]], ...] = (
    names, parties, clocks, milestones, ways, amounts, records,
)  # fmt: skip
