"""Decides the envelope of an event: what is true of every fact that a case ever states. It is never migrated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
        "root": case.root or case.id,
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
    }
    body |= {name: value for name, value in optional.items() if value is not None}
    return Event(identity, seq, str(body["type"]), cause.recorded_at, body)
