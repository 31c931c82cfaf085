"""Reaches KMS for the signature under a root: RSA, PKCS #1 v1.5 with SHA-256, checkable with one `pow`.

The algorithm is one that KMS has in both partitions, that the emulator has, and that a verifier needs no library for.
"""

from __future__ import annotations

from typing import Any

from chalicelib.domain import audit


class KmsSigner:
    """The `actions.rooting.Signer` of KMS: asks for the public key once a container, for each signature once."""

    def __init__(self, key_id: str, region: str) -> None:
        self._key_id = key_id
        self._region = region
        self._kms: Any = None
        self._public: dict[str, str] | None = None

    def public(self) -> dict[str, str]:
        if self._public is None:
            from cryptography.hazmat.primitives.serialization import load_der_public_key

            key: Any = load_der_public_key(self._client.get_public_key(KeyId=self._key_id)["PublicKey"])
            numbers = key.public_numbers()
            self._public = audit.public_key(numbers.n, numbers.e)
        return self._public

    def sign(self, statement: bytes) -> bytes:
        answer = self._client.sign(
            KeyId=self._key_id, Message=statement, MessageType="RAW", SigningAlgorithm=audit.ALGORITHM
        )  # fmt: skip
        return bytes(answer["Signature"])

    @property
    def _client(self) -> Any:
        if self._kms is None:
            from botocore.config import Config
            from botocore.session import get_session

            config = Config(
                connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 3},
                user_agent="jisheng",
            )  # fmt: skip
            self._kms = get_session().create_client("kms", self._region, config=config)
        return self._kms
