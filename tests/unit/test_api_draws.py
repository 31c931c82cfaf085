"""Draws over HTTP: anybody reads and verifies, a firm has its own slip, who is of no department acts on nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.actions import drawing
from chalicelib.clients.relays import Relays
from chalicelib.clients.signing import KmsHeadSigner
from chalicelib.domain.change import RecordWrite
from chalicelib.domain.draws import bls
from infra import verify_draw, verify_slip
from tests.builders import uscc_of
from tests.builders_app import MORNING, House, house
from tests.builders_drawing import DAY, SERIES, EdSigner, made_up
from tests.builders_draws import QUICKNET, drand

PATH = f"/v1/draws/{SERIES}"
FIRMS = 12


@pytest.fixture(scope="module")
def up() -> Iterator[House]:
    """The pack's own draw, with registers of twelve firms and nine inspectors, from the commitment to the reveal."""
    with house() as made, pytest.MonkeyPatch.context() as patch:
        patch.setattr(bls, "verified", lambda *_: True)  # no round of that day was recorded
        made.app.__dict__["relays"] = made_up
        for register, identity, body in _records():
            write = RecordWrite(register, identity, 0, body, "2026-01-01")
            made.app.kit.records.write(write, "system:test", MORNING)
        yield made


def _records() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for n in range(FIRMS):
        body = {"uscc": uscc_of(n), "name": f"示例企业{n}", "sector": "general"}
        yield "supervision-objects", uscc_of(n), body
    for n in range(9):
        department = "market-regulation" if n % 3 else "urban-management"
        body = {"department": department, "certificates": ["enforcement"], "pool": 0, "status": "active"}
        yield "inspectors", f"ins-{n}", {"id": f"ins-{n}", **body}


def _look(up: House, step: str) -> None:
    for _ in range(6):
        drawing.look(up.app.drawer)
        if up.call("GET", PATH).json()["current"]["step"] == step:
            return
    raise AssertionError(step)


def test_a_draw_is_read_and_verified_by_anybody(up: House, tmp_path: Path) -> None:
    assert {"id": SERIES, "current": None}.items() <= up.call("GET", "/v1/draws").json()["draws"][0].items()
    assert up.call("GET", PATH).status == 404
    _look(up, "committed")
    committed = up.call("GET", f"{PATH}/1").json()
    assert committed["values"] is committed["notice"] is committed["result"] is None
    assert not committed["revealed"]
    assert committed["strata"]["poor"] == {"zh": "信用较差", "en": "Poor credit"}
    assert not any(
        "title" in one for one in committed["plan"]["strata"]
    )  # named, but not part of what is sealed
    assert up.call("GET", f"{PATH}/1/bundle").code == "draw-not-revealed"
    assert up.call("GET", f"{PATH}/1/rosters/objects").code == "draw-not-revealed"
    assert up.call("GET", f"{PATH}/2").code == "not-found"

    up.app.at += 2 * DAY
    _look(up, "drawn")
    _slips(up)
    _recused(up)

    up.app.at += 61 * DAY
    _look(up, "revealed")
    bundle = tmp_path / "bundle.json"
    bundle.write_text(up.call("GET", f"{PATH}/1/bundle").text)
    told = verify_draw.verify(verify_draw.archive(bundle))
    assert told.startswith(f"draw 1 of {SERIES}: {{'objects': {FIRMS}, 'inspectors': 9")
    rows = up.call("GET", f"{PATH}/1/rosters/objects").json()
    assert [row["id"] for row in rows["rows"]] == sorted(uscc_of(n) for n in range(FIRMS))
    assert rows["after"] is None
    assert up.call("GET", f"{PATH}/1/rosters/others").status == 404
    shown = up.call("GET", f"{PATH}/1").json()
    assert len(shown["replacements"]) == 1
    assert shown["log"] == json.loads(json.loads(bundle.read_text())["files"]["log.json"])


