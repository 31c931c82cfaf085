"""What a change touches, tried before it is released, and how running cases leave a release that was wrong."""

from __future__ import annotations

import copy
import json
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest

from tests.builders import (
    ACCEPT,
    FOOD,
    PROPOSE,
    Api,
    Firm,
    application,
    clocks_of,
    item_of,
    moves_of,
    new_uscc,
    ok,
    refused,
    walk,
)
from tests.builders_releases import ITEM, Change, as_it_was, draft, hash_of, release

__all__ = ["as_it_was"]
pytestmark = pytest.mark.stack

REASON = {"reason": "决定期限写错"}
CASES, MANY = 24, 500


def decision(days: int) -> Change:
    def change(body: dict[str, Any]) -> None:
        next(one for one in body["clocks"] if one["id"] == "decision").update(budget=days)
        for example in body["examples"]:
            example["expect"].get("deadlines", {}).pop("decision", None)

    return change


# ── an item that nobody had to program


def new_item(identity: str) -> dict[str, Any]:
    """A service that the district did not have: only JSON, with a form field of its own."""
    body = copy.deepcopy(item_of(FOOD))
    body |= {
        "id": identity,
        "title": {"zh": "便民小餐饮备案", "en": "Small eatery registration"},
        "description": {"zh": "新事项", "en": "A new item"},
        "serves": [],
    }
    body["form"]["properties"]["stall"] = {
        "type": "string", "minLength": 2, "maxLength": 20,
        "title": "Stall", "x-title": {"zh": "摊位号", "en": "Stall"}, "x-ui": {"widget": "text", "order": 99},
    }  # fmt: skip
    body["form"]["required"] = [*body["form"].get("required", ()), "stall"]
    for code in ("basic", "implementation", "business"):
        body["codes"][code] = body["codes"][code].replace("SAMPLE", "SMALL0")
    for example in body["examples"]:
        example["form"]["stall"] = "A-12"
    return body


def test_a_new_item_written_as_json_by_one_and_released_by_another_takes_applications_at_once(
    api: Api,
) -> None:
    identity = f"small-eatery-{new_uscc()[-6:].lower()}"
    path = f"/v1/definitions/items/{identity}"
    draft = ok(api.admin.post(f"{path}/drafts", {"body": new_item(identity)}), 201)
    check = api.admin.awaited(api.admin.post(f"{path}/drafts/{draft['draft_id']}/checks", {}))
    assert (check["status"], check["findings"], check["items"]) == ("passed", [], [identity])
    refused(api.admin.post(f"{path}/drafts/{draft['draft_id']}/releases", {}), 403, "author-is-releaser")
    ok(api.releaser.post(f"{path}/drafts/{draft['draft_id']}/releases", {}), 201)
    firm = Firm(api)
    body = application(FOOD, firm.uscc)
    (missing,) = refused(firm.person.submit(identity, body), 422, "form-invalid")["errors"]
    assert (missing["pointer"], missing["code"]) == ("/stall", "required")
    body["form"]["stall"] = "B-07"
    case = ok(firm.person.submit(identity, body), 201)
    assert case["title"]["zh"] == "便民小餐饮备案"
    walk(api, case, [ACCEPT])
    assert "propose" in moves_of(api.staff("handler").see(case))
    time.sleep(5.2)  # the catalogue's freshness (decisions 6)
    described_ = ok(api.anybody.get("/v1/openapi.json"))
    operation = described_["paths"][f"/v1/items/{identity}/cases"]["post"]
    assert "B-07" not in json.dumps(operation, ensure_ascii=False)
    assert "stall" in json.dumps(described_["components"], ensure_ascii=False)


# ── before a release


def test_a_draft_is_tried_on_an_example_before_anybody_releases_it(api: Api) -> None:
    path = draft(api, ITEM, decision(7))
    example = {
        name: copy.deepcopy(item_of(FOOD)["examples"][0][name]) for name in ("today", "applicant", "form")
    }
    example["moves"] = [{"by": "post:window", "move": "accept"}]
    done = api.admin.awaited(api.admin.post(f"{path}/trials", {"item": FOOD, "example": example}))
    filed, accepted = done["result"]["played"]["steps"]
    assert (filed["state"], accepted["state"]) == (["received"], ["examining"])
    assert accepted["deadlines"]["decision"] == "2026-03-11"  # seven working days after 2 March
    example["form"] = {}
    wrong = api.admin.awaited(api.admin.post(f"{path}/trials", {"item": FOOD, "example": example}))
    assert wrong["result"]["problem"]["code"] == "form-invalid"
    refused(api.admin.post(f"{path}/trials", {"item": FOOD, "example": {"today": 1}}), 422, "example-invalid")
    refused(Firm(api).person.post(f"{path}/trials", {"item": FOOD, "example": example}), 403, "forbidden")


def test_a_definition_says_where_it_is_used(api: Api) -> None:
    uses = ok(api.admin.get("/v1/definitions/fragments/correction/uses"))
    assert "processes/approval" in uses["named_by"]
    assert FOOD in uses["items"]
    facts = ok(api.admin.get("/v1/definitions/facts/food-category/uses"))
    assert f"items/{FOOD}" in facts["named_by"]
    refused(api.admin.get("/v1/definitions/facts/nothing/uses"), 404, "not-found")


