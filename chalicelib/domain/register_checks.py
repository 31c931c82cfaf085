"""Decides whether a register can hold records: its schema, its key, its fields, its readers, what it begins with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain import fact_sources, figures
from chalicelib.domain.definitions import Definition, escape, of_kind
from chalicelib.domain.forms_schema import Places
from chalicelib.domain.problems import Finding, finding
from chalicelib.domain.readings import read
from chalicelib.domain.schema_places import field_at

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context

Check = Callable[[Definition, "Context"], Iterable[Finding]]


def findings(register: Definition, context: Context) -> list[Finding]:
    """What stands against a register; its records are judged once its schema is sound."""
    return list(_schema(register, context)) or [one for check in CHECKS for one in check(register, context)]


def _schema(register: Definition, context: Context) -> Iterator[Finding]:
    from chalicelib.domain.forms_gate import schema_findings

    for one in schema_findings(register["schema"], context.kinds.shared):
        yield replace(one, pointer=f"/schema{one.pointer}")


def _fields(register: Definition, context: Context) -> Iterator[Finding]:
    """Key, name, public, personal and dated fields are fields of a record."""
    places = Places(register["schema"], context.kinds.shared)
    life = register.get("life", {})
    named = {"/key/field": register.get("key", {}).get("field"), "/name": register.get("name")}
    named |= {f"/{m}/{i}": one for m in ("public", "personal") for i, one in enumerate(register.get(m, ()))}
    named |= {f"/life/{member}": life.get(member) for member in ("field", "valid_from", "valid_to")}
    for pointer, field in named.items():
        if field is not None and not field_at(places, field):
            zh, en = f"记录没有字段 {field}", f"a record has no field {field}"
            yield finding(pointer, "record-field-unknown", zh, en, field=field)


def _open(register: Definition, context: Context) -> Iterator[Finding]:
    """Open data go by a day, and are chosen by values, that everybody may see."""
    declared, public = register.get("open_data"), set(register.get("public", ()))
    if declared is None:
        return
    named = {f"/open_data/only/{escape(one)}": one for one in declared.get("only", {})}
    for pointer, field in [("/open_data/period", declared["period"]), *named.items()]:
        if field not in public:
            zh, en = f"{field} 不是公开字段", f"{field} is no public field"
            yield finding(pointer, "open-data-field-private", zh, en, field=field)
    found = field_at(Places(register["schema"], context.kinds.shared), declared["period"])
    if declared["period"] in public and found and not any(one.get("format") == "date" for one in found):
        yield finding("/open_data/period", "open-data-period-no-day", "应为日期字段", "it must be a day")


def _figures(register: Definition, context: Context) -> Iterator[Finding]:
    """Figures look at public fields alone, go by a day, and are told apart."""
    public, seen = set(register.get("public", ())), set[str]()
    places = Places(register["schema"], context.kinds.shared)
    for index, figure in enumerate(register.get("figures", ())):
        place = f"/figures/{index}"
        for pointer, field in figures.fields(figure).items():
            if field not in public:
                zh, en = f"{field} 不是公开字段", f"{field} is no public field"
                yield finding(f"{place}{pointer}", "figure-field-private", zh, en, field=field)
        found = field_at(places, figure["on"])
        if figure["on"] in public and found and not any(one.get("format") == "date" for one in found):
            yield finding(f"{place}/on", "figure-no-day", "应为日期字段", "it must be a day")
        if figure["id"] in seen:
            zh, en = f"指标“{figure['id']}”重复", f"the figure {figure['id']!r} is there twice"
            yield finding(f"{place}/id", "id-twice", zh, en, id=figure["id"])
        seen.add(figure["id"])


def _life(register: Definition, _: Context) -> Iterator[Finding]:
    life: Mapping[str, Any] = register.get("life", {})
    states = {one["id"] for one in life.get("states", ())}
    for member in ("initial", "expires"):
        if member in life and life[member] not in states:
            zh, en = f"没有状态 {life[member]}", f"there is no state {life[member]!r}"
            yield finding(f"/life/{member}", "life-state-unknown", zh, en, state=life[member])


def _nodes(register: Definition, context: Context) -> Iterator[Finding]:
    known = context.nodes()
    for member in ("readers", "writers"):
        for index, token in enumerate(register.get(member, ())):
            node = token.removeprefix("node:")
            if known and token != node and node not in known:
                zh, en = f"组织图中没有 {node}", f"no organisation has the node {node}"
                yield finding(f"/{member}/{index}", "node-unknown", zh, en, node=node)


def _records(register: Definition, context: Context) -> Iterator[Finding]:
    """The records that come with it have its shape, and no two the same key."""
    from chalicelib.domain.forms import compile_form

    records = register.get("records", ())
    form = compile_form(register["schema"], context.kinds.shared) if records else None
    seen = set[str]()
    for index, record in enumerate(records if form else ()):
        for one in form.errors(record) if form else ():
            yield replace(one, pointer=f"/records/{index}{one.pointer}", code="record-invalid")
        key = str(read(record, register["key"]["field"]))
        if key in seen:
            zh, en = f"编号 {key} 重复", f"the key {key} is there twice"
            yield finding(f"/records/{index}", "record-twice", zh, en, key=key)
        seen.add(key)


def _readable(register: Definition, context: Context) -> Iterator[Finding]:
    """Facts that read this register still find what they read; of those that are known here."""
    for identity, fact in sorted(of_kind("facts", context.world).items()):
        for one in fact_sources.findings(fact, {str(register["id"]): register}, context.kinds.shared):
            zh, en = f"事实 {identity}：{one.message.zh}", f"fact {identity}: {one.message.en}"
            yield finding("/schema", "register-lacks-field", zh, en, fact=identity, why=one.code)


CHECKS: tuple[Check, ...] = (
    _fields,
    _open,
    _figures,
    _life,
    _nodes,
    _records,
    _readable,
)
