"""The figures behind 0520 and 0210 hold, and a construction project opens what exists, on a clock that can stop."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from chinese_calendar import is_workday

from chalicelib.domain import examples
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.definitions import SHARED, of_kind
from chalicelib.domain.manifests import manifest, resolve
from chalicelib.domain.organisations import Organisation
from chalicelib.domain.process import Configuration, compile_process
from chalicelib.domain.scope import around
from tests.builders_pack import ITEMS, KINDS, PACK, leaves

ORGANISATION = Organisation(PACK["organisations/wangcheng"])
PROJECT = PACK["items/industrial-project"]
RUNNING = PROJECT["children"]["running"]
# 规划 二篇·二章·二·2: materials, days of the promised clock, steps of the applicant, fee
CODES = {"0520": (0, (5, "working_day"), 2, False), "0210": (0, (1, "calendar_day"), 2, False)}
CODED = [(item, code) for item in ITEMS for code in CODES if code in item.get("topics", ())]


def applicant_steps(item: Mapping[str, Any]) -> int:
    """The fewest acts of the applicant from applying to the good end, applying included."""
    process = compile_process(PACK[f"processes/{item['process']}"])
    best: dict[tuple[str, ...], int] = {}
    ahead: list[tuple[Configuration, int]] = [(process.initial(), 1)]
    ends = []
    while ahead:
        here, acts = ahead.pop()
        if best.get(tuple(here["in"]), 99) <= acts:
            continue
        best[tuple(here["in"])] = acts
        if process.final(here) == "completed":
            ends.append(acts)
        for event in process.enabled(here):
            move, after = process.moves.get(event), process.send(here, event)
            assert after is not None
            ahead.append((after, acts + (move is not None and "party:applicant" in move.by)))
    return min(ends)


def figures(item: Mapping[str, Any]) -> tuple[int, tuple[int, str], int, bool]:
    (promise,) = (clock for clock in item["clocks"] if clock["effect"] == "promised")
    steps = applicant_steps(item)
    assert steps == len(item["guide"]["applicant_steps"])
    length = (promise["budget"], promise["unit"])
    return len(item["materials"]), length, steps, item["guide"]["fees"]["charged"]


@pytest.mark.parametrize(("item", "code"), CODED, ids=[code for _, code in CODED])
def test_a_code_of_four_figures_is_what_the_item_does(item, code):
    assert figures(item) == CODES[code]


def test_water_and_gas_carry_their_codes_and_one_material_more_would_be_noticed():
    assert {(item["id"], code) for item, code in CODED} == {
        ("water-connection", "0520"),
        ("gas-connection", "0210"),
    }
    asking = {**PACK["items/water-connection"], "materials": [{"id": "deed"}]}
    assert figures(asking) != CODES["0520"]


def test_nothing_can_be_charged_for_a_connection():
    asked = PACK["processes/connection"]["moves"]["offer_plan"]["input"]
    assert "charge_fen" in asked["required"]
    assert asked["properties"]["charge_fen"]["const"] == 0


def test_what_the_plan_does_not_define_is_said_to_be_undefined():
    item = PACK["items/electricity-connection"]
    assert "three-all-five-isations" in item["topics"]
    assert "未界定" in item["description"]["zh"]
    (promise,) = (clock for clock in item["clocks"] if clock["effect"] == "promised")
    assert promise["source"]["en"] == "sample default, not from the plan"


def test_a_utility_company_is_an_organ_of_its_own_under_the_eyes_of_the_district():
    assert around(ORGANISATION, "water-supply", "utilities") == (
        ("water-supply", "utilities"),
        ("wangcheng",),
    )


# ── the construction project


def test_every_member_of_a_project_is_an_item_and_its_fields_exist_on_both_sides():
    fields = {path for path, _ in leaves(PROJECT["form"])}
    for member in RUNNING["members"]:
        item = PACK[f"items/{member['item']}"]
        theirs = {path for path, _ in leaves(item["form"])}
        for target, source in member["map"].items():
            assert is_in(source.removeprefix("form:"), fields), (member["item"], source)
            assert is_in(target, theirs), (member["item"], target)
    assert {RUNNING["events"][name] for name in RUNNING["events"]} <= PACK["processes/joint"][
        "internal"
    ].keys()
    assert RUNNING["group_clock"] in {clock["id"] for clock in PROJECT["clocks"]}
    assert {member["stage"] for member in RUNNING["members"]} <= {stage["id"] for stage in RUNNING["stages"]}


def is_in(pointer: str, fields: set[str]) -> bool:
    return any(field == pointer or field.startswith(f"{pointer}/") for field in fields)


def test_a_menu_names_members_only():
    members = {member["item"] for member in RUNNING["members"]}
    menus = PACK["rules/construction-menu"]["result"]["properties"]["menu"]["enum"]
    named = {item for menu in menus if menu for item in menu.split()}
    assert named == members


def played(example: Mapping[str, Any]) -> list[tuple[str, str]]:
    shared = {f"{SHARED}{name}": schema for name, schema in KINDS.shared.items()}
    bundle = resolve(manifest("items/industrial-project", PACK, KINDS, {}), {**PACK, **shared})
    calendar = Calendar(of_kind("calendars", PACK).values())
    return [(one.pointer, one.code) for one in examples.run(bundle, example, calendar, ORGANISATION)]


def in_working_days(start: date, days: int) -> date:
    while days:
        start += timedelta(days=1)
        days -= is_workday(start)
    return start


def between_stages() -> dict[str, Any]:
    (example,) = (one for one in PROJECT["examples"] if "the time between stages" in one["name"])
    return copy.deepcopy(example)


def test_the_group_clock_counts_what_members_take_and_not_the_time_between_stages():
    example = between_stages()
    # confirmed on the 1st working day, members closed 10 later, next stage 1 and 15 later: 20 of 30 are left
    restarted = in_working_days(date(2026, 3, 2), 1 + 10 + 1 + 15)
    example["expect"]["deadlines"] = {"promised": in_working_days(restarted, 20).isoformat()}
    assert played(example) == []
    example["expect"]["deadlines"] = {"promised": in_working_days(restarted, 19).isoformat()}
    assert played(example) == [("/expect/deadlines/promised", "example-deadline")]


def test_what_members_report_is_sent_and_only_where_the_process_waits_for_it():
    example = between_stages()
    example["moves"] = [{"event": "child.all_closed"}]
    assert played(example) == [("/moves/0", "example-refused")]
    example["expect"] = {"state": "confirming", "refused": "move-not-available"}
    assert played(example) == []
    example["moves"] = [{"event": "child.unheard_of"}]
    assert played(example) == []


# ── three connections as one matter


def test_of_three_connections_no_field_is_asked_twice_and_none_is_left_out():
    bundle = PACK["items/utilities-joint-connection"]
    asked = {path for path, _ in leaves(bundle["form"])} - {"/connections/*"}
    wanted: dict[str, set[str]] = {}  # what a member asks → where the one form has it
    for member in bundle["children"]["running"]["members"]:
        for path, _ in leaves(PACK[f"items/{member['item']}"]["form"]):
            sources = [
                source.removeprefix("form:") + path.removeprefix(target)
                for target, source in member["map"].items()
                if path == target or path.startswith(f"{target}/")
            ]
            assert len(sources) == 1, f"{member['id']}: {path}"
            wanted.setdefault(path, set()).update(sources)
    asked_twice = {path: places for path, places in wanted.items() if len(places) > 1}
    assert len(asked_twice) == 0
    assert {place for places in wanted.values() for place in places} == asked
    separately = sum(len(list(leaves(PACK[f"items/{name}-connection"]["form"]))) for name in COMPANIES)
    assert separately - len(asked) > 50  # fields that three applications would ask again


COMPANIES = ("water", "electricity", "gas")
