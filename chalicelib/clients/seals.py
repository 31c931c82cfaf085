"""Reaches no provider of electronic seals: stands in for one, and says so in every answer.

A real one (电子签章, by 电子签名法 and GB/T 38540) is wired in its place: it is sent the hash, never the text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

_DOMAIN = b"jisheng stand-in seal\x1f"


class StandInSeals:
    """The `actions.ports.Seals` of a district that has no provider yet."""

    def affix(self, sha256: str, node: str) -> Mapping[str, Any]:
        mark = hashlib.sha256(_DOMAIN + f"{node}\x1f{sha256}".encode()).hexdigest()[:16]
        return {"provider": "stand-in", "stand_in": True, "mark": mark}
