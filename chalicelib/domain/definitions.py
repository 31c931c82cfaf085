"""Decides what a definition is: its kind, what it refers to, its hash, and all that a release pins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from chalicelib.domain import canonical
from chalicelib.domain.identity import Same
from chalicelib.domain.problems import Problem, Text, not_found

Definition = Mapping[str, Any]
Schema = Mapping[str, Any]

# Live: a running case always meets the newest one, so a release does not pin it (decisions 34). Registers are
# live as well, because all records of a register share one shape, whichever release wrote them; so are accounts,
# because all cases post to the same rows, which can have one limit and one way of being split only. Checks judge
# definitions, never cases; a draw keeps the plan that it was committed with.
LIVE = frozenset(
    {
        "access",
        "accounts",
        "calendars",
        "channels",
        "checks",
        "connectors",
        "draws",
        "organisations",
        "registers",
        "triggers",
    }
)

# What a store adds to a definition and what an editor may echo back: never part of what is declared.
VOLATILE = frozenset({"author", "at", "etag", "hash", "revision"})

READ = 2_000  # definitions whose references are remembered: the whole of a district's set

SHARED = "shared/"  # key of a shared schema in a manifest
SOURCE = "source/"  # key of what was written, where a release runs on what was put together from it

_BRANCHES = ("allOf", "anyOf", "oneOf")


@dataclass(frozen=True, slots=True)
class Reference:
    """At `pointer` a definition names another one."""

    pointer: str
    kind: str
    id: str

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.id}"


@dataclass(frozen=True, slots=True)
class Bundle:
    """All that a case runs on, as released. Keys of the maps are ids; `definitions` has every kind."""

    release: str
    manifest: Mapping[str, str]
    item: Definition
    process: Definition | None
    rules: Mapping[str, Definition]
    facts: Mapping[str, Definition]
    documents: Mapping[str, Definition]
    definitions: Mapping[str, Definition]
    shared: Mapping[str, Schema]  # by `$id`: what the forms' `$ref`s lead to, as it was at the release
    kept: dict[str, Any] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )  # made of it, once


class Kinds:
    """The kinds that exist: one for each meta-schema. Fields that name a definition carry the mark `x-ref`:

    `"x-ref": "documents"` on a string or an array of strings, or `"x-ref": {"rule": "rules"}` where only a
    prefixed value (`rule:deregistration-limit`) names one. A mark of a kind that has no meta-schema yet is
    not followed: the reference is checked from the day on which the kind exists.
    """

    def __init__(self, meta: Mapping[str, Schema], shared: Mapping[str, Schema] | None = None) -> None:
        self._meta = dict(meta)
        self.shared = dict(shared or {})
        self._bearing: dict[int, bool] = {}  # by identity of a schema that the two above hold
        self._named = lru_cache(maxsize=READ)(self._read)  # one release asks ten times of each definition

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._meta))

    def meta(self, kind: str) -> Schema:
        """The meta-schema of a kind; raises a not-found Problem for a kind that does not exist."""
        if kind not in self._meta:
            raise not_found(Text("定义种类", "kind of definition"), kind)
        return self._meta[kind]

    def references(self, definition: Definition) -> list[Reference]:
        """Every place where a definition names another, in document order, each once."""
        return list(self._named(Same(definition)))

    def _read(self, definition: Same) -> tuple[Reference, ...]:
        root = self.meta(str(definition.it.get("kind")))
        found = (mark for mark in self._marks(root, root, definition.it, "") if mark.kind in self._meta)
        return tuple(dict.fromkeys(found))

    def _marks(self, root: Schema, schema: Any, value: Any, pointer: str) -> Iterator[Reference]:
        if not isinstance(schema, Mapping) or not self._bears(root, schema):  # true and false are schemas too
            return
        if "$ref" in schema:
            inner_root, inner = self._follow(root, str(schema["$ref"]))
            yield from self._marks(inner_root, inner, value, pointer)
        if "x-ref" in schema:
            yield from _named(schema["x-ref"], value, pointer)
        for branch in (branch for word in _BRANCHES for branch in schema.get(word, ())):
            yield from self._marks(root, branch, value, pointer)
        for word in ("then", "else"):
            yield from self._marks(root, schema.get(word), value, pointer)
        for name, member, below in _members(schema, value):
            yield from self._marks(root, below, member, f"{pointer}/{escape(name)}")

    def _bears(self, root: Schema, schema: Schema) -> bool:
        """Whether a mark stands anywhere in the schema: forms, guides and examples need no walk at all."""
        if id(schema) not in self._bearing:
            seen: dict[int, Any] = {}
            ahead: list[tuple[Schema, Any]] = [(root, schema)]
            while ahead:
                base, one = ahead.pop()
                if id(one) in seen or not isinstance(one, Mapping | list):
                    continue
                seen[id(one)] = one
                if isinstance(one, list):
                    ahead += [(base, member) for member in one]
                elif "x-ref" in one or self._bearing.get(id(one)):
                    self._bearing[id(schema)] = True
                    return True
                else:
                    ahead += [(base, member) for member in one.values()]
                    ahead += [self._follow(base, str(one["$ref"]))] if "$ref" in one else []
            self._bearing |= dict.fromkeys(seen, False)
        return self._bearing[id(schema)]

    def _follow(self, root: Schema, ref: str) -> tuple[Schema, Any]:
        """The document that a `$ref` leads to and the place in it; empty for JSON Schema's own."""
        document, _, fragment = ref.partition("#")
        target: Any = self.shared.get(document, {}) if document else root
        base = target
        for part in fragment.strip("/").split("/") if fragment else ():
            target = target.get(part, {}) if isinstance(target, Mapping) else {}
        return base, target


