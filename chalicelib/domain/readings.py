"""Decides how a value is read out of a document, and whether it has the type that a fact declares."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from chalicelib.domain import canonical

Declaration = Mapping[str, Any]

ABSENT: Final = object()
TAKES = {
    "equals": "boolean",
    "contains": "boolean",
    "same_as": "boolean",
    "count": "integer",
    "size": "integer",
}
NUMBERS = ("integer", "money")


def read(document: Any, pointer: str) -> Any:
    """What a JSON pointer leads to (RFC 6901), or ABSENT."""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(document, Mapping) and name in document:
            document = document[name]
        elif isinstance(document, list) and name.isdecimal() and int(name) < len(document):
            document = document[int(name)]
        else:
            return ABSENT
    return document


def taken(take: Mapping[str, Any] | None, value: Any) -> Any:
    """What a declaration makes of the value it reads. A part that is missing makes the whole unknown."""
    if not take or value in (ABSENT, None):
        return value
    ((operation, operand),) = take.items()
    return _OPERATIONS[operation](value, operand)


def _equals(value: Any, operand: Mapping[str, Any]) -> Any:
    """True or false only for a value that the declaration foresees: what nobody foresaw is not "no"."""
    return _same(value, operand["value"]) if any(_same(value, one) for one in operand["among"]) else ABSENT


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)  # to Python, 1 == True


def _contains(value: Any, operand: Any) -> Any:
    return operand in value if isinstance(value, list) else ABSENT


def _count(value: Any, operand: Mapping[str, Any]) -> Any:
    """How many of the named members equal a value: unknown when one of them is absent or unforeseen."""
    members = [read(value, pointer) for pointer in operand["of"]]
    if any(member not in operand["among"] for member in members):
        return ABSENT
    return members.count(operand["value"])


def _same_as(value: Any, operand: Any) -> Any:
    """Whether the source says what the applicant says (`facts.compared` put that in place); unknown without it."""
    return ABSENT if operand is ABSENT else _same(value, operand)


def _size(value: Any, _operand: Any) -> Any:
    return len(value) if isinstance(value, list) else ABSENT


_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "equals": _equals,
    "contains": _contains,
    "same_as": _same_as,
    "count": _count,
    "size": _size,
}


def is_of_type(declaration: Declaration, value: Any) -> bool:
    return _CHECKS[declaration["type"]](declaration, value)


def _is_integer(declaration: Declaration, value: Any) -> bool:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= canonical.MAX_SAFE:
        return False
    return bool(declaration.get("minimum", value) <= value <= declaration.get("maximum", value))


def _is_string(declaration: Declaration, value: Any) -> bool:
    if not isinstance(value, str) or not unicodedata.is_normalized("NFC", value):
        return False
    return value in declaration.get("values", (value,))


def _is_date(_declaration: Declaration, value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


_CHECKS: dict[str, Callable[[Declaration, Any], bool]] = {
    "integer": _is_integer,
    "money": _is_integer,  # fen
    "boolean": lambda _declaration, value: isinstance(value, bool),
    "string": _is_string,
    "date": _is_date,
}
