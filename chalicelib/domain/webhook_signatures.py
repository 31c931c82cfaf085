"""Decides how a webhook is signed, and whether one that came is: Standard Webhooks 1.0, by every secret in force."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from typing import Any

PREFIX = "whsec_"
PRIVATE, PUBLIC = "whsk_", "whpk_"  # of a pair of keys: who holds the public one can sign nothing
SEED = 32  # bytes of a private key (RFC 8032 §5.1.5)
SIZES = range(24, 65)  # bytes of a secret (Standard Webhooks 1.0)
MOST_SHOWN = 10  # signatures that are looked at in one header
_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_SECONDS = re.compile(r"[1-9][0-9]{0,11}")


def secret_of(entropy: bytes) -> str:
    """The secret that a subscriber is shown, of 24 to 64 random bytes."""
    if len(entropy) not in SIZES:
        raise ValueError("a secret has 24 to 64 bytes")
    return PREFIX + base64.b64encode(entropy).decode()


def key_of(entropy: bytes) -> str:
    """A private key that signs by Ed25519 (`v1a`), of 32 random bytes."""
    if len(entropy) != SEED:
        raise ValueError("a private key has 32 bytes")
    return PRIVATE + base64.b64encode(entropy).decode()


def public_of(secret: str) -> str | None:
    """The public half of a private key; None for a secret that both sides hold."""
    if not secret.startswith(PRIVATE):
        return None
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    half = _private(secret).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return PUBLIC + base64.b64encode(half).decode()


def signed(identity: str, seconds: int, body: bytes, secrets: Iterable[str]) -> dict[str, str]:
    """The three headers of one attempt. `seconds`: Unix time of the attempt; one signature for each secret.

    ValueError for an id with a dot: the signed text would not say where it ends.
    """
    if "." in identity:
        raise ValueError("no dot in an id")
    text = b".".join((identity.encode(), str(seconds).encode(), body))
    signatures = " ".join(_signature(one, text) for one in secrets)
    return {"webhook-id": identity, "webhook-timestamp": str(seconds), "webhook-signature": signatures}


def holds(
    headers: Mapping[str, str], body: bytes, secrets: Iterable[str], seconds: int, tolerance: int
) -> bool:
    """Whether some secret in force signed these bytes, under this id, within `tolerance` seconds of `seconds`."""
    identity, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (_ID.fullmatch(identity) and _SECONDS.fullmatch(at)) or abs(seconds - int(at)) > tolerance:
        return False
    shown = [one.encode() for one in headers.get("webhook-signature", "").split()[:MOST_SHOWN]]
    made = (signed(identity, int(at), body, [one])["webhook-signature"].encode() for one in secrets)
    return any(hmac.compare_digest(ours, theirs) for ours in made for theirs in shown)


def _signature(secret: str, text: bytes) -> str:
    if secret.startswith(PRIVATE):
        return f"v1a,{base64.b64encode(_private(secret).sign(text)).decode()}"
    made = hmac.new(_key(secret), text, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(made).decode()}"


def _private(secret: str) -> Any:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(secret.removeprefix(PRIVATE), validate=True))


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
