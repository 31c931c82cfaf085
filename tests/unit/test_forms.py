"""Forms: everything wrong at once, at the right place, in words a citizen understands, without their data."""

from __future__ import annotations

import subprocess
import sys

import pytest

from chalicelib.domain import forms
from chalicelib.domain.forms import MAX_ERRORS, compile_form
from chalicelib.domain.problems import Finding, Problem
from tests.builders_forms import application, application_form, resident_id, shared_schemas


def said(schema, value) -> list[tuple[str, str, str]]:
    return [(each.pointer, each.code, each.message.zh) for each in compile_form(schema).errors(value)]


def titled(zh, en="Field", **more):
    return {"x-title": {"zh": zh, "en": en}, **more}


def of_application(change) -> dict[str, Finding]:
    document = application()
    change(document)
    return {
        each.pointer: each for each in compile_form(application_form(), shared_schemas()).errors(document)
    }


def test_a_missing_member_is_itself_pointed_at_and_asked_for_by_its_title():
    schema = {"required": ["name"], "properties": {"name": titled("企业名称", "Enterprise name")}}
    (finding,) = compile_form(schema).errors({})

    assert (finding.pointer, finding.code) == ("/name", "required")
    assert finding.message.as_json() == {"zh": "请填写企业名称", "en": "Please fill in: Enterprise name"}
    assert finding.params == {"property": "name"}


def test_everything_wrong_is_told_at_once():
    def spoil(document):
        del document["enterprise"]["name"]
        document["enterprise"]["kind"] = "guild"
        document["premises"]["address"]["postcode"] = "4102"
        document["shareholders"][1]["share"] = 20_000
        document["legal_representative"]["id_number"] = "430105199003071230"
        document["agent"]["powers"] = ["submit", "submit"]
        document["service"]["delivery"] = "post"
        document["service"]["extra/field"] = 1
        document["declaration"]["truthful"] = False

    found = of_application(spoil)

    assert {pointer: each.code for pointer, each in found.items()} == {
        "/enterprise/name": "required",
        "/enterprise/kind": "enum",
        "/premises/address/postcode": "format",
        "/shareholders/1/share": "maximum",
        "/legal_representative/id_number": "format",
        "/agent/powers": "uniqueItems",
        "/service/address": "required",  # of if/then: the result goes by post
        "/service/extra~1field": "additionalProperties",
        "/declaration/truthful": "const",
    }
    assert found["/legal_representative/id_number"].message.zh == (
        "法定代表人的证件号码不是有效的居民身份证号码（18 位）"
    )
    assert found["/shareholders/1/share"].message.zh == "股东第 2 项的出资比例（万分之一）不能大于 10000"
    assert found["/declaration/truthful"].message.zh == "请确认申请人声明的承诺内容真实"


@pytest.mark.parametrize(
    ("field", "value", "code", "zh"),
    [
        ({"type": "string"}, 1, "type", "名称应为文字"),
        ({"type": ["string", "null"]}, 1, "type", "名称应为空或文字"),
        ({"enum": ["a"]}, "b", "enum", "请从给出的选项中选择名称"),
        ({"const": "a"}, "b", "const", "名称只能填写规定的内容"),
        ({"const": True}, False, "const", "请确认名称"),
        ({"minLength": 2}, "a", "minLength", "名称至少填写 2 个字符"),
        ({"maxLength": 2}, "abc", "maxLength", "名称不能超过 2 个字符"),
        ({"pattern": "^a$"}, "b", "pattern", "名称的格式不正确"),
        ({"format": "cn-uscc"}, "b", "format", "名称不是有效的统一社会信用代码（18 位）"),
        ({"format": "date"}, "b", "format", "名称不是有效的日期（如 2026-03-02）"),
        ({"minimum": 3}, 2, "minimum", "名称不能小于 3"),
        ({"maximum": 3}, 4, "maximum", "名称不能大于 3"),
        ({"exclusiveMinimum": 3}, 3, "exclusiveMinimum", "名称必须大于 3"),
        ({"exclusiveMaximum": 3}, 3, "exclusiveMaximum", "名称必须小于 3"),
        ({"multipleOf": 100}, 150, "multipleOf", "名称必须是 100 的整数倍"),
        ({"minItems": 1}, [], "minItems", "名称至少填写 1 项"),
        ({"maxItems": 1}, [1, 2], "maxItems", "名称不能超过 1 项"),
        ({"uniqueItems": True}, [1, 1], "uniqueItems", "名称中有重复的项"),
        ({"contains": {"const": 1}}, [2], "contains", "名称缺少必须包含的项，或该项过多"),
        ({"minProperties": 1}, {}, "minProperties", "名称至少填写 1 个栏目"),
        ({"maxProperties": 0}, {"a": 1}, "maxProperties", "名称最多填写 0 个栏目"),
        ({"not": {"const": 1}}, 1, "not", "名称的内容不符合要求"),
    ],
)
def test_each_keyword_has_its_sentence(field, value, code, zh):
    schema = {"properties": {"name": titled("名称", **field)}}
    (finding,) = compile_form(schema).errors({"name": value})

    assert (finding.pointer, finding.code, finding.message.zh) == ("/name", code, zh)
    assert finding.message.en.isascii()
    assert "{" not in finding.message.zh + finding.message.en


