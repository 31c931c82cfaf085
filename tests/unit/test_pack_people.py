"""Exit, change, talents, subsidies, commitments and complaints keep what the plan and the law say of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from chinese_calendar import is_workday

from chalicelib.domain import rules
from chalicelib.domain.process import compile_process
from tests.builders_pack import PACK

ON = date(2026, 3, 2)
SAMPLE = "sample default, not from the plan"


def item(name: str) -> Mapping[str, Any]:
    return PACK[f"items/{name}"]


def clock(name: str, which: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(one for one in item(name)["clocks"] if one["id"] == which)
    return found


def decided(rule: str, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    return rules.trial(PACK[f"rules/{rule}"], facts, ON).result or {}


# ── 企业简易注销


def test_simplified_deregistration_asks_for_three_materials_and_is_instant_without_a_visit() -> None:
    """规划 一篇·一章·一（二）: 7 件压缩至 3 件, 2 个工作日压缩至即办."""
    simplified = item("simplified-deregistration")
    assert len(simplified["materials"]) == 3
    assert simplified["guide"]["max_visits"] == 0
    clear = {"debts-outstanding": 0, "abnormal-list": False, "serious-illegal-list": False}
    assert decided("simplified-deregistration-limit", clear) == {"budget": 1, "unit": "office_hour"}


def test_the_notice_and_the_time_to_apply_are_twenty_days_each() -> None:
    """市场主体登记管理条例 §33."""
    for which, event in (("publicity", "timeout.publicity"), ("application", "timeout.apply")):
        declared = clock("simplified-deregistration", which)
        assert (declared["budget"], declared["unit"]) == (20, "calendar_day")
        assert declared["on_expiry"] == event
        assert "第三十三条" in declared["basis"]
    decision = clock("simplified-deregistration", "decision")
    assert (decision["budget"], decision["unit"]) == (3, "working_day")  # §19
    assert decision["starts_on"] == ["applied"]


def test_nothing_is_decided_before_the_notice_is_over_and_applied_for() -> None:
    process = compile_process(PACK["processes/announced"])
    deciding = {"instant", "examining", "granting", "completed"}
    ahead, seen = [process.initial()], set()
    while ahead:
        configuration = ahead.pop()
        state = process.active(configuration)
        if state in seen:
            continue
        seen.add(state)
        for event in process.enabled(configuration):
            after = process.send(configuration, event)
            if after is not None and event != "apply":
                assert not deciding & set(after["in"]), (state, event)
                ahead.append(after)
    assert ("applying",) in seen


def test_a_silent_intake_publishes_and_dates_nothing_back() -> None:
    """A public notice cannot have stood before it was published."""
    internal = PACK["processes/announced"]["internal"]["timeout.intake"]
    assert "backdate" not in internal
    assert "public-notice" in internal["issues"]
    assert clock("simplified-deregistration", "publicity")["starts_from"] == "event"


def days_after(start: date, count: int) -> date:
    """The last of `count` calendar days, moved on from a rest day (民法典 §203), by a calendar that is not ours."""
    last = start + timedelta(days=count)
    while not is_workday(last):
        last += timedelta(days=1)
    return last


def test_the_dates_of_the_notice_agree_with_a_calendar_that_is_not_ours() -> None:
    found = {
        name: day
        for example in item("simplified-deregistration")["examples"]
        for name, day in example["expect"].get("deadlines", {}).items()
        if len(example["moves"]) < 2
    }
    ended = days_after(ON, 20)
    assert found["publicity"] == ended.isoformat() == "2026-03-23"
    assert found["application"] == days_after(ended, 20).isoformat() == "2026-04-13"


# ── 技术工人购房贷款利息补贴


@pytest.mark.parametrize("paid", [1, 100, 360_000, 499_999, 500_000, 500_001, 720_000, 10**10])
def test_the_subsidy_is_the_smaller_of_the_interest_and_five_thousand_yuan(paid: int) -> None:
    """规划 一篇·一章·一（三）: 每人年补贴最高可达 5000 元."""
    known = {"skill-level": "senior", "last-subsidy-year": 0, "mortgage-interest-year": 2025}
    result = decided("interest-subsidy-2025", known | {"mortgage-interest": paid})
    assert result["amount"] == min(paid, 5_000 * 100)


def test_the_same_person_is_subsidised_once_a_year_and_the_payment_says_so_on_file() -> None:
    known = {"skill-level": "senior", "mortgage-interest-year": 2025, "mortgage-interest": 100}
    assert decided("interest-subsidy-2025", known | {"last-subsidy-year": 2025})["reason"] == "duplicate"
    (written,) = item("skilled-worker-interest-subsidy")["outcomes"]["paid"]
    assert written["key"] == "case:owner"
    assert written["set"]["last_subsidy_year"] == "form:/year"
    year = item("skilled-worker-interest-subsidy")["form"]["properties"]["year"]["const"]
    assert year == known["mortgage-interest-year"]


# ── 告知承诺


def test_no_material_but_one_that_can_be_promised_is_asked_for_on_a_commitment() -> None:
    licence = item("human-resources-licence")
    assert licence["guide"]["commitment"]["allowed"] is True
    promised = {one["id"] for one in licence["materials"] if "commitment" in one["modes"]}
    assert promised == {"articles", "premises-proof", "staff-qualifications", "fund-proof"}


def test_a_licence_on_a_commitment_stands_at_once_and_falls_with_the_promise() -> None:
    outcomes = item("human-resources-licence")["outcomes"]
    status = {
        state: one["set"].get("status")
        for state, made in outcomes.items()
        for one in made
        if one.get("record") == "human-resources-licences"
    }
    assert status == {"in_force": "valid", "fulfilled": None, "revoked": "revoked"}


# ── “办不成事”


def test_what_could_not_be_done_ends_in_one_of_three_ways_and_each_is_on_record() -> None:
    """规划 二篇·一章·三·2; S225: done, lawful no, rule change."""
    results = {
        state: made[0]["set"]["result"] for state, made in item("unresolved-matter")["outcomes"].items()
    }
    assert results == {"closed": "done", "lawful_no": "lawful-no", "rule_changed": "rule-changed"}


@pytest.mark.parametrize("name", ["unresolved-matter", "skilled-worker-interest-subsidy"])
def test_a_number_that_neither_plan_nor_law_gives_says_so(name: str) -> None:
    assert {one["source"] for one in item(name)["clocks"]} == {SAMPLE}
