"""Documents say what the case says, in two languages, and nothing that somebody typed can forge a line of them."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import outputs, templates
from chalicelib.domain.organisations import Organisation
from tests.builders_pack import PACK

WANGCHENG = Organisation(PACK["organisations/wangcheng"])
ITEM = PACK["items/general-deregistration"]
DOCUMENTS = {body["id"]: body for key, body in PACK.items() if key.startswith("documents/")}
NOTICES = {body["id"]: body for key, body in PACK.items() if key.startswith("notices/")}
ISSUED = [
    (process["id"], name, document, step.get("input") or {}, bool(step.get("reason")))
    for key, process in PACK.items()
    if key.startswith("processes/")
    for name, step in {
        "opening": process.get("opening") or {},
        **process["moves"],
        **process["internal"],
    }.items()
    for document in step.get("issues", ())
]


def view(**changes: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "item": ITEM,
        "organisation": WANGCHENG,
        "node": "market-regulation",
        "case": {"number": "20260302-0007", "submitted_on": "2026-03-02"},
        "applicant": {"name": "长沙望城示例商贸有限公司"},
        "document": {"number": "望市监受字〔2026〕12号", "issued_on": "2026-03-03"},
        "deadlines": {"intake": "2026-03-09", "decision": "2026-03-31", "correction": "2026-03-17"},
        "form": ITEM["examples"][0]["form"],
        "materials": ["resolution", "liquidation-report"],
    }
    return outputs.view_of(**(whole | changes))


def least(schema: dict[str, Any]) -> Any:
    """The smallest input that a move's schema lets through."""
    if "properties" in schema:
        return {name: least(schema["properties"][name]) for name in schema.get("required", ())}
    if schema.get("type") == "array":
        return [least(schema.get("items", {}))]
    return schema.get("const", schema["enum"][0] if "enum" in schema else "示例")


def template(zh: str, en: str = "-", **more: Any) -> dict[str, Any]:
    return {"id": "sample", "template": {"zh": zh, "en": en}, **more}


def zh(text: str, values: dict[str, Any], **more: Any) -> str:
    return templates.render(template(text, **more), values).text["zh"]


# ── the template language


def test_a_value_is_replaced_in_the_language_of_the_text():
    filled = templates.render(
        template("{{a}}与{{b.c}}", "{{ a }} and {{b.c}}"), {"a": {"zh": "甲", "en": "A"}, "b": {"c": 7}}
    )
    assert filled.text == {"zh": "甲与7", "en": "A and 7"}
    assert filled.findings == ()


def test_a_section_appears_when_there_is_a_value_and_repeats_for_a_list():
    text = "{{#gaps}}·{{what}}{{/gaps}}{{^gaps}}无{{/gaps}}"
    assert zh(text, {"gaps": [{"what": "一"}, {"what": "二"}]}) == "·一·二"
    assert zh(text, {"gaps": []}) == zh(text, {}) == "无"
    assert zh("{{#names}}[{{.}}]{{/names}}", {"names": ["甲", "乙"]}) == "[甲][乙]"
    assert zh("{{#a}}{{b}}{{c}}{{/a}}", {"a": {"b": "内"}, "b": "外", "c": "顶"}) == "内顶"
    assert zh("{{#fee}}{{fee}}分{{/fee}}", {"fee": 0}) == "0分"


def test_a_missing_value_is_a_finding_and_never_a_guess():
    filled = templates.render(template("{{case.number}}", "{{case.number}}"), {"case": {}})
    assert [(one.pointer, one.code, one.params["path"]) for one in filled.findings] == [
        ("/template/zh", "missing-value", "case.number"),
        ("/template/en", "missing-value", "case.number"),
    ]
    optional = template("[{{case.number}}]", "-", optional=["case.number"])
    assert templates.render(optional, {"case": {}}) == templates.Rendered({"zh": "[]", "en": "-"}, ())


def test_what_cannot_be_printed_is_a_finding():
    filled = templates.render(template("{{form}}"), {"form": {"a": 1}})
    assert [one.code for one in filled.findings] == ["not-printable"]


@given(st.text(max_size=60))
def test_no_value_can_forge_a_line_or_a_mark(typed):
    filled = templates.render(template("甲{{a}}乙\n丙"), {"a": typed})
    assert len(filled.text["zh"].splitlines()) == 2
    assert filled.text["zh"].startswith("甲")
    assert filled.text["zh"].endswith("乙\n丙")
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", filled.text["zh"])


def test_a_value_that_looks_like_a_mark_stays_a_value():
    assert zh("{{a}}", {"a": "{{secret}}", "secret": "泄露"}) == "{{secret}}"


def test_html_is_escaped_in_values_and_in_the_text_itself():
    filled = templates.render(template("a<b{{a}}"), {"a": "<script>alert('1')</script>&"}, html=True)
    assert filled.text["zh"] == "a&lt;b&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt;&amp;"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{{#a}}", "section-open"),
        ("{{/a}}", "section-not-open"),
        ("{{#a}}{{#b}}{{/a}}{{/b}}", "section-not-open"),
        ("{{a|upper}}", "not-a-mark"),
        ("{{{a}}}", "not-a-mark"),
        ("{{", "not-a-mark"),
    ],
)
def test_a_template_that_cannot_be_read_is_refused_with_its_language(text, code):
    assert [(one.pointer, one.code) for one in templates.findings(template(text))] == [("/template/zh", code)]


def test_the_paths_of_a_template_are_known_before_it_is_used():
    assert templates.paths(template("{{a.b}}{{#c}}{{.}}{{/c}}", "{{d}}")) == {"a.b", "c", "d"}


# ── numbers and words