def test_an_author_can_say_what_a_pattern_expects():
    hint = {"x-hint": {"zh": "一个字母加数字", "en": "a letter and digits"}}
    schema = {"properties": {"code": titled("代码", "Code", pattern="^[A-Z][0-9]+$", **hint)}}
    (finding,) = compile_form(schema).errors({"code": "1"})

    assert finding.message.zh == "代码的格式不正确：一个字母加数字"
    assert finding.message.en.endswith(": a letter and digits")


def test_a_field_without_any_title_is_still_spoken_of():
    assert said({"properties": {"a": {"type": "string"}}}, {"a": 1}) == [("/a", "type", "此项应为文字")]
    assert (
        said({"properties": {"a": {"title": "Plain", "type": "string"}}}, {"a": 1})[0][2] == "Plain应为文字"
    )


def test_a_title_with_braces_is_not_taken_for_a_template():
    assert (
        said({"required": ["a"], "properties": {"a": titled("{limit}{x}")}}, {})[0][2] == "请填写{limit}{x}"
    )


def test_a_condition_asks_for_what_it_makes_necessary():
    branch = {"required": ["kind"], "properties": {"kind": {"const": "branch"}}}
    schema = {
        "properties": {"kind": {}, "parent": titled("隶属企业")},
        "if": branch,
        "then": {"required": ["parent"]},
        "else": {"properties": {"parent": False}},
    }

    assert said(schema, {"kind": "branch"}) == [("/parent", "required", "请填写隶属企业")]
    assert said(schema, {"kind": "sole", "parent": 1}) == [
        ("/parent", "falseSchema", "隶属企业在此情形下不应填写")
    ]
    assert said(schema, {"kind": "sole"}) == []


def alternatives(keyword="oneOf"):
    person = {
        "properties": {"type": {"const": "person"}, "id": titled("证件", format="cn-resident-id")},
        "required": ["id"],
    }
    firm = {
        "properties": {"type": {"const": "firm"}, "code": titled("代码", format="cn-uscc")},
        "required": ["code"],
    }
    return {keyword: [person, firm], **titled("主体")}


@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
def test_of_alternatives_the_one_that_was_meant_is_spoken_of(keyword):
    assert said(alternatives(keyword), {"type": "firm"}) == [("/code", "required", "请填写代码")]
    assert said(alternatives(keyword), {"type": "firm", "code": "9"})[0][:2] == ("/code", "format")
    assert said(alternatives(keyword), {"type": "person", "id": "4"})[0][:2] == ("/id", "format")


def test_a_choice_that_no_alternative_knows_is_pointed_at():
    assert [each[:2] for each in said(alternatives(), {"type": "club", "id": resident_id()})] == [
        ("/type", "enum")
    ]


def test_alternatives_that_fit_equally_badly_are_told_as_one():
    schema = titled("联系方式", oneOf=[{"required": ["phone"]}, {"required": ["email"]}])

    assert said(schema, {}) == [("", "oneOf", "联系方式不符合任何一种填写方式")]
    assert said(schema, {"phone": 1, "email": 1}) == [("", "oneOf", "联系方式只能选择一种填写方式")]
    assert [each[1] for each in said({"anyOf": [{"type": "string"}, {"type": "null"}]}, 1)] == ["anyOf"]


def test_the_deepest_alternative_wins_over_one_of_another_shape():
    address = {
        "required": ["address"],
        "properties": {"address": {"properties": {"postcode": {"format": "cn-postcode"}}}},
    }
    contact = {"required": ["contact"], "additionalProperties": False, "properties": {"contact": {}}}

    found = said({"anyOf": [contact, address]}, {"address": {"postcode": "1"}})

    assert [each[:2] for each in found] == [("/address/postcode", "format")]


def test_an_extra_member_is_pointed_at_under_both_ways_of_closing():
    closed = {"properties": {"a": {}}, "additionalProperties": False}
    evaluated = {"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": False}

    assert [each[:2] for each in said(closed, {"a": 1, "b~": 2})] == [("/b~0", "additionalProperties")]
    assert [each[:2] for each in said(evaluated, {"a": 1, "c": 2})] == [("/c", "unevaluatedProperties")]


