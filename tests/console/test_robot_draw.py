"""A robot official builds a random draw with the inspection that it opens (a register for its visits, the item, a
trigger, the draw's plan) from nothing but the screen and a one-page brief in Chinese; a second person releases them.

Then, through the public API: a table of firms is imported, two departments seal their numbers, the plan is committed
to, opened and drawn, a firm that is drawn is visited by two departments' order, and anybody verifies the draw.
What stands in: the stream and the minute's look are handed on here.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from chalicelib.actions import drawing
from chalicelib.domain.draws import beacons
from infra import verify_draw
from tests.builders import states, uscc_of
from tests.builders_app import House
from tests.builders_drawing import DAY, HOUR
from tests.builders_relay import relays, works
from tests.builders_robots import (
    built,
    holder,
    line,
    lines,
    moved,
    new_fields,
    released,
    stands_before_the_public,
)
from tests.builders_tables import csv_of
from tests.unit.test_record_triggering import images

pytestmark = pytest.mark.timeout(900)  # a browser beside all other tests takes its time

# What the process may issue is named in no place of a reference.
PACK = (
    "draws/joint-random-inspection", "items/joint-inspection", "triggers/drawn-visit", "registers/powers",
    "documents/inspection-notice", "documents/inspection-record", "documents/rectification-order",
)  # fmt: skip
ADMINS = ("person:demo-admin", "person:demo-admin-2")
FIRMS = 12  # every other one has a good grade
PHOTO = {"sha256": "3b" * 32, "taken_at": "2026-03-12T09:40:00+08:00", "place": "普瑞大道 1 号（示例）"}


@pytest.mark.parametrize("brief", ["draw.md", pytest.param("draw-changed.md", marks=pytest.mark.proof)])
def test_a_robot_builds_a_draw_that_then_draws_and_opens_its_inspections(brief):
    with built("draw", brief, *PACK) as (up, _):
        stands_before_the_public(up, brief)
        draws_and_opens(up, brief)


def draws_and_opens(up: House, brief: str) -> None:
    """From the registers to a visit that is done, and to the draw computed again."""
    draw = released(up, "draws", line(brief, "方案编号"))
    registered(up, draw)
    visits = drawn(up, draw, line(brief, "周期").split("，"))
    assert len(visits) == sum(due(one) for one in lines(brief, "分层"))
    assert {one["uscc"] for one in visits} <= {uscc_of(n) for n in range(FIRMS)}

    item = released(up, "items", line(brief, "事项编号"))
    cases = opened(up, item["id"])
    assert sorted(cases) == sorted(one["uscc"] for one in visits)
    firm, case = next(iter(cases.items()))
    filled = [one.split("，") for one in lines(brief, "触发填入")]
    assert case["form"].items() >= dict(filled).items()
    assert set(dict(filled)) <= set(new_fields(item, item["examples"][0]))
    assert case["form"]["departments"] == draw["beacons"]["fallback"][0]["departments"]
    course = mended(up, item, case, f"enterprise:{firm}")
    assert states(course[-1]) == ["rectified"]
    limits = dict(one.split("，") for one in lines(brief, "时限"))
    assert limited(item, course).items() >= limits.items()
    said = up.call("GET", f"/v1/registers/joint-inspections/records/{case['number']}").json()["body"]
    assert (said["uscc"], said["status"]) == (firm, "rectified")
    verified(up, draw)


def due(layer: str) -> int:
    """How many of half the firms a line of the brief has drawn: a share, rounded up, between two bounds."""
    _, share, least, most = layer.split("，")
    size = FIRMS // 2
    return min(size, int(most), max(int(least), -(-size * int(share.removesuffix("%")) // 100)))


def registered(up: House, draw: Mapping[str, Any]) -> None:
    """Firms come as a table, with grades of half of them; inspectors one by one, two more than a visit needs."""
    sector = released(up, "registers", "supervision-objects")["schema"]["properties"]["sector"]
    label = sector["x-labels"][draw["objects"]["where"]["/sector"]]["zh"]
    rows = [[uscc_of(n), f"示例企业{n}", label] for n in range(FIRMS)]
    table = b64encode(csv_of([*rows, [uscc_of(FIRMS), "别的行业", "安全生产"]])).decode()
    clerk = up.bearer(holder(up, "handler", "market-regulation"), "staff")
    sent = up.call("POST", "/v1/registers/supervision-objects/imports", {"table": table}, clerk)
    assert (sent.status, sent.json()["counts"]["new"]) == (202, FIRMS + 1), sent.text
    grader = holder(up, "handler", "administrative-approval")
    for n in range(0, FIRMS, 2):
        body = {"uscc": uscc_of(n), "grade": "ab"[n // 2 % 2], "graded_on": "2026-01-01"}
        written(up, "credit-grades", uscc_of(n), body, grader)
    officer = holder(up, "handler", "market-regulation")
    for number, department in enumerate(members(draw)):
        identity = f"ins-{number}"
        body = {"id": identity, "department": department, "certificates": ["enforcement"], "pool": 0}
        written(up, "inspectors", identity, body | {"status": "active"}, officer)


def members(draw: Mapping[str, Any]) -> Iterator[str]:
    """Departments of the inspectors: as many of each as its places in a team, and two more."""
    for department in draw["beacons"]["fallback"][0]["departments"]:
        places = sum(one["department"] == department for one in draw["slots"])
        yield from [department] * (places + 2)


def written(up: House, register: str, key: str, body: Mapping[str, Any], who: str) -> None:
    headers = up.bearer(who, "staff") | {"Idempotency-Key": str(uuid4())}
    done = up.call("PUT", f"/v1/registers/{register}/records/{key}", {"body": body}, headers)
    assert done.status == 201, done.text


def drawn(up: House, draw: Mapping[str, Any], period: list[str]) -> list[dict[str, Any]]:
    """From the day that the plan names to its visits: numbers are sealed, a lottery is named, both decide."""
    series, departments = draw["id"], draw["beacons"]["fallback"][0]["departments"]
    numbers = {one: bytes([place]) * 32 for place, one in enumerate(departments, 1)}
    _, _, day, hour = map(str, period)
    up.app.at = int(datetime.fromisoformat(f"2026-03-{day}T{hour:0>2}:00:00+08:00").timestamp() * 1000)
    begun, lottery = up.app.at, up.app.at + 36 * HOUR
    looks(up, series, "frozen")
    for department, number in numbers.items():
        given = {"department": department, "sealed": beacons.sealed(department, number)}
        acts(up, series, "seal", given, holder(up, "handler", department), "staff")
    acts(
        up,
        series,
        "name-lottery",
        {"issue": "2026-029", "at": lottery, "until": begun + 30 * HOUR},
        ADMINS[0],
    )
    looks(up, series, "committed")
    up.app.at = begun + 25 * HOUR
    for department, number in numbers.items():
        given = {"department": department, "nonce": number.hex()}
        acts(up, series, "open", given, holder(up, "handler", department), "staff")
    up.app.at = lottery + HOUR
    for who in ADMINS:
        acts(up, series, "type-lottery", {"numbers": "03 07 12 19 21 28 30"}, who)
    looks(up, series, "drawn")
    for _ in range(3):  # visits are asked for, written, noted
        drawing.look(up.app.drawer)
    reader = up.bearer(holder(up, "handler", "market-regulation"), "staff")
    found = up.call("GET", f"/v1/registers/{draw['visits']['register']}/records?limit=100", headers=reader)
    return [one["body"] for one in found.json()["records"]]


def looks(up: House, series: str, step: str) -> None:
    """What the minute's look does, until the draw has come to this step."""
    for _ in range(8):
        drawing.look(up.app.drawer)
        said = up.call("GET", f"/v1/draws/{series}")
        if said.status == 200 and said.json()["current"]["step"] == step:
            return
    raise AssertionError(f"{step}: {said.text}")


