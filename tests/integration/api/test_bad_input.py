"""Whatever is sent, the answer says what was wrong, where, in the caller's language; it is never a 500."""

from __future__ import annotations

import json
import random  # noqa: TID251 — a fixed seed
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.builders import FOOD, GAPS, Api, Firm, Person, application, new_key, ok, refused

pytestmark = pytest.mark.stack

CASES, ITEM = f"/v1/items/{FOOD}/cases", f"/v1/definitions/items/{FOOD}"
RECORD = "/v1/registers/clearances/records/91430112MA4DEM010Y"

TEXT, OBJECT = (5, True, None, [], {}), (5, "x", True, None, [])
OBJECTS, TEXTS = (5, "x", {}, None, [1], ["x"]), (5, "x", {}, None, [1], [{}])
FLAG, NUMBER = ("true", 1, None, []), ("1", True, None, [])

# (method, path) → every member of the body → values of a wrong type. {case}, {draft}, {app} are filled in.
BODIES: dict[tuple[str, str], dict[str, tuple[Any, ...]]] = {
    ("POST", CASES): {"form": OBJECT, "materials": OBJECTS, "parties": OBJECTS, "draft_id": TEXT},
    ("POST", "/v1/cases/{case}/moves"): {"move": TEXT, "input": OBJECT},
    ("POST", "/v1/cases/{case}/disclosures"): {"purpose": TEXT},
    ("PUT", "/v1/cases/{case}/claim"): {"to": TEXT},
    ("POST", f"/v1/items/{FOOD}/drafts"): {"form": OBJECT, "materials": OBJECTS, "parties": OBJECTS},
    ("PUT", "/v1/drafts/{app}"): {"form": OBJECT, "materials": OBJECTS, "parties": OBJECTS},
    ("PUT", RECORD): {"valid_from": TEXT},
    ("PUT", f"{ITEM}/drafts/{{draft}}"): {"rebase": FLAG},
    ("POST", f"{ITEM}/drafts/{{draft}}/checks"): {"with": TEXTS},
    ("POST", f"{ITEM}/drafts/{{draft}}/releases"): {"with": TEXTS, "note": TEXT},
    ("POST", f"{ITEM}/drafts/{{draft}}/schedules"): {"due": TEXT, "with": TEXTS, "note": TEXT},
    ("POST", "/v1/release-sets/rollbacks"): {"to": NUMBER, "reason": TEXT},
    ("PUT", f"/v1/items/{FOOD}/stop"): {"reason": TEXT},
    ("DELETE", f"/v1/items/{FOOD}/stop"): {"reason": TEXT},
    ("PUT", "/v1/switches/submissions"): {"reason": TEXT},
    ("DELETE", "/v1/switches/submissions"): {"reason": TEXT},
    ("POST", "/v1/rules/food-licence-limit/trials"): {"facts": OBJECT, "on": TEXT},
}
WRONG = [(*call, member, value) for call, members in BODIES.items() for member, values in members.items()
         for value in values]  # fmt: skip


@pytest.fixture(scope="module")
def places(api: Api) -> dict[str, str]:
    api.be_on("2026-03-02")
    firm = Firm(api)
    body = ok(api.admin.get(ITEM))["definition"]
    return {
        "case": firm.applies()["case_id"],
        "app": ok(firm.person.post(f"/v1/items/{FOOD}/drafts", {"form": {}}), 201)["draft_id"],
        "draft": ok(api.admin.post(f"{ITEM}/drafts", {"body": body}), 201)["draft_id"],
        "firm": firm.uscc,
    }


def caller(api: Api, path: str, places: dict[str, str]) -> Person:
    """Whoever may make this call with a right body."""
    if "definitions" in path or "release" in path or "stop" in path or "switches" in path or "rules" in path:
        return api.person("person:demo-chief", "admin", "releaser")
    if "registers" in path:
        return api.staff("tax-handler")
    if "claim" in path or "disclosures" in path or "moves" in path:
        return api.staff("window")
    return Firm(api, places["firm"]).person