def test_members_that_look_extra_because_their_own_alternative_failed_are_not_reported():
    branch = {"properties": {"a": {"type": "string"}, "b": {}}}
    schema = {"allOf": [branch], "unevaluatedProperties": False}

    assert [each[:2] for each in said(schema, {"a": 1, "b": 2, "c": 3})] == [
        ("/a", "type"),
        ("/c", "unevaluatedProperties"),
    ]


def test_the_same_mistake_told_by_two_branches_is_told_once():
    schema = {"required": ["a"], "allOf": [{"required": ["a"]}]}

    assert [each[:2] for each in said(schema, {})] == [("/a", "required")]


def test_a_name_that_is_not_allowed_is_pointed_at():
    assert [each[:2] for each in said({"propertyNames": {"pattern": "^[a-z]+$"}}, {"A": 1})] == [
        ("/A", "propertyNames")
    ]


def test_no_finding_repeats_what_was_entered():
    secret = "机密4301051990"

    def spoil(document):
        document["legal_representative"]["id_number"] = secret
        document["legal_representative"]["name"] = secret * 20
        document["enterprise"]["phone"] = secret
        document["enterprise"]["kind"] = secret
        document["premises"]["address"] = secret
        document["shareholders"][0]["share"] = secret
        document["shareholders"][2]["person"] = {"name": secret}
        document["declaration"]["truthful"] = secret
        document["agent"]["powers"] = [secret, secret]

    found = of_application(spoil)

    assert len(found) >= 9
    assert secret not in "".join(f"{each.pointer}{each.message}{each.params}" for each in found.values())


def test_what_is_remembered_for_the_next_person_is_the_same_as_told_afresh():
    document = application()
    del document["enterprise"]["name"]
    document["shareholders"][0]["share"] = 0
    form = compile_form(application_form(), shared_schemas())
    again = [form.errors(document) for _ in range(3)]
    forms._compiled.cache_clear()

    assert (
        again[0]
        == again[1]
        == again[2]
        == compile_form(application_form(), shared_schemas()).errors(document)
    )


def test_a_hostile_document_does_not_make_an_endless_answer():
    schema = {"items": {"type": "string"}}

    assert len(compile_form(schema).errors([1] * 50_000)) == MAX_ERRORS


def test_check_refuses_with_all_findings():
    form = compile_form({"required": ["a", "b"]})
    form.check({"a": 1, "b": 2})
    with pytest.raises(Problem) as refused:
        form.check({})

    assert (refused.value.kind, refused.value.code) == ("invalid", "form-invalid")
    assert [each.pointer for each in refused.value.findings] == ["/a", "/b"]


def test_equal_schemas_share_a_compiled_form_and_other_shared_documents_do_not():
    uri = "https://schemas.jisheng/shared/x.json"
    schema = {"properties": {"a": {"$ref": uri}}}
    text, number = {uri: {"$id": uri, "type": "string"}}, {uri: {"$id": uri, "type": "integer"}}

    assert compile_form(schema, text) is compile_form({"properties": {"a": {"$ref": uri}}}, dict(text))
    assert compile_form(schema, text).is_valid({"a": "x"})
    assert not compile_form(schema, number).is_valid({"a": "x"})


def test_at_most_a_hundred_compiled_forms_are_kept():
    for number in range(150):
        compile_form({"minimum": number})

    assert forms._compiled.cache_info().currsize == forms.COMPILED_FORMS == 100


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "https://example.com/x.json"},
        {"type": "text"},
        {"pattern": "(?=a)"},
        {"$ref": "#/$defs/none"},
        {"items": 1},
    ],
)
def test_a_schema_that_cannot_be_compiled_is_refused_and_nothing_is_fetched(schema):
    with pytest.raises(Problem) as refused:
        compile_form(schema)

    assert refused.value.code == "form-not-compilable"


def test_a_pattern_cannot_be_made_to_hang():
    form = compile_form({"pattern": "^(a+)+$"})

    assert not form.is_valid("a" * 100_000 + "!")  # a backtracking engine would not live to say so


def test_a_format_beside_a_pattern_of_the_author_asserts_both():
    form = compile_form({"format": "cn-postcode", "pattern": "^41"})

    assert form.is_valid("410200")
    assert [form.is_valid(text) for text in ("510200", "4102")] == [False, False]


def test_data_that_looks_like_a_schema_is_left_alone():
    data = {"format": "cn-postcode"}

    assert compile_form({"const": data}).is_valid(data)
    assert compile_form({"properties": {"format": {"type": "string"}}}).is_valid(data)


def test_without_formats_the_keyword_is_an_annotation():
    assert compile_form({"format": "cn-postcode"}, formats=False).is_valid("x")


def test_importing_forms_loads_no_engine():
    code = "import sys, chalicelib.domain.forms, chalicelib.domain.forms_gate; print('jsonschema_rs' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
