"""Decides what is made public 公示 with a document: which fields, until when, and whether it still stands.

A document's definition says so (`bulletin`). What is published is a record of the register `bulletins`, written in the
commit that issues the document; until when it stands is the clock that the definition names, as that runs today, so
an objection that stops the clock, a pause and a new holiday notice move it. What is personal is masked as the form
marks it; of a confidential case nothing is published.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from chalicelib.domain.change import RecordWrite
from chalicelib.domain.masks import Masks, mask
from chalicelib.domain.outcomes import RecordsNeeded
from chalicelib.domain.readings import ABSENT, read

if TYPE_CHECKING:
    from chalicelib.domain.cases import Case
    from chalicelib.domain.change import Body
    from chalicelib.domain.definitions import Definition
    from chalicelib.domain.issued import Issued
    from chalicelib.domain.papers import Issue
    from chalicelib.domain.transitions import Course

REGISTER = "bulletins"
State = Literal["standing", "suspended", "ended", "withdrawn"]


def publish(course: Course, issue: Issue, paper: Issued, definition: Definition) -> None:
    """Write the bulletin of a document that was just issued, where its definition makes one."""
    declared = definition.get("bulletin")
    if not declared or course.case.confidential:
        return
    body: dict[str, Any] = {
        "id": paper.id, "document": paper.document, "title": definition["title"], "number": paper.number,
        "item_title": issue.bundle.item["title"], "department": issue.organisation.node(issue.node)["title"],
        "case": course.case.id, "code": paper.code(course.case.id), "published_on": issue.day,
        "fields": _fields(course, issue, declared), "clock": declared.get("until"),
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
    withdrawn.
    """
    if body["status"] == "withdrawn":
        return "withdrawn", None
    if case is None or case.outcome is not None:
        return "ended", None
    clock = next((one for one in case.clocks if one["id"] == body.get("clock")), None)
    if clock is None:
        return "standing", None
    until = days.get(str(body["clock"]))
    if until is not None and until < today:
        return "ended", until
    return ("standing", until) if clock["running_since"] is not None else ("suspended", None)


def _fields(course: Course, issue: Issue, declared: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The fields that the form gives, each with its title; masked where the form says that they are personal."""
    form = mask(course.form, issue.bundle.item["form"], masks=Masks(shared=issue.bundle.shared))
    found = [(one["title"], read(form, one["from"].removeprefix("form:"))) for one in declared["fields"]]
    return [
        {"title": title, "value": value}
        for title, value in found
        if value is not ABSENT and not isinstance(value, Mapping | list)
    ]
