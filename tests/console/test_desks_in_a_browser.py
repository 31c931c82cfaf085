"""Officials work a food licence from the queue to its document in a real Chromium, a clerk files one at the counter.

Found by role and label only; pictures of every screen at 1440 and 390 pixels lie in .local/tests/desks afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.builders import uscc_of
from tests.builders_app import House
from tests.builders_console import ROOT, played
from tests.builders_desks import FOOD, MANDATED, monday

pytestmark = pytest.mark.timeout(900)  # a browser beside all other tests takes its time

PICTURES = ROOT / ".local" / "tests" / "desks"


@pytest.fixture(scope="module")
def up() -> Iterator[House]:
    with monday() as house:
        yield house


@pytest.fixture(scope="module")
def worked(up: House) -> dict[str, Any]:
    return played(up, "desks", PICTURES / "desks")


@pytest.fixture(scope="module")
def filed(up: House, worked: dict[str, Any]) -> dict[str, Any]:
    return played(
        up, "counter", PICTURES / "counter", *(uscc_of(number) for number in (MANDATED, 7_201, 7_202))
    )


def test_the_queue_shows_every_light(worked):
    lights = dict(zip(*[iter(worked["steps"]["lights"].split())] * 2, strict=True))
    assert lights["超期"] != "0"
    assert lights["紧急"] != "0"
    assert lights["临期"] != "0"


def test_the_desk_offers_exactly_what_the_api_admits(worked):
    assert worked["steps"]["offered"][0] == "受理"
    assert "准予" not in worked["steps"]["offered"]


def test_many_moves_at_once_say_what_was_refused_and_why(worked):
    assert worked["steps"]["numbers"][2] in worked["steps"]["bulk"]
    assert "更新" in worked["steps"]["bulk"]


def test_a_double_click_sends_once(worked):
    assert worked["steps"]["sent"] == 1


def test_who_was_overtaken_sees_what_happened_and_what_is_possible_now(worked):
    assert "期间" not in worked["steps"]["since"]  # its own words, not the label's
    assert "受理" in worked["steps"]["since"]
    assert "承办" in worked["steps"]["since"]


def test_the_case_goes_from_the_queue_to_its_document_and_tells_its_story(worked):
    assert worked["steps"]["first"] in worked["steps"]["document"]
    assert worked["steps"]["pdf"].endswith(".pdf")
    for word in ("受理", "承办岗", "审核岗", "批准岗", "依据和理由", "符合食品安全法第三十三条"):
        assert word in worked["steps"]["timeline"]


def test_a_clerk_files_for_who_is_present_and_prints_the_receipt(filed, up):
    number = filed["steps"]["number"]
    assert number in filed["steps"]["receipt"]
    clerk = up.bearer("person:demo-food-window", "staff")
    case = up.call("GET", f"/v1/cases/{number}", headers=clerk).json()
    assert (case["item_id"], case["channel"]) == (FOOD, "window")
    events = up.call("GET", f"/v1/cases/{case['case_id']}/events", headers=clerk).json()["events"]
    assert events[0]["actor"]["acting_for"].startswith("enterprise:")


def test_what_is_wrong_is_said_at_once_and_nothing_is_lost(filed):
    assert filed["steps"]["wrong"] > 3
    assert filed["steps"]["kept"] == "望城示例面馆"


def test_a_table_is_brought_in_with_every_wrong_line_named(filed):
    assert "有误 1" in filed["steps"]["counts"]
    assert filed["steps"]["flaws"].startswith("3")


def test_the_plans_rows_are_all_there(filed):
    assert "462" in filed["steps"]["plan"]


@pytest.mark.parametrize("story", ["worked", "filed"])
def test_nothing_grave_stands_against_any_desk_and_none_is_wider_than_its_window(story, request):
    seen = request.getfixturevalue(story)
    assert {name: found for name, found in seen["axe"].items() if found} == {}
    assert {name: more for name, more in seen["wide"].items() if more > 0} == {}
    assert seen["refused"] == []
    assert len(seen["axe"]) >= 12
