from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import canonical, facts
from chalicelib.domain.facts import Found, Lookup, Missing, PinnedFact
from chalicelib.domain.problems import Problem

SCHEMAS = Path(__file__).parents[2] / "schemas"
META = orjson.loads((SCHEMAS / "meta/facts.schema.json").read_bytes())
PACK = {
    one["id"]: one
    for one in (orjson.loads(path.read_bytes()) for path in (SCHEMAS / "facts").rglob("*.json"))
}
AT = 1_772_413_200_000  # 2026-03-02T09:00:00+08:00
DAY = 24 * 60 * 60_000
FORM = {"uscc": "91430112MA4L000000", "premises": {"kind": "rented"}, "registered_capital_fen": 50_000_000}
CLEARANCES = {"tax": "cleared", "social_insurance": "cleared", "customs": "outstanding", "bank": "cleared"}


def fact(type: str = "integer", **rest: Any) -> dict[str, Any]:
    return {
        "kind": "facts",
        "id": "sample",
        "type": type,
        "source": {"form": "/x"},
        "unknown": "manual",
        **rest,
    }


def record(**rest: Any) -> dict[str, Any]:
    return fact(**{"source": {"record": {"register": "sites", "key": "form:/x", "field": "/y"}}, **rest})


def clearances(value: Any, as_of: int = AT) -> dict[Lookup, Found | Missing]:
    [lookup] = facts.needed([PACK["tax-cleared"]], FORM)
    return {lookup: Found(value, as_of)}


def test_facts_of_one_record_need_one_lookup() -> None:
    wanted = [
        PACK["debts-outstanding"],
        PACK["tax-cleared"],
        PACK["bank-account-closed"],
        PACK["abnormal-list"],
    ]
    lookups = facts.needed(wanted, FORM)
    assert [(one.source, one.arguments) for one in lookups] == [
        ("record", {"register": "clearances", "key": FORM["uscc"]}),
        ("record", {"register": "enterprises", "key": FORM["uscc"]}),
    ]


def test_facts_of_the_form_need_no_lookup() -> None:
    assert facts.needed([PACK["premises-kind"], PACK["capital-amount"]], FORM) == []


def test_a_fact_whose_key_is_not_in_the_form_needs_no_lookup_and_is_unknown() -> None:
    assert facts.needed([PACK["tax-cleared"]], {}) == []
    assert facts.pin(PACK["tax-cleared"], {}, {}, AT).reason == "no-key"


def test_arguments_of_every_source_are_resolved_from_form_and_parties() -> None:
    history = {
        "subject": "party:applicant",
        "event": "case.granted",
        "measure": "count",
        "within": {"budget": 1, "unit": "year"},
    }
    connector = {
        "connector": "names",
        "operation": "conflicts",
        "arguments": {"name": "form:/name", "limit": 5},
        "field": "/n",
    }
    sources = [
        {"history": history},
        {"connector": connector},
        {"account": {"account": "seats", "key": "form:/name", "measure": "balance"}},
        {"place": {"layer": "grid", "point": "form:/name", "field": "/cell"}},
    ]
    found = facts.needed(
        [fact(source=source) for source in sources], {"name": "甲"}, {"applicant": "person:a"}
    )
    assert [one.arguments for one in found] == [
        history | {"subject": "person:a"},
        {"connector": "names", "operation": "conflicts", "arguments": {"name": "甲", "limit": 5}},
        {"account": "seats", "key": ["甲"]},
        {"layer": "grid", "point": "甲"},
    ]
    assert facts.needed([fact(source={"history": history})], {}, {}) == []


def test_a_fact_of_the_form_is_pinned_with_its_source_and_time() -> None:
    pinned = facts.pin(PACK["premises-kind"], FORM, {}, AT)
    assert pinned.as_json() == {
        "id": "premises-kind",
        "known": True,
        "value": "rented",
        "source": {"form": "/premises/kind"},
        "at": AT,
    }


def test_what_the_form_does_not_say_is_unknown_and_can_be_asked() -> None:
    for form in ({}, {"premises": {}}, {"premises": {"kind": None}}, {"premises": []}, None):
        pinned = facts.pin(PACK["premises-kind"], form, {}, AT)
        assert (pinned.known, pinned.value, pinned.reason, pinned.unknown) == (
            False,
            None,
            "not-given",
            "ask",
        )


