"""What follows when something happens to a case: state, clocks, counts, rules, timers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain import moves
from chalicelib.domain.clock_spans import fixed_day, is_undecided
from chalicelib.domain.clock_timers import MARGIN, next_timer
from chalicelib.domain.events import Cause
from chalicelib.domain.facts import PinnedFact
from chalicelib.domain.problems import Problem
from chalicelib.domain.transitions import Course, Happening
from tests.builders_cases import DAY, HOUR, NINE, cause, later, moved, opened, waited
from tests.builders_clock import ms
from tests.builders_stores import world as world_of


def types(course: Course) -> list[str]:
    return [event.type for event in course.events]


def states(course: Course) -> list[str]:
    return list(course.world.process.active(course.case.configuration))


def clock(course: Course, name: str) -> dict[str, Any]:
    return dict(next(one for one in course.case.clocks if one["id"] == name))


def test_a_case_begins_with_one_event_one_receipt_and_the_intake_clock() -> None:
    course = opened()
    assert types(course) == ["case.submitted"]
    assert states(course) == ["received"]
    assert [output.document for output in course.outputs] == ["receipt"]
    assert [one["id"] for one in course.case.clocks] == ["intake"]
    assert course.events[0].body["data"]["to"] == ["received"]


def test_every_event_names_its_release_its_actor_and_the_dimensions_of_the_day() -> None:
    body = moved(opened(), "accept", "person:w").events[0].body
    assert body["actor"]["person"] == "person:w"
    assert len(body["release"]) == 64
    assert body["dimensions"]["item"] == "food-licence"
    assert body["dimensions"]["department"] == "market-regulation"
    assert body["root"] == body["case"]


def test_lesson_8_publishing_an_item_with_a_limit_and_submitting_a_case_leaves_a_live_timer() -> None:
    """Lesson 8: a timer engine that nothing armed."""
    timer = opened().change().timer
    assert timer.before is None
    assert timer.after is not None


def test_the_timer_row_stays_where_it_is_when_the_next_due_is_later() -> None:
    first = opened()
    row = first.change().timer.after
    assert moved(first, "accept", "person:w").change().timer.after == row


@pytest.mark.parametrize(
    ("row", "due", "expected"),
    [
        (None, None, None),
        (None, NINE + DAY, NINE + DAY),
        (NINE + HOUR, NINE + DAY, NINE + HOUR),
        (NINE + 2 * DAY, NINE + DAY, NINE + DAY),
        (None, NINE, NINE + MARGIN),
        (NINE + DAY, None, NINE + DAY),
    ],
)
def test_a_timer_row_is_moved_only_when_something_is_due_before_it(
    row: int | None, due: int | None, expected: int | None
) -> None:
    assert next_timer(row, due, NINE) == expected


def test_silence_counts_as_acceptance_from_the_day_of_receipt() -> None:
    """行政许可法 第32条: not told within five working days, accepted from the day of receipt."""
    course = waited(opened(), NINE + 10 * DAY)
    assert "case.deemed_accepted" in types(course)
    assert states(course) == ["examining"]
    assert clock(course, "decision")["started_at"] == NINE


def test_after_a_correction_silence_reaches_back_to_the_resubmission() -> None:
    gaps = {"gaps": [{"what": "缺健康证明", "how": "补交"}]}
    course = moved(opened(), "request_correction", "person:w", gaps, NINE + HOUR)
    resubmitted = replace(moved(course, "resubmit", "person:a", {}, NINE + DAY).case, received_at=NINE + DAY)
    after = later(course, NINE + DAY)
    after.case = resubmitted
    after = waited(after, NINE + 20 * DAY)
    assert clock(after, "decision")["started_at"] == NINE + DAY


def test_a_correction_that_never_comes_lapses_and_every_clock_stands_still() -> None:
    course = moved(opened(), "request_correction", "person:w", {"gaps": [{"what": "缺", "how": "补"}]})
    course = waited(course, NINE + 40 * DAY)
    assert course.case.outcome == "lapsed"
    assert all(one["running_since"] is None for one in course.case.clocks)


def test_ten_days_in_correction_cost_no_working_day_of_the_intake() -> None:
    """Lesson 1: the clock kept running while the citizen corrected the form."""
    course = moved(
        opened(), "request_correction", "person:w", {"gaps": [{"what": "缺", "how": "补"}]}, NINE + DAY
    )
    sent_back = clock(course, "intake")["consumed"]
    course = moved(course, "resubmit", "person:a", {}, NINE + 11 * DAY)
    assert clock(course, "intake")["consumed"] == sent_back
    assert clock(course, "intake")["running_since"] == NINE + 11 * DAY


def test_each_firing_happens_once_however_often_time_passes() -> None:
    once = waited(opened(), NINE + 6 * DAY)
    again = waited(once, NINE + 6 * DAY)
    assert once.events
    assert again.events == []


def test_when_all_is_clear_the_rule_decides_at_once_and_its_trace_stands_in_the_events() -> None:
    course = opened("general-deregistration")
    assert types(course) == ["case.submitted", "case.accepted", "case.granted", "case.served"]
    assert course.case.outcome == "completed"
    decided = course.events[1].body
    assert decided["actor"] == {"person": "system:rules", "via": "system"}
    assert decided["data"]["decision"]["rows"][0]["id"] == "all-clear"
    assert decided["caused_by"] == course.events[0].id


def test_what_an_item_declares_for_a_state_on_the_way_is_made_when_the_case_enters_it() -> None:
    """A licence granted on a commitment stands while the commitment is still to be verified."""
    world = world_of("food-licence", NINE)
    item = {**world.bundle.item, "outcomes": {"granting": world.bundle.item["outcomes"]["completed"]}}
    course = opened(world=replace(world, bundle=replace(world.bundle, item=item)))
    for move, person, given in (
        ("accept", "person:w", {}),
        ("propose", "person:h", {"opinion": "grant", "grounds": "齐全"}),
        ("pass", "person:r", {"opinion": "同意"}),
    ):
        course = moved(course, move, person, given)
        assert course.written == []
    course = moved(course, "grant", "person:d", {})
    assert course.case.outcome is None
    assert [one.register for one in course.written] == ["food-licences"]
    assert "food-business-licence" in [output.document for output in course.outputs]
    served = moved(course, "serve", "person:w", {"way": "electronic"})
    assert served.case.outcome == "completed"
    assert served.written == []


def test_what_silence_sends_back_to_the_beginning_waits_for_a_person_and_not_for_the_same_rule() -> None:
    course = opened("skilled-worker-interest-subsidy")
    assert states(course) == ["matched"]
    course = waited(course, NINE + 16 * DAY)
    assert types(course) == ["case.deadline_approaching", "case.confirmation_missed"]
    assert states(course) == ["submitted"]
    assert clock(course, "intake")["running_since"] is not None


def test_an_unknown_fact_sends_the_case_to_a_person_and_never_to_a_row() -> None:
    course = opened("general-deregistration", known={"enterprise-status": "active"})
    assert types(course) == ["case.submitted"]
    assert states(course) == ["received"]
    why = course.events[0].body["data"]["decision"]
    assert {one["id"] for one in why["facts"] if not one["known"]} == {
        "debts-outstanding", "abnormal-list", "serious-illegal-list",
    }  # fmt: skip


def test_a_rule_that_leaves_it_to_a_person_leaves_its_reason_in_the_event() -> None:
    course = opened("general-deregistration", index=1)
    assert types(course) == ["case.submitted"]
    assert course.events[0].body["data"]["decision"]["result"]["reason"] == "debts-outstanding"


def test_an_item_under_another_law_issues_its_own_wording_of_a_document() -> None:
    world = world_of("food-licence", NINE)
    item = {**world.bundle.item, "wording": {"receipt": "registration-notice"}}
    course = opened(world=replace(world, bundle=replace(world.bundle, item=item)))
    assert [output.document for output in course.outputs] == ["registration-notice"]
    assert course.events[0].body["data"]["issued"] == ["registration-notice"]


def test_a_limit_that_a_rule_chooses_is_kept_with_the_case() -> None:
    course = moved(opened("general-deregistration", index=1), "accept", "person:w")
    assert course.case.limits["promised"] == {"budget": 10, "unit": "working_day"}
    assert clock(course, "promised")["budget"] == 10


def test_an_ending_writes_the_records_that_the_item_declares() -> None:
    course = opened("general-deregistration")
    (record,) = course.change().records
    assert (record.register, record.body["status"]) == ("enterprises", "deregistered")


def test_a_closed_case_is_in_no_queue_and_among_no_open_ones() -> None:
    places = opened("general-deregistration").change().places
    assert places.queue is None
    assert places.open is None
    assert places.owner is not None


def test_an_event_that_leads_nowhere_is_a_conflict_that_lists_what_is_possible() -> None:
    course = later(opened(), NINE)
    with pytest.raises(Problem) as refused:
        course.happen(Happening("serve", "served", cause("person:w", NINE)))
    assert refused.value.code == "move-not-available"
    assert "accept" in refused.value.extra["moves"]
    assert course.events == []


def test_events_of_one_decision_follow_each_other_without_a_gap() -> None:
    change = opened("general-deregistration").change()
    assert [event.seq for event in change.events] == [1, 2, 3, 4]
    change.check()


def test_the_key_of_a_request_is_remembered_with_its_first_event_only() -> None:
    course = opened("general-deregistration")
    assert course.case.recent == (("first", 1),)


def signed(course: Course, signers: int, *who: Cause) -> list[list[str]]:
    """The states after each of these has signed the handler's proposal, of which so many signatures are needed."""
    move = replace(course.world.process.moves["propose"], signers=signers, at_most=1)
    after = []
    for one in who:
        moves.make(course, move, {"opinion": "grant", "grounds": "齐全"}, one)
        after.append(states(course))
    return after


