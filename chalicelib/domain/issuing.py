"""Decides which documents a step issues, and what the event says of each: its number and the hash of its text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain import bulletins, ids, outputs, papers, postings
from chalicelib.domain.change import Body, Output
from chalicelib.domain.issued import Issued

if TYPE_CHECKING:
    from chalicelib.domain.transitions import Course, Happening


def named(course: Course, documents: Iterable[str]) -> list[str]:
    """The documents by the item's own wording: where another law governs it, its own text stands in."""
    wording = course.world.bundle.item.get("wording", {})
    return [str(wording.get(document, document)) for document in documents]


def drafted(case_id: str, document: str, seq: int, at: int, **why: str) -> Output:
    """A row for a document that the event `seq` issues; its text is drawn from that event."""
    identity = ids.derived("out", case_id, str(seq), document)
    return Output(identity, document, "drafted", {"seq": seq, "at": at, **why})


def tell(course: Course, what: Happening, before: int) -> None:
    """Put into the last event what it says of the outputs that it issued: all beyond the first `before`.

    A world without an organisation only compares outcomes (a replay): nothing is written there.
    """
    organisation, written = course.world.organisation, course.world.bundle.documents
    issued = [one for one in course.outputs[before:] if one.document in written]
    if organisation is None or not issued:
        return
    last = course.events[-1]
    materials = (course.form_row or {}).get("materials", course.materials)
    form = {"form": course.form, "materials": materials}
    issue = papers.Issue(course.world.bundle, organisation, course.world.zone, course.case, form, last.body)
    told, posted = [], list[Body]()
    for output in issued:
        number = _number(course, what, issue, output.document, posted)
        text = papers.rendered(issue, output.document, number).text
        said: dict[str, Any] = {"document": output.document, "sha256": papers.digest(text)}
        told.append(said | ({"number": number} if number else {}))
        paper = Issued(output.id, output.document, last.seq, issue.at, number, said["sha256"])
        bulletins.publish(course, issue, paper, issue.bundle.documents[output.document])
    data: dict[str, Any] = {**last.body["data"], "documents": told, "set": course.world.set}
    if posted:
        data["posted"] = [*data.get("posted", ()), *posted]
    course.events[-1] = replace(last, body={**last.body, "data": data})


def _number(
    course: Course, what: Happening, issue: papers.Issue, document: str, posted: list[Body]
) -> str | None:
    definition = issue.bundle.documents[document]
    mark = issue.organisation.node(issue.node).get("document_mark", "")
    account = definition.get("series", {}).get("account")
    if account is None:
        return papers.serial_number(definition, mark, course.case, _times(course, what))
    serial = _taken(issue.event["data"].get("posted", ()), account)
    if serial is None:
        posted += postings.number_taken(course, what, account)
        serial = int(posted[-1]["number"])
    return outputs.number(definition, mark, course.world.today, serial)


def _taken(posted: Iterable[Body], account: str) -> int | None:
    """The number that the item's own posts took from this account with this very event."""
    return next((int(one["number"]) for one in posted if one["account"] == account and "number" in one), None)


def _times(course: Course, what: Happening) -> int:
    """How often the case has seen this move, this time included: its second document needs another number."""
    return int(course.case.done.get(what.move, {}).get("count", 1)) if what.move else 1
