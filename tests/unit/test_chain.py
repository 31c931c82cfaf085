"""The chain of hashes: what a link covers, and what a verifier says when it saw nothing."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.stores.chain import GENESIS, Verdict, event_sk, link, verify

CASE = "cas_A"


def event(seq: int, previous: bytes, **changes) -> dict:
    row = {
        "pk": CASE, "sk": event_sk(seq), "seq": seq, "t": "case.noted", "at": 1000 + seq, "v": 1, "b": b"body%d" % seq,
        "p": previous,
    }  # fmt: skip
    row |= changes
    return row | {"h": link(previous, row)}


def chain(length: int) -> tuple[list[dict], dict]:
    rows, previous = [], GENESIS
    for seq in range(1, length + 1):
        rows.append(event(seq, previous))
        previous = rows[-1]["h"]
    return rows, {"seq": length, "h": previous}


def test_a_link_is_the_sha256_of_domain_predecessor_clear_parts_and_stored_bytes():
    """Written out once, so that a verifier in another language can be written from it."""
    row = event(1, GENESIS)
    said = b"jisheng-event-1\x00" + bytes(32) + b"cas_A\x1f1\x1fcase.noted\x1f1001\x1f1\x1f5\x1f" + b"body1"
    assert link(GENESIS, row) == hashlib.sha256(said).digest()
    assert link(GENESIS, row | {"o": b"issued"}) == hashlib.sha256(said + b"issued").digest()


def test_a_body_cannot_flow_over_into_the_outputs():
    previous = GENESIS
    assert link(previous, event(1, previous, b=b"ab", o=b"c")) != link(
        previous, event(1, previous, b=b"a", o=b"bc")
    )


@given(st.integers(1, 30))
def test_a_true_chain_holds_and_every_event_was_looked_at(length):
    rows, head = chain(length)
    assert verify(CASE, rows, head) == Verdict(length, None)
    assert verify(CASE, rows, head).holds


@pytest.mark.parametrize(
    ("name", "value"),
    [("t", "x"), ("at", 0), ("v", 2), ("b", b"x"), ("seq", 9), ("pk", "cas_B"), ("o", b"x")],
)
def test_a_link_covers_every_part_that_is_read(name, value):
    row = event(3, GENESIS)
    assert link(GENESIS, row | {name: value}) != link(GENESIS, row)
    assert link(b"\x01" * 32, row) != link(GENESIS, row)


@given(st.integers(2, 12), st.data())
def test_every_event_hangs_on_the_one_before(length, data):
    rows, head = chain(length)
    spoilt = data.draw(st.integers(0, length - 2))
    rows[spoilt] = event(spoilt + 1, rows[spoilt]["p"], b=b"other")  # its own hash fits again
    assert verify(CASE, rows, head).broken_at == spoilt + 2


def test_the_head_must_name_the_true_end():
    rows, head = chain(3)
    assert verify(CASE, rows, head | {"seq": 4}).broken_at == 4
    assert verify(CASE, rows, head | {"h": GENESIS}).broken_at == 4
    assert verify(CASE, rows[:-1], head).broken_at == 3


def test_nothing_checked_never_holds():
    assert not verify(CASE, [], {"seq": 0, "h": GENESIS}).holds
    assert not verify(CASE, [], {"seq": 3, "h": b"x"}).holds
    assert not Verdict(0, None).holds


def test_a_chain_of_another_case_does_not_pass_for_this_one():
    rows, head = chain(3)
    assert verify("cas_B", rows, head).broken_at == 1
