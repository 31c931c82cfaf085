"""What the tests of all robot officials share: a house, a robot that builds in it what a brief says, and what the
public sees of that and does with it, through the API alone.

Pictures of every stage lie in .local/tests/robots/<brief> afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from tests.builders_app import House
from tests.builders_console import ROOT, played, small_house
from tests.builders_relay import relays, stream, works

PICTURES = ROOT / ".local" / "tests" / "robots"
BRIEFS = ROOT / "tests" / "robots" / "briefs"
TYPED = {"string": "示例内容", "integer": 120, "boolean": True}
KINDS = {
    "文字": ("string", None),
    "数字": ("integer", None),
    "日期": ("string", "date"),
    "是或否": ("boolean", None),
}


def lines(brief: str, name: str) -> list[str]:
    """All that a brief says under a name, in its order."""
    said = (BRIEFS / brief).read_text()
    return [one.strip() for one in re.findall(rf"^{re.escape(name)}：(.+)$", said, re.MULTILINE)]


def line(brief: str, name: str) -> str:
    """What a brief says under a name, once."""
    (found,) = lines(brief, name)
    return found


@contextmanager
def built(robot: str, brief: str, *pack: str) -> Iterator[tuple[House, dict[str, Any]]]:
    """The house in which a robot has built what a brief says, and what the robot did; `pack` says what stood there."""
    with small_house(None, *pack) as up:
        did = played(up, "robots", PICTURES / brief.removesuffix(".md"), robot, str(BRIEFS / brief))["did"]
        print(f"{brief}: {told(did)}")
        assert did["minutes"] <= did["limit"]
        yield up, did


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


def asks_what_the_brief_adds(declared: Mapping[str, Any], brief: str) -> None:
    """Every field of the brief is in the form, of its kind, and every material is wanted."""
    fields = {
        one["x-title"]["zh"]: (one.get("type"), one.get("format"))
        for one in declared["form"]["properties"].values()
    }
    for more in lines(brief, "申请表增加"):
        kind, name, _ = more.split("，")
        assert fields[name] == KINDS[kind]
    wanted = {one["title"]["zh"] for one in declared["materials"]}
    assert {more.split("，")[0] for more in lines(brief, "申请材料增加")} <= wanted


def released(up: House, kind: str, name: str) -> dict[str, Any]:
    """A definition as it is published now."""
    official = up.bearer("person:demo-admin", "admin")
    answer = up.call("GET", f"/v1/definitions/{kind}/{name}", headers=official)
    assert answer.status == 200, answer.text
    definition: dict[str, Any] = answer.json()["definition"]
    return definition


def holder(up: House, post: str, *places: str) -> str:
    """Who holds a post at the first of the places where somebody does."""
    nodes = released(up, "organisations", "wangcheng")["nodes"]
    found: str = next(
        one["subject"] for place in places for one in nodes[place]["posts"].get(post, {}).get("holders", ())
    )
    return found


def filed(up: House, item: str, applicant: str, form: Mapping[str, Any], materials: list[str]) -> Any:
    """A case handed in by a citizen or firm; it is as the answer shows it."""
    body = {"form": form, "materials": [{"id": one} for one in materials]}
    key = {"Idempotency-Key": str(uuid4())}
    made = up.call("POST", f"/v1/items/{item}/cases", body, up.bearer(applicant, "citizen") | key)
    assert made.status == 201, made.text
    return made.json()


def moved(
    up: House, case: Mapping[str, Any], move: str, given: Mapping[str, Any], who: str, role: str = "staff"
) -> Any:
    """The case after somebody made a move."""
    key = {"Idempotency-Key": str(uuid4())}
    body = {"move": move, "input": given}
    answer = up.call("POST", f"/v1/cases/{case['case_id']}/moves", body, up.bearer(who, role) | key)
    assert answer.status == 200, answer.text
    return answer.json()


def seen(up: House, case: Mapping[str, Any], who: str, role: str = "staff") -> Any:
    """The case as somebody is shown it."""
    answer = up.call("GET", f"/v1/cases/{case['case_id']}", headers=up.bearer(who, role))
    assert answer.status == 200, answer.text
    return answer.json()


def settles(up: House) -> None:
    """The stream is handed on and worked off, all of it again and again, until nobody has anything left to say."""
    told = -1
    while len(records := stream(up)) != told:
        told = len(records)
        works(up, relays(up, records))


def runs(up: House, item: str) -> dict[str, Any]:
    """A case of the item, handed in as its example of three people has it, with the new fields filled in; its end."""
    declared = released(up, "items", item)
    example = next(one for one in declared["examples"] if by_people(one))
    new = new_fields(declared, example)
    assert new, "the brief's fields are in the form"
    case: dict[str, Any] = filed(
        up, item, example["applicant"], {**example["form"], **new}, example["materials"]
    )
    case = walked(up, declared, case, example["moves"])
    assert case["outcome"] == "completed"
    assert seen(up, case, example["applicant"], "citizen")["form"].items() >= new.items()
    return case


def walked(
    up: House, declared: Mapping[str, Any], case: dict[str, Any], moves: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The case after the moves of an example, each by who holds the post that it names."""
    for step in moves:
        post = step["by"].removeprefix("post:")
        places = [declared["window"]] if post == "window" else []
        who = holder(up, post, *places, declared["department"])
        case = moved(up, case, step["move"], step["input"], who)
    return case


def by_people(example: Mapping[str, Any]) -> bool:
    moves = example["moves"]
    return example["expect"]["state"] == "completed" and all("by" in one for one in moves)


def new_fields(declared: Mapping[str, Any], example: Mapping[str, Any]) -> dict[str, Any]:
    """Something for each field that is asked of nobody by force and that no example fills in: those of the brief."""
    form = declared["form"]
    unasked = set(form["properties"]) - set(form["required"]) - set(example["form"])
    fields = {name: field for name in unasked if (field := form["properties"][name]).get("type") in TYPED}
    return {
        name: "2026-06-30" if field.get("format") == "date" else TYPED[field["type"]]
        for name, field in fields.items()
    }
