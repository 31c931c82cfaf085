"""Several signers are several people for several sides, whoever else signed beside them."""

from __future__ import annotations

from itertools import chain, combinations, permutations, product

import pytest

from chalicelib.domain.signers import Signing, counted, with_signature


@pytest.mark.parametrize(
    ("signing", "count"),
    [
        ((), 0),
        ((("p1", "a"),), 1),
        ((("p1", "a"), ("p2", "a")), 1),
        ((("p1", "a"), ("p1", "b")), 1),
        ((("p1", "a"), ("p1", "b"), ("p2", "a")), 2),
        ((("p1", "a"), ("p1", "b"), ("p1", "c"), ("p2", "a"), ("p3", "a")), 2),  # three people, three sides
    ],
)
def test_a_signature_is_a_person_with_a_side_of_their_own(signing: Signing, count: int) -> None:
    assert counted(signing) == count


def test_every_signing_of_three_people_for_three_sides_agrees_with_trying_all_ways_to_share_them_out() -> (
    None
):
    people, sides = ("p1", "p2", "p3"), ("a", "b", "c")
    pairs = tuple(product(people, sides))
    for signing in chain.from_iterable(combinations(pairs, size) for size in range(len(pairs) + 1)):
        ways = (zip(people, way, strict=True) for way in permutations(sides))
        assert counted(signing) == max(sum(pair in signing for pair in way) for way in ways), signing


def test_the_same_signature_twice_is_one() -> None:
    once = with_signature((), "p1", "a")
    assert with_signature([list(one) for one in once], "p1", "a") == once
