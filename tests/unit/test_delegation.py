"""A department maintains its own definitions by two posts of its own, and nobody else's; the district maintains all."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.actions.permits import permit
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Problem
from tests.builders_app import Answer, House, house
from tests.builders_stores import Hand, kit

FOOD, RULE = "items/food-licence", "rules/food-licence-limit"
SAID = "您只能维护本部门的定义;其他部门的和全区共用的定义,请联系该部门或区级管理员。"


@pytest.fixture(scope="module")
def made() -> Iterator[House]:
    with house() as one:
        yield one


@pytest.fixture
def up(made: House) -> Iterator[House]:
    yield made
    made.rewind()


def staff(up: House, name: str) -> dict[str, str]:
    return up.bearer(f"person:demo-{name}", "staff")


def published(up: House, key: str, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = up.call("GET", f"/v1/definitions/{key}", None, staff(up, "definer")).json()
    return found["definition"] | {"title": {"zh": "新", "en": "new"}} | changes


def drafted(up: House, who: dict[str, str], key: str, body: dict[str, Any]) -> Answer:
    return up.call("POST", f"/v1/definitions/{key}/drafts", {"body": body}, who)


def refused(answer: Answer, code: str = "not-your-definition") -> None:
    assert (answer.status, answer.code) == (403, code), answer
    if code == "not-your-definition":
        assert answer.json()["messages"]["zh"] == SAID


def test_a_department_writes_checks_and_releases_its_own_item_by_two_people(up: House) -> None:
    writer, releaser = staff(up, "definer"), staff(up, "market-releaser")
    answer = drafted(up, writer, FOOD, published(up, FOOD))
    assert answer.status == 201
    path = f"/v1/definitions/{FOOD}/drafts/{answer.json()['draft_id']}"
    assert up.call("POST", f"{path}/checks", {}, writer).json()["status"] == "passed"
    refused(up.call("POST", f"{path}/releases", {}, writer), "author-is-releaser")
    refused(up.call("PUT", path, {"body": published(up, FOOD)}, releaser | {"If-Match": '"1"'}))
    assert up.call("POST", f"{path}/releases", {}, releaser).status == 201
    up.app.forget()
    assert up.call("GET", "/v1/items/food-licence").json()["title"]["en"] == "new"


def test_what_is_the_whole_districts_no_department_writes(up: House) -> None:
    for key in (RULE, "processes/approval", "access/district", "organisations/wangcheng", "registers/powers"):
        refused(drafted(up, staff(up, "definer"), key, published(up, key)))


def test_nobody_takes_a_definition_over_by_writing_their_department_in(up: House) -> None:
    writer = staff(up, "definer")
    refused(drafted(up, writer, RULE, published(up, RULE, department="market-regulation")))
    refused(drafted(up, writer, "items/new-one", published(up, FOOD, id="new-one", department="tax")))
    assert drafted(up, writer, "items/new-one", published(up, FOOD, id="new-one")).status == 201


def test_nobody_gives_a_definition_away_or_hides_whose_it_is(up: House) -> None:
    writer = staff(up, "definer")
    for department in ("tax", "", None, 5, ["market-regulation"], "Market-Regulation"):
        refused(drafted(up, writer, FOOD, published(up, FOOD, department=department)))
    ownerless = published(up, FOOD)
    del ownerless["department"]
    refused(drafted(up, writer, FOOD, ownerless))


def test_a_draft_that_the_district_moved_to_another_department_is_out_of_reach(up: House) -> None:
    writer, releaser, admin = (
        staff(up, "definer"),
        staff(up, "market-releaser"),
        up.bearer("person:demo-admin", "admin"),
    )
    draft = drafted(up, writer, FOOD, published(up, FOOD)).json()["draft_id"]
    path = f"/v1/definitions/{FOOD}/drafts/{draft}"
    refused(
        up.call("PUT", path, {"body": published(up, FOOD, department="tax")}, writer | {"If-Match": '"1"'})
    )
    moved = {"body": published(up, FOOD, department="tax")}
    assert up.call("PUT", path, moved, admin | {"If-Match": '"1"'}).status == 200
    for caller in (writer, releaser):
        refused(up.call("POST", f"{path}/checks", {}, caller))
    refused(up.call("PUT", path, {"body": published(up, FOOD)}, writer | {"If-Match": '"2"'}))
    refused(up.call("DELETE", path, None, writer | {"If-Match": '"2"'}))
    refused(up.call("POST", f"{path}/releases", {}, releaser))
    assert (
        up.call("POST", f"{path}/releases", {}, up.bearer("person:demo-releaser", "releaser")).status != 403
    )


def test_a_department_cannot_smuggle_anothers_draft_into_its_release(up: House) -> None:
    admin, releaser = up.bearer("person:demo-admin", "admin"), staff(up, "market-releaser")
    own = drafted(up, admin, FOOD, published(up, FOOD)).json()["draft_id"]
    other = drafted(up, admin, RULE, published(up, RULE)).json()["draft_id"]
    path = f"/v1/definitions/{FOOD}/drafts/{own}"
    refused(up.call("POST", f"{path}/releases", {"with": [other]}, releaser))
    refused(up.call("POST", f"{path}/checks", {"with": [other]}, releaser))
    refused(up.call("POST", f"/v1/definitions/{FOOD}/drafts/{other}/releases", {}, releaser))


def test_a_rule_or_register_that_names_its_department_is_that_departments(up: House) -> None:
    admin, writer = up.bearer("person:demo-admin", "admin"), staff(up, "definer")
    draft = drafted(up, admin, RULE, published(up, RULE, department="market-regulation")).json()["draft_id"]
    path = f"/v1/definitions/{RULE}/drafts/{draft}"
    assert (
        up.call("POST", f"{path}/releases", {}, up.bearer("person:demo-releaser", "releaser")).status == 201
    )
    up.app.forget()
    assert drafted(up, writer, RULE, published(up, RULE)).status == 201
    tried = up.call("POST", f"/v1/{RULE}/trials", {"facts": {"food-category": "catering"}}, writer)
    assert tried.status == 200
    refused(drafted(up, staff(up, "handler"), RULE, published(up, RULE)))


def test_the_department_stops_its_own_item_and_not_everything(up: House) -> None:
    why, releaser = {"reason": "检查"}, staff(up, "market-releaser")
    assert up.call("PUT", "/v1/items/food-licence/stop", why, releaser).status == 200
    refused(up.call("PUT", "/v1/switches/submissions", why, releaser))
    refused(up.call("PUT", "/v1/switches/food-licence", why, releaser))
    refused(up.call("PUT", "/v1/items/food-licence/stop", why, staff(up, "definer")), "forbidden")
    refused(up.call("POST", "/v1/release-sets/rollbacks", {"to": 1, **why}, releaser), "forbidden")


def test_the_department_in_the_draft_is_asked_about_as_well_as_the_published_one() -> None:
    definer = Principal("person:demo-definer", "岗", frozenset({"staff"}), "web")
    stores = SimpleNamespace(cases=None, timers=None, drafts=None, records=None)
    ask = permit(kit(Hand(), stores))
    own = {"department": "market-regulation"}
    ask(definer, "edit_definition", "items", "food-licence", (), own)
    for foreign in ({"department": "tax"}, {"department": ""}, {}, {"department": ["market-regulation"]}):
        with pytest.raises(Problem) as refusal:
            ask(definer, "edit_definition", "items", "food-licence", (), own, foreign)
        assert refusal.value.code == "not-your-definition"