def problem(answer: httpx.Response) -> dict[str, Any]:
    """An RFC 9457 problem with its code and both languages; nothing of the inside."""
    assert 400 <= answer.status_code < 500, (answer.request.method, answer.request.url, answer.text[:500])
    body: dict[str, Any] = answer.json()
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert {"type", "title", "status", "code"} <= body.keys(), body
    assert body["status"] == answer.status_code
    assert "Traceback" not in answer.text
    return body


@pytest.mark.parametrize(("method", "path", "member", "value"), WRONG, ids=lambda one: str(one)[:40])
def test_a_member_of_a_wrong_type_is_pointed_at(
    api: Api, places: dict[str, str], method: str, path: str, member: str, value: Any
) -> None:
    person = caller(api, path, places)
    answer = person.call(method, path.format(**places), {member: value}, key=new_key(), if_match='"1"')
    body = problem(answer)
    assert (body["status"], body["code"]) == (422, "body-invalid")
    assert (f"/{member}", "type") in {(one["pointer"], one["code"]) for one in body["errors"]}


@pytest.mark.parametrize(("method", "path"), BODIES, ids=lambda one: str(one)[:60])
def test_what_nobody_asked_for_is_refused_and_a_body_is_an_object(
    api: Api, places: dict[str, str], method: str, path: str
) -> None:
    person, where = caller(api, path, places), path.format(**places)
    body = problem(person.call(method, where, {"colour": "red"}, key=new_key(), if_match='"1"'))
    assert "/colour" in [one["pointer"] for one in body["errors"]]
    for whole in ([], "x", 5, True):
        assert problem(person.call(method, where, whole, key=new_key(), if_match='"1"'))["status"] == 422


def test_a_problem_is_said_in_the_callers_language_and_always_in_both(api: Api) -> None:
    firm = Firm(api)
    for wanted, spoken in (("en", "en"), ("en-GB,zh;q=0.5", "en"), ("zh-CN", "zh"), ("fr", "zh"), ("", "zh")):
        answer = firm.person.post(CASES, {"form": {}}, key=new_key(), accept_language=wanted)
        body = problem(answer)
        assert answer.headers["content-language"] == spoken
        assert body["title"] == body["detail"] == body["messages"][spoken]
        assert body["errors"][0]["message"] == body["errors"][0]["messages"][spoken]
        assert body["messages"] == {"zh": "申请表填写有误", "en": "the form is not filled in correctly"}
        assert body["instance"].startswith("urn:request:")


def test_every_error_of_a_form_is_told_at_once_with_place_and_keyword(api: Api) -> None:
    firm = Firm(api)
    body = application(FOOD, firm.uscc, food_category="sushi", online="no", colour="red")
    body["form"]["legal_representative"]["mobile"] = "12"
    body["form"]["premises"]["area_sqm"] = -1
    del body["form"]["declaration"]
    errors = refused(firm.person.submit(FOOD, body), 422, "form-invalid")["errors"]
    told = {(one["pointer"], one["code"]) for one in errors}
    assert told >= {
        ("/food_category", "enum"), ("/online", "type"), ("/colour", "additionalProperties"),
        ("/legal_representative/mobile", "format"), ("/declaration", "required"),
    }  # fmt: skip
    assert "/premises/area_sqm" in {pointer for pointer, _ in told}
    assert all(one["messages"]["zh"] and one["messages"]["en"] for one in errors)


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"", 422, "form-invalid"), (b"{", 400, "body-not-json"), (b"\xff\xfe", 400, "body-not-json"),
        (b"[" * 40 + b"]" * 40, 400, "body-too-deep"), (b'{"form":{"a":1.5}}', 422, "not-canonical"),
        (b'{"form":{"a":9007199254740993}}', 422, "not-canonical"),
        (b'{"form":{"\xe5\x90\x8d":1}}', 422, "not-canonical"), (b'{"form":{"a":NaN}}', 400, "body-not-json"),
        (b'{"form":{"a":"e\xcc\x81"}}', 422, "not-canonical"),
        (b'{"form":{"a":"' + b"x" * 262_144 + b'"}}', 413, "body-too-large"),
    ],
    ids=["empty", "half", "not-utf8", "deep", "float", "huge-integer", "chinese-key", "nan", "not-nfc", "large"],
)  # fmt: skip
def test_a_body_that_is_no_canonical_json_is_refused(api: Api, raw: bytes, status: int, code: str) -> None:
    headers = Firm(api).person.headers | {"Content-Type": "application/json", "Idempotency-Key": new_key()}
    answer = api.http.post(CASES, content=raw, headers=headers)
    assert (answer.status_code, problem(answer)["code"]) == (status, code)


