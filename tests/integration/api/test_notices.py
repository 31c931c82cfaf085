"""On the whole stack, with roles enforced: a step of a case reaches a telephone past a provider that is down; what
nobody carries lies in the local outbox, which can be looked at."""

from __future__ import annotations

import json
import time
from typing import Any

import httpx
import pytest

from chalicelib.domain.webhook_signatures import signed
from infra.local.stack import wait_until
from tests.builders import Api, Firm, new_key, ok
from tests.builders_notices import MOBILE, channel, provider
from tests.builders_webhooks import receiver

pytestmark = pytest.mark.stack
PROVIDERS = "/v1/channels/sms/providers"


def releases(api: Api, body: dict[str, Any]) -> None:
    path = f"/v1/definitions/{body['kind']}/{body['id']}"
    drafted = ok(api.admin.post(f"{path}/drafts", {"body": body}), 201)["draft_id"]
    ok(api.releaser.post(f"{path}/drafts/{drafted}/releases", {"note": "测试"}), 201)


def told(api: Api, case: dict[str, Any]) -> dict[str, Any]:
    lines = ok(api.staff("handler").get(f"/v1/cases/{case['case_id']}/notices"))["notices"]
    return dict(lines[0]) if lines else {"state": ""}


def reachable(firm: Firm) -> None:
    ok(firm.person.put("/v1/notice-preferences", {"addresses": {"mobile": MOBILE}}, if_match='"0"'))


def test_a_step_reaches_a_telephone_past_a_provider_that_is_down_and_the_receipt_is_shown(api: Api) -> None:
    api.set_clock(api.MORNING)
    before = ok(api.admin.get("/v1/definitions/channels/sms"))["definition"]
    with receiver(503) as down, receiver(202) as second:
        releases(api, channel("sms", "mobile", [provider("down", down.url), provider("second", second.url)]))
        try:
            ok(api.admin.post(f"{PROVIDERS}/down/secrets", {}), 201)
            secret = ok(api.admin.post(f"{PROVIDERS}/second/secrets", {}), 201)["secret"]
            time.sleep(5.5)  # a worker may remember what was published for five seconds
            firm = Firm(api)
            reachable(firm)
            case = firm.applies()
            assert wait_until(lambda: bool(second.heard), 60, every=0.1)
            (heard,) = second.heard
            assert {one.id for one in down.heard} == {heard.id}
            assert len(down.heard) == 2
            body = json.loads(heard.body)
            assert (body["to"], body["notice"]) == (MOBILE, "submitted")
            assert case["number"] in body["text"]
            made = signed(heard.id, int(heard.headers["webhook-timestamp"]), heard.body, [secret])
            assert heard.headers["webhook-signature"] == made["webhook-signature"]
            assert wait_until(lambda: told(api, case)["state"] == "sent", 20)
            raw = json.dumps({"id": heard.id, "status": "delivered"}).encode()
            shown = {"Content-Type": "application/json"}
            shown |= signed(f"rcp_{new_key()}", time.time_ns() // 10**9, raw, [secret])
            answer = api.http.post(f"{PROVIDERS}/second/receipts", content=raw, headers=shown)
            assert answer.status_code == 202, answer.text
            assert wait_until(lambda: told(api, case)["state"] == "delivered", 30)
            assert MOBILE not in api.staff("handler").get(f"/v1/cases/{case['case_id']}/notices").text
        finally:
            releases(api, before)


def test_what_nobody_carries_lies_in_the_outbox_of_the_local_stage(api: Api) -> None:
    api.set_clock(api.MORNING)
    time.sleep(5.5)
    firm = Firm(api)
    reachable(firm)
    case = firm.applies()

    def found() -> list[dict[str, Any]]:
        kept: httpx.Response = api.http.get("/v1/dev/outbox")
        assert kept.json()["stand_in"] is True
        return [one for one in kept.json()["notices"] if case["number"] in one["text"]]

    assert wait_until(lambda: bool(found()), 60, every=0.3)
    (one,) = found()
    assert (one["to"], one["channel"], one["stand_in"]) == (MOBILE, "sms", True)
