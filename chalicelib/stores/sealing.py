"""Remembers bodies sealed: compress, then AES-256-GCM under the case's own data key; subjects as blind indexes.

The data key is wrapped by KMS and stored beside the case. Erasing it erases the person, and the chain of hashes
stays verifiable because it is over the stored bytes (decisions 13).
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Protocol

from chalicelib.domain import canonical
from chalicelib.domain.problems import Problem, Text
from chalicelib.stores.encoding import pack_body, unpack_body

# (pk, sk). Not the table: a restore lands in tables of other names, and no pk occurs in two tables.
Place = tuple[str, str]

NEWEST_BODY = 1  # the `v` of bodies that this code can read
VERSION = 1  # of the sealed form: nonce(12) ‖ ciphertext ‖ tag(16)
_NONCE = 12
_CACHED_KEYS = 2_000


class Keys(Protocol):
    """What wraps data keys and holds the blind index's secret (KMS and a parameter store on AWS)."""

    def generate(self) -> tuple[bytes, bytes]: ...
    def unwrap(self, wrapped: bytes) -> bytes: ...
    def blind_secret(self) -> bytes: ...


class Vault:
    """Seals and opens bodies. Unwrapped keys stay in a bounded LRU, never on disk."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._plain: OrderedDict[bytes, bytes] = OrderedDict()

    def new_key(self) -> bytes:
        """A fresh data key, wrapped; its plain form is remembered here."""
        plain, wrapped = self._keys.generate()
        self._remember(wrapped, plain)
        return wrapped

    def seal(self, wrapped: bytes, place: Place, value: Any) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher(wrapped).encrypt(nonce, pack_body(value, primed=True), _bound_to(place))

    def open(self, wrapped: bytes, item: Mapping[str, Any]) -> Any:
        """The body of a stored item; moved or altered bytes are refused, and what newer code wrote (decisions 27)."""
        from cryptography.exceptions import InvalidTag

        if item.get("v", 1) > NEWEST_BODY:
            said = Text("数据由更新的版本写入", "this was written by newer code")
            raise Problem("unavailable", "written-by-newer-code", said)
        sealed, place = bytes(item["b"]), (str(item["pk"]), str(item["sk"]))
        try:
            plain = self._cipher(wrapped).decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound_to(place))
        except (InvalidTag, ValueError) as error:  # ValueError: not even a nonce is there
            raise Problem(
                "unavailable",
                "seal-broken",
                Text("存储内容校验失败", "a stored body does not match its seal"),
            ) from error
        return unpack_body(plain)

    def blind(self, subject: str) -> str:
        """The same 32 hex characters for the same subject; nobody without the secret finds it by guessing."""
        digest = hmac.new(self._keys.blind_secret(), subject.encode(), hashlib.sha256)
        return "1" + digest.hexdigest()[:31]  # leading digit: version of the secret

    def _cipher(self, wrapped: bytes) -> Any:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        plain = self._plain.get(wrapped)
        if plain is None:
            plain = self._keys.unwrap(wrapped)
            self._remember(wrapped, plain)
        return AESGCM(plain)

    def _remember(self, wrapped: bytes, plain: bytes) -> None:
        self._plain[wrapped] = plain
        if len(self._plain) > _CACHED_KEYS:
            self._plain.popitem(last=False)


def _bound_to(place: Place) -> bytes:
    pk, sk = place
    return canonical.dumps({"attribute": "b", "pk": pk, "sk": sk, "v": VERSION})