def acts(up: House, series: str, act: str, given: Mapping[str, Any], who: str, role: str = "admin") -> None:
    done = up.call("POST", f"/v1/draws/{series}/acts", {"act": act, **given}, up.bearer(who, role))
    assert (done.status, done.json().get("act")) == (200, act), done.text


def opened(up: House, item: str) -> dict[str, dict[str, Any]]:
    """The case that the draw has opened for each firm, as the firm sees it; told again, nothing opens again."""
    works(up, relays(up, images(up)))
    assert works(up, relays(up, images(up))).get("opened", 0) == 0
    found = {}
    for uscc in (uscc_of(n) for n in range(FIRMS)):
        firm = up.bearer(f"enterprise:{uscc}", "citizen")
        for one in up.call("GET", "/v1/cases?limit=100", headers=firm).json()["cases"]:
            case = up.call("GET", f"/v1/cases/{one['case_id']}", headers=firm).json()
            assert (case["item_id"], states(case)) == (item, ["planned"])
            found[uscc] = case
    return found


def mended(up: House, item: Mapping[str, Any], case: dict[str, Any], firm: str) -> list[dict[str, Any]]:
    """Two officers visit, find something, order it mended, look again and publish; the case after each move."""
    department = item["department"]
    nodes = released(up, "organisations", "wangcheng")["nodes"]
    officers = [one["subject"] for one in nodes[department]["posts"]["handler"]["holders"]][:2]
    bad = {
        "matter": "现场检查",
        "department": department,
        "result": "problem",
        "finding": "台账不全",
        "photos": [PHOTO],
    }
    course = [case]
    for move, given, people in (
        ("start", {"place": PHOTO["place"]}, officers),
        ("record", {"findings": "台账不全", "mode": "on-site", "checks": [bad]}, officers),
        ("order_rectification", {"wanted": "补齐台账"}, officers[:1]),
        ("report", {"report": "已补齐"}, [firm]),
        ("pass_recheck", {"findings": "已改正"}, officers[:1]),
        ("publish", {}, officers[:1]),
    ):
        for who in people:
            course.append(made(up, course[-1], move, given, who))
            up.app.at += HOUR
    return course


