"""What officials change: one writes, the gate judges, another releases; what runs goes on as it began."""

from __future__ import annotations

import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.builders import (
    ACCEPT,
    ESTABLISHMENT,
    FOOD,
    GRANT,
    PASS,
    PROPOSE,
    SERVE,
    Api,
    Firm,
    application,
    new_uscc,
    ok,
    refused,
    walk,
)
from tests.builders_releases import FRESH, ITEM, Change, as_it_was, described, draft, hash_of, release

__all__ = ["as_it_was"]
pytestmark = pytest.mark.stack

PROCESS = "/v1/definitions/processes/approval"


def test_one_writes_the_gate_judges_and_another_releases(api: Api) -> None:
    path = draft(api, ITEM, described("先改一句"))
    changed = ok(api.admin.get(f"{path}/differences"))["differences"]
    assert [one["pointer"] for one in changed] == ["/description/en", "/description/zh"]
    check = api.admin.post(f"{path}/checks", {})
    done = api.admin.awaited(check)
    assert (done["status"], done["items"]) == ("passed", [FOOD])
    both = api.person("person:demo-admin", "admin", "releaser")
    refused(both.post(f"{path}/releases", {}), 403, "author-is-releaser")
    refused(api.admin.post(f"{path}/releases", {}), 403, "author-is-releaser")
    refused(api.staff("head").post(f"{path}/releases", {}), 403, "not-your-definition")
    act = ok(api.releaser.post(f"{path}/releases", {"note": "修改说明"}), 201)
    assert (act["by"], act["changes"], act["note"]) == ("person:demo-releaser", [f"items/{FOOD}"], "修改说明")
    refused(api.admin.get(path), 404, "not-found")  # used up
    told = ok(api.releaser.get("/v1/release-sets?limit=1"))["history"][0]
    assert (told["id"], told["drafts"][0]["authors"]) == (act["id"], ["person:demo-admin"])


def test_officials_without_the_role_change_nothing(api: Api) -> None:
    body = ok(api.admin.get(ITEM))["definition"]
    refused(api.staff("head").post(f"{ITEM}/drafts", {"body": body}), 403, "not-your-definition")
    for other in (api.releaser, Firm(api).person):
        refused(other.post(f"{ITEM}/drafts", {"body": body}), 403, "forbidden")
    refused(api.anybody.get(ITEM), 401, "sign-in-needed")
    refused(Firm(api).person.get(ITEM), 403, "forbidden")


def test_a_draft_is_saved_over_the_version_that_was_read(api: Api) -> None:
    path = draft(api, ITEM, described("两人同改"))
    seen = api.admin.get(path)
    body = seen.json()["body"]
    ok(api.admin.put(path, {"body": body}, if_match=seen.headers["etag"]))
    refused(api.admin.put(path, {"body": body}, if_match=seen.headers["etag"]), 412, "draft-changed")
    refused(api.admin.put(path, {"body": body}), 400, "if-match-missing")
    ok(api.admin.delete(path, if_match='"2"'), 204)


def test_a_draft_begun_before_another_release_does_not_undo_it(api: Api) -> None:
    late = draft(api, ITEM, described("晚到的草稿"))
    release(api, described("先到的发布"))
    refused(api.releaser.post(f"{late}/releases", {}), 409, "draft-outdated")
    body = ok(api.admin.get(late))["body"]
    ok(api.admin.put(late, {"body": body, "rebase": True}, if_match='"1"'))
    ok(api.releaser.post(f"{late}/releases", {}), 201)


