"""The same forms judged by `jsonschema`, the alternative in benches and the second opinion in tests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import jsonschema
from referencing import Registry, Resource

from chalicelib.domain.formats import FORMATS, matches


def second_opinion(schema: Any, shared: Mapping[str, Any]) -> jsonschema.Draft202012Validator:
    """A reusable validator; Python's `$` forgives a final newline, so it is written `\\Z` for it."""
    checker = jsonschema.FormatChecker(formats=())
    for name in FORMATS:
        checker.checks(name)(lambda value, name=name: not isinstance(value, str) or matches(name, value))
    resources = [(uri, Resource.from_contents(_for_python(document))) for uri, document in shared.items()]
    registry = Registry().with_resources(resources)
    return jsonschema.Draft202012Validator(_for_python(schema), registry=registry, format_checker=checker)


def _for_python(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            key: re.sub(r"(?<!\\)\$$", r"\\Z", value) if key == "pattern" else _for_python(value)
            for key, value in schema.items()
        }
    return [_for_python(each) for each in schema] if isinstance(schema, list) else schema


def pointers(validator: jsonschema.Draft202012Validator, value: Any) -> set[str]:
    """Where it finds something wrong; a missing or extra member is pointed at itself, as ours does."""
    found: set[str] = set()
    for error in validator.iter_errors(value):
        path = list(error.absolute_path)
        if error.validator == "required":
            found.add(_pointer([*path, re.fullmatch(r"'(.*)' is a required property", error.message)[1]]))
        elif error.validator == "additionalProperties":
            extra = set(error.instance) - set(error.schema["properties"])
            found |= {_pointer([*path, name]) for name in extra}
        else:
            found.add(_pointer(path))
    return found


def _pointer(path: list[Any]) -> str:
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in path)
