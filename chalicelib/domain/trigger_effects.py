"""Decides what a trigger writes into a register and what it tells whom: under which ids, with which values.

The id of an effect follows from its source alone, as that of a case does (`triggers.case_id_of`): which record it
lands in, and who holds the post that is told, may have changed by the time a message comes again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalicelib.domain import triggers
from chalicelib.domain.definitions import Definition
from chalicelib.domain.events import Prompt
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.triggers import Sayer

SUBJECTS = ("person:", "enterprise:", "node:")
TODAY = "today"  # as an outcome says it (`outcomes.value_of`)
COUNTED = {  # what a dry run counts of each kind of act
    "open": "opens", "move": "moves", "propose": "proposes", "write": "writes", "notice": "notices",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    """What is done once: its id, for whom it is done (`key`: the same asker finds its own), what it follows from."""

    id: str
    key: str
    prompt: Prompt


def write_id_of(trigger: Definition, number: int, source: Sayer) -> str:
    """The id of the write that this act makes, whichever version of the trigger asks."""
    return triggers.act_id("wrt", trigger, number, source)


def told_by(
    trigger: Definition, number: int, declared: Definition, source: Sayer
) -> list[tuple[str, str | None]]:
    """(id, subject) of the notices that this act sends; None where nobody is there: a vacant post, somebody unnamed.

    The id follows from the place in `to`: whoever holds that post when the message comes again is told nothing.
    """
    found = list[tuple[str, str | None]]()
    for place, named in enumerate(declared["to"]):
        to = triggers.party_of(named, source)
        identity = triggers.act_id("ntc", trigger, number, source, str(place))
        found.append((identity, to if to and to.startswith(SUBJECTS) else None))
    return found


def values_of(declared: Mapping[str, Any], source: Sayer, today: date) -> dict[str, Any]:
    """What is known of declared values."""
    values = {name: _value(value, source, today) for name, value in declared.items()}
    return {name: one for name, one in values.items() if one is not None}


def record_id_of(declared: Definition, source: Sayer, today: date) -> str:
    """Under which key of its register the record stands."""
    key = _value(declared["key"], source, today)
    if key is None or isinstance(key, Mapping | list):
        said = Text("无法确定写入哪条档案", "no record can be told by what is declared")
        raise Problem("conflict", "trigger-without-key", said, extra={"register": declared["register"]})
    return str(key)


def record_of(
    declared: Definition,
    register: Definition,
    record_id: str,
    present: Mapping[str, Any] | None,
    source: Sayer,
    today: date,
) -> dict[str, Any]:
    """The record as it will be: what is known of `set` over what stands there; its key field is its key."""
    key = key_field(register)
    own = {key: record_id} if key else {}
    return {**(present or {}), **own, **values_of(declared["set"], source, today)}


def key_field(register: Definition) -> str | None:
    """The member of a record that is its key; None where it lies deeper."""
    name, *deeper = str(register["key"]["field"]).strip("/").split("/")
    return None if deeper else name


def ids_of(trigger: Definition, number: int, act: Definition, source: Sayer) -> Iterator[str]:
    """The ids of all that this act does."""
    if "write" in act:
        yield write_id_of(trigger, number, source)
    elif "notice" in act:
        yield from (one for one, to in told_by(trigger, number, act["notice"], source) if to)
    else:
        yield triggers.case_id_of(trigger, number, source)


def _value(declared: Any, source: Sayer, today: date) -> Any:
    if declared == TODAY:
        return today.isoformat()
    return triggers.value_of(declared, source)
