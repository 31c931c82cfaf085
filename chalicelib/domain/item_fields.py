"""Decides whether what an item points to is there: fields of its form and registers, final states, facts' values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.domain.definitions import Definition, escape, of_kind, reached
from chalicelib.domain.forms_schema import Places
from chalicelib.domain.problems import Finding, finding
from chalicelib.domain.readings import is_of_type
from chalicelib.domain.schema_places import field_at, fits, tokens_of

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context

FORM = "form:"


def fields(item: Definition, context: Context) -> Iterator[Finding]:
    """Whatever the item reads out of the form is a field of the form."""
    if "form" not in item:
        return
    form = Places(item["form"], context.kinds.shared)
    for pointer, named in _named(item):
        if not field_at(form, named):
            zh, en = f"表单没有栏目 {named}", f"the form has no field {named}"
            yield finding(pointer, "form-field-unknown", zh, en, field=named)


def _named(item: Definition) -> Iterator[tuple[str, str]]:
    """Every place of the item that names a field of its form, with the field's pointer."""
    for role, party in item.get("parties", {}).items():
        sees = party.get("sees") if isinstance(party.get("sees"), list) else ()
        yield from ((f"/parties/{role}/sees/{index}", field) for index, field in enumerate(sees))
    rest = {name: item.get(name, {}) for name in ("dimensions", "outcomes", "dues")}
    rest["clocks"] = [{"until": one.get("until")} for one in item.get("clocks", ())]
    yield from _sourced(rest, "")


def _sourced(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield from _sourced(member, f"{pointer}/{escape(name)}")
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _sourced(member, f"{pointer}/{index}")
    elif isinstance(value, str) and value.startswith(f"{FORM}/"):
        yield pointer, value.removeprefix(FORM)


def facts(item: Definition, context: Context) -> Iterator[Finding]:
    """What rules decide by can be seen and filled in: no rule acts that no screen can show (CiviForm #4512)."""
    if "form" not in item:
        return
    form, listed = Places(item["form"], context.kinds.shared), list(item.get("facts", ()))
    known = of_kind("facts", context.world)
    for key in sorted(reached(f"items/{item['id']}", context.world, context.kinds)):
        kind, _, identity = key.partition("/")
        if kind == "facts" and identity in known:
            place = f"/facts/{listed.index(identity)}" if identity in listed else "/facts"
            yield from _fact(known[identity], form, item, place)


def _fact(fact: Definition, form: Places, item: Definition, place: str) -> Iterator[Finding]:
    name, source = fact["id"], fact["source"]
    read = [source["form"]] if "form" in source else [field for _, field in _sourced(source, "")]
    for field in read:
        schemas = field_at(form, field)
        if not schemas:
            zh, en = (
                f"事实 {name} 读取的栏目 {field} 不在表单中",
                f"fact {name} reads {field}: no field of the form",
            )
            yield finding(place, "fact-without-field", zh, en, fact=name, field=field)
        elif _is_hidden(form, field):
            zh, en = (
                f"事实 {name} 读取的栏目 {field} 不显示",
                f"fact {name} reads {field}, which no screen shows",
            )
            yield finding(place, "fact-field-hidden", zh, en, fact=name, field=field)
        elif "form" in source and not fits(fact, schemas):
            zh, en = (
                f"栏目 {field} 的类型与事实 {name} 不符",
                f"field {field} is not of the type of fact {name}",
            )
            yield finding(place, "fact-field-type", zh, en, fact=name, field=field)
    for role in _roles(source):
        if role not in item.get("parties", {"applicant": {}}):
            zh, en = f"事实 {name} 需要当事人“{role}”", f"fact {name} needs the party {role!r}"
            yield finding(place, "fact-without-party", zh, en, fact=name, party=role)


def _is_hidden(form: Places, field: str) -> bool:
    """Whether the field, or anything around it, is drawn by no widget."""
    path = tokens_of(field)
    around = [schema for depth in range(1, len(path) + 1) for schema in form.at(path[:depth])]
    return any(schema.get("x-ui", {}).get("widget") == "hidden" for schema in around)


def _roles(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for member in value.values():
            yield from _roles(member)
    elif isinstance(value, str) and value.startswith("party:"):
        yield value.removeprefix("party:")


def conditions(item: Definition, context: Context) -> Iterator[Finding]:
    """A material that depends on a fact depends on a value which that fact can have."""
    known = of_kind("facts", context.world)
    for index, material in enumerate(item.get("materials", ())):
        when = material.get("when") or {}
        fact = known.get(when.get("fact", ""))
        if fact and not is_of_type(fact, when["equals"]):
            zh, en = (
                f"事实 {fact['id']} 不会是 {when['equals']}",
                f"fact {fact['id']} is never {when['equals']!r}",
            )
            yield finding(f"/materials/{index}/when/equals", "when-never-holds", zh, en, fact=fact["id"])


def reviews(item: Definition, process: Definition, _: Context) -> Iterator[Finding]:
    """Reviews follow states that there are."""
    states = process["states"]
    for index, state in enumerate(item.get("review", {}).get("invite_on", ())):
        if state not in states:
            zh, en = f"流程没有状态“{state}”", f"the process has no state {state!r}"
            yield finding(f"/review/invite_on/{index}", "review-state-unknown", zh, en, state=state)


def records(item: Definition, context: Context) -> Iterator[Finding]:
    """What an outcome writes into a register is a field there."""
    registers = of_kind("registers", context.world)
    for state, outcomes in item.get("outcomes", {}).items():
        for index, one in enumerate(outcomes):
            schema = registers.get(one.get("record", ""), {}).get("schema")
            for name in sorted(one.get("set", {})) if schema else ():
                if not field_at(Places(schema, context.kinds.shared), f"/{escape(name)}"):
                    zh = f"登记簿 {one['record']} 没有字段 {name}"
                    en = f"register {one['record']} has no field {name}"
                    pointer = f"/outcomes/{escape(state)}/{index}/set/{escape(name)}"
                    yield finding(pointer, "record-field-unknown", zh, en, field=name)