def speaking(person: str, side: str) -> Cause:
    return Cause({"person": person, "via": "web", "acting_for": side}, NINE, NINE)


def examining() -> Course:
    return later(moved(opened(), "accept", "person:w"), NINE)


def test_several_signers_must_be_several_people() -> None:
    course = examining()
    found = signed(course, 2, *(cause(f"person:{who}", NINE) for who in ("h1", "h1", "h2")))
    assert found == [["examining"], ["examining"], ["checking"]]
    assert course.case.done["propose"] == {"count": 1, "last": "person:h2", "by": ["person:h1", "person:h2"]}


@pytest.mark.parametrize(
    "who",
    [
        (speaking("person:clerk-1", "enterprise:a"), speaking("person:clerk-2", "enterprise:a")),
        (speaking("person:agent", "enterprise:a"), speaking("person:agent", "enterprise:b")),
    ],
    ids=["two clerks of one side", "one agent of two sides (民法典 第168条)"],
)
def test_several_signers_sign_for_several_sides(who: tuple[Cause, Cause]) -> None:
    course = examining()
    assert signed(course, 2, *who)[-1] == ["examining"]
    assert signed(course, 2, speaking("person:other", "enterprise:b")) == [["checking"]]


def test_signatures_are_void_once_the_case_has_moved_on() -> None:
    """One side agreed, the case went elsewhere and came back: what the other side signs alone is no agreement."""
    course = examining()
    signed(course, 2, cause("person:h1", NINE))
    for event in ("propose", "return"):
        course.happen(Happening(event, "gone_round", cause("person:h3", NINE)))
    assert signed(course, 2, *(cause(f"person:{who}", NINE) for who in ("h2", "h1"))) == [
        ["examining"],
        ["checking"],
    ]


