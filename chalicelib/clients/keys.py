"""Reaches KMS for data keys and Secrets Manager for the blind index's secret; counts what it asks."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.clients.aws import AGAIN, BROKEN, THROTTLED, Service
from chalicelib.domain.problems import Problem, Text


class KmsKeys:
    """Data keys wrapped by one KMS key. The stand-in for tests without KMS is tests/builders_stores.py's LocalKeys."""

    def __init__(self, kms: Service, key_id: str, secrets: Service, secret_id: str) -> None:
        self._kms, self._key_id = kms, key_id
        self._secrets, self._secret_id = secrets, secret_id
        self._secret: bytes | None = None

    def generate(self) -> tuple[bytes, bytes]:
        answer = _asked(self._kms, "GenerateDataKey", {"KeyId": self._key_id, "KeySpec": "AES_256"})
        return b64decode(answer["Plaintext"]), b64decode(answer["CiphertextBlob"])

    def unwrap(self, wrapped: bytes) -> bytes:
        answer = _asked(self._kms, "Decrypt", {"CiphertextBlob": wrapped, "KeyId": self._key_id})
        return b64decode(answer["Plaintext"])

    def blind_secret(self) -> bytes:
        """Read once a container: it never changes in place, a new one gets a new version digit."""
        if self._secret is None:
            answer = self._secrets.call("GetSecretValue", {"SecretId": self._secret_id})
            self._secret = b64encode(answer["SecretString"].encode())
        return self._secret


def _asked(kms: Service, operation: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The answer. Raises Problem `keys-unavailable` when nobody is there to answer: no fault of the key asked about."""
    try:
        return kms.call(operation, arguments)
    except BROKEN as error:
        raise _away() from error
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status in AGAIN or error.response["Error"]["Code"] in THROTTLED:
            raise _away() from error
        raise


def _away() -> Problem:
    said = Text("密钥服务暂时不可用,请稍后重试", "the service of keys does not answer, please retry")
    return Problem("unavailable", "keys-unavailable", said, extra={"retry_after": 5})