@pytest.mark.parametrize(
    "materials",
    [
        [{"id": "nothing"}], [{"id": "layout-plan"}, {"id": "layout-plan"}], [{}], [{"id": 5}], [{"id": None}],
        [{"id": ["layout-plan"]}], [{"id": "layout-plan", "mode": "telepathy"}], [{"id": "layout-plan", "mode": []}],
        [{"id": "layout-plan", "file": "x"}],
    ],
)  # fmt: skip
def test_materials_that_are_not_as_declared_are_refused(api: Api, materials: list[Any]) -> None:
    firm = Firm(api)
    body = application(FOOD, firm.uscc) | {"materials": materials}
    errors = refused(firm.person.submit(FOOD, body), 422, "materials-invalid")["errors"]
    assert all(one["pointer"].startswith("/materials/") for one in errors)


@pytest.mark.parametrize(
    "party",
    [
        {"role": "witness", "subject": "person:x"}, {"role": 5, "subject": "person:x"}, {}, {"role": "x"},
        {"role": "witness", "subject": {}}, {"role": "witness", "subject": "nobody"},
        {"role": "witness", "subject": "person:x", "name": []}, {"role": "witness", "subject": "person:x", "iq": 1},
    ],
)  # fmt: skip
def test_parties_that_an_item_does_not_know_are_refused(api: Api, party: dict[str, Any]) -> None:
    firm = Firm(api)
    body = application(FOOD, firm.uscc) | {"parties": [party]}
    errors = refused(firm.person.submit(FOOD, body), 422, "parties-invalid")["errors"]
    assert all(one["pointer"].startswith("/parties/") for one in errors)


@pytest.mark.parametrize("given", [{"form": 5}, {"materials": 5}, {"materials": [{}]}, {"materials": ["nothing"]},
                                   {"materials": [5]}, {"form": {}}, {"note": ""}, {"colour": "red"}])  # fmt: skip
def test_what_comes_back_from_a_correction_is_checked_like_what_came_first(
    api: Api, given: dict[str, Any]
) -> None:
    firm = Firm(api)
    case = firm.applies()
    ok(api.staff("window").move(case, "request_correction", GAPS))
    assert problem(firm.person.move(case, "resubmit", given))["status"] == 422
    assert firm.person.see(case)["seq"] == 2


LISTS = ("/v1/cases", "/v1/queues/market-regulation.food", "/v1/registers/enterprises/records", "/v1/items",
         "/v1/release-sets", "/v1/drafts-of-definitions", "/v1/definitions/items")  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
def test_limits_and_cursors_that_were_never_given_out_are_refused(api: Api, path: str) -> None:
    person = api.person("person:demo-window", "staff", "admin")
    for limit in ("0", "101", "-1", "x", "1.5", "", "%C2%B2", "9" * 5000, "1e1"):
        assert problem(person.get(f"{path}?limit={limit}"))["code"] == "limit-invalid"
    for after in ("%00", "%E4%B8%AD", "x" * 5000, "%0A"):
        answer = person.get(f"{path}?after={after}")
        assert answer.status_code in (200, 422), (after, answer.text)
    if path.startswith(("/v1/cases", "/v1/queues", "/v1/registers")):
        for place in (b"zzz", b"5#", b"-1/x", b"x/", b"1", "中".encode()):  # as they are, and well dressed
            for after in (quote(place), urlsafe_b64encode(place).decode().rstrip("=")):
                assert problem(person.get(f"{path}?after={after}"))["code"] == "cursor-invalid"


