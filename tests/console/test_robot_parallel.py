"""A robot official builds an approval that departments give side by side, from nothing but the screen and a one-page
brief; a second person releases it, every department has a case of its own, and all of it runs to its end through the
public API.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders_app import House
from tests.builders_robots import (
    asks_what_the_brief_adds,
    built,
    filed,
    holder,
    line,
    lines,
    moved,
    new_fields,
    released,
    seen,
    settles,
    stands_before_the_public,
)

pytestmark = pytest.mark.timeout(900)  # a browser beside all other tests takes its time

PACK = ("items/joint-acceptance", "registers/powers", "documents/one-time-correction-notice")
SAMPLE = {
    "规划核实": "natural-resources", "消防验收": "housing-construction",
    "人防验收": "housing-construction", "档案验收": "urban-management",
}  # fmt: skip
OPINION = {"what": "现场核查", "on": "2026-03-02"}
JOINT = {"note": "各部门意见汇总：同意"}


@pytest.mark.parametrize(
    "brief", ["parallel.md", pytest.param("parallel-changed.md", marks=pytest.mark.proof)]
)
def test_a_robot_builds_an_approval_by_several_departments_at_once_that_then_runs(brief):
    with built("parallel", brief, *PACK) as (up, _):
        stands_before_the_public(up, brief)
        declared = released(up, "items", line(brief, "事项编号"))
        asks_what_the_brief_adds(declared, brief)
        group = declared["children"]["running"]["members"]
        assert {one["title"]["zh"]: one["department"] for one in group} == asked_for(up, brief)
        offered = declared["form"]["properties"]["specialities"]["items"]
        assert [offered["x-labels"][code]["zh"] for code in offered["enum"]] == [
            one["title"]["zh"] for one in group
        ]
        nodes = named_nodes(up)
        more = {nodes[name] for one in lines(brief, "联办机构增加") for name in one.split("，")}
        assert more <= set(declared["guide"]["joint_departments"])
        case = runs(up, declared)
        (promised,) = [one for one in case["clocks"] if one["id"] == "promised"]
        assert f"{promised['budget']}个工作日" == line(brief, "承诺时限").split("，")[1]


def named_nodes(up: House) -> dict[str, str]:
    """The bodies of the organisation by what they are called."""
    nodes = released(up, "organisations", "wangcheng")["nodes"]
    return {node["title"]["zh"]: name for name, node in nodes.items()}


def asked_for(up: House, brief: str) -> dict[str, str]:
    """Who gives an opinion, and in which department, as the brief has it."""
    named = named_nodes(up)
    asked = {name: node for name, node in SAMPLE.items() if name not in lines(brief, "不设成员")}
    for more in lines(brief, "成员增加"):
        name, _, department = more.split("，")
        asked[name] = named[department]
    for change in lines(brief, "成员改由"):
        name, department = change.split("，")
        asked[name] = named[department]
    return asked


def runs(up: House, declared: dict[str, Any]) -> dict[str, Any]:
    """All departments are asked, each says yes in its own case; then one conclusion is served."""
    example = declared["examples"][0]
    owner, item = example["applicant"], declared["id"]
    asked = declared["form"]["properties"]["specialities"]["items"]["enum"]
    form = {**example["form"], **new_fields(declared, example), "specialities": asked}
    case = filed(up, item, owner, form, example["materials"])
    window = holder(up, "window", declared["window"], declared["department"])
    handler = holder(up, "handler", declared["department"])
    case = moved(up, case, "propose_menu", {}, window)
    moved(up, case, "confirm", {}, owner, "citizen")
    settles(up)
    members = seen(up, case, handler)["members"]
    departments = {one["id"]: one["department"] for one in declared["children"]["running"]["members"]}
    assert [(one["member"], one["standing"]) for one in members] == [(name, "open") for name in asked]
    for one in members:
        who = holder(up, "handler", departments[one["member"]])
        for move, given in (("check_in", {}), ("act", OPINION), ("sign_off", {"result": "同意"})):
            moved(up, one, move, given, who)
    settles(up)
    assert {one["outcome"] for one in seen(up, case, handler)["members"]} == {"done"}
    moved(up, case, "deliver", JOINT, handler)
    ended: dict[str, Any] = moved(up, case, "serve", {}, window)
    assert ended["outcome"] == "completed"
    return ended
