"""A token that is not valid is refused on every route, by the whole API: it never makes its bearer a nobody."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, hmac
from joserfc import jwk, jwt

from chalicelib import wiring
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.quotas import USUAL
from chalicelib.edges import guarding
from chalicelib.edges.http import Request
from tests.builders_app import AUDIENCE, ISSUER, KEY, House, house

NOW = time.time_ns() // 1_000_000_000  # tokens live by the real clock
CLAIMS = {"iss": ISSUER, "aud": AUDIENCE, "sub": "person:demo-admin", "exp": NOW + 86_400, "roles": ["admin"]}
FOREIGN = jwk.RSAKey.generate_key(2048, {"kid": "rsa-1"})  # the attacker's own, under the known id
PROTECTED, PUBLIC, OPTIONAL = ("GET", "/v1/definitions"), ("GET", "/v1/items"), ("GET", "/v1/cases/MR1-1")
WRITE = ("POST", "/v1/items/food-licence/cases")


@pytest.fixture(scope="module")
def up() -> Iterator[House]:
    with house() as made:
        yield made


def signed(key: Any = KEY, header: dict[str, Any] | None = None, **changes: Any) -> str:
    claims = {name: value for name, value in (CLAIMS | changes).items() if value is not None}
    if header and "crit" in header:  # joserfc itself would not sign this one
        return _raw({"alg": "RS256", "kid": "rsa-1"} | header, claims, key)
    return jwt.encode({"alg": "RS256", "kid": "rsa-1"} | (header or {}), claims, key, algorithms=["RS256"])


def part(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _raw(header: dict[str, Any], claims: dict[str, Any], key: Any) -> str:
    """Signed with RS256, whatever the header says."""
    from cryptography.hazmat.primitives.asymmetric import padding

    told = f"{part(header)}.{part(claims)}"
    signature = key.private_key.sign(told.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{told}.{part(signature)}"


def by_public_key() -> str:
    """HS256, with the public key's own bytes for a secret: what an old library took for a right signature."""
    told = f"{part({'alg': 'HS256', 'kid': 'rsa-1'})}.{part(CLAIMS)}"
    maker = hmac.HMAC(KEY.as_pem(private=False), hashes.SHA256())
    maker.update(told.encode())
    return f"{told}.{part(maker.finalize())}"


def attacks() -> dict[str, str]:
    own = FOREIGN.as_dict(private=False)
    body = part(CLAIMS)
    good = signed()
    head, claims, signature = good.split(".")
    return {
        "none": f"{part({'alg': 'none'})}.{body}.",
        "None with a signature": f"{part({'alg': 'None', 'kid': 'rsa-1'})}.{body}.{signature}",
        "HS256 with the public key": by_public_key(),
        "kid that is a path": signed(FOREIGN, {"kid": "../../../../dev/null"}),
        "kid with SQL": signed(FOREIGN, {"kid": "x' UNION SELECT 'k"}),
        "kid of no text": _raw({"alg": "RS256", "kid": ["rsa-1"]}, CLAIMS, KEY),
        "no kid": _raw({"alg": "RS256"}, CLAIMS, KEY),
        "jku": signed(FOREIGN, {"jku": "https://evil.example/keys"}),
        "x5u": signed(FOREIGN, {"x5u": "https://evil.example/chain"}),
        "its own jwk": signed(FOREIGN, {"jwk": own}),
        "another's key": signed(FOREIGN),
        "expired": signed(exp=NOW - 61),
        "never expires": signed(exp=None),
        "not yet valid": signed(nbf=NOW + 86_400),
        "issued tomorrow": signed(iat=NOW + 86_400),
        "another audience": signed(aud="another"),
        "no audience": signed(aud=None),
        "another issuer": signed(iss="https://id.example.cn.evil.example"),
        "no issuer": signed(iss=None),
        "crit": signed(header={"crit": ["exp"], "b64": True}),
        "crit of b64": signed(header={"crit": ["b64"], "b64": False}),
        "changed claims": f"{head}.{part(CLAIMS | {'roles': ['releaser']})}.{signature}",
        "cut": f"{head}.{claims}.{signature[:-4]}",
        "no signature": f"{head}.{claims}.",
        "the system's role": signed(roles=["system"]),
        "nobody's role": signed(roles=["anonymous", "admin"]),
        "the system's channel": signed(via="system"),
        "a subject of no kind": signed(sub="root"),
    }


