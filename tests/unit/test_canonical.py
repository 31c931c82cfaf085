"""Canonical bytes: equal to RFC 8785 inside the profile, and everything outside it is refused."""

from __future__ import annotations

import json
import unicodedata

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import canonical
from chalicelib.domain.problems import Problem

LIMIT = 2**53 - 1
texts = st.text(st.characters(codec="utf-8"), max_size=20).map(
    lambda text: unicodedata.normalize("NFC", text)
)
keys = st.text(st.characters(max_codepoint=127), max_size=12)
scalars = st.none() | st.booleans() | st.integers(-LIMIT, LIMIT) | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=20,
)


def shuffled(value):
    if isinstance(value, dict):
        return {key: shuffled(value[key]) for key in reversed(list(value))}
    return [shuffled(each) for each in value] if isinstance(value, list) else value


@settings(max_examples=500)
@given(values)
def test_the_bytes_are_those_of_rfc_8785(value):
    canonical.check(value)

    assert canonical.dumps(value) == rfc8785.dumps(value)


@given(values)
def test_the_order_in_which_members_were_written_does_not_matter(value):
    assert canonical.dumps(shuffled(value)) == canonical.dumps(value)
    assert canonical.digest(shuffled(value)) == canonical.digest(value)


@given(values)
def test_what_was_written_is_read_back(value):
    assert canonical.loads(canonical.dumps(value)) == value
    assert json.loads(canonical.dumps(value)) == value


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        0.5,
        float("nan"),
        2**53,
        -(2**53),
        2**70,
        {"键": 1},
        "e\u0301",
        ["A\u030a"],
        {"a": {"b": [{"c": 1.5}]}},
    ],
)
def test_what_the_profile_has_no_room_for_is_refused(value):
    with pytest.raises(Problem) as refused:
        canonical.check({"place": value})

    assert (refused.value.kind, refused.value.code) == ("invalid", "not-canonical")


def test_the_refusal_says_the_place_and_not_the_value():
    with pytest.raises(Problem) as refused:
        canonical.check({"shares": [1, {"ratio": 0.123456}]})

    assert "/shares/1/ratio" in refused.value.message.en
    assert "/shares/1/ratio" in refused.value.message.zh
    assert "0.123456" not in refused.value.message.en + refused.value.message.zh


def test_the_largest_integers_of_the_profile_pass():
    canonical.check([LIMIT, -LIMIT, True, None, 0])


def test_a_digest_is_sha_256_of_the_bytes_in_lower_case_hex():
    # printf '{"a":1}' | sha256sum
    assert canonical.digest({"a": 1}) == "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