def test_a_running_case_keeps_its_release_through_two_newer_ones(api: Api) -> None:
    firm = Firm(api)
    case = firm.applies()
    release(api, described("第一次修改"))
    newest = hash_of(
        release(api, lambda body: body.update(title={"zh": "食品经营许可(新)", "en": "Food (new)"}))
    )
    assert newest != case["release"]
    ended = walk(api, case, [ACCEPT, PROPOSE, PASS, GRANT, SERVE])
    assert (ended["release"], ended["title"]["zh"]) == (case["release"], "食品经营许可")
    assert {event["release"] for event in firm.person.events(case)} == {case["release"]}
    for document in firm.person.documents(case).values():  # lesson 13: the receipt names what was filled in
        assert "(新)" not in document["text"]["zh"]
    later = Firm(api).applies()
    assert (later["release"], later["title"]["zh"]) == (newest, "食品经营许可(新)")


def test_after_a_republication_old_and_new_drafts_both_submit(api: Api) -> None:
    """Lesson 26: a field is removed, another gets another type."""
    old, new = Firm(api), Firm(api)
    before = application(FOOD, old.uscc)
    kept = ok(old.person.post(f"/v1/items/{FOOD}/drafts", before), 201)

    def change(body: dict[str, Any]) -> None:
        fields = body["form"]["properties"]
        del fields["inspection_window"]
        fields["safety_officer_level"] |= {"type": "integer", "enum": [1, 2, 3]}
        fields["safety_officer_level"].pop("x-labels", None)
        fields["safety_officer_level"].pop("x-enum-titles", None)
        for example in body["examples"]:
            example["form"].pop("inspection_window", None)
            example["form"].update(
                {"safety_officer_level": 1} if "safety_officer_level" in example["form"] else {}
            )

    act = release(api, change)
    newest = hash_of(act)
    case = ok(old.person.submit(FOOD, {"draft_id": kept["draft_id"]}), 201)
    assert (case["release"], case["form"]["safety_officer_level"]) == (kept["release"], "officer")
    body = application(FOOD, new.uscc, safety_officer_level=1)
    del body["form"]["inspection_window"]
    refused(new.person.submit(FOOD, application(FOOD, new.uscc)), 422, "form-invalid")  # the old form, today
    fresh = ok(new.person.post(f"/v1/items/{FOOD}/drafts", body), 201)
    assert ok(new.person.submit(FOOD, {"draft_id": fresh["draft_id"]}), 201)["release"] == newest
    walk(api, case, [ACCEPT])
    back = {"to": act["from_set"], "reason": "表单改回"}
    ok(api.releaser.post("/v1/release-sets/rollbacks", back), 201)


def test_only_a_draft_names_an_older_release(api: Api) -> None:
    """Otherwise anybody could apply under a form that was replaced because it was wrong."""
    firm = Firm(api)
    body = application(FOOD, firm.uscc) | {"release": ok(api.anybody.get(f"/v1/items/{FOOD}"))["release"]}
    (error,) = refused(firm.person.submit(FOOD, body), 422, "body-invalid")["errors"]
    assert (error["pointer"], error["code"]) == ("/release", "additionalProperties")


def everywhere(api: Api, calls: int = 24) -> dict[str, set[str]]:
    """The releases that are answered now, each by which workers, as many as so many calls at once bring out."""
    found: dict[str, set[str]] = defaultdict(set)
    with ThreadPoolExecutor(12) as pool:
        for answer in pool.map(lambda _: api.anybody.get(f"/v1/items/{FOOD}"), range(calls)):
            found[ok(answer)["release"]].add(answer.headers["x-worker"])
    return found


def test_every_warm_worker_shows_a_release_five_seconds_after_it(api: Api) -> None:
    time.sleep(FRESH + 0.3)
    (warm,) = everywhere(api, 48).values()
    assert len(warm) >= 4
    newest = hash_of(release(api, described("五秒之内")))
    released = time.monotonic()
    seen = everywhere(api)
    time.sleep(max(0.0, FRESH + 0.2 - (time.monotonic() - released)))
    after = everywhere(api, 48)
    assert set(after) == {newest}
    assert len(after[newest] & warm) >= 4  # workers that had shown the former release
    assert len(seen) <= 2


