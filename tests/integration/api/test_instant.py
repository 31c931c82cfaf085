"""What rules decide at once: only when every fact is known, and with the rule's trace in the event."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import (
    ACCEPT,
    DEREGISTRATION,
    ESTABLISHMENT,
    GRANT,
    PASS,
    PROPOSE,
    SERVE,
    Api,
    Firm,
    application,
    clearances,
    clocks_of,
    established,
    moves_of,
    new_uscc,
    ok,
    states,
    walk,
)

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module", autouse=True)
def morning(api: Api) -> None:
    api.be_on("2026-03-02")


@pytest.fixture(scope="module")
def gone(api: Api) -> tuple[Firm, dict[str, Any]]:
    """An enterprise of the register that owes nothing and has asked to be deregistered."""
    uscc = established(api)
    ok(clearances(api, uscc), 201)
    firm = Firm(api, uscc)
    return firm, firm.applies(DEREGISTRATION)


def test_a_firm_that_owes_nothing_is_deregistered_before_the_answer_arrives(
    gone: tuple[Firm, dict[str, Any]],
) -> None:
    firm, case = gone
    assert (case["outcome"], states(case)) == ("completed", ["completed"])
    told = [event["type"] for event in firm.person.events(case)]
    assert told == ["case.submitted", "case.accepted", "case.granted", "case.served"]
    assert case["seq"] == 4


def test_the_event_holds_the_rule_the_row_and_every_fact_that_decided(
    gone: tuple[Firm, dict[str, Any]],
) -> None:
    firm, case = gone
    granted = firm.person.events(case)[2]
    assert granted["actor"] == {"person": "system:rules", "via": "system"}
    trace = granted["data"]["decision"]
    assert (trace["rules"], [row["id"] for row in trace["rows"]]) == ("deregistration-intake", ["all-clear"])
    assert trace["result"]["reason"] == "all-clear"
    assert {fact["id"]: fact["value"] for fact in trace["facts"]} == {
        "debts-outstanding": 0, "enterprise-status": "active", "abnormal-list": False, "serious-illegal-list": False,
    }  # fmt: skip
    assert granted["caused_by"] == firm.person.events(case)[1]["id"]


def test_an_instant_decision_issues_the_same_documents_as_people_do(
    gone: tuple[Firm, dict[str, Any]],
) -> None:
    firm, case = gone
    assert set(firm.person.documents(case)) == {
        "receipt", "acceptance-notice", "decision-grant",
        "service-receipt", "completion-notice", "deregistration-notice",
    }  # fmt: skip


def test_the_register_says_deregistered_from_that_day_and_active_the_day_before(
    api: Api, gone: tuple[Firm, dict[str, Any]]
) -> None:
    firm, _ = gone
    path = f"/v1/registers/enterprises/records/{firm.uscc}"
    now = ok(api.anybody.get(path))
    assert (now["body"]["status"], now["body"]["deregistered_on"]) == ("deregistered", "2026-03-02")
    assert now["revision"] == 2
    versions = ok(api.anybody.get(f"{path}/versions"))["versions"]
    assert [one["body"]["status"] for one in versions] == ["active", "deregistered"]


def test_one_clearance_outstanding_sends_the_case_to_a_person(api: Api) -> None:
    uscc = established(api)
    ok(clearances(api, uscc, tax="outstanding"), 201)
    case = Firm(api, uscc).applies(DEREGISTRATION)
    assert states(case) == ["received"]
    assert "accept" in moves_of(api.staff("window").see(case))
    promised = clocks_of(walk(api, case, [ACCEPT]))["promised"]
    assert (promised["budget"], promised["unit"]) == (10, "working_day")  # 规划一篇·一章·一:即办或10个工作日


def test_a_fact_that_nobody_knows_is_never_taken_for_a_good_one(api: Api) -> None:
    """No clearances record: unknown, which is neither clear nor outstanding; no row of the table may match it."""
    uscc = established(api)
    case = Firm(api, uscc).applies(DEREGISTRATION)
    assert states(case) == ["received"]
    assert [event["type"] for event in api.staff("window").events(case)] == ["case.submitted"]


def test_an_enterprise_that_is_in_no_register_goes_to_a_person(api: Api) -> None:
    firm = Firm(api)
    ok(clearances(api, firm.uscc), 201)
    assert states(firm.applies(DEREGISTRATION)) == ["received"]


def test_what_half_the_offices_say_is_not_enough(api: Api) -> None:
    uscc = established(api)
    path = f"/v1/registers/clearances/records/{uscc}"
    ok(api.staff("tax-handler").put(path, {"body": {"uscc": uscc, "tax": "cleared"}}), 201)
    assert states(Firm(api, uscc).applies(DEREGISTRATION)) == ["received"]


def test_establishment_waits_for_a_person_while_names_cannot_be_looked_up(api: Api) -> None:
    """The register of names has no connector yet: its fact is unknown, so the promise stands but not the instant."""
    founder = api.person("person:demo-founder")
    case = ok(founder.submit(ESTABLISHMENT, application(ESTABLISHMENT, new_uscc())), 201)
    assert states(case) == ["received"]
    accepted = walk(api, case, [ACCEPT])
    assert (clocks_of(accepted)["promised"]["budget"], clocks_of(accepted)["promised"]["unit"]) == (
        4,
        "office_hour",
    )
    assert states(walk(api, case, [PROPOSE, PASS, GRANT, SERVE])) == ["completed"]
