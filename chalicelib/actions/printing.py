"""Does the printing of documents, and answers whoever holds a page whether it is true."""

from __future__ import annotations

from typing import Any

from chalicelib.actions.documents import Paper, papers_of, seal_of
from chalicelib.actions.history import whole_history
from chalicelib.actions.office import Kit
from chalicelib.actions.seeing import Seen
from chalicelib.domain import issued, papers, templates
from chalicelib.domain.pages import Language, Page
from chalicelib.domain.problems import Problem, Text, not_found

CHECKED_AT = "/v1/documents/verify/"
UNKNOWN = {"status": "unknown"}


def page(kit: Kit, seen: Seen, document_id: str, language: Language, origin: str) -> Page:
    """A document of the case as it is printed, in one language; `origin` is where the API is reached.

    Conflict `document-not-printable` for one that is older than numbers and hashes, or whose text is no longer the one
    that was issued: no page is made that could not be checked.
    """
    paper = next((one for one in papers_of(kit, seen) if one.row["id"] == document_id), None)
    if paper is None:
        raise not_found(Text("文书", "document"), document_id)
    code = paper.issued.code(seen.case.id) if paper.issued else None
    if code is None or paper.drawn is None or not paper.intact:
        said = Text(
            "该文书不能打印:没有可核验的正文", "this document cannot be printed: its text cannot be checked"
        )
        raise Problem("conflict", "document-not-printable", said)
    return _laid(kit, paper, paper.drawn, f"{origin}{CHECKED_AT}{code}", language)


def _laid(kit: Kit, paper: Paper, drawn: templates.Rendered, address: str, language: Language) -> Page:
    seal = seal_of(kit, paper)
    return Page(
        language, str(paper.definition["name"][language]), drawn.text[language], address,
        str(paper.said["sha256"]), seal["mark"] if seal else None, bool(seal and seal["stand_in"]),
        bool(paper.issued and paper.issued.withdrawn),
    )  # fmt: skip


def verify(kit: Kit, code: str) -> dict[str, Any]:
    """Whether the page that bears this code is true: `valid`, `withdrawn`, or `unknown`, which says nothing more.

    Of a document that there is: what it is, its number, its day, its body and the hash of its text; of a confidential
    case only the hash. Nobody is named.
    """
    found = issued.CODE.fullmatch(code)
    if found is None:
        return UNKNOWN
    case_id, seq, begins = found[1], int(found[2]), found[3]
    (case,) = kit.cases.many([case_id])
    events = list(whole_history(kit, case, seq - 1)) if case and seq else []
    told = [one for one in issued.issued(case_id, events) if one.seq == seq]
    paper = next((one for one in told if (one.sha256 or "").startswith(begins)), None)
    if paper is None:
        return UNKNOWN
    status = "valid" if paper.withdrawn is None else "withdrawn"
    bundle, node = kit.catalogue.bundle(events[0]["release"]), str(events[0]["dimensions"]["department"])
    definition = bundle.documents.get(paper.document, {})
    seal = kit.seals.affix(str(paper.sha256), node) if definition.get("seal") else None
    known = {"status": status, "sha256": paper.sha256, "stand_in": bool(seal and seal["stand_in"])}
    if bundle.item.get("confidential"):
        return known
    organisation = kit.catalogue.organisation_of(events[0]["data"]["set"])
    return known | {
        "document": paper.document, "title": definition.get("title"), "number": paper.number,
        "issued_on": papers.iso_day(paper.at, kit.zone),
        "withdrawn_on": papers.iso_day(paper.withdrawn, kit.zone) if paper.withdrawn else None,
        "department": organisation.node(node)["title"], "seal": dict(seal) if seal else None,
    }  # fmt: skip
