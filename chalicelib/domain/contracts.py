"""Decides what an outsider learns of an event: its type's contract names every member; nothing else is told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import cached_property
from typing import Any

from chalicelib.domain.change import Body
from chalicelib.domain.problems import Text, not_found
from chalicelib.domain.views import rfc3339

THIN = "thin"  # what the contracts of all events of cases have in common
TEST = "webhook.test"
_NAME = re.compile(r"/([a-z.]+[a-z0-9_]*)\.v([0-9]+)\.json$")
_INSTANT = "#/$defs/instant"
_OPTIONAL = ("caused_by",)
_INSTANTS = ("occurred_at", "recorded_at")
_PLAIN = ("id", "case", "seq", "type", "release", "root")
DIMENSIONS = ("item", "department", "channel")


@dataclass(frozen=True, slots=True)
class Contract:
    """One version of what is told of one type. `members` of `data` may be told; `instants` among them are dates."""

    type: str
    version: int
    schema: Mapping[str, Any]
    members: frozenset[str] = field(default_factory=frozenset)
    instants: frozenset[str] = field(default_factory=frozenset)


class Contracts:
    """Every contract that is shipped, by type, the newest version of each."""

    def __init__(self, schemas: Iterable[Mapping[str, Any]]) -> None:
        found = sorted((_read(schema) for schema in schemas), key=lambda one: (one.type, one.version))
        self._newest = {one.type: one for one in found}
        self.thin = self._newest.pop(THIN)

    @cached_property
    def types(self) -> tuple[str, ...]:
        return tuple(sorted(self._newest))

    def all(self) -> list[Contract]:
        return [self._newest[name] for name in self.types]

    def named(self, type_: str) -> Contract:
        """The contract of a type. Problem `not-found` for one that has none."""
        if type_ not in self._newest:
            raise not_found(Text("事件类型", "such event type"), type_)
        return self._newest[type_]

    def of(self, type_: str) -> Contract:
        """What is told of a type. One that a district's own process says, and that no contract names, is told of
        without data: an outsider misses no event, and learns nothing that nobody allowed."""
        return self._newest.get(type_, self.thin)


def payload(event: Body, contracts: Contracts, zone: tzinfo) -> dict[str, Any]:
    """The body that the feed and every delivery carry about an event: the same bytes for the same event."""
    contract = contracts.of(str(event["type"]))
    told: dict[str, Any] = {name: event[name] for name in _PLAIN}
    told |= {name: event[name] for name in _OPTIONAL if name in event}
    told |= {name: rfc3339(event[name], zone) for name in _INSTANTS}
    told["contract"] = contract.version
    told["dimensions"] = {name: event["dimensions"].get(name) for name in DIMENSIONS}
    data = event.get("data", {})
    told["data"] = {
        name: rfc3339(data[name], zone) if name in contract.instants else data[name]
        for name in sorted(contract.members)
        if data.get(name) is not None
    }
    return told


def _read(schema: Mapping[str, Any]) -> Contract:
    named = _NAME.search(str(schema["$id"]))
    if named is None:
        raise ValueError(f"{schema['$id']} is not named <type>.v<version>.json")
    members = schema["properties"]["data"].get("properties", {})
    dates = {name for name, one in members.items() if str(one.get("$ref", "")).endswith(_INSTANT)}
    return Contract(named[1], int(named[2]), schema, frozenset(members), frozenset(dates))
