"""Decides whether a document satisfies a form (JSON Schema 2020-12) and, if not, everything that is wrong."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import chain, islice
from types import MappingProxyType
from typing import Any

import orjson

from chalicelib.domain import canonical
from chalicelib.domain.formats import FORMATS
from chalicelib.domain.forms_findings import Reporter
from chalicelib.domain.forms_schema import Places, with_patterns
from chalicelib.domain.identity import Same
from chalicelib.domain.problems import Finding, Problem, Text

MAX_BODY = 256 * 1024  # bytes of a request body; files go to S3 by presigned upload (decision 8)
MAX_DEPTH = 32  # arrays and objects inside one another
MAX_ERRORS = 1_000  # a hostile document must not make an answer larger than itself
COMPILED_FORMS = 100  # each holds 250–350 KB
LIBRARIES = 8  # of shared documents; a container knows that of the set in force and those of a few releases

_NOTHING: Mapping[str, Any] = MappingProxyType({})


def compile_form(schema: Any, shared: Mapping[str, Any] = _NOTHING, *, formats: bool = True) -> Form:
    """The compiled form of a schema; the last 100 are kept, by the digest of all that they depend on.

    `shared` maps `$id` to document for whatever `$ref` may name; nothing is ever fetched. Without `formats`
    the keyword `format` is an annotation, as the official test suite expects it. A schema that cannot be
    compiled is refused as `form-not-compilable`.
    """
    library = _library(Same(shared), formats)
    digest = canonical.digest([schema, library.digest, formats])
    return _compiled(_Source(digest, schema, library, formats))


@dataclass(frozen=True, slots=True)
class _Library:
    """The documents that `$ref` may name, as the engine takes them; read once, not once a form."""

    digest: str
    documents: Mapping[str, Any]
    registry: Any


@dataclass(frozen=True, slots=True)
class _Source:
    digest: str
    schema: Any = field(compare=False)
    library: _Library = field(compare=False)
    formats: bool = field(compare=False)


class Form:
    """A compiled form. `is_valid(value)` is the engine's own method: the common case costs nothing more."""

    __slots__ = ("_iter_errors", "_reporter", "is_valid")

    def __init__(self, validator: Any, places: Places) -> None:
        self.is_valid: Callable[[Any], bool] = validator.is_valid
        self._iter_errors: Callable[[Any], Iterator[Any]] = validator.iter_errors
        self._reporter = Reporter(places)

    def errors(self, value: Any) -> list[Finding]:
        """Everything that is wrong, at once; a missing or an extra member is itself pointed at."""
        if self.is_valid(value):  # mostly it is, and asking costs less than beginning a list of nothing
            return []
        return self._reporter.report(islice(self._iter_errors(value), MAX_ERRORS))

    def check(self, value: Any) -> None:
        """Refuse a document that does not satisfy the form, as `form-invalid` with all findings."""
        if findings := self.errors(value):
            told = Text("填写的内容有误，请按提示修改", "some of what was filled in is not right")
            raise Problem("invalid", "form-invalid", told, findings=findings)


@lru_cache(maxsize=LIBRARIES)
def _library(shared: Same, formats: bool) -> _Library:
    import jsonschema_rs

    digest = canonical.digest(dict(shared.it))
    documents = {uri: with_patterns(each) if formats else each for uri, each in shared.it.items()}
    try:
        return _Library(digest, documents, jsonschema_rs.Registry(list(documents.items())))
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        raise _not_compilable(error) from error


@lru_cache(maxsize=COMPILED_FORMS)
def _compiled(source: _Source) -> Form:
    import jsonschema_rs

    schema = with_patterns(source.schema) if source.formats else source.schema
    try:
        validator = jsonschema_rs.Draft202012Validator(
            schema,
            formats={name: each.agrees for name, each in FORMATS.items() if each.agrees},
            validate_formats=source.formats,
            registry=source.library.registry,
            pattern_options=jsonschema_rs.RegexOptions(),  # linear time: no pattern can be made to hang
            offline=True,
        )
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        raise _not_compilable(error) from error
    return Form(validator, Places(schema, source.library.documents))


def _not_compilable(error: Exception) -> Problem:
    told = Text("表单无法编译", f"the form cannot be compiled: {error}")
    return Problem("invalid", "form-not-compilable", told)


def parse(body: bytes) -> Any:
    """The JSON value of a request body, inside the canonical profile (`canonical.check`).

    Refuses `body-too-large`, `body-not-json`, `body-too-deep` and `not-canonical`.
    """
    if len(body) > MAX_BODY:
        raise Problem("too_large", "body-too-large", Text("请求内容超过 256 KB", "the body exceeds 256 KB"))
    try:
        value = canonical.loads(body)
    except orjson.JSONDecodeError as error:
        if "depth limit" in error.msg:
            raise _too_deep() from error
        told = Text("请求内容不是有效的 JSON", f"the body is not JSON: {error.msg}")
        raise Problem("malformed", "body-not-json", told) from error
    if not (_profile()(value) and _is_normal(body)):
        _check_depth(value)  # each says what is wrong; one of the quick checks may have been too strict
        canonical.check(value)
    return value


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [each for each in level if isinstance(each, dict | list)]
        if not level:
            return
        level = list(chain.from_iterable(each.values() if isinstance(each, dict) else each for each in level))
    raise _too_deep()


def _too_deep() -> Problem:
    told = Text(f"请求内容嵌套超过 {MAX_DEPTH} 层", f"the body is nested deeper than {MAX_DEPTH} levels")
    return Problem("malformed", "body-too-deep", told)


# Deleted before the look at the rest; the backslash stays, because an escape may hide any character.
_ASCII = bytes(set(range(128)) - {ord("\\")})


def _is_normal(body: bytes) -> bool:
    """Whether all text is surely NFC: a part of what is NFC is NFC too (UAX #15).

    Only what is not ASCII is looked at, a fifth of an application. That hides a mark which composes with an ASCII
    letter before it, and no other pair: those marks are U+0300 to U+036F, in UTF-8 led by CC or CD.
    """
    rest = body.translate(None, _ASCII)
    if b"\xcc" in rest or b"\xcd" in rest or (b"\\" in rest and b"\\u" in body):
        return False
    return unicodedata.is_normalized("NFC", rest.decode())


@cache
def _profile() -> Callable[[Any], bool]:
    """Depth, and `canonical.check` but for NFC, at one go in Rust.

    A schema level for each level of the document, in draft 4: the last in which 1.0 is no integer. What is most
    comes first: an alternative that holds ends the search.
    """
    import jsonschema_rs

    texts = {"type": ["string", "boolean", "null"]}
    numbers = {"type": "integer", "minimum": 1 - canonical.MAX_SAFE, "maximum": canonical.MAX_SAFE - 1}
    levels: dict[str, Any] = {str(MAX_DEPTH): {"anyOf": [texts, numbers]}}
    for level in range(MAX_DEPTH):
        inner = {"$ref": f"#/definitions/{level + 1}"}
        members = {"patternProperties": {r"[^\x00-\x7f]": {"not": {}}}, "additionalProperties": inner}
        within = [{"type": "object", **members}, {"type": "array", "items": inner}]
        levels[str(level)] = {"anyOf": [texts, *within, numbers]}
    engine = jsonschema_rs.Draft4Validator(
        {"$ref": "#/definitions/0", "definitions": levels},
        pattern_options=jsonschema_rs.RegexOptions(),
        offline=True,
    )
    valid: Callable[[Any], bool] = engine.is_valid
    return valid
