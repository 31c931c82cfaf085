"""Request bodies: bytes become a value of the canonical profile, or a problem that says why not."""

from __future__ import annotations

import json
import unicodedata

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import canonical, forms
from chalicelib.domain.forms import MAX_BODY, MAX_DEPTH, parse
from chalicelib.domain.problems import Problem
from tests.builders_forms import application


def refusal(body: bytes) -> tuple[str, str]:
    with pytest.raises(Problem) as refused:
        parse(body)
    return refused.value.kind, refused.value.code


def nested(depth: int, opening: str = "[", closing: str = "]") -> bytes:
    return (opening * depth + "1" + closing * depth).encode()


def test_an_application_is_read_as_it_was_written():
    document = application()

    assert parse(orjson.dumps(document)) == document
    assert parse(json.dumps(document).encode()) == document  # every character beyond ASCII escaped


def test_a_body_of_256_kb_is_read_and_one_byte_more_is_not():
    body = b'"' + b"x" * (MAX_BODY - 2) + b'"'

    assert len(parse(body)) == MAX_BODY - 2
    assert refusal(body + b" ") == ("too_large", "body-too-large")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"nope", b"NaN", b"{'a':1}", b'{"a":1,}', b'"\xff"', b'"\\ud800"', b"\xef\xbb\xbf{}", b"1 2"],
)
def test_what_is_not_json_is_refused(body):
    assert refusal(body) == ("malformed", "body-not-json")


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")])
def test_32_levels_are_read_and_more_are_not(opening, closing):
    levels = len(opening.replace('"a":', ""))

    parse(nested(MAX_DEPTH // levels, opening, closing))
    for deeper in (MAX_DEPTH // levels + 1, 400, 5_000, 20_000):
        assert refusal(nested(deeper, opening, closing)) == ("malformed", "body-too-deep")


def test_many_shallow_containers_are_not_deep():
    assert parse(b"[" + b",".join([b"[]"] * 5_000) + b"]") == [[]] * 5_000
    assert parse(b'["' + b"[" * 100 + b'"]') == ["[" * 100]


@pytest.mark.parametrize(
    "body",
    [
        "1.0",
        "[1.5]",
        '{"a":{"b":[1e3]}}',
        "9007199254740992",
        "-9007199254740992",
        "18446744073709551616",
        '{"键":1}',
        '{"a":{"\\u952e":1}}',
        '["e\u0301"]',
        '["e\\u0301"]',
        '["\uf900"]',
    ],
)
def test_what_is_outside_the_canonical_profile_is_refused(body):
    assert refusal(body.encode()) == ("invalid", "not-canonical")


@pytest.mark.parametrize(
    "body", ["9007199254740991", "-9007199254740991", '"\u00e9"', '"1.5"', '["e\\n\u0301"]', "null"]
)
def test_what_is_inside_the_canonical_profile_is_read(body):
    assert parse(body.encode()) == json.loads(body)


def test_of_a_member_written_twice_the_last_counts():
    assert parse(b'{"a":1,"a":2}') == {"a": 2}


leaf = (
    st.none()
    | st.booleans()
    | st.integers(-(2**54), 2**54)
    | st.floats(allow_nan=False, allow_infinity=False)
)
leaf |= st.text(st.sampled_from('ae\u0301\u030a\uf900/"\\\n长沙é'), max_size=4)
tree = st.recursive(
    leaf,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "b", "键"]), inner),
    max_leaves=8,
)


@settings(max_examples=500)
@given(tree, st.booleans())
def test_the_quick_check_refuses_exactly_what_the_canonical_profile_refuses(value, escaped):
    body = json.dumps(value, ensure_ascii=escaped).encode()
    try:
        canonical.check(json.loads(body))
    except Problem:
        assert refusal(body) == ("invalid", "not-canonical")
    else:
        assert parse(body) == value


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_text_is_read_exactly_if_it_is_nfc(text):
    body = orjson.dumps([text])
    if unicodedata.is_normalized("NFC", text):
        assert parse(body) == [text]
    else:
        assert refusal(body) == ("invalid", "not-canonical")


@settings(max_examples=500)
@given(
    st.text(
        st.sampled_from(
            'ae<\u0301\u0323\u0338\u0345\u1ea1\u0958\u1100\u1161\u11a8\u302a\u3099か長\uf900é\\"\n'
        ),
        max_size=8,
    ),
    st.booleans(),
)
def test_what_the_quick_look_takes_for_nfc_is_nfc(text, escaped):
    body = json.dumps(text, ensure_ascii=escaped).encode()
    assert not forms._is_normal(body) or unicodedata.is_normalized("NFC", text)
    assert (
        forms._is_normal(body)
        or "\\u" in body.decode()
        or any("\u0300" <= one <= "\u037f" for one in text)
        or not unicodedata.is_normalized("NFC", "".join(one for one in text if not one.isascii()))
    )  # what ASCII held apart may go to the slow check as well, and nothing else does


def test_only_marks_that_the_quick_look_knows_compose_with_ascii():
    ascii_ = [chr(number) for number in range(32, 127)]
    for number in range(0x80, 0x110000):
        mark = chr(number)
        if unicodedata.combining(mark) and not "\u0300" <= mark <= "\u036f":
            assert all(len(unicodedata.normalize("NFC", one + mark)) == 2 for one in ascii_)
