"""A token is believed only when the city's own key signed it, for us, for now."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from joserfc import jwk, jwt

from chalicelib.clients.tokens import Jwks, Tokens, fetch_keys, usable_keys
from chalicelib.domain.parties import NOBODY
from chalicelib.domain.problems import Problem

NOW = 1_772_413_200  # 2026-03-02T09:00:00+08:00
ISSUER, AUDIENCE, URL = "https://id.example.cn", "jisheng", "https://id.example.cn/keys"

RSA = jwk.RSAKey.generate_key(2048, {"kid": "rsa-1"})
EC = jwk.ECKey.generate_key("P-256", {"kid": "ec-1"})
FOREIGN = jwk.RSAKey.generate_key(2048, {"kid": "rsa-1"})  # the attacker's own, under a known id
CLAIMS = {
    "iss": ISSUER, "aud": AUDIENCE, "sub": "person:demo-window", "exp": NOW + 600, "nbf": NOW - 10, "iat": NOW - 10,
    "roles": ["staff"], "via": "window", "name": "窗口",
}  # fmt: skip


class City:
    """The issuer: serves what it is told to, counts how often it is asked, can be down."""

    def __init__(self, *keys: Any) -> None:
        self.keys, self.asked, self.down = list(keys), [], False

    def __call__(self, url: str) -> bytes:
        self.asked.append(url)
        if self.down:
            raise OSError("down")
        return json.dumps({"keys": [key.as_dict(private=False) for key in self.keys]}).encode()


@pytest.fixture
def city() -> City:
    return City(RSA, EC)


@pytest.fixture
def tokens(city: City) -> Tokens:
    return Tokens(ISSUER, AUDIENCE, Jwks(URL, fetch=city))


def signed(key: Any = RSA, alg: str = "RS256", header: dict[str, Any] | None = None, **changes: Any) -> str:
    claims = {name: value for name, value in (CLAIMS | changes).items() if value is not None}
    return jwt.encode({"alg": alg, "kid": key.kid} | (header or {}), claims, key, algorithms=[alg])


def bearer(token: str) -> str:
    return f"Bearer {token}"


def refused(tokens: Tokens, header: str, now: int = NOW) -> Problem:
    with pytest.raises(Problem) as caught:
        tokens.authenticate(header, now)
    assert caught.value.kind == "unauthenticated"
    assert caught.value.message.zh
    assert caught.value.message.en
    return caught.value


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


# ── what is believed


@pytest.mark.parametrize(("key", "alg"), [(RSA, "RS256"), (EC, "ES256")])
def test_a_token_of_the_issuer_becomes_a_principal(tokens: Tokens, key: Any, alg: str):
    who = tokens.authenticate(bearer(signed(key, alg)), NOW)
    assert (who.subject, who.name, who.via, who.acting_for) == ("person:demo-window", "窗口", "window", None)
    assert who.roles == {"staff"}
    assert who.posts == ()  # the organisation says who holds what, never the token


def test_without_a_header_the_caller_is_nobody(tokens: Tokens, city: City):
    assert tokens.authenticate(None, NOW) is NOBODY
    assert city.asked == []


def test_who_has_no_roles_is_a_citizen_and_foreign_roles_mean_nothing(tokens: Tokens):
    assert tokens.authenticate(bearer(signed(roles=None)), NOW).roles == {"citizen"}
    assert tokens.authenticate(bearer(signed(roles=["staff", "offline_access"])), NOW).roles == {"staff"}
    assert tokens.authenticate(bearer(signed(roles=None, sub="system:bank")), NOW).roles == frozenset()


def test_an_audience_may_be_one_of_several(tokens: Tokens):
    assert tokens.authenticate(bearer(signed(aud=["other", AUDIENCE])), NOW).subject == "person:demo-window"


def test_acting_for_is_carried_as_a_claim_and_dropped_for_oneself(tokens: Tokens):
    firm = "enterprise:91430112MA4L0X0X0X"
    assert tokens.authenticate(bearer(signed(acting_for=firm)), NOW).acting_for == firm
    assert tokens.authenticate(bearer(signed(acting_for=CLAIMS["sub"])), NOW).acting_for is None


@pytest.mark.parametrize(
    ("changes", "now"),
    [
        ({}, NOW + 600 + 59),
        ({"nbf": NOW + 59}, NOW),
        ({"iat": NOW + 59}, NOW),
        ({"nbf": None, "iat": None}, NOW),
    ],
)
def test_a_minute_of_skew_is_forgiven(tokens: Tokens, changes: dict[str, Any], now: int):
    assert tokens.authenticate(bearer(signed(**changes)), now)


# ── attacks


@pytest.mark.parametrize("alg", ["none", "None", "NONE"])
def test_an_unsigned_token_is_refused(tokens: Tokens, city: City, alg: str):
    unsigned = f"{part({'alg': alg, 'kid': 'rsa-1'})}.{part(CLAIMS)}."
    assert refused(tokens, bearer(unsigned)).extra["reason"] == "malformed"
    assert refused(tokens, bearer(f"{unsigned}AAAA")).extra["reason"] in {"algorithm", "malformed"}
    assert city.asked == []


def test_hs256_with_the_public_key_as_secret_is_refused(tokens: Tokens):
    for secret in (RSA.as_pem(private=False), json.dumps(RSA.as_dict(private=False)).encode()):
        forged = hmac_signed(secret, {"alg": "HS256", "kid": "rsa-1"})
        assert refused(tokens, bearer(forged)).extra["reason"] == "algorithm"
        confused = hmac_signed(secret, {"alg": "RS256", "kid": "rsa-1"})
        assert refused(tokens, bearer(confused)).extra["reason"] == "signature"


def hmac_signed(secret: bytes, header: dict[str, Any]) -> str:
    import hashlib
    import hmac

    text = f"{part(header)}.{part(CLAIMS)}"
    signature = hmac.new(secret, text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def test_a_foreign_key_under_a_known_id_is_refused(tokens: Tokens):
    assert refused(tokens, bearer(signed(FOREIGN))).extra["reason"] == "signature"


@pytest.mark.parametrize("kid", ["../../etc/passwd", "' OR 1=1 --", "http://127.0.0.1/keys", "", "rsa-1\x00"])
def test_a_key_id_is_only_ever_compared(tokens: Tokens, city: City, kid: str):
    assert refused(tokens, bearer(signed(FOREIGN, header={"kid": kid}))).extra["reason"] == "unknown-key"
    assert set(city.asked) == {URL}


@pytest.mark.parametrize("kid", [7, None, ["rsa-1"], {"a": 1}])
def test_a_key_id_that_is_no_text_is_refused(tokens: Tokens, kid: Any):
    text = f"{part({'alg': 'RS256', 'kid': kid})}.{part(CLAIMS)}.AAAA"
    assert refused(tokens, bearer(text)).extra["reason"] in {"malformed", "unknown-key"}


@pytest.mark.parametrize("header", ["jku", "x5u"])
def test_where_a_token_says_its_key_is_is_never_asked(tokens: Tokens, city: City, header: str):
    elsewhere = {header: "https://attacker.example/keys", "kid": "attacker"}
    assert refused(tokens, bearer(signed(FOREIGN, header=elsewhere))).extra["reason"] == "unknown-key"
    assert set(city.asked) == {URL}
    honest = signed(header={header: "https://attacker.example/keys"})
    assert tokens.authenticate(bearer(honest), NOW).subject == "person:demo-window"
    assert set(city.asked) == {URL}


def test_a_key_inside_the_token_is_not_used(tokens: Tokens):
    inside = {"jwk": FOREIGN.as_dict(private=False)}
    token = f"{part({'alg': 'RS256', 'kid': 'rsa-1'} | inside)}.{signed(FOREIGN).partition('.')[2]}"
    assert refused(tokens, bearer(token)).extra["reason"] in {"malformed", "signature"}


def test_a_key_of_one_kind_does_not_verify_the_others_algorithm(tokens: Tokens):
    crossed = signed(EC, "ES256", header={"kid": "rsa-1"})
    assert refused(tokens, bearer(crossed)).extra["reason"] == "unknown-key"


def test_an_unknown_critical_header_is_refused(tokens: Tokens):
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    def by_hand(header: dict[str, Any]) -> str:
        text = f"{part({'alg': 'RS256', 'kid': 'rsa-1'} | header)}.{part(CLAIMS)}"
        signature = RSA.private_key.sign(text.encode(), PKCS1v15(), SHA256())
        return bearer(f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}")

    assert tokens.authenticate(by_hand({}), NOW)
    assert refused(tokens, by_hand({"crit": ["sudo"], "sudo": True})).extra["reason"] in {
        "malformed",
        "signature",
    }
    assert refused(tokens, by_hand({"crit": ["b64"], "b64": False})).extra["reason"] in {
        "malformed",
        "signature",
    }


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "https://id.example.cn/"}, "iss"),
        ({"iss": "https://evil.example"}, "iss"),
        ({"iss": [ISSUER]}, "iss"),
        ({"iss": None}, "iss"),
        ({"aud": "another"}, "aud"),
        ({"aud": ["another"]}, "aud"),
        ({"aud": None}, "aud"),
        ({"nbf": NOW + 61}, "nbf"),
        ({"iat": NOW + 61}, "iat"),
        ({"exp": None}, "exp"),
        ({"exp": str(NOW + 600)}, "exp"),
        ({"sub": None}, "sub"),
        ({"sub": "demo-window"}, "sub"),
        ({"sub": "person:a b"}, "sub"),
        ({"sub": "person:" + "a" * 65}, "sub"),
        ({"sub": "anonymous"}, "sub"),
        ({"roles": "staff"}, "roles"),
        ({"roles": ["staff", 7]}, "roles"),
        ({"roles": ["system"]}, "roles"),
        ({"roles": ["anonymous"]}, "roles"),
        ({"via": "system"}, "via"),
        ({"via": "carrier-pigeon"}, "via"),
        ({"via": ["web"]}, "via"),
        ({"acting_for": "everybody"}, "acting_for"),
        ({"name": "长" * 101}, "name"),
        ({"name": 7}, "name"),
    ],
)
def test_claims_that_are_not_ours_are_refused(tokens: Tokens, changes: dict[str, Any], reason: str):
    problem = refused(tokens, bearer(signed(**changes)))
    assert (problem.code, problem.extra["reason"]) == ("unauthenticated", reason)


def test_an_expired_token_says_so(tokens: Tokens):
    problem = refused(tokens, bearer(signed()), NOW + 600 + 60)
    assert (problem.code, problem.extra["reason"]) == ("token-expired", "expired")


@pytest.mark.parametrize(
    "header",
    ["", " ", "Bearer", "Bearer ", "Basic dTpw", "Bearer a.b", "Bearer a.b.c.d", "Bearer a..c", "Bearer é.b.c",
     "Bearer " + "a" * 9000 + ".b.c", "bearer x.y.z", "Bearer x.y.z\nX: y"],
)  # fmt: skip
def test_what_is_no_token_is_refused_before_any_key_is_fetched(tokens: Tokens, city: City, header: str):
    assert refused(tokens, header).extra["reason"] == "malformed"
    assert city.asked == []


def test_a_changed_claim_breaks_the_signature(tokens: Tokens):
    header, _, signature = signed().split(".")
    forged = f"{header}.{part(CLAIMS | {'roles': ['releaser']})}.{signature}"
    assert refused(tokens, bearer(forged)).extra["reason"] == "signature"


# ── the keys


def test_keys_are_fetched_once_in_ten_minutes(tokens: Tokens, city: City):
    for at in (NOW, NOW + 1, NOW + 599):
        tokens.authenticate(bearer(signed(exp=NOW + 9999)), at)
    assert len(city.asked) == 1
    tokens.authenticate(bearer(signed(exp=NOW + 9999)), NOW + 600)
    assert len(city.asked) == 2


def test_a_new_key_is_found_at_once_but_unknown_ids_ask_only_once_a_minute(tokens: Tokens, city: City):
    tokens.authenticate(bearer(signed()), NOW)
    new = jwk.RSAKey.generate_key(2048, {"kid": "rsa-2"})
    city.keys.append(new)
    assert tokens.authenticate(bearer(signed(new)), NOW + 1)
    assert len(city.asked) == 2
    for second in range(2, 60):
        refused(tokens, bearer(signed(FOREIGN, header={"kid": f"made-up-{second}"})), NOW + second)
    assert len(city.asked) == 2
    refused(tokens, bearer(signed(FOREIGN, header={"kid": "made-up"})), NOW + 61)
    assert len(city.asked) == 3


def test_a_key_that_was_withdrawn_is_gone_after_the_next_fetch(tokens: Tokens, city: City):
    tokens.authenticate(bearer(signed()), NOW)
    city.keys = [EC]
    assert refused(tokens, bearer(signed(exp=NOW + 9999)), NOW + 601).extra["reason"] == "unknown-key"


def test_the_last_good_keys_serve_for_a_day_when_the_issuer_is_down(tokens: Tokens, city: City):
    lasting = bearer(signed(exp=NOW + 10**6))
    tokens.authenticate(lasting, NOW)
    city.down = True
    assert tokens.authenticate(lasting, NOW + 24 * 3600 - 1)
    with pytest.raises(Problem) as caught:
        tokens.authenticate(lasting, NOW + 24 * 3600)
    assert (caught.value.kind, caught.value.code) == ("unavailable", "sign-in-unavailable")
    city.down = False
    assert tokens.authenticate(lasting, NOW + 24 * 3600 + 60)


def test_an_issuer_that_is_down_is_not_asked_by_every_call(tokens: Tokens, city: City):
    lasting = bearer(signed(exp=NOW + 10**6))
    tokens.authenticate(lasting, NOW)
    city.down = True
    for second in range(600, 660):
        tokens.authenticate(lasting, NOW + second)
    assert len(city.asked) == 2


def test_without_any_keys_sign_in_is_unavailable_and_soon_tried_again(tokens: Tokens, city: City):
    city.down = True
    for second in (0, 1, 4):
        with pytest.raises(Problem) as caught:
            tokens.authenticate(bearer(signed()), NOW + second)
        assert caught.value.kind == "unavailable"
    assert len(city.asked) == 1
    city.down = False
    assert tokens.authenticate(bearer(signed()), NOW + 5)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"keys": 7}', b'{"keys": []}', b"<html>", b'{"keys": [7, {"kty": []}]}']
)
def test_an_answer_without_keys_leaves_the_last_good_ones(body: bytes):
    answers = [City(RSA)(URL), body]
    tokens = Tokens(ISSUER, AUDIENCE, Jwks(URL, fetch=lambda _: answers.pop(0)))
    lasting = bearer(signed(exp=NOW + 9999))
    tokens.authenticate(lasting, NOW)
    assert tokens.authenticate(lasting, NOW + 600)
    assert answers == []


def test_only_public_signing_keys_of_the_two_algorithms_are_used():
    public = RSA.as_dict(private=False)
    listed = [
        {"kty": "oct", "kid": "secret", "k": "AAAA"},
        public | {"kid": "for-encryption", "use": "enc"},
        public | {"kid": "for-another", "alg": "RS512"},
        jwk.ECKey.generate_key("P-384", {"kid": "p-384"}).as_dict(private=False),
        {name: value for name, value in public.items() if name != "kid"},
        RSA.as_dict(private=True) | {"use": "sig", "alg": "RS256"},
    ]
    used = usable_keys({"keys": listed})
    assert used == {("rsa-1", "RS256"): {name: public[name] for name in ("kty", "n", "e")}}


@pytest.mark.parametrize(
    ("url", "local", "ok"),
    [
        ("https://id.example.cn/keys", False, True),
        ("http://id.example.cn/keys", False, False),
        ("http://id.example.cn/keys", True, False),
        ("http://127.0.0.1:8000/keys", True, True),
        ("http://localhost:8000/keys", True, True),
        ("http://127.0.0.1:8000/keys", False, False),
        ("http://127.0.0.1.evil.example/keys", True, False),
        ("http://127.0.0.1@evil.example/keys", True, False),
        ("file:///etc/passwd", True, False),
        ("https:///keys", False, False),
        ("", True, False),
    ],
)
def test_keys_come_over_https_or_in_local_stage_from_this_machine(url: str, local: bool, ok: bool):
    if ok:
        assert Jwks(url, local=local)
    else:
        with pytest.raises(Problem):
            Jwks(url, local=local)


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, body = {
            "/keys": (200, City(RSA)(URL)),
            "/moved": (302, b""),
            "/big": (200, b"x" * 70_000),
        }.get(self.path, (500, b""))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/keys")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    http = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{http.server_port}"
    http.shutdown()
    thread.join()
    http.server_close()


def test_keys_are_fetched_over_the_wire(server: str):
    tokens = Tokens(ISSUER, AUDIENCE, Jwks(f"{server}/keys", local=True))
    assert tokens.authenticate(bearer(signed()), NOW).subject == "person:demo-window"


@pytest.mark.parametrize("path", ["/moved", "/big", "/broken"])
def test_redirects_floods_and_failures_are_no_keys(server: str, path: str):
    with pytest.raises((OSError, ValueError)):
        fetch_keys(f"{server}{path}")


def test_nothing_heavy_is_imported_before_the_first_token():
    import subprocess
    import sys

    code = (
        "import sys; import chalicelib.clients.tokens, chalicelib.domain.access, chalicelib.domain.masks\n"
        "heavy = {'joserfc', 'cryptography', 'cedarpy', 'urllib.request', 'http.client'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
