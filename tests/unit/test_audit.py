"""The root over many chains is RFC 6962's tree."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import audit, merkle

# Published test vectors of Certificate Transparency's reference implementation (merkle_tree_test.cc).
INPUTS = [bytes.fromhex(one) for one in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


@pytest.mark.parametrize("size", range(1, 9))
def test_the_root_is_that_of_certificate_transparency(size):
    assert merkle.root(INPUTS[:size]).hex() == ROOTS[size - 1]


def test_the_root_of_nothing_is_the_hash_of_nothing():
    assert merkle.root([]) == hashlib.sha256().digest()


def _second(leaves: list[bytes]) -> bytes:
    """The same tree level by level instead of by recursion."""
    level = [hashlib.sha256(b"\x00" + one).digest() for one in leaves]
    while len(level) > 1:
        pairs = [
            hashlib.sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)
        ]
        level = pairs + ([level[-1]] if len(level) % 2 else [])
    return level[0]


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=70))
def test_a_second_implementation_agrees(leaves):
    assert merkle.root(leaves) == _second(leaves)


@given(st.lists(st.binary(max_size=8), min_size=2, max_size=20, unique=True), st.data())
def test_order_and_number_of_leaves_change_the_root(leaves, data):
    turned = data.draw(st.permutations(leaves))
    assert (merkle.root(turned) == merkle.root(leaves)) == (turned == leaves)
    assert merkle.root(leaves[:-1]) != merkle.root(leaves)


@pytest.mark.parametrize(
    "changed", [("cas_B", 3, b"h"), ("cas_A", 4, b"h"), ("cas_A", 3, b"i"), ("cas_A", 3, b"h", True)]
)
def test_a_leaf_names_case_length_end_and_erasure(changed):
    assert audit.leaf(*changed) != audit.leaf("cas_A", 3, b"h")
