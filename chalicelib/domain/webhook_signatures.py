"""Decides how a webhook is signed: Standard Webhooks 1.0, with every secret that is in force."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable

PREFIX = "whsec_"
SIZES = range(24, 65)  # bytes of a secret (Standard Webhooks 1.0)


def secret_of(entropy: bytes) -> str:
    """The secret that a subscriber is shown, of 24 to 64 random bytes."""
    if len(entropy) not in SIZES:
        raise ValueError("a secret has 24 to 64 bytes")
    return PREFIX + base64.b64encode(entropy).decode()


def signed(identity: str, seconds: int, body: bytes, secrets: Iterable[str]) -> dict[str, str]:
    """The three headers of one attempt. `seconds`: Unix time of the attempt; one signature for each secret.

    ValueError for an id with a dot: the signed text would not say where it ends.
    """
    if "." in identity:
        raise ValueError("no dot in an id")
    text = b".".join((identity.encode(), str(seconds).encode(), body))
    made = (hmac.new(_key(one), text, hashlib.sha256).digest() for one in secrets)
    signatures = " ".join(f"v1,{base64.b64encode(one).decode()}" for one in made)
    return {"webhook-id": identity, "webhook-timestamp": str(seconds), "webhook-signature": signatures}


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
