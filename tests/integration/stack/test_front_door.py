"""The front door: the gateway's limits, the local stage's routes, and nobody but this machine."""

from __future__ import annotations

import os
import time

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from standin import dynamodb

pytestmark = pytest.mark.stack
MEGABYTE = 1024 * 1024
BINARY = {"Content-Type": "application/octet-stream"}


@pytest.fixture(scope="module")
def door(stack):
    with httpx.Client(base_url=stack.url, timeout=60) as client:
        yield client


def test_a_request_reaches_the_deployed_function_without_its_stage(door):
    assert door.get("/v1/health").json() == {"ok": True, "stage": "local", "zone": "Asia/Shanghai"}


def test_a_query_arrives_as_it_was_sent(door):
    assert door.get("/v1/query?q=%E6%B3%A8%E9%94%80&a=%2F%26b").json() == {"q": "注销", "a": "/&b"}


def test_binary_goes_in_and_out_unharmed(door):
    body = bytes(range(256)) * 4
    assert door.post("/v1/echo", content=body, headers=BINARY).json() == {
        "bytes": 1024,
        "hex": body[:32].hex(),
    }
    assert door.get("/v1/png", headers={"Accept": "image/png"}).content == b"\x89PNG\x00\xff"


def test_more_than_ten_megabytes_is_refused_in_both_languages(door):
    body = bytes(10 * MEGABYTE + 1)
    zh = door.post("/v1/echo", content=body, headers=BINARY)
    en = door.post("/v1/echo", content=body, headers=BINARY | {"Accept-Language": "en"})
    assert (zh.status_code, zh.json()["code"]) == (413, "payload-too-large")
    assert zh.headers["Content-Type"].startswith("application/problem+json")
    assert "网关" in zh.json()["title"]
    assert "gateway" in en.json()["title"]


def test_a_body_without_a_length_is_measured_too(door):
    answer = door.post("/v1/echo", content=(bytes(MEGABYTE) for _ in range(11)), headers=BINARY)
    assert (answer.status_code, answer.json()["code"]) == (413, "payload-too-large")


@pytest.mark.parametrize(("megabytes", "status"), [(4, 200), (5, 413)])
def test_a_function_takes_six_megabytes_and_binary_counts_as_base64(door, megabytes, status):
    assert door.post("/v1/echo", content=bytes(megabytes * MEGABYTE), headers=BINARY).status_code == status


def test_text_of_five_megabytes_still_passes(door):
    answer = door.post("/v1/echo", content=b"a" * (5 * MEGABYTE), headers={"Content-Type": "text/csv"})
    assert answer.json()["bytes"] == 5 * MEGABYTE


def test_an_answer_larger_than_six_megabytes_is_a_bad_gateway(door):
    answer = door.get("/v1/large")
    assert (answer.status_code, answer.json()["code"]) == (502, "response-too-large")


def test_after_29_seconds_the_gateway_gives_up(door):
    started = time.monotonic()
    answer = door.get("/v1/slow")
    assert (answer.status_code, answer.json()["code"]) == (504, "gateway-timeout")
    assert 28 < time.monotonic() - started < 32


def test_headers_of_one_connection_do_not_travel_and_nobody_forges_an_address(door):
    sent = {
        "Connection": "X-Secret",
        "X-Secret": "1",
        "TE": "trailers",
        "X-Forwarded-For": "6.6.6.6",
        "X-Kept": "1",
    }
    seen = {name.lower(): value for name, value in door.get("/v1/headers", headers=sent).json().items()}
    assert seen["x-kept"] == "1"
    assert seen["x-forwarded-for"] == "127.0.0.1"
    assert not {"x-secret", "te"} & set(seen)


def test_a_preflight_of_this_machine_is_answered_and_others_are_refused(door):
    ours = door.options("/v1/cases", headers={"Origin": "http://localhost:5173"})
    assert (ours.status_code, ours.headers["Access-Control-Allow-Origin"]) == (204, "http://localhost:5173")
    assert "Idempotency-Key" in ours.headers["Access-Control-Allow-Headers"]
    theirs = door.post(
        "/v1/dev/tokens", json={"subject": "person:x"}, headers={"Origin": "https://example.org"}
    )
    assert (theirs.status_code, theirs.json()["code"]) == (403, "foreign-origin")
    assert "Access-Control-Allow-Origin" not in theirs.headers


