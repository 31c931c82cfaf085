"""Bodies as bytes: what goes in comes out, equal values are equal bytes, deflate only where it pays."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.stores.encoding import pack_body, unpack_body

SCALARS = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text()
KEYS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=8)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=20)


@given(VALUES)
def test_what_is_packed_comes_back(value):
    assert unpack_body(pack_body(value)) == value


@given(st.dictionaries(KEYS, SCALARS, min_size=2))
def test_the_order_of_keys_does_not_change_the_bytes(value):
    turned = dict(reversed(value.items()))
    assert pack_body(value) == pack_body(turned)


def test_a_small_body_is_left_as_it_is():
    assert pack_body({"a": 1}) == b'\x00{"a":1}'


def test_a_large_body_is_deflated():
    value = {"text": "极省" * 500}
    assert pack_body(value)[:1] == b"\x01"
    assert len(pack_body(value)) < 200


@given(st.binary(min_size=200, max_size=400))
def test_a_body_is_never_stored_larger_than_it_is(noise):
    value = {"noise": noise.hex()}
    assert len(pack_body(value)) <= len(noise.hex()) + 13


def test_broken_deflate_is_an_error_not_a_value():
    with pytest.raises(zlib.error):
        unpack_body(b"\x01\xff\xff")
