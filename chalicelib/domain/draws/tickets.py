"""Decides who is drawn: per stratum the smallest tickets, each a hash of the seed and of a salt that was committed.

A k-smallest merges: shards draw alone, in any order, and what they bring together is the same (draws.md, step 3). The
idea of a ticket is Rivest's consistent sampler; w sub-tickets make it exact successive sampling with integer weights.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from chalicelib.domain.draws.plan import Plan
from chalicelib.domain.draws.rosters import Row

# seed (32) ‖ 0 ‖ "obj" ‖ 0 ‖ salt (16) ‖ j (2) are 55 bytes: what one block of SHA-256 holds.
_J = [n.to_bytes(2, "big") for n in range(1_000)]


class Drawn(NamedTuple):
    """One row that was drawn; compares by ticket, then by id."""

    ticket: bytes
    id: str


def ticket(seed: bytes, salt: str, weight: int = 1) -> bytes:
    """min over j < weight of SHA-256(seed ‖ 0 ‖ "obj" ‖ 0 ‖ salt ‖ j), 32 bytes."""
    start = seed + b"\x00obj\x00" + bytes.fromhex(salt)
    return min(hashlib.sha256(start + _J[j]).digest() for j in range(weight))


def pair_ticket(seed: bytes, object_salt: str, slot: int, inspector_salt: str) -> bytes:
    """SHA-256(seed ‖ 0 ‖ "pair" ‖ 0 ‖ object's salt ‖ slot ‖ inspector's salt): who goes first for a place."""
    said = bytes.fromhex(object_salt) + slot.to_bytes(2, "big") + bytes.fromhex(inspector_salt)
    return hashlib.sha256(seed + b"\x00pair\x00" + said).digest()


class Sieve:
    """Keeps the k smallest tickets of one stratum; what is above the k-th of those seen costs one comparison."""

    __slots__ = ("_kept", "bound", "k")

    def __init__(self, k: int) -> None:
        self.k = k
        self.bound = b"\xff" * 33 if k else b""  # above every ticket; or below
        self._kept: list[tuple[bytes, str]] = []

    def offer(self, ticket: bytes, id: str) -> bool:
        """Whether the bound has changed."""
        if ticket > self.bound or not self.k:
            return False
        self._kept.append((ticket, id))
        if len(self._kept) < 2 * self.k + 64:
            return False
        self._cut()
        return True

    def _cut(self) -> None:
        self._kept.sort()
        del self._kept[self.k :]
        if len(self._kept) == self.k:
            self.bound = self._kept[-1][0]

    def smallest(self) -> list[Drawn]:
        """In order of tickets; fewer than k only if fewer were offered."""
        if self.k:
            self._cut()
        return [Drawn(*one) for one in self._kept]


def sieve(plan: Plan, seed: bytes, quotas: Mapping[str, int], rows: Iterable[Row]) -> dict[str, list[Drawn]]:
    """The smallest tickets of these rows, by stratum: of a whole roster, or of one shard of it.

    A ticket above every bound costs its hashes and one comparison: its stratum is not asked for (that each row has one
    was seen at the commitment). A hash is begun anew, which takes no longer than copying one that was begun."""
    stratum_of = plan.sorter()
    kept = {name: Sieve(k) for name, k in quotas.items()}
    widest = max((one.bound for one in kept.values()), default=b"")
    sha, unhex, weight_of, field = hashlib.sha256, bytes.fromhex, plan.weights.get, plan.weight_field
    begun, first = seed + b"\x00obj\x00", _J[0]
    for row in rows:
        start = begun + unhex(row["salt"])
        drawn = sha(start + first).digest()
        weight = weight_of(row.get(field, "")) or plan.weight(row)
        if weight > 1:
            drawn = min(drawn, *[sha(start + j).digest() for j in _J[1:weight]])
        if drawn <= widest and kept[stratum_of(row)].offer(drawn, row["id"]):
            widest = max(one.bound for one in kept.values())
    return {name: one.smallest() for name, one in kept.items()}


def merged(quotas: Mapping[str, int], parts: Iterable[Mapping[str, list[Drawn]]]) -> dict[str, list[Drawn]]:
    """What shards brought, as if one had drawn; a part that came twice changes nothing."""
    together: dict[str, set[Drawn]] = {name: set() for name in quotas}
    for part in parts:
        for name, drawn in part.items():
            together[name].update(drawn)
    return {name: sorted(drawn)[: quotas[name]] for name, drawn in together.items()}
