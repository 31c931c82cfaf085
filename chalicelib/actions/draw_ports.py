"""Does nothing: says what draws need of a store, of a signer and of a beacon's relay."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.actions.office import Kit

Body = dict[str, Any]


class Draws(Protocol):
    """Where draws are kept; every body is sealed, because salts are in them (decisions 28)."""

    def current(self, series: str) -> tuple[Body, int] | None: ...
    def keep(self, series: str, body: Mapping[str, Any], expected: int) -> bool: ...
    def fill(self, series: str, period: str, part: str, body: Mapping[str, Any]) -> bool: ...
    def part(self, series: str, period: str, part: str) -> Body | None: ...
    def parts(self, series: str, period: str, prefix: str) -> Iterator[Body]: ...
    def log(self, series: str) -> list[Body]: ...
    def append(self, series: str, index: int, body: Mapping[str, Any]) -> bool: ...


class HeadSigner(Protocol):
    """An Ed25519 key that nobody holds in the clear."""

    def public(self) -> bytes:
        """32 bytes."""

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""


@dataclass(frozen=True, slots=True)
class Drawer:
    """What actions on draws work with. `fetch`: a round of a drand chain from some relay, None where none answers;
    whatever it brings is verified. `later`: hands messages to the workers, None: done at once."""

    kit: Kit
    draws: Draws
    signer: HeadSigner
    fetch: Callable[[Mapping[str, Any], int], Mapping[str, Any] | None]
    later: Callable[[list[str]], None] | None = None
