"""An approval leaves by every one of its exits, through HTTP: intake's answers, time, the applicant, the deciders."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import (
    ACCEPT,
    FOOD,
    GAPS,
    GRANT,
    PASS,
    PROPOSE,
    REFUSE,
    REMEDIES,
    SERVE,
    TO_DECISION,
    Api,
    Firm,
    application,
    clocks_of,
    moves_of,
    ok,
    refused,
    states,
    walk,
)

pytestmark = pytest.mark.stack

REASON = {"reason": "录入错误"}
ENDS = {
    # outcome: the steps after submission, and the document that tells the applicant
    "not_accepted": ([("window", "refuse_acceptance", {"reasons": ["不具备主体资格"], "remedies": REMEDIES})],
                     "refusal-to-accept-decision"),
    "not_required": ([("window", "not_required", {"reason": "仅销售预包装食品,办理备案即可"})], "not-required-notice"),
    "redirected": ([("window", "redirect", {"to": "长沙市市场监督管理局", "contact": "12345"})], "redirect-notice"),
    "voided": ([("window", "void", REASON)], "termination-notice"),
    "terminated": ([ACCEPT, ("head", "terminate", {"cause": "dissolved", "reason": "企业已注销"})],
                   "termination-notice"),
    "forwarded": ([*TO_DECISION, ("decider", "forward", {"to": "长沙市市场监督管理局"})], "redirect-notice"),
    "refused": ([*TO_DECISION, REFUSE, SERVE], "decision-refuse"),
    "completed": ([*TO_DECISION, GRANT, SERVE], "decision-grant"),
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def morning(api: Api) -> None:
    api.be_on("2026-03-02")


@pytest.mark.parametrize("outcome", ENDS)
def test_a_case_ends_with_the_outcome_and_the_document_of_its_exit(api: Api, outcome: str) -> None:
    steps, document = ENDS[outcome]
    firm = Firm(api)
    ended = walk(api, case := firm.applies(), steps)
    assert (ended["outcome"], states(ended)) == (outcome, [outcome])
    assert ended["closed_at"]
    assert moves_of(ended) == moves_of(firm.person.see(case)) == []
    assert not any(clock["running"] for clock in ended["clocks"])
    told = firm.person.documents(case)
    assert told[document]["missing"] == []


def test_a_refusal_states_its_reasons_and_both_remedies(api: Api) -> None:
    firm = Firm(api)
    walk(api, case := firm.applies(), [*TO_DECISION, REFUSE])
    text = firm.person.documents(case)["decision-refuse"]["text"]
    for words in ("布局不符合规定", REMEDIES["reconsideration"], REMEDIES["litigation"]):
        assert words in text["zh"]
        assert words in text["en"]
    assert states(walk(api, case, [SERVE])) == ["refused"]


def test_a_refusal_without_remedies_is_no_refusal(api: Api) -> None:
    walk(api, case := Firm(api).applies(), TO_DECISION)
    body = refused(api.staff("decider").move(case, "refuse", {"reasons": []}), 422, "input-invalid")
    assert {(one["pointer"], one["code"]) for one in body["errors"]} == {
        ("/reasons", "minItems"), ("/remedies", "required"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "steps",
    [[], [ACCEPT], [ACCEPT, PROPOSE], TO_DECISION],
    ids=["received", "examining", "checking", "deciding"],
)
def test_the_applicant_withdraws_at_any_time_before_the_decision(api: Api, steps: Any) -> None:
    firm = Firm(api)
    walk(api, case := firm.applies(), steps)
    ended = ok(firm.person.move(case, "withdraw", {"note": "暂不经营"}))
    assert ended["outcome"] == "withdrawn"
    assert "termination-notice" in firm.person.documents(case)


def test_nobody_withdraws_what_was_decided(api: Api) -> None:
    firm = Firm(api)
    walk(api, case := firm.applies(), [*TO_DECISION, GRANT])
    assert refused(firm.person.move(case, "withdraw"), 409, "move-not-available")["moves"] == []


def test_an_error_is_corrected_on_the_spot_and_the_case_stays_where_it_is(api: Api) -> None:
    firm = Firm(api)
    case = firm.applies()
    form = case["form"] | {"enterprise_name": "长沙望城更正餐饮有限公司"}
    given = {"changed": "企业名称", "form": form}
    seen = ok(api.staff("window").move(case, "correct_on_spot", given))
    assert states(seen) == ["received"]
    assert clocks_of(seen)["intake"]["running"]
    assert firm.person.see(case)["form"]["enterprise_name"] == "长沙望城更正餐饮有限公司"
    assert firm.person.events(case)[-1]["type"] == "case.corrected_on_spot"


def test_a_correction_is_checked_against_the_form_like_any_application(api: Api) -> None:
    case = Firm(api).applies()
    given = {"changed": "企业名称", "form": case["form"] | {"enterprise_name": 5, "food_category": "x"}}
    body = refused(api.staff("window").move(case, "correct_on_spot", given), 422, "form-invalid")
    assert {one["pointer"] for one in body["errors"]} >= {"/enterprise_name", "/food_category"}
    assert api.staff("window").see(case)["seq"] == 1


def test_a_correction_stops_intake_and_its_return_starts_intake_anew(api: Api) -> None:
    firm = Firm(api)
    asked = walk(api, case := firm.applies(), [("window", "request_correction", GAPS)])
    assert states(asked) == ["correction"]
    assert not clocks_of(asked)["intake"]["running"]
    assert clocks_of(asked)["correction"]["deadline"] == "2026-03-16T17:00:00+08:00"
    assert "请补交" in firm.person.documents(case)["one-time-correction-notice"]["text"]["zh"]
    back = ok(firm.person.move(case, "resubmit", {"materials": ["health-certificates"], "note": "已补"}))
    assert states(back) == ["received"]
    assert clocks_of(back)["intake"]["running"]
    assert not clocks_of(back)["correction"]["running"]
    assert "health-certificates" in [one["id"] for one in back["materials"]]
    assert "application-form" in [one["id"] for one in back["materials"]]  # what was handed in before stays


def test_correction_is_asked_for_only_once(api: Api) -> None:
    firm = Firm(api)
    walk(api, case := firm.applies(), [("window", "request_correction", GAPS)])
    ok(firm.person.move(case, "resubmit"))
    body = refused(api.staff("window").move(case, "request_correction", GAPS), 409, "move-not-available")
    assert "accept" in body["moves"]
    assert "request_correction" not in body["moves"]


def test_the_reviewer_returns_and_the_decider_remands_with_a_reason(api: Api) -> None:
    back = ("reviewer", "return", {"reason": "请补充核查记录"})
    again = ("decider", "remand", {"reason": "依据不足"})
    case = Firm(api).applies()
    assert states(walk(api, case, [ACCEPT, PROPOSE, back])) == ["examining"]
    assert states(walk(api, case, [PROPOSE, PASS, again])) == ["examining"]
    assert refused(api.staff("handler").move(case, "propose", {}), 422, "input-invalid")["errors"]


@pytest.fixture(scope="module")
def later(api: Api) -> dict[str, Any]:
    """Three cases left alone for a fortnight: never answered, never corrected, never answered once corrected."""
    api.set_clock("2026-03-03T09:00:00+08:00")
    silent, lapsed, corrected = Firm(api), Firm(api), Firm(api)
    cases = {"silent": silent.applies(), "lapsed": lapsed.applies(), "corrected": corrected.applies()}
    walk(api, cases["lapsed"], [("window", "request_correction", GAPS)])
    walk(api, cases["corrected"], [("window", "request_correction", GAPS)])
    api.set_clock("2026-03-05T09:00:00+08:00")
    ok(corrected.person.move(cases["corrected"], "resubmit"))
    api.set_clock("2026-03-18T09:00:00+08:00")
    found = {name: api.staff("handler").see(case) for name, case in cases.items()}
    found["events"] = {name: api.staff("handler").events(case) for name, case in cases.items()}
    found["documents"] = {
        name: firm.person.documents(cases[name]) for name, firm in (("silent", silent), ("lapsed", lapsed))
    }
    return found


def test_silence_for_five_working_days_is_acceptance_from_the_day_of_receipt(later: dict[str, Any]) -> None:
    case, event = later["silent"], later["events"]["silent"][-1]
    assert states(case) == ["examining"]
    # accepted in law on the day of receipt, 3 March: twenty working days after it is 31 March (行政许可法 §32, §42)
    assert clocks_of(case)["decision"]["deadline"] == "2026-03-31T17:00:00+08:00"
    accepted = [one for one in later["events"]["silent"] if one["type"] == "case.deemed_accepted"]
    assert len(accepted) == 1
    assert accepted[0]["actor"] == {"person": "system:clock", "via": "system"}
    assert accepted[0]["occurred_at"].startswith("2026-03-10T17:00:00")
    assert "acceptance-notice" in later["documents"]["silent"]
    assert event["seq"] == case["seq"]


def test_after_a_correction_silence_reaches_back_to_the_day_of_its_return(later: dict[str, Any]) -> None:
    case = later["corrected"]
    assert states(case) == ["examining"]
    assert clocks_of(case)["decision"]["deadline"] == "2026-04-02T17:00:00+08:00"  # 20 days after 5 March


def test_a_correction_that_never_comes_is_a_lapse_not_a_refusal(later: dict[str, Any]) -> None:
    case = later["lapsed"]
    assert (case["outcome"], states(case)) == ("lapsed", ["lapsed"])
    assert later["events"]["lapsed"][-1]["type"] == "case.lapsed"
    assert "termination-notice" in later["documents"]["lapsed"]


def test_each_rung_of_a_clock_is_told_once(later: dict[str, Any]) -> None:
    rungs = [
        (event["data"]["clock"], event["data"]["rung"])
        for event in later["events"]["silent"]
        if event["type"] == "case.deadline_approaching"
    ]
    assert ("intake", 50) in rungs
    assert len(rungs) == len(set(rungs))


def test_an_application_that_skips_what_the_form_requires_opens_no_case(api: Api) -> None:
    firm = Firm(api)
    body = application(FOOD, firm.uscc)
    del body["form"]["premises"]
    refused(firm.person.submit(FOOD, body), 422, "form-invalid")
    assert ok(firm.person.get("/v1/cases"))["cases"] == []
