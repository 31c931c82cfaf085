"""Decides the envelope of an event: what is true of every fact that a case ever states. It is never migrated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from chalicelib.domain import ids
from chalicelib.domain.cases import Case
from chalicelib.domain.change import Body, Event


@dataclass(frozen=True, slots=True)
class Cause:
    """Who did it, on whose word, and what it follows from."""

    actor: Body  # person × acting_for × via, with node and post of the day
    occurred_at: int
    recorded_at: int
    key: str | None = None  # digest of the caller's Idempotency-Key
    fingerprint: str | None = None  # of the canonical request body
    nonce: str | None = None
    caused_by: str | None = None
    root: str | None = None  # of the matter that it follows from, where that began in another case
    depth: int = 0  # how many triggers led here
    trigger: str | None = None  # `<id>@<content hash>` of the last of them


@dataclass(frozen=True, slots=True)
class Prompt:
    """What an act follows from: the event, the matter that this belongs to, how many triggers and parents led here."""

    trigger: str | None
    caused_by: str
    root: str
    depth: int

    @classmethod
    def after(cls, event: Mapping[str, Any], trigger: str | None = None) -> Prompt:
        """What follows from this event: one deeper than it is."""
        return cls(trigger, str(event["id"]), str(event["root"]), int(event.get("depth", 0)) + 1)


def told_of(prompt: Prompt | None) -> dict[str, Any]:
    """The members of a cause that say what prompted it."""
    return asdict(prompt) if prompt else {}


def envelope(case: Case, suffix: str, cause: Cause, data: Mapping[str, Any]) -> Event:
    """The event `case.<suffix>` that follows on `case.seq`. `data` is frozen with it.

    Dimensions are those of the day: a later reorganisation, move or new release changes no history.
    """
    seq = case.seq + 1
    identity = ids.derived("evt", case.id, str(seq))
    body: dict[str, Any] = {
        "v": 1,
        "id": identity,
        "case": case.id,
        "seq": seq,
        "type": f"case.{suffix}",
        "occurred_at": cause.occurred_at,
        "recorded_at": cause.recorded_at,
        "actor": dict(cause.actor),
        "root": cause.root or case.root or case.id,
        "release": case.release,
        "dimensions": {
            "item": case.item,
            "department": case.node,
            "window": case.window,
            "channel": case.channel,
        }
        | dict(case.dimensions),
        "data": dict(data),
    }
    optional = {
        "caused_by": cause.caused_by,
        "key": cause.key,
        "fingerprint": cause.fingerprint,
        "nonce": cause.nonce,
        "trigger": cause.trigger,
        # Whatever becomes of a case that a trigger opened is as deep as its opening: time is no way round the bound.
        "depth": max(cause.depth, case.depth) or None,
    }
    body |= {name: value for name, value in optional.items() if value is not None}
    said = data.get("members", {})
    of_group = case.parent is not None or bool(said.keys() & {"planned", "dropped", "sought"})
    return Event(identity, seq, str(body["type"]), cause.recorded_at, body, of_group, unasked(body))


def unasked(event: Mapping[str, Any]) -> bool:
    """Whether a trigger opened the case by this event: nobody applied."""
    return event["seq"] == 1 and "trigger" in event
