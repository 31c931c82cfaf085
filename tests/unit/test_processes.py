"""Every process that an item runs on is shown to all its ends; the twelve of the library are played through HTTP."""

from __future__ import annotations

import pytest

from tests.builders_pack import ITEMS, PACK
from tests.builders_processes import OF_ITEM, THE_TWELVE, USED, cases_of, finals, played, shown
from tests.journeys.stories import STORIES
from tests.journeys.stories_processes import STORIES as OF_PROCESSES
from tests.journeys.telling import Step, Story

SHOWN, PLAYED = shown(ITEMS), played(STORIES)


def test_every_process_of_the_pack_is_one_that_an_item_runs_on() -> None:
    assert {f"processes/{name}" for name in USED} == {key for key in PACK if key.startswith("processes/")}
    assert set(THE_TWELVE) <= set(USED)


@pytest.mark.parametrize("process", USED)
def test_every_final_state_of_a_process_is_reached_by_an_example_of_an_item(process: str) -> None:
    missing = sorted(finals(process) - SHOWN[process].keys())
    assert missing == [], f"no example of an item on {process} ends in: {', '.join(missing)}"


@pytest.mark.parametrize("process", THE_TWELVE)
def test_each_of_the_twelve_is_played_end_to_end_through_http(process: str) -> None:
    assert PLAYED[process], f"no story plays a case of {process} to a final state"


def test_what_is_missing_is_named_and_a_refusal_reaches_nothing() -> None:
    """The counting itself: without the one item that shows them, these ends are missed by name."""
    process, alone = "dispute", OF_ITEM["people-mediation"]
    only = [one for one in alone["examples"] if one["expect"]["state"] != "resolved_outside"]
    assert finals(process) - shown([{**alone, "examples": only}])[process].keys() == {"resolved_outside"}
    refused = [{**one, "expect": {**one["expect"], "refused": "forbidden"}} for one in alone["examples"]]
    assert shown([{**alone, "examples": refused}])[process] == {}


def test_a_story_plays_only_what_it_says_and_sees() -> None:
    """A case that is followed to without saying which item it is of, and a refused step, count for nothing."""
    submits = Step("提交", "Submitted", "firm", "submit people-mediation", {}, {"state": "intake"})
    refused = Step("不收", "Refused", "firm", "submit plan-task", {}, {"status": 422})
    follows = Step("转到", "Followed", "firm", "follow about", {}, {})
    ends = Step("办结", "Over", "firm", "see", {}, {"outcome": "performed"})

    def told(*steps: Step) -> dict[str, list[str]]:
        story = Story("s", "E01", "故事", "a story", steps)
        return {process: sorted(states) for process, states in played([story]).items()}

    assert told(submits, ends) == {"dispute": ["performed"]}
    assert told(submits, refused, ends) == {"dispute": ["performed"]}
    assert told(submits, follows, ends) == {}
    assert told(ends) == {}


def test_the_stories_of_processes_say_of_every_case_which_item_it_is_of() -> None:
    for story in OF_PROCESSES:
        said = {id(step) for _, step in cases_of(story)}
        begun = False
        for step in story.steps:
            begun = begun or (step.does.startswith("submit ") and "status" not in step.expect)
            assert not begun or id(step) in said, f"{story.id}: {step.en}"