def test_a_release_is_chosen_once_and_later_worlds_do_not_change_it() -> None:
    course = opened()
    after = moved(course, "accept", "person:w", at=NINE + DAY)
    assert after.case.release == course.case.release == world_of("food-licence").bundle.release


@pytest.mark.parametrize(
    ("form", "until"),
    [({"term": {"until": "2026-05-06"}}, "2026-05-06 17:00"), ({"term": {}}, None), ({}, None)],
)
def test_a_clock_until_a_day_of_the_form_begins_with_the_day_that_stands_there_then(
    form: dict[str, Any], until: str | None
) -> None:
    """As it stands when the clock begins: what an agreement says is written long after the application."""
    course = opened()
    term = {"id": "term", "effect": "internal", "starts_on": ["accepted"], "until": "form:/term/until"}
    item = {**course.world.bundle.item, "clocks": [*course.world.bundle.item["clocks"], term]}
    course.world = replace(course.world, bundle=replace(course.world.bundle, item=item))
    course.form = {**course.form, **form}
    moves.make(course, course.world.process.moves["accept"], None, cause("person:w", NINE))
    found = {one["id"]: one["deadline"] for one in course.case.clocks}
    assert found.get("term") == (ms(until) if until else None)


def test_a_day_may_stand_in_a_fact_and_one_that_is_not_known_is_no_day() -> None:
    declared = {"id": "term", "until": "fact:lease-end"}
    facts = {"lease-end": PinnedFact("lease-end", True, "2026-05-06")}
    assert fixed_day(declared, {}, facts) == {"until": "2026-05-06"}
    assert fixed_day(declared, {}, {"lease-end": PinnedFact("lease-end", False, None)}) is None
    assert fixed_day(declared, {}, {}) is None
    assert fixed_day({"id": "term", "until": "2026-05-06"}, {}, facts) is None
    assert [is_undecided(one) for one in (declared, {"id": "a", "until": "2026-05-06"}, {"id": "a"})] == [
        True, False, False,
    ]  # fmt: skip
