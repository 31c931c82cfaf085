"""Decides what a declared amount or key is: a number, or where it stands in form, input, facts, parties, rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.domain.outcomes import value_of
from chalicelib.domain.readings import ABSENT, read

if TYPE_CHECKING:
    from chalicelib.domain.transitions import Course, Happening


def sourced(course: Course, what: Happening, token: Any) -> Any:
    """`party:<role>`, `input:/pointer`, `fact:<id>`, `form:/pointer`, `case:<member>`; None where it is not there."""
    source, _, rest = token.partition(":") if isinstance(token, str) else ("", "", "")
    if source == "party":
        return {str(party["role"]): party["subject"] for party in course.case.parties}.get(rest)
    if source == "input":
        found = read(what.data.get("input", {}), rest)
        return None if found is ABSENT else found
    if source == "fact":
        pinned = course.facts.get(rest)
        return pinned.value if pinned and pinned.known else None
    return value_of(course, token)


def whole(course: Course, what: Happening, said: Any) -> int | None:
    """A whole number that is not negative: said outright, found at a source, or a rule's output; else None."""
    value = _ruled(course, said) if isinstance(said, Mapping) else sourced(course, what, said)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _ruled(course: Course, said: Mapping[str, Any]) -> Any:
    from chalicelib.domain import rules

    world = course.world
    decided = rules.decide(world.bundle.rules[str(said["rule"])], course.facts, world.today)
    return (decided.result or {}).get(str(said["output"]))
