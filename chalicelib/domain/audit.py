"""Decides the log of roots: Merkle trees as RFC 6962 defines them, over chain heads by the hour and over the hours.

Entry n covers the chain heads of its span and the root before it; `log` is the root of the tree over entries 1…n, so
that a later log can be proven to extend an earlier one. `infra/verify.py` checks all of it with nothing but Python.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

ALGORITHM = "RSASSA_PKCS1_V1_5_SHA_256"
GENESIS = bytes(32)  # what the first entry names as the root before it
SAID = ("number", "at", "since", "until", "leaves", "before", "root")  # of an entry, as a leaf of the log
SIGNED = (*SAID, "log", "key", "algorithm")

Entry = Mapping[str, Any]
# The hash of the whole subtree of 2^level entries that ends with entry `end`, counted from 1.
Node = Callable[[int, int], bytes]


def leaf(case_id: str, seq: int, hash_: bytes, erased: bool = False) -> bytes:
    """The leaf of one chain head: its case, its length, its last hash."""
    return f"{case_id}\x1f{seq}\x1f{int(erased)}\x1f".encode() + hash_


def leaf_hash(content: bytes) -> bytes:
    """RFC 6962 §2.1: 32 bytes that say nothing of a leaf to who does not know it."""
    return hashlib.sha256(b"\x00" + content).digest()


def _joined(left: bytes, right: bytes) -> bytes:
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
    return _joined(root_of(hashes[:split]), root_of(hashes[split:]))


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
        made.append(_joined(node(level, number - (1 << level)), made[-1]))
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
        made = _joined(peaks.pop(), made)
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


# --- what is said and signed ---------------------------------------------------------------------------------------


def entry_leaf(entry: Entry) -> bytes:
    """An entry as a leaf of the log: its members, one a line."""
    return _lines("jisheng-entry-1", entry, SAID)


def statement(entry: Entry) -> bytes:
    """The bytes that are signed: the entry, the log that it ends, the key's name."""
    return _lines("jisheng-root-1", entry, SIGNED)


def _lines(kind: str, entry: Entry, names: Sequence[str]) -> bytes:
    return "".join(f"{one}\n" for one in (kind, *(entry[name] for name in names))).encode()


def public_key(modulus: int, exponent: int) -> dict[str, str]:
    """A JWK (RFC 7517) named by its thumbprint (RFC 7638): a signature names the key, not where it lies."""
    members = {"e": _base64url(exponent), "kty": "RSA", "n": _base64url(modulus)}
    print_ = hashlib.sha256(json.dumps(members, sort_keys=True, separators=(",", ":")).encode()).digest()
    kid = base64.urlsafe_b64encode(print_).rstrip(b"=").decode()
    return {**members, "kid": kid, "alg": "RS256", "use": "sig"}


def _base64url(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