def made(up: House, case: Mapping[str, Any], move: str, given: Mapping[str, Any], who: str) -> Any:
    """A move by an officer, or by the firm itself."""
    if who.startswith("person:"):
        return moved(up, case, move, given, who)
    headers = up.bearer(who, "citizen") | {"Idempotency-Key": str(uuid4())}
    answer = up.call("POST", f"/v1/cases/{case['case_id']}/moves", {"move": move, "input": given}, headers)
    assert answer.status == 200, answer.text
    return answer.json()


def limited(item: Mapping[str, Any], course: list[dict[str, Any]]) -> dict[str, str]:
    """How long each limit was while the inspection ran, by the limit's name."""
    names = {one["id"]: one["title"]["zh"] for one in item["clocks"]}
    ran = {clock["id"]: clock.get("budget") for case in course for clock in case["clocks"]}
    return {names[clock]: f"{budget}个工作日" for clock, budget in ran.items()}


def verified(up: House, draw: Mapping[str, Any]) -> None:
    """When the visits' time is over the rosters are shown, and the draw is computed again by who trusts nobody."""
    up.app.at += (int(draw["visits_within_days"]) + 1) * DAY
    looks(up, draw["id"], "revealed")
    files = up.call("GET", f"/v1/draws/{draw['id']}/1/bundle").json()["files"]
    told = verify_draw.verify({name: text.encode() for name, text in files.items()})
    assert told.startswith(f"draw 1 of {draw['id']}: {{'objects': {FIRMS}, ")
