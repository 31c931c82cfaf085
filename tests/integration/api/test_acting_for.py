"""Acting for somebody else: only by a grant that is in force, for this item and this act; both names stay."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import (
    DEREGISTRATION,
    ESTABLISHMENT,
    FOOD,
    Api,
    Firm,
    Person,
    application,
    grant_record,
    moves_of,
    new_uscc,
    ok,
    refused,
)

pytestmark = pytest.mark.stack

AGENT = "person:demo-yueliangdao-agent"


@pytest.fixture(scope="module", autouse=True)
def morning(api: Api) -> None:
    api.be_on("2026-03-02")


def agent_of(api: Api, firm: Firm) -> Person:
    return api.person(AGENT, "citizen", via="agent", acting_for=firm.subject)


def mandated(api: Api, **members: Any) -> Firm:
    """A firm that has given the agent a mandate, itself."""
    firm = Firm(api)
    path, body = grant_record("mandate", firm.subject, AGENT, **members)
    ok(firm.person.put(path, body), 201)
    return firm


def test_an_agent_with_a_mandate_applies_and_both_names_stay_in_every_event(api: Api) -> None:
    firm = mandated(api)
    agent = agent_of(api, firm)
    case = ok(agent.submit(FOOD, application(FOOD, firm.uscc)), 201)
    assert case["parties"] == [{"role": "applicant", "subject": firm.subject}]
    assert case["masked"] is False
    assert moves_of(case) == ["withdraw"]
    ok(agent.move(case, "withdraw"))
    assert [event["actor"] for event in firm.person.events(case)] == [
        {"person": AGENT, "acting_for": firm.subject, "via": "agent"}
    ] * 2


def test_the_firm_and_its_agent_find_the_case_in_their_lists(api: Api) -> None:
    firm = mandated(api)
    case = ok(agent_of(api, firm).submit(FOOD, application(FOOD, firm.uscc)), 201)
    for caller in (firm.person, agent_of(api, firm)):
        assert [one["case_id"] for one in ok(caller.get("/v1/cases"))["cases"]] == [case["case_id"]]
    assert ok(api.person(AGENT).get("/v1/cases"))["cases"] == []  # nothing of the agent's own


def test_without_a_mandate_nobody_applies_for_a_firm(api: Api) -> None:
    firm = Firm(api)
    answer = agent_of(api, firm).submit(FOOD, application(FOOD, firm.uscc))
    body = refused(answer, 403, "mandate-missing")
    assert body["messages"]["en"] == "There is no valid mandate to act for someone else."
    assert ok(firm.person.get("/v1/cases"))["cases"] == []


@pytest.mark.parametrize(
    "members",
    [
        {"valid_from": "2025-01-01", "valid_to": "2026-03-01"},
        {"valid_from": "2026-03-03"},
        {"items": [DEREGISTRATION]},
        {"acts": ["read_case", "list_cases"]},
    ],
    ids=["expired", "not-yet", "another-item", "another-act"],
)
def test_a_mandate_holds_only_for_its_days_its_items_and_its_acts(api: Api, members: dict[str, Any]) -> None:
    firm = mandated(api, **members)
    refused(agent_of(api, firm).submit(FOOD, application(FOOD, firm.uscc)), 403, "mandate-missing")


def test_the_last_day_of_a_mandate_still_counts(api: Api) -> None:
    firm = mandated(api, valid_to="2026-03-02")
    ok(agent_of(api, firm).submit(FOOD, application(FOOD, firm.uscc)), 201)


def test_a_mandate_to_look_is_none_to_withdraw(api: Api) -> None:
    firm = mandated(api, acts=["read_case", "read_events", "read_personal"])
    case = firm.applies()
    agent = agent_of(api, firm)
    assert agent.see(case)["moves"] == []
    refused(agent.move(case, "withdraw"), 403, "mandate-missing")
    assert firm.person.see(case)["seq"] == 1


def test_a_mandate_that_is_taken_back_ends_at_once(api: Api) -> None:
    firm = mandated(api)
    agent = agent_of(api, firm)
    case = ok(agent.submit(FOOD, application(FOOD, firm.uscc)), 201)
    path, body = grant_record("mandate", firm.subject, AGENT, revoked=True)
    ok(firm.person.put(path, body, if_match='"1"'))
    refused(agent.get(f"/v1/cases/{case['case_id']}"), 404, "case-not-found")
    refused(agent.move(case, "withdraw"), 404, "case-not-found")
    refused(agent.submit(FOOD, application(FOOD, firm.uscc)), 403, "mandate-missing")


def test_a_mandate_for_one_firm_is_none_for_another(api: Api) -> None:
    mandated(api)
    other = Firm(api)
    case = other.applies()
    refused(agent_of(api, other).get(f"/v1/cases/{case['case_id']}"), 404, "case-not-found")


def test_only_the_giver_gives_a_mandate(api: Api) -> None:
    firm = Firm(api)
    path, body = grant_record("mandate", firm.subject, AGENT)
    for other in (Firm(api).person, api.staff("window"), api.staff("head"), api.admin):
        refused(other.put(path, body), 403, "forbidden")
    refused(api.person(AGENT).put(path, body), 403, "not-to-oneself")
    refused(agent_of(api, firm).put(path, body), 403, "mandate-missing")
    refused(api.anybody.put(path, body), 401, "sign-in-needed")


def test_a_record_under_one_name_cannot_say_another(api: Api) -> None:
    """Otherwise a grant at the victim's id could be written by whoever names himself as the giver."""
    firm = Firm(api)
    path, body = grant_record("mandate", firm.subject, AGENT)
    forged = {"body": body["body"] | {"from": AGENT, "to": "person:demo-founder"}}
    refused(api.person(AGENT).put(path, forged), 422, "record-misplaced")


