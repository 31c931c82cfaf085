"""Remembers history so that nobody can rewrite it: each event's hash covers the one before and the stored bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.stores.attributes import Item

GENESIS = bytes(32)
_DOMAIN = b"jisheng-event-1\x00"


def event_sk(seq: int) -> str:
    return f"E#{seq:08d}"


def link(previous: bytes, event: Item) -> bytes:
    """SHA-256(domain ‖ previous ‖ case ‖ seq ‖ type ‖ at ‖ version ‖ bytes of the body ‖ body ‖ outputs): 32 bytes.

    Each clear part ends with 0x1F; body and outputs are the stored, sealed bytes.
    """
    body, outputs = bytes(event.get("b", b"")), bytes(event.get("o", b""))
    clear = [*(event.get(name) for name in ("pk", "seq", "t", "at", "v")), len(body)]
    head = "".join(f"{one}\x1f" for one in clear).encode()
    return hashlib.sha256(_DOMAIN + previous + head + body + outputs).digest()


@dataclass(frozen=True, slots=True)
class Verdict:
    checked: int
    broken_at: int | None  # the first sequence number that does not fit, None when all do

    @property
    def holds(self) -> bool:
        """0 checked is a failure: a verifier that verified nothing must not say yes (lesson 27)."""
        return self.checked > 0 and self.broken_at is None


def verify(case_id: str, events: Sequence[Item], head: Item) -> Verdict:
    """Walk the stored event items in order and compare the end with the head's seq and hash."""
    previous = GENESIS
    for number, item in enumerate(events, start=1):
        expected = link(previous, item)
        told = [item.get(name) for name in ("pk", "sk", "seq", "p", "h")]
        if told != [case_id, event_sk(number), number, previous, expected]:
            return Verdict(number, number)
        previous = expected
    if head["seq"] != len(events) or head["h"] != previous:
        return Verdict(len(events), len(events) + 1)
    return Verdict(len(events), None)
