"""Measures bytes of a request to a checked dict: parsed, within limits, canonical, valid against its form."""

from __future__ import annotations

import json
from typing import Any

import orjson

from chalicelib.domain.forms import compile_form, parse
from tests.bench.cpu import alone, compare, versions
from tests.builders_forms import application, application_form, shared_schemas
from tests.second_opinion import second_opinion

GOAL = 40.0


def run() -> dict[str, Any]:
    """Microseconds for the valid 77-leaf application; the alternative checks neither depth nor profile."""
    schema, shared = application_form(), shared_schemas()
    form, other = compile_form(schema, shared), second_opinion(schema, shared)
    body = orjson.dumps(application())
    pair = compare(lambda: form.is_valid(parse(body)), lambda: other.is_valid(json.loads(body)))
    parts = {"parse": alone(lambda: parse(body)), "json.loads": alone(lambda: json.loads(body))}
    return {
        "name": "request-to-dict",
        "value": round(pair.ours, 2),
        "unit": "µs CPU",
        "alternative": "json.loads + jsonschema, reused validator",
        "alternative_value": round(pair.theirs, 1),
        "ratio": round(pair.ratio, 1),
        "floor": round(alone(lambda: orjson.loads(body)), 2),
        "goal": f"ratio >= {GOAL:.0f}",
        "ok": pair.ratio >= GOAL,
        "detail": {
            "bytes": len(body),
            "versions": versions("jsonschema-rs", "orjson", "jsonschema"),
            **{name: round(value, 2) for name, value in parts.items()},
        },
    }
