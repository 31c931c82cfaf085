"""Wraps the data keys of cases and records under a key of the container, which KMS wraps itself.

One call to KMS serves many new cases, and a page of a queue asks it about a few keys instead of a hundred. Each case
keeps a data key of its own beside it: erasing that one erases the person, whatever becomes of the key above it. The
method is that of S3's bucket keys and of the hierarchical keyring of AWS's encryption SDKs.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from chalicelib.domain.problems import Problem, Text
from chalicelib.stores.sealing import Keys

# How much one key of a container may open: sample defaults, not from the plan.
MAX_WRAPPED = 1_000  # data keys
MAX_AGE = 600.0  # seconds
_CACHED_KEYS = 500
_MARK = b"JSK1"  # mark ‖ length of the upper key(2) ‖ upper key, wrapped by KMS ‖ nonce(12) ‖ data key(32) ‖ tag(16)
_HEAD, _TAIL = len(_MARK) + 2, 12 + 32 + 16


class _Upper(NamedTuple):
    plain: bytes
    wrapped: bytes
    since: float


class Wrapping:
    """The `Keys` of a vault, two steps high. Data keys that KMS wrapped directly are opened as they are."""

    def __init__(self, keys: Keys, now: Callable[[], float] = time.monotonic) -> None:
        self._keys, self._now = keys, now
        self._upper: _Upper | None = None
        self._left = 0
        self._unwrapped = lru_cache(_CACHED_KEYS)(keys.unwrap)
        self.blind_secret = keys.blind_secret

    def generate(self) -> tuple[bytes, bytes]:
        """A fresh data key: plain, and wrapped as `unwrap` takes it."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        upper = self._current()
        head = _MARK + len(upper.wrapped).to_bytes(2, "big") + upper.wrapped
        plain, nonce = os.urandom(32), os.urandom(12)
        return plain, head + nonce + AESGCM(upper.plain).encrypt(nonce, plain, head)

    def unwrap(self, wrapped: bytes) -> bytes:
        """The plain data key. Raises Problem `seal-broken` for one that was altered."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if not wrapped.startswith(_MARK):
            return self._keys.unwrap(wrapped)
        end = _HEAD + int.from_bytes(wrapped[len(_MARK) : _HEAD], "big")
        head, sealed = wrapped[:end], wrapped[end:]
        try:
            return AESGCM(self._opened(head[_HEAD:])).decrypt(sealed[:12], sealed[12:], head)
        except (InvalidTag, ValueError) as error:  # ValueError: too short to be a key
            said = Text("数据密钥校验失败", "a stored data key does not match its seal")
            raise Problem("unavailable", "seal-broken", said) from error

    def _current(self) -> _Upper:
        upper = self._upper
        if upper is None or self._left <= 0 or self._now() - upper.since > MAX_AGE:
            upper = self._upper = _Upper(*self._keys.generate(), self._now())
            self._left = MAX_WRAPPED
        self._left -= 1
        return upper

    def _opened(self, wrapped: bytes) -> bytes:
        upper = self._upper
        return upper.plain if upper and upper.wrapped == wrapped else self._unwrapped(wrapped)
