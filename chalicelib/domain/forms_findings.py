"""Decides what is reported for each error of the engine: where, under which keyword, of which alternative."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from chalicelib.domain.formats import FORMATS
from chalicelib.domain.forms_messages import sentence
from chalicelib.domain.forms_schema import Places, pointer
from chalicelib.domain.problems import Finding

_REMEMBERED = 256  # findings kept for the next person who makes the same mistake
_OF_PATTERN = {each.pattern: name for name, each in FORMATS.items()}
_ALTERNATIVES = {"oneOf", "anyOf"}
_ABOUT_VALUE = {"additionalProperties", "unevaluatedProperties", "propertyNames", *_ALTERNATIVES}
_PARAMS = {
    "limit",
    "multiple_of",
    "types",
    "format",
    "property",
    "options",
}  # said by the schema, not the person


class Reporter:
    """Turns the engine's errors into findings; no finding holds a value that was entered."""

    __slots__ = ("_places", "_remembered")

    def __init__(self, places: Places) -> None:
        self._places = places
        self._remembered: dict[object, list[Finding]] = {}

    def report(self, errors: Iterable[Any]) -> list[Finding]:
        found: list[Finding] = []
        for error in errors:
            found += self._explain(error)
        return self._distinct(found) if len(found) > 1 else found

    def _explain(self, error: Any) -> Sequence[Finding]:
        """The findings of one error; one that depends on the place alone is composed once and kept."""
        kind = error.kind
        keyword = kind.name
        if keyword in _ABOUT_VALUE:
            return list(self._about_value(keyword, error))
        member = kind.property if keyword == "required" else None
        key = (member, *error.evaluation_path, None, *error.instance_path)
        return self._remembered.get(key) or self._remember(key, self._about_place(keyword, member, error))

    def _remember(self, key: object, finding: Finding) -> list[Finding]:
        if len(self._remembered) < _REMEMBERED:
            self._remembered[key] = [finding]
        return [finding]

    def _about_place(self, keyword: str, member: str | None, error: Any) -> Finding:
        params = {name: value for name, value in error.kind.as_dict().items() if name in _PARAMS}
        path = error.instance_path if member is None else [*error.instance_path, member]
        if keyword == "pattern" and (name := _OF_PATTERN.get(error.kind.pattern)):
            return self._finding(path, "format", {"format": name})
        if keyword == "const" and error.kind.expected_value is True:
            return self._finding(path, keyword, params, "agree")
        return self._finding(path, keyword, params)

    def _about_value(self, keyword: str, error: Any) -> Iterator[Finding]:
        path = error.instance_path
        if keyword in _ALTERNATIVES:
            yield from self._about_branches(keyword, path, error.kind.context)
        elif keyword == "propertyNames":
            yield self._finding([*path, error.kind.error.instance], keyword, {})
        else:
            yield from (self._finding([*path, name], keyword, {}) for name in error.kind.unexpected)

    def _about_branches(
        self, keyword: str, path: list[str | int], branches: list[list[Any]]
    ) -> Iterator[Finding]:
        """The errors of the one alternative that was plainly meant, or else that none, or several, fit."""
        if not all(branches):  # a branch without errors fits, so more than one did
            yield from self._of_place(path, keyword, "oneOfMany")
            return
        ranked = sorted((_distance(path, branch), place) for place, branch in enumerate(branches))
        best = branches[ranked[0][1]]
        if choice := next((each for each in best if each.kind.name == "const"), None):
            yield from self._of_place(choice.instance_path, "enum", "enum")
        elif _other_type(path, best) or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
            yield from self._of_place(path, keyword, keyword)
        else:
            for error in best:
                yield from self._explain(error)

    def _of_place(self, path: list[str | int], code: str, said: str) -> list[Finding]:
        key = (said, None, *path)
        return self._remembered.get(key) or self._remember(key, self._finding(path, code, {}, said))

    def _finding(
        self, path: Sequence[str | int], code: str, params: Mapping[str, Any], said: str | None = None
    ) -> Finding:
        return Finding(pointer(path), code, sentence(said or code, params, self._places, path), params)

    def _distinct(self, found: list[Finding]) -> list[Finding]:
        """Without what says the same twice, or is called extra only because its own alternative failed."""
        distinct = list({(each.pointer, each.code): each for each in found}.values())
        if all(each.code != "unevaluatedProperties" for each in distinct):
            return distinct
        return [each for each in distinct if not self._echoes(each, distinct)]

    def _echoes(self, extra: Finding, found: list[Finding]) -> bool:
        # Core §11.3: a subschema that failed has evaluated nothing, so all that it knows looks extra.
        if extra.code != "unevaluatedProperties":
            return False
        around = extra.pointer.rpartition("/")[0] + "/"
        others = (each for each in found if each.code != extra.code)
        return any(f"{each.pointer}/".startswith(around) for each in others) and self._places.knows(
            extra.pointer
        )


def _distance(path: list[str | int], branch: list[Any]) -> tuple[bool, int, int]:
    """How far a branch is from being meant: another constant or type chosen, shallow errors, many errors."""
    chosen_otherwise = any(error.kind.name == "const" for error in branch) or _other_type(path, branch)
    return chosen_otherwise, -max(len(error.instance_path) for error in branch), len(branch)


def _other_type(path: list[str | int], branch: list[Any]) -> bool:
    return any(error.kind.name == "type" and error.instance_path == path for error in branch)
