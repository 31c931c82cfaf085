"""A trial says of every step what a table decided, how each new deadline adds up, and what is not as expected."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from chalicelib.domain import examples
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.definitions import SHARED, of_kind
from chalicelib.domain.manifests import manifest, resolve
from chalicelib.domain.organisations import Organisation
from tests.builders_pack import KINDS, WHOLE

WORLD = {**WHOLE, **{f"{SHARED}{name}": schema for name, schema in KINDS.shared.items()}}
CALENDAR = Calendar(of_kind("calendars", WHOLE).values())
GRAPH = Organisation(next(iter(of_kind("organisations", WHOLE).values())))
LICENCE = WHOLE["items/food-licence"]


def played(item: str, example: dict[str, Any]) -> dict[str, Any]:
    bundle = resolve(manifest(f"items/{item}", WORLD, KINDS, {}), WORLD)
    return examples.play(bundle, example, CALENDAR, GRAPH, of_kind("accounts", WHOLE))


def first(**changes: Any) -> dict[str, Any]:
    example: dict[str, Any] = copy.deepcopy(LICENCE["examples"][0])
    return {**example, **changes}


def test_an_example_that_comes_out_as_it_says_has_no_findings():
    assert played("food-licence", first())["findings"] == []


def test_without_an_expectation_nothing_is_found():
    example = first()
    del example["expect"]
    assert played("food-licence", example)["findings"] == []


def test_another_state_than_expected_is_found_where_the_example_says_it():
    result = played("food-licence", first(expect={"state": "refused", "refused": None}))
    assert [one["pointer"] for one in result["findings"]] == ["/expect/state"]


def test_a_step_that_is_refused_is_found_at_that_step_and_is_the_last_one_told():
    moves = copy.deepcopy(LICENCE["examples"][0]["moves"])
    moves[1] = {**moves[1], "by": "post:window"}
    result = played("food-licence", first(moves=moves))
    assert [one["pointer"] for one in result["findings"]] == ["/moves/1"]
    assert len(result["steps"]) == 3
    assert result["refused"]["code"]


def test_a_refusal_that_is_expected_is_no_finding():
    moves = copy.deepcopy(LICENCE["examples"][0]["moves"])[:2]
    moves[1] = {**moves[1], "by": "post:window"}
    code = played("food-licence", first(moves=moves))["refused"]["code"]
    state = played("food-licence", first(moves=moves))["steps"][-1]["state"]
    assert (
        played("food-licence", first(moves=moves, expect={"state": state, "refused": code}))["findings"] == []
    )


def test_every_new_deadline_is_a_sum_that_adds_up_day_by_day():
    sums = [one for step in played("food-licence", first())["steps"] for one in step["sums"]]
    assert {"intake", "promised", "decision"} <= {one["id"] for one in sums}
    for one in sums:
        days = sum(row["days"] for row in one["skipped"])
        span = (date.fromisoformat(one["ends"]) - date.fromisoformat(one["starts"])).days + 1
        assert one["counted"] + days == span, one
        if one["unit"] == "working_day":
            assert one["counted"] == one["budget"] + one["extended"], one


def test_a_sum_is_what_a_calendar_on_the_wall_says():
    """Five working days from Monday 2026-03-02: the first day is not counted, a week-end is passed."""
    (intake,) = [one for one in played("food-licence", first())["steps"][0]["sums"] if one["id"] == "intake"]
    assert (intake["starts"], intake["ends"], intake["counted"]) == ("2026-03-02", "2026-03-09", 5)
    assert sum(one["days"] for one in intake["skipped"]) == 3


@pytest.mark.parametrize("days", [0, 3, 200])
def test_a_sum_ends_on_the_deadline_that_the_step_tells(days):
    start = date(2026, 3, 2) + timedelta(days=days)
    for step in played("food-licence", first(today=f"{start.isoformat()}T09:00:00+08:00", expect={}))[
        "steps"
    ]:
        assert all(step["deadlines"][one["id"]] == one["ends"] for one in step["sums"])


def test_a_deadline_is_told_once_and_again_only_when_it_moves():
    steps = played("food-licence", first())["steps"]
    for before, after in pairwise(steps):
        for one in after["sums"]:
            moved = before["deadlines"].get(one["id"]) != one["ends"]
            assert moved or one["unit"] == "office_hour", one


def test_what_a_table_decided_stands_at_its_step_with_its_row_and_facts():
    decided = [
        one
        for item in ("food-licence", "water-connection")
        for example in WHOLE[f"items/{item}"]["examples"]
        if not example["expect"].get("refused")
        for step in played(item, example)["steps"]
        for one in step["decided"]
    ]
    assert decided
    assert all({"rules", "version", "rows", "facts", "result"} <= one.keys() for one in decided)
