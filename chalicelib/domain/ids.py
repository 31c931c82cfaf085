"""Decides how things are named: prefixed ULIDs from a given instant, deterministic ids from their causes."""

from __future__ import annotations

import hashlib

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32, as the ULID specification uses


def ulid(at_ms: int, entropy: bytes) -> str:
    """A ULID: 48 bits of milliseconds, 80 bits of entropy (10 bytes), 26 characters, sorting by time."""
    value = (at_ms << 80) | int.from_bytes(entropy[:10], "big")
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))


def new(prefix: str, at_ms: int, entropy: bytes) -> str:
    """A prefixed id such as `cas_01J…`."""
    return f"{prefix}_{ulid(at_ms, entropy)}"


def derived(prefix: str, *causes: str) -> str:
    """The same id for the same causes: what a retry or a trigger makes is made once."""
    text = "\x1f".join(causes).encode()
    return f"{prefix}_{_base32(hashlib.sha256(text).digest()[:16])}"


def at_of(identity: str) -> int:
    """The millisecond instant inside a prefixed ULID."""
    value = 0
    for character in identity.rpartition("_")[2][:10]:
        value = value * 32 + _ALPHABET.index(character)
    return value


def _base32(data: bytes) -> str:
    value = int.from_bytes(data, "big")
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))