def test_nobody_grants_power_to_themselves(api: Api) -> None:
    path, body = grant_record("mandate", AGENT, AGENT)
    refused(api.person(AGENT).put(path, body), 403, "not-to-oneself")


def test_the_window_records_a_mandate_on_paper(api: Api) -> None:
    firm = Firm(api)
    path, body = grant_record("mandate", firm.subject, AGENT, document="授权委托书 2026-01")
    refused(api.staff("window").put(path, body), 403, "forbidden")  # not at the window
    ok(api.person("person:demo-window", "staff", via="window").put(path, body), 201)
    ok(agent_of(api, firm).submit(FOOD, application(FOOD, firm.uscc)), 201)


def test_an_agent_may_give_the_mandate_up(api: Api) -> None:
    firm = mandated(api)
    path, body = grant_record("mandate", firm.subject, AGENT, revoked=True)
    ok(api.person(AGENT).put(path, body, if_match='"1"'))
    refused(agent_of(api, firm).submit(FOOD, application(FOOD, firm.uscc)), 403, "mandate-missing")


def test_nobody_reads_who_granted_what_to_whom(api: Api) -> None:
    firm = mandated(api)
    path, _ = grant_record("mandate", firm.subject, AGENT)
    refused(api.staff("window").get(path), 403, "forbidden")
    refused(api.anybody.get(path), 401, "sign-in-needed")
    refused(Firm(api).person.get(path), 403, "forbidden")
    assert ok(api.auditor.get(path))["body"]["from"] == firm.subject


def test_both_sides_of_a_grant_read_it_and_its_history_and_neither_reads_the_list(api: Api) -> None:
    firm = mandated(api)
    path, _ = grant_record("mandate", firm.subject, AGENT)
    for side in (firm.person, api.person(AGENT)):
        assert ok(side.get(path))["body"]["to"] == AGENT
        assert len(ok(side.get(f"{path}/versions"))["versions"]) == 1
        refused(side.get("/v1/registers/grants/records"), 403, "forbidden")


def test_an_official_does_not_handle_a_case_of_his_own(api: Api) -> None:
    """公务员法 §76: here the clerk of the window is himself the applicant of an establishment."""
    clerk = api.staff("window")
    case = ok(
        api.person("person:demo-window").submit(ESTABLISHMENT, application(ESTABLISHMENT, new_uscc())), 201
    )
    assert moves_of(clerk.see(case)) == ["withdraw"]
    refused(clerk.move(case, "accept"), 403, "conflict-of-interest")
    ok(api.staff("registration-window").move(case, "accept"))
