"""Sealing: only the right key opens a body, only where it was put, and a subject leaves no trace of itself."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.problems import Problem
from chalicelib.stores.sealing import _CACHED_KEYS, Vault
from tests.builders_stores import LocalKeys

PLACE = ("cas_A", "HEAD")
BODY = {"name": "王示例", "id_number": "430112199007212025"}


def item(vault: Vault, key: bytes, body=None, place=PLACE) -> dict:
    return {"pk": place[0], "sk": place[1], "v": 1, "b": vault.seal(key, place, body or BODY)}


def test_a_sealed_body_opens_where_it_was_put():
    vault = Vault(LocalKeys())
    key = vault.new_key()
    assert vault.open(key, item(vault, key)) == BODY


def test_nothing_of_a_body_shows_through_its_seal():
    vault = Vault(LocalKeys())
    sealed = vault.seal(vault.new_key(), PLACE, BODY)
    assert "王示例".encode() not in sealed
    assert b"430112" not in sealed


@pytest.mark.parametrize("moved", [{"pk": "cas_B"}, {"sk": "F"}])
def test_a_body_that_was_moved_is_refused(moved):
    vault = Vault(LocalKeys())
    key = vault.new_key()
    with pytest.raises(Problem, match="seal-broken"):
        vault.open(key, item(vault, key) | moved)


def test_a_body_is_read_from_a_restored_table_whatever_its_name():
    """A restore lands in tables of new names: the seal binds a body to its keys, not to the table."""
    vault = Vault(LocalKeys())
    key = vault.new_key()
    stored = item(vault, key)
    assert vault.open(key, dict(stored)) == BODY
    assert set(stored) == {"pk", "sk", "v", "b"}


@given(st.data())
@settings(max_examples=60)
def test_one_bit_is_enough_to_break_the_seal(data):
    vault = Vault(LocalKeys())
    key = vault.new_key()
    stored = item(vault, key)
    place = data.draw(st.integers(0, len(stored["b"]) * 8 - 1))
    spoilt = bytearray(stored["b"])
    spoilt[place // 8] ^= 1 << place % 8
    with pytest.raises(Problem, match="seal-broken"):
        vault.open(key, stored | {"b": bytes(spoilt)})


@pytest.mark.parametrize("length", [0, 1, 11, 12, 27])
def test_a_body_cut_short_is_a_broken_seal_not_a_crash(length):
    vault = Vault(LocalKeys())
    key = vault.new_key()
    stored = item(vault, key)
    with pytest.raises(Problem, match="seal-broken"):
        vault.open(key, stored | {"b": stored["b"][:length]})


def test_another_cases_key_opens_nothing():
    vault = Vault(LocalKeys())
    with pytest.raises(Problem, match="seal-broken"):
        vault.open(vault.new_key(), item(vault, vault.new_key()))


def test_what_newer_code_wrote_is_refused():
    vault = Vault(LocalKeys())
    key = vault.new_key()
    with pytest.raises(Problem, match="written-by-newer-code"):
        vault.open(key, item(vault, key) | {"v": 2})


def test_the_same_body_is_never_sealed_twice_alike():
    vault = Vault(LocalKeys())
    key = vault.new_key()
    assert vault.seal(key, PLACE, BODY) != vault.seal(key, PLACE, BODY)


def test_a_container_unwraps_a_key_once():
    keys = LocalKeys()
    key = Vault(keys).new_key()
    other = Vault(keys)
    stored = item(other, key)
    for _ in range(5):
        other.open(key, stored)
    assert keys.unwrapped == 1


def test_the_cache_of_unwrapped_keys_is_bounded():
    keys = LocalKeys()
    vault = Vault(keys)
    first = vault.new_key()
    stored = item(vault, first)
    for _ in range(_CACHED_KEYS):
        vault.new_key()
    assert len(vault._plain) == _CACHED_KEYS
    assert vault.open(first, stored) == BODY
    assert keys.unwrapped == 1


def test_a_wrapped_key_that_was_tampered_with_unwraps_to_nothing():
    keys = LocalKeys()
    wrapped = keys.generate()[1]
    with pytest.raises(InvalidTag):
        keys.unwrap(wrapped[:-1] + b"\x00\x01")


def test_a_blind_subject_is_the_same_in_every_container_and_tells_nothing():
    one, other = Vault(LocalKeys()), Vault(LocalKeys())
    assert one.blind("person:a") == other.blind("person:a")
    assert one.blind("person:a") != one.blind("person:b")
    assert len(one.blind("person:a")) == 32
    assert one.blind("person:a")[0] == "1"


def test_without_the_secret_nobody_finds_a_subject_by_guessing():
    assert Vault(LocalKeys()).blind("person:a") != Vault(LocalKeys(secret=b"another")).blind("person:a")
