"""The engine behind forms against the official test suite of JSON Schema 2020-12."""

from __future__ import annotations

from chalicelib.domain.formats import matches
from chalicelib.domain.forms import compile_form
from tests.contract.json_schema_suite import Case, cases, remotes


def _failures(found: list[Case], shared: dict) -> list[str]:
    wrong = []
    for case in found:
        form = compile_form(case.schema, shared, formats=False)
        if form.is_valid(case.value) != case.valid or (form.errors(case.value) == []) != case.valid:
            wrong.append(case.name)
    return wrong


def test_every_mandatory_test_of_draft_2020_12_passes():
    found = list(cases("."))

    assert len(found) > 1_200
    assert _failures(found, remotes()) == []


def test_the_harness_notices_a_wrong_verdict():
    found = list(cases(".", "minLength.json"))
    turned = [case._replace(valid=not case.valid) for case in found]

    assert len(_failures(turned, {})) == len(found) > 0


def test_the_suites_own_vectors_for_dates_agree_with_ours():
    found = [case for case in cases("optional/format", "date.json") if isinstance(case.value, str)]
    asserted = compile_form({"format": "date"})

    assert len(found) > 40
    assert [case.name for case in found if matches("date", case.value) != case.valid] == []
    assert [case.name for case in found if asserted.is_valid(case.value) != case.valid] == []
