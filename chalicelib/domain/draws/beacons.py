"""Decides when a public value is one: named before it exists, the first after the lead, verified when it is there.

Three kinds. `drand`: a round of the League of Entropy's quicknet, verified without a network. `lottery`: the numbers of
a named issue, typed in by two people, never alone. `nonces`: what departments had sealed in the commitment and opened
*before* another source was known, so that who opens last, or not at all, gains nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.domain import canonical
from chalicelib.domain.problems import Problem, Text

Source = Mapping[str, Any]  # what the plan says of a beacon
Named = Mapping[str, Any]  # what the commitment names: the one value to come
Value = Mapping[str, Any]  # what came

HEX32 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_HEX48 = re.compile(r"[0-9a-f]{96}", re.ASCII)
_NUMBERS = re.compile(r"\d{1,2}( \d{1,2})*", re.ASCII)


def first_round(chain: Mapping[str, Any], not_before: int) -> int:
    """The first round whose time is not before this instant (ms). Round 1 is at `genesis`, one each `period`; s."""
    since = not_before - int(chain["genesis"]) * 1_000
    return max(1, -(-since // (int(chain["period"]) * 1_000)) + 1)


def round_time(chain: Mapping[str, Any], number: int) -> int:
    """When a round is due, ms."""
    return int((chain["genesis"] + (number - 1) * chain["period"]) * 1_000)


def sealed(department: str, nonce: bytes) -> str:
    """What a department has in the commitment: SHA-256("jisheng-nonce-1" ‖ 0 ‖ department ‖ 0 ‖ nonce, 32 bytes)."""
    return hashlib.sha256(b"jisheng-nonce-1\x00" + department.encode() + b"\x00" + nonce).hexdigest()


def name(source: Source, not_before: int, **given: Any) -> dict[str, Any]:
    """What a commitment says of one beacon.

    drand needs nothing more; a lottery its `issue` and the instant `at` of its drawing; nonces their `sealed` hashes by
    department and `until` when they are to be opened.
    """
    if source["kind"] == "drand":
        return {"kind": "drand", "round": first_round(source["chain"], not_before)}
    wanted = ("issue", "at") if source["kind"] == "lottery" else ("sealed", "until")
    return {"kind": source["kind"], **{one: given[one] for one in wanted}}


def check_named(
    sources: Sequence[Source], named: Sequence[Named], committed_at: int, not_before: int
) -> None:
    """Refuse (`draw-beacon`) what could be known, or chosen, when the commitment is made."""
    if not sources or [one["kind"] for one in sources] != [one["kind"] for one in named]:
        raise refused("they are not the sources of the plan")
    kinds = {one["kind"] for one in sources}
    if kinds in ({"lottery"}, {"nonces"}):
        raise refused(f"{kinds.pop()} alone")
    times = dict[str, int]()
    for source, one in zip(sources, named, strict=True):
        times[one["kind"]] = _due(source, one, not_before)
    opened = times.pop("nonces", None)
    if opened is not None and not committed_at <= opened < min(times.values()):
        raise refused("nonces must be opened before another source is known")


def _due(source: Source, named: Named, not_before: int) -> int:
    """When this value is known at the earliest, ms."""
    if named["kind"] == "drand":
        if named["round"] != first_round(source["chain"], not_before):
            raise refused("not the first round after the lead")
        return round_time(source["chain"], named["round"])
    if named["kind"] == "lottery":
        if named["at"] < not_before:
            raise refused("a lottery within the lead")
        return int(named["at"])
    if sorted(named["sealed"]) != sorted(source["departments"]):
        raise refused("departments")
    return int(named["until"])


def known_at(sources: Sequence[Source], named: Sequence[Named]) -> int:
    """When the last of the values is known, ms."""
    return max(
        round_time(source["chain"], one["round"])
        if one["kind"] == "drand"
        else one["at" if one["kind"] == "lottery" else "until"]
        for source, one in zip(sources, named, strict=True)
    )


def entropy(source: Source, named: Named, value: Value) -> str | dict[str, str]:
    """What a value gives to the seed; refused (`draw-value`) if it is not the one that was named.

    Nothing enters that somebody could still choose: neither who typed the numbers nor how a signature is written.
    """
    if value.get("kind") != named["kind"]:
        raise untrue("another kind")
    return _READ[named["kind"]](source, named, value)


def _drand(source: Source, named: Named, value: Value) -> str:
    from chalicelib.domain.draws import bls

    signature = value.get("signature")
    if value.get("round") != named["round"] or not (
        isinstance(signature, str) and _HEX48.fullmatch(signature)
    ):
        raise untrue("round or signature")
    if hashlib.sha256(bytes.fromhex(signature)).hexdigest() != value.get("randomness"):
        raise untrue("randomness is not the hash of the signature")
    message = hashlib.sha256(named["round"].to_bytes(8, "big")).digest()
    if not bls.verified(bytes.fromhex(source["chain"]["public_key"]), message, bytes.fromhex(signature)):
        raise untrue("the signature of the round does not hold")
    return str(value["randomness"])


def _lottery(source: Source, named: Named, value: Value) -> str:
    entries = value.get("entries", {})
    numbers = set(entries.values())
    if value.get("issue") != named["issue"] or len(entries) < 2 or len(numbers) != 1:
        raise untrue("two people must have typed the same numbers of that issue")
    (said,) = numbers
    if not _NUMBERS.fullmatch(said) or len(said.split(" ")) != source["numbers"]:
        raise untrue("numbers")
    return f"{source['game']} {named['issue']} {said}"


def _nonces(_: Source, named: Named, value: Value) -> dict[str, str]:
    opened = value.get("nonces", {})
    if sorted(opened) != sorted(named["sealed"]):
        raise untrue("a department did not open its nonce")
    for department, nonce in opened.items():
        if (
            not HEX32.fullmatch(nonce)
            or sealed(department, bytes.fromhex(nonce)) != named["sealed"][department]
        ):
            raise untrue(f"the nonce of {department} is not the one that was sealed")
    return dict(opened)


_READ: dict[str, Callable[[Source, Named, Value], str | dict[str, str]]] = {
    "drand": _drand,
    "lottery": _lottery,
    "nonces": _nonces,
}


def seed(
    commitment: str, sources: Sequence[Source], named: Sequence[Named], values: Sequence[Value]
) -> bytes:
    """SHA-256 over the canonical `{beacons: [{kind, value}], commitment}`: 32 bytes."""
    if len(values) != len(named):
        raise untrue("a value is missing")
    said = [
        {"kind": one["kind"], "value": entropy(source, one, value)}
        for source, one, value in zip(sources, named, values, strict=True)
    ]
    return hashlib.sha256(canonical.dumps({"beacons": said, "commitment": commitment})).digest()


def refused(what: str) -> Problem:
    return Problem("invalid", "draw-beacon", Text(f"公共随机源不可用:{what}", f"beacon refused: {what}"))


def untrue(what: str) -> Problem:
    return Problem("invalid", "draw-value", Text(f"公共随机值不符:{what}", f"value refused: {what}"))
