"""Links in use, over HTTP: a closed case taken up again, a project's dossier by one code, where something is used."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs

from chalicelib.edges import openapi
from tests.builders import application
from tests.builders_app import Answer, House

REPORT, PLEDGE = "street-report", "movable-asset-pledge"
CODE = "91430112MA4DEM010Y"
ANNA, BO, BANK = f"enterprise:{CODE}", "enterprise:91430112MA4DEM07WU", "enterprise:91430112P000002010"
WINDOW, HANDLER, HEAD = "person:demo-urban-window", "person:demo-urban-handler", "person:demo-urban-head"
RECEIPT = "X-Receipt-Code"
DAY = 86_400_000


def headers(up: House, who: str | None, key: str = "", code: str = "") -> dict[str, str]:
    role = "citizen" if (who or "").startswith("enterprise:") else "staff"
    said = {**(up.bearer(who, role) if who else {})}
    return said | ({"Idempotency-Key": key} if key else {}) | ({RECEIPT: code} if code else {})


def submits(
    up: House, item: str, who: str | None = ANNA, key: str = "k", parties: Any = (), **changed: Any
) -> Any:
    body = application(item, (who or ANNA).partition(":")[2])
    for name, value in changed.items():
        body["form"][name] = {**body["form"][name], **value} if isinstance(value, dict) else value
    if parties:
        body["parties"] = list(parties)
    answer = up.call("POST", f"/v1/items/{item}/cases", body, headers(up, who, key))
    assert answer.status == 201, answer.text
    return answer.json()


def does(up: House, case_id: str, who: str | None, move: str, given: Any = None, code: str = "") -> Any:
    answer = up.call(
        "POST",
        f"/v1/cases/{case_id}/moves",
        {"move": move, "input": given or {}},
        headers(up, who, code=code),
    )
    assert answer.status == 200, answer.text
    return answer.json()


def gets(up: House, path: str, who: str | None = ANNA, code: str = "") -> Answer:
    return up.call("GET", path, None, headers(up, who, code=code))


def closed(up: House, who: str | None = ANNA, key: str = "k") -> Any:
    """A street report that was dealt with and is over."""
    case = submits(up, REPORT, who, key)
    does(up, case["case_id"], WINDOW, "dispatch")
    does(up, case["case_id"], HANDLER, "sign")
    does(up, case["case_id"], HANDLER, "reply", {"reply": "已责令改正"})
    code = case.get("receipt_code", "")
    assert does(up, case["case_id"], who, "confirm", code=code)["outcome"] == "closed"
    return case


def reopens(up: House, case_id: str, who: str | None, key: str = "r", code: str = "", **body: Any) -> Answer:
    asked = {"rel": "reopens", "reason": "又出现了", **body}
    return up.call("POST", f"/v1/cases/{case_id}/successors", asked, headers(up, who, key, code))


def fits(up: House, answer: Answer, schema: str) -> None:
    """The answer is as the API describes it."""
    document = openapi.document(up.app.catalogue)
    registry = jsonschema_rs.Registry([("urn:api", document)])
    judge = jsonschema_rs.Draft202012Validator(
        {"$ref": f"urn:api#/components/schemas/{schema}"}, registry=registry, offline=True
    )
    assert [one.message for one in judge.iter_errors(answer.json())] == []


# —— reopening


def test_a_closed_case_is_taken_up_again_as_a_new_one_and_stays_as_it_was(up: House) -> None:
    old = closed(up)
    before = up.app.kit.cases.load(old["case_id"])
    answer = reopens(up, old["case_id"], ANNA)
    assert answer.status == 201, answer.text
    new = answer.json()
    assert (new["state"][0]["id"], new["item_id"]) == ("received", REPORT)
    assert new["form"] == gets(up, f"/v1/cases/{old['case_id']}").json()["form"]
    assert new["number"] != old["number"]
    after = up.app.kit.cases.load(old["case_id"])
    assert (after.case, after.chain) == (before.case, before.chain)
    assert up.app.kit.cases.verify(old["case_id"]).holds
    (link,) = gets(up, f"/v1/cases/{new['case_id']}/links").json()["links"]
    assert (link["rel"], link["direction"], link["case_id"]) == ("reopens", "to", old["case_id"])
    assert link["relation"]["en"] == "Reopens"
    (first, *_) = gets(up, f"/v1/cases/{new['case_id']}/events").json()["events"]
    assert (first["data"]["input"]["reason"], first["data"]["follows"]) == ("又出现了", old["case_id"])


def test_the_same_request_twice_reopens_once_and_another_is_told_so(up: House) -> None:
    old = closed(up)
    first, again = reopens(up, old["case_id"], ANNA), reopens(up, old["case_id"], ANNA)
    assert (again.status, again.json()["case_id"]) == (201, first.json()["case_id"])
    assert again.headers["idempotency-replayed"] == "true"
    assert reopens(up, old["case_id"], ANNA, key="other").code == "already-reopened"


def test_who_may_not_reopen_a_case_and_what_may_not_be_reopened(up: House) -> None:
    old, running = closed(up), submits(up, REPORT, key="open")
    assert reopens(up, old["case_id"], BO).status == 404
    assert reopens(up, old["case_id"], HANDLER).status == 403
    assert reopens(up, old["case_id"], None).status == 401
    assert reopens(up, running["case_id"], ANNA).code == "not-reopenable"
    assert reopens(up, old["case_id"], ANNA, rel="about").code == "not-reopenable"
    assert reopens(up, old["case_id"], ANNA, form={"matter": 7}).code == "form-invalid"
    assert reopens(up, old["case_id"], ANNA, reason=" ").status == 422
    up.app.at += 31 * DAY
    assert reopens(up, old["case_id"], ANNA).code == "reopen-too-late"


def test_an_unnamed_report_is_reopened_by_its_receipt_code_and_goes_on_under_it(up: House) -> None:
    old = closed(up, None)
    code = old["receipt_code"]
    answer = reopens(up, old["case_id"], None, code=code)
    assert (answer.status, "receipt_code" in answer.json()) == (201, False)
    assert gets(up, f"/v1/cases/{answer.json()['case_id']}", None, code).status == 200
    assert gets(up, f"/v1/cases/{answer.json()['case_id']}", None, "another").status == 401


def test_what_is_other_now_is_said_in_the_form(up: House) -> None:
    old = closed(up)
    new = reopens(up, old["case_id"], ANNA, form={"story": "这一次是在早上。"}).json()
    assert new["form"]["story"] == "这一次是在早上。"
    assert new["form"]["matter"] == gets(up, f"/v1/cases/{old['case_id']}").json()["form"]["matter"]


# —— a project's dossier, and where a record is used

PROJECT = "2603-430112-04-01-000777"
AT = f"/v1/registers/investment-projects/records/{PROJECT}"


def project(up: House, item: str, who: str = ANNA, key: str = "") -> Any:
    return submits(up, item, who, key or f"{item} {who}", project={"code": PROJECT})


def numbers(answer: Answer, member: str = "members") -> set[str]:
    assert answer.status == 200, answer.text
    return {one["number"] for one in answer.json()[member]}


def test_a_project_has_one_dossier_over_departments_and_everybody_sees_their_own_part(up: House) -> None:
    filing, permit = project(up, "investment-project-filing"), project(up, "construction-permit")
    other = project(up, "construction-permit", BO)
    dossier = gets(up, f"{AT}/dossier")
    assert numbers(dossier) == {filing["number"], permit["number"]}
    assert len({one["department"] for one in dossier.json()["members"]}) == 2
    assert numbers(gets(up, f"{AT}/dossier", BO)) == {other["number"]}
    assert gets(up, f"{AT}/dossier", None).status == 401
    for hidden in (filing["case_id"], permit["case_id"], filing["number"]):
        assert hidden not in gets(up, f"{AT}/dossier", BO).text
    fits(up, dossier, "Dossier")
    assert gets(up, AT.replace("000777", "000778") + "/dossier").json()["members"] == []
    assert gets(up, "/v1/registers/no-such/records/x/dossier").status == 404


def test_a_dossier_is_read_page_by_page_and_nothing_is_missed(up: House) -> None:
    all_ = {project(up, "construction-permit", key=f"k{number}")["number"] for number in range(5)}
    for number in range(3):
        project(up, "construction-permit", BO, f"b{number}")
    seen, after, pages = set[str](), "", 0
    while pages < 20:
        page = gets(up, f"{AT}/dossier?limit=2{after}")
        seen |= numbers(page)
        pages += 1
        if page.json()["after"] is None:
            break
        after = f"&after={page.json()['after']}"
    assert (seen, pages >= 3) == (all_, True)
    assert gets(up, f"{AT}/dossier?after=nonsense").code == "cursor-invalid"


def test_where_a_record_is_used_is_told_as_far_as_one_may_see_it(up: House) -> None:
    asset = {"number": "YS-2026-000777"}
    parties = [{"role": "pledgee", "subject": BANK}]
    pledge = submits(up, PLEDGE, parties=parties, asset=asset)
    does(up, pledge["case_id"], BANK, "confirm")
    used = "/v1/registers/movable-assets/records/YS-2026-000777/links"
    for who in (ANNA, BANK):
        (link,) = gets(up, used, who).json()["links"]
        assert (link["rel"], link["direction"], link["number"], link["until"]) == (
            "pledged_to", "to", pledge["number"], None,
        )  # fmt: skip
    assert gets(up, used, BO).json()["links"] == []
    fits(up, gets(up, used), "LinkPage")
    second = submits(up, PLEDGE, BO, parties=parties, asset=asset)
    refused = up.call(
        "POST", f"/v1/cases/{second['case_id']}/moves", {"move": "confirm", "input": {}}, headers(up, BANK)
    )
    assert (refused.status, refused.code) == (409, "link-taken")
    assert pledge["case_id"] not in refused.text
    assert all(refused.json()["messages"].get(language) for language in ("zh", "en"))
    assert ANNA.partition(":")[2] not in refused.text
    does(up, pledge["case_id"], BANK, "release")
    (over,) = gets(up, f"{used}?rel=pledged_to").json()["links"]
    assert over["until"] is not None
    assert does(up, second["case_id"], BANK, "confirm")["state"][0]["id"] == "pledged"
    assert gets(up, f"{used}?rel=about").json()["links"] == []
    assert gets(up, f"{used}?rel=No!").code == "query-invalid"


def test_a_definition_tells_which_reviews_it_passed(up: House) -> None:
    path = "/v1/definitions/items/policy-claim/links"
    admin = up.bearer("person:demo-admin", "admin")
    answer = up.call("GET", path, None, admin)
    assert (answer.status, answer.json()) == (200, {"links": [], "after": None})
    assert up.call("GET", path.replace("policy-claim", "no-such"), None, admin).status == 404
    assert gets(up, path).status == 403
    from chalicelib.domain.change import Link
    from chalicelib.domain.definitions import content_hash
    from chalicelib.stores.link_rows import link_writes

    kit = up.app.kit
    body = kit.catalogue.live(kit.catalogue.pointer(strong=True), "items", "policy-claim")
    review = submits(up, REPORT)
    table = up.app.config.tables.cases
    link = Link(review["case_id"], "reviews", f"definition:{content_hash(body)}", valid_from=up.app.at)
    up.app.dynamo.transact(link_writes(link, table))
    auditor = up.bearer("person:demo-auditor", "auditor")
    (found,) = up.call("GET", path, None, auditor).json()["links"]
    assert (found["case_id"], found["direction"]) == (review["case_id"], "from")
    assert (
        json.dumps(up.call("GET", path, None, admin).json()["links"]) == "[]"
    )  # who may see no case is told of none