def test_a_hard_stop_holds_at_once_whatever_the_workers_remember(api: Api) -> None:
    """Lesson 10: a disabled programme still took applications."""
    founder = api.person("person:demo-founder")
    running = ok(founder.submit(ESTABLISHMENT, application(ESTABLISHMENT, new_uscc())), 201)
    path = f"/v1/items/{ESTABLISHMENT}/stop"
    refused(api.staff("head").put(path, {"reason": "故障"}), 403, "not-your-definition")
    refused(api.admin.put(path, {"reason": " "}), 422, "reason-missing")
    ok(api.admin.put(path, {"reason": "系统故障"}))
    try:
        bodies = [application(ESTABLISHMENT, new_uscc()) for _ in range(8)]
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda body: founder.submit(ESTABLISHMENT, body), bodies))
        assert {answer.status_code for answer in answers} == {409}
        assert refused(answers[0], 409, "item-stopped")["reason"] == "系统故障"
        walk(api, running, [ACCEPT])  # what runs goes on
    finally:
        ok(api.admin.delete(path, {"reason": "已恢复"}))
    ok(founder.submit(ESTABLISHMENT, application(ESTABLISHMENT, new_uscc())), 201)


def test_a_roll_back_leads_new_cases_to_the_former_release(api: Api) -> None:
    act = release(api, described("将被撤回的修改"))
    running = Firm(api).applies()
    assert running["release"] == hash_of(act)
    refused(api.admin.post("/v1/release-sets/rollbacks", {"to": 1, "reason": "x"}), 403, "forbidden")
    refused(
        api.releaser.post("/v1/release-sets/rollbacks", {"to": 10**6, "reason": "x"}), 409, "no-such-rollback"
    )
    back = ok(api.releaser.post("/v1/release-sets/rollbacks", {"to": act["from_set"], "reason": "有误"}), 201)
    assert back["set"] == act["from_set"]
    states = {
        one["set"]: one["state"]
        for one in ok(api.releaser.get("/v1/release-sets"))["history"]
        if "state" in one
    }
    assert back["state"] != act["state"]
    assert states.get(back["set"], back["state"]) == back["state"]  # what is in force is what was in force
    assert Firm(api).applies()["release"] != running["release"]
    assert walk(api, running, [ACCEPT])["release"] == running["release"]


def limbo(body: dict[str, Any]) -> None:
    """A state that is entered and never left, and waits for the window."""
    states = body["chart"]["states"]["open"]["states"]
    states["limbo"] = {}
    states["examining"]["transitions"].append({"event": "void", "target": "limbo"})
    states["examining"]["transitions"] = [
        one for one in states["examining"]["transitions"] if one != {"event": "void", "target": "voided"}
    ]
    body["states"]["limbo"] = {
        "title": {"zh": "搁置", "en": "Limbo"},
        "order": 45,
        "waits_for": "post:window",
    }


@pytest.mark.parametrize(
    ("path", "change", "code", "pointer"),
    [
        (PROCESS, limbo, "dead-end", "/chart/states/open/states/limbo"),
        (ITEM, lambda body: body.update(process="nothing"), "dangling-reference", "/process"),
    ],
    ids=["dead end", "dangling reference"],
)
def test_the_gate_refuses_and_says_where_and_why_in_both_languages(
    api: Api, path: str, change: Change, code: str, pointer: str
) -> None:
    where = draft(api, path, change)
    check = api.admin.awaited(api.admin.post(f"{where}/checks", {}))
    assert check["status"] == "failed"
    body = refused(api.releaser.post(f"{where}/releases", {}), 422, "gate-refused")
    for found in (check["findings"], body["errors"]):
        (one,) = [finding for finding in found if finding["pointer"] == pointer and code in finding["code"]]
        assert one["params"]["definition"] in path
    said = next(one for one in body["errors"] if one["pointer"] == pointer)
    assert set(said["messages"]) == {"zh", "en"}
    assert all(said["messages"].values())
    ok(api.admin.delete(where, if_match='"1"'), 204)