def test_a_number_has_the_mark_of_the_body_the_word_of_the_series_and_the_year():
    series = template("-", series={"prefix": "受字", "per": "year"})
    assert outputs.number(series, "望市监", date(2026, 3, 2), 12) == "望市监受字〔2026〕12号"
    assert (
        outputs.series_key(series, "market-regulation", date(2026, 3, 2)) == "sample#market-regulation#2026"
    )
    daily = template("-", series={"prefix": "收字", "per": "day", "width": 4})
    assert outputs.number(daily, "望市监", date(2026, 3, 2), 12) == "望市监收字〔20260302〕0012号"
    assert outputs.series_key(daily, "tax", date(2026, 3, 2)) == "sample#tax#20260302"
    assert outputs.number(template("-"), "望市监", date(2026, 3, 2), 1) is None
    assert outputs.series_key(template("-"), "tax", date(2026, 3, 2)) is None


def test_days_and_money_are_written_as_documents_write_them():
    assert outputs.day_in_words("2026-03-02") == {"zh": "2026年3月2日", "en": "2 March 2026"}
    assert outputs.money_in_words(123456789) == {"zh": "人民币1,234,567.89元", "en": "CNY 1,234,567.89"}
    assert outputs.money_in_words(5)["zh"] == "人民币0.05元"


# ── the documents of the pack


@pytest.mark.parametrize("definition", [*DOCUMENTS.values(), *NOTICES.values()], ids=lambda one: one["id"])
def test_every_template_is_complete_with_its_own_example_in_both_languages(definition):
    assert templates.findings(definition) == []
    filled = templates.render(definition, {**view(), **definition.get("example", {})})
    assert filled.findings == ()
    for language, text in filled.text.items():
        assert "{{" not in text
        assert "}}" not in text
        chinese = bool(re.search("[\u4e00-\u9fff]", definition["template"][language]))
        assert chinese == (language == "zh"), "what was typed stays as it was, the text has its language"
        if "name" in definition:
            assert definition["name"][language] in text
            assert ("受字〔2026〕12号" in text) == ("series" in definition)
            assert ("电子印章：模拟" in text or "electronic seal: a stand-in" in text) == (
                definition["seal"] == "department"
            )


@pytest.mark.parametrize("issued", ISSUED, ids=lambda one: "-".join(one[:3]))
def test_a_document_is_complete_with_the_least_that_its_move_asks_for(issued):
    _, _, document, schema, reason = issued
    said = least(schema) if schema else {}
    shown = view(given={**said, "reason": "示例"} if reason else said)
    assert templates.render(DOCUMENTS[document], shown).findings == ()


def test_a_refusal_gives_reasons_and_both_remedies_with_their_periods():
    refusal = DOCUMENTS["decision-refuse"]
    text = templates.render(
        refusal,
        view(
            given={
                "reasons": ["股权冻结", "材料不实"],
                "remedies": {"reconsideration": "区政府", "litigation": "某法院"},
            }
        ),
    ).text["zh"]
    assert "· 股权冻结\n　　· 材料不实" in text
    assert "六十日内向区政府申请行政复议" in text
    assert "六个月内依法向某法院提起行政诉讼" in text
    periods = {one["id"]: (one["budget"], one["unit"]) for one in refusal["effect_of_service"]["periods"]}
    assert periods == {"reconsideration": (60, "calendar_day"), "litigation": (6, "month")}


def test_a_notice_of_corrections_lists_every_gap_and_the_deadline_at_once():
    gaps = [{"what": "清算报告", "how": "请补交"}, {"what": "清税证明", "how": "请补交"}]
    text = templates.render(DOCUMENTS["one-time-correction-notice"], view(given={"gaps": gaps})).text["zh"]
    assert text.count("：请补交") == 2
    assert "2026年3月17日" in text


def test_an_acceptance_by_silence_says_that_it_is_one():
    notice = DOCUMENTS["acceptance-notice"]
    said = templates.render(notice, view()).text["zh"]
    silent = templates.render(notice, view(event={"deemed_accepted": True})).text["zh"]
    assert "第（五）项" in said
    assert "自收到申请材料之日起即为受理" not in said
    assert "自收到申请材料之日起即为受理" in silent
    assert "第（五）项" not in silent


def test_the_review_body_is_the_government_above_or_the_one_that_the_law_names():
    for node in ("market-regulation", "registration", "wangcheng"):
        assert view(node=node)["review_body"]["title"] == WANGCHENG.node("wangcheng")["title"]
    # 行政复议法 §27: tax authorities are reviewed by the next higher one, not by the district
    assert view(node="tax")["review_body"]["title"]["zh"] == "国家税务总局长沙市税务局"


def test_a_receipt_names_the_materials_that_were_handed_in():
    text = templates.render(DOCUMENTS["receipt"], view()).text["zh"]
    assert "清算报告　1份" in text
    assert "没有" not in templates.render(DOCUMENTS["receipt"], view(materials=[])).text["zh"]
    assert "未提交附件材料" in templates.render(DOCUMENTS["receipt"], view(materials=[])).text["zh"]


def test_every_document_that_the_practice_of_approvals_needs_is_there():
    needed = [
        "receipt", "acceptance-notice", "one-time-correction-notice", "refusal-to-accept-decision",
        "not-required-notice", "redirect-notice", "decision-grant", "decision-refuse", "completion-notice",
        "service-receipt", "termination-notice", "special-procedure-notice", "extension-notice",
        "suspension-notice", "resumption-notice", "hearing-notice", "deferral-notice", "commitment-letter",
        "payment-notice",
    ]  # fmt: skip
    assert set(needed) <= DOCUMENTS.keys()
    assert {"submitted", "accepted", "correction", "decided", "served"} <= NOTICES.keys()
