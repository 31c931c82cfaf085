"""Decides whether a schema contradicts itself: what it demands and forbids at once nobody can ever fill in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.domain.forms_schema import Tokens, pointer
from chalicelib.domain.problems import Finding, finding

Schema = Mapping[str, Any]
_BOUNDS = (
    ("minimum", "maximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
    ("minContains", "maxContains"),
)
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None),
    "array": list, "object": dict,
}  # fmt: skip


def findings(tokens: Tokens, schema: Schema) -> Iterator[Finding]:
    """What one subschema says against itself; those inside it are looked at in their turn."""
    yield from _required(tokens, schema)
    yield from _bounds(tokens, schema)
    yield from _choices(tokens, schema)


def _required(tokens: Tokens, schema: Schema) -> Iterator[Finding]:
    """`additionalProperties: false` looks at this schema's own properties only (core §10.3.2.3)."""
    properties, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    is_closed = schema.get("additionalProperties") is False
    for index, name in enumerate(schema.get("required", ())):
        known = name in properties or any(re.search(pattern, name) for pattern in patterns)
        if properties.get(name) is False or (is_closed and not known):
            zh, en = f"必填的“{name}”又被禁止", f"{name!r} is required and forbidden"
            yield finding(pointer((*tokens, "required", str(index))), "required-forbidden", zh, en, name=name)


def _bounds(tokens: Tokens, schema: Schema) -> Iterator[Finding]:
    for least, most in _BOUNDS:
        low, high = schema.get(least), schema.get(most)
        if low is not None and high is not None and low > high:
            zh, en = f"{least} 大于 {most}", f"{least} is greater than {most}"
            yield finding(pointer((*tokens, least)), "bounds-crossed", zh, en, least=low, most=high)


def _choices(tokens: Tokens, schema: Schema) -> Iterator[Finding]:
    choices = schema.get("enum")
    if choices == []:
        zh, en = "选项为空，无法填写", "there is nothing to choose from"
        yield finding(pointer((*tokens, "enum")), "enum-empty", zh, en)
    named = schema.get("type")
    kinds = [named] if isinstance(named, str) else list(named or ())
    for value in choices or ():
        if kinds and not any(_is(kind, value) for kind in kinds):
            zh, en = f"选项“{value}”不是所声明的类型", f"the choice {value!r} is not of the declared type"
            yield finding(pointer((*tokens, "enum")), "enum-of-another-type", zh, en, value=value)


def _is(kind: str, value: Any) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES.get(kind, object))


def dangling(tokens: Tokens, schema: Schema, root: Schema, shared: Mapping[str, Any]) -> Iterator[Finding]:
    """A `$ref` into this form, or into a shared document, that leads nowhere there."""
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return
    base, _, fragment = reference.partition("#")
    document = shared.get(base) if base else root
    if document is None or (fragment and not fragment.startswith("/")):
        return  # an unknown document is a finding of its own; an anchor is the compiler's matter
    for name in fragment.split("/")[1:]:
        key = name.replace("~1", "/").replace("~0", "~")
        if isinstance(document, list) and key.isdecimal() and int(key) < len(document):
            document = document[int(key)]
        elif isinstance(document, Mapping) and key in document:
            document = document[key]
        else:
            zh, en = f"{reference} 不存在", f"{reference} leads nowhere"
            yield finding(pointer((*tokens, "$ref")), "reference-dangling", zh, en, reference=reference)
            return
