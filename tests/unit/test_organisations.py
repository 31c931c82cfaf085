"""One graph, several views, and posts that always have somebody on the day they are asked about."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.organisations import Organisation, check, findings
from chalicelib.domain.problems import Problem

PACK = Path(__file__).parents[2] / "schemas" / "organisations" / "wangcheng.json"
WANGCHENG: dict[str, Any] = json.loads(PACK.read_text(encoding="utf-8"))
MONDAY = date(2026, 3, 2)


def small(**changes: Any) -> dict[str, Any]:
    text = {"zh": "一", "en": "one"}
    held = {"title": text, "holders": [{"subject": "person:a", "from": "2026-01-01"}]}
    nodes = {name: {"title": text, "kind": "department"} for name in ("root", "left", "right", "leaf")}
    nodes["left"]["posts"] = {"decider": held}
    definition: dict[str, Any] = {
        "id": "small",
        "nodes": nodes,
        "views": {
            "departments": [["root", "left"], ["root", "right"], ["left", "leaf"]],
            "grid": [["right", "leaf"]],
        },
    }
    return copy.deepcopy(definition | changes)


def codes(definition: dict[str, Any]) -> list[str]:
    return [finding.code for finding in findings(definition)]


def test_the_district_has_no_findings_and_four_views():
    assert findings(WANGCHENG) == []
    assert set(check(WANGCHENG).views) == {"departments", "leifeng", "grid", "agents"}


def test_a_node_stands_under_different_superiors_in_different_views():
    organisation = Organisation(small())
    assert organisation.path("leaf", "departments") == ("leaf", "left", "root")
    assert organisation.path("leaf", "grid") == ("leaf", "right")
    assert organisation.descends("leaf", "left", "departments")
    assert not organisation.descends("leaf", "left", "grid")
    assert organisation.descends("leaf", "leaf", "grid")
    assert not organisation.descends("left", "leaf", "departments")
    assert organisation.subordinates("root", "departments") == ("left", "right")
    assert organisation.superior("leaf", "grid") == "right"


def test_the_plans_hierarchies_have_their_levels():
    organisation = Organisation(WANGCHENG)

    def levels(view: str) -> int:
        return max(len(organisation.path(node, view)) for node in organisation.nodes)

    # 规划 二篇·一章·三·3: 雷锋哨三级;四级网格不含区;一篇·一章·一（一）: 四级一园
    assert (levels("leifeng"), levels("grid"), levels("agents")) == (3, 4, 4)
    assert organisation.path("yueliangdao-building-1", "grid")[-1] == "yueliangdao"
    assert organisation.superior("economic-zone", "agents") == "wangcheng"
    assert organisation.superior("economic-zone", "leifeng") is None


def test_a_deputy_acts_during_the_absence_and_the_absent_one_does_not():
    organisation = Organisation(WANGCHENG)
    seat = ("market-regulation", "decider")
    for day, acting, away in [
        (date(2026, 3, 15), "person:demo-decider", "person:demo-deputy"),
        (date(2026, 3, 16), "person:demo-deputy", "person:demo-decider"),
        (date(2026, 3, 20), "person:demo-deputy", "person:demo-decider"),
        (date(2026, 3, 21), "person:demo-decider", "person:demo-deputy"),
    ]:
        assert organisation.holders(*seat, day) == (acting,)
        assert organisation.holder(*seat, day) == acting
        assert seat in organisation.posts_of(acting, day)
        assert seat not in organisation.posts_of(away, day)


def test_a_post_is_held_from_its_first_to_its_last_day_only():
    definition = small()
    holders = definition["nodes"]["left"]["posts"]["decider"]["holders"]
    holders[0]["until"] = "2026-02-28"
    holders.append({"subject": "person:b", "from": "2026-03-01"})
    organisation = Organisation(definition)
    assert organisation.holders("left", "decider", date(2025, 12, 31)) == ()
    assert organisation.holder("left", "decider", date(2025, 12, 31)) is None
    assert organisation.holders("left", "decider", date(2026, 2, 28)) == ("person:a",)
    assert organisation.holders("left", "decider", date(2026, 3, 1)) == ("person:b",)
    assert organisation.posts_of("person:a", date(2026, 3, 1)) == ()


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_posts_of_and_holders_say_the_same(day):
    organisation = Organisation(WANGCHENG)
    by_post = {
        (person, node, post)
        for node, declared in organisation.nodes.items()
        for post in declared.get("posts", {})
        for person in organisation.holders(node, post, day)
    }
    people = {person for person, _, _ in by_post} | {"person:demo-deputy", "person:nobody"}
    by_person = {
        (person, node, post) for person in people for node, post in organisation.posts_of(person, day)
    }
    assert by_post == by_person


def test_every_department_has_somebody_at_every_desk_of_an_approval():
    organisation = Organisation(WANGCHENG)
    for department in organisation.subordinates("wangcheng", "departments"):
        if organisation.node(department)["kind"] == "department":
            acting = {
                post: organisation.holder(department, post, MONDAY)
                for post in organisation.node(department)["posts"]
            }
            assert set(acting) >= {"window", "handler", "reviewer", "decider", "head", "supervisor"}
            assert len(set(acting.values())) == len(acting), "承办、审核、批准不得为同一人"


@pytest.mark.parametrize(
    ("views", "expected"),
    [
        ({"v": [["root", "ghost"]]}, ["unknown-node"]),
        ({"v": [["root", "leaf"], ["left", "leaf"]]}, ["second-superior"]),
        ({"v": [["root", "left"], ["left", "root"]]}, ["cycle"]),
        ({"v": [["left", "left"]]}, ["cycle"]),
        (
            {"v": [["leaf", "root"], ["root", "left"], ["left", "right"], ["right", "root"]]},
            ["second-superior"],
        ),
        ({"v": [["root", "left"], ["right", "leaf"]]}, []),
    ],
)
def test_a_view_with_a_mistake_is_refused(views, expected):
    assert codes(small(views=views)) == expected


def test_a_post_without_anybody_and_a_deputy_of_nobody_are_refused_together():
    definition = small()
    seat = definition["nodes"]["left"]["posts"]["decider"]
    seat["deputies"] = [
        {"subject": "person:b", "for": "person:z", "from": "2026-03-02", "until": "2026-03-01"},
        {"subject": "person:a", "for": "person:a", "from": "2026-03-02", "until": "2026-03-02"},
    ]
    definition["nodes"]["right"]["posts"] = {"window": {"holders": []}}
    assert codes(definition) == [
        "deputy-of-nobody",
        "deputy-of-self",
        "ends-before-start",
        "post-without-holder",
    ]
    with pytest.raises(Problem) as refusal:
        check(definition)
    assert refusal.value.code == "organisation-unsound"
    assert len(refusal.value.findings) == 4


def test_an_unknown_node_or_view_is_not_found_rather_than_empty():
    organisation = Organisation(small())
    for ask in (
        lambda: organisation.node("ghost"),
        lambda: organisation.path("ghost", "grid"),
        lambda: organisation.descends("leaf", "root", "ghost"),
        lambda: organisation.holders("ghost", "decider", MONDAY),
    ):
        with pytest.raises(Problem) as refusal:
            ask()
        assert refusal.value.kind == "not_found"
    assert organisation.holders("right", "decider", MONDAY) == ()
