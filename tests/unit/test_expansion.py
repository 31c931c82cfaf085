"""What an official writes only in part is put together whole: items over basic items, processes with fragments."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from chalicelib.actions import definitions, drafts
from chalicelib.actions.packs import seed
from chalicelib.domain.definitions import content_hash
from chalicelib.domain.expansion import expand, merged
from chalicelib.domain.process import compile_process
from tests.builders_definitions import AUTHOR, RELEASER, Ticking, aws, create_table, item, pack, press
from tests.builders_pack import PACK, WRITTEN

BASIC = {
    "kind": "items", "id": "basic", "abstract": True, "nature": "registration", "serves": ["S001"],
    "title": {"zh": "基本", "en": "Basic"}, "overrides": ["/title", "/clocks/promised/budget"],
    "clocks": [
        {"id": "decision", "budget": 20, "unit": "working_day"},
        {"id": "promised", "budget": 15, "unit": "working_day"},
    ],
    "guide": {"conditions": ["a"], "note": "b"},
}  # fmt: skip


def extending(**members: Any) -> dict[str, Any]:
    return {"kind": "items", "id": "own", "extends": "basic", **members}


def whole(*bodies: dict[str, Any]) -> dict[str, Any]:
    made = expand({f"{one['kind']}/{one['id']}": one for one in bodies})
    assert made.broken == {}
    return dict(made.world["items/own"])


def codes(*bodies: dict[str, Any]) -> list[tuple[str, str]]:
    made = expand({f"{one['kind']}/{one['id']}": one for one in bodies})
    return [(one.pointer, one.code) for found in made.broken.values() for one in found]


def test_an_item_is_what_it_says_over_what_it_extends():
    made = whole(
        BASIC,
        extending(title={"zh": "自己的"}, clocks=[{"id": "promised", "budget": 3}], guide={"hint": "c"}),
    )
    assert made["id"] == "own"
    assert made["title"] == {"zh": "自己的", "en": "Basic"}
    assert made["clocks"] == [
        {"id": "decision", "budget": 20, "unit": "working_day"},
        {"id": "promised", "budget": 3, "unit": "working_day"},
    ]
    assert made["guide"] == {"conditions": ["a"], "note": "b", "hint": "c"}


def test_what_belongs_to_the_basic_item_alone_is_not_handed_down():
    made = whole(BASIC, extending())
    assert not {"abstract", "overrides", "serves"} & made.keys()


def test_three_levels_are_put_together_from_the_top():
    middle = extending(
        clocks=[{"id": "service", "budget": 10, "unit": "working_day"}], overrides=["/department"]
    )
    lowest = {"kind": "items", "id": "own", "extends": "middle", "department": "tax"}
    made = whole(BASIC, {**middle, "id": "middle"}, lowest)
    assert [one["id"] for one in made["clocks"]] == ["decision", "promised", "service"]
    assert (made["nature"], made["department"]) == ("registration", "tax")


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"nature": "licence"}, "/nature"),
        ({"clocks": [{"id": "decision", "budget": 30}]}, "/clocks/0/budget"),
        ({"clocks": [{"id": "promised", "unit": "calendar_day"}]}, "/clocks/0/unit"),
        ({"guide": {"note": None}}, "/guide/note"),
        ({"guide": {"conditions": ["a", "b"]}}, "/guide/conditions"),
    ],
)
def test_what_the_basic_item_fixed_cannot_be_changed_below(members, pointer):
    assert codes(BASIC, extending(**members)) == [(pointer, "override-not-allowed")]


def test_to_say_the_same_again_is_no_change():
    assert codes(BASIC, extending(nature="registration", clocks=[BASIC["clocks"][0]])) == []


def test_what_extends_nothing_or_itself_is_refused():
    assert codes(extending()) == [("/extends", "extends-unknown")]
    other = {"kind": "items", "id": "basic", "extends": "own"}
    assert codes(extending(), other) == [("/extends", "extends-itself")] * 2


def test_merging_replaces_lists_without_ids_and_null_removes():
    assert merged({"a": [1, 2], "b": 1}, {"a": [3], "b": None}) == {"a": [3]}
    assert merged([{"id": "x", "n": 1}], [{"id": "y"}, {"id": "x", "n": 2}]) == [
        {"id": "x", "n": 2},
        {"id": "y"},
    ]


# ── fragments


@pytest.mark.parametrize("name", ["approval", "claim"])
def test_a_process_has_the_states_and_moves_of_its_fragment(name):
    process = compile_process(PACK[f"processes/{name}"])
    assert "resubmit" not in WRITTEN[f"processes/{name}"]["moves"]
    intake = process.initial()
    corrected = process.take(intake, "request_correction")
    assert process.active(corrected) == ("correction",)
    assert process.active(process.take(corrected, "resubmit")) == process.active(intake)
    assert process.final(process.send(corrected, "timeout.correction") or intake) == "lapsed"


def test_what_the_host_says_of_an_included_move_is_merged_over_it():
    move = PACK["processes/approval"]["moves"]["request_correction"]
    assert (move["basis"], move["at_most"]) == ("行政许可法 §32", 1)


def spoiled(**include: Any) -> list[tuple[str, str]]:
    host = copy.deepcopy(WRITTEN["processes/approval"])
    host["includes"][0].update(include)
    made = expand({"processes/approval": host, "fragments/correction": WRITTEN["fragments/correction"]})
    return [(one.pointer, one.code) for one in made.broken["processes/approval"]]


def test_an_include_that_does_not_fit_is_refused_at_its_place():
    assert spoiled(fragment="nothing") == [("/includes/0/fragment", "fragment-unknown")]
    assert spoiled(places={}) == [("/includes/0/places", "fragment-places")]
    assert spoiled(places={"intake": "nowhere"}) == [("/includes/0", "fragment-place-unknown")]
    assert spoiled(within="nowhere") == [("/includes/0", "fragment-place-unknown")]


def test_a_host_that_already_has_the_fragments_transition_is_told():
    host = copy.deepcopy(WRITTEN["processes/approval"])
    received = host["chart"]["states"]["open"]["states"]["received"]
    received["transitions"].append({"event": "request_correction", "target": "examining"})
    made = expand({"processes/approval": host, "fragments/correction": WRITTEN["fragments/correction"]})
    assert [one.code for one in made.broken["processes/approval"]] == ["fragment-collides"]


# ── released


def test_a_release_runs_on_the_whole_and_names_what_was_written_and_a_change_above_reaches_below():
    basic = item("basic", abstract=True, overrides=["/title"])
    own = {"kind": "items", "id": "own", "extends": "basic", "title": {"zh": "自己的", "en": "Own"}}
    with aws() as dynamo:
        create_table(dynamo)
        desk = press(dynamo, Ticking())
        seed(desk, pack(basic, own))
        current = desk.store.release_set(1)
        first = current.releases["own"]
        contents, bodies = desk.store.release(first["release"])
        assert "basic" not in current.releases
        assert "basic" not in {entry["id"] for entry in current.catalogue}
        assert bodies["items/own"]["process"] == "simple"
        assert contents["source/items/own"] == content_hash(own) == current.definitions["items/own"]
        assert contents["source/items/basic"] == content_hash(basic)
        assert current.users("items/basic") == ["items/own"]
        newer = {**basic, "topics": ["renewed"]}
        draft = drafts.create_draft(desk, AUTHOR, "items", "basic", newer)
        definitions.release(desk, RELEASER, [draft.draft_id])
        after = desk.store.release_set(2).releases["own"]
        assert after["release"] != first["release"]
        assert after["earlier"] == [first["release"]]
        assert desk.store.release(after["release"])[1]["items/own"]["topics"] == ["renewed"]


def test_a_roll_back_leads_to_the_same_state():
    with aws() as dynamo:
        create_table(dynamo)
        desk = press(dynamo, Ticking())
        seed(desk, pack())
        before = desk.store.release_set(1).state
        draft = drafts.create_draft(desk, AUTHOR, "items", "deregistration", item(topics=["other"]))
        definitions.release(desk, RELEASER, [draft.draft_id])
        assert desk.store.release_set(2).state != before
        act = definitions.roll_back(desk, RELEASER, 1, "faulty")
        assert act["state"] == before == desk.store.release_set(desk.store.pointer().set).state
