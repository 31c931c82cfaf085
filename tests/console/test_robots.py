"""A robot official builds a service from nothing but the screen and a one-page brief in Chinese, a second person
releases it, and a case of it runs to its end through the public API.

How long a practised official would take is worked out by the Keystroke-Level Model (`robot_time.mjs`) and printed.
Pictures of every stage lie in .local/tests/robots afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from tests.builders_app import House
from tests.builders_console import BROWSER, ROOT, played, small_house

pytestmark = pytest.mark.timeout(900)  # a browser beside all other tests takes its time

PICTURES = ROOT / ".local" / "tests" / "robots"
BRIEFS = ROOT / "tests" / "robots" / "briefs"
NOTICE = (
    "documents/one-time-correction-notice"  # what the process may issue, named in no place of a reference
)
TYPED = {"string": "示例内容", "integer": 120}


def line(brief: str, name: str) -> str:
    """What a brief says under a name."""
    found = re.search(rf"^{re.escape(name)}：(.+)$", (BRIEFS / brief).read_text(), re.MULTILINE)
    assert found, name
    return found[1].strip()


@contextmanager
def built(robot: str, brief: str, *pack: str) -> Iterator[tuple[House, dict[str, Any]]]:
    """The house in which a robot has built what a brief says, and what the robot did."""
    with small_house(None, *pack) as up:
        seen = played(up, "robots", PICTURES / brief.removesuffix(".md"), robot, str(BRIEFS / brief))
        yield up, seen["did"]


@pytest.mark.parametrize("brief", ["permit.md"])
def test_a_robot_builds_a_permit_that_a_second_person_releases_and_that_then_runs(brief):
    with built("permit", brief, "items/road-occupation", "registers/powers", NOTICE) as (up, did):
        print(f"{brief}: {told(did)}")
        assert did["minutes"] <= did["limit"]
        stands_before_the_public(up, brief)
        case = runs(up, line(brief, "事项编号"))
        (promised,) = [one for one in case["clocks"] if one["id"] == "promised"]
        assert f"{promised['budget']}个工作日" == line(brief, "承诺时限").split("，")[1]


@pytest.mark.parametrize(
    "script", ["robots", "robot_hand", "robot_parts", "robot_works", "robot_time", "robot_brief"]
)
def test_a_robot_knows_no_more_of_a_screen_than_who_looks_at_it(script):
    """By role, label, title and visible text; it reads no page behind the screen and asks no route."""
    written = (BROWSER / f"{script}.mjs").read_text()
    seen_only_by_programs = ["locator(", "evaluate(", "fetch(", "$(", "getByTestId", "frame(", "JSON"]
    assert [one for one in seen_only_by_programs if one in written] == []


def told(did: Mapping[str, Any]) -> str:
    """Steps, clicks, keys and the minutes of the model against the limit."""
    counts = (
        f"{len(did['steps'])} steps, {did['clicks']} clicks, {did['keys']} keys, {did['chinese']} Chinese"
    )
    return f"{counts}: {did['minutes']:.1f} min of {did['limit']} by {did['model']}"


def stands_before_the_public(up: House, brief: str) -> None:
    """Catalogue, guide and OpenAPI know the item, in the house that has been running all along."""
    wanted = line(brief, "事项编号")
    titles = {one["id"]: one["title"]["zh"] for one in up.call("GET", "/v1/items").json()["items"]}
    assert titles[wanted] == line(brief, "事项名称")
    guide = up.call("GET", f"/v1/items/{wanted}")
    assert guide.status == 200
    assert line(brief, "指南写明") in guide.text
    described = up.call("GET", "/v1/openapi.json").json()["paths"][f"/v1/items/{wanted}/cases"]["post"]
    assert line(brief, "事项名称") in described["summary"]


def runs(up: House, item: str) -> dict[str, Any]:
    """A case of the item, handed in as its example of three people has it, with the new fields filled in; its end."""
    official = up.bearer("person:demo-admin", "admin")
    declared = up.call("GET", f"/v1/definitions/items/{item}", headers=official).json()["definition"]
    nodes = up.call("GET", "/v1/definitions/organisations/wangcheng", headers=official).json()["definition"][
        "nodes"
    ]
    example = next(one for one in declared["examples"] if by_people(one))
    new = {
        name: "2026-06-30" if field.get("format") == "date" else TYPED[field["type"]]
        for name, field in declared["form"]["properties"].items()
        if name in added(declared, example)
    }
    assert new, "the brief's fields are in the form"
    firm = up.bearer(example["applicant"], "citizen")
    body = {"form": {**example["form"], **new}, "materials": [{"id": one} for one in example["materials"]]}
    made = up.call("POST", f"/v1/items/{item}/cases", body, firm | {"Idempotency-Key": f"{item}-1"})
    assert made.status == 201, made.text
    case: dict[str, Any] = made.json()
    for number, step in enumerate(example["moves"]):
        post = step["by"].removeprefix("post:")
        places = (
            [declared["window"], declared["department"]] if post == "window" else [declared["department"]]
        )
        who = next(
            one["subject"]
            for place in places
            for one in nodes[place]["posts"].get(post, {}).get("holders", ())
        )
        key = {"Idempotency-Key": f"{item}-move-{number}"}
        move = {"move": step["move"], "input": step["input"]}
        answer = up.call("POST", f"/v1/cases/{case['case_id']}/moves", move, up.bearer(who, "staff") | key)
        assert answer.status == 200, answer.text
        case = answer.json()
    assert case["outcome"] == "completed"
    shown = up.call("GET", f"/v1/cases/{case['case_id']}", headers=firm).json()
    assert shown["form"].items() >= new.items()
    return case


def by_people(example: Mapping[str, Any]) -> bool:
    moves = example["moves"]
    return example["expect"]["state"] == "completed" and all("by" in one for one in moves)


def added(declared: Mapping[str, Any], example: Mapping[str, Any]) -> set[str]:
    """The fields of the form that are asked of nobody by force and that no example fills in: those of the brief."""
    form = declared["form"]
    unasked = set(form["properties"]) - set(form["required"]) - set(example["form"])
    return {name for name in unasked if form["properties"][name].get("type") in TYPED}
