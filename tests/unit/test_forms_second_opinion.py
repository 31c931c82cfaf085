"""Mutated applications judged twice: our engine and `jsonschema` give the same verdict about the same places."""

from __future__ import annotations

import pytest

from chalicelib.domain.forms import compile_form
from tests.builders_forms import LEAVES, Dice, application, application_form, leaves, mutated, shared_schemas
from tests.second_opinion import pointers, second_opinion


def disagreements(count: int, seed: str) -> tuple[list[object], int]:
    """The documents about which the two disagree, and how many were valid."""
    schema, shared, document = application_form(), shared_schemas(), application()
    ours, theirs = compile_form(schema, shared), second_opinion(schema, shared)
    wrong, valid = [], 0
    for number in range(count):
        value = mutated(document, Dice(f"{seed}:{number}"))
        expected = pointers(theirs, value)
        verdict = ours.is_valid(value)
        found = {each.pointer for each in ours.errors(value)}
        valid += verdict
        if verdict != (not expected) or found != expected:
            wrong.append((value, sorted(found ^ expected)))
    return wrong, valid


def test_the_application_has_77_leaves_and_both_accept_it():
    schema, shared, document = application_form(), shared_schemas(), application()

    assert leaves(document) == LEAVES == 77
    assert compile_form(schema, shared).errors(document) == []
    assert pointers(second_opinion(schema, shared), document) == set()


def test_two_thousand_mutated_applications_get_the_same_verdict_and_places_from_both():
    wrong, valid = disagreements(2_000, "unit")

    assert wrong == []
    assert 100 < valid < 1_000  # the mutations leave some valid and spoil most


@pytest.mark.proof
def test_ten_thousand_mutated_applications_get_the_same_verdict_and_places_from_both():
    wrong, valid = disagreements(10_000, "proof")

    assert wrong == []
    assert 500 < valid < 5_000
