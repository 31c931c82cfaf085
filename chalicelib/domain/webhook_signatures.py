"""Decides how a webhook is signed, and whether one that came is: Standard Webhooks 1.0, by every secret in force."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping

PREFIX = "whsec_"
SIZES = range(24, 65)  # bytes of a secret (Standard Webhooks 1.0)
MOST_SHOWN = 10  # signatures that are looked at in one header
_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_SECONDS = re.compile(r"[1-9][0-9]{0,11}")


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


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
