"""Decides the log of roots: a tree over chain heads by the hour, and the tree over the hours (`domain/merkle.py`).

Entry n covers the chain heads of its span and the root before it; `log` is the root of the tree over entries 1…n, so
that a later log can be proven to extend an earlier one. `infra/verify.py` checks all of it with nothing but Python.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

ALGORITHM = "RSASSA_PKCS1_V1_5_SHA_256"
GENESIS = bytes(32)  # what the first entry names as the root before it
SAID = ("number", "at", "since", "until", "leaves", "before", "root")  # of an entry, as a leaf of the log
SIGNED = (*SAID, "log", "key", "algorithm")

Entry = Mapping[str, Any]


def leaf(case_id: str, seq: int, hash_: bytes, erased: bool = False) -> bytes:
    """The leaf of one chain head: its case, its length, its last hash."""
    return f"{case_id}\x1f{seq}\x1f{int(erased)}\x1f".encode() + hash_


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
