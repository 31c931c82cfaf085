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


class _NothingWritten(dict[tuple[str, str], Any]):
    """Registers before anything is written: of every record it is known that it is not there."""

    def __contains__(self, place: object) -> bool:
        return True

    def __missing__(self, place: tuple[str, str]) -> None:
        return None


def with_empty_registers(play: Callable[[Mapping[tuple[str, str], Any]], Course]) -> Course:
    """Play a decision in a world whose registers are empty: every record that it writes is a first version."""
    return play(_NothingWritten())


def write_outcome(course: Course, outcome: str) -> None:
    """Put a record into the course for each `{"record", "key", "set"}` of the outcome, a link for each `{"reviews"}`.

    Raises RecordsNeeded for those that have to be read first.
    """
    declared = [
        one for one in course.world.bundle.item.get("outcomes", {}).get(outcome, ()) if "record" in one
    ]
    keys = [(str(one["record"]), str(value_of(course, one["key"]))) for one in declared]
    missing = [
        key for key, one in zip(keys, declared, strict=True) if key not in course.records and not _is_own(one)
    ]
    if missing:
        raise RecordsNeeded(missing)
    for key, one in zip(keys, declared, strict=True):
        values = one.get("set", {})
        put(course, key, {name: value_of(course, value) for name, value in values.items()})
    course.links += outcome_links(course, outcome)


def put(course: Course, place: tuple[str, str], values: Mapping[str, Any]) -> None:
    """Put what is known of `values` over a record as it stands: (register, key).

    What one commit puts at one place is one write, the later over the earlier: a transaction takes no second one.
    """
    present = course.records.get(place)
    earlier = next((one for one in course.written if (one.register, one.record_id) == place), None)
    body: Mapping[str, Any] = earlier.body if earlier else present.body if present else {}
    body = {**body, **{name: value for name, value in values.items() if value is not None}}
    revision, key = (present.revision, present.key) if present else (0, None)
    course.written = [one for one in course.written if one is not earlier]
    course.written.append(RecordWrite(*place, revision, body, course.world.today.isoformat(), key))


def outcome_links(course: Course, state: str) -> list[Link]:
    """A link for each `{"reviews": "form:/…"}` of the state: what the case says of a draft holds for that hash only."""
    declared = [one for one in course.world.bundle.item.get("outcomes", {}).get(state, ()) if REVIEWS in one]
    hashes = [str(value_of(course, one[REVIEWS])) for one in declared]
    return [
        Link(course.case.id, REVIEWS, reviewed(hash_), valid_from=course.case.at)
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
