"""A document prints as HTML and as PDF, says how to be checked, and nothing typed into it breaks out of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from chalicelib.actions import history
from chalicelib.clients.seals import StandInSeals
from chalicelib.domain.pages import Page, html, side, squares
from chalicelib.domain.pages_pdf import HEIGHT, MARGIN, WIDTH, extent, pdf, wrapped
from chalicelib.domain.pages_verdict import html as verdict
from chalicelib.edges import http
from tests.builders import application
from tests.builders_app import Answer, House, house
from tests.builders_clock import ms
from tests.matrix.callers import FIRM
from tests.matrix.world import CODE

ADDRESS = "https://example.gov.cn/v1/documents/verify/cas_01KJP4QY8Z0000000000000000.7.0123456789abcdef"
TEXT = (
    "望城区市场监督管理局\n收件凭证\n望市监收字〔2026〕03020001号\n\n　　收到《申请表》1份。\n2026年3月2日\n"
)


def page(**changes: Any) -> Page:
    whole: dict[str, Any] = {
        "language": "zh", "heading": "收件凭证", "text": TEXT, "address": ADDRESS, "sha256": "a" * 64, "mark": "b" * 16,
        "stand_in": True,
    }  # fmt: skip
    return Page(**(whole | changes))


# ── HTML


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.said: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def test_the_page_has_every_line_its_name_in_the_middle_and_the_way_to_check_it():
    read = Tags(html(page()))
    assert [one for one in TEXT.split("\n") if one] == [
        one for one in read.said if one in TEXT.split("\n") and one
    ][1:]
    assert read.tags.count("h1") == 1
    assert ADDRESS in read.said
    assert any("a" * 64 in one for one in read.said)
    assert any("模拟" in one for one in read.said)
    assert ("lang", "zh-CN") in read.attributes
    assert "@page { size: A4" in html(page())


def test_in_english_the_page_says_so_in_english():
    read = Tags(html(page(language="en", heading="Receipt", text="Office\nReceipt\nNo. 1\n")))
    assert ("lang", "en") in read.attributes
    assert not re.search("[\u4e00-\u9fff]", "".join(one for one in read.said if "Songti" not in one))


@pytest.mark.parametrize(
    "typed", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</style><b>", "&lt;b"]
)
def test_nothing_that_was_typed_becomes_markup(typed):
    usual = Tags(html(page())).tags
    read = Tags(html(page(text=f"{TEXT}{typed}\n", heading="收件凭证")))
    assert read.tags == [*usual[: usual.index("footer")], "p", *usual[usual.index("footer") :]]
    assert typed in "".join(read.said)


def test_nothing_is_loaded_from_anywhere():
    names = {name for name, _ in Tags(html(page())).attributes}
    assert names.isdisjoint({"src", "href", "action", "data", "onload"})
    assert "url(" not in html(page())


def test_what_was_withdrawn_says_so_on_the_page():
    assert "本文书已撤回" in html(page(withdrawn=True))
    assert "本文书已撤回" not in html(page())
    assert "本文书已撤回" in "".join(lines(pdf(page(withdrawn=True))))


# ── the code


def test_the_code_on_both_pages_is_the_same_and_has_its_quiet_zone():
    runs, size = squares(ADDRESS), side(ADDRESS)
    assert min(x for x, _, _ in runs) == min(y for _, y, _ in runs) == 4
    assert max(x + width for x, _, width in runs) == size - 4
    assert {(4, 4, 7), (size - 11, 4, 7), (4, size - 5, 7)} <= set(runs), "three corners"
    assert html(page()).count("h7v1h-7z") >= 6
    assert pdf(page()).count(b" re\n") == len(runs)


# ── PDF


def lines(made: bytes) -> list[str]:
    """What the content streams write, text object by text object."""
    found = []
    for block in re.findall(rb"BT\n(.*?)\nET", made, re.DOTALL):
        parts = re.findall(rb"<([0-9A-F]+)> Tj|\(((?:[^\\()]|\\.)*)\) Tj", block)
        found.append("".join(_decoded(code, plain) for code, plain in parts))
    return found


def _decoded(code: bytes, plain: bytes) -> str:
    if code:
        return bytes.fromhex(code.decode()).decode("utf-16-be")
    return re.sub(rb"\\(.)", rb"\1", plain).decode("ascii")


def test_the_pdf_says_what_the_text_says_in_chinese_that_viewers_can_set():
    made = pdf(page())
    assert [one for one in lines(made) if one] == [
        *TEXT.replace("\n\n", "\n").split("\n")[:-1],
        *said_beside(made),
    ]
    assert b"/UniGB-UCS2-H" in made
    assert b"/STSong-Light" in made
    assert b"/FontFile" not in made
    assert len(made) < 40_000


def said_beside(made: bytes) -> list[str]:
    beside = [one for one in lines(made) if one and one not in TEXT]
    assert "".join(beside).count(ADDRESS) == 1, "broken over lines, and whole"
    return beside


def test_the_pdf_is_well_formed_every_object_where_the_table_says():
    made = pdf(page())
    start = int(re.findall(rb"startxref\n(\d+)", made)[-1])
    assert made[start : start + 4] == b"xref"
    offsets = [int(one) for one in re.findall(rb"(\d{10}) 00000 n", made)]
    assert len(offsets) > 8
    for number, offset in enumerate(offsets, 1):
        assert made[offset:].startswith(f"{number} 0 obj".encode())
    assert made.rstrip().endswith(b"%%EOF")
    for length, stream in re.findall(rb"/Length (\d+).*?stream\n(.*?)\nendstream", made, re.DOTALL):
        assert len(stream) in (int(length), int(length) - 1)


def test_the_pdf_travels_as_text_and_is_the_same_each_time():
    made = pdf(page())
    assert made.decode().encode() == made
    assert made == pdf(page())
    assert pdf(page(text=TEXT + "又\n")) != made


@pytest.mark.parametrize("typed", ["(", ")", "\\", "a) Tj ET (b", "𠮷", "\u202e", "é", "〓"])
def test_what_was_typed_stays_within_its_string(typed):
    made = pdf(page(text=f"{TEXT}甲{typed}乙\n"))
    expected = typed if typed <= "\uffff" else "〓"
    assert f"甲{expected}乙" in lines(made)
    assert made.count(b"\nBT\n") == made.count(b"\nET") == len(lines(made))


def test_no_line_is_wider_than_the_page_or_begins_with_what_must_not():
    text = (
        "根据《中华人民共和国行政许可法》第三十八条第二款的规定，本机关决定：不予准许。case 20260302-0007 "
        * 9
    )
    made = wrapped(text, 12, WIDTH - 2 * MARGIN)
    assert "".join(made).replace(" ", "") == text.replace(" ", "")
    assert all(extent(one.rstrip("，。：》"), 12) <= WIDTH - 2 * MARGIN for one in made)
    assert not any(one[:1] in "，。：》）" for one in made)
    assert all("20260302-0007" in one for one in made if "20260302" in one), "a number stays on its line"


def test_a_long_text_goes_on_on_the_next_sheet_and_the_code_stands_on_the_last():
    made = pdf(page(text=TEXT + "　　理由。\n" * 60))
    assert made.count(b"/Type /Page\n") + made.count(b"/Type /Page ") == 3 or b"/Count 3" in made
    assert lines(made).count("　　理由。") == 60
    assert "3 / 3" in lines(made)
    heights = [float(one) for one in re.findall(rb"1 0 0 1 [\d.]+ ([\d.]+) Tm", made)]
    assert min(heights) > 20
    assert max(heights) < HEIGHT - MARGIN
    streams = re.findall(rb"stream\n(.*?)\nendstream", made, re.DOTALL)
    assert [b" re\n" in one for one in streams] == [False, False, True]


# ── the seal


def test_the_stand_in_says_that_it_is_one_and_marks_text_and_body():
    seals = StandInSeals()
    seal = seals.affix("a" * 64, "tax")
    assert (seal["provider"], seal["stand_in"]) == ("stand-in", True)
    assert seal == seals.affix("a" * 64, "tax")
    others = (seals.affix("b" * 64, "tax"), seals.affix("a" * 64, "registration"))
    assert len({one["mark"] for one in (seal, *others)}) == 3


# ── through the API


@pytest.fixture(scope="module")
def up() -> Iterator[House]:
    with house() as made:
        yield made


@pytest.fixture
def filed(up: House) -> Iterator[Filed]:
    yield Filed(up)
    up.rewind()


class Filed:
    """A food licence that was handed in on Monday 2 March, and its receipt."""

    def __init__(self, up: House) -> None:
        self.up = up
        up.app.at = ms("2026-03-02 09:00")
        headers = {**up.bearer(FIRM, "citizen"), "Idempotency-Key": "pages"}
        answer = up.call("POST", "/v1/items/food-licence/cases", application("food-licence", CODE), headers)
        self.case_id = answer.json()["case_id"]
        self.receipt = self.shown()

    def shown(self) -> dict[str, Any]:
        (one,) = self.up.call(
            "GET", f"/v1/cases/{self.case_id}/documents", None, self.up.bearer(FIRM, "citizen")
        ).json()["documents"]
        return dict(one)

    def printed(self, query: str = "", who: str = FIRM, **headers: str) -> Answer:
        path = f"/v1/cases/{self.case_id}/documents/{self.receipt['document_id']}/print{query}"
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.up.call("GET", path, None, {**self.up.bearer(who, "citizen"), **said})

    def verified(self, code: str | None = None) -> dict[str, Any]:
        answer = self.up.call("GET", f"/v1/documents/verify/{code or self.receipt['code']}")
        assert answer.status == 200, answer.text
        return dict(answer.json())

    def withdraw(self, who: str = "person:demo-decider", why: str = "当事人名称有误") -> Answer:
        path = f"/v1/cases/{self.case_id}/documents/{self.receipt['document_id']}/withdrawals"
        return self.up.call("POST", path, {"reason": why}, self.up.bearer(who, "staff"))


def test_the_owner_prints_the_receipt_in_either_language(filed):
    answer = filed.printed()
    assert answer.status == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["content-language"] == "zh"
    for line in filed.receipt["text"]["zh"].split("\n"):
        assert line in answer.text
    assert f"/v1/documents/verify/{filed.receipt['code']}" in answer.text
    assert filed.receipt["seal"]["mark"] in answer.text
    english = filed.printed(Accept_Language="en-GB")
    assert english.headers["content-language"] == "en"
    assert filed.receipt["text"]["en"].split("\n")[0] in english.text


def test_as_pdf_it_is_one(filed):
    answer = filed.printed("?format=pdf")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert filed.receipt["number"] in lines(answer.text.encode())
    assert filed.printed("?format=doc").code == "query-invalid"


def test_the_address_is_the_gateways_or_the_configured_one_and_no_header_says_otherwise(filed, monkeypatch):
    assert "evil.example" not in filed.printed(Host="evil.example", X_Forwarded_Host="evil.example").text
    assert ">/v1/documents/verify/" in filed.printed().text
    monkeypatch.setattr(
        filed.up.app, "config", replace(filed.up.app.config, public_origin="https://a.example.cn")
    )
    assert ">https://a.example.cn/v1/documents/verify/" in filed.printed().text
    monkeypatch.undo()
    monkeypatch.setattr(http.wiring, "app", lambda: filed.up.app)
    assert http._origin({"domainName": "abc.execute-api.cn-north-1.amazonaws.com.cn", "stage": "api"}) == (
        "https://abc.execute-api.cn-north-1.amazonaws.com.cn/api"
    )


def test_who_may_not_see_the_case_prints_nothing_of_it(filed):
    assert filed.printed(who="person:stranger").code == "case-not-found"
    path = f"/v1/cases/{filed.case_id}/documents/out_0/print"
    assert filed.up.call("GET", path, None, filed.up.bearer(FIRM, "citizen")).code == "not-found"


def test_anybody_who_holds_the_page_learns_that_it_is_true_and_nobodys_name(filed):
    said = filed.verified()
    assert said == {
        "status": "valid", "sha256": filed.receipt["sha256"], "stand_in": True, "document": "receipt",
        "title": filed.receipt["title"], "number": filed.receipt["number"], "issued_on": "2026-03-02",
        "withdrawn_on": None, "department": said["department"], "seal": filed.receipt["seal"],
    }  # fmt: skip
    assert said["department"]["zh"] == "望城区市场监督管理局"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_telephone_that_scans_the_code_is_answered_with_a_page(filed, language):
    path = f"/v1/documents/verify/{filed.receipt['code']}"
    answer = filed.up.call("GET", path, None, {"Accept": "text/html,*/*;q=0.8", "Accept-Language": language})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    said = Tags(answer.text).said
    assert filed.receipt["number"] in said
    assert {"zh": "文书真实有效", "en": "This document is true"}[language] in said
    assert filed.up.call("GET", path, None, {"Accept": "*/*"}).json()["status"] == "valid"
    unknown = filed.up.call("GET", "/v1/documents/verify/x", None, {"Accept": "text/html"})
    assert "查无此文书" in Tags(unknown.text).said


def test_no_value_of_an_answer_becomes_markup():
    said = {"status": "valid", "number": "<b>1</b>", "title": {"zh": "<i>", "en": "x"}, "sha256": "a"}
    read = Tags(verdict(said, "zh"))
    assert {"b", "i"}.isdisjoint(read.tags)
    assert {"<b>1</b>", "<i>"} <= set(read.said)


def test_of_any_other_code_it_learns_nothing(filed):
    case_id, seq, begins = filed.receipt["code"].split(".")
    for code in (
        f"{case_id}.{seq}.{'0' * 16}", f"{case_id}.2.{begins}", f"{case_id}.0.{begins}",
        f"{case_id}.{seq}.{begins[:15]}", f"cas_{'0' * 26}.{seq}.{begins}", "x", f"{case_id}.{seq}.{begins}x",
    ):  # fmt: skip
        assert filed.verified(code) == {"status": "unknown"}, code


def test_a_withdrawn_document_is_so_for_everybody(filed):
    assert filed.withdraw("person:demo-food-window").code == "forbidden"
    assert filed.withdraw().status == 200
    said = filed.verified()
    assert (said["status"], said["withdrawn_on"]) == ("withdrawn", "2026-03-02")
    assert filed.shown()["withdrawn_at"] == "2026-03-02T09:00:00+08:00"
    assert "本文书已撤回" in filed.printed().text
    assert filed.withdraw().code == "document-withdrawn"
    events = filed.up.call(
        "GET", f"/v1/cases/{filed.case_id}/events", None, filed.up.bearer(FIRM, "citizen")
    ).json()
    last = events["events"][-1]
    assert last["type"] == "case.document_withdrawn"
    assert last["data"]["withdrawn"]["sha256"] == filed.receipt["sha256"]
    record = f"/v1/cases/{filed.case_id}/documents/{filed.receipt['document_id']}/service-records"
    given = {"way": "in-person", "day": "2026-03-02", "receipt": "回证"}
    again = filed.up.call("POST", record, given, filed.up.bearer("person:demo-food-window", "staff"))
    assert again.code == "document-withdrawn"


def test_of_a_case_with_more_events_than_a_page_no_document_and_no_withdrawal_is_missed(filed, monkeypatch):
    window = filed.up.bearer("person:demo-food-window", "staff")
    accepted = {"move": "accept", "input": {}}
    assert filed.up.call("POST", f"/v1/cases/{filed.case_id}/moves", accepted, window).status == 200
    monkeypatch.setattr(history, "A_PAGE", 1)
    assert filed.withdraw().status == 200
    assert filed.verified()["status"] == "withdrawn"
    shown = filed.up.call(
        "GET", f"/v1/cases/{filed.case_id}/documents", None, filed.up.bearer(FIRM, "citizen")
    ).json()["documents"]
    assert [bool(one["withdrawn_at"]) for one in shown] == [True, False]
