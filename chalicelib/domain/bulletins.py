"""Decides what is made public 公示 with a document: which fields, until when, and whether it still stands.

A document's definition says so (`bulletin`). What is published is a record of the register `bulletins`, written in the
commit that issues the document; until when it stands is the clock that the definition names, as that runs today, so
an objection that stops the clock, a pause and a new holiday notice move it. What is personal is masked as the form
marks it; of a confidential case nothing is published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from chalicelib.domain.change import RecordWrite
from chalicelib.domain.masks import Masks, mask
from chalicelib.domain.outcomes import RecordsNeeded
from chalicelib.domain.readings import ABSENT, read

if TYPE_CHECKING:
    from chalicelib.domain.cases import Case
    from chalicelib.domain.change import Body
    from chalicelib.domain.definitions import Bundle, Definition
    from chalicelib.domain.issued import Issued
    from chalicelib.domain.papers import Issue
    from chalicelib.domain.transitions import Course

REGISTER = "bulletins"
State = Literal["standing", "suspended", "ended", "withdrawn"]
_OF_CASE = {"number": {"zh": "办件编号", "en": "Number of the case"}}


def publish(course: Course, issue: Issue, paper: Issued, definition: Definition) -> None:
    """Write the bulletin of a document that was just issued, where its definition makes one."""
    declared = definition.get("bulletin")
    if not declared or course.case.confidential:
        return
    body: dict[str, Any] = {
        "id": paper.id, "document": paper.document, "title": definition["title"], "number": paper.number,
        "item_title": issue.bundle.item["title"], "department": issue.organisation.node(issue.node)["title"],
        "case": course.case.id, "code": paper.code(course.case.id), "published_on": issue.day,
        "fields": fields_of(course, issue.bundle, declared["fields"]), "clock": declared.get("until"),
        "objections": declared.get("objections"), "status": "published",
    }  # fmt: skip
    kept = {name: value for name, value in body.items() if value is not None}
    course.written.append(RecordWrite(REGISTER, paper.id, 0, kept, issue.day))


def withdraw(course: Course, paper: Issued) -> None:
    """The document is withdrawn, and with it what was published of it. Raises RecordsNeeded to have it read."""
    definition = course.world.bundle.documents.get(paper.document, {})
    if "bulletin" not in definition or course.case.confidential:
        return
    key = (REGISTER, paper.id)
    if key not in course.records:
        raise RecordsNeeded([key])
    present = course.records[key]
    if present is None:  # issued before its definition made bulletins
        return
    today = course.world.today.isoformat()
    body = {**present.body, "status": "withdrawn", "withdrawn_on": today}
    course.written.append(RecordWrite(*key, present.revision, body, today, present.key))


def standing(
    body: Body, case: Case | None, today: date, days: Mapping[str, date]
) -> tuple[State, date | None]:
    """Whether a bulletin stands today, and until when; `days` are the last days of the case's clocks, by id.

    A clock that stands still suspends it (an objection is looked into); one that ran out, and a case that is over, end
    it. Without a clock, and where the item has none of that name, it stands as long as the case is open, until it is
    withdrawn. A result that the item itself publishes (`domain.publicity`) outlives its case, until its own last day;
    an objection that waits for an answer suspends it.
    """
    if body["status"] == "withdrawn":
        return "withdrawn", None
    disputed = any(one["state"] == "open" for one in body.get("objected", ()))
    if "publicity" in body and "clock" not in body:
        last = date.fromisoformat(body["until"]) if "until" in body else None
        if last is not None and last < today and not disputed:
            return "ended", last
        return ("suspended", None) if disputed else ("standing", last)
    if case is None or case.outcome is not None:
        return "ended", None
    clock = next((one for one in case.clocks if one["id"] == body.get("clock")), None)
    until = days.get(str(body["clock"])) if clock else None
    if until is not None and until < today:
        return "ended", until
    still = clock is not None and clock["running_since"] is None
    return ("suspended", None) if still or disputed else ("standing", until)


def fields_of(course: Course, bundle: Bundle, declared: Sequence[Any]) -> list[dict[str, Any]]:
    """The fields that there are, each with its title; masked where the form says that they are personal.

    A field is `{"from", "title"}`, or where it comes from alone: then its title is the form's own.
    """
    return [
        {"title": _titled(bundle, one), "value": value}
        for one, _, value in _present(course, bundle, declared)
    ]


def places_of(course: Course, bundle: Bundle, declared: Sequence[Any]) -> list[str]:
    """Where the form has each of these fields; empty for what is not in the form."""
    return [place for _, place, _ in _present(course, bundle, declared)]


def _present(course: Course, bundle: Bundle, declared: Sequence[Any]) -> Iterator[tuple[Any, str, Any]]:
    form = mask(course.form, bundle.item["form"], masks=Masks(shared=bundle.shared))
    for one in declared:
        source, _, path = str(one["from"] if isinstance(one, Mapping) else one).partition(":")
        value = read(form, path) if source == "form" else getattr(course.case, path, None)
        if isinstance(value, list) and value and all(isinstance(some, str) for some in value):
            value = "、".join(value)
        if value is not ABSENT and value is not None and not isinstance(value, Mapping | list):
            yield one, path if source == "form" else "", value


def _titled(bundle: Bundle, declared: Any) -> Mapping[str, Any]:
    if isinstance(declared, Mapping):
        return dict(declared["title"])
    source, _, path = str(declared).partition(":")
    schema: Any = bundle.item["form"] if source == "form" else {}
    for part in path.strip("/").split("/"):
        schema = schema.get("properties", {}).get(part, {})
        schema = {**bundle.shared.get(str(schema.get("$ref", "")), {}), **schema}
    title = _OF_CASE.get(path) or schema.get("x-title") or {"zh": path, "en": path}
    return dict(title)
