"""Decides what a row of a roster is: canonical bytes with a salt, a leaf; and what a commitment says of all rows.

A row is a flat JSON object: `id`, `salt` (32 hex digits) and what the plan reads. Its leaf is SHA-256(0x00 ‖ row), so
the file that holds a row a line is the tree. Rows are in the order of their ids, each id once.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chalicelib.domain import canonical, merkle
from chalicelib.domain.problems import Problem, Text

Row = Mapping[str, Any]

# ASCII, so that order by bytes, by code points and by UTF-16 units is one order.
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}", re.ASCII)
SALT = re.compile(r"[0-9a-f]{32}", re.ASCII)
# What tells two rows of a roster apart; every roster is sorted by it.
KEYS = {
    "objects": ("id",),
    "inspectors": ("id",),
    "conflicts": ("object", "inspector"),
    "departures": ("id",),
}


def salt(secret: bytes, roster: str, *key: str) -> str:
    """The 128-bit salt of one row, from the draw's secret: a chunk that is made twice is the same twice."""
    said = "\x00".join((roster, *key)).encode()
    return hmac.new(secret, said, hashlib.sha256).hexdigest()[:32]


def line(roster: str, row: Row) -> bytes:
    """The canonical bytes of one row; refused if it is none (`draw-row`, `not-canonical`)."""
    canonical.check(row)
    for name in KEYS[roster]:
        if not (isinstance(row.get(name), str) and ID.fullmatch(row[name])):
            raise refused(roster, f"{name} {row.get(name)!r}")
    if not (isinstance(row.get("salt"), str) and SALT.fullmatch(row["salt"])):
        raise refused(roster, f"salt of {row[KEYS[roster][0]]}")
    if any(isinstance(value, dict) for value in row.values()):
        raise refused(roster, f"{row[KEYS[roster][0]]} is not flat")
    return canonical.dumps(row)


def refused(roster: str, what: str) -> Problem:
    said = Text(f"抽查名册 {roster} 有误:{what}", f"roster {roster}: {what}")
    return Problem("invalid", "draw-row", said)


def ordered(roster: str, rows: Iterable[Row]) -> Iterator[Row]:
    """The rows as they come, refused where one does not follow the one before it."""
    before: tuple[str, ...] | None = None
    for row in rows:
        key = tuple(row[name] for name in KEYS[roster])
        if before is not None and key <= before:
            raise refused(roster, f"{' '.join(key)} is out of order or twice")
        before = key
        yield row


class Growing:
    """A tree that grows leaf by leaf and keeps only its whole subtrees: a million rows need twenty hashes."""

    def __init__(self) -> None:
        self.count = 0
        self._peaks: list[bytes] = []

    def add(self, content: bytes) -> None:
        node, number = merkle.leaf_hash(content), self.count
        while number & 1:
            node, number = merkle.joined(self._peaks.pop(), node), number >> 1
        self._peaks.append(node)
        self.count += 1

    def root(self) -> bytes:
        if not self._peaks:
            return merkle.root_of([])
        *rest, made = self._peaks
        while rest:
            made = merkle.joined(rest.pop(), made)
        return made


def summary(roster: str, rows: Iterable[Row]) -> dict[str, Any]:
    """`{count, root}` of a roster, in one pass."""
    tree = Growing()
    for row in ordered(roster, rows):
        tree.add(line(roster, row))
    return {"count": tree.count, "root": tree.root().hex()}


def levels(hashes: list[bytes]) -> list[list[bytes]]:
    """The whole tree, leaves first: what many proofs are read from. An odd node goes up as it is."""
    made = [hashes]
    while len(made[-1]) > 1:
        below = made[-1]
        above = [merkle.joined(below[n], below[n + 1]) for n in range(0, len(below) - 1, 2)]
        made.append(above + below[len(below) - len(below) % 2 :])
    return made


def proof(tree: list[list[bytes]], index: int) -> list[bytes]:
    """The audit path of one leaf (RFC 6962 §2.1.1), nearest sibling first."""
    path = []
    for level in tree[:-1]:
        if index ^ 1 < len(level):
            path.append(level[index ^ 1])
        index >>= 1
    return path