ATTACKS = attacks()


def refused(up: House, call: tuple[str, str], **given: Any) -> dict[str, Any]:
    up.app.__dict__.pop("limiter", None)
    body = {"form": {}} if call[0] == "POST" else None
    headers = {"Idempotency-Key": "k", **given.pop("headers", {})}
    answer = up.call(*call, body, headers, **given)
    up.rewind()
    assert (answer.status, answer.headers["content-type"]) == (401, "application/problem+json"), answer
    assert answer.headers["www-authenticate"] == "Bearer"
    problem: dict[str, Any] = answer.json()
    assert problem["code"] in {"unauthenticated", "token-expired"}
    assert problem["messages"].keys() == {"zh", "en"}
    assert "Traceback" not in answer.text
    return problem


@pytest.mark.parametrize("call", [PROTECTED, PUBLIC, OPTIONAL, WRITE], ids=" ".join)
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_forged_token_is_refused_where_one_is_needed_and_where_none_is(
    up: House, attack: str, call: tuple[str, str]
) -> None:
    refused(up, call, headers={"Authorization": f"Bearer {ATTACKS[attack]}"})


@pytest.mark.parametrize("call", [PROTECTED, PUBLIC, OPTIONAL], ids=" ".join)
def test_two_tokens_are_none_even_if_both_are_good(up: House, call: tuple[str, str]) -> None:
    good, other = f"Bearer {signed()}", f"Bearer {signed(sub='person:demo-releaser', roles=['releaser'])}"
    for values in ([good, other], [good, good], ["Bearer x.y.z", good], [good, ""]):
        assert refused(up, call, many={"Authorization": values})["reason"] == "duplicated"
    assert (
        refused(up, call, many={"authorization": [good], "Authorization": [good]})["reason"] == "duplicated"
    )
    refused(up, call, headers={"Authorization": f"{good}, {other}"})  # as some gateways join them


@pytest.mark.parametrize("name", ["access_token", "Access_Token", "token", "authorization", "id_token"])
def test_a_token_in_the_address_is_refused_though_it_is_good(up: House, name: str) -> None:
    for method, path in (PROTECTED, PUBLIC):
        assert refused(up, (method, f"{path}?{name}={signed()}"))["reason"] == "in-query"
        given = {"Authorization": f"Bearer {signed()}"}
        assert refused(up, (method, f"{path}?{name}=x"), headers=given)["reason"] == "in-query"


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic YWRtaW46YWRtaW4=", "Digest x", "Token {}", "{}", "Bearer {} {}"],
)
def test_a_header_that_is_no_bearer_token_is_refused(up: House, header: str) -> None:
    for call in (PROTECTED, PUBLIC):
        refused(up, call, headers={"Authorization": header.replace("{}", signed())})


def test_the_good_token_is_believed_and_no_token_is_nobody(up: House) -> None:
    """Or the tests above would prove nothing."""
    for key, header in (("Authorization", f"Bearer {signed()}"), ("authorization", f"bearer {signed()}")):
        assert up.call(*PROTECTED, None, {key: header}).status == 200
        assert up.call(*PUBLIC, None, {key: header}).status == 200
    now = time.time_ns() // 1_000_000_000
    for skewed in (signed(exp=now - 30), signed(nbf=now + 30)):  # ± 60 s (decisions 12)
        assert up.call(*PROTECTED, None, {"Authorization": f"Bearer {skewed}"}).status == 200
    assert up.call(*PUBLIC).status == 200
    assert up.call(*PROTECTED).code == "sign-in-needed"


def test_the_door_itself_lets_no_bad_token_pass_as_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def authenticate(header: str | None) -> Any:
        raise Problem(
            "unauthenticated", "unauthenticated", Text("无效", "not valid"), extra={"reason": header}
        )

    unlimited = SimpleNamespace(spend=lambda *_: None, require_open=lambda *_: None)
    app = SimpleNamespace(authenticate=authenticate, now=lambda: 0, limits=lambda: USUAL, limiter=unlimited)
    monkeypatch.setattr(wiring, "app", lambda: app)
    call = Request("GET", "/v1/items", {}, {}, {"authorization": "Bearer x"}, b"", "r", tokens=1)
    with pytest.raises(Problem) as refusal:
        guarding.admit(call)
    assert refusal.value.extra["reason"] == "Bearer x"