def test_a_record_is_read_at_its_field_and_the_pin_says_which_version() -> None:
    [lookup] = facts.needed([PACK["enterprise-status"]], FORM)
    pinned = facts.pin(
        PACK["enterprise-status"], FORM, {lookup: Found({"status": "active"}, AT - 1, "v7")}, AT
    )
    assert (pinned.known, pinned.value) == (True, "active")
    assert pinned.source["as_of"] == AT - 1
    assert pinned.source["version"] == "v7"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (None, "not-fetched"),
        (Missing("not-found"), "not-found"),
        (Missing("no-consent"), "no-consent"),
        (Found(None), "no-value"),
        (Found({}), "no-value"),
        (Found({"status": None}), "no-value"),
        (Found({"status": 3}), "wrong-type"),
        (Found({"status": "sleeping"}), "wrong-type"),
        (Found({"status": "active"}, AT - DAY - 1), "stale"),
    ],
)
def test_whatever_goes_wrong_makes_a_fact_unknown_and_says_why(answer: Any, reason: str) -> None:
    [lookup] = facts.needed([PACK["enterprise-status"]], FORM)
    pinned = facts.pin(PACK["enterprise-status"], FORM, {lookup: answer} if answer else {}, AT)
    assert (pinned.known, pinned.value, pinned.reason) == (False, None, reason)
    assert "value" not in pinned.as_json()


def test_a_datum_exactly_as_old_as_it_may_be_is_still_fresh() -> None:
    assert facts.pin(PACK["tax-cleared"], FORM, clearances(CLEARANCES, AT - DAY), AT).known


def test_debts_are_counted_and_one_that_cannot_be_read_makes_the_count_unknown() -> None:
    assert facts.pin(PACK["debts-outstanding"], FORM, clearances(CLEARANCES), AT).value == 1
    for broken in (
        {**CLEARANCES, "bank": None},
        {**CLEARANCES, "bank": "pending"},
        {"tax": "cleared"},
        "no record",
    ):
        assert not facts.pin(PACK["debts-outstanding"], FORM, clearances(broken), AT).known


def test_a_value_that_nobody_foresaw_is_not_a_no() -> None:
    assert facts.pin(PACK["customs-cleared"], FORM, clearances(CLEARANCES), AT).value is False
    assert facts.pin(PACK["tax-cleared"], FORM, clearances(CLEARANCES), AT).value is True
    assert facts.pin(PACK["tax-cleared"], FORM, clearances({"tax": "冻结"}), AT).known is False


def test_a_number_is_not_taken_for_a_yes() -> None:
    wanted = fact("boolean", take={"equals": {"value": True, "among": [True, False]}})
    assert facts.pin(wanted, {"x": True}, {}, AT).value is True
    assert not facts.pin(wanted, {"x": 1}, {}, AT).known


def test_lists_are_counted_and_searched() -> None:
    form = {"x": ["food", "retail"]}
    assert facts.pin(fact(take={"size": True}), form, {}, AT).value == 2
    assert facts.pin(fact("boolean", take={"contains": "food"}), form, {}, AT).value is True
    assert facts.pin(fact("boolean", take={"contains": "fuel"}), form, {}, AT).value is False
    assert not facts.pin(fact("boolean", take={"contains": "food"}), {"x": "food"}, {}, AT).known
    assert not facts.pin(fact(take={"size": True}), {"x": "food"}, {}, AT).known


def test_what_the_source_says_is_compared_with_what_the_applicant_says() -> None:
    against = record(type="boolean", take={"same_as": "form:/id_number"})
    party = record(type="boolean", take={"same_as": "party:applicant"})

    def pinned(declaration: dict[str, Any], said: Any, form: dict[str, Any]) -> Any:
        lookups = facts.needed([declaration], form)
        answers: dict[Lookup, Found | Missing] = {one: Found({"y": said}, AT) for one in lookups}
        found = facts.pin(declaration, form, answers, AT, {"applicant": "person:a"})
        return found.value if found.known else None

    form = {"x": "k", "id_number": "430112199007212025"}
    assert pinned(against, "430112199007212025", form) is True
    assert pinned(against, "430112198503121013", form) is False
    assert pinned(against, "430112199007212025", {"x": "k"}) is None  # nothing was said to compare with
    assert pinned(against, None, form) is None
    assert pinned(party, "person:a", form) is True
    assert pinned(party, "person:b", form) is False


def test_pointers_reach_into_lists_and_escaped_names() -> None:
    form = {"a/b": [{"~": 4}]}
    assert facts.pin(fact(source={"form": "/a~1b/0/~0"}), form, {}, AT).value == 4
    for pointer in ("/a~1b/1/~0", "/a~1b/x", "/a~1b/-1"):
        assert not facts.pin(fact(source={"form": pointer}), form, {}, AT).known


WRONG = {
    "integer": [1.0, "1", True, 2**53, [], {}],
    "money": [1.5, "1", False, -(2**53)],
    "boolean": [0, 1, "true"],
    "string": [1, True, "e\u0301"],
    "date": ["2026-02-30", "20260101", "2026-1-1", "today", 20260101],
}
RIGHT = {"integer": -3, "money": 100, "boolean": False, "string": "甲", "date": "2026-02-28"}


