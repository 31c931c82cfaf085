"""Subscriptions over HTTP: each system its own, secrets shown once and sealed, filters checked, quotas kept."""

from __future__ import annotations

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from chalicelib import config
from chalicelib.domain.problems import Problem
from chalicelib.domain.subscriptions import MOST, OVERLAP
from tests.builders_webhooks import EVERY, made, office, receiver, subscribed, subscriber

URL = "https://hooks.example.cn/in?key=topsecret"


def test_the_secret_is_in_the_first_answer_and_in_no_other(post):
    up, by = post.up, subscriber(post.up)
    one = subscribed(up, by, URL, title="信用平台", types=["case.accepted"])
    assert one["secret"].startswith("whsec_")
    path = f"{EVERY}/{one['subscription_id']}"
    for answer in (up.call("GET", path, None, by), up.call("GET", EVERY, None, by)):
        assert one["secret"] not in answer.text
    assert made(up.call("GET", path, None, by))["types"] == ["case.accepted"]


def test_neither_secret_nor_address_stands_readable_in_a_table(post):
    up = post.up
    one = subscribed(up, subscriber(up), URL)
    stored = repr([up.rows(table) for table in ("records", "deliveries", "definitions", "cases", "timers")])
    assert one["subscription_id"] in stored
    assert one["secret"] not in stored
    assert one["secret"].removeprefix("whsec_") not in stored
    assert "topsecret" not in stored


def test_a_rotation_shows_a_new_secret_and_both_sign_for_a_day(post):
    up, by = post.up, subscriber(post.up)
    one = subscribed(up, by, URL)
    path = f"{EVERY}/{one['subscription_id']}"
    new = made(up.call("POST", f"{path}/secrets", {}, by))["secret"]

    def signing(at: int) -> list[str]:
        return post.room.subscriptions.many([one["subscription_id"]])[one["subscription_id"]].signing(at)

    assert signing(up.app.at) == [new, one["secret"]] or set(signing(up.app.at)) == {new, one["secret"]}
    assert set(signing(up.app.at + OVERLAP - 1)) == {new, one["secret"]}
    assert signing(up.app.at + OVERLAP) == [new]
    shown = made(up.call("GET", path, None, by))["secrets"]
    assert [secret["until"] is None for secret in shown] == [False, True]


def test_whoever_wants_no_secret_gets_the_public_half_of_a_pair_and_both_sign_for_a_day(post):
    up, by = post.up, subscriber(post.up)
    with receiver() as there:
        one = subscribed(up, by, there.url)
        path = f"{EVERY}/{one['subscription_id']}"
        new = made(up.call("POST", f"{path}/secrets", {"kind": "ed25519"}, by))
        assert new["secret"] is None
        half = new["secrets"][1]["public_key"].removeprefix("whpk_")
        assert "whsk_" not in repr([up.rows(name) for name in ("records", "deliveries")])
        made(up.call("POST", f"{path}/tests", {}, by))
        post.deliver()
        (heard,) = there.heard
    signatures = dict(part.split(",") for part in heard.headers["webhook-signature"].split())
    assert set(signatures) == {"v1", "v1a"}
    text = f"{heard.id}.{heard.headers['webhook-timestamp']}.".encode() + heard.body
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(half))
    public.verify(base64.b64decode(signatures["v1a"]), text)
    assert up.call("POST", f"{path}/secrets", {"kind": "rsa"}, by).code == "secret-kind-unknown"


def test_the_same_key_subscribes_once_and_shows_no_secret_again(post):
    up, by = post.up, {**subscriber(post.up), "Idempotency-Key": "once"}
    first = up.call("POST", EVERY, {"url": URL}, by)
    again = up.call("POST", EVERY, {"url": URL}, by)
    assert (first.status, again.status) == (201, 200)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json()["subscription_id"] == first.json()["subscription_id"]
    assert again.json()["secret"] is None
    assert up.call("POST", EVERY, {"url": URL + "2"}, by).code == "idempotency-key-reused"


