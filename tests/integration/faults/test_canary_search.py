"""The search for canaries sees through every wrapping, and does not see what is not there."""

from __future__ import annotations

import itertools
import json
import os

import pytest

from tests.integration.faults.canaries import LEFT_OPEN, PLANTED, WRAPPINGS, found, id_number, needles

# Raw deflate has no mark: it is only recognised where a value begins, not in the middle of plain text.
UNMARKED = {("deflated raw", "plain"), ("deflated with preset words", "plain")}
PAIRS = [pair for pair in itertools.product(WRAPPINGS, WRAPPINGS) if pair not in UNMARKED]


@pytest.mark.parametrize("word", PLANTED.words)
@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_a_canary_is_found_in_each_wrapping(word, wrapping):
    for code in ("utf-8", "gb18030", "utf-16-le"):
        assert found(WRAPPINGS[wrapping](word.encode(code)), needles([word])), code


@pytest.mark.parametrize(("inner", "outer"), PAIRS, ids=["in".join(pair) for pair in PAIRS])
def test_a_canary_is_found_in_one_wrapping_inside_another(inner, outer):
    wrapped = WRAPPINGS[outer](WRAPPINGS[inner](PLANTED.name.encode()))
    assert found(wrapped, needles([PLANTED.name]))


def test_a_canary_is_found_behind_json_escapes_even_twice():
    escaped = json.dumps(json.dumps({"name": PLANTED.name}))
    assert PLANTED.name not in escaped
    assert found(escaped.encode(), needles([PLANTED.name]))


def test_random_bytes_and_another_person_are_no_canary():
    other = b"".join(wrap(word.encode()) for wrap in WRAPPINGS.values() for word in LEFT_OPEN.words)
    assert not found(os.urandom(200_000) + other, needles(PLANTED.words))


def test_the_check_character_of_the_planted_number_is_right():
    assert id_number("11010519491231002") == "11010519491231002X"  # GB 11643-1999's own example
