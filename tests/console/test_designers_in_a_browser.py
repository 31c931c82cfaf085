"""An official who has never programmed designs in a real Chromium, at a desk and on a phone: a form's field and its
condition, a row of a table, a material, a notice, a calendar, a draw, an example, what is filled in for a move.

Everything is found by role, label and key. Pictures of all screens lie in .local/tests/designers afterwards.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders_console import ROOT, played, small_house

pytestmark = pytest.mark.timeout(900)  # a browser beside all other tests takes its time

PICTURES = ROOT / ".local" / "tests" / "designers"
MORE = (
    "items/food-licence", "rules/change-limit", "notices/accepted", "draws/joint-random-inspection", "registers/powers",
)  # fmt: skip
WIDTHS = ("", "-390")


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What the browser saw on its way; see designs.mjs."""
    with small_house(None, *MORE) as up:
        return played(up, "designs", PICTURES)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_field_and_its_condition_are_as_they_were_chosen(seen, width):
    form = seen["steps"][f"form{width}"]
    assert form["field"]["x-title"] == {"zh": "就餐方式", "en": "Way of eating"}
    assert [one["zh"] for one in form["field"]["x-labels"].values()] == ["堂食", "外带"]
    assert form["required"] is True
    assert form["rule"] == {
        "if": {
            "allOf": [
                {"required": ["way_of_eating"], "properties": {"way_of_eating": {"const": "one"}}},
                {"anyOf": [{"required": ["online"], "properties": {"online": {"const": True}}}]},
            ]
        },
        "then": {"required": ["central_kitchen"]},
    }
    assert seen["steps"][f"sentence{width}"].endswith(
        "就餐方式为“堂食”，且通过网络经营为是时，须填写含中央厨房"
    )


@pytest.mark.parametrize("width", WIDTHS)
def test_a_row_stands_where_it_was_moved_with_its_note_and_the_test_that_a_trial_became(seen, width):
    table = seen["steps"][f"table{width}"]
    assert [row["_id"] for row in table["rows"]] == ["trusted", "row-3", "ordinary"]
    assert table["rows"][1] == {
        "_id": "row-3", "_description": "D 级从严", "in-credit-grade": "'d'", "out-budget": "7",
        "out-unit": "'working_day'",
    }  # fmt: skip
    assert table["test"] == {
        "name": "D 级", "on": "2022-01-01", "facts": {"credit-grade": "d"}, "row": "row-3",
        "expect": {"budget": 7, "unit": "working_day"},
    }  # fmt: skip


@pytest.mark.parametrize("width", WIDTHS)
def test_a_material_says_how_people_are_spared_it_and_until_when_it_may_follow(seen, width):
    material = seen["steps"][f"materials{width}"]
    assert material["id"] == "cook-health-certificates"
    assert material["modes"] == ["commitment", "upload"]
    assert material["deferrable"] == {"budget": 10, "unit": "working_day"}
    assert material["deferrable_source"]["en"] == "sample default, not from the plan"


@pytest.mark.parametrize("width", WIDTHS)
def test_a_notice_is_read_with_its_example_and_a_section_left_open_is_named(seen, width):
    assert (
        "办件SJ20260302-0001“食品经营许可”已受理。承诺2026-03-09前办结。" in seen["steps"][f"notice{width}"]
    )
    assert seen["steps"][f"notice-wrong{width}"] == "这一段没有结束，请补上 {{/…}}：case.number"
    assert seen["steps"][f"notice-example{width}"]["deadlines"] == {"promised": "2026-03-09"}


@pytest.mark.parametrize("width", WIDTHS)
def test_a_notice_of_holidays_is_taken_over_only_where_it_agrees_with_itself(seen, width):
    assert "日期和星期几对不上" in seen["steps"][f"calendar-refused{width}"]
    assert seen["steps"][f"calendar-closed{width}"] is True
    calendar = seen["steps"][f"calendar{width}"]
    assert calendar["rest_days"][-1] == "2026-04-06"
    assert calendar["makeup_workdays"] == ["2026-01-04"]
    assert calendar["told"]["number"] == "国办发明电〔2025〕7号"


@pytest.mark.parametrize("width", WIDTHS)
def test_a_draw_is_tried_before_anybody_commits_to_it(seen, width):
    assert "检查组都能配齐" in seen["steps"][f"draw{width}"] or "配不齐" in seen["steps"][f"draw{width}"]
    assert seen["steps"][f"draw-quota{width}"] == {"num": 20, "den": 100, "min": 1, "max": 4000}


@pytest.mark.parametrize("width", WIDTHS)
def test_an_example_is_made_without_json_and_expects_what_somebody_saw_come_out(seen, width):
    steps, example = seen["steps"], seen["steps"][f"example{width}"]
    assert steps[f"example-unfit{width}"].startswith("有 6 处不符合申请表的要求")
    assert "与预期不符" in steps[f"example-wrong{width}"]
    assert example["name"] == "当场答复"
    assert example["form"] == {
        "object": "enterprise:91430112P000008025", "uscc": "91430112P000008025",
        "enterprise_name": "望城示例餐饮有限公司", "matter": "occupation",
        "story": "每晚七点后在人行道摆放桌椅。", "declaration": True,
    }  # fmt: skip
    assert example["materials"] == ["evidence"]
    assert example["moves"] == [
        {"by": "post:window", "move": "answer", "input": {"reply": "已现场检查并责令改正"}},
        {"wait": {"budget": 2, "unit": "working_day"}},
    ]  # fmt: skip
    assert example["expect"]["state"] == "replied"
    assert example["expect"]["refused"] is None


@pytest.mark.parametrize("width", WIDTHS)
def test_undo_goes_on_in_another_part_and_says_where_it_changed_something(seen, width):
    assert seen["steps"][f"example-turned{width}"] == "“样例”里的一处修改已撤销（或重做）"


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_filled_in_for_a_move_is_designed_as_forms_are(seen, width):
    field = seen["steps"][f"input{width}"]
    assert field["x-title"] == {"zh": "答复方式", "en": "Way of answering"}
    assert [one["zh"] for one in field["x-labels"].values()] == ["电话"]


def test_nothing_grave_stands_against_any_designer(seen):
    assert {name: found for name, found in seen["axe"].items() if found} == {}
    assert len(seen["axe"]) >= 24


def test_no_designer_is_wider_than_its_window(seen):
    assert {name: more for name, more in seen["wide"].items() if more > 0} == {}


def test_the_policy_refuses_nothing_that_designers_need(seen):
    assert [one for one in seen["refused"] if "unsafe-eval" not in one] == []
