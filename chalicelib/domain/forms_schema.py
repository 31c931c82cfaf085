"""Decides which subschemas a form has and which of them speak about a given place of a document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from chalicelib.domain.formats import FORMATS
from chalicelib.domain.problems import Text

SHARED = "https://schemas.jisheng/shared/"

# JSON Schema 2020-12, core §10 and §11: where a keyword's value is, or holds, further schemas
_NAMED = {"properties", "patternProperties", "dependentSchemas", "$defs"}
_LISTED = {"allOf", "anyOf", "oneOf", "prefixItems"}
_SINGLE = {
    "items",
    "contains",
    "additionalProperties",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
}
_SINGLE |= {"not", "if", "then", "else"}
_IN_PLACE = ("then", "else", "allOf", "anyOf", "oneOf", "dependentSchemas", "if")

Tokens = tuple[str, ...]


def pointer(tokens: Iterable[str | int]) -> str:
    """RFC 6901."""
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens)


def children(schema: Mapping[str, Any]) -> Iterator[tuple[Tokens, Any]]:
    """The schemas directly inside a schema, each with the tokens that lead to it."""
    for keyword, value in schema.items():
        if keyword in _NAMED and isinstance(value, dict):
            yield from (((keyword, name), member) for name, member in value.items())
        elif keyword in _LISTED and isinstance(value, list):
            yield from (((keyword, str(place)), member) for place, member in enumerate(value))
        elif keyword in _SINGLE:
            yield (keyword,), value


def subschemas(schema: Any, tokens: Tokens = ()) -> Iterator[tuple[Tokens, Mapping[str, Any]]]:
    """A schema and all schemas inside it; data such as `const` and `default` is not mistaken for one."""
    if isinstance(schema, dict):
        yield tokens, schema
        for more, member in children(schema):
            yield from subschemas(member, tokens + more)


def with_patterns(schema: Any) -> Any:
    """The same schema with named formats said as patterns, which the engine checks without leaving Rust.

    A format with a check character stays beside its pattern; the engine calls back for that alone.
    """
    if not isinstance(schema, dict):
        return schema
    copy = dict(schema)
    for keyword, value in schema.items():
        if keyword in _NAMED and isinstance(value, dict):
            copy[keyword] = {name: with_patterns(member) for name, member in value.items()}
        elif keyword in _LISTED and isinstance(value, list):
            copy[keyword] = [with_patterns(member) for member in value]
        elif keyword in _SINGLE:
            copy[keyword] = with_patterns(value)
    return _format_as_pattern(copy)


def _format_as_pattern(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("format")
    if not isinstance(name, str) or name not in FORMATS:
        return schema
    if FORMATS[name].agrees is None:
        del schema["format"]
    if "pattern" in schema:
        schema["allOf"] = [*schema.get("allOf", ()), {"pattern": FORMATS[name].pattern}]
    else:
        schema["pattern"] = FORMATS[name].pattern
    return schema


class Places:
    """What a form and the shared documents it refers to say about each place of a document."""

    def __init__(self, schema: Any, shared: Mapping[str, Any]) -> None:
        self._root = (schema, schema)  # a schema and the document that `#/…` inside it means
        self._shared = shared

    def at(self, path: Sequence[str | int]) -> list[Mapping[str, Any]]:
        """All schemas that speak about the place, the nearest to the form's author first."""
        nodes = self._together([self._root])
        for token in path:
            nodes = self._together(
                [(member, document) for node, document in nodes for member in _below(node, token)]
            )
        return [schema for schema, _ in nodes]

    def knows(self, place: str) -> bool:
        """Whether the form has a field at this JSON pointer."""
        tokens = [token.replace("~1", "/").replace("~0", "~") for token in place.split("/")[1:]]
        return bool(self.at([int(token) if token.isdigit() else token for token in tokens]))

    def title(self, path: Sequence[str | int]) -> Text | None:
        """The title of a place; a plain `title` serves both languages when there is no `x-title`."""
        if said := self.bilingual(path, "x-title"):
            return said
        plain = next((schema["title"] for schema in self.at(path) if schema.get("title")), None)
        return Text(plain, plain) if isinstance(plain, str) else None

    def bilingual(self, path: Sequence[str | int], keyword: str) -> Text | None:
        """What a keyword such as `x-title` says of a place in both languages."""
        for schema in self.at(path):
            said = schema.get(keyword)
            if isinstance(said, dict) and said.get("zh") and said.get("en"):
                return Text(said["zh"], said["en"])
        return None

    def _together(self, nodes: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
        """The nodes and whatever applies at the same place: references, conditions, alternatives."""
        found: list[tuple[Any, Any]] = []
        for schema, document in nodes:  # grows while it is read
            if not isinstance(schema, dict) or any(schema is seen for seen, _ in found):
                continue
            found.append((schema, document))
            if isinstance(reference := schema.get("$ref"), str):
                nodes.append(self._target(reference, document))
            nodes.extend((member, document) for member in _in_place(schema))
        return found

    def _target(self, reference: str, document: Any) -> tuple[Any, Any]:
        base, _, fragment = reference.partition("#")
        document = self._shared.get(base) if base else document
        target = document
        for token in fragment.split("/")[1:]:
            name = token.replace("~1", "/").replace("~0", "~")
            target = target.get(name) if isinstance(target, dict) else None
        return target, document


def _in_place(schema: Mapping[str, Any]) -> Iterator[Any]:
    for keyword in _IN_PLACE:
        value = schema.get(keyword)
        if keyword == "dependentSchemas" and isinstance(value, dict):
            yield from value.values()
        elif isinstance(value, list):
            yield from value
        else:
            yield value


def _below(schema: Mapping[str, Any], token: str | int) -> Iterator[Any]:
    if isinstance(token, int):
        listed = schema.get("prefixItems", ())
        yield listed[token] if token < len(listed) else schema.get("items")
    else:
        properties = schema.get("properties", {})
        yield properties[token] if token in properties else schema.get("additionalProperties")
