"""Does the hourly root: over the heads of every chain that the feed saw, and the root before it."""

from __future__ import annotations

from typing import Any, Protocol

from chalicelib.actions.office import Kit
from chalicelib.actions.relaying import Feed
from chalicelib.domain import audit

HOUR = 3_600_000


class Roots(Protocol):
    """The log of roots: append-only, each naming the one before."""

    def last(self) -> dict[str, Any] | None: ...
    def append(self, entry: dict[str, Any], number: int) -> bool: ...
    def chain_heads(self, case_ids: list[str]) -> list[tuple[str, int, bytes]]: ...


def write_root(kit: Kit, feed: Feed, roots: Roots) -> dict[str, Any]:
    """Append the root of the hour. It is never on a request's way (lesson 28); two runs append one entry."""
    now, last = kit.now(), roots.last()
    since = int(last["at"]) if last else now - HOUR
    cases = sorted({case for case, _ in feed.told(since, now)})
    leaves = [audit.leaf(*head) for head in roots.chain_heads(cases)]
    before = bytes.fromhex(last["root"]) if last else bytes(32)
    number = int(last["number"]) + 1 if last else 1
    entry = {
        "number": number,
        "at": now,
        "leaves": len(leaves),
        "before": before.hex(),
        "root": audit.root([before, *leaves]).hex(),
    }
    return entry | {"written": roots.append(entry, number)}
