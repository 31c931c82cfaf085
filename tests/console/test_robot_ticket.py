"""A robot official builds a ticket as a hotline takes it, and the notice by which people hear of its answer, from
nothing but the screen and a one-page brief in Chinese; a second person releases both, and a ticket of it is handed in,
dispatched, signed for, answered and closed through the public API.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest

from tests.builders import states
from tests.builders_app import House
from tests.builders_drawing import DAY
from tests.builders_relay import relays, stream, works
from tests.builders_robots import (
    built,
    filed,
    holder,
    line,
    lines,
    moved,
    new_fields,
    released,
    stands_before_the_public,
)

pytestmark = pytest.mark.timeout(900)  # a browser beside all other tests takes its time

# The notices, and what the items behind their channels need; the sample stands in the small house anyhow.
PACK = (
    "notices/decided", "notices/submitted", "registers/powers", "documents/one-time-correction-notice",
)  # fmt: skip


@pytest.mark.parametrize("brief", ["ticket.md", pytest.param("ticket-changed.md", marks=pytest.mark.proof)])
def test_a_robot_builds_a_ticket_that_is_then_dispatched_answered_and_closed(brief):
    with built("ticket", brief, *PACK) as (up, _):
        stands_before_the_public(up, brief)
        item = released(up, "items", line(brief, "事项编号"))
        firm, form = asked(item, brief)
        case = filed(up, item["id"], firm, form, [])
        course = answered(up, item, case)
        assert states(course[-1]) == ["closed"]
        assert (
            promised(item, course).items()
            >= dict(one.split("，") for one in lines(brief, "承诺时限")).items()
        )
        told = notices(up, firm, line(brief, "通知标题"))
        assert len(told) == len(line(brief, "通知时机").split("，"))
        assert all(
            case["number"] in one["text"]["zh"] and item["title"]["zh"] in one["text"]["zh"] for one in told
        )
        shown = up.call("GET", f"/v1/cases/{case['case_id']}", headers=up.bearer(firm, "citizen")).json()
        assert shown["form"] == form


def asked(item: Mapping[str, Any], brief: str) -> tuple[str, dict[str, Any]]:
    """Who reports, and the form with each field that the brief wants."""
    example = item["examples"][0]
    new = new_fields(item, example)
    assert len(new) == len(lines(brief, "申请表增加"))
    return example["applicant"], {**example["form"], **new}


def answered(up: House, item: Mapping[str, Any], case: dict[str, Any]) -> list[dict[str, Any]]:
    """The ticket after each move of its people, from the hall's window to the reporter who is content."""
    window, department = item["window"], item["department"]
    course = [case]
    for move, given, who in (
        ("dispatch", {"note": "请承办岗办理"}, holder(up, "window", window)),
        ("sign", {}, holder(up, "handler", department)),
        ("contact", {"note": "已电话联系"}, holder(up, "handler", department)),
        ("reply", {"reply": "已现场检查并责令改正"}, holder(up, "handler", department)),
    ):
        course.append(moved(up, course[-1], move, given, who))
        up.app.at += DAY // 24
    works(up, relays(up, stream(up), notices=True))
    up.app.at += DAY
    return [*course, content(up, course[-1], item["examples"][0]["applicant"])]


def content(up: House, case: Mapping[str, Any], firm: str) -> dict[str, Any]:
    """The reporter says that it is good so."""
    headers = up.bearer(firm, "citizen") | {"Idempotency-Key": str(uuid4())}
    body = {"move": "confirm", "input": {"note": "满意"}}
    answer = up.call("POST", f"/v1/cases/{case['case_id']}/moves", body, headers)
    assert answer.status == 200, answer.text
    closed: dict[str, Any] = answer.json()
    return closed


def promised(item: Mapping[str, Any], course: list[dict[str, Any]]) -> dict[str, str]:
    """How long each limit of the ticket was while it ran, by the limit's name."""
    names = {one["id"]: one["title"]["zh"] for one in item["clocks"]}
    ran = {clock["id"]: clock["budget"] for case in course for clock in case["clocks"]}
    return {names[clock]: f"{budget}个工作日" for clock, budget in ran.items()}


def notices(up: House, firm: str, subject: str) -> list[dict[str, Any]]:
    """What the reporter was told under this subject."""
    told = up.call("GET", "/v1/notices", None, up.bearer(firm, "citizen")).json()["notices"]
    return [one for one in told if one["subject"]["zh"] == subject]