def _slips(up: House) -> None:
    said = up.call("GET", f"{PATH}/1").json()["notice"]
    drawn = 0
    for n in range(FIRMS):
        headers = up.bearer(f"enterprise:{uscc_of(n)}", "applicant")
        answer = up.call("GET", f"{PATH}/1/slip", headers=headers)
        assert answer.json()["row"]["id"] == uscc_of(n)
        drawn += "is DRAWN" in verify_slip.verify(answer.text.encode())
    assert drawn == sum(one["quota"] for one in said["strata"])
    assert up.call("GET", f"{PATH}/1/slip").status == 401
    for other in ("enterprise:" + uscc_of(99), "person:" + uscc_of(1)):
        assert up.call("GET", f"{PATH}/1/slip", headers=up.bearer(other, "applicant")).status == 404


def _recused(up: House) -> None:
    visit = (up.app.drawer.draws.part(SERIES, "2026-Q1", "RESULT") or {})["visits"][0]
    slot, inspector = visit["team"][0]
    asked = {
        "act": "recuse",
        "object": visit["object"],
        "slot": slot,
        "recused": inspector,
        "reason": "relative",
    }
    admin = up.bearer("person:demo-admin", "admin")
    for who in (
        up.bearer("person:demo-auditor", "auditor"),
        up.bearer(f"enterprise:{uscc_of(1)}", "applicant"),
    ):
        assert up.call("POST", f"{PATH}/acts", asked, who).status == 403
    assert up.call("POST", f"{PATH}/acts", asked).status == 401
    done = up.call("POST", f"{PATH}/acts", asked, admin)
    assert (done.status, done.json().get("step")) == (200, "drawn"), done.text
    assert up.call("POST", f"{PATH}/acts", asked, admin).code == "draw-not-now"
    for wrong, code in (
        ({"act": "redraw"}, "draw-act-unknown"), ({**asked, "slot": 9}, "not-found"),
        ({**asked, "reason": ""}, "draw-act-invalid"), ({**asked, "slot": "0"}, "body-invalid"),
        ({"act": "open", "department": "fire", "nonce": "0"}, "draw-not-now"),
    ):  # fmt: skip
        assert up.call("POST", f"{PATH}/acts", wrong, admin).code == code


def test_relays_are_asked_one_after_the_other() -> None:
    asked = []

    def get(address: str) -> bytes:
        asked.append(address)
        if "one" in address:
            raise OSError
        return json.dumps(drand(1000) | {"kind": "x", "extra": 1}).encode()

    relays = Relays(get, ("https://one", "https://two", "https://three"))
    assert relays(QUICKNET, 1000) == drand(1000)
    assert asked == [f"https://{one}/{QUICKNET['hash']}/public/1000" for one in ("one", "two")]
    assert Relays(lambda _: b"not found", ("https://one",))(QUICKNET, 1) is None
    assert Relays(lambda _: b"[]", ("https://one",))(QUICKNET, 1) is None


def test_kms_signs_heads_as_the_verifier_reads_them() -> None:
    """The key as KMS tells it (DER), a signature as it gives it (base64)."""
    import base64

    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    local = EdSigner()

    class Kms:
        def call(self, operation: str, asked: dict[str, Any]) -> dict[str, str]:
            if operation == "GetPublicKey":
                der = local._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
                return {"PublicKey": base64.b64encode(der).decode()}
            assert (asked["SigningAlgorithm"], asked["MessageType"]) == ("ED25519_SHA_512", "RAW")
            return {"Signature": base64.b64encode(local.sign(asked["Message"])).decode()}

    kms: Any = Kms()
    signer = KmsHeadSigner(kms, "key")
    assert signer.public() == local.public()
    assert verify_draw.ed25519(signer.public(), b"head", signer.sign(b"head"))
    assert not verify_draw.ed25519(signer.public(), b"another", signer.sign(b"head"))
