"""Decides whether what is done for records of a register — each of them every period, or one that changes — may be
published: they can be read, found and acted on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.domain import record_changes, triggers
from chalicelib.domain.definitions import Definition, escape, of_kind
from chalicelib.domain.forms_schema import Places
from chalicelib.domain.problems import Finding, finding
from chalicelib.domain.schema_places import field_at

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context

READERS = frozenset({"anyone", "role:trigger"})

Check = Callable[[Definition, "Context"], Iterable[Finding]]


def readable(trigger: Definition, context: Context) -> Iterator[Finding]:
    """The register lets triggers read it: what it holds goes into cases and into the ids of what is done."""
    register = _register(trigger, context)
    if register is not None and not READERS & set(register.get("readers", ())):
        zh, en = (
            f"登记簿 {register['id']} 不许触发器读取",
            f"the register {register['id']} is not for triggers to read",
        )
        place = "/on/record/register" if "on" in trigger else "/for_each/query/register"
        yield finding(place, "register-not-for-triggers", zh, en, register=register["id"])


def fields(trigger: Definition, context: Context) -> Iterator[Finding]:
    """What the query compares, and what the acts take of a record, are fields of the register."""
    register = _register(trigger, context)
    if register is None:  # a dangling reference is already a finding
        return
    places = Places(register["schema"], context.kinds.shared)
    asked = trigger.get("for_each", {}).get("query", {}).get("where", {})
    read = {f"/for_each/query/where/{escape(field)}": field for field in asked}
    changing = record_changes.declared(trigger).get("fields", ())
    read |= {f"/on/record/fields/{index}": field for index, field in enumerate(changing)}
    known = {"id"} if "for_each" in trigger else record_changes.KNOWN
    for member in ("do", "once_per", "for_each"):
        for pointer, name in _of_record(trigger.get(member, []), f"/{member}"):
            read[pointer] = name
    for named in trigger.get("when", {}).get("values", {}):
        if named.startswith("record:"):
            read[f"/when/values/{escape(named)}"] = named.removeprefix("record:")
    for pointer, field in read.items():
        if field not in known and not (field.startswith("/") and field_at(places, field)):
            zh, en = f"登记簿没有栏目 {field}", f"the register has no field {field}"
            yield finding(pointer, "register-field-unknown", zh, en, field=field)


def acts(trigger: Definition, _: Context) -> Iterator[Finding]:
    """There is no case to move, nor one to link to: only a record."""
    if triggers.register_of(trigger) is None:
        return
    for index, act in enumerate(trigger["do"]):
        if "propose" in act:
            if "every" in trigger:
                zh, en = "不能逐条记录提出修订草稿", "a release is not proposed for each record"
                yield finding(f"/do/{index}/propose", "proposal-for-each", zh, en)
        elif "move" in act:
            zh, en = "登记簿记录没有可办理的办件", "a record has no case to move"
            yield finding(f"/do/{index}/move", "no-case-here", zh, en)
        elif "links" in act.get("open", {}):
            zh, en = "登记簿记录没有可关联的办件", "a record has no case to link to"
            yield finding(f"/do/{index}/open/links", "no-case-here", zh, en)


def _register(trigger: Definition, context: Context) -> Mapping[str, Any] | None:
    named = triggers.register_of(trigger)
    return None if named is None else of_kind("registers", context.world).get(named)


def _of_record(declared: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """(pointer, field) of every value that a record gives; also the one whose kind of subject is said before it."""
    for place, (source, name) in triggers.sources_in(declared, pointer):
        if source == "record":
            yield place, name
    for index, act in enumerate(declared if isinstance(declared, list) else ()):
        for place, party in _parties(act) if isinstance(act, Mapping) else ():
            _, found, name = party.partition(":record:")
            if found:
                yield f"{pointer}/{index}/{place}", name


def _parties(act: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Whom an act names, and where it says so."""
    if "open" in act:
        yield "open/party", str(act["open"].get("party", ""))
    for number, named in enumerate(act.get("notice", {}).get("to", ())):
        yield f"notice/to/{number}", str(named)


CHECKS: tuple[Check, ...] = (readable, fields, acts)
