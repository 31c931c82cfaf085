"""Reaches KMS for signatures. Under a root: RSA, PKCS #1 v1.5 with SHA-256, checkable with one `pow`: an algorithm that
KMS has in both partitions, and that a verifier needs no library for. Under the head of a log of draws: Ed25519, as the
signed notes of such logs have it, so that any witness can countersign.
"""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from chalicelib.clients.aws import Service
from chalicelib.domain import audit


class KmsSigner:
    """The `actions.rooting.Signer` of KMS: asks for the public key once a container, for each signature once."""

    def __init__(self, kms: Service, key_id: str) -> None:
        self._kms, self._key_id = kms, key_id
        self._public: dict[str, str] | None = None

    def public(self) -> dict[str, str]:
        if self._public is None:
            from cryptography.hazmat.primitives.serialization import load_der_public_key

            told = self._kms.call("GetPublicKey", {"KeyId": self._key_id})
            key: Any = load_der_public_key(b64decode(told["PublicKey"]))
            numbers = key.public_numbers()
            self._public = audit.public_key(numbers.n, numbers.e)
        return self._public

    def sign(self, statement: bytes) -> bytes:
        asked = {
            "KeyId": self._key_id,
            "Message": statement,
            "MessageType": "RAW",
            "SigningAlgorithm": audit.ALGORITHM,
        }
        return b64decode(self._kms.call("Sign", asked)["Signature"])


class KmsHeadSigner:
    """The `actions.draw_ports.HeadSigner` of KMS."""

    def __init__(self, kms: Service, key_id: str) -> None:
        self._kms, self._key_id = kms, key_id
        self._public: bytes | None = None

    def public(self) -> bytes:
        if self._public is None:
            from cryptography.hazmat.primitives.serialization import load_der_public_key

            told = self._kms.call("GetPublicKey", {"KeyId": self._key_id})
            key: Any = load_der_public_key(b64decode(told["PublicKey"]))
            self._public = bytes(key.public_bytes_raw())
        return self._public

    def sign(self, message: bytes) -> bytes:
        asked = {
            "KeyId": self._key_id,
            "Message": message,
            "MessageType": "RAW",
            "SigningAlgorithm": "ED25519_SHA_512",
        }
        return b64decode(self._kms.call("Sign", asked)["Signature"])
