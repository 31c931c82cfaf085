"""Checks what a step of a story expects of an answer: each check says in words what is not as it should be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from tests.builders import clocks_of, moves_of, states

GENESIS = "0" * 64


def _equal(found: Any, wanted: Any) -> str:
    return "" if found == wanted else f"{found!r} instead of {wanted!r}"


def _clocks(body: Any, wanted: Mapping[str, Mapping[str, Any]]) -> str:
    clocks = clocks_of(body)
    found = {
        name: {one: _member(clocks.get(name, {}), one) for one in members} for name, members in wanted.items()
    }
    return _equal(found, {name: dict(members) for name, members in wanted.items()})


def _member(clock: Mapping[str, Any], name: str) -> Any:
    """`minute` is the deadline without its seconds: between the clock being set and a request some pass."""
    return str(clock.get("deadline"))[:16] if name == "minute" else clock.get(name)


def _at(body: Any, wanted: Mapping[str, Any]) -> str:
    return _equal({pointer: _follow(body, pointer) for pointer in wanted}, dict(wanted))


def _at_least(body: Any, wanted: Mapping[str, int]) -> str:
    """Which of these numbers are smaller than they should be, or none."""
    found = {pointer: _follow(body, pointer) for pointer in wanted}
    small = [one for one, least in wanted.items() if not isinstance(found[one], int) or found[one] < least]
    return ", ".join(f"{one}: {found[one]!r} instead of {wanted[one]} at least" for one in small)


def _follow(value: Any, pointer: str) -> Any:
    for part in pointer.split("/")[1:]:
        if isinstance(value, list):
            value = value[int(part)] if int(part) < len(value) else None
        else:
            value = value.get(part) if isinstance(value, Mapping) else None
    return value


def merged(value: Any, patch: Any) -> Any:
    """A JSON merge patch applied (RFC 7396): null takes a member away."""
    if not isinstance(patch, Mapping):
        return patch
    kept = dict(value) if isinstance(value, Mapping) else {}
    changed = {name: merged(kept.get(name), member) for name, member in patch.items() if member is not None}
    return {name: member for name, member in kept.items() if name not in patch} | changed


def queued(body: Mapping[str, Any], case_id: str) -> bool:
    return any(row["case_id"] == case_id for row in body["cases"])


def _has(body: Any, wanted: Sequence[str]) -> str:
    """Which of these pointers lead to nothing, or to something empty."""
    return ", ".join(f"{one} is empty" for one in wanted if not _follow(body, one))


def _says(body: Any, wanted: Mapping[str, str]) -> str:
    """What a document lacks of the words that must stand in it."""
    texts = {one["document"]: one.get("text", {}).get("zh", "") for one in body["documents"]}
    return "; ".join(
        f"{name} 中没有“{words}”" for name, words in wanted.items() if words not in texts.get(name, "")
    )


def chain_of(events: Sequence[Mapping[str, Any]]) -> str:
    """What is wrong with a case's chain: sequence numbers without a gap, each `prev_hash` the hash before it."""
    if not events:
        return "no event at all"
    if [one["seq"] for one in events] != list(range(1, len(events) + 1)):
        return "a gap in the sequence numbers"
    linked = events[0]["prev_hash"] == GENESIS and all(
        b["prev_hash"] == a["hash"] for a, b in pairwise(events)
    )
    return "" if linked else "the hashes do not link up"


CHECKS: Mapping[str, Callable[[Any, Any], str]] = {
    "code": lambda body, wanted: _equal(body.get("code"), wanted),
    "state": lambda body, wanted: _equal(states(body), [wanted]),
    "outcome": lambda body, wanted: _equal(body["outcome"], wanted),
    "can": lambda body, wanted: _equal(moves_of(body), list(wanted)),
    "clocks": _clocks,
    "issued": lambda body, wanted: _equal(
        sorted(one["document"] for one in body["documents"]), sorted(wanted)
    ),
    "body": _at,
    "at_least": _at_least,
    "has": _has,
    "codes": lambda body, wanted: _equal(sorted({one["code"] for one in body["findings"]}), sorted(wanted)),
    "queued": lambda body, wanted: "" if queued(body, wanted) else f"{wanted} is not in the queue",
    "says": _says,
}
