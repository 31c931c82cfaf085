"""What the district knows: records with versions, read as of a day, written by those the register names."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import (
    FOOD,
    GRANT,
    REFUSE,
    SERVE,
    TO_DECISION,
    Api,
    Firm,
    approved_case,
    clearances,
    established,
    new_uscc,
    ok,
    refused,
    walk,
)

pytestmark = pytest.mark.stack

CLEARANCES, ENTERPRISES = "/v1/registers/clearances/records", "/v1/registers/enterprises/records"
LICENCES = "/v1/registers/food-licences/records"


@pytest.fixture(scope="module", autouse=True)
def morning(api: Api) -> None:
    api.be_on("2026-03-02")


@pytest.fixture(scope="module")
def enterprise(api: Api) -> str:
    return established(api)


def test_a_record_is_created_changed_and_read_as_it_was_on_a_day(api: Api) -> None:
    uscc, tax = new_uscc(), api.staff("tax-handler")
    path = f"{CLEARANCES}/{uscc}"
    first = tax.put(path, {"body": {"uscc": uscc, "tax": "outstanding"}, "valid_from": "2026-01-15"})
    assert ok(first, 201)["revision"] == 1
    assert first.headers["etag"] == '"1"'
    second = tax.put(
        path, {"body": {"uscc": uscc, "tax": "cleared"}, "valid_from": "2026-02-20"}, if_match='"1"'
    )
    assert ok(second)["revision"] == 2
    clerk = api.staff("window")
    assert ok(clerk.get(path))["body"]["tax"] == "cleared"
    assert ok(clerk.get(f"{path}?as_of=2026-02-19"))["body"]["tax"] == "outstanding"
    assert ok(clerk.get(f"{path}?as_of=2026-02-20"))["body"]["tax"] == "cleared"
    refused(clerk.get(f"{path}?as_of=2026-01-14"), 404, "record-not-found")
    refused(clerk.get(f"{path}?as_of=yesterday"), 422, "query-invalid")
    versions = ok(clerk.get(f"{path}/versions"))["versions"]
    assert [(one["revision"], one["valid_from"]) for one in versions] == [
        (1, "2026-01-15"),
        (2, "2026-02-20"),
    ]


def test_an_edit_names_the_version_that_was_read(api: Api) -> None:
    uscc, tax = new_uscc(), api.staff("tax-handler")
    path, body = f"{CLEARANCES}/{uscc}", {"body": {"uscc": uscc, "tax": "cleared"}}
    refused(tax.put(path, body, if_match='"1"'), 412, "changed-since")
    ok(tax.put(path, body), 201)
    assert refused(tax.put(path, body), 412, "changed-since")["revision"] == 1
    assert refused(tax.put(path, body, if_match='"7"'), 412, "changed-since")["revision"] == 1
    ok(tax.put(path, body, if_match='"1"'))


def test_a_record_that_does_not_fit_is_refused_with_every_place(api: Api) -> None:
    uscc, tax = new_uscc(), api.staff("tax-handler")
    path = f"{CLEARANCES}/{uscc}"
    wrong = {"uscc": uscc, "tax": "maybe", "bank": 1, "colour": "red"}
    body = refused(tax.put(path, {"body": wrong}), 422, "record-invalid")
    assert {one["pointer"] for one in body["errors"]} == {"/tax", "/bank", "/colour"}
    refused(tax.put(path, {"body": {"uscc": new_uscc()}}), 422, "record-misplaced")
    refused(tax.put(path, {"body": {"uscc": uscc}, "valid_from": "soon"}), 422, "body-invalid")


def test_a_register_is_written_by_whom_it_names(api: Api) -> None:
    uscc = new_uscc()
    body = {"body": {"uscc": uscc, "tax": "cleared"}}
    for other in (api.staff("window"), api.staff("housing-handler"), Firm(api, uscc).person, api.admin):
        refused(other.put(f"{CLEARANCES}/{uscc}", body), 403, "forbidden")
    refused(api.anybody.put(f"{CLEARANCES}/{uscc}", body), 401, "sign-in-needed")
    ok(api.staff("hr-window").put(f"{CLEARANCES}/{uscc}", body), 201)


def test_the_firm_reads_the_record_that_its_own_code_names_and_no_other(api: Api) -> None:
    firm, other = Firm(api), Firm(api)
    ok(clearances(api, firm.uscc), 201)
    assert ok(firm.person.get(f"{CLEARANCES}/{firm.uscc}"))["body"]["tax"] == "cleared"
    refused(other.person.get(f"{CLEARANCES}/{firm.uscc}"), 403, "forbidden")
    refused(api.anybody.get(f"{CLEARANCES}/{firm.uscc}"), 401, "sign-in-needed")
    refused(firm.person.get(CLEARANCES), 403, "forbidden")


def test_what_only_cases_change_no_official_changes(api: Api, enterprise: str) -> None:
    path = f"{ENTERPRISES}/{enterprise}"
    body = ok(api.staff("handler").get(path))["body"] | {"status": "revoked"}
    answer = refused(
        api.staff("handler").put(path, {"body": body}, if_match='"1"'), 409, "changes-only-by-cases"
    )
    assert {"enterprise-establishment", "general-deregistration"} <= set(answer["items"])
    assert ok(api.anybody.get(path))["body"]["status"] == "active"


def test_the_public_sees_the_public_fields_alone(api: Api, enterprise: str) -> None:
    path = f"{ENTERPRISES}/{enterprise}"
    public, whole = ok(api.anybody.get(path)), ok(api.staff("window").get(path))
    assert (public["masked"], whole["masked"]) == (True, False)
    assert set(whole["body"]) - set(public["body"]) == {"legal_representative", "address"}
    assert "王示例" not in api.anybody.get(path).text
    assert "王示例" not in api.anybody.get(f"{path}/versions").text
    assert "王示例" not in api.anybody.get(f"{ENTERPRISES}?limit=100").text
    assert ok(Firm(api, enterprise).person.get(path))["masked"] is False  # its own


def test_a_list_pages_through_every_record_once(api: Api) -> None:
    written = {new_uscc() for _ in range(5)}
    for uscc in written:
        ok(clearances(api, uscc), 201)
    found, after = list[str](), ""
    while after is not None:
        page = ok(api.staff("window").get(f"{CLEARANCES}?limit=3{after and f'&after={after}'}"))
        found += [one["record_id"] for one in page["records"]]
        after = page["after"]
    assert written <= set(found)
    assert len(found) == len(set(found))


def test_unknown_registers_and_records_are_not_found(api: Api) -> None:
    refused(api.staff("window").get("/v1/registers/nothing/records"), 404, "not-found")
    refused(api.staff("window").get(f"{ENTERPRISES}/{new_uscc()}"), 404, "record-not-found")


def test_an_establishment_that_is_granted_puts_the_enterprise_into_the_register(
    api: Api, enterprise: str
) -> None:
    record = ok(api.staff("window").get(f"{ENTERPRISES}/{enterprise}"))
    assert record["revision"] == 1
    assert record["valid_from"] == "2026-03-02"
    assert record["body"] | {"address": None} == {
        "uscc": enterprise, "name": "长沙望城示例餐饮有限公司",
        "enterprise_type": "limited-company", "status": "active",
        "registered_capital_fen": 100000000, "established_on": "2026-03-02", "legal_representative": "王示例",
        "abnormal": False, "serious_illegal": False, "address": None,
    }  # fmt: skip


def test_a_food_licence_that_is_served_stands_in_the_register_of_licences(api: Api) -> None:
    firm = Firm(api)
    number = approved_case(api, firm)["number"]
    record = ok(api.anybody.get(f"{LICENCES}/{number}"))["body"]
    assert record == {
        "licence_number": number, "uscc": firm.uscc, "name": "长沙望城示例餐饮有限公司", "category": "catering",
        "business_items": ["hot", "cold"], "status": "valid", "valid_from": "2026-03-02",
    }  # fmt: skip


@pytest.mark.parametrize(
    "steps", [(*TO_DECISION, GRANT), (*TO_DECISION, REFUSE, SERVE)], ids=["granted", "refused"]
)
def test_no_licence_stands_in_the_register_before_it_is_served_or_when_it_is_refused(
    api: Api, steps: Any
) -> None:
    firm = Firm(api)
    walk(api, case := firm.applies(FOOD), steps)
    refused(api.anybody.get(f"{LICENCES}/{case['number']}"), 404, "record-not-found")
