"""What KMS signs is what the stand-alone verifier checks, and the key is asked for once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore.session import get_session
from moto import mock_aws

from chalicelib.clients.aws import Service
from chalicelib.clients.signing import KmsSigner
from infra import verify

ENTRY = {
    "number": 1, "at": 3, "since": 1, "until": 2, "leaves": 0, "before": verify.GENESIS, "root": "ab", "log": "cd",
    "algorithm": verify.ALGORITHM,
}  # fmt: skip


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        kms = get_session().create_client("kms", "us-east-1")
        made = kms.create_key(KeySpec="RSA_3072", KeyUsage="SIGN_VERIFY")
        yield made["KeyMetadata"]["Arn"]


def test_a_signature_of_kms_is_one_that_the_verifier_accepts_for_these_bytes_alone(key: str) -> None:
    import base64

    signer, report = KmsSigner(Service("kms", "us-east-1"), key), verify.Report()
    known = verify.usable({"keys": [signer.public()]}, [], report)
    entry = ENTRY | {"key": signer.public()["kid"]}
    signature = signer.sign(verify.lines("jisheng-root-1", entry, verify.SIGNED))
    entry |= {"signature": base64.b64encode(signature).decode()}
    assert verify.signed(entry, known, report, "root")
    assert report.valid
    assert not verify.signed(entry | {"at": 4}, known, report, "root")


def test_the_public_key_is_named_by_its_thumbprint_and_asked_for_once(key: str) -> None:
    signer = KmsSigner(Service("kms", "us-east-1"), key)
    first = signer.public()
    assert signer.public() is first
    assert set(first) == {"kty", "n", "e", "kid", "alg", "use"}
    assert verify._number(first["n"]).bit_length() == 3072


def test_the_thumbprint_is_that_of_rfc_7638() -> None:
    """The example of RFC 7638 §3.1."""
    from chalicelib.domain import audit

    modulus = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjh"
        "Mstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL"
        "5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKg"
        "w"
    )
    assert (
        audit.public_key(verify._number(modulus), 65537)["kid"]
        == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    )
