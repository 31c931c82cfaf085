"""An item and the rule that it needs are checked as one and released together, at a time that a second person sets.

In a real Chromium, things found by role and label only; the pictures lie in .local/tests/releases afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.actions import scheduling
from chalicelib.actions.working import work
from tests.builders_app import House
from tests.builders_console import ROOT, played, small_house

pytestmark = pytest.mark.timeout(900)  # a browser beside all other tests takes its time

DAY = 86_400_000
FRESH = "water-connection-intake-2026"


@pytest.fixture(scope="module")
def up() -> Iterator[House]:
    with small_house() as house:
        yield house


@pytest.fixture(scope="module")
def seen(up: House) -> dict[str, Any]:
    return played(up, "releases", ROOT / ".local" / "tests" / "releases")


def in_force(up: House) -> str:
    token = up.bearer("person:demo-admin", "admin")
    found = up.call("GET", "/v1/definitions/items/water-connection", headers=token).json()
    rule: str = found["definition"]["rules"]["intake"]
    return rule


def test_what_needs_another_draft_is_refused_alone_and_passes_together(seen):
    assert "检查未通过" in seen["steps"]["alone"]
    assert FRESH in seen["steps"]["alone"]
    assert FRESH in seen["steps"]["together"]


def test_a_release_to_come_says_when_by_whom_and_of_what(seen):
    for word in ("2026-03-03 08:00", "待发布", "person:demo-releaser", f"rules/{FRESH}", "换用新的受理判定"):
        assert word in seen["steps"]["scheduled"]


def test_both_come_into_force_at_the_time_that_was_set_and_not_before(seen, up):
    assert in_force(up) == "water-connection-intake"
    message = json.dumps({"work": scheduling.WORK})
    up.app.at += DAY  # past the time of the schedule that was cancelled
    assert work(up.app.press, message) == {"kind": scheduling.WORK, "released": 0, "refused": 0}
    up.app.at += DAY
    assert work(up.app.press, message)["released"] == 1
    up.app.forget()
    assert in_force(up) == FRESH


def test_nothing_grave_stands_against_any_screen_and_none_is_wider_than_its_window(seen):
    assert {name: found for name, found in seen["axe"].items() if found} == {}
    assert {name: more for name, more in seen["wide"].items() if more > 0} == {}
    assert seen["refused"] == []
    assert len(seen["axe"]) == 5
