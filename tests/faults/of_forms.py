"""Faults of schemas: of items' forms, of what moves ask for, of registers' records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.faults.planting import Body, Clean, Place, Random, fault

FIELD = {"title": "Planted", "x-title": {"zh": "栽入", "en": "Planted"}, "x-ui": {"order": 99}}


def schemas(body: Body) -> list[tuple[str, Body]]:
    """The schemas that a definition holds, with where: its form, its records', its moves' inputs."""
    found = [("/form", body["form"])] if "form" in body else []
    found += [("/schema", body["schema"])] if body["kind"] == "registers" else []
    moves = body.get("moves", {}) if body["kind"] == "processes" else {}
    return found + [
        (f"/moves/{name}/input", move["input"]) for name, move in moves.items() if "input" in move
    ]


def chosen(body: Body, rng: Random) -> tuple[str, Body] | None:
    found = [one for one in schemas(body) if isinstance(one[1].get("properties"), dict)]
    return rng.choice(found) if found else None


def _plant(body: Body, rng: Random, field: Body, at: str) -> Place:
    """A further field that carries the fault."""
    place = chosen(body, rng)
    if place is None:
        return None
    pointer, schema = place
    schema["properties"]["planted"] = FIELD | field
    return f"{pointer}/properties/planted{at}"


def everywhere(name: str, code: str, field: Body, at: str) -> None:
    """The same fault in all three sorts of schemas: three kinds of the catalogue."""
    for of in ("items", "processes", "registers"):

        def spoil(body: Body, clean: Clean, rng: Random) -> Place:
            return _plant(body, rng, field, at)

        spoil.__name__ = f"{name}_in_{of}"
        fault(of, code)(spoil)


everywhere(
    "minimum_above_maximum", "bounds-crossed", {"type": "integer", "minimum": 9, "maximum": 3}, "/minimum"
)
everywhere(
    "longer_than_the_longest",
    "bounds-crossed",
    {"type": "string", "minLength": 9, "maxLength": 3},
    "/minLength",
)
everywhere(
    "more_items_than_allowed", "bounds-crossed", {"type": "array", "minItems": 9, "maxItems": 3}, "/minItems"
)
everywhere("nothing_to_choose_from", "enum-empty", {"type": "string", "enum": []}, "/enum")
everywhere("choice_of_another_type", "enum-of-another-type", {"type": "string", "enum": [1]}, "/enum")
everywhere(
    "pattern_that_takes_for_ever", "pattern-not-linear", {"type": "string", "pattern": "(a)\\1"}, "/pattern"
)
everywhere("pattern_that_engines_read_differently", "pattern-not-portable", {"pattern": "^\\d+$"}, "/pattern")
everywhere("format_that_nobody_knows", "format-unknown", {"type": "string", "format": "postcode"}, "/format")
everywhere("reference_into_nothing", "reference-dangling", {"$ref": "#/$defs/nowhere"}, "/$ref")
everywhere(
    "reference_to_another_server", "reference-unknown", {"$ref": "https://example.com/a.json"}, "/$ref"
)
everywhere("constant_with_a_fraction", "not-canonical", {"const": 0.5}, "/const")
everywhere(
    "required_and_forbidden_inside",
    "required-forbidden",
    {"type": "object", "additionalProperties": False, "required": ["gone"], "properties": {}},
    "/required/0",
)


@fault("items", "required-forbidden")
def required_field_that_the_form_forbids(item: Body, clean: Clean, rng: Random) -> Place:
    form = item.get("form", {})
    if form.get("additionalProperties") is not False:
        return None
    form["required"] = [*form.get("required", ()), "no_such_field"]
    return f"/form/required/{len(form['required']) - 1}"


@fault("items", "form-open")
def form_that_takes_anything(item: Body, clean: Clean, rng: Random) -> Place:
    closed = [
        word for word in ("additionalProperties", "unevaluatedProperties") if word in item.get("form", {})
    ]
    for word in closed:
        del item["form"][word]
    return "/form" if closed else None


def _titled(schema: Any, pointer: str) -> Iterator[tuple[str, Body]]:
    for name, field in schema.get("properties", {}).items():
        here = f"{pointer}/properties/{name}"
        if isinstance(field, dict) and "x-title" in field and "$ref" not in field:
            yield here, field
        if isinstance(field, dict):
            yield from _titled(field, here)


@fault("items", "title-missing")
def field_without_an_english_title(item: Body, clean: Clean, rng: Random) -> Place:
    fields = list(_titled(item.get("form", {}), "/form"))
    if not fields:
        return None
    pointer, field = rng.choice(fields)
    del field["x-title"]["en"]
    return pointer


@fault("items", "shape", "schema-invalid")
def field_of_a_type_that_does_not_exist(item: Body, clean: Clean, rng: Random) -> Place:
    return _plant(item, rng, {"type": "text"}, "/type")


@fault("items", "not-canonical")
def field_whose_key_is_not_ascii(item: Body, clean: Clean, rng: Random) -> Place:
    if "form" not in item:
        return None
    item["form"]["properties"]["名称"] = dict(FIELD)
    return "/form/properties"