def test_what_another_system_keeps_does_not_exist(post):
    up = post.up
    one = subscribed(up, subscriber(up), URL)
    other = subscriber(up, "system:utility")
    path = f"{EVERY}/{one['subscription_id']}"
    assert made(up.call("GET", EVERY, None, other))["subscriptions"] == []
    for method, rest, body in (
        ("GET", "", None), ("PUT", "/state", {"state": "paused"}), ("POST", "/secrets", {}), ("POST", "/tests", {}),
        ("GET", "/deliveries", None), ("POST", "/replays", {"ids": ["dlv_" + "0" * 26]}),
    ):  # fmt: skip
        assert up.call(method, path + rest, body, other).status == 404


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"url": "http://hooks.example.cn/"}, "url-not-https"),
        ({"url": "https://hooks.example.cn:22/"}, "url-port"),
        ({"url": "https://a:b@hooks.example.cn/"}, "url-with-more"),
        ({"url": "https://10.0.0.1/"}, "url-host"),
        ({"url": URL, "types": ["case.nothing_of_the_kind"]}, "event-type-unknown"),
        ({"url": URL, "items": ["../x"]}, "name-invalid"),
        ({"url": URL, "items": [f"i{n}" for n in range(101)]}, "too-many"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(post, body, code):
    answer = post.up.call("POST", EVERY, body, subscriber(post.up))
    assert answer.status == 422
    assert [one["code"] for one in answer.json()["errors"]] == [code]


def test_one_subscriber_keeps_twenty_at_most(post):
    up, by = post.up, subscriber(post.up)
    for number in range(MOST):
        subscribed(up, by, f"https://hooks.example.cn/{number}")
    assert up.call("POST", EVERY, {"url": URL}, by).code == "too-many-subscriptions"
    other = subscriber(up, "system:utility")
    assert up.call("POST", EVERY, {"url": URL}, other).status == 201


def test_an_edit_names_the_version_that_it_read_and_a_deleted_one_is_gone(post):
    up, by = post.up, subscriber(post.up)
    one = subscribed(up, by, URL)
    path, first = f"{EVERY}/{one['subscription_id']}", {**by, "If-Match": '"1"'}
    changed = up.call("PUT", path, {"url": URL, "items": ["food-licence"]}, first)
    assert made(changed)["items"] == ["food-licence"]
    assert up.call("PUT", path, {"url": URL}, first).status == 412
    assert up.call("DELETE", path, None, first).status == 412
    assert up.call("DELETE", path, None, {**by, "If-Match": changed.headers["etag"]}).status == 204
    assert up.call("GET", path, None, by).status == 404
    assert made(up.call("GET", EVERY, None, by))["subscriptions"] == []
    (row,) = [row for row in up.rows("records") if row["sk"] == one["subscription_id"]]
    assert "b" not in row  # its secrets went with it


def test_a_test_event_arrives_signed_and_stands_in_the_log(post):
    up, by = post.up, subscriber(post.up)
    with receiver() as there:
        one = subscribed(up, by, there.url)
        path = f"{EVERY}/{one['subscription_id']}"
        sent = made(up.call("POST", f"{path}/tests", {}, by))
        assert post.deliver() == ["ok"]
        (heard,) = there.heard
    assert heard.id == sent["event_id"]
    told = json.loads(heard.body)
    assert told["type"] == "webhook.test"
    assert told["data"] == {"subscription": one["subscription_id"]}
    (line,) = made(up.call("GET", f"{path}/deliveries", None, by))["deliveries"]
    assert (line["delivery_id"], line["state"]) == (sent["delivery_id"], "ok")


def test_tests_are_limited_by_the_minute(post):
    up, by = post.up, subscriber(post.up)
    path = f"{EVERY}/{subscribed(up, by, URL)['subscription_id']}/tests"
    statuses = [up.call("POST", path, {}, by).status for _ in range(12)]
    assert statuses == [202] * 10 + [429] * 2


LOOPBACK = {
    "TABLE_DEFINITIONS": "d", "TABLE_CASES": "c", "TABLE_TIMERS": "t", "TABLE_RECORDS": "r", "TABLE_DELIVERIES": "e",
    "KMS_KEY_ID": "k", "BLIND_SECRET_ID": "b", "JWT_ISSUER": "i", "JWT_AUDIENCE": "a", "JWKS_URL": "https://id/keys",
}  # fmt: skip


def test_no_environment_lets_production_reach_its_own_machine():
    with pytest.raises(Problem) as refused:
        config.read({**LOOPBACK, "STAGE": "prod", "WEBHOOK_LOOPBACK": "allowed"})
    assert refused.value.code == "misconfigured"
    from dataclasses import replace

    for stage, allowed in (("local", True), ("test", True), ("prod", False)):
        read = config.read({**LOOPBACK, "STAGE": stage})
        assert not read.hooks_reach_loopback  # nowhere unless it is asked for
        assert replace(read, hook_loopback=True).hooks_reach_loopback is allowed  # however it got there


def test_where_loopback_is_not_allowed_it_can_neither_be_registered_nor_reached(up):
    with receiver() as there, office(up) as post:
        by = subscriber(post.up)
        one = subscribed(post.up, by, there.url)  # as if the stage had been another then
        post.up.app.config = config.Config(**{
            name: getattr(post.up.app.config, name) for name in config.Config.__dataclass_fields__
        } | {"stage": "prod"})  # fmt: skip
        post.up.app.__dict__.pop("postroom")
        answer = post.up.call("POST", EVERY, {"url": there.url}, by)
        assert answer.code == "webhook-url-refused"
        said = post.up.app.postroom.line(there.url, 5).post({}, b"{}")
        assert (said.status, said.why) == (None, "address-forbidden")
        assert there.heard == []
        assert one["state"] == "active"
