"""A food licence from application to service, through HTTP on the packaged artefact: what each answer carries."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest

from tests.builders import (
    ACCEPT,
    FOOD,
    GRANT,
    PASS,
    PROPOSE,
    SERVE,
    Api,
    Firm,
    clocks_of,
    item_of,
    moves_of,
    ok,
    states,
    walk,
)

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def firm(api: Api) -> Firm:
    api.be_on("2026-03-02")
    return Firm(api)


@pytest.fixture(scope="module")
def steps(api: Api, firm: Firm) -> list[dict[str, Any]]:
    """The case after its submission and after each step, as whoever did it saw it."""
    seen = [firm.applies()]
    for step in (ACCEPT, PROPOSE, PASS, GRANT, SERVE):
        seen.append(walk(api, seen[0], [step]))
    return seen


@pytest.fixture(scope="module")
def events(firm: Firm, steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return firm.person.events(steps[0])


def test_the_case_goes_through_every_state_to_its_end(steps: list[dict[str, Any]]) -> None:
    path = [states(step)[0] for step in steps]
    assert path == ["received", "examining", "checking", "deciding", "granting", "completed"]
    assert [step["seq"] for step in steps] == [1, 2, 3, 4, 5, 6]
    assert [step["outcome"] for step in steps] == [None] * 5 + ["completed"]
    assert steps[-1]["closed_at"] == steps[-1]["updated_at"]


def test_every_state_is_named_in_both_languages_and_says_whom_it_waits_for(
    steps: list[dict[str, Any]],
) -> None:
    waits = [step["state"][0]["waits_for"] for step in steps]
    assert waits == ["post:window", "post:handler", "post:reviewer", "post:decider", "post:window", None]
    assert all(set(step["state"][0]["title"]) == {"zh", "en"} for step in steps)


def test_each_answer_offers_exactly_the_moves_that_its_caller_may_make_next(
    steps: list[dict[str, Any]],
) -> None:
    # who is answered: the firm, then window, handler, reviewer, decider, window
    special = ["begin_expert_review", "begin_hearing", "begin_testing"]  # while the proposal is checked
    assert [moves_of(step) for step in steps] == [["withdraw"], ["void"], special, [], [], []]


def test_the_same_case_offers_each_person_their_own_moves(api: Api) -> None:
    firm = Firm(api)
    case = firm.applies()
    offered = {name: moves_of(api.staff(name).see(case)) for name in ("window", "handler", "decider", "head")}
    intake = ["accept", "correct_on_spot", "request_correction", "not_required", "redirect"]
    assert offered == {
        "window": [*intake, "refuse_acceptance", "void"], "handler": [], "decider": [], "head": ["void"],
    }  # fmt: skip
    assert moves_of(firm.person.see(case)) == ["withdraw"]
    asked = {move["move"]: move for move in api.staff("window").see(case)["moves"]}
    assert asked["refuse_acceptance"]["input"]["required"] == ["reasons", "remedies"]
    assert asked["void"]["reason"] is True
    assert asked["void"]["input"]["required"] == ["reason"]


def test_clocks_run_from_receipt_to_service_with_their_deadlines(steps: list[dict[str, Any]]) -> None:
    submitted, accepted, granted, served = (clocks_of(steps[index]) for index in (0, 1, 4, 5))
    assert set(submitted) == {"intake"}
    # 2 March 2026 is a Monday: the fifth working day after it is Monday the 9th, until the office closes
    assert submitted["intake"]["deadline"] == "2026-03-09T17:00:00+08:00"
    assert submitted["intake"]["running"]
    assert not accepted["intake"]["running"]
    assert accepted["decision"]["deadline"] == "2026-03-30T17:00:00+08:00"
    assert accepted["decision"]["basis"] == "行政许可法第四十二条"
    assert not granted["decision"]["running"]
    assert granted["service"]["deadline"] == "2026-03-16T17:00:00+08:00"
    assert not any(clock["running"] for clock in served.values())


def test_the_promise_is_the_limit_that_the_rule_gives_for_this_kind_of_food(
    steps: list[dict[str, Any]],
) -> None:
    promised = clocks_of(steps[1])["promised"]
    assert (promised["effect"], promised["budget"], promised["unit"]) == ("promised", 8, "working_day")
    assert promised["deadline"] == "2026-03-12T17:00:00+08:00"


def test_a_longer_promise_is_made_where_the_rule_says_so(api: Api) -> None:
    canteen = Firm(api).applies(example=1)
    promised = clocks_of(walk(api, canteen, [ACCEPT]))["promised"]
    assert (promised["budget"], promised["deadline"]) == (10, "2026-03-16T17:00:00+08:00")


def test_the_number_that_the_province_knows_is_built_from_item_day_and_serial(
    steps: list[dict[str, Any]],
) -> None:
    number = steps[0]["number"]
    assert re.fullmatch(r"MR20260302-\d{4,}", number)
    code = item_of(FOOD)["codes"]["implementation"]
    assert steps[0]["exchange_number"] == f"{code}20260302{number[-4:]}"


def test_the_timeline_tells_each_step_once_in_order(events: list[dict[str, Any]]) -> None:
    told = [event["type"].removeprefix("case.") for event in events]
    assert told == ["submitted", "accepted", "proposed", "checked", "granted", "served"]
    assert [event["seq"] for event in events] == [1, 2, 3, 4, 5, 6]
    assert [event["data"].get("move") for event in events[1:]] == [
        "accept",
        "propose",
        "pass",
        "grant",
        "serve",
    ]
    assert all(event["data"]["to"] == later["data"]["from"] for event, later in pairwise(events))


def test_every_event_says_who_did_it_by_which_way_and_at_which_post(
    firm: Firm, events: list[dict[str, Any]]
) -> None:
    assert events[0]["actor"] == {"person": firm.subject, "via": "web"}
    posts = ["window", "handler", "reviewer", "decider", "window"]
    assert [event["actor"] for event in events[1:]] == [
        {"person": f"person:demo-{post}", "via": "web", "node": "market-regulation", "post": post}
        for post in posts
    ]


def test_every_event_is_frozen_with_its_dimensions_and_the_release_it_ran_under(
    steps: list[dict[str, Any]], events: list[dict[str, Any]]
) -> None:
    wanted = {
        "item": FOOD, "department": "market-regulation", "window": "food", "channel": "web", "town": "月亮岛街道",
    }  # fmt: skip
    for event in events:
        assert event["dimensions"] == wanted
        assert event["release"] == steps[0]["release"]
        assert event["case"] == event["root"] == steps[0]["case_id"]
        assert not {"key", "fingerprint", "nonce"} & event.keys()


def test_the_events_form_a_chain_of_hashes_from_nothing(events: list[dict[str, Any]]) -> None:
    assert set(events[0]["prev_hash"]) == {"0"}
    assert [event["prev_hash"] for event in events[1:]] == [event["hash"] for event in events[:-1]]
    assert len({event["hash"] for event in events}) == len(events)


def test_the_timeline_pages_without_gap_or_repetition(firm: Firm, steps: list[dict[str, Any]]) -> None:
    path, seen, after = f"/v1/cases/{steps[0]['case_id']}/events?limit=4", [], "0"
    while after is not None:
        page = ok(firm.person.get(f"{path}&after={after}"))
        seen += [event["seq"] for event in page["events"]]
        after = page["after"]
    assert seen == [1, 2, 3, 4, 5, 6]


def test_every_step_issues_its_document_whose_text_is_complete_in_both_languages(
    firm: Firm, steps: list[dict[str, Any]]
) -> None:
    documents = firm.person.documents(steps[0])
    assert list(documents)[:3] == ["receipt", "acceptance-notice", "decision-grant"]
    assert set(documents) >= {"food-business-licence", "service-receipt", "completion-notice"}
    for document in documents.values():
        assert document["missing"] == []
        assert document["stand_in"] is (
            document["seal"] is not None
        )  # what bears no seal has no stand-in for one
        assert set(document["text"]) == {"zh", "en"}
    assert all(
        documents[one]["stand_in"] for one in ("acceptance-notice", "decision-grant", "food-business-licence")
    )
    assert steps[0]["number"] in documents["receipt"]["text"]["zh"]
    assert steps[0]["number"] in documents["receipt"]["text"]["en"]
    assert "受理" in documents["acceptance-notice"]["text"]["zh"]
    assert "2026年3月30日" in documents["acceptance-notice"]["text"]["zh"]  # until when it will be decided
    assert "长沙望城示例餐饮有限公司" in documents["decision-grant"]["text"]["zh"]


def test_the_firm_finds_its_case_in_its_list_and_by_its_number(
    firm: Firm, steps: list[dict[str, Any]]
) -> None:
    listed = ok(firm.person.get("/v1/cases"))["cases"]
    assert steps[0]["case_id"] in [case["case_id"] for case in listed]
    assert firm.person.see(steps[0]["number"])["case_id"] == steps[0]["case_id"]
