"""The Wangcheng pack holds together: every file has its kind's shape, every name leads somewhere, every
figure is the plan's or the law's. Forms and registers are in test_pack_forms, examples in test_pack_examples."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest

from chalicelib.domain import rules
from chalicelib.domain.formats import is_uscc
from chalicelib.domain.gate import Context, gate, shape_findings
from chalicelib.domain.item_identity import POWERS as POWERS_NEEDED
from chalicelib.domain.problems import refusing
from chalicelib.domain.waits import unclocked
from tests.builders_pack import ITEMS, KINDS, PACK, walk
from tests.shipped import judged

OWN = ("items", "registers", "documents", "notices", "organisations")
NODES = PACK["organisations/wangcheng"]["nodes"]
POWERS = {record["id"]: record for record in PACK["registers/powers"]["records"]}
by_id = pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["id"])
by_power = pytest.mark.parametrize(
    "item", [item for item in ITEMS if item["nature"] in POWERS_NEEDED], ids=lambda item: item["id"]
)
by_approval = pytest.mark.parametrize(
    "item", [item for item in ITEMS if item["process"] == "approval"], ids=lambda item: item["id"]
)


# ── shapes and names


@pytest.mark.parametrize("key", [key for key in PACK if key.split("/")[0] in OWN])
def test_every_file_has_the_shape_of_its_kind_and_the_name_of_its_id(key):
    definition = PACK[key]
    assert definition["id"] == key.split("/")[1]
    assert [f"{one.pointer}: {one.message.en}" for one in shape_findings(KINDS, definition)] == []


@pytest.mark.parametrize("kind", OWN)
def test_a_definition_with_a_field_too_many_or_a_title_too_few_is_refused(kind):
    sound = next(body for key, body in PACK.items() if key.startswith(f"{kind}/"))
    assert shape_findings(KINDS, {**sound, "surprise": 1})
    assert shape_findings(KINDS, {**sound, "title": {"zh": "只有中文"}})
    assert shape_findings(KINDS, {name: value for name, value in sound.items() if name != "title"})


@pytest.mark.parametrize("kind", OWN)
def test_every_field_of_a_kind_can_be_drawn_as_a_screen_in_two_languages(kind):
    def fields(schema: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for node in walk(schema):
            if isinstance(node, dict) and isinstance(node.get("properties"), dict):
                for name, field in node["properties"].items():
                    if (
                        isinstance(field, dict)
                        and {"$ref", "type", "enum", "const", "anyOf", "allOf"} & field.keys()
                    ):
                        yield name, field

    undrawn = [
        name
        for name, field in fields(KINDS.meta(kind))
        if "x-title" not in field and not {"const", "type", "enum"} >= field.keys()
    ]
    assert undrawn == []
    for name, field in fields(KINDS.meta(kind)):
        if "x-title" in field:
            assert field["title"] == field["x-title"]["en"], name
            assert re.search("[\u4e00-\u9fff]", field["x-title"]["zh"]), name
            assert {"widget", "order"} <= field["x-ui"].keys(), name


def test_every_reference_in_the_pack_leads_to_a_definition():
    dangling = [
        f"{key}{reference.pointer} → {reference.key}"
        for key, definition in PACK.items()
        for reference in KINDS.references(definition)
        if reference.key not in PACK
    ]
    assert dangling == []


def test_the_references_that_matter_are_marked_as_references():
    named = {reference.key for reference in KINDS.references(PACK["items/general-deregistration"])}
    assert named >= {
        "processes/approval", "rules/deregistration-intake", "rules/deregistration-limit",
        "facts/debts-outstanding", "registers/enterprises", "registers/clearances",
        "documents/deregistration-notice",
    }  # fmt: skip


def test_every_document_that_a_process_issues_is_in_the_pack():
    for key, process in PACK.items():
        if key.startswith("processes/"):
            steps = [process.get("opening") or {}, *process["moves"].values(), *process["internal"].values()]
            for document in (document for step in steps for document in step.get("issues", ())):
                assert f"documents/{document}" in PACK, f"{key} issues {document}"


@by_power
def test_an_item_rests_on_a_listed_power_of_its_own_department(item):
    power = POWERS[item["power"]]
    assert power["department"] == item["department"]
    assert item["id"] in power["items"]
    assert power["nature"] == item["nature"]
    assert power["status"] == "in-force"


@by_id
def test_an_item_is_handled_where_somebody_is(item):
    assert {"window", "handler", "reviewer", "decider", "head"} <= NODES[item["department"]]["posts"].keys()
    assert NODES[item["window"]]["kind"] == "window"
    assert {place["node"] for place in item["guide"]["places"]} <= NODES.keys()
    assert set(item["guide"]["joint_departments"]) <= NODES.keys()


@by_power
def test_an_implementation_code_is_the_departments_code_and_thirteen_more(item):
    codes = item["codes"]
    assert codes["implementation"] == NODES[item["department"]]["code"] + "4" + codes["basic"]
    assert codes["business"].startswith(codes["implementation"])
    assert (len(codes["basic"]), len(codes["implementation"]), len(codes["business"])) == (12, 31, 33)


def test_every_unified_social_credit_code_in_the_pack_is_valid():
    looks_like_one = re.compile("(?:11|91)430112[0-9A-Z]{10}").fullmatch
    codes = {value for value in walk(PACK) if isinstance(value, str) and looks_like_one(value)}
    codes |= {
        value.partition(":")[2]
        for value in walk(PACK)
        if isinstance(value, str) and value.startswith("enterprise:9")
    }
    assert len(codes) > 25
    assert [code for code in sorted(codes) if not is_uscc(code)] == []


def test_every_citation_says_whether_it_was_verified():
    for key, definition in PACK.items():
        for basis in (one for one in walk(definition) if isinstance(one, dict)):
            if key.split("/")[0] in OWN and isinstance(basis.get("article"), str):
                assert isinstance(basis.get("source_verified"), bool), f"{key}: {basis['article']}"


def test_the_gate_has_nothing_against_the_pack_and_plays_its_examples():
    departments = {item["id"]: item["department"] for item in ITEMS}
    found = refusing(judged().findings)
    assert [f"{one.params['definition']}{one.pointer}: {one.message.en}" for one in found] == []
    broken = copy.deepcopy(PACK["items/food-licence"])
    broken["examples"][1]["expect"]["deadlines"]["decision"] = "2026-04-01"
    world = {**PACK, "items/food-licence": broken}
    found = gate(["items/food-licence"], Context(KINDS, world, set(world), departments, POWERS.__contains__))
    assert [one.pointer for one in found] == ["/examples/1/expect/deadlines/decision"]


def test_wording_for_a_document_that_the_process_never_issues_is_refused():
    food = {**PACK["items/food-licence"], "wording": {"minutes": "receipt", "receipt": "minutes"}}
    world = {**PACK, "items/food-licence": food}
    found = gate(["items/food-licence"], Context(KINDS, world, set(world), {}, POWERS.__contains__))
    assert [(one.pointer, one.code) for one in found] == [("/wording/minutes", "wording-unused")]


def test_an_example_may_name_the_other_parties():
    food = copy.deepcopy(PACK["items/food-licence"])
    applicant = food["parties"]["applicant"]
    food["parties"]["owner"] = {**applicant, "cardinality": [1, 2]}
    world = {**PACK, "items/food-licence": food}
    context = Context(KINDS, world, set(world), {}, POWERS.__contains__)
    assert gate(["items/food-licence"], context)
    for example in food["examples"]:
        example["parties"] = [{"role": "owner", "subject": "person:demo-owner"}]
    assert gate(["items/food-licence"], context) == []


# ── the plan's and the law's figures


def test_general_deregistration_asks_for_six_materials_and_promises_ten_days_or_at_once():
    item = PACK["items/general-deregistration"]
    assert len(item["materials"]) == 6  # 规划 一篇·一章·一（二）: 11 件压缩至 6 件
    assert item["guide"]["max_visits"] == 0  # 二篇·一章·一·4: 一次不跑
    limit = PACK[f"rules/{item['rules']['limits']['promised']}"]
    outstanding = {"debts-outstanding": 1, "abnormal-list": False, "serious-illegal-list": False}
    decided = rules.trial(limit, outstanding, date(2026, 3, 2)).result
    assert decided == {"budget": 10, "unit": "working_day"}
    assert (
        rules.trial(limit, outstanding | {"debts-outstanding": 0}, date(2026, 3, 2)).result["unit"]
        == "office_hour"
    )


def test_establishment_asks_for_five_materials_and_promises_four_hours():
    item = PACK["items/enterprise-establishment"]
    assert len([one for one in item["materials"] if one["required"]]) == 5  # 规划: 14 件压缩至 5 件
    limit = PACK[f"rules/{item['rules']['limits']['promised']}"]
    standard = {name: item["examples"][0]["facts"][name] for name in limit["facts"]}
    assert rules.trial(limit, standard, date(2026, 3, 2)).result == {"budget": 4, "unit": "office_hour"}


LICENSING_LAW = ((5, "working_day"), 20, 10)  # 行政许可法 §32, §42
OWN_LAW = {  # 法律、行政法规另有规定的 (§42): an item's, or a whole domain's
    "enterprise-establishment": ((5, "working_day"), 3, 3),  # 市场主体登记管理条例 §19
    "construction-permit": ((5, "working_day"), 7, None),  # 建筑法 §8
    "enterprise-change": ((5, "working_day"), 3, 3),  # 市场主体登记管理条例 §19
    "property": (
        (1, "office_hour"),
        30,
        None,
    ),  # 不动产登记暂行条例 §17: on the spot; §20: 30 days, no extension
}


@by_approval
def test_the_clocks_are_those_of_the_law(item):
    clocks = {clock["id"]: clock for clock in item["clocks"]}
    intake, days, more = OWN_LAW.get(item["id"]) or OWN_LAW.get(item["domain"]) or LICENSING_LAW
    assert (clocks["intake"]["budget"], clocks["intake"]["unit"]) == intake
    assert clocks["intake"]["on_expiry"] == "timeout.intake"
    assert clocks["correction"]["on_expiry"] == "timeout.correction"
    assert (clocks["service"]["budget"], clocks["service"]["unit"]) == (10, "working_day")  # §44
    decision, extension = clocks["decision"], clocks["decision"].get("extension")
    assert (decision["budget"], extension and extension["budget"]) == (days, more)
    assert extension is None or extension["by"] == ["post:head"]
    for hold in item["holds"]:
        assert hold["max"]["budget"] > 0
        assert f"documents/{hold['document']}" in PACK
        assert set(hold["blocks"]) <= PACK["processes/approval"]["moves"].keys()


@pytest.mark.parametrize(
    ("item", "clock", "days", "before"),
    [
        ("second-hand-house-transfer", "promised", 3, 5),
        ("mortgage-registration", "promised", 3, 5),
        ("land-registration", "promised", 2, 4),
    ],
)
def test_real_estate_is_registered_within_the_plans_days(item, clock, days, before):
    declared = next(one for one in PACK[f"items/{item}"]["clocks"] if one["id"] == clock)
    limit = PACK[f"rules/{declared['limit'].removeprefix('rule:')}"]
    stated = {name: PACK[f"items/{item}"]["examples"][0]["facts"][name] for name in limit["facts"]}
    decided = [rules.trial(limit, stated, day).result for day in (date(2026, 3, 2), date(2021, 12, 31))]
    assert decided == [{"budget": n, "unit": "working_day"} for n in (days, before)]
    assert (declared["budget"], declared["unit"]) == (days, "working_day")  # when the rule cannot decide


@by_id
def test_no_state_waits_without_a_clock(item):
    assert unclocked(item["clocks"], PACK[f"processes/{item['process']}"]) == []


@by_id
def test_every_material_has_a_source_and_commitment_is_not_offered_on_an_excluded_subject(item):
    for material in item["materials"]:
        assert material["source"]["zh"]
        assert not material["required"] or material["modes"]
        assert (material["deferrable"] is None) == ("deferrable_source" not in material)
    if not item["guide"]["commitment"]["allowed"]:  # 规划 二篇·一章·一·3: 直接关系人身健康的除外
        assert not any("commitment" in material["modes"] for material in item["materials"])
    assert PACK["items/food-licence"]["guide"]["commitment"]["allowed"] is False
