"""Measures the validation of a 77-leaf application against `jsonschema` with a reused validator."""

from __future__ import annotations

from typing import Any

import jsonschema_rs

from chalicelib.domain.forms import Form, compile_form
from tests.bench.cpu import Pair, alone, compare, versions
from tests.builders_forms import application, application_form, shared_schemas, spoiled
from tests.second_opinion import second_opinion

GOAL = 90.0  # for a valid application, by `is_valid` and by asking for all errors alike


def run() -> dict[str, Any]:
    """The worse of two pairs is the row: the valid application, by `is_valid` and by asking for all errors.

    What spoiled applications take stands in `detail`: there ours makes findings with sentences in two languages,
    while the alternative makes its own error objects.
    """
    schema, shared = application_form(), shared_schemas()
    form, other = compile_form(schema, shared), second_opinion(schema, shared)
    pairs: dict[str, Pair] = {}
    for mistakes, name in ((0, "valid"), (1, "1 mistake"), (3, "3 mistakes"), (7, "7 mistakes")):
        document = spoiled(application(), mistakes)
        if len(form.errors(document)) != mistakes:
            raise AssertionError(f"not {mistakes} mistakes")
        pairs |= {f"{name}, {what}": pair for what, pair in _measured(form, other, document)}
    valid = {name: pair for name, pair in pairs.items() if name.startswith("valid")}
    which, worst = min(valid.items(), key=lambda each: each[1].ratio)
    detail = {name: pair.as_json() for name, pair in pairs.items()}
    return {
        "name": "validate-form",
        "value": round(worst.ours, 2),
        "unit": f"µs CPU ({which})",
        "alternative": "jsonschema, reused validator",
        "alternative_value": round(worst.theirs, 1),
        "ratio": round(worst.ratio, 1),
        "floor": round(_floor(), 2),
        "goal": f"ratio >= {GOAL:.0f}",
        "ok": worst.ratio >= GOAL,
        "detail": {**detail, "leaves": 77, "versions": versions("jsonschema-rs", "jsonschema")},
    }


def _measured(form: Form, other: Any, document: Any) -> list[tuple[str, Pair]]:
    return [
        ("is_valid", compare(lambda: form.is_valid(document), lambda: other.is_valid(document))),
        ("all errors", compare(lambda: form.errors(document), lambda: list(other.iter_errors(document)))),
    ]


def _floor() -> float:
    """The engine merely visiting every member of the document."""
    document = application()
    visit = {"items": {"$ref": "#"}, "additionalProperties": {"$ref": "#"}}
    engine = jsonschema_rs.Draft202012Validator(visit, offline=True)
    return alone(lambda: engine.is_valid(document))
