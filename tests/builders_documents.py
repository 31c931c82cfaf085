"""Documents for every form of the pack: what its examples fill in, spoiled in seeded ways, judged by the server."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from chalicelib.domain import canonical
from chalicelib.domain.expansion import expand
from chalicelib.domain.forms import compile_form
from chalicelib.domain.forms_schema import subschemas
from chalicelib.stores.schema_files import load_pack
from tests.builders_forms import Dice, application, application_form, mutated, places, shared_schemas

SCHEMAS = Path(__file__).parents[1] / "schemas"
_LINES = "一\r二"  # to a dot in a pattern a carriage return is a character, but not in JavaScript
MADE_UP = ("application", "vocabulary")
_FILLED: dict[str, Any] = {"string": "示例文字", "integer": 1, "boolean": True, "null": None, "number": 1}
_FORMATTED = {"date": "2026-03-02", "cn-mobile": "13800000001", "email": "a@example.com"}


class Sample(NamedTuple):
    """A form, what is filled in where it is used, and the values that its conditions ask about."""

    form: Mapping[str, Any]
    documents: list[Any]
    words: list[Any]
    names: list[str]


@cache
def samples() -> dict[str, Sample]:
    """Forms of items (`items/<id>`), inputs of moves (`processes/<id>#<move>`), and two made up here."""
    world = expand(load_pack(SCHEMAS).definitions).world
    found: dict[str, tuple[Any, list[Any]]] = {
        "application": (application_form(), [application()]),
        "vocabulary": (vocabulary_form(), [vocabulary()]),
    }
    for key, process in world.items():
        if key.startswith("processes/"):
            moves = {name: move["input"] for name, move in process["moves"].items() if "input" in move}
            found |= {f"{key}#{name}": (schema, []) for name, schema in moves.items()}
    for key, item in world.items():
        if key.startswith("items/"):
            _of_item(key, item, found)
    return {name: _sample(form, documents) for name, (form, documents) in found.items()}


def judged(count: int, seed: str) -> Iterator[dict[str, Any]]:
    """So many documents, the forms in turn, each with everything that the server finds wrong in it, in its order."""
    shared, names = shared_schemas(), sorted(samples())
    for number in range(count):
        dice = Dice(f"{seed}:{number}")
        name = MADE_UP[dice.below(2)] if number % 8 == 0 else names[number % len(names)]
        sample = samples()[name]
        value = _within_profile(spoiled(sample, dice))
        errors = compile_form(sample.form, shared).errors(value)
        findings = [[one.pointer, one.code, one.message.zh, one.message.en] for one in errors]
        yield {"form": name, "value": value, "findings": findings}


def spoiled(sample: Sample, dice: Dice) -> Any:
    """A document with up to five things changed, some of them to what the form itself speaks of."""
    value = dice.one_of(sample.documents)
    for _ in range(dice.below(3)):
        value = _reworded(value, sample, dice)
    return mutated(value, dice) if dice.below(2) else value


def vocabulary_form() -> dict[str, Any]:
    """What the form gate lets pass and the pack does not use: the two engines must agree about it all the same."""
    text = {"type": "string"}
    near = {
        "properties": {"kind": {"const": "near"}, "street": {**text, "minLength": 2}},
        "required": ["street"],
    }
    far = {"properties": {"kind": {"const": "far"}, "country": text}, "required": ["kind", "country"]}
    properties = {
        "place": {"type": "object", "anyOf": [near, far], "x-title": {"zh": "地点", "en": "Place"}},
        "either": {"oneOf": [{"type": "string"}, {"type": "array", "items": text}, {"type": "null"}]},
        "pair": {"type": "array", "prefixItems": [text, {"type": "integer"}], "items": False, "minItems": 1},
        "some": {"type": "array", "contains": {"const": "a"}, "minContains": 1, "maxContains": 2},
        "open": {
            "type": "object",
            "patternProperties": {"^x_.$": text},
            "additionalProperties": {"type": "integer"},
        },
        "named": {
            "type": "object",
            "propertyNames": {"pattern": "^[a-z]+$"},
            "minProperties": 1,
            "maxProperties": 3,
        },
        "line": {"type": "string", "pattern": "^.{2,4}$", "x-hint": {"zh": "二至四字", "en": "two to four"}},
        "never": {"not": {"enum": ["no", 0]}},
        "amount": {"type": "integer", "multipleOf": 100, "exclusiveMinimum": 0, "exclusiveMaximum": 1000},
        "maybe": {"type": ["string", "null"], "title": "Maybe"},
        "gone": False,
    }
    mixed = {
        "if": {
            "anyOf": [{"required": ["maybe"]}, {"allOf": [{"required": ["line"]}, {"required": ["some"]}]}]
        },
        "then": {"required": ["amount"], "properties": {"amount": {"minimum": 200}}},
        "else": {"properties": {"amount": False}},
    }
    return {
        "type": "object",
        "properties": properties,
        "required": ["line", "place"],
        "dependentRequired": {"pair": ["some", "named"]},
        "dependentSchemas": {"never": {"required": ["maybe"]}},
        "allOf": [mixed, {"properties": {"beside": text}}],
        "unevaluatedProperties": False,
    }


def vocabulary() -> dict[str, Any]:
    return {
        "place": {"kind": "near", "street": "示例路"},
        "either": ["a"],
        "pair": ["a", 1],
        "some": ["a", "b"],
        "open": {"x_1": "a", "n": 1},
        "named": {"a": 1},
        "line": "示例",
        "never": "yes",
        "amount": 300,
        "maybe": None,
        "beside": "a",
    }


def _of_item(key: str, item: Mapping[str, Any], found: dict[str, tuple[Any, list[Any]]]) -> None:
    if "form" in item:
        filled = [one["form"] for one in item.get("examples", ()) if one.get("form")]
        found[key] = (item["form"], filled)
    for example in item.get("examples", ()):
        for step in example.get("moves", ()):
            _, documents = found.get(f"processes/{item.get('process')}#{step.get('move')}", (None, []))
            if step.get("input") and step["input"] not in documents:
                documents.append(step["input"])


def _sample(form: Mapping[str, Any], documents: list[Any]) -> Sample:
    words: dict[str, Any] = {}
    names: dict[str, None] = {"extra": None}
    for _, schema in subschemas(form):
        names |= dict.fromkeys(schema.get("properties", ()))
        told = [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else [])]
        told += [schema[limit] for limit in ("minimum", "maximum") if limit in schema]
        words |= {json.dumps(one): one for one in told}
    return Sample(form, documents or [_filled(form)], [*words.values(), _LINES], list(names))


def _within_profile(value: Any) -> Any:
    """Integers as the server accepts them at all (`canonical.check`): beyond 2^53 JavaScript has no such number."""
    if isinstance(value, dict):
        return {name: _within_profile(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_within_profile(member) for member in value]
    is_unsafe = isinstance(value, int) and abs(value) >= canonical.MAX_SAFE
    return canonical.MAX_SAFE - 1 if is_unsafe else value


def _filled(schema: Any) -> Any:
    """Something for every field, where no example says what."""
    if "$ref" in schema:
        return _filled(shared_schemas().get(schema["$ref"], {}))
    if told := [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else [])]:
        return told[0]
    kind = schema.get("type", "string")
    if kind == "object":
        return {name: _filled(member) for name, member in schema.get("properties", {}).items()}
    if kind == "array":
        return [_filled(schema.get("items", {}))]
    return _FORMATTED.get(schema.get("format", ""), schema.get("minimum", _FILLED.get(kind)))


def _reworded(document: Any, sample: Sample, dice: Dice) -> Any:
    """A copy in which a place holds another word of the form: conditions begin and cease to hold."""
    copy = json.loads(json.dumps(document))
    paths = list(places(copy))
    if not paths:
        return copy
    *way, last = dice.one_of(paths)
    holder = copy
    for token in way:
        holder = holder[token]
    kind = dice.below(4)
    if kind == 0 and isinstance(holder[last], dict):
        holder[last][dice.one_of(sample.names)] = dice.one_of(sample.words)
    elif kind == 1 and isinstance(holder, dict):
        del holder[last]
    else:
        holder[last] = dice.one_of(sample.words)
    return copy
