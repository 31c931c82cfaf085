"""Special steps and extensions through the API: who begins them, what the clock does then, the notices they leave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from tests.builders import application
from tests.builders_app import Answer, House, house
from tests.builders_clock import ms
from tests.matrix.callers import FIRM
from tests.matrix.world import CODE

WHY = {"reason": "需要检验产品样品"}
HANDLER, HEAD, WINDOW = "person:demo-handler", "person:demo-head", "person:demo-food-window"


class Accepted:
    """A food licence filed on Monday 2 March 2026 and accepted an hour later: 20 working days until the 30th."""

    def __init__(self, up: House, case_id: str) -> None:
        self.up, self.case_id = up, case_id

    def move(self, when: str, who: str, move: str, given: Any = None) -> Answer:
        self.up.app.at = ms(when)
        headers = self.up.bearer(who, "citizen" if who == FIRM else "staff")
        return self.up.call(
            "POST", f"/v1/cases/{self.case_id}/moves", {"move": move, "input": given or {}}, headers
        )

    def seen(self, when: str, who: str = HANDLER) -> dict[str, Any]:
        self.up.app.at = ms(when)
        headers = self.up.bearer(who, "citizen" if who == FIRM else "staff")
        return dict(self.up.call("GET", f"/v1/cases/{self.case_id}", None, headers).json())

    def clock(self, when: str) -> dict[str, Any]:
        (one,) = [one for one in self.seen(when, FIRM)["clocks"] if one["id"] == "decision"]
        return dict(one)

    def offered(self, when: str, who: str) -> set[str]:
        return {one["move"] for one in self.seen(when, who)["moves"]}

    def documents(self) -> list[str]:
        answer = self.up.call(
            "GET", f"/v1/cases/{self.case_id}/documents", None, self.up.bearer(FIRM, "citizen")
        )
        return [one["document"] for one in answer.json()["documents"]]


@pytest.fixture(scope="module")
def opened() -> Iterator[House]:
    with house() as made:
        yield made


@pytest.fixture
def case(opened: House) -> Iterator[Accepted]:
    opened.app.at = ms("2026-03-02 09:00")
    headers = {**opened.bearer(FIRM, "citizen"), "Idempotency-Key": "special"}
    answer = opened.call("POST", "/v1/items/food-licence/cases", application("food-licence", CODE), headers)
    one = Accepted(opened, answer.json()["case_id"])
    assert one.move("2026-03-02 10:00", WINDOW, "accept").status == 200
    yield one
    opened.rewind()


def test_lesson_2_a_special_step_shifts_the_deadline_by_exactly_the_working_days_it_took(case):
    assert case.clock("2026-03-02 10:00")["deadline"] == "2026-03-30T17:00:00+08:00"
    begun = case.move("2026-03-05 10:00", HANDLER, "begin_testing", WHY)
    assert begun.status == 200, begun.text
    standing = case.clock("2026-03-09 10:00")
    assert (standing["deadline"], standing["light"], standing["paused_by"]) == (None, "paused", ["testing"])
    assert standing["remaining"] == case.clock("2026-03-11 16:00")["remaining"]
    assert case.move("2026-03-12 10:00", HANDLER, "end_testing").status == 200
    # closes of business that passed meanwhile: 5, 6, 9, 10, 11 March; 4 to 6 April are a holiday
    assert case.clock("2026-03-12 10:00")["deadline"] == "2026-04-07T17:00:00+08:00"


def test_the_applicant_is_told_in_writing_why_and_until_when(case):
    case.move("2026-03-05 10:00", HANDLER, "begin_testing", WHY)
    assert "special-procedure-notice" in case.documents()
    (hold,) = case.seen("2026-03-06 10:00", FIRM)["holds"]
    assert hold["max_until"].startswith(
        "2026-04-02"
    )  # 20 working days at the most, the first day not counted
    events = case.up.app.cases.events(case.case_id)
    assert events[-1]["type"] == "case.hold_began"
    assert events[-1]["data"]["input"] == WHY
    assert hold["document"] in {one["id"] for one in case.up.app.cases.outputs(case.case_id)}


def test_a_step_without_a_reason_and_one_that_the_item_does_not_know_are_refused(case):
    assert case.move("2026-03-05 10:00", HANDLER, "begin_testing").code == "input-invalid"
    assert case.move("2026-03-05 10:00", HANDLER, "begin_auction", WHY).code == "move-not-available"


def test_nobody_begins_a_step_before_there_is_an_application_to_examine(opened):
    opened.app.at = ms("2026-03-02 09:00")
    headers = {**opened.bearer(FIRM, "citizen"), "Idempotency-Key": "early"}
    answer = opened.call("POST", "/v1/items/food-licence/cases", application("food-licence", CODE), headers)
    early = Accepted(opened, answer.json()["case_id"])
    assert early.move("2026-03-02 09:30", HANDLER, "begin_testing", WHY).code == "move-not-available"
    opened.rewind()


def test_only_who_may_is_offered_a_step_and_only_when_it_makes_sense(case):
    assert "begin_testing" in case.offered("2026-03-05 10:00", HANDLER)
    assert "end_testing" not in case.offered("2026-03-05 10:00", HANDLER)
    assert case.move("2026-03-05 10:00", FIRM, "begin_testing", WHY).code == "forbidden"
    case.move("2026-03-05 10:00", HANDLER, "begin_testing", WHY)
    assert "begin_testing" not in case.offered("2026-03-05 11:00", HANDLER)
    assert "end_testing" in case.offered("2026-03-05 11:00", HANDLER)
    assert case.move("2026-03-05 11:00", HANDLER, "begin_testing", WHY).code == "hold-already-open"
    case.move("2026-03-05 12:00", HANDLER, "end_testing")
    assert case.move("2026-03-05 12:30", HANDLER, "end_testing").code == "hold-not-open"


def test_two_steps_at_the_same_time_count_once(case):
    case.move("2026-03-05 10:00", HANDLER, "begin_testing", WHY)
    case.move("2026-03-06 10:00", HANDLER, "begin_expert_review", WHY)
    case.move("2026-03-10 10:00", HANDLER, "end_testing")
    assert case.clock("2026-03-10 10:00")["paused_by"] == ["expert-review"]
    case.move("2026-03-12 10:00", HANDLER, "end_expert_review")
    assert case.clock("2026-03-12 10:00")["deadline"] == "2026-04-07T17:00:00+08:00"


def test_a_step_blocks_the_decision_that_waits_for_it(case):
    proposal = {"opinion": "grant", "grounds": "符合条件"}
    inspected = case.move("2026-03-05 10:00", HANDLER, "begin_on_site_inspection", WHY)
    assert inspected.status == 200, inspected.text
    assert case.move("2026-03-05 11:00", HANDLER, "propose", proposal).code == "move-held"
    # it counts towards the limit: nothing stands still
    assert case.clock("2026-03-05 11:00")["deadline"] == "2026-03-30T17:00:00+08:00"
    case.move("2026-03-06 10:00", HANDLER, "end_on_site_inspection")
    assert case.move("2026-03-06 11:00", HANDLER, "propose", proposal).status == 200


def test_the_head_extends_once_before_expiry_with_a_reason_and_a_notice(case):
    why = {"reason": "情况复杂"}
    assert case.move("2026-03-20 10:00", HANDLER, "extend_decision", why).code == "forbidden"
    assert "extend_decision" in case.offered("2026-03-20 10:00", HEAD)
    assert case.move("2026-03-20 10:00", HEAD, "extend_decision").code == "input-invalid"
    assert case.move("2026-03-20 10:00", HEAD, "extend_decision", why).status == 200
    assert case.clock("2026-03-20 10:00")["deadline"] == "2026-04-14T17:00:00+08:00"
    assert "extension-notice" in case.documents()
    assert "extend_decision" not in case.offered("2026-03-23 10:00", HEAD)
    again = case.move("2026-03-23 10:00", HEAD, "extend_decision", why)
    assert (again.code, again.json()["article"]) == ("extension-already-used", "行政许可法第四十二条")


def test_after_expiry_an_extension_is_refused_with_the_article(case):
    late = case.move("2026-03-30 17:00", HEAD, "extend_decision", {"reason": "情况复杂"})
    assert (late.code, late.json()["article"]) == ("extension-after-expiry", "行政许可法第四十二条")


def test_a_step_that_is_forgotten_ends_by_itself_and_the_clock_runs_on(case):
    case.move("2026-03-05 10:00", HANDLER, "begin_on_site_inspection", WHY)
    seen = case.seen("2026-03-13 09:00")  # five working days later it is over, whoever looks
    assert [hold["max_until"] for hold in seen["holds"]] == ["2026-03-12T17:00:00+08:00"]
    assert "propose" in {one["move"] for one in seen["moves"]}


def test_lesson_3_the_day_by_day_account_names_the_step(case):
    case.move("2026-03-05 10:00", HANDLER, "begin_testing", WHY)
    case.move("2026-03-12 10:00", HANDLER, "end_testing")
    case.up.app.at = ms("2026-03-13 09:00")
    path, applicant = f"/v1/cases/{case.case_id}/clocks", case.up.bearer(FIRM, "citizen")
    one = case.up.call("GET", f"{path}/decision", None, applicant).json()
    days = {day["day"]: day for day in one["account"]}
    assert sum(day["counted"] for day in days.values()) == one["budget"]
    assert case.up.call("GET", f"{path}/publicity", None, applicant).code == "not-found"
    assert not days["2026-03-06"]["counted"]
    assert "检验" in days["2026-03-06"]["why"]["zh"]
    assert days["2026-03-12"]["counted"]
    assert datetime.fromisoformat(one["deadline"]).date().isoformat() == max(days)
