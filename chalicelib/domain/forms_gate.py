"""Decides whether a form is itself good enough to be released: valid, closed, titled, portable, self-contained."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from chalicelib.domain import canonical, forms_contradictions
from chalicelib.domain.formats import FORMATS
from chalicelib.domain.forms import compile_form
from chalicelib.domain.forms_schema import Places, children, pointer, subschemas
from chalicelib.domain.problems import Finding, Problem, Text

_META = "https://json-schema.org/draft/2020-12/schema"
_NOTHING: Mapping[str, Any] = MappingProxyType({})
# Escapes that mean other things in Rust, Python and JavaScript (\d, \w, \s, \b, \p, \A, \z …), and (?…) but (?:
_NOT_PORTABLE = re.compile(r"\\\\|(\\[A-Za-eg-mo-qswyz0-9]|\(\?(?!:))")


def form_schema_findings(schema: Any, shared: Mapping[str, Any] = _NOTHING) -> list[Finding]:
    """All reasons not to release a form; pointers are into the schema. `shared` as in `compile_form`."""
    found = _meta_findings(schema)
    if found:
        return found
    found = [*_openness(schema), *_inside(schema, shared), *_title_findings(schema, Places(schema, shared))]
    return found or list(_not_compilable(schema, shared))


def schema_findings(schema: Any, shared: Mapping[str, Any] = _NOTHING) -> list[Finding]:
    """What also a schema that is no form, such as a move's input or a register's, must not be."""
    return _meta_findings(schema) or list(_inside(schema, shared)) or list(_not_compilable(schema, shared))


def _meta_findings(schema: Any) -> list[Finding]:
    return [_of_meta(each) for each in compile_form({"$ref": _META}, formats=False).errors(schema)]


def _inside(schema: Any, shared: Mapping[str, Any]) -> Iterator[Finding]:
    yield from _outside_profile(schema)
    for tokens, each in subschemas(schema):
        yield from (*_pattern_findings(tokens, each), *_format_findings(tokens, each))
        yield from (*_reference_findings(tokens, each, shared), *_name_findings(tokens, each))
        yield from forms_contradictions.findings(tokens, each)
        yield from forms_contradictions.dangling(tokens, each, schema, shared)


def _of_meta(finding: Finding) -> Finding:
    zh, en = "不符合 JSON Schema 2020-12", "this is not JSON Schema 2020-12"
    return Finding(finding.pointer, "schema-invalid", Text(zh, en), {"keyword": finding.code})


def _openness(schema: Mapping[str, Any]) -> Iterator[Finding]:
    closed = schema.get("additionalProperties") is False or schema.get("unevaluatedProperties") is False
    if schema.get("type") != "object" or not closed:
        zh = "表单必须是 object，并以 additionalProperties 或 unevaluatedProperties: false 封闭"
        en = "a form is an object closed by additionalProperties or unevaluatedProperties: false"
        yield Finding("", "form-open", Text(zh, en))


def _outside_profile(schema: Any) -> Iterator[Finding]:
    try:
        canonical.check(schema)
    except Problem as problem:
        yield from problem.findings


def _pattern_findings(tokens: tuple[str, ...], schema: Mapping[str, Any]) -> Iterator[Finding]:
    patterns = {(*tokens, "patternProperties", name): name for name in schema.get("patternProperties", {})}
    if "pattern" in schema:
        patterns[*tokens, "pattern"] = schema["pattern"]
    for place, pattern in patterns.items():
        if not _is_linear(pattern):
            zh, en = "该正则表达式无法以线性时间匹配", "this pattern cannot be matched in linear time"
            yield Finding(pointer(place), "pattern-not-linear", Text(zh, en))
        elif found := "".join(match[1] or "" for match in _NOT_PORTABLE.finditer(pattern)):
            zh = f"{found} 在各引擎中含义不同，请改写，如用 [0-9]"
            en = f"{found} means different things to different engines: write for example [0-9]"
            yield Finding(pointer(place), "pattern-not-portable", Text(zh, en), {"found": found})


def _is_linear(pattern: str) -> bool:
    try:
        compile_form({"pattern": pattern})
    except Problem:
        return False
    return True


def _format_findings(tokens: tuple[str, ...], schema: Mapping[str, Any]) -> Iterator[Finding]:
    name = schema.get("format")
    if name is not None and name not in FORMATS:
        told = Text(f"没有名为 {name} 的格式", f"there is no format named {name}")
        yield Finding(pointer((*tokens, "format")), "format-unknown", told, {"known": sorted(FORMATS)})


def _reference_findings(
    tokens: tuple[str, ...], schema: Mapping[str, Any], shared: Mapping[str, Any]
) -> Iterator[Finding]:
    for keyword in ("$ref", "$dynamicRef"):
        reference = schema.get(keyword)
        if reference is not None and (base := reference.partition("#")[0]) and base not in shared:
            told = Text(
                "只能引用本表单或共用定义", "only the form itself and shared documents can be referred to"
            )
            yield Finding(pointer((*tokens, keyword)), "reference-unknown", told)


def _name_findings(tokens: tuple[str, ...], schema: Mapping[str, Any]) -> Iterator[Finding]:
    for name in schema.get("properties", {}):
        if not name.isascii():
            told = Text("栏目的键必须是 ASCII", "the key of a field must be ASCII")
            yield Finding(pointer((*tokens, "properties", name)), "name-not-ascii", told)


def _title_findings(schema: Any, places: Places) -> list[Finding]:
    """Every field has a title in both languages, wherever in the form it is given."""
    found: list[Finding] = []

    def visit(each: Any, tokens: tuple[str, ...], path: tuple[str | int, ...]) -> None:
        if not isinstance(each, dict):
            return
        for more, member in children(each):
            below = _below(more, path)
            if below is None:
                continue
            if more[0] == "properties" and places.bilingual(below, "x-title") is None:
                told = Text(
                    "栏目须有中英文标题（x-title）", "a field needs a title in both languages (x-title)"
                )
                found.append(Finding(pointer((*tokens, *more)), "title-missing", told))
            visit(member, tokens + more, below)

    visit(schema, (), ())
    return found


def _below(tokens: tuple[str, ...], path: tuple[str | int, ...]) -> tuple[str | int, ...] | None:
    """The place of a document that a child schema speaks about; nothing when it speaks about none."""
    keyword = tokens[0]
    if keyword == "properties":
        return (*path, tokens[1])
    if keyword in {"prefixItems", "items"}:
        return (*path, int(tokens[1]) if keyword == "prefixItems" else _ANY_ITEM)
    if keyword in {"$defs", "patternProperties", "propertyNames", "contains", "unevaluatedItems"}:
        return None
    return None if keyword in {"additionalProperties", "unevaluatedProperties"} else path


_ANY_ITEM = 1_000  # a place beyond all prefixItems


def _not_compilable(schema: Any, shared: Mapping[str, Any]) -> Iterator[Finding]:
    try:
        compile_form(schema, shared)
    except Problem as problem:
        yield Finding("", problem.code, problem.message)
