"""An official changes an item in a real Chromium and a second one releases it; every screen is judged by axe.

Screens are found by role and label only. Pictures of all of them lie in .local/tests/console afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.builders_app import House
from tests.builders_console import ROOT, played, small_house

pytestmark = pytest.mark.timeout(900)  # a browser beside all other tests takes its time

PICTURES = ROOT / ".local" / "tests" / "console"

# A kind that no code knows: a reference to a place of its own and to another kind, a list, a condition.
SAMPLE_KIND = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://schemas.jisheng/meta/samples.schema.json",
    "x-title": {"zh": "示例种类", "en": "Sample kind"},
    "type": "object",
    "unevaluatedProperties": False,
    "required": ["kind", "id", "title", "way"],
    "properties": {
        "kind": {"const": "samples", "x-ui": {"widget": "hidden", "order": 1}},
        "id": {"type": "string", "x-title": {"zh": "标识", "en": "Id"}, "x-ui": {"order": 2}},
        "title": {"$ref": "#/$defs/Text", "x-title": {"zh": "名称", "en": "Title"}, "x-ui": {"order": 3}},
        "way": {
            "enum": ["plain", "special"],
            "x-labels": {"plain": {"zh": "普通", "en": "Plain"}, "special": {"zh": "特别", "en": "Special"}},
            "x-title": {"zh": "方式", "en": "Way"},
            "x-ui": {"order": 4},
        },
        "item": {"type": "string", "x-ref": "items", "x-title": {"zh": "事项", "en": "Item"}, "x-ui": {"order": 6}},
        "steps": {
            "type": "array",
            "x-title": {"zh": "步骤", "en": "Steps"},
            "x-ui": {"order": 7},
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["days"],
                "properties": {"days": {"type": "integer", "x-title": {"zh": "天数", "en": "Days"}}},
            },
        },
    },
    "if": {"properties": {"way": {"const": "special"}}, "required": ["way"]},
    "then": {
        "required": ["reason"],
        "properties": {"reason": {"type": "string", "x-title": {"zh": "理由", "en": "Reason"}, "x-ui": {"order": 5}}},
    },
    "$defs": {
        "Text": {
            "type": "object",
            "additionalProperties": False,
            "required": ["zh", "en"],
            "properties": {"zh": {"type": "string", "minLength": 1}, "en": {"type": "string", "minLength": 1}},
        }
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def up() -> Iterator[House]:
    with small_house({"samples": SAMPLE_KIND}) as house:
        yield house


@pytest.fixture(scope="module")
def seen(up: House) -> dict[str, Any]:
    """What the browser saw on its way; see journey.mjs."""
    return played(up, "journey", PICTURES)


def test_what_a_check_finds_stands_at_its_field(seen):
    assert "检查未通过" in seen["steps"]["refused"]
    assert "名称" in seen["steps"]["refused"]
    assert seen["steps"]["at-the-field"]


def test_the_author_is_offered_no_release_and_the_releaser_no_change(seen):
    assert seen["steps"]["author"] is True
    assert seen["steps"]["reads-only"] is True


def test_a_second_person_sees_what_changes_and_releases_it_into_the_catalogue(seen, up):
    assert "名称 › 中文" in seen["steps"]["changes"]
    (found,) = [one for one in up.call("GET", "/v1/items").json()["items"] if one["id"] == "water-connection"]
    assert found["title"]["zh"].endswith("（新）")
    described = up.call("GET", "/v1/openapi.json").json()["paths"]["/v1/items/water-connection/cases"]["post"]
    assert described["summary"].endswith("（新）")


def test_a_kind_that_no_code_knows_has_its_screens(seen):
    assert seen["steps"]["no-reason-yet"] is True
    assert seen["steps"]["new-kind-json"] == {
        "kind": "samples", "id": "first-one", "title": {"zh": "第一个", "en": "first-one"}, "way": "special",
        "reason": "因为", "item": "water-connection", "steps": [{"days": 3}],
    }  # fmt: skip
    assert "检查通过" in seen["steps"]["new-kind"]


def test_the_policy_refuses_evaluation_and_the_console_needs_none(seen):
    assert seen["evaluates"] is False
    assert [one for one in seen["refused"] if "unsafe-eval" not in one] == []


def test_nothing_grave_stands_against_any_screen(seen):
    assert {name: found for name, found in seen["axe"].items() if found} == {}
    assert len(seen["axe"]) >= 20


def test_no_screen_is_wider_than_its_window(seen):
    assert {name: more for name, more in seen["wide"].items() if more > 0} == {}
