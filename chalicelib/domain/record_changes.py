"""Decides what a trigger makes of a change of a record: which kind of change it is, whether it is meant, what follows.

A change is a revision of a record: the same whoever tells of it and how often, so what follows from it is done once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalicelib.domain import ids, triggers
from chalicelib.domain.definitions import Definition
from chalicelib.domain.readings import ABSENT, read

CREATED, CHANGED, ENDED = "created", "changed", "ended"
KNOWN = frozenset({"id", "revision"})


@dataclass(frozen=True, slots=True)
class Change:
    """A revision of a record with the one before it (None: it is the first), and the day from which it is valid."""

    register: str
    record_id: str
    revision: int
    body: Mapping[str, Any]
    before: Mapping[str, Any] | None
    valid_from: date

    @property
    def once(self) -> tuple[str, ...]:
        return ("record:id", "record:revision")

    def say(self, prefix: str, member: str, /) -> Any:
        if prefix != "record":
            return None
        if member in KNOWN:
            return {"id": self.record_id, "revision": self.revision}[member]
        value = read(self.body, member)
        return None if value is ABSENT else value


def is_of(trigger: Definition, register: str) -> bool:
    return bool(declared(trigger).get("register") == register)


def declared(trigger: Definition) -> Mapping[str, Any]:
    found: Mapping[str, Any] = trigger.get("on", {}).get("record", {})
    return found


def kind_of(change: Change, register: Definition) -> str:
    """`ended`: the record came into a state that its register declares to be its end."""
    if change.before is None:
        return CREATED
    life = register.get("life", {})
    ends = {str(one["id"]) for one in life.get("states", ()) if one.get("ends")}
    field = life.get("field")
    if field and read(change.body, field) in ends and read(change.before, field) not in ends:
        return ENDED
    return CHANGED


def matches(trigger: Definition, change: Change, register: Definition) -> bool:
    """Whether the change is one that the trigger is declared for, valid on a day on which it is in force."""
    on = declared(trigger)
    if on.get("register") != change.register or not triggers.in_force(trigger, change.valid_from):
        return False
    if "changes" in on and kind_of(change, register) not in on["changes"]:
        return False
    fields = on.get("fields")
    return fields is None or any(_differs(change, field) for field in fields)


def cause_of(change: Change, root: str | None = None, depth: int = 0) -> dict[str, Any]:
    """The change as what others follow from, where no case wrote it: as deep as the trigger that did."""
    identity = ids.derived("chg", change.register, change.record_id, str(change.revision))
    return {"id": identity, "root": root or identity, "depth": depth}


def _differs(change: Change, field: str) -> bool:
    before = ABSENT if change.before is None else read(change.before, field)
    return bool(read(change.body, field) != before)
