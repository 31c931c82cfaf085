"""What is personal: masked at the desks, plain for the party, unmasked for a stated purpose that the person sees."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import GAPS, PROPOSAL, Api, Firm, ok, refused, walk

pytestmark = pytest.mark.stack

CANARIES = ("430112199007212025", "13800000002", "43011219960228404X", "示例街1号")


@pytest.fixture(scope="module")
def firm(api: Api) -> Firm:
    api.be_on("2026-03-02")
    return Firm(api)


@pytest.fixture(scope="module")
def case(firm: Firm) -> dict[str, Any]:
    return firm.applies()


def test_a_party_sees_its_own_application_as_it_wrote_it(firm: Firm, case: dict[str, Any]) -> None:
    answer = firm.person.get(f"/v1/cases/{case['case_id']}")
    assert answer.json()["masked"] is False
    assert all(canary in answer.text for canary in CANARIES)


@pytest.mark.parametrize(
    "name", ["window", "handler", "reviewer", "decider", "head", "supervisor", "district-head"]
)
def test_the_desks_see_persons_masked(api: Api, case: dict[str, Any], name: str) -> None:
    answer = api.staff(name).get(f"/v1/cases/{case['case_id']}")
    seen = ok(answer)
    assert seen["masked"] is True
    for canary in CANARIES[:3]:
        assert canary not in answer.text
    assert seen["form"]["enterprise_name"] == "长沙望城示例餐饮有限公司"
    assert seen["form"]["legal_representative"]["mobile"] == "138****0002"
    assert seen["form"]["legal_representative"]["id_number"] == "4301***2025"


def test_no_list_and_no_timeline_shows_what_is_masked(api: Api, firm: Firm) -> None:
    case = firm.applies()
    walk(api, case, [("window", "request_correction", GAPS)])
    ok(firm.person.move(case, "resubmit", {"form": case["form"]}))
    for path in ("/events", "", "/documents"):
        answer = api.staff("window").get(f"/v1/cases/{case['case_id']}{path}")
        assert answer.status_code == 200
        assert "13800000002" not in answer.text, path
        assert "430112199007212025" not in answer.text, path
    listed = api.staff("window").get("/v1/queues/market-regulation.food?limit=100")
    assert "13800000002" not in listed.text


def test_the_reviewer_reads_what_the_handler_proposed_and_an_auditor_does_not(api: Api) -> None:
    case = Firm(api).applies()
    walk(api, case, [("window", "accept", {}), ("handler", "propose", PROPOSAL)])
    assert api.staff("reviewer").events(case)[-1]["data"]["input"] == PROPOSAL
    assert "input" not in api.auditor.events(case)[-1]["data"]


def test_unmasking_needs_a_purpose_and_is_written_before_it_is_answered(
    api: Api, firm: Firm, case: dict[str, Any]
) -> None:
    path = f"/v1/cases/{case['case_id']}/disclosures"
    before = len(ok(firm.person.get("/v1/reads"))["reads"])
    refused(api.staff("handler").post(path, {"purpose": "  "}), 403, "purpose-missing")
    assert len(ok(firm.person.get("/v1/reads"))["reads"]) == before
    answer = api.staff("handler").post(path, {"purpose": "电话核实现场核查时间"})
    assert ok(answer)["masked"] is False
    assert all(canary in answer.text for canary in CANARIES)
    reads = ok(firm.person.get("/v1/reads"))["reads"]
    assert len(reads) == before + 1
    assert (reads[0]["by"], reads[0]["purpose"]) == ("person:demo-handler", "电话核实现场核查时间")
    assert reads[0]["case"] == case["case_id"]
    assert reads[0]["at"].startswith("2026-03-02T")


def test_who_is_not_at_a_desk_of_the_case_unmasks_nothing(api: Api, firm: Firm, case: dict[str, Any]) -> None:
    path, purpose = f"/v1/cases/{case['case_id']}/disclosures", {"purpose": "好奇"}
    before = ok(firm.person.get("/v1/reads"))["reads"]
    refused(api.staff("district-head").post(path, purpose), 403, "forbidden")
    refused(api.auditor.post(path, purpose), 403, "forbidden")
    refused(api.staff("tax-handler").post(path, purpose), 404, "case-not-found")
    assert ok(firm.person.get("/v1/reads"))["reads"] == before


def test_who_looked_is_told_to_the_person_alone(api: Api, firm: Firm, case: dict[str, Any]) -> None:
    assert ok(Firm(api).person.get("/v1/reads"))["reads"] == []
    refused(api.anybody.get("/v1/reads"), 401, "sign-in-needed")
    pretender = api.person("person:demo-curious", "citizen", acting_for=firm.subject)
    refused(pretender.get("/v1/reads"), 403, "mandate-missing")


def test_a_claim_to_act_for_a_firm_shows_none_of_its_cases(
    api: Api, firm: Firm, case: dict[str, Any]
) -> None:
    pretender = api.person("person:demo-curious", "citizen", acting_for=firm.subject)
    assert ok(pretender.get("/v1/cases"))["cases"] == []
    draft = ok(pretender.post("/v1/items/food-licence/drafts", {"form": {}}), 201)
    assert draft["duplicates"] == []
    refused(pretender.get(f"/v1/cases/{case['case_id']}"), 404, "case-not-found")