def test_a_sequence_number_is_a_number(api: Api, places: dict[str, str]) -> None:
    for after in ("x", "-1", "%C2%B2", "9" * 5000, "1.0"):
        answer = api.staff("window").get(f"/v1/cases/{places['case']}/events?after={after}")
        assert problem(answer)["code"] == "cursor-invalid"
    for tag in ("x", '"abc"', '"' + "9" * 5000 + '"', '"-1"'):
        answer = api.staff("window").move(places["case"], "accept", if_match=tag)
        assert problem(answer)["code"] == "changed-since"


@pytest.mark.parametrize("path", [
    "/v1/cases/{0}", "/v1/cases/{0}/events", "/v1/items/{0}", "/v1/drafts/{0}", "/v1/checks/{0}", "/v1/queues/{0}",
    "/v1/registers/{0}/records", "/v1/registers/enterprises/records/{0}", "/v1/definitions/{0}", "/v1/{0}",
    "/v1/definitions/items/{0}", "/v1/definitions/items/{0}/drafts/{0}",
])  # fmt: skip
def test_ids_that_are_no_ids_are_not_found(api: Api, path: str) -> None:
    person = api.person("person:demo-window", "staff", "admin")
    for identity in ("x" * 3000, "%E4%B8%AD", "%00", "a%2Fb", "%20", "N%23MR", "'--", "{}", "cas_"):
        problem(person.get(path.format(identity)))


def test_days_that_do_not_exist_are_refused(api: Api) -> None:
    for query in ("from=9999-12-31&days=2000", "from=9999-12-31&days=9&unit=calendar_day", "from=x&days=1", "days=1",
                  "from=2026-02-30&days=1", "from=0001-01-01&days=1", "from=2026-03-02&days=-1", "from=2026-03-02",
                  "from=2026-03-02&days=1&unit=moon"):  # fmt: skip
        problem(api.anybody.get(f"/v1/calendars/cn-2026/deadlines?{query}"))


def test_three_hundred_mangled_calls_are_never_answered_by_a_500(api: Api, places: dict[str, str]) -> None:
    chance = random.Random(20260302)
    scraps = (
        None,
        True,
        0,
        -1,
        2**53,
        1.5,
        "",
        "x" * 3000,
        "\x00",
        "中",
        [],
        [[]],
        {},
        {"": 1},
        {"a": {"b": []}},
    )

    def mangled(value: Any, depth: int = 0) -> Any:
        if chance.random() < 0.15 or depth > 5:
            return chance.choice(scraps)
        if isinstance(value, dict):
            kept = {name: mangled(one, depth + 1) for name, one in value.items() if chance.random() > 0.05}
            return kept | ({"extra": chance.choice(scraps)} if chance.random() < 0.05 else {})
        return [mangled(one, depth + 1) for one in value] if isinstance(value, list) else value

    clearance = {"uscc": "91430112MA4DEM010Y", "tax": "cleared", "missing": [{"body": "tax", "what": "a"}]}
    right = {
        CASES: application(FOOD, places["firm"])
        | {"parties": [{"role": "applicant", "subject": "person:x"}]},
        "/v1/cases/{case}/moves": {"move": "request_correction", "input": GAPS},
        RECORD: {"body": clearance},
    }
    calls = []
    for _ in range(300):
        method, path = chance.choice(list(BODIES))
        if "release" in path or "stop" in path or "switches" in path:
            method, path = chance.choice(
                [("POST", CASES), ("POST", "/v1/cases/{case}/moves"), ("PUT", RECORD)]
            )
        body = mangled(right.get(path, dict.fromkeys(BODIES[method, path], "x")))
        calls.append((caller(api, path, places), method, path.format(**places), body))

    def send(call: tuple[Person, str, str, Any]) -> tuple[int, str]:
        person, method, path, body = call
        raw = json.dumps(body, ensure_ascii=False).encode()
        headers = person.headers | {
            "Content-Type": "application/json",
            "Idempotency-Key": new_key(),
            "If-Match": '"1"',
        }
        answer = api.http.request(method, path, content=raw, headers=headers)
        return answer.status_code, f"{method} {path} {raw[:300]!r} {answer.text[:300]}"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, calls))
    assert [told for status, told in answers if status >= 500] == []
    assert sum(400 <= status < 500 for status, _ in answers) > 200