@pytest.mark.parametrize("kind", list(WRONG))
def test_a_value_of_another_type_is_unknown(kind: str) -> None:
    assert facts.pin(fact(kind), {"x": RIGHT[kind]}, {}, AT).value == RIGHT[kind]
    for value in WRONG[kind]:
        assert facts.pin(fact(kind), {"x": value}, {}, AT).reason in ("wrong-type", "not-given")


def test_a_number_beyond_its_declared_bounds_is_unknown() -> None:
    bounded = fact(minimum=0, maximum=4)
    assert [facts.pin(bounded, {"x": value}, {}, AT).known for value in (-1, 0, 4, 5)] == [
        False,
        True,
        True,
        False,
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(PACK)), json_values, st.booleans())
def test_whatever_a_source_brings_a_pin_is_typed_or_unknown_and_can_be_stored(
    name: str, value: Any, in_form: bool
) -> None:
    declaration = PACK[name]
    form = {**FORM, "enterprise_name": "甲公司"}
    if in_form:
        form |= {
            "premises": value,
            "registered_capital_fen": value,
            "business_items": value,
            "food_category": value,
        }
    fetched = {lookup: Found(value, AT) for lookup in facts.needed([declaration], form)}
    pinned = facts.pin(declaration, form, fetched, AT)
    assert pinned.known == (pinned.value is not None)
    assert not isinstance(pinned.value, float)
    canonical.check(pinned.as_json())
    stored = canonical.loads(canonical.dumps(pinned.as_json()))
    assert PinnedFact.from_json(stored).as_json() == stored == pinned.as_json()


def test_pins_have_one_digest_whatever_their_order() -> None:
    pins = facts.pin_all(PACK.values(), FORM, clearances(CLEARANCES), AT)
    assert set(pins) == set(PACK)
    assert facts.digest(pins) == facts.digest(dict(reversed(pins.items())))
    assert facts.digest(pins) != facts.digest(facts.pin_all(PACK.values(), FORM, {}, AT))


def test_an_example_states_a_value_or_that_it_is_unknown() -> None:
    assert facts.given(PACK["debts-outstanding"], 0).value == 0
    assert facts.given(PACK["debts-outstanding"], {"unknown": True}).known is False
    with pytest.raises(Problem, match="fact-wrong-type"):
        facts.given(PACK["debts-outstanding"], 5)


def test_a_declaration_that_contradicts_itself_is_found() -> None:
    def codes(**rest: Any) -> list[str]:
        return [found.code for found in facts.findings(fact(**rest))]

    assert codes() == []
    assert codes(type="string", take={"size": True}) == ["take-wrong-type"]
    assert codes(type="string", take={"same_as": "form:/y"}) == ["take-wrong-type"]
    assert codes(values=["a"]) == ["bound-wrong-type"]
    assert codes(type="string", minimum=0) == ["bound-wrong-type"]
    assert [found.code for found in facts.findings(record(unknown="ask"))] == ["ask-without-form"]


@pytest.mark.parametrize("name", sorted(PACK))
def test_every_fact_of_the_pack_has_the_declared_shape(name: str) -> None:
    jsonschema.Draft202012Validator(META).validate(PACK[name])
    canonical.check(PACK[name])
    assert facts.findings(PACK[name]) == []


@pytest.mark.parametrize(
    "change",
    [
        {"type": "number"},
        {"source": {}},
        {"source": {"form": "/x", "record": {}}},
        {"source": {"record": {"register": "a", "key": "form:/x"}}},
        {"unknown": "guess"},
        {"surprise": 1},
        {"id": "9-lives"},
        {"fresh_for": {"budget": 1, "unit": "working_day"}},
        {"take": {"equals": {"value": "a"}}},
        {"take": {"same_as": "literal"}},
    ],
)
def test_the_shape_of_a_fact_has_no_room_for_anything_else(change: dict[str, Any]) -> None:
    assert not jsonschema.Draft202012Validator(META).is_valid(PACK["premises-kind"] | change)


def untitled(schema: Any, pointer: str = "") -> list[str]:
    """Properties without a title in both languages or without a place on the screen."""
    found = []
    if isinstance(schema, dict):
        for name, member in schema.get("properties", {}).items():
            if not (
                isinstance(member, dict)
                and {"zh", "en"} == set(member.get("x-title", {}))
                and "order" in member.get("x-ui", {})
            ):
                found.append(f"{pointer}/{name}")
        found += [place for key, member in schema.items() for place in untitled(member, f"{pointer}/{key}")]
    elif isinstance(schema, list):
        found += [
            place for index, member in enumerate(schema) for place in untitled(member, f"{pointer}/{index}")
        ]
    return found


@pytest.mark.parametrize("kind", ["facts", "rules"])
def test_every_field_of_the_shape_has_its_name_in_two_languages_and_its_place_on_screen(kind: str) -> None:
    schema = orjson.loads((SCHEMAS / f"meta/{kind}.schema.json").read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    assert len(schema["properties"]) > 8
    assert untitled(schema) == []
