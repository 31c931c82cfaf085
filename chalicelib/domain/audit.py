"""Decides the root over many chains: a Merkle tree as RFC 6962 defines it, so that one hash vouches for an hour."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def leaf(case_id: str, seq: int, hash_: bytes, erased: bool = False) -> bytes:
    """The leaf of one chain head: its case, its length, its last hash."""
    return f"{case_id}\x1f{seq}\x1f{int(erased)}\x1f".encode() + hash_


def root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 §2.1: SHA-256 with 0x00 before a leaf and 0x01 before a node; 32 bytes."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + root(leaves[:split]) + root(leaves[split:])).digest()
