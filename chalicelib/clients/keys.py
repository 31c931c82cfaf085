"""Reaches KMS for data keys and Secrets Manager for the blind index's secret; counts what it asks."""

from __future__ import annotations

from base64 import b64decode, b64encode

from chalicelib.clients.aws import Service


class KmsKeys:
    """Data keys wrapped by one KMS key. The stand-in for tests without KMS is tests/builders_stores.py's LocalKeys."""

    def __init__(self, kms: Service, key_id: str, secrets: Service, secret_id: str) -> None:
        self._kms, self._key_id = kms, key_id
        self._secrets, self._secret_id = secrets, secret_id
        self._secret: bytes | None = None

    def generate(self) -> tuple[bytes, bytes]:
        answer = self._kms.call("GenerateDataKey", {"KeyId": self._key_id, "KeySpec": "AES_256"})
        return b64decode(answer["Plaintext"]), b64decode(answer["CiphertextBlob"])

    def unwrap(self, wrapped: bytes) -> bytes:
        answer = self._kms.call("Decrypt", {"CiphertextBlob": wrapped, "KeyId": self._key_id})
        return b64decode(answer["Plaintext"])

    def blind_secret(self) -> bytes:
        """Read once a container: it never changes in place, a new one gets a new version digit."""
        if self._secret is None:
            answer = self._secrets.call("GetSecretValue", {"SecretId": self._secret_id})
            self._secret = b64encode(answer["SecretString"].encode())
        return self._secret
