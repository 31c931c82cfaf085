"""A process is edited on its picture, limits are added up, trials are played, definitions carried and rolled back.

All in a real Chromium, things found by role and label only; the pictures lie in .local/tests/pictures afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.builders_app import House
from tests.builders_console import ROOT, played, small_house

pytestmark = pytest.mark.timeout(900)  # a browser beside all other tests takes its time

PICTURES = ROOT / ".local" / "tests" / "pictures"
MORE = ("items/food-licence", "registers/powers", "documents/one-time-correction-notice")


@pytest.fixture(scope="module")
def up() -> Iterator[House]:
    with small_house(None, *MORE) as house:
        yield house


@pytest.fixture(scope="module")
def seen(up: House) -> dict[str, Any]:
    """What the browser saw on its way; see pictures.mjs."""
    found = played(up, "pictures", PICTURES)
    return found | {"steps": dict(found["steps"])}


def test_limits_add_up_as_the_server_counts_them(seen):
    assert "2026-03-02 ＋ 5 工作日 ＝ 2026-03-09" in " ".join(seen["steps"]["sums"].split())


def test_all_examples_of_an_item_are_played_on_its_draft_and_each_step_is_shown(seen):
    total, good = map(int, re.findall("[0-9]+", seen["steps"]["all"]))
    assert total == good >= 10
    assert "窗口受理岗：受理" in seen["steps"]["course"]


def test_a_promise_that_fails_is_refused_on_the_picture_with_its_path(seen):
    said = seen["steps"]["promise"]
    assert "系统判定" in said
    assert "最不利自" in said
    assert seen["steps"]["promise-picture"] == 1


def test_an_edit_is_undone_whole_and_what_would_break_is_refused_with_its_place(seen):
    assert seen["steps"]["undone"] == "审核"
    assert "承办审查 — 提出承办意见 → 审核" in seen["steps"]["refused"]


def test_a_state_that_nothing_leads_to_is_marked_where_it_is(seen):
    assert "experts_meet" in seen["steps"]["unreachable"] or "专家会商" in seen["steps"]["unreachable"]
    assert any(one.isdigit() for one in seen["steps"]["marked"])


def test_one_change_on_the_picture_is_one_pointer_for_who_releases_it(seen):
    changes = seen["steps"]["changes"]
    assert "/states/checking/title/zh" in changes
    assert changes.count("/states/") == 1


def test_a_roll_back_says_what_it_undoes_and_is_done(seen, up):
    assert "processes/approval" in seen["steps"]["undoes"]
    token = up.bearer("person:demo-admin", "admin")
    found = up.call("GET", "/v1/definitions/processes/approval", headers=token).json()["definition"]
    assert found["states"]["checking"]["title"]["zh"] == "审核"


def test_an_import_is_compared_before_anything_is_made_and_a_spoiled_file_is_refused(seen):
    assert "不是 JSON" in seen["steps"]["no-json"]
    assert "/states/checking/title/zh" in seen["steps"]["compared"]
    assert "复核" in seen["steps"]["compared"]


def test_nothing_grave_stands_against_any_screen(seen):
    assert {name: found for name, found in seen["axe"].items() if found} == {}
    assert len(seen["axe"]) >= 15


def test_no_screen_is_wider_than_its_window(seen):
    assert {name: more for name, more in seen["wide"].items() if more > 0} == {}
