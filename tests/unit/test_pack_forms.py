"""What the pack asks and what it keeps: forms in two languages, personal fields marked, records that fit."""

from __future__ import annotations

import re
from typing import Any

import pytest

from chalicelib.domain.forms import compile_form
from chalicelib.domain.forms_gate import form_schema_findings
from tests.builders_campaigns import tenancy
from tests.builders_pack import FILED_BY_PEOPLE, ITEMS, KINDS, PACK, leaves, walk

by_id = pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["id"])
by_filled_in = pytest.mark.parametrize("item", FILED_BY_PEOPLE, ids=lambda item: item["id"])


@by_id
def test_a_form_is_releasable_and_bilingual(item):
    assert [f"{one.pointer}: {one.code}" for one in form_schema_findings(item["form"], KINDS.shared)] == []


@by_filled_in
def test_a_form_has_about_fifteen_fields_or_more_with_groups_lists_and_conditions(item):
    kinds = [node.get("type") for node in walk(item["form"]["properties"]) if isinstance(node, dict)]
    assert len(list(leaves(item["form"]))) >= 15
    assert kinds.count("object") >= 3
    assert kinds.count("array") >= 2
    assert any("if" in node for node in walk(item["form"]) if isinstance(node, dict))


PERSONAL_NAMES = re.compile(
    "(?:^|/)(?:id_number|mobile|phone|email|recipient|contact|legal_representative|detail)$"
)


@by_id
def test_personal_fields_are_marked(item):
    marked = {path for path, leaf in leaves(item["form"]) if leaf.get("x-personal")}
    must = {
        path
        for path, leaf in leaves(item["form"])
        if leaf.get("format") in {"cn-resident-id", "cn-mobile", "cn-phone", "email"}
        or (PERSONAL_NAMES.search(path) and leaf.get("type") == "string")
        or path.endswith(("person/name", "legal_representative/name", "staff/*/name"))
    }
    assert must - marked == set()
    assert len(marked) >= 6 or item not in FILED_BY_PEOPLE


@pytest.mark.parametrize("key", [key for key in PACK if key.startswith("registers/")])
def test_a_register_hides_exactly_its_personal_fields_from_the_public(key):
    register = PACK[key]
    places = dict(leaves(register["schema"]))
    personal = {path for path, leaf in places.items() if leaf.get("x-personal")}
    assert personal <= {*register["personal"]}, "a field marked in the schema is listed as personal"
    assert not set(register["public"]) & set(register["personal"])
    for pointer in (*register["public"], *register["personal"], register["key"]["field"]):
        assert any(path == pointer or path.startswith(f"{pointer}/") for path in places), pointer
    for record in register.get("records", ()):
        assert compile_form(register["schema"], KINDS.shared).errors(record) == []


def test_every_field_that_a_fact_reads_from_a_register_exists_there():
    for key, fact in PACK.items():
        source = fact.get("source", {})
        if key.startswith("facts/") and isinstance(source, dict) and "record" in source:
            register = PACK[f"registers/{source['record']['register']}"]
            counted = fact.get("take", {}).get("count", {}).get("of", [source["record"]["field"]])
            assert set(counted) <= dict(leaves(register["schema"])).keys(), key


@by_id
def test_every_form_fact_of_an_item_is_a_field_of_its_form(item):
    for name in item["facts"]:
        fact = PACK[f"facts/{name}"]
        source = fact["source"]
        pointers = [source["form"]] if "form" in source else []
        pointers += [
            part.removeprefix("form:")
            for part in walk([source, fact.get("take")])
            if isinstance(part, str) and part.startswith("form:/")
        ]
        for pointer in pointers:
            assert any(
                path == pointer or path.startswith(f"{pointer}/") for path, _ in leaves(item["form"])
            ), f"{item['id']}: {name} reads {pointer}"


@by_id
def test_an_outcome_writes_records_that_its_register_accepts(item):
    form = item["examples"][0]["form"]
    written = [one for state in item["outcomes"].values() for one in state if "record" in one]
    assert written
    standing = {
        "enterprises": {"name": form.get("enterprise_name"), "status": "active"},
        "cluster-tenancies": tenancy(1, uscc=form.get("uscc")),  # it is opened for a record that stands there
    }
    for outcome in written:  # a later state writes over what an earlier one wrote
        register = PACK[f"registers/{outcome['record']}"]
        found = {name: _source_of(value, form) for name, value in outcome["set"].items()}
        record = standing.get(outcome["record"], {}) | {k: v for k, v in found.items() if v is not None}
        standing[outcome["record"]] = record
        assert compile_form(register["schema"], KINDS.shared).errors(record) == []
        assert record[register["key"]["field"].strip("/")] == _source_of(outcome["key"], form)
        assert f"item:{item['id']}" in register["writers"]
        assert item["id"] in register["life"].get("changes_only_by", [item["id"]])


def _source_of(value: Any, form: Any) -> Any:
    if isinstance(value, str) and value.startswith("form:"):
        for part in value.removeprefix("form:/").split("/"):
            form = form.get(part) if isinstance(form, dict) else None
        return form
    return (
        {
            "today": "2026-03-02",
            "case:number": "20260302-0001",
            "case:owner": "person:a",
            "case:department": "market-regulation",
        }.get(value, value)
        if isinstance(value, str)
        else value
    )
