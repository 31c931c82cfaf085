"""A running case under another release: moved with its clocks told anew, or replayed to see what would differ."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain import clock, migration, replay
from chalicelib.domain.change import Body
from chalicelib.domain.definitions import Bundle
from chalicelib.domain.filing import form_row
from chalicelib.domain.problems import Problem
from chalicelib.domain.transitions import Course
from chalicelib.domain.world import World
from tests.builders_cases import DAY, HOUR, NINE, cause, moved, opened, waited
from tests.builders_stores import world as world_of

FOOD = "food-licence"
PROPOSAL = {"opinion": "grant", "grounds": "材料齐全"}


class Story:
    """A case and everything that happened to it, as a store would tell it."""

    def __init__(self, at: int = NINE) -> None:
        self.course = opened(FOOD, at)
        self.first: Body = self.course.form_row or {}
        self.history: list[Body] = [event.body for event in self.course.events]

    def then(self, course: Course) -> Story:
        self.course = course
        self.history += [event.body for event in course.events]
        return self

    def accepted(self, at: int = NINE + HOUR) -> Story:
        return self.then(moved(self.course, "accept", "person:window", {}, at))

    def proposed(self, at: int = NINE + 2 * HOUR) -> Story:
        return self.then(moved(self.course, "propose", "person:handler", PROPOSAL, at))

    def differences(self, changed: Bundle) -> list[str]:
        case = self.course.case
        active = self.course.world.process.active(case.configuration)
        return replay.differences(under(changed), case, self.first, self.history, active)

    def migrated(self, changed: Bundle, at: int = NINE + 3 * HOUR, **states: str) -> Course:
        process: Any = self.course.world.bundle.process
        return migration.migrate(
            replace(under(changed), at=at), self.course.case, self.first, self.history, states=states,
            release_set=2, old=process, cause=cause("person:releaser", at), told={"migration_id": "mig_1"},
        )  # fmt: skip


def under(bundle: Bundle) -> World:
    return replace(world_of(FOOD, NINE), bundle=bundle)


def changed(edit: Callable[[dict[str, Any], dict[str, Any]], None]) -> Bundle:
    """The item's bundle after `edit(item, process)`, as another release."""
    bundle = world_of(FOOD, NINE).bundle
    item, process = copy.deepcopy(dict(bundle.item)), copy.deepcopy(dict(bundle.process or {}))
    edit(item, process)
    return replace(bundle, item=item, process=process, release="f" * 64)


def same() -> Bundle:
    return changed(lambda item, process: None)


def with_decision_of(days: int) -> Bundle:
    def edit(item: dict[str, Any], _: dict[str, Any]) -> None:
        next(one for one in item["clocks"] if one["id"] == "decision").update(budget=days)

    return changed(edit)


def without_propose(_: dict[str, Any], process: dict[str, Any]) -> None:
    rename(process, "propose", "suggest")


def rename(process: dict[str, Any], old: str, new: str) -> None:
    process["moves"][new] = process["moves"].pop(old)
    for node in process["chart"]["states"]["open"]["states"].values():
        for arrow in node["transitions"]:
            if arrow["event"] == old:
                arrow["event"] = new


def with_checking_called_reviewing(_: dict[str, Any], process: dict[str, Any]) -> None:
    inner = process["chart"]["states"]["open"]["states"]
    inner["reviewing"] = inner.pop("checking")
    for node in inner.values():
        for arrow in node["transitions"]:
            if arrow["target"] == "checking":
                arrow["target"] = "reviewing"
    process["states"]["reviewing"] = process["states"].pop("checking")


def clocks(course: Course) -> dict[str, Any]:
    return {one["id"]: one for one in course.case.clocks}


# ── replay


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_the_same_acts_under_the_same_declarations_come_out_the_same(steps):
    story = Story()
    for step in (story.accepted, story.proposed)[:steps]:
        step()
    assert story.differences(same()) == []


