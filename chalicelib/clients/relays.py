"""Reaches relays of drand for a round: whichever answers, because a round proves itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

# Of the League of Entropy; a network that reaches none uses the fallback that its plan declares.
RELAYS = ("https://api.drand.sh", "https://drand.cloudflare.com")
PATIENCE = 3  # seconds a relay
LONGEST = 4_096  # bytes of an answer

Get = Callable[[str], bytes]


class Relays:
    """The `fetch` of `actions.draw_ports.Drawer`."""

    def __init__(self, get: Get | None = None, relays: Sequence[str] = RELAYS) -> None:
        self._get, self._relays = get or _get, relays

    def __call__(self, chain: Mapping[str, Any], number: int) -> dict[str, Any] | None:
        """`{kind, round, signature, randomness}`, unverified; None where no relay has it."""
        for relay in self._relays:
            try:
                told = json.loads(self._get(f"{relay}/{chain['hash']}/public/{number}"))
                return {
                    "kind": "drand",
                    **{name: told[name] for name in ("round", "signature", "randomness")},
                }
            except (OSError, ValueError, KeyError, TypeError):
                continue
        return None


def _get(address: str) -> bytes:
    from urllib.request import urlopen

    with urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310  only https, from the constant above
        return bytes(answer.read(LONGEST))
