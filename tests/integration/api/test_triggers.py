"""Triggers on the stack: stream, relay, queue and worker do once what a red light asks for, and what officials add."""

from __future__ import annotations

import time
from collections.abc import Mapping
from random import Random  # noqa: TID251 - seeded: the same order every time
from typing import Any

import pytest

from infra.local.stack import Stack
from tests.builders import ACCEPT, FOOD, Api, Firm, new_key, ok, refused, states, walk
from tests.builders_releases import as_it_was
from tests.integration.roles.account import Account

__all__ = ["as_it_was"]
pytestmark = pytest.mark.stack

RED = "2026-03-13T09:00:00+08:00"  # the eight working days of the promise were used up the evening before
REPLY = {"cause": "现场核查人手不足", "measures": "增派两人", "done_by": "2026-03-16"}
TRIGGERS = "/v1/definitions/triggers"


def about(api: Api, case: Mapping[str, Any], seconds: float = 30) -> list[dict[str, Any]]:
    """What is about this case, as the head of the body sees it; waits for the first."""
    until = time.monotonic() + seconds
    while True:
        links = ok(api.staff("head").get(f"/v1/cases/{case['case_id']}/links"))["links"]
        if links or time.monotonic() > until:
            return [one for one in links if one["rel"] == "about"]
        time.sleep(0.3)


@pytest.fixture(scope="module")
def late(api: Api) -> dict[str, Any]:
    """A case whose promise is used up, while the statutory limit still runs."""
    api.set_clock(api.MORNING)
    case = Firm(api).applies()
    walk(api, case, [ACCEPT])
    api.set_clock(RED)
    return case


def test_a_red_light_opens_one_supervision_which_the_head_answers(api: Api, late: dict[str, Any]) -> None:
    (link,) = about(api, late)
    notice = api.staff("head").see(link["case_id"])
    assert (notice["form"]["clock"], notice["form"]["case_number"]) == ("promised", late["number"])
    assert [one["move"] for one in notice["moves"]] == ["reply"]
    assert states(ok(api.staff("head").move(notice, "reply", REPLY))) == ["replied"]
    ended = ok(api.staff("supervisor").move(notice, "accept", {}))
    assert ended["outcome"] == "closed"
    (first, *_) = api.staff("head").events(notice)
    assert first["actor"]["person"] == "trigger:red-light-supervision"
    assert (first["root"], first["depth"]) == (late["case_id"], 1)


def test_the_stream_read_three_times_in_another_order_opens_no_second_one(
    api: Api, running: Stack, late: dict[str, Any]
) -> None:
    before = about(api, late)
    account = Account(running)
    rows = account.client("dynamodb").query(
        TableName=account.made["CasesTable"], KeyConditionExpression="pk = :case AND begins_with(sk, :event)",
        ExpressionAttributeValues={":case": {"S": late["case_id"]}, ":event": {"S": "E#"}},
    )["Items"]  # fmt: skip
    records = [{"eventSource": "aws:dynamodb", "dynamodb": {"NewImage": _shown(row)}} for row in rows] * 3
    Random(7).shuffle(records)
    assert not account.invoke("Relay", {"Records": records})
    until = time.monotonic() + 60
    waiting = {"QueueUrl": account.made["WorkQueue"], "AttributeNames": ["All"]}
    while time.monotonic() < until:
        counts = account.client("sqs").get_queue_attributes(**waiting)["Attributes"]
        if counts["ApproximateNumberOfMessages"] == counts["ApproximateNumberOfMessagesNotVisible"] == "0":
            break
        time.sleep(0.3)
    assert about(api, late) == before
    assert len(before) == 1


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("pk", "sk", "seq", "t")}


def withdrawal() -> dict[str, Any]:
    """Whoever withdraws an application for a food licence: the head is to say why the firm gave up."""
    form = {
        "case_number": "case:number", "item": "case:item", "item_title": "case:title", "department": "case:department",
        "clock": "none", "due_on": "event:on", "light": "red",
    }  # fmt: skip
    opened = {"item": "supervision", "party": "case:body", "department": "case:department",
              "window": "case:department", "form": form, "links": [{"rel": "about"}]}  # fmt: skip
    return {
        "kind": "triggers", "id": "given-up", "title": {"zh": "撤回过多", "en": "Given up"},
        "on": {"event": "case.withdrawn", "items": [FOOD]}, "do": [{"open": opened}],
    }  # fmt: skip


def test_a_trigger_that_two_people_release_as_json_works_at_once(api: Api) -> None:
    body = withdrawal()
    path = f"{TRIGGERS}/{body['id']}/drafts"
    draft = f"{path}/{ok(api.admin.post(path, {'body': body}), 201)['draft_id']}"
    checked = api.admin.awaited(api.admin.post(f"{draft}/checks", {}))
    assert (checked["status"], checked["findings"]) == ("passed", [])
    refused(api.admin.post(f"{draft}/releases", {"note": "自己发布"}), 403, "author-is-releaser")
    ok(api.releaser.post(f"{draft}/releases", {"note": "测试"}), 201)
    firm = Firm(api)
    case = firm.applies()
    ok(firm.person.move(case, "withdraw", {}, key=new_key()))
    (link,) = about(api, case)
    assert link["item_id"] == "supervision"


def test_a_circle_is_refused_by_the_check_with_the_way_round(api: Api) -> None:
    body = withdrawal() | {"id": "round", "on": {"event": "case.submitted"}}
    path = f"{TRIGGERS}/round/drafts"
    draft = f"{path}/{ok(api.admin.post(path, {'body': body}), 201)['draft_id']}"
    checked = api.admin.awaited(api.admin.post(f"{draft}/checks", {}))
    assert [one["code"] for one in checked["findings"]] == ["trigger-cycle"]
    assert checked["findings"][0]["params"]["cycle"] == "round → round"


def test_a_change_of_a_record_is_told_by_its_stream_and_opens_a_case_for_the_host(api: Api) -> None:
    firm = Firm(api)
    form = {"period": "2026-Q1", "host_uscc": "record:/uscc", "host_name": "record:/name", "uscc": "record:/uscc",
            "name": "record:/name"}  # fmt: skip
    opened = {"item": "cluster-contact-confirmation", "party": "enterprise:record:/uscc", "form": form}
    body = {
        "kind": "triggers", "id": "host-full", "title": {"zh": "名额用完", "en": "Full"}, "do": [{"open": opened}],
        "on": {"record": {"register": "cluster-hosts", "fields": ["/quota_left"]}},
        "when": {"values": {"record:/quota_left": [0]}},
    }  # fmt: skip
    path = f"{TRIGGERS}/host-full/drafts"
    draft = f"{path}/{ok(api.admin.post(path, {'body': body}), 201)['draft_id']}"
    ok(api.releaser.post(f"{draft}/releases", {"note": "测试"}), 201)
    record = f"/v1/registers/cluster-hosts/records/{firm.uscc}"
    host = {"uscc": firm.uscc, "name": "示例众创空间", "quota": 2, "quota_left": 2}
    official = api.staff("handler")
    seen = official.put(record, {"body": host})
    for left in (1, 0):
        seen = official.put(record, {"body": host | {"quota_left": left}}, if_match=seen.headers["etag"])
        ok(seen)
    until = time.monotonic() + 90  # behind whatever else is in the queue of work
    while not (found := ok(firm.person.get("/v1/cases"))["cases"]) and time.monotonic() < until:
        time.sleep(0.3)
    assert [one["item_id"] for one in found] == ["cluster-contact-confirmation"]
