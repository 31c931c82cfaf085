"""Named formats: what the standards say, judged by oracles written the slow way."""

from __future__ import annotations

import datetime
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.formats import FORMATS, is_resident_id, is_uscc, matches, resident_id_check, uscc_check
from chalicelib.domain.forms import compile_form

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# GB 32100-2015 table 3 and GB 11643-1999 §4.2.2, typed from the tables rather than computed
USCC_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
RESIDENT_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

usccs = st.text(USCC_ALPHABET, min_size=17, max_size=17)
digits = st.text("0123456789", min_size=17, max_size=17)


def uscc_by_the_table(body17: str) -> str:
    total = sum(USCC_ALPHABET.index(each) * weight for each, weight in zip(body17, USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def resident_by_the_table(body17: str) -> str:
    total = sum(int(each) * weight for each, weight in zip(body17, RESIDENT_WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


@given(usccs)
def test_the_check_character_of_a_credit_code_is_that_of_the_standards_table(body):
    assert uscc_check(body) == uscc_by_the_table(body)


@given(digits)
def test_the_check_character_of_a_resident_id_is_that_of_the_standards_table(body):
    assert resident_id_check(body) == resident_by_the_table(body)


@pytest.mark.parametrize("code", ["91350100M000100Y43", "9144030071526726XG", "91110000802100433B"])
def test_published_credit_codes_are_accepted(code):
    assert is_uscc(code)


@pytest.mark.parametrize(
    "number", ["11010519491231002X", "440524188001010014"]
)  # the examples of GB 11643-1999
def test_the_examples_of_the_resident_id_standard_are_accepted(number):
    assert is_resident_id(number)


@given(st.from_regex(r"[0-9A-HJ-NP-RTUW-Y]{2}[0-9]{6}[0-9A-HJ-NP-RTUW-Y]{9}", fullmatch=True), st.data())
def test_a_credit_code_with_one_character_changed_is_refused(body, data):
    code = body + uscc_check(body)
    place = data.draw(st.integers(0, 17))
    other = data.draw(st.sampled_from([each for each in USCC_ALPHABET if each != code[place]]))

    assert is_uscc(code)
    assert not is_uscc(code[:place] + other + code[place + 1 :])


@given(st.dates(datetime.date(1800, 1, 1), datetime.date(2099, 12, 31)), st.integers(0, 999), st.data())
def test_a_resident_id_with_one_character_changed_or_two_swapped_is_refused(born, order, data):
    body = f"430105{born:%Y%m%d}{order:03d}"
    number = body + resident_id_check(body)
    place = data.draw(st.integers(0, 17))
    other = data.draw(st.sampled_from([each for each in "0123456789X" if each != number[place]]))
    swapped = number[:place] + number[place : place + 2][::-1] + number[place + 2 :]

    assert is_resident_id(number)
    assert not is_resident_id(number[:place] + other + number[place + 1 :])
    assert swapped == number or not is_resident_id(swapped)


@pytest.mark.parametrize(
    "born", ["19000229", "19900230", "19900431", "19901301", "19900100", "17991231", "21000101"]
)
def test_a_resident_id_needs_a_day_of_birth_that_existed(born):
    body = f"430105{born}123"

    assert not is_resident_id(body + resident_id_check(body))


def test_every_day_of_the_leap_cycle_is_judged_as_the_calendar_does():
    asked = [
        (year, month, day)
        for year in (1900, 1999, 2000, 2023, 2024, 2100)
        for month in range(14)
        for day in range(33)
    ]
    for year, month, day in asked:
        try:
            datetime.date(year, month, day)
            exists = True
        except ValueError:
            exists = False
        assert matches("date", f"{year:04d}-{month:02d}-{day:02d}") == exists


GOOD = {
    "cn-uscc": ["91350100M000100Y43"],
    "cn-resident-id": ["11010519491231002X"],
    "cn-mobile": ["13800000000", "19912345678"],
    "cn-phone": [
        "13800000000",
        "0731-88000000",
        "010-12345678-801",
        "073188000000",
        "400-800-1234",
        "4008001234",
    ],
    "cn-postcode": ["410200"],
    "email": ["a@example.com", "first.last+tag@mail.example.cn"],
    "date": ["2024-02-29", "2026-03-02"],
    "date-time": ["2026-03-02T09:00:00+08:00", "2026-03-02T01:00:00.123Z"],
}
BAD = {
    "cn-uscc": ["91350100M000100Y44", "91350100m000100y43", "91350100M000100Y4", "I1350100M000100Y43"],
    "cn-resident-id": ["11010519491231002x", "110105194912310021", "1_010519491231002X", "110105491231002"],
    "cn-mobile": ["12800000000", "1380000000", "+8613800000000", "138 0000 0000"],
    "cn-phone": ["88000000", "12345", "1380000000"],
    "cn-postcode": ["41020", "4102000", "41020a"],
    "email": ["a@b", "a b@example.com", "@example.com", "a@example.com.", "王@example.com"],
    "date": ["2023-02-29", "2026-3-2", "20260302", "2026-03-02T00:00:00Z", "٢٠٢٦-03-02"],
    "date-time": [
        "2026-03-02T09:00:00",
        "2026-03-02 09:00:00Z",
        "2026-03-02T24:00:00Z",
        "2026-06-30T23:59:60Z",
    ],
}


def test_every_format_has_examples_and_both_engines_judge_them_alike():
    assert GOOD.keys() == BAD.keys() == FORMATS.keys()
    for name in FORMATS:
        form = compile_form({"format": name})
        for text in GOOD[name]:
            assert matches(name, text), (name, text)
            assert form.is_valid(text), (name, text)
        wrong = [*BAD[name], "", *(text + "\n" for text in GOOD[name]), *(" " + text for text in GOOD[name])]
        for text in wrong:
            assert not matches(name, text), (name, text)
            assert not form.is_valid(text), (name, text)


@settings(max_examples=300)
@given(st.sampled_from(sorted(FORMATS)), st.data())
def test_rust_and_python_agree_on_texts_near_every_pattern(name, data):
    text = data.draw(st.from_regex(FORMATS[name].pattern, alphabet=st.characters(codec="utf-8")))

    assert compile_form({"format": name}).is_valid(text) == matches(name, text)


def test_patterns_are_portable_to_javascript():
    for each in FORMATS.values():
        assert each.pattern.startswith("^")
        assert each.pattern.endswith("$")
        assert not re.search(r"\\[A-Za-z0-9]|\(\?[^:]", each.pattern)


def test_a_format_says_nothing_about_what_is_no_text():
    for name in FORMATS:
        assert compile_form({"format": name}).is_valid(42)
