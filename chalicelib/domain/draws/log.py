"""Decides the log of a series of draws: entries without gaps, a signed checkpoint over all, what must follow what.

A checkpoint is a signed note as c2sp.org/tlog-checkpoint and c2sp.org/signed-note define it, so that any witness for
such logs can countersign it. The tree is RFC 6962's; a leaf is an entry's canonical bytes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain import canonical, merkle
from chalicelib.domain.problems import Problem, Text

Entry = Mapping[str, Any]
ED25519 = b"\x01"  # the signature type of a signed note

# What may come next in one draw, by what came last. A void draw stays void; a draw that counts may see replacements.
FOLLOWS: dict[str | None, tuple[str, ...]] = {
    None: ("commitment",),
    "commitment": ("nonces", "values", "void"),
    "nonces": ("values", "void"),
    "values": ("result",),  # by then anybody with the salts knows what it is
    "result": ("replacement", "void", "reveal"),
    "replacement": ("replacement", "void", "reveal"),
    "void": ("reveal",),
    "reveal": (),
}
ENDED = ("result", "replacement", "void", "reveal")


def entry(kind: str, number: int, at: int, document: Any) -> dict[str, Any]:
    """`{kind, number, at, digest}`: that this document of draw `number` was there at this instant (ms)."""
    return {"kind": kind, "number": number, "at": at, "digest": canonical.digest(document)}


def check(entries: Sequence[Entry]) -> None:
    """Refuse (`draw-log`) a gap, a second commitment, a draw begun before the last one ended, time that runs back."""
    last: dict[int, str] = {}
    at = 0
    for one in entries:
        number, kind = one["number"], one["kind"]
        if one["at"] < at:
            raise broken("时间倒流", "time runs back")
        if kind not in FOLLOWS[last.get(number)]:
            raise broken(f"第 {number} 号抽查不能有 {kind}", f"draw {number} cannot have {kind} now")
        if kind == "commitment" and not (number == len(last) + 1 and (not last or last[number - 1] in ENDED)):
            raise broken("编号不连续或上一次未结束", "numbers with a gap, or the draw before has not ended")
        last[number], at = kind, one["at"]


def broken(zh: str, en: str) -> Problem:
    return Problem("conflict", "draw-log", Text(f"抽查日志:{zh}", f"log of draws: {en}"))


def leaf(one: Entry) -> bytes:
    return canonical.dumps(dict(one))


def root(entries: Sequence[Entry]) -> bytes:
    return merkle.root([leaf(one) for one in entries])


def inclusion(entries: Sequence[Entry], index: int) -> list[str]:
    """That entry `index` (from 0) is in the log of these: the audit path, hex."""
    return [one.hex() for one in merkle.path([merkle.leaf_hash(leaf(one)) for one in entries], index)]


def checkpoint(origin: str, entries: Sequence[Entry]) -> bytes:
    """What is signed: origin, size, root in base64; a line each."""
    return f"{origin}\n{len(entries)}\n{base64.b64encode(root(entries)).decode()}\n".encode()


def key_hash(name: str, public_key: bytes) -> bytes:
    """Four bytes that tell a key from another in a note: of SHA-256(name ‖ newline ‖ type ‖ key)."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public_key).digest()[:4]


def verifier_key(name: str, public_key: bytes) -> str:
    """`name+hash+base64(type ‖ key)`: how a note's key is published; 32 bytes of Ed25519."""
    said = base64.b64encode(ED25519 + public_key).decode()
    return f"{name}+{key_hash(name, public_key).hex()}+{said}"


def note(body: bytes, name: str, public_key: bytes, signature: bytes) -> str:
    """The checkpoint with one signature (64 bytes of Ed25519 over `body`)."""
    said = base64.b64encode(key_hash(name, public_key) + signature).decode()
    return f"{body.decode()}\n— {name} {said}\n"
