"""Measures the validation of a 77-leaf application against `jsonschema` with a reused validator."""

from __future__ import annotations

from typing import Any

import jsonschema_rs

from chalicelib.domain.forms import compile_form
from tests.bench.cpu import alone, compare, versions
from tests.builders_forms import application, application_form, shared_schemas, spoiled
from tests.second_opinion import second_opinion

GOAL = 90.0


def run() -> dict[str, Any]:
    """Microseconds for the valid application, the common case: the worse of `is_valid` and of all errors.

    What applications with mistakes cost, where both sides must also make error objects (and ours the
    sentences in two languages), is in `detail` and does not count towards `ok`.
    """
    schema, shared = application_form(), shared_schemas()
    form, other = compile_form(schema, shared), second_opinion(schema, shared)
    detail: dict[str, Any] = {"versions": versions("jsonschema-rs", "jsonschema"), "leaves": 77}
    pairs = {}
    for mistakes in (0, 1, 3, 7):
        document = spoiled(application(), mistakes)
        first = compare(lambda: form.is_valid(document), lambda: other.is_valid(document))
        every = compare(lambda: form.errors(document), lambda: list(other.iter_errors(document)))
        pairs[mistakes] = (first, every)
        detail[f"{mistakes} mistakes"] = {"is_valid": first.as_json(), "all errors": every.as_json()}
    worse = min(pairs[0], key=lambda pair: pair.ratio)
    return {
        "name": "validate-form",
        "value": round(worse.ours, 2),
        "unit": "µs CPU",
        "alternative": "jsonschema, reused validator",
        "alternative_value": round(worse.theirs, 1),
        "ratio": round(worse.ratio, 1),
        "floor": round(_floor(), 2),
        "goal": GOAL,
        "ok": worse.ratio >= GOAL,
        "detail": detail,
    }


def _floor() -> float:
    """The engine merely visiting every member of the document."""
    document = application()
    visit = {"items": {"$ref": "#"}, "additionalProperties": {"$ref": "#"}}
    engine = jsonschema_rs.Draft202012Validator(visit, offline=True)
    return alone(lambda: engine.is_valid(document))
