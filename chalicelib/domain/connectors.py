"""Decides what a message of an outside system is about, whether its turn has come, and what is made of it.

A connector is declared (`{system, inbound, messages}`) and run through the ordinary actions, under the identity of the
outside system and within its scope. Nothing here depends on how often or in which order messages come: one number of
theirs leads to one case id, one message to one mark.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.domain import ids, triggers
from chalicelib.domain.change import Body
from chalicelib.domain.definitions import Definition
from chalicelib.domain.parties import NOBODY, Principal
from chalicelib.domain.problems import Finding, Problem, Text

KIND = "connectors"
TOLERANCE = 300  # s between a message's time and ours, either way (Standard Webhooks 1.0)
WAITS = frozenset({"received", "waiting"})  # states of what is not over
LOOKUP = frozenset({"of", "map"})
LONGEST = 128  # characters of their number


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it is kept. `order` is 0 where none is declared: they are done as they arrive.

    `state`: received | waiting | done | missed | late | refused | seen; `why`: the problem's code, if one refused it.
    """

    id: str
    type: str
    external_id: str
    order: int
    at: int
    body: Body
    state: str = "received"
    why: str = ""
    case: str = ""

    @property
    def once(self) -> tuple[str, ...]:
        return ("message:id",)

    def say(self, prefix: str, member: str, /) -> Any:
        """The value at a pointer into the body."""
        return at_pointer(self.body, member) if prefix == "message" else None


def principal_of(connector: Definition) -> Principal:
    """The outside system itself, as it would call with a token: a signature gives no right that it has not anyway."""
    return Principal(str(connector["system"]), "", frozenset({"integrator"}), "integrator")


def in_force(connector: Definition, day: str) -> bool:
    return bool(connector["effective_from"] <= day < connector.get("retired_at", "9999"))


def read(connector: Definition, identity: str, body: Any, at: int) -> Message:
    """The message that a body is. Problems `message-type-unknown`, `message-invalid`."""
    inbound = connector["inbound"]
    type_ = at_pointer(body, inbound["type"])
    if not isinstance(type_, str) or type_ not in connector["messages"]:
        said = Text("没有约定这种来报", "no message of this type is agreed on")
        raise Problem("invalid", "message-type-unknown", said, extra={"types": sorted(connector["messages"])})
    external = at_pointer(body, inbound["external_id"])
    found = []
    if isinstance(external, bool) or not isinstance(external, str | int) or not _named(str(external)):
        said = Text(f"编号应为 1–{LONGEST} 个可见字符", f"a number has 1 to {LONGEST} visible characters")
        found.append(Finding(inbound["external_id"], "external-id", said))
    order, key = 0, inbound.get("order", {}).get("key")
    if key:
        value = at_pointer(body, key)
        order = value if isinstance(value, int) and not isinstance(value, bool) else -1
        if not 0 <= order < 2**53:
            found.append(Finding(key, "order", Text("应为非负整数", "must be a whole number from 0")))
    if found:
        said = Text("来报内容有误", "the message is not as agreed")
        raise Problem("invalid", "message-invalid", said, findings=found)
    return Message(identity, type_, str(external), order, at, body)


def case_id_of(connector: Definition, external_id: str) -> str:
    """The case that a number of theirs becomes: the same whichever message asks, and whichever version."""
    return ids.derived("cas", KIND, str(connector["system"]), external_id)


def once_row(connector: Definition, message: Message) -> str:
    """The idempotency row of the move that a message makes."""
    return ids.derived("inb", KIND, str(connector["id"]), message.id)


def in_turn(connector: Definition, held: Sequence[Message]) -> Iterator[tuple[Message, bool]]:
    """What waits and whose turn it is, first things first, each with whether it came too late to be done.

    Of numbers without gaps what follows a gap is left; of versions nothing older than what was done is done. An
    opening that was refused takes up no number, because the same number may come again, mended.
    """
    order = connector["inbound"].get("order")
    ordered = sorted(held, key=lambda one: (one.order, one.at, one.id))
    opening = {name for name, message in connector["messages"].items() if "open" in message}
    passed = [
        one.order for one in ordered
        if one.state not in WAITS and not (one.type in opening and one.state == "refused")
    ]  # fmt: skip
    waiting = [one for one in ordered if one.state in WAITS]
    if order is None:
        yield from ((one, False) for one in waiting)
    elif order["as"] == "sequence":
        yield from _without_gaps(waiting, set(passed), int(order.get("first", 1)))
    else:
        newest = max(passed, default=-1)
        yield from ((one, one.order < newest and one.type not in opening) for one in waiting)


def _without_gaps(
    waiting: Sequence[Message], passed: set[int], expected: int
) -> Iterator[tuple[Message, bool]]:
    for one in waiting:
        while expected in passed:
            expected += 1
        if one.order > expected:
            return
        yield one, one.order < expected
        passed.add(one.order)


def ended(message: Message, state: str, why: str = "", case: str = "") -> Message:
    return replace(message, state=state, why=why, case=case)


def party_of(declared: Sequence[str], message: Message) -> str | None:
    """The first of the declared subjects that the message names."""
    for one in declared:
        if one == NOBODY.subject:
            return one
        kind, _, rest = one.partition(":")
        value = triggers.value_of(one if kind == "message" else rest, message)
        if isinstance(value, str) and value:
            return value if kind == "message" else f"{kind}:{value}"
    return None


def value_of(declared: Any, message: Message) -> Any:
    """A declared value as the message gives it: `message:/pointer`, a literal, or a translation
    `{"of": value, "map": [[theirs, ours], …], "otherwise": ours}`. What the message does not have is left out."""
    if is_lookup(declared):
        theirs = value_of(declared["of"], message)
        return dict(declared["map"]).get(theirs, declared.get("otherwise"))
    if isinstance(declared, Mapping):
        filled = {name: value_of(member, message) for name, member in declared.items()}
        return {name: one for name, one in filled.items() if one is not None}
    if isinstance(declared, list):
        return [value_of(member, message) for member in declared]
    return triggers.value_of(declared, message)


def is_lookup(declared: Any) -> bool:
    return isinstance(declared, Mapping) and LOOKUP <= declared.keys() <= LOOKUP | {"otherwise"}


def at_pointer(body: Any, pointer: str) -> Any:
    """What stands there; None where nothing does."""
    for part in pointer.strip("/").split("/"):
        body = body.get(part) if isinstance(body, Mapping) else None
    return body


def _named(text: str) -> bool:
    return 1 <= len(text) <= LONGEST and text.isascii() and text.isprintable() and not set(text) & set(" #/?")