def _members(schema: Schema, value: Any) -> Iterator[tuple[str, Any, Any]]:
    """Each member of an object or array with the schema that speaks about it."""
    if isinstance(value, Mapping):
        named, rest = schema.get("properties", {}), schema.get("additionalProperties")
        patterns = list(schema.get("patternProperties", {}).values())
        for name, member in value.items():
            for below in [named[name]] if name in named else [*patterns, rest]:
                yield str(name), member, below
    elif isinstance(value, list):
        first = schema.get("prefixItems", ())
        for index, member in enumerate(value):
            yield str(index), member, first[index] if index < len(first) else schema.get("items")


def _named(mark: Any, value: Any, pointer: str) -> Iterator[Reference]:
    if isinstance(value, list):
        for index, member in enumerate(value):
            yield from _named(mark, member, f"{pointer}/{index}")
    elif isinstance(value, str):
        if isinstance(mark, str):
            yield Reference(pointer, mark, value)
        else:
            prefix, _, identity = value.partition(":")
            if identity and prefix in mark:
                yield Reference(pointer, str(mark[prefix]), identity)


def escape(name: str) -> str:
    """A member's name inside a JSON pointer (RFC 6901 §3)."""
    return name.replace("~", "~0").replace("/", "~1")


def key_of(definition: Definition) -> str:
    return f"{definition['kind']}/{definition['id']}"


def declared(definition: Definition) -> dict[str, Any]:
    """The definition without what a store or an editor added."""
    return {name: member for name, member in definition.items() if name not in VOLATILE}


def content_hash(definition: Definition) -> str:
    """SHA-256, as hex, of the canonical bytes of what is declared."""
    return canonical.digest(declared(definition))


def ancestors(key: str, definitions: Mapping[str, Definition]) -> list[str]:
    """Keys of the items that an item extends, nearest first."""
    found: list[str] = []
    above = definitions.get(key, {}).get("extends")
    while above and (key := f"items/{above}") in definitions and key not in found:
        found.append(key)
        above = definitions[key].get("extends")
    return found


def reached(
    start: str, definitions: Mapping[str, Definition], kinds: Kinds, *, live: bool = False
) -> frozenset[str]:
    """Keys of all that `start` uses, itself included; what `definitions` lacks is left out.

    Another item is never followed: a child case opens on the release that is published when it opens.
    With `live` the live kinds are listed as well, though not followed.
    """
    found, ahead = {start}, [start]
    while ahead:
        for reference in kinds.references(definitions[ahead.pop()]):
            key = reference.key
            if key in found or key not in definitions or reference.kind == "items":
                continue
            if reference.kind in LIVE:
                found |= {key} if live else set()
                continue
            found.add(key)
            ahead.append(key)
    return frozenset(found)


def of_kind(kind: str, definitions: Mapping[str, Definition]) -> dict[str, Definition]:
    """The definitions of one kind by id."""
    return {str(one["id"]): one for one in definitions.values() if one.get("kind") == kind}


def require_definition(kinds: Kinds, kind: str, identity: str, value: Any) -> dict[str, Any]:
    """What was sent, when it is an object of that kind and id inside the canonical profile."""
    kinds.meta(kind)
    if not isinstance(value, dict) or value.get("kind") != kind or value.get("id") != identity:
        key = f"{kind}/{identity}"
        said = Text(f"内容的 kind 与 id 必须为 {key}", f"kind and id of the body must be {key}")
        raise Problem("invalid", "definition-misplaced", said)
    canonical.check(value)
    return declared(value)
