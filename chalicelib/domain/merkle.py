"""Decides Merkle trees as RFC 6962 defines them: roots, audit paths, proofs that a log extends an earlier one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

# The hash of the whole subtree of 2^level entries that ends with entry `end`, counted from 1.
Node = Callable[[int, int], bytes]


def leaf_hash(content: bytes) -> bytes:
    """RFC 6962 §2.1: 32 bytes that say nothing of a leaf to who does not know it."""
    return hashlib.sha256(b"\x00" + content).digest()


def joined(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 §2.1: SHA-256 with 0x00 before a leaf and 0x01 before a node; 32 bytes."""
    return root_of([leaf_hash(one) for one in leaves])


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over leaves of which only the hashes are known."""
    if not hashes:
        return hashlib.sha256().digest()
    if len(hashes) == 1:
        return hashes[0]
    split = _split(len(hashes))
    return joined(root_of(hashes[:split]), root_of(hashes[split:]))


def path(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of leaf `index` (RFC 6962 §2.1.1), nearest sibling first."""
    if len(hashes) == 1:
        return []
    split = _split(len(hashes))
    if index < split:
        return [*path(hashes[:split], index), root_of(hashes[split:])]
    return [*path(hashes[split:], index - split), root_of(hashes[:split])]


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


# --- the tree over the entries: whole subtrees are kept where they end, so that no proof reads the whole log ----------


def finished(number: int, own: bytes, node: Node) -> list[bytes]:
    """Hashes of the whole subtrees that end with this entry, by level: kept with it, never changed."""
    made = [own]
    while number % (1 << len(made)) == 0:
        level = len(made) - 1
        made.append(joined(node(level, number - (1 << level)), made[-1]))
    return made


def log_root(size: int, node: Node, start: int = 0) -> bytes:
    """The root over `size` entries after entry `start`: its whole subtrees, joined from the right."""
    peaks, end = list[bytes](), start
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            end += 1 << level
            peaks.append(node(level, end))
    made = peaks.pop()
    while peaks:
        made = joined(peaks.pop(), made)
    return made


def consistency(old: int, new: int, node: Node) -> list[bytes]:
    """RFC 6962 §2.1.2: that the log of `new` entries begins with the log of `old` ones, 1 ≤ old ≤ new."""

    def proof(old: int, start: int, size: int, whole: bool) -> Iterator[bytes]:
        if old == size:
            if not whole:
                yield log_root(size, node, start)
            return
        split = _split(size)
        if old <= split:
            yield from proof(old, start, split, whole)
            yield log_root(size - split, node, start + split)
        else:
            yield from proof(old - split, start + split, size - split, False)
            yield log_root(split, node, start)

    return list(proof(old, 0, new, True))


def entries_read(*ask: Callable[[Node], Any]) -> list[int]:
    """Numbers of the entries whose subtrees these questions would read: so they are read in one request."""
    ends = set[int]()

    def note(_level: int, end: int) -> bytes:
        ends.add(end)
        return b""

    for one in ask:
        one(note)
    return sorted(ends)
