"""Decides where a definition does not have what one clause of a declared check asks: how many, what, of what not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from chalicelib.domain.definitions import Definition, escape
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.readings import read

if TYPE_CHECKING:
    from chalicelib.domain.declared_words import Terms
    from chalicelib.domain.gate import Context

Clause = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Breach:
    """A place at which a clause does not hold, and what was found there."""

    pointer: str
    found: Text
    params: Mapping[str, Any] = field(default_factory=dict)


def breaches(clause: Clause, definition: Definition, context: Context, name: str) -> Iterator[Breach]:
    """Every place where a clause does not hold; `name` tells the clause from all others of the set."""
    (kind,) = clause.keys() & KINDS.keys()
    yield from KINDS[kind](clause, definition, context, name)


def places(value: Any, pattern: str) -> list[tuple[str, Any]]:
    """Every place that a pointer leads to, with what stands there; a step `*` is any member."""
    found = [("", value)]
    for step in pattern.split("/")[1:]:
        found = [below for at, one in found for below in _below(at, one, step)]
    return found


def _below(at: str, value: Any, step: str) -> Iterator[tuple[str, Any]]:
    name = step.replace("~1", "/").replace("~0", "~")
    if isinstance(value, Mapping):
        names = list(value) if step == "*" else [name] if name in value else []
        yield from ((f"{at}/{escape(one)}", value[one]) for one in names)
    elif isinstance(value, list):
        wanted = range(len(value)) if step == "*" else [int(name)] if name.isdecimal() else []
        yield from ((f"{at}/{one}", value[one]) for one in wanted if one < len(value))


def _selected(clause: Clause, definition: Definition) -> list[tuple[str, Any]]:
    """The places that a clause is about: those of `at` at which `where` (pointer → value) holds."""
    wanted = clause.get("where", {}).items()
    return [
        (at, value)
        for at, value in places(definition, clause["at"])
        if all(read(value, pointer) == one for pointer, one in wanted)
    ]


def _count(clause: Clause, definition: Definition, _: Context, __: str) -> Iterator[Breach]:
    """How many there are. Of too many the first is shown, of too few the place where more belong."""
    found, wanted = _selected(clause, definition), clause["count"]
    exactly = wanted.get("exactly")
    least, most = wanted.get("at_least", exactly or 0), wanted.get("at_most", exactly)
    if most is not None and len(found) > most:
        yield _counted(found[most][0], len(found), Text(f"至多 {most}", f"at most {most}"))
    elif len(found) < least:
        holder = clause["at"].partition("/*")[0]
        yield _counted(holder, len(found), Text(f"至少 {least}", f"at least {least}"))


def _counted(pointer: str, count: int, wanted: Text) -> Breach:
    said = Text(f"现有 {count} 项，应{wanted.zh}项", f"there are {count}, {wanted.en} are asked for")
    return Breach(pointer, said, {"count": count})


def _value(clause: Clause, definition: Definition, _: Context, __: str) -> Iterator[Breach]:
    """What stands there satisfies a JSON Schema. A place that the pointer names outright must be there."""
    from chalicelib.domain.forms import compile_form

    try:
        schema = compile_form(clause["value"])
    except Problem:  # the check's own finding
        return
    found = _selected(clause, definition)
    if not found and "*" not in clause["at"] and "where" not in clause:
        yield Breach(clause["at"], Text("没有填写", "it is not there"))
    for at, value in found:
        for one in schema.errors(value):
            yield Breach(f"{at}{one.pointer}", one.message, {"keyword": one.code})


def _free_of(clause: Clause, definition: Definition, context: Context, name: str) -> Iterator[Breach]:
    """Neither these places, nor the definitions of `uses` that it uses, speak of it."""
    from chalicelib.domain.declared_words import spoken, terms_of

    terms: Terms = context.once(f"terms:{name}", lambda: terms_of(clause["free_of"]))
    for pattern in clause.get("places", ()):
        for at, value in places(definition, pattern):
            for pointer in spoken(value, terms, at):
                yield Breach(pointer, Text("此处涉及", "it stands here"))
    uses = clause.get("uses", ())
    for reference in context.kinds.references(definition) if uses else ():
        for key in _used(reference.kind, reference.key, uses, context):
            if found := _of_used(key, terms, context, name):
                zh, en = (
                    f"所用的 {key} 涉及（{found[0]}）",
                    f"{key}, which it uses, speaks of it ({found[0]})",
                )
                yield Breach(reference.pointer, Text(zh, en), {"used": key, "places": found})
                break


def _of_used(key: str, terms: Terms, context: Context, name: str) -> list[str]:
    """Where a definition that others use speaks of it; worked out once for all of them."""
    from chalicelib.domain.declared_words import spoken

    found = context.once(f"spoken:{name}:{key}", lambda: spoken(context.world[key], terms))
    return cast("list[str]", found)


def _used(kind: str, key: str, uses: Any, context: Context) -> Iterator[str]:
    """What is named, and the facts that a rule so named reads."""
    if kind in uses and key in context.world:
        yield key
        facts = context.world[key].get("facts", ()) if kind == "rules" and "facts" in uses else ()
        yield from (f"facts/{one}" for one in facts if f"facts/{one}" in context.world)


KINDS: Mapping[str, Callable[[Clause, Definition, Any, str], Iterator[Breach]]] = {
    "count": _count,
    "value": _value,
    "free_of": _free_of,
}
