"""Decides what the gateway of AWS would refuse or strip, so that tests on this machine meet its limits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

GATEWAY_BYTES = 10 * 1024 * 1024  # API Gateway's limit on a request
FUNCTION_BYTES = 6 * 1024 * 1024  # Lambda's limit on a synchronous event, and on its answer
ENVELOPE = 16 * 1024  # what the event carries beside the body
PATIENCE = 29.0  # API Gateway's limit on an integration, in seconds
HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
     "transfer-encoding", "upgrade"}
)  # fmt: skip
# Set anew on each side: the server's own.
SET_ANEW = frozenset({"host", "content-length", "server", "date"})
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def is_loopback(origin: str) -> bool:
    """Return whether an origin (scheme, host, port) names this machine."""
    try:
        return urlsplit(origin).hostname in LOOPBACK
    except ValueError:
        return False


def event_bytes(body: bytes, content_type: str) -> int:
    """Return how large `body` is inside a Lambda event: escaped as JSON text, or Base64 if it is binary."""
    if len(body) * 6 <= FUNCTION_BYTES - ENVELOPE:  # no text grows more than six times (\\u00XX)
        return len(body)
    if content_type.startswith("text/") or "json" in content_type or "xml" in content_type:
        try:
            return len(json.dumps(body.decode(), ensure_ascii=False).encode()) + ENVELOPE
        except UnicodeDecodeError:
            pass
    return (len(body) + 2) // 3 * 4 + ENVELOPE


def end_to_end(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers without those that concern one connection only (RFC 9110 7.6.1)."""
    named = {name.strip().lower() for name in headers.get("Connection", "").split(",")}
    skipped = HOP_BY_HOP | SET_ANEW | named
    return {name: value for name, value in headers.items() if name.lower() not in skipped}
