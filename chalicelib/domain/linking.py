"""Decides which links a state makes or ends, as the item declares, and which of their ends one alone may hold.

What a relation is, is data (kind `relations`): how many links either end may have, and whether the commit keeps to it.
An end is a case (`cas_…`), a record (`record:<register>/<id>`) or a definition as it was (`definition:<hash>`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain.change import Link, Lock
from chalicelib.domain.definitions import Definition
from chalicelib.domain.outcomes import value_of

if TYPE_CHECKING:
    from chalicelib.domain.transitions import Course

KIND = "relations"
PROJECT = "project"  # the relation whose record has a dossier
MAX_ID = 256  # characters of a record's id; a form may say anything


def record_end(register: str, record_id: str) -> str:
    """The end of a link that stands for a record."""
    return f"record:{register}/{record_id}"


def kind_of(end: str) -> str:
    """`case`, `record` or `definition`."""
    return "case" if end.startswith("cas_") else end.partition(":")[0]


def record_of(end: str) -> tuple[str, str] | None:
    """Register and id of the record that an end stands for."""
    kind, _, place = end.partition(":")
    register, _, identity = place.partition("/")
    return (register, identity) if kind == "record" else None


def relation_of(definitions: Mapping[str, Definition], rel: str) -> Definition:
    """The relation as the case's release has it; one that nobody declared binds nothing."""
    return definitions.get(f"{KIND}/{rel}", {})


def locks_of(relation: Definition, link: Link, *, release: bool = False) -> list[Lock]:
    """What one link alone may hold: an exclusive relation's end that has but one other end."""
    if not relation.get("exclusive"):
        return []
    left, _, right = str(relation["cardinality"]).partition("-to-")
    ends = [(link.source, link.target, right), (link.target, link.source, left)]
    return [Lock(end, link.rel, holder, release) for end, holder, many in ends if many == "one"]


def write_links(course: Course, state: str) -> None:
    """Put into the course a link for each `{"link": …}` of the state, an end of one for each `{"unlink": …}`.

    Where the form says nothing at the place of an end, there is nothing to link.
    """
    for declared in course.world.bundle.item.get("outcomes", {}).get(state, ()):
        rel = declared.get("link") or declared.get("unlink")
        if rel is None:
            continue
        source, target = _end(course, declared.get("source")), _end(course, declared.get("target"))
        if source and target:
            put(course, str(rel), source, target, ends="unlink" in declared)


def put(course: Course, rel: str, source: str, target: str, *, ends: bool = False) -> None:
    """A link of the course's case from now on, or one that ends now, with what it locks or gives back.

    What the case is linked to stands in its head: a state that is entered again links nothing twice, and what was
    never linked has no end, so that no decision has to read the links.
    """
    case, told = course.case, [rel, source, target]
    if ends is not (told in [list(one) for one in case.linked]):
        return
    known = [one for one in case.linked if list(one) != told]
    course.case = replace(case, linked=tuple(known if ends else [*known, told]))
    new = next((one for one in course.links if [one.rel, one.source, one.target] == told), None)
    if ends and new is not None:  # made and ended by one decision: it never was
        course.links = [one for one in course.links if one is not new]
        course.locks = [
            one for one in course.locks if (one.rel, {one.end, one.holder}) != (rel, {source, target})
        ]
        return
    link = (
        Link(source, rel, target, valid_to=case.at) if ends else Link(source, rel, target, valid_from=case.at)
    )
    course.links.append(link)
    course.locks += locks_of(relation_of(course.world.bundle.definitions, rel), link, release=ends)


def declared_links(item: Definition) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    """(state, place, what is declared) of every link that the item makes or ends."""
    for state, outcomes in item.get("outcomes", {}).items():
        for index, one in enumerate(outcomes):
            if "link" in one or "unlink" in one:
                yield state, index, one


def _end(course: Course, declared: Mapping[str, Any] | None) -> str | None:
    if declared is None:
        return course.case.id
    key = value_of(course, declared["key"])
    if not isinstance(key, str | int) or not 0 < len(str(key)) <= MAX_ID:
        return None
    return record_end(str(declared["register"]), str(key))