def test_a_name_that_was_rebound_to_loopback_is_refused(door):
    answer = door.get("/v1/health", headers={"Host": "example.org"})
    assert (answer.status_code, answer.json()["code"]) == (421, "foreign-host")


def test_a_presigned_upload_goes_through_the_door(door, stack):
    urls = door.get("/v1/presigned").json()
    assert urls["put"].startswith(stack.url)
    body = os.urandom(70_000)
    assert httpx.put(urls["put"], content=body).status_code == 200
    assert httpx.get(urls["get"]).content == body


def test_a_token_verifies_with_the_published_keys_that_a_function_sees_too(door):
    asked = {"subject": "person:demo-window", "roles": ["staff"], "department": "market-regulation", "via": "window",
             "posts": ["ignored"], "ttl": 60}  # fmt: skip
    answer = door.post("/v1/dev/tokens", json=asked).json()
    keys = door.get("/.well-known/jwks.json").json()
    assert door.get("/v1/jwks").json() == keys
    assert all("d" not in key for key in keys["keys"])
    claims = jwt.decode(answer["token"], KeySet.import_key_set(keys), algorithms=["ES256"]).claims
    expected = door.get("/v1/jwt").json()
    assert (claims["iss"], claims["aud"]) == (expected["issuer"], expected["audience"])
    assert (claims["sub"], claims["roles"], claims["department"]) == (
        "person:demo-window",
        ["staff"],
        "market-regulation",
    )
    assert claims["exp"] - claims["iat"] == 60
    assert "posts" not in claims
    assert answer["expires_at"].endswith("+08:00")


def test_the_door_says_whom_one_can_sign_in_as_here(door):
    assert door.get("/v1/dev/people").json()["people"][0]["subject"] == "person:demo-admin"
    assert door.post("/v1/dev/people", json={}).status_code == 405


@pytest.mark.parametrize("body", [{}, {"subject": 1}, {"subject": "person:x", "roles": "admin"}, []])
def test_a_token_request_that_cannot_be_read_is_a_400(door, body):
    answer = door.post("/v1/dev/tokens", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_moving_the_clock_is_seen_by_functions_and_fires_the_timers_at_once(door, stack):
    answer = door.post("/v1/dev/clock", json={"now": "2026-03-02T09:00:00+08:00"}).json()
    assert answer["now"].startswith("2026-03-02T09:00:0")
    assert answer["settled"]
    assert door.get("/v1/offset").json() == {"ms": answer["offset_ms"]}
    swept = _swept(stack, answer["offset_ms"])
    token = door.post("/v1/dev/tokens", json={"subject": "person:x"}).json()
    back = door.post("/v1/dev/clock", json={"now": None}).json()
    assert swept == 16
    assert back["offset_ms"] == door.get("/v1/dev/clock").json()["offset_ms"] == 0
    assert token["expires_at"] > back["now"]  # a token minted while the clock was moved is good at both times


def _swept(stack, offset_ms: int) -> int:
    return dynamodb(stack).query(
        TableName=stack.outputs["TableTimers"],
        KeyConditionExpression="pk = :p",
        ExpressionAttributeValues={":p": {"S": f"SWEPT#{offset_ms}"}},
    )["Count"]


@pytest.mark.parametrize("now", ["yesterday", "2026-03-02T09:00:00", 5])
def test_a_clock_that_cannot_be_read_stays_where_it_is(door, now):
    assert door.post("/v1/dev/clock", json={"now": now}).status_code == 400
    assert door.get("/v1/dev/clock").json()["offset_ms"] == 0


def test_keys_and_secret_of_the_deployed_stack_work(door):
    assert door.get("/v1/kms").json() == {"same": True}
    assert door.get("/v1/secret").json() == {"length": 64}


def test_what_is_nowhere_says_so(door):
    assert door.get("/nothing").json()["code"] == "not-found"
    assert door.get("/admin/../../requirements.txt").status_code == 404
    assert door.get("/v1/dev/nothing").json()["code"] == "not-found"
    assert door.get("/v1/dev/tokens").status_code == 405
    assert "极省" in door.get("/").text
