"""The gate of forms: a form is valid, closed, titled in both languages, portable and self-contained."""

from __future__ import annotations

import pytest

from chalicelib.domain.forms_gate import form_schema_findings
from tests.builders_forms import application_form, shared_schemas

SHARED = shared_schemas()
MONEY = "https://schemas.jisheng/shared/money.json"


def field(**more):
    return {"x-title": {"zh": "栏目", "en": "Field"}, **more}


def form(properties, **more):
    return {"type": "object", "additionalProperties": False, "properties": properties, **more}


def found(schema) -> list[tuple[str, str]]:
    return [(each.pointer, each.code) for each in form_schema_findings(schema, SHARED)]


def test_the_application_is_a_good_form():
    assert found(application_form()) == []


def test_the_shared_objects_are_good_forms_themselves():
    objects = {uri: schema for uri, schema in SHARED.items() if schema["type"] == "object"}

    assert {uri.rpartition("/")[2] for uri in objects} == {
        "person.json",
        "enterprise.json",
        "address.json",
        "period.json",
        "right-holder.json",
    }
    assert [found(schema) for schema in objects.values()] == [[]] * 5


def test_money_is_an_integer_of_fen_below_2_to_the_53():
    from chalicelib.domain.forms import compile_form

    money = compile_form(SHARED[MONEY])

    assert [money.is_valid(value) for value in (0, 1, 2**53 - 1)] == [True] * 3
    assert [money.is_valid(value) for value in (-1, 2**53, 0.5, "1", None)] == [False] * 5


@pytest.mark.parametrize(
    ("schema", "place", "code"),
    [
        (form({"a": field(type="text")}), "/properties/a/type", "schema-invalid"),
        (form({"a": field(minLength=-1)}), "/properties/a/minLength", "schema-invalid"),
        ([], "", "schema-invalid"),
        ({"type": "object", "properties": {"a": field()}}, "", "form-open"),
        ({"additionalProperties": False, "properties": {"a": field()}}, "", "form-open"),
        (form({"a": {"type": "string"}}), "/properties/a", "title-missing"),
        (form({"a": {"x-title": {"zh": "栏目"}}}), "/properties/a", "title-missing"),
        (
            form({"a": field(items={"properties": {"b": {}}})}),
            "/properties/a/items/properties/b",
            "title-missing",
        ),
        (form({"a": field()}, **{"if": {"properties": {"b": {}}}}), "/if/properties/b", "title-missing"),
        (form({"a": field(pattern="(?=a)")}), "/properties/a/pattern", "pattern-not-linear"),
        (form({"a": field(pattern="(a)\\1")}), "/properties/a/pattern", "pattern-not-linear"),
        (form({"a": field(pattern="^\\d+$")}), "/properties/a/pattern", "pattern-not-portable"),
        (form({"a": field(pattern="(?i)a")}), "/properties/a/pattern", "pattern-not-portable"),
        (
            form({"a": field(patternProperties={"^\\w": {}})}),
            "/properties/a/patternProperties/^\\w",
            "pattern-not-portable",
        ),
        (form({"a": field(format="postcode")}), "/properties/a/format", "format-unknown"),
        (
            form({"a": field(**{"$ref": "https://example.com/a.json"})}),
            "/properties/a/$ref",
            "reference-unknown",
        ),
        (form({"a": field(**{"$ref": "person.json"})}), "/properties/a/$ref", "reference-unknown"),
        (form({"a": field(**{"$ref": "#/$defs/none"})}), "/properties/a/$ref", "reference-dangling"),
        (form({"a": field(**{"$ref": f"{MONEY}#/$defs/none"})}), "/properties/a/$ref", "reference-dangling"),
        (form({"a": field(multipleOf=0.01)}), "/properties/a/multipleOf", "not-canonical"),
    ],
)
def test_each_fault_of_a_form_is_found_where_it_is(schema, place, code):
    assert (place, code) in found(schema)


def test_a_key_outside_ascii_is_found():
    assert ("/properties/名称", "name-not-ascii") in found(form({"名称": field()}))


def test_all_faults_are_told_at_once_in_both_languages():
    schema = form({"a": {"pattern": "\\d"}, "b": {"format": "x"}})
    findings = form_schema_findings(schema)

    assert len(findings) == 4
    assert all(each.message.zh and each.message.en for each in findings)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "unevaluatedProperties": False, "allOf": [{"properties": {"a": field()}}]},
        form({"a": field(**{"$ref": MONEY}), "b": {"$ref": MONEY}}),
        form({"a": field(**{"$ref": "#/$defs/one"})}, **{"$defs": {"one": {"type": "string"}}}),
        form({"a": field()}, **{"if": {"properties": {"a": {"const": 1}}}, "then": {"required": ["a"]}}),
        form(
            {"a": field(prefixItems=[{"properties": {"b": field()}}], items={"properties": {"c": field()}})}
        ),
        form({"a": field(pattern="^[0-9]{2}\\.[0-9]\\\\d$")}),
        form({"pattern": field(type="string"), "format": field(const={"format": "x", "pattern": "\\d"})}),
    ],
)
def test_good_forms_pass(schema):
    assert found(schema) == []


def test_shared_documents_carry_the_id_that_forms_refer_to():
    for uri in SHARED:
        assert uri.startswith("https://schemas.jisheng/shared/")
