"""Public values: what is named is the first after the lead; what came is verified, drand's by computation."""

from __future__ import annotations

import hashlib
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.draws import beacons, bls
from chalicelib.domain.problems import Problem
from tests.builders_draws import DEPARTMENTS, GROUP_HASH, QUICKNET, RANDOMNESS_1000, ROUNDS, drand

DRAND = {"kind": "drand", "chain": QUICKNET}
LOTTERY = {"kind": "lottery", "game": "sample", "numbers": 7}
NONCES = {"kind": "nonces", "departments": list(DEPARTMENTS)}
AT = 1_700_000_000_000
NONCE = {one: hashlib.sha256(one.encode()).digest() for one in DEPARTMENTS}
SEALED = {one: beacons.sealed(one, nonce) for one, nonce in NONCE.items()}
DRAWN = {"kind": "lottery", "issue": "26031", "at": AT + 90_000}
OPENED = {"kind": "nonces", "sealed": SEALED, "until": AT + 60_000}
KEY = bytes.fromhex(str(QUICKNET["public_key"]))


def test_the_chain_of_quicknet_is_the_one_that_its_hash_names() -> None:
    said = struct.pack(">Iq", QUICKNET["period"], QUICKNET["genesis"]) + KEY + bytes.fromhex(GROUP_HASH)
    assert hashlib.sha256(said + b"quicknet").hexdigest() == QUICKNET["hash"]


@pytest.mark.parametrize("number", ROUNDS)
def test_a_real_round_of_drand_holds(number: int) -> None:
    value = drand(number)
    assert beacons.entropy(DRAND, {"kind": "drand", "round": number}, value) == value["randomness"]
    assert number != 1000 or value["randomness"] == RANDOMNESS_1000


def test_a_real_signature_of_another_round_does_not_hold() -> None:
    with pytest.raises(Problem, match="signature of the round"):
        beacons.entropy(DRAND, {"kind": "drand", "round": 1003}, drand(1002) | {"round": 1003})


@pytest.mark.parametrize("spoilt", [
    bytes(48), b"\xc0" + bytes(47), b"\x80" + b"\xff" * 47, bytes.fromhex(ROUNDS[1000])[:47],
    bytes.fromhex("a" + ROUNDS[1000][1:]), bytes.fromhex(ROUNDS[1000][:-1] + "8"),
])  # fmt: skip
def test_what_is_no_point_of_the_group_is_no_signature(spoilt: bytes) -> None:
    assert not bls.verified(KEY, hashlib.sha256((1000).to_bytes(8, "big")).digest(), spoilt)


