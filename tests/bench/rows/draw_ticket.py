"""Measures what drawing costs for each object: against Rivest's sampler, and against one bare SHA-256 of the bytes.

Both start from the same rows, at the size for which draws.md says what is due. How far ahead any ticket could be stands
beside it: bare hashes of bytes that are there already, and tickets of rows of which none is chosen.
"""

from __future__ import annotations

import hashlib
from typing import Any

from chalicelib.domain.draws import plan as plans
from chalicelib.domain.draws import tickets
from tests.bench.cpu import alone, compare, versions
from tests.bench.drawn import SEED, plan, rows

OBJECTS = 100_000
TIMES, FASTER = 3, 8  # at most so many bare hashes, at least so much faster than the sampler (draws.md)


def run() -> dict[str, Any]:
    import consistent_sampler

    read = plans.read(plan())
    objects = list(rows(OBJECTS, ("A",)))  # one sub-ticket each, as the sampler has one ticket each
    quotas = read.quotas({"good": OBJECTS, "poor": 0})
    messages = [_message(one) for one in objects]

    def sampled() -> Any:
        ids = [one["id"] for one in objects]
        return list(consistent_sampler.sampler(ids, seed="bench", take=quotas["good"], output="id"))

    def bare() -> None:
        for message in messages:
            hashlib.sha256(message).digest()

    def unchosen() -> None:
        begun, sha, unhex, first = SEED + b"\x00obj\x00", hashlib.sha256, bytes.fromhex, b"\x00\x00"
        for row in objects:
            sha(begun + unhex(row["salt"]) + first).digest()

    if len(sampled()) != len(tickets.sieve(read, SEED, quotas, objects)["good"]) > 0:
        raise AssertionError("they do not draw equally many")
    pair = compare(lambda: tickets.sieve(read, SEED, quotas, objects), sampled, rounds=5)
    found = (pair.ours, pair.theirs, alone(bare, rounds=5), alone(unchosen, rounds=5))
    ours, theirs, hash_, least = (one / OBJECTS for one in found)
    return {
        "name": "draw-ticket",
        "value": round(ours, 3),
        "unit": "µs CPU an object",
        "alternative": "consistent_sampler 1.0.10",
        "alternative_value": round(theirs, 3),
        "ratio": round(theirs / ours, 1),
        "floor": round(hash_, 3),
        "goal": f"ratio >= {FASTER}, value <= {TIMES} x floor",
        "ok": theirs / ours >= FASTER and ours <= TIMES * hash_,
        "detail": {
            "objects": OBJECTS, "drawn": quotas["good"], "bare hashes an object": round(ours / hash_, 2),
            "ratio of bare hashes": round(theirs / hash_, 1),
            "ratio of tickets, none chosen": round(theirs / least, 1),  # the most that any choice of them can be ahead
            "floor": "one hashlib.sha256 of the 55 bytes of a ticket", "versions": versions("consistent_sampler"),
        },
    }  # fmt: skip


def _message(row: dict[str, Any]) -> bytes:
    return SEED + b"\x00obj\x00" + bytes.fromhex(row["salt"]) + b"\x00\x00"
