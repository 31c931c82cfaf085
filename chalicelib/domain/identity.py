"""Tells values apart by being the same object, so that what is read from a large one is read once."""

from __future__ import annotations

from typing import Any


class Same:
    """A key of a cache: equal only to a key of the very same object, which it keeps alive (so no address is met twice).

    For values that nobody changes once they are read, as definitions and the shared library of schemas are: hashing
    their contents costs more than what would be saved.
    """

    __slots__ = ("it",)

    def __init__(self, it: Any) -> None:
        self.it = it

    def __hash__(self) -> int:
        return id(self.it)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.it is self.it
