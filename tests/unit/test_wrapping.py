"""Wrapping: one call to the service of keys serves many cases, and each keeps a data key that can be erased alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.problems import Problem
from chalicelib.stores.wrapping import MAX_AGE, MAX_WRAPPED, Wrapping
from tests.builders_stores import LocalKeys


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_what_one_container_wraps_another_unwraps():
    keys = LocalKeys()
    plain, wrapped = Wrapping(keys).generate()
    assert Wrapping(keys).unwrap(wrapped) == plain
    assert plain not in wrapped


def test_every_case_has_a_key_of_its_own():
    keys = Wrapping(LocalKeys())
    made = [keys.generate() for _ in range(50)]
    assert len({plain for plain, _ in made}) == len({wrapped for _, wrapped in made}) == 50


def test_a_container_asks_once_for_many_new_keys_and_knows_them_without_asking():
    service = LocalKeys()
    keys = Wrapping(service)
    for _ in range(MAX_WRAPPED):
        keys.unwrap(keys.generate()[1])
    assert (service.generated, service.unwrapped) == (1, 0)


def test_another_container_asks_once_for_all_that_one_has_wrapped():
    service = LocalKeys()
    made = [wrapped for keys in [Wrapping(service)] for _, wrapped in (keys.generate() for _ in range(100))]
    other = Wrapping(service)
    for wrapped in made:
        other.unwrap(wrapped)
    assert service.unwrapped == 1


def test_the_upper_key_is_changed_after_so_many_keys():
    service = LocalKeys()
    keys = Wrapping(service)
    for _ in range(MAX_WRAPPED + 1):
        keys.generate()
    assert service.generated == 2


def test_the_upper_key_is_changed_when_it_is_old():
    service, clock = LocalKeys(), Clock()
    keys = Wrapping(service, clock)
    first = keys.generate()
    clock.now = MAX_AGE
    keys.generate()
    assert service.generated == 1
    clock.now += 1
    keys.generate()
    assert service.generated == 2
    assert keys.unwrap(first[1]) == first[0]


def test_a_key_that_the_service_wrapped_directly_still_opens():
    service = LocalKeys()
    plain, wrapped = service.generate()
    assert Wrapping(service).unwrap(wrapped) == plain


def test_nobody_without_the_service_unwraps_a_key():
    _, wrapped = Wrapping(LocalKeys()).generate()
    with pytest.raises(Problem, match="seal-broken"):
        Wrapping(LocalKeys(master=bytes(31) + b"x")).unwrap(wrapped)


@given(st.data())
def test_one_bit_is_enough_to_break_a_wrapped_key(data):
    keys = Wrapping(LocalKeys())
    _, wrapped = keys.generate()
    place = data.draw(
        st.integers(4 * 8, len(wrapped) * 8 - 1)
    )  # behind the mark: without it, it is another form
    spoilt = bytearray(wrapped)
    spoilt[place // 8] ^= 1 << place % 8
    with pytest.raises(Problem, match="seal-broken"):
        keys.unwrap(bytes(spoilt))


@pytest.mark.parametrize("length", [4, 5, 6, 20, 80])
def test_a_key_cut_short_is_a_broken_seal_not_a_crash(length):
    keys = Wrapping(LocalKeys())
    with pytest.raises(Problem, match="seal-broken"):
        keys.unwrap(keys.generate()[1][:length])