def test_a_point_of_the_curve_outside_the_subgroup_is_refused() -> None:
    x = next(n for n in range(1, 50) if pow(n**3 + 4, (bls.P - 1) // 2, bls.P) == 1)
    with pytest.raises(ValueError, match="subgroup"):
        bls.read_g1(bytes([0x80]) + x.to_bytes(47, "big"))


def test_messages_are_hashed_to_the_curve_as_rfc_9380_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Appendix J.9.1, message "abc"."""
    monkeypatch.setattr(bls, "DST", b"QUUX-V01-CS02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_")
    assert bls.hash_to_g1(b"abc") == (
        0x03567BC5EF9C690C2AB2ECDF6A96EF1C139CC0B2F284DCA0A9A7943388A49A3AEE664BA5379A7655D3C68900BE2F6903,
        0x0B9C15F3FE6E5CF4211F346271D7B01C8F3B28BE689C8429C85B67AF215533311F0B8DFAAA154FA6B88176C229F2885D,
    )


@given(st.integers(0, 4 * 10**12))
def test_the_round_named_is_the_first_that_is_not_too_early(not_before: int) -> None:
    number = beacons.first_round(QUICKNET, not_before)
    assert beacons.round_time(QUICKNET, number) >= not_before
    assert number == 1 or beacons.round_time(QUICKNET, number - 1) < not_before


def test_a_round_that_is_later_than_the_first_is_refused_too() -> None:
    named = beacons.name(DRAND, AT + 5)
    beacons.check_named([DRAND], [named], AT, AT + 5)
    for wrong in (named["round"] - 1, named["round"] + 1):
        with pytest.raises(Problem, match="first round"):
            beacons.check_named([DRAND], [{"kind": "drand", "round": wrong}], AT, AT + 5)


def test_neither_a_lottery_nor_nonces_stand_alone() -> None:
    for source, named in ((LOTTERY, DRAWN), (NONCES, OPENED)):
        with pytest.raises(Problem, match="alone"):
            beacons.check_named([source], [named], AT, AT)
    beacons.check_named([NONCES, LOTTERY], [OPENED, DRAWN], AT, AT + 60_000)


def test_nonces_are_opened_before_the_other_value_is_known() -> None:
    late = OPENED | {"until": DRAWN["at"]}
    with pytest.raises(Problem, match="before another source"):
        beacons.check_named([NONCES, LOTTERY], [late, DRAWN], AT, AT)


def test_a_lottery_within_the_lead_is_refused() -> None:
    with pytest.raises(Problem, match="lead"):
        beacons.check_named([NONCES, LOTTERY], [OPENED, DRAWN], AT, AT + 90_001)


def _typed(**entries: str) -> dict[str, Any]:
    return {"kind": "lottery", "issue": "26031", "entries": entries}


SAID = "03 11 17 20 28 31 09"


def test_two_people_type_the_numbers_of_a_lottery() -> None:
    assert beacons.entropy(LOTTERY, DRAWN, _typed(li=SAID, wu=SAID)) == f"sample 26031 {SAID}"
    for wrong in (
        _typed(li=SAID), _typed(li=SAID, wu=SAID[:-1] + "8"), _typed(li=SAID, wu=SAID) | {"issue": "26032"},
        _typed(li=SAID[3:], wu=SAID[3:]), _typed(li=SAID + " ", wu=SAID + " "),
    ):  # fmt: skip
        with pytest.raises(Problem) as refused:
            beacons.entropy(LOTTERY, DRAWN, wrong)
        assert refused.value.code == "draw-value"


def test_who_typed_the_numbers_changes_no_seed() -> None:
    seeds = {
        beacons.seed("00" * 32, [LOTTERY], [DRAWN], [_typed(**dict.fromkeys(who, SAID))])
        for who in (("li", "wu"), ("wu", "zhou"))
    }
    assert len(seeds) == 1


def test_a_department_opens_what_it_had_sealed_or_nothing_is_drawn() -> None:
    opened = {one: nonce.hex() for one, nonce in NONCE.items()}
    assert beacons.entropy(NONCES, OPENED, {"kind": "nonces", "nonces": opened}) == opened
    for wrong in (
        opened | {"fire": "00" * 32},
        {"fire": opened["fire"]},
        opened | {"fire": opened["market"]},
    ):
        with pytest.raises(Problem) as refused:
            beacons.entropy(NONCES, OPENED, {"kind": "nonces", "nonces": wrong})
        assert refused.value.code == "draw-value"


def test_the_seed_is_of_the_commitment_and_of_every_value() -> None:
    opened = {"kind": "nonces", "nonces": {one: nonce.hex() for one, nonce in NONCE.items()}}
    asked = ([NONCES, LOTTERY], [OPENED, DRAWN], [opened, _typed(li=SAID, wu=SAID)])
    seed = beacons.seed("00" * 32, *asked)
    other = _typed(li=SAID[:-1] + "8", wu=SAID[:-1] + "8")
    assert (
        len({seed, beacons.seed("01" * 32, *asked), beacons.seed("00" * 32, *asked[:2], [opened, other])})
        == 3
    )
    with pytest.raises(Problem, match="missing"):
        beacons.seed("00" * 32, *asked[:2], [opened])