def test_a_check_counts_running_cases_and_replays_recent_ones_without_showing_anybody(api: Api) -> None:
    firms = [Firm(api) for _ in range(3)]
    for firm in firms:
        walk(api, firm.applies(), [ACCEPT])
    time.sleep(2)  # the stream tells the feed
    check = api.admin.awaited(api.admin.post(f"{draft(api, ITEM, decision(30))}/checks", {}))
    assert check["status"] == "passed", check["findings"]
    (row,) = check["impact"]["items"]
    assert row["item"] == FOOD
    assert row["running"] >= 3
    assert row["deadlines"] >= 3
    assert (row["deadlines_moved"], row["keeps_release"]) == (0, True)
    (replayed,) = check["impact"]["replayed"]
    assert replayed["cases"] >= 3
    assert "deadline:decision" in {what for one in replayed["differ"] for what in one["what"]}
    shown = json.dumps(check["impact"], ensure_ascii=False)
    assert not [firm.uscc for firm in firms if firm.uscc in shown]


def test_a_new_calendar_tells_how_many_deadlines_it_would_move(api: Api) -> None:
    walk(api, Firm(api).applies(), [ACCEPT])

    def another_rest_day(body: dict[str, Any]) -> None:
        body["rest_days"] = sorted([*body["rest_days"], "2026-03-11"], key=str)

    path = "/v1/definitions/calendars/cn-2026"
    check = api.admin.awaited(api.admin.post(f"{draft(api, path, another_rest_day)}/checks", {}))
    assert check["impact"]["deadlines_moved"] >= 1


# ── off a faulty release


def many(api: Api, count: int) -> list[Firm]:
    """Firms that applied and, every second one of them, were accepted."""
    firms = [Firm(api) for _ in range(count)]

    def apply(numbered: tuple[int, Firm]) -> None:
        number, firm = numbered
        firm.case = firm.applies()  # type: ignore[attr-defined]
        if number % 2:
            walk(api, firm.case, [ACCEPT])  # type: ignore[attr-defined]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(apply, enumerate(firms)))
    return firms


def migrate(api: Api, count: int) -> None:
    good = ok(api.anybody.get(f"/v1/items/{FOOD}"))["release"]
    faulty = hash_of(release(api, decision(60)))
    firms = many(api, count)
    assert {firm.case["release"] for firm in firms} == {faulty}  # type: ignore[attr-defined]
    mended = hash_of(release(api, decision(20)))
    asked = {"item": FOOD, "from": faulty, **REASON}
    refused(api.staff("head").post("/v1/migrations", asked), 403, "not-your-definition")
    dry = api.admin.awaited(api.admin.post("/v1/migrations", asked), 120)
    assert (dry["status"], dry["to"], dry["cases"]) == ("dry-run-done", mended, count)
    assert dry["dry_run"]["found"] == {"movable": count}
    assert dry["dry_run"]["deadlines_moved"] == count // 2  # only who was accepted has a decision clock
    untouched = firms[0].person.see(firms[0].case)  # type: ignore[attr-defined]
    assert untouched["release"] == faulty
    place = f"/v1/migrations/{dry['migration_id']}"
    both = api.person("person:demo-admin", "admin", "releaser")
    refused(both.post(f"{place}/approvals", {}), 403, "author-does-not-release")
    refused(api.admin.post(f"{place}/approvals", {}), 403, "author-does-not-release")
    done = api.releaser.awaited(api.releaser.post(f"{place}/approvals", {}), 240)
    assert done["run"]["found"] == {"moved": count}
    assert done["run"]["deadlines_moved"] == dry["dry_run"]["deadlines_moved"]
    refused(api.releaser.post(f"{place}/approvals", {}), 409, "already-approved")
    _all_moved(api, firms, mended, good)


def _all_moved(api: Api, firms: list[Firm], mended: str, good: str) -> None:
    for number, firm in enumerate(firms[:40]):
        case = firm.person.see(firm.case)  # type: ignore[attr-defined]
        events = firm.person.events(case)
        assert case["release"] == mended
        assert [event["type"] for event in events].count("case.migrated") == 1
        assert all(a["hash"] == b["prev_hash"] for a, b in pairwise(events))
        if number % 2:
            assert clocks_of(case)["decision"]["budget"] == 20
    walk(api, firms[1].case, [PROPOSE])  # type: ignore[attr-defined]
    assert good


def test_running_cases_leave_a_faulty_release_by_two_people_after_a_dry_run(api: Api) -> None:
    migrate(api, CASES)


@pytest.mark.proof
@pytest.mark.timeout(600)
def test_five_hundred_cases_leave_a_faulty_release(api: Api) -> None:
    migrate(api, MANY)


def test_there_is_nothing_to_move_where_nobody_runs(api: Api) -> None:
    time.sleep(5.2)  # the catalogue's freshness
    now = ok(api.anybody.get(f"/v1/items/{FOOD}"))["release"]
    refused(
        api.admin.post("/v1/migrations", {"item": FOOD, "from": now, **REASON}), 409, "nothing-to-migrate"
    )
    refused(
        api.admin.post("/v1/migrations", {"item": FOOD, "from": now, "reason": " "}), 422, "reason-missing"
    )
    refused(api.admin.get("/v1/migrations/mig_nothing"), 404, "not-found")