def test_an_acceptance_by_silence_is_replayed_by_time_alone():
    story = Story()
    story.then(waited(story.course, NINE + 9 * DAY))
    assert story.course.world.process.active(story.course.case.configuration) == ("examining",)
    assert story.differences(same()) == []


def test_another_limit_is_told_by_its_clock():
    assert Story().accepted().differences(with_decision_of(30)) == ["deadline:decision"]


def test_a_move_that_is_gone_is_told_by_its_code():
    assert Story().accepted().proposed().differences(changed(without_propose)) == ["stuck:move-not-available"]


def test_a_form_that_fits_no_more_is_told_and_nothing_of_it_is_shown():
    def edit(item: dict[str, Any], _: dict[str, Any]) -> None:
        item["form"]["required"] = [*item["form"].get("required", ()), "shoe_size"]
        item["form"]["properties"]["shoe_size"] = {"type": "integer"}

    assert Story().differences(changed(edit)) == ["stuck:form-invalid"]


# ── migration


def test_a_moved_case_stands_where_it_stood_and_its_deadline_is_the_new_releases():
    story = Story().accepted()
    before = story.course.case
    course = story.migrated(with_decision_of(30))
    expected = Story()
    expected.course = opened(FOOD, NINE, world=under(with_decision_of(30)))
    expected.accepted()
    assert course.case.configuration == before.configuration
    assert (course.case.release, course.case.release_set) == ("f" * 64, 2)
    assert clocks(course)["decision"]["deadline"] == clocks(expected.course)["decision"]["deadline"]
    assert clocks(course)["intake"]["stopped_at"] == clocks(story.course)["intake"]["stopped_at"]
    assert migration.deadlines_moved(before, course.case) == 1
    (event,) = course.events
    assert (event.type, event.seq) == ("case.migrated", before.seq + 1)
    assert event.body["data"]["from_release"] == before.release
    assert event.body["data"]["migration_id"] == "mig_1"


def test_under_the_same_declarations_no_deadline_moves():
    story = Story().accepted().proposed()
    course = story.migrated(same())
    assert migration.deadlines_moved(story.course.case, course.case) == 0
    assert clocks(course) == clocks(story.course)


def test_an_acceptance_by_silence_still_reaches_back_to_the_day_of_receipt():
    story = Story()
    story.then(waited(story.course, NINE + 9 * DAY))
    course = story.migrated(same(), NINE + 10 * DAY)
    assert clocks(course)["decision"]["started_at"] == story.course.case.opened_at
    assert clocks(course)["decision"]["deadline"] == clocks(story.course)["decision"]["deadline"]


def test_what_fired_already_does_not_fire_again():
    story = Story().accepted()
    story.then(waited(story.course, NINE + 25 * DAY))
    fired = {name: one["fired"] for name, one in clocks(story.course).items() if one["fired"]}
    assert fired
    course = story.migrated(same(), NINE + 25 * DAY)
    assert {name: one["fired"] for name, one in clocks(course).items() if one["fired"]} == fired
    assert clock.running(course.case.clocks)


def test_a_state_that_is_called_otherwise_needs_to_be_named():
    story = Story().accepted().proposed()
    target = changed(with_checking_called_reviewing)
    with pytest.raises(Problem) as refused:
        story.migrated(target)
    assert refused.value.code == "state-unknown"
    course = story.migrated(target, checking="reviewing")
    assert course.world.process.active(course.case.configuration) == ("reviewing",)


def test_a_form_that_does_not_fit_keeps_its_case_where_it_is():
    def edit(item: dict[str, Any], _: dict[str, Any]) -> None:
        item["form"]["required"] = [*item["form"].get("required", ()), "shoe_size"]
        item["form"]["properties"]["shoe_size"] = {"type": "integer"}

    with pytest.raises(Problem) as refused:
        Story().migrated(changed(edit))
    assert refused.value.code == "form-invalid"


def test_the_form_row_is_what_a_store_keeps():
    story = Story()
    assert story.first == form_row(story.course.form, (), story.course.facts)
