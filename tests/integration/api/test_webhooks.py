"""On the whole stack, with roles enforced: a step of a case reaches a subscriber, signed, and stands in its log."""

from __future__ import annotations

import json
import time

import pytest

from chalicelib.domain.webhook_signatures import signed
from infra.local.stack import wait_until
from tests.builders import ACCEPT, Api, Firm, grant_record, ok, walk
from tests.builders_webhooks import receiver

pytestmark = pytest.mark.stack
EVERY = "/v1/webhooks/subscriptions"


def test_a_step_reaches_its_subscriber_within_seconds_signed_and_once(api: Api) -> None:
    reader = api.person("system:city-platform", "integrator", via="integrator")
    path, body = grant_record("scope", "node:market-regulation", reader.subject, document="数据共享协议")
    answer = api.admin.put(path, body)
    assert answer.status_code in (201, 412), answer.text
    with receiver() as there:
        one = ok(reader.post(EVERY, {"url": there.url, "types": ["case.accepted"]}), 201)
        case = Firm(api).applies()
        walk(api, case, [ACCEPT])
        began = time.monotonic()
        assert wait_until(lambda: bool(there.heard), 30, every=0.02)
        took = time.monotonic() - began
        heard = there.heard[0]
        told = json.loads(heard.body)
        assert (told["case"], told["type"]) == (case["case_id"], "case.accepted")
        seconds = int(heard.headers["webhook-timestamp"])
        expected = signed(heard.id, seconds, heard.body, [one["secret"]])
        assert heard.headers["webhook-signature"] == expected["webhook-signature"]
        assert abs(seconds - time.time_ns() // 1_000_000_000) < 60  # the real clock, not the stage's
        log = f"{EVERY}/{one['subscription_id']}/deliveries"
        assert wait_until(lambda: [line["state"] for line in ok(reader.get(log))["deliveries"]] == ["ok"], 20)
        time.sleep(3)
        assert len(there.heard) == 1
        print(f"\ncommit → received: {took:.2f} s")


def test_a_failed_delivery_comes_again_after_five_seconds(api: Api) -> None:
    reader = api.person("system:utility", "integrator", via="integrator")
    with receiver(503) as there:
        one = ok(reader.post(EVERY, {"url": there.url}), 201)
        ok(reader.post(f"{EVERY}/{one['subscription_id']}/tests", {}), 202)
        assert wait_until(lambda: len(there.heard) == 1, 30)
        there.says(204)
        assert wait_until(lambda: len(there.heard) == 2, 30)
        assert there.heard[0].id == there.heard[1].id
