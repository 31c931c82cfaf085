"""Decides what text a template and a view make: values, sections that need one, and nothing more.

Three marks and no logic: `{{path}}` is replaced; `{{#path}}…{{/path}}` appears when there is a value, once
for each member of a list, which is `{{.}}`; `{{^path}}…{{/path}}` appears when there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape as escape_html
from typing import Any, Literal

from chalicelib.domain.problems import Finding, Problem, Text

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")

_MARK = re.compile(r"\{\{\s*([#^/]?)\s*([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*|\.)\s*\}\}")
# A value must not forge a line, nor turn the reading direction of the rest (Unicode TR 36 §2.2).
_UNPRINTABLE = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]+")
_MISSING = object()


@dataclass(frozen=True, slots=True)
class _Literal:
    text: str


@dataclass(frozen=True, slots=True)
class _Value:
    path: str


@dataclass(slots=True)
class _Section:
    path: str
    inverted: bool
    parts: list[_Literal | _Value | _Section] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rendered:
    """The text in both languages, and what was missing: a document with findings is not to be issued."""

    text: Mapping[str, str]
    findings: tuple[Finding, ...]


def render(definition: Mapping[str, Any], view: Mapping[str, Any], *, html: bool = False) -> Rendered:
    """Fill a document's or notice's template. Values stay on their line; with `html` they are escaped too.

    A path that the view lacks gives a finding `missing-value` at `/template/<language>`, unless the
    definition lists it under `optional`; then nothing is printed.
    """
    optional = frozenset(definition.get("optional", ()))
    texts: dict[str, str] = {}
    found: list[Finding] = []
    for language in LANGUAGES:
        pen = _Pen(language, optional, html)
        texts[language] = pen.write(_parse(definition["template"][language]).parts, (view,))
        found += pen.findings
    return Rendered(texts, tuple(found))


def paths(definition: Mapping[str, Any]) -> frozenset[str]:
    """Every path that the template asks for, those of sections included, as they are written."""
    return frozenset(
        match.group(2)
        for language in LANGUAGES
        for match in _MARK.finditer(definition["template"][language])
        if match.group(2) != "."
    )


def uses(template: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each path that is printed or opens a section, with the sections around it that appear only with a value."""
    yield from _uses(_parse(template), ())


def _uses(section: _Section, around: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for part in section.parts:
        if isinstance(part, _Section):
            yield part.path, (*around, part.path)
            yield from _uses(part, around if part.inverted else (*around, part.path))
        elif isinstance(part, _Value) and part.path != ".":
            yield part.path, around


def findings(definition: Mapping[str, Any]) -> list[Finding]:
    """What the gate refuses: a mark that is not one, a section that is not closed."""
    found = []
    for language in LANGUAGES:
        try:
            _parse(definition["template"][language])
        except Problem as problem:
            found.append(Finding(f"/template/{language}", problem.code, problem.message, problem.extra))
    return found


class _Pen:
    """Writes one language and remembers what it could not write."""

    def __init__(self, language: Language, optional: frozenset[str], html: bool) -> None:
        self.language = language
        self.optional = optional
        self.html = html
        self.findings: list[Finding] = []

    def write(self, parts: Iterable[_Literal | _Value | _Section], scope: tuple[Any, ...]) -> str:
        return "".join(self._part(part, scope) for part in parts)

    def _part(self, part: _Literal | _Value | _Section, scope: tuple[Any, ...]) -> str:
        if isinstance(part, _Literal):
            return escape_html(part.text) if self.html else part.text
        value = _lookup(part.path, scope)
        if isinstance(part, _Value):
            return self._value(part.path, value)
        if part.inverted or not _present(value):
            return self.write(part.parts, scope) if part.inverted and not _present(value) else ""
        members = value if isinstance(value, list | tuple) else [value]
        return "".join(self.write(part.parts, (*scope, member)) for member in members)

    def _value(self, path: str, value: Any) -> str:
        if isinstance(value, Mapping) and value.keys() == set(LANGUAGES):
            value = value[self.language]
        if isinstance(value, bool):
            value = Text("是", "yes") if value else Text("否", "no")
            value = value.as_json()[self.language]
        if isinstance(value, str | int):
            plain = _UNPRINTABLE.sub(" ", str(value))
            return escape_html(plain) if self.html else plain
        if value is _MISSING or value is None:
            return self._missing(path)
        self._report(path, "not-printable", "不能直接印出这个值", "this value cannot be printed")
        return ""

    def _missing(self, path: str) -> str:
        if path not in self.optional:
            self._report(
                path, "missing-value", "模板所需的内容缺失", "the template asks for a value that is missing"
            )
        return ""

    def _report(self, path: str, code: str, zh: str, en: str) -> None:
        said = Text(f"{zh}:{path}", f"{en}: {path}")
        self.findings.append(Finding(f"/template/{self.language}", code, said, {"path": path}))


def _present(value: Any) -> bool:
    """Zero is a value; nothing, no and the empty are not."""
    return not (value is _MISSING or value is None or value is False or value in ("", [], (), {}))


def _lookup(path: str, scope: tuple[Any, ...]) -> Any:
    """The value in the innermost scope that knows the path's first name, as in mustache(5)."""
    if path == ".":
        return scope[-1]
    names = path.split(".")
    for level in reversed(scope):
        if isinstance(level, Mapping) and names[0] in level:
            value: Any = level
            for name in names:
                value = value.get(name, _MISSING) if isinstance(value, Mapping) else _MISSING
            return value
    return _MISSING


@lru_cache(maxsize=256)
def _parse(template: str) -> _Section:
    if "{{{" in template or "}}}" in template:  # elsewhere this means "unescaped"; here nothing is
        raise _unreadable("not-a-mark", "{{{", "不是模板标记", "this is no mark of a template")
    open_sections = [_Section("", inverted=False)]
    end = 0
    for match in _MARK.finditer(template):
        _literal(open_sections[-1], template[end : match.start()])
        sort, path = match.groups()
        if sort == "/":
            _close(open_sections, path)
        elif sort:
            section = _Section(path, inverted=sort == "^")
            open_sections[-1].parts.append(section)
            open_sections.append(section)
        else:
            open_sections[-1].parts.append(_Value(path))
        end = match.end()
    _literal(open_sections[-1], template[end:])
    if len(open_sections) > 1:
        raise _unreadable("section-open", open_sections[-1].path, "段落没有结束", "the section is not closed")
    return open_sections[0]


def _literal(section: _Section, text: str) -> None:
    if "{{" in text or "}}" in text:
        raise _unreadable("not-a-mark", text.strip()[:40], "不是模板标记", "this is no mark of a template")
    if text:
        section.parts.append(_Literal(text))


def _close(open_sections: list[_Section], path: str) -> None:
    if len(open_sections) == 1 or open_sections[-1].path != path:
        raise _unreadable("section-not-open", path, "段落没有这样开始", "no such section is open")
    open_sections.pop()


def _unreadable(code: str, where: str, zh: str, en: str) -> Problem:
    return Problem("invalid", code, Text(f"{zh}:{where}", f"{en}: {where}"), extra={"path": where})
