"""Decides whether a fact can be read where it says: the place of a pointer, and the types that stand there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.domain.forms_schema import Places

# What a fact of a type is read from; a `take` makes it out of something else (readings).
_TYPES = {
    "integer": "integer",
    "money": "integer",
    "boolean": "boolean",
    "string": "string",
    "date": "string",
}
_TAKEN = {"size": {"array"}, "contains": {"array"}, "count": {"object"}, "equals": {"string", "boolean"}}


def tokens_of(pointer: str) -> list[str | int]:
    """The path of a JSON pointer; a number, and `*` for any, is a place in a list."""
    names = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    return [0 if name == "*" else int(name) if name.isdecimal() else name for name in names]


def field_at(places: Places, pointer: str) -> list[Mapping[str, Any]]:
    """The schemas of a field; none where only a condition (`if`) mentions a field that is not there."""
    schemas = places.at(tokens_of(pointer))
    return schemas if any({"type", "x-title", "$ref"} & schema.keys() for schema in schemas) else []


def types_of(schemas: Iterable[Mapping[str, Any]]) -> set[str]:
    """What types the schemas of one place name; `null` aside, empty where they name none."""
    found = set[str]()
    for schema in schemas:
        named = schema.get("type", ())
        found |= {named} if isinstance(named, str) else set(named)
    return found - {"null"}


def fits(fact: Mapping[str, Any], schemas: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a value of that place can be what the fact declares; a place that names no type can."""
    present = types_of(schemas)
    taken = next(iter(fact.get("take", ())), None)
    wanted = _TAKEN.get(taken, present) if taken else {_TYPES.get(fact["type"], "")}
    return not present or bool(present & wanted)
