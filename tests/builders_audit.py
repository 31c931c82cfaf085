"""A history to audit: cases grown by the real ledger, told, rooted by the hour, signed; and a key that is not KMS's."""

from __future__ import annotations

import base64
from functools import cache
from typing import Any

from chalicelib.actions import relaying, rooting
from chalicelib.domain import audit
from chalicelib.domain.change import Output
from infra.audit import bundle
from tests.builders_stores import HOUR, Hand, Shelf, case_id, change, kit


class LocalSigner:
    """What KMS does, without KMS: RSA, PKCS #1 v1.5, SHA-256."""

    def __init__(self, bits: int = 2048) -> None:
        from cryptography.hazmat.primitives.asymmetric import rsa

        self._key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
        self.signed = 0

    def public(self) -> dict[str, str]:
        numbers = self._key.public_key().public_numbers()
        return audit.public_key(numbers.n, numbers.e)

    def sign(self, statement: bytes) -> bytes:
        from cryptography.hazmat.primitives.asymmetric import padding
        from cryptography.hazmat.primitives.hashes import SHA256

        self.signed += 1
        return self._key.sign(statement, padding.PKCS1v15(), SHA256())

    def resign(self, entry: dict[str, Any]) -> None:
        """Put this key's name and signature under an entry: what whoever has another key can do."""
        entry["key"] = self.public()["kid"]
        entry["signature"] = base64.b64encode(self.sign(audit.statement(entry))).decode()


@cache
def signer() -> LocalSigner:
    return LocalSigner()


@cache
def stranger() -> LocalSigner:
    return LocalSigner()


class Past:
    """Cases that grow, and the roots over them."""

    def __init__(self, shelf: Shelf, hand: Hand | None = None) -> None:
        self.shelf, self.hand = shelf, hand or Hand()
        self.kit = kit(self.hand, shelf)
        self.chains: dict[str, Any] = {}

    def grow(self, *identities: str) -> None:
        """One event more for each, told at once as the relay does."""
        for identity in identities:
            chain = self.chains.get(identity)
            read = chain.seq if chain else 0
            issued = (Output(f"out_{read}", "notice", "drafted", {}),) if read % 2 else ()
            grown = change(identity, read, at=self.hand.at, outputs=issued)
            self.chains[identity] = self.shelf.cases.commit(grown, chain)
            relaying.relay(self.kit, self.shelf.feed, [(identity, read + 1)])

    def root(self, after: int = HOUR) -> rooting.Rooted:
        self.hand.at += after
        return rooting.write_roots(self.kit, self.shelf.feed, self.shelf.roots, signer())

    def played(self, cases: int = 12, hours: int = 6) -> Past:
        """Some hours: each hour more cases move; near the end one is erased; all is rooted."""
        names = [case_id(self.hand.at) for _ in range(cases)]
        for hour in range(hours):
            moving = (one for number, one in enumerate(names) if number % hours <= hour)
            self.grow(*(one for one in moving if hour < hours - 1 or one != names[0]))
            if hour == hours - 2:
                self.shelf.cases.erase(names[0])
            self.root()
        return self

    def bundle(self) -> dict[str, Any]:
        return bundle(self.shelf.dynamo, self.shelf.tables)
