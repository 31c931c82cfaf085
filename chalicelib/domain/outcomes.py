"""Decides what reaching a state writes: records of registers, and which draft was reviewed, as the item declares."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.domain.change import Link, RecordWrite

if TYPE_CHECKING:
    from chalicelib.domain.transitions import Course

# Where a declared value may come from; anything else in `set` is a literal.
SOURCES = ("form", "case", "today")


REVIEWS = "reviews"  # case —reviews→ the definition with a content hash
_HASH = re.compile(r"[0-9a-f]{64}")


class RecordsNeeded(Exception):
    """The decision writes existing records that were not read yet: read these and decide again."""

    def __init__(self, keys: list[tuple[str, str]]) -> None:
        super().__init__(str(keys))
        self.keys = keys


def with_empty_registers(play: Callable[[Mapping[tuple[str, str], Any]], Course]) -> Course:
    """Play a decision in a world whose registers are empty: every record that it writes is a first version."""
    records: dict[tuple[str, str], Any] = {}
    while True:
        try:
            return play(records)
        except RecordsNeeded as needed:
            records |= dict.fromkeys(needed.keys)


def outcome_records(course: Course, outcome: str) -> list[RecordWrite]:
    """One RecordWrite for each `{"record", "key", "set"}` of the outcome, merged over what stands there now."""
    declared = [
        one for one in course.world.bundle.item.get("outcomes", {}).get(outcome, ()) if "record" in one
    ]
    keys = [(str(one["record"]), str(value_of(course, one["key"]))) for one in declared]
    missing = [
        key for key, one in zip(keys, declared, strict=True) if key not in course.records and not _is_own(one)
    ]
    if missing:
        raise RecordsNeeded(missing)
    today = course.world.today.isoformat()
    return [_write(course, key, one, today) for key, one in zip(keys, declared, strict=True)]


def outcome_links(course: Course, state: str, at: int) -> list[Link]:
    """A link for each `{"reviews": "form:/…"}` of the state: what the case says of a draft holds for that hash only."""
    declared = [one for one in course.world.bundle.item.get("outcomes", {}).get(state, ()) if REVIEWS in one]
    hashes = [str(value_of(course, one[REVIEWS])) for one in declared]
    return [
        Link(course.case.id, REVIEWS, reviewed(hash_), valid_from=at)
        for hash_ in hashes
        if _HASH.fullmatch(hash_)
    ]


def reviewed(content_hash: str) -> str:
    """The end of the link that stands for a definition as it was reviewed."""
    return f"definition:{content_hash}"


def _is_own(declared: Mapping[str, Any]) -> bool:
    """Whether the record's key is the case's own, so that nothing can stand there before the case ends.

    It is written unread, as a first version, which saves a round trip; should it be there after all, the commit's
    condition refuses, and the next attempt reads it (`CommitRefused.records`).
    """
    return str(declared["key"]).startswith("case:")


def _write(course: Course, key: tuple[str, str], declared: Mapping[str, Any], today: str) -> RecordWrite:
    present = course.records.get(key)
    body = {**(present.body if present else {}), **_resolved(course, declared.get("set", {}))}
    return RecordWrite(
        *key, present.revision if present else 0, body, today, present.key if present else None
    )


def _resolved(course: Course, values: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: value_of(course, value) for name, value in values.items()}
    return {name: value for name, value in found.items() if value is not None}


def value_of(course: Course, declared: Any) -> Any:
    """`form:/pointer`, `case:number`, `today` — or the literal itself."""
    source, _, path = declared.partition(":") if isinstance(declared, str) else ("", "", "")
    if source == "form" and path.startswith("/"):
        return _at(course.form, path)
    if source == "case" and path:
        return getattr(course.case, path, None)
    if declared == "today":
        return course.world.today.isoformat()
    return declared


def _at(form: Any, pointer: str) -> Any:
    for part in pointer.strip("/").split("/"):
        form = form.get(part) if isinstance(form, Mapping) else None
    return form
