"""Personal data are masked unless someone is meant to see them, wherever in a form they stand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.masks import HIDDEN, Masks, kept, mask, mask_name, masks_of, personal_pointers

SCHEMAS = Path(__file__).parents[2] / "schemas"
DISTRICT = masks_of({"masks": json.loads((SCHEMAS / "access" / "masks.json").read_text(encoding="utf-8"))})


def one(kind: Any, value: Any, masks: Masks = DISTRICT, **more: Any) -> Any:
    return mask({"field": value}, {"properties": {"field": {"x-personal": kind, **more}}}, masks=masks)[
        "field"
    ]


PERSON = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "x-personal": "name"},
        "id_number": {"type": "string", "x-personal": "id"},
        "phone": {"type": "string", "x-personal": "phone"},
        "role": {"type": "string"},
    },
}
FORM = {
    "type": "object",
    "$defs": {"person": PERSON},
    "properties": {
        "company": {"type": "string"},
        "applicant": {"$ref": "#/$defs/person"},
        "members": {"type": "array", "items": {"$ref": "#/$defs/person"}},
        "notes": {"type": "string", "x-personal": True},
    },
}
ZHANG = {"name": "张小明", "id_number": "430112199003071234", "phone": "13812340000", "role": "owner"}
FILLED = {
    "company": "某公司",
    "applicant": ZHANG,
    "members": [ZHANG, ZHANG | {"name": "欧阳锋"}],
    "notes": "住院",
}


@pytest.mark.parametrize("masks", [DISTRICT, Masks()], ids=["district", "usual"])
@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("id", "110101199003071234", "1101***1234"),
        ("id", "430102900307123", "4301***7123"),
        ("id", "E12345678", "E***"),
        ("phone", "13812340000", "138****0000"),
        ("phone", "88061234", "8****"),
        ("name", "张三", "张*"),
        ("name", "张小明", "张**"),
        ("name", "欧阳锋", "欧阳*"),
        ("name", "司马", "司*"),
        ("name", "张", "*"),
        ("name", "John Smith", "J*********"),
        ("email", "alice@example.com", "a***@example.com"),
        ("email", "not an address", HIDDEN),
        ("address", "湖南省长沙市望城区高塘岭街道1号", "湖南省长沙市望城区***"),
        ("address", "阳光小区3栋502室", HIDDEN),
        (True, "anything", HIDDEN),
        ("name", "", "*"),
    ],
)
def test_each_kind_shows_only_its_part(masks: Masks, kind: Any, value: str, shown: str):
    assert one(kind, value, masks) == shown


def test_a_form_is_masked_through_objects_arrays_and_references():
    shown = mask(FILLED, FORM, masks=DISTRICT)
    masked = {"name": "张**", "id_number": "4301***1234", "phone": "138****0000", "role": "owner"}
    assert shown == {
        "company": "某公司",
        "applicant": masked,
        "members": [masked, masked | {"name": "欧阳*"}],
        "notes": HIDDEN,
    }
    assert FILLED["applicant"] is ZHANG  # the original is left as it was
    assert ZHANG["name"] == "张小明"


def test_kept_pointers_are_shown_plain_and_only_they():
    shown = mask(FILLED, FORM, frozenset({"/applicant/name", "/members/*/phone"}), DISTRICT)
    assert shown["applicant"]["name"] == "张小明"
    assert shown["applicant"]["phone"] == "138****0000"
    assert [member["phone"] for member in shown["members"]] == ["13812340000", "13812340000"]
    assert [member["name"] for member in shown["members"]] == ["张**", "欧阳*"]


def test_personal_pointers_name_every_place_and_its_kind():
    assert personal_pointers(FORM, DISTRICT) == {
        "/applicant/id_number": "id",
        "/applicant/name": "name",
        "/applicant/phone": "phone",
        "/members/*/id_number": "id",
        "/members/*/name": "name",
        "/members/*/phone": "phone",
        "/notes": "whole",
    }


def test_a_desk_sees_the_kinds_that_its_post_is_given_and_others_see_none():
    assert kept(FORM, DISTRICT, {"post:window", "role:staff"}) == {"/applicant/name", "/members/*/name"}
    assert kept(FORM, DISTRICT, {"role:staff", "role:auditor", "above:head"}) == frozenset()


@pytest.mark.parametrize(
    "schema",
    [
        {"allOf": [{"properties": {"a": {"x-personal": True}}}]},
        {"anyOf": [{"properties": {"b": {}}}, {"properties": {"a": {"x-personal": True}}}]},
        {"oneOf": [{"properties": {"a": {"x-personal": True}}}]},
        {"if": {"required": ["b"]}, "then": {"properties": {"a": {"x-personal": True}}}},
        {"if": {"required": ["b"]}, "else": {"properties": {"a": {"x-personal": True}}}},
        {"dependentSchemas": {"b": {"properties": {"a": {"x-personal": True}}}}},
        {"patternProperties": {"^a": {"x-personal": True}}},
        {"properties": {"a": {}}, "patternProperties": {"^a": {"x-personal": True}}},
        {"additionalProperties": {"x-personal": True}},
        {"$ref": "#/$defs/x", "$defs": {"x": {"properties": {"a": {"x-personal": True}}}}},
        {"properties": {"a": {"$ref": "https://elsewhere.example/schema.json"}}},
        {"properties": {"a": {"$ref": "#/$defs/missing"}}},
        {"$ref": "#/$defs/missing"},
        {"x-personal": True},
        {"properties": {"a": {"x-personal": "no-such-kind"}}},
    ],
)
def test_a_mark_in_any_branch_counts_and_what_cannot_be_followed_is_masked(schema: dict[str, Any]):
    assert mask({"a": "secret"}, schema, masks=DISTRICT) == {"a": HIDDEN}


def test_all_inside_a_personal_object_is_personal():
    schema = {"properties": {"home": {"x-personal": True, "properties": {"city": {}, "rooms": {}}}}}
    value = {"home": {"city": "长沙", "rooms": [1, {"area": 90}], "empty": None, "owned": True}}
    assert mask(value, schema) == {
        "home": {"city": HIDDEN, "rooms": [HIDDEN, {"area": HIDDEN}], "empty": None, "owned": HIDDEN}
    }


def test_positions_of_a_tuple_have_their_own_marks():
    schema = {"prefixItems": [{}, {"x-personal": "name"}], "items": {"x-personal": "phone"}}
    assert mask(["a", "张三", "13812340000"], schema) == ["a", "张*", "138****0000"]


def test_two_opinions_about_a_kind_show_neither_part():
    schema = {
        "properties": {"a": {"x-personal": "phone"}},
        "allOf": [{"properties": {"a": {"x-personal": "id"}}}],
    }
    assert mask({"a": "13812340000"}, schema) == {"a": HIDDEN}


def test_a_field_only_marked_personal_gets_its_kind_from_format_or_name():
    assert one(True, "13812340000", format="cn-mobile") == "138****0000"
    named = {"properties": {"legal_representative": {"x-personal": True}, "diagnosis": {"x-personal": True}}}
    assert personal_pointers(named, DISTRICT) == {"/diagnosis": "whole", "/legal_representative": "name"}


def test_the_shared_person_and_address_are_masked_when_a_form_refers_to_them():
    shared = {}
    for path in (SCHEMAS / "shared").glob("*.json"):
        schema = json.loads(path.read_text(encoding="utf-8"))
        shared[schema["$id"]] = schema
    masks = masks_of(
        {"masks": json.loads((SCHEMAS / "access" / "masks.json").read_text(encoding="utf-8"))}, shared
    )
    form = {"properties": {"owner": {"$ref": "https://schemas.jisheng/shared/person.json"},
                           "firm": {"$ref": "https://schemas.jisheng/shared/enterprise.json"}}}  # fmt: skip
    owner = {
        "name": "张小明",
        "id_type": "resident-id",
        "id_number": "430112199003071234",
        "mobile": "13812340000",
    }
    firm = {"name": "望城某公司", "address": {"town": "高塘岭街道", "detail": "雷锋北大道1号"}}
    shown = mask({"owner": owner, "firm": firm}, form, masks=masks)
    assert shown["owner"] == {
        "name": "张**", "id_type": "resident-id", "id_number": "4301***1234", "mobile": "138****0000"
    }  # fmt: skip
    assert shown["firm"] == {"name": "望城某公司", "address": {"town": "高塘岭街道", "detail": HIDDEN}}
    unfollowed = mask({"owner": owner}, form, masks=DISTRICT)
    assert set(unfollowed["owner"].values()) == {HIDDEN}


def test_a_register_says_what_is_personal_without_marks():
    schema = {"properties": {"name": {}, "mobile": {}, "uscc": {}}}
    also = frozenset({"/name", "/mobile"})
    record = {"name": "张三", "mobile": "13812340000", "uscc": "9143"}
    assert mask(record, schema, masks=DISTRICT, also=also) == {
        "name": "张*",
        "mobile": "138****0000",
        "uscc": "9143",
    }
    assert kept(schema, DISTRICT, {"post:head"}, also=also) == {"/name"}


def test_a_schema_that_contains_itself_is_walked_once():
    tree = {"$defs": {"node": {"properties": {"name": {"x-personal": "name"}, "child": {"$ref": "#/$defs/node"}}}},
            "$ref": "#/$defs/node"}  # fmt: skip
    assert personal_pointers(tree) == {"/name": "name", "/child/name": "name"}
    deep = {"name": "张三", "child": {"name": "李四", "child": {"name": "王五"}}}
    shown = mask(deep, tree, frozenset(personal_pointers(tree)))
    assert shown["child"]["child"]["name"] == "王*"  # deeper than the pointers reach: masked, not shown


def test_a_schema_that_refers_to_itself_in_a_circle_ends():
    circle = {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}
    assert mask({"x": 1}, circle) == {"x": 1}
    assert personal_pointers(circle) == {}


def test_the_surname_alone():
    assert mask_name("诸葛孔明") == "诸葛**"


@given(st.sampled_from(["id", "phone", "name", "email", "address", True]), st.text(max_size=40))
def test_a_mask_never_shows_the_whole_and_an_own_field_never_more_than_two_thirds(kind: Any, text: str):
    shown = one(kind, text)
    assert "*" in shown
    if kind in {"id", "phone", "name"}:
        visible = [character for character in shown if character != "*"]
        assert 3 * len(visible) <= 2 * len(text)


@given(
    st.dictionaries(st.sampled_from(["company", "applicant", "members", "notes"]), st.text() | st.integers())
)
def test_what_does_not_fit_the_schema_is_still_shown_without_personal_text(value: dict[str, Any]):
    shown = mask(value, FORM)
    assert shown.keys() == value.keys()
    if "notes" in value:
        assert shown["notes"] == HIDDEN
