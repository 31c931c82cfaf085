"""Decides what the breach of a due writes into a register: the note that whoever asks for a record will find."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.domain.definitions import Definition
from chalicelib.domain.outcomes import RecordsNeeded, put, value_of

if TYPE_CHECKING:
    from chalicelib.domain.dues import Owed
    from chalicelib.domain.transitions import Course

KNOWN = frozenset({"key", "id", "part", "deadline", "amount", "by", "to"})  # after `due:`


def write(course: Course, declaration: Definition, owed: Owed, number: int) -> None:
    """Put the record of this breach into the course. Raises RecordsNeeded for one that has to be read first."""
    note = declaration.get("on_breach", {}).get("record")
    if note is None:
        return
    about = _about(course, declaration, owed, number)
    place = (str(note["register"]), str(_value(course, note["key"], about)))
    if place not in course.records:
        raise RecordsNeeded([place])
    put(course, place, {name: _value(course, value, about) for name, value in note["set"].items()})


def _about(course: Course, declaration: Definition, owed: Owed, number: int) -> dict[str, Any]:
    from chalicelib.domain.dues import OFFICE, subject_of

    case, part = course.case, owed["parts"][number - 1]
    named = {side: str(declaration.get(side, OFFICE)) for side in ("by", "to")}
    return {
        "key": f"{case.number}-{owed['id']}-{number}", "id": owed["id"], "part": number,
        "deadline": course.world.times.day_of(part["deadline"]).isoformat(),
        "amount": part["amount"] - part.get("paid", 0) if "amount" in part else None,
        **{side: subject_of(case, token) or f"node:{case.node}" for side, token in named.items()},
    }  # fmt: skip


def _value(course: Course, value: Any, about: Mapping[str, Any]) -> Any:
    source, _, name = value.partition(":") if isinstance(value, str) else ("", "", "")
    return about.get(name) if source == "due" else value_of(course, value)
