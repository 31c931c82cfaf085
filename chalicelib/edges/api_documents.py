"""Listens for the documents of a case: what was issued, how it prints, how it was served, whether a page is true."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chalicelib import wiring
from chalicelib.domain.problems import Problem, Text
from chalicelib.edges.http import Reply, Request, Routes
from chalicelib.edges.late import Late
from chalicelib.edges.reading import FLAG, TEXT, idempotency_key, if_match, members

if TYPE_CHECKING:
    from chalicelib.domain.pages import Language

documents, printing, seeing, serving = Late("documents"), Late("printing"), Late("seeing"), Late("serving")
route = Routes(__name__)

RECEIPT = "x-receipt-code"
SERVICE = {"day": TEXT, "receipt": TEXT, "consent": FLAG, "note": TEXT}
# A page loads nothing and runs nothing, whatever is typed into it.
ALONE = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@route("GET", "/v1/cases/{case_id}/documents")
def list_documents(request: Request) -> Reply:
    return Reply({"documents": documents.of_case(wiring.app().kit, _see(request))})


@route("GET", "/v1/cases/{case_id}/documents/{document_id}/print")
def print_document(request: Request) -> Reply:
    """HTML that prints, or PDF, in the caller's language. Both are text: neither needs the gateway's binary types."""
    form = request.query.get("format", "html")
    if form not in {"html", "pdf"}:
        raise Problem("invalid", "query-invalid", Text("format 应为 html 或 pdf", "format: html or pdf"))
    page = printing.page(
        wiring.app().kit, _see(request), request.path["document_id"], _language(request), request.origin
    )
    headers = _as_page(request) | {"Vary": "Accept-Language, Authorization"}
    if form == "html":
        from chalicelib.domain.pages import html

        return Reply(html(page), headers=headers)
    from chalicelib.domain.pages_pdf import pdf

    name = f"{request.path['document_id']}.pdf"
    told = {"Content-Type": "application/pdf", "Content-Disposition": f'inline; filename="{name}"'}
    return Reply(pdf(page).decode(), headers=headers | told)


@route("GET", "/v1/documents/verify/{code}")
def verify_document(request: Request) -> Reply:
    """Anybody may ask who holds the page; the answer names nobody. A browser is answered with a page."""
    said = printing.verify(wiring.app().kit, request.path["code"])
    if "text/html" not in request.headers.get("accept", ""):
        return Reply(said, headers={"Vary": "Accept"})
    from chalicelib.domain.pages_verdict import html

    return Reply(
        html(said, _language(request)), headers=_as_page(request) | {"Vary": "Accept, Accept-Language"}
    )


@route("POST", "/v1/cases/{case_id}/documents/{document_id}/service-records")
def record_service(request: Request) -> Reply:
    """What the case is after it; the event that says so, with every clock that moved, is `event_seq`."""
    return _done(request, serving.record, members(request, {"way": TEXT}, SERVICE))


@route("POST", "/v1/cases/{case_id}/documents/{document_id}/withdrawals")
def withdraw_document(request: Request) -> Reply:
    return _done(request, serving.withdraw, members(request, {"reason": TEXT}))


def _done(request: Request, act: Callable[..., Any], given: dict[str, Any]) -> Reply:
    done = act(
        wiring.app().kit, request.caller, request.path["case_id"], request.path["document_id"], given,
        key=idempotency_key(request), if_match=if_match(request),
    )  # fmt: skip
    headers = {"ETag": f'"{done.seen.case.seq}"'} | (
        {"Idempotency-Replayed": "true"} if done.replayed else {}
    )
    return Reply(seeing.show(done.seen) | {"event_seq": done.seq}, headers=headers)


def _language(request: Request) -> Language:
    return "en" if request.language == "en" else "zh"


def _as_page(request: Request) -> dict[str, str]:
    return {
        "Content-Type": "text/html; charset=utf-8", "Content-Language": request.language,
        "Content-Security-Policy": ALONE,
    }  # fmt: skip


def _see(request: Request) -> Any:
    seen = seeing.see(wiring.app().kit, request.caller, request.path["case_id"], request.headers.get(RECEIPT))
    seeing.require_inside(seen)
    return seen
