"""Decides what a notice that a trigger sends is: with which values, from when it may be sent on, how it reads.

A notice is courtesy, never legal service. What is kept is its template's version and the values that the template
uses, no text: whoever sends it on, and whoever reads it, has the words of that version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Any

from chalicelib.domain import templates
from chalicelib.domain.definitions import Definition, content_hash
from chalicelib.domain.problems import Problem, Text


@dataclass(frozen=True, slots=True)
class Notice:
    """A row of the outbox. `to` is a subject; `not_before` (ms) where its quiet hours end; `case` what it is about."""

    id: str
    to: str
    template: str
    version: str
    at: int
    not_before: int
    values: Mapping[str, Any]
    case: str | None = None


def drafted(
    definition: Definition,
    values: Mapping[str, Any],
    *,
    identity: str,
    to: str,
    at: int,
    zone: tzinfo,
    case: str | None,
) -> Notice:
    """The notice as it is kept: nothing but what its template uses.

    Raises `notice-incomplete` where a value is missing that the template cannot do without.
    """
    used = templates.paths(definition)
    kept = {name: value for name, value in values.items() if name in used}
    if wanting := templates.render(definition, kept).findings:
        said = Text("通知内容不完整", "the notice lacks what its template asks for")
        raise Problem("conflict", "notice-incomplete", said, findings=list(wanting))
    quiet = definition.get("quiet_hours")
    return Notice(
        identity, to, str(definition["id"]), content_hash(definition), at, after_quiet(quiet, at, zone), kept, case
    )  # fmt: skip


def after_quiet(quiet: Mapping[str, Any] | None, at: int, zone: tzinfo) -> int:
    """The instant (ms) from which it may be sent on: now, or when the quiet hours around now end."""
    if not quiet:
        return at
    now = datetime.fromtimestamp(at / 1000, zone)
    begins, ends = (time.fromisoformat(quiet[name]) for name in ("from", "to"))
    clock = now.time()
    over_midnight = begins > ends
    inside = (clock >= begins or clock < ends) if over_midnight else begins <= clock < ends
    if not inside:
        return at
    day = now.date() + timedelta(days=1 if over_midnight and clock >= begins else 0)
    return int(datetime.combine(day, ends, zone).timestamp() * 1000)


def shown(notice: Notice, definition: Definition) -> dict[str, Any]:
    """What its reader sees, in both languages, in the words of the version under which it was written."""
    return {
        "notice_id": notice.id, "notice": notice.template, "version": notice.version,
        "subject": dict(definition["subject"]), "text": dict(templates.render(definition, notice.values).text),
        "case_id": notice.case,
    }  # fmt: skip
