"""Identifiers: ULIDs that sort by time, and ids that the same causes always yield again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import ids

instants = st.integers(0, 2**48 - 1)
entropies = st.binary(min_size=10, max_size=16)
CROCKFORD = set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


@given(instants, entropies)
def test_a_ulid_has_26_characters_of_crockfords_alphabet(at, entropy):
    identity = ids.ulid(at, entropy)

    assert len(identity) == 26
    assert set(identity) <= CROCKFORD


def test_a_ulid_is_the_one_of_the_specification():
    # github.com/ulid/spec: 01ARYZ6S41 is the time 1469918176385; the random part counts up from zero
    assert ids.ulid(1469918176385, bytes(9) + b"\x01") == "01ARYZ6S41" + "0" * 15 + "1"


@given(instants, entropies, instants, entropies)
def test_ids_sort_by_time(first, one, second, other):
    if first != second:
        assert (ids.new("cas", first, one) < ids.new("cas", second, other)) == (first < second)


@given(instants, entropies)
def test_the_instant_is_read_back(at, entropy):
    assert ids.at_of(ids.new("cas", at, entropy)) == at


@given(instants, entropies, entropies)
def test_ids_of_one_instant_differ_with_their_entropy(at, one, other):
    assert (ids.ulid(at, one) == ids.ulid(at, other)) == (one[:10] == other[:10])


@given(st.lists(st.text(max_size=10), max_size=4))
def test_the_same_causes_yield_the_same_id(causes):
    assert ids.derived("cas", *causes) == ids.derived("cas", *causes)
    assert ids.derived("cas", *causes).startswith("cas_")
    assert len(ids.derived("cas", *causes)) == 30


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", min_codepoint=32), max_size=8),
        min_size=2,
        max_size=4,
        unique=True,
    )
)
def test_other_causes_or_another_order_yield_another_id(causes):
    assert ids.derived("cas", *causes) != ids.derived("cas", *reversed(causes))
    assert ids.derived("cas", *causes) != ids.derived("cas", *causes[:-1])
    assert ids.derived("cas", "".join(causes)) != ids.derived("cas", *causes)
