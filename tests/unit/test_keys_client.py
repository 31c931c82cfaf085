"""Data keys from KMS: a service that is away is told apart from a key that is refused."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from chalicelib.clients.keys import KmsKeys
from chalicelib.domain.problems import Problem


class Kms:
    """Answers with what it is given, or raises it."""

    def __init__(self, outcome: Any) -> None:
        self.outcome = outcome

    def call(self, *_: Any) -> Any:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


def keys(outcome: Any) -> KmsKeys:
    return KmsKeys(Kms(outcome), "key", Kms({}), "secret")  # type: ignore[arg-type]


def refusal(status: int, code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Decrypt")  # type: ignore[typeddict-item]


def test_a_key_comes_back_unwrapped():
    assert keys({"Plaintext": b64encode(b"plain").decode()}).unwrap(b"wrapped") == b"plain"


@pytest.mark.parametrize(
    "outcome",
    [
        EndpointConnectionError(endpoint_url="https://kms"), ReadTimeoutError(endpoint_url="https://kms"),
        refusal(500, "KMSInternalException"), refusal(503, "ServiceUnavailable"), refusal(400, "ThrottlingException"),
    ],
)  # fmt: skip
def test_a_service_that_is_away_is_a_problem_of_its_own(outcome):
    for ask in (lambda: keys(outcome).unwrap(b"wrapped"), keys(outcome).generate):
        with pytest.raises(Problem) as problem:
            ask()
        assert (problem.value.kind, problem.value.code) == ("unavailable", "keys-unavailable")


@pytest.mark.parametrize("code", ["InvalidCiphertextException", "AccessDeniedException", "DisabledException"])
def test_a_key_that_is_refused_stays_what_it_is(code):
    with pytest.raises(ClientError, match=code):
        keys(refusal(400, code)).unwrap(b"wrapped")
