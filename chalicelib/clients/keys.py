"""Reaches KMS for data keys and Secrets Manager for the blind index's secret; counts what it asks.

The client is botocore's own (boto3 adds 40 ms to a cold start and nothing that is used here).
"""

from __future__ import annotations

import base64
from typing import Any


class KmsKeys:
    """Data keys wrapped by one KMS key. The stand-in for tests without KMS is tests/builders_stores.py's LocalKeys."""

    def __init__(self, key_id: str, secret_id: str, region: str) -> None:
        self._key_id = key_id
        self._secret_id = secret_id
        self._region = region
        self._clients: dict[str, Any] = {}
        self._secret: bytes | None = None

    def generate(self) -> tuple[bytes, bytes]:
        answer = self._client("kms").generate_data_key(KeyId=self._key_id, KeySpec="AES_256")
        return answer["Plaintext"], answer["CiphertextBlob"]

    def unwrap(self, wrapped: bytes) -> bytes:
        answer = self._client("kms").decrypt(CiphertextBlob=wrapped, KeyId=self._key_id)
        return bytes(answer["Plaintext"])

    def blind_secret(self) -> bytes:
        """Read once a container: it never changes in place, a new one gets a new version digit."""
        if self._secret is None:
            answer = self._client("secretsmanager").get_secret_value(SecretId=self._secret_id)
            self._secret = base64.b64encode(answer["SecretString"].encode())
        return self._secret

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            from botocore.config import Config
            from botocore.session import get_session

            config = Config(
                connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 3},
                parameter_validation=False, user_agent="jisheng",
            )  # fmt: skip
            self._clients[service] = get_session().create_client(service, self._region, config=config)
        return self._clients[service]
