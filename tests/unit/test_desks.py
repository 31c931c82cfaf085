"""Which desks a person sits at, by the posts of the day; and an item as a case runs on it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import application, uscc_of
from tests.builders_app import MORNING, House, house

DAY = 86_400_000
FOOD = "food-licence"


@pytest.fixture(scope="module")
def up() -> Any:
    with house() as made:
        yield made


def asked(up: House, subject: str, *roles: str) -> dict[str, Any]:
    answer = up.call("GET", "/v1/queues", headers=up.bearer(subject, *(roles or ("staff",))))
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def queues(found: dict[str, Any]) -> set[str]:
    return {one["queue_id"] for one in found["desks"]}


def test_a_clerk_finds_the_queues_of_the_window_and_reads_them(up: House):
    found = asked(up, "person:demo-food-window")
    assert [(one["node"], one["post"], one["deputy_for"]) for one in found["posts"]] == [
        ("food", "window", None)
    ]
    assert queues(found) == {"market-regulation.food"}
    clerk = up.bearer("person:demo-food-window", "staff")
    for queue in queues(found):
        assert up.call("GET", f"/v1/queues/{queue}", headers=clerk).status == 200


def test_what_is_not_listed_may_not_be_read(up: House):
    clerk = up.bearer("person:demo-food-window", "staff")
    for queue in queues(asked(up, "person:demo-tax-head")) - {"market-regulation.food"}:
        assert up.call("GET", f"/v1/queues/{queue}", headers=clerk).status == 403


def test_an_official_finds_every_window_that_works_for_the_organ(up: House):
    mine = queues(asked(up, "person:demo-handler"))
    assert {
        "market-regulation.food",
        "market-regulation.registration",
        "market-regulation.market-regulation",
    } <= mine
    assert all(one.startswith("market-regulation.") for one in mine)


def test_the_districts_head_finds_all_of_them(up: House):
    everything = queues(asked(up, "person:demo-district-head"))
    assert queues(asked(up, "person:demo-handler")) < everything
    assert {one.split(".")[0] for one in everything} >= {"tax", "justice", "market-regulation"}


def test_a_deputy_finds_the_desk_only_while_deputising_and_is_told_for_whom(up: House):
    assert asked(up, "person:demo-deputy") == {"posts": [], "desks": []}
    up.app.at = MORNING + 15 * DAY  # 2026-03-17
    try:
        found = asked(up, "person:demo-deputy")
    finally:
        up.app.at = MORNING
    assert [(one["post"], one["deputy_for"]) for one in found["posts"]] == [
        ("decider", "person:demo-decider")
    ]
    assert "market-regulation.food" in queues(found)


def test_who_is_no_official_sits_nowhere_and_who_did_not_sign_in_is_asked_to(up: House):
    assert asked(up, "person:somebody", "citizen") == {"posts": [], "desks": []}
    assert up.call("GET", "/v1/queues").status == 401


def test_an_item_is_told_as_the_case_runs_on_it_with_what_its_form_refers_to(up: House):
    firm = up.bearer(f"enterprise:{uscc_of(1)}", "citizen") | {"Idempotency-Key": "one"}
    case = up.call("POST", f"/v1/items/{FOOD}/cases", application(FOOD, uscc_of(1)), firm).json()
    item = up.call("GET", f"/v1/items/{FOOD}?release={case['release']}")
    assert item.status == 200
    assert item.json()["release"] == case["release"]
    named = item.json()["form"]["properties"]["legal_representative"]["$ref"]
    assert "name" in item.json()["shared"][named]["properties"]


def test_a_release_of_another_item_or_of_none_is_refused(up: House):
    other = up.call("GET", "/v1/items/water-connection").json()["release"]
    assert up.call("GET", f"/v1/items/{FOOD}?release={other}").code == "release-of-another-item"
    assert up.call("GET", f"/v1/items/{FOOD}?release={'0' * 64}").status == 404
