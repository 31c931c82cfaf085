"""Listens for the documents of a case: what was issued, and how it was served."""

from __future__ import annotations

from chalicelib import wiring
from chalicelib.edges.http import Reply, Request, Routes
from chalicelib.edges.late import Late
from chalicelib.edges.reading import FLAG, TEXT, idempotency_key, if_match, members

documents, seeing, serving = Late("documents"), Late("seeing"), Late("serving")
route = Routes(__name__)

RECEIPT = "x-receipt-code"
SERVICE = {"day": TEXT, "receipt": TEXT, "consent": FLAG, "note": TEXT}


@route("GET", "/v1/cases/{case_id}/documents")
def list_documents(request: Request) -> Reply:
    kit = wiring.app().kit
    seen = seeing.see(kit, request.caller, request.path["case_id"], request.headers.get(RECEIPT))
    return Reply({"documents": documents.of_case(kit, seen)})


@route("POST", "/v1/cases/{case_id}/documents/{document_id}/service-records")
def record_service(request: Request) -> Reply:
    """What the case is after it; the event that says so, with every clock that moved, is `event_seq`."""
    given = members(request, {"way": TEXT}, SERVICE)
    done = serving.record(
        wiring.app().kit, request.caller, request.path["case_id"], request.path["document_id"], given,
        key=idempotency_key(request), if_match=if_match(request),
    )  # fmt: skip
    headers = {"ETag": f'"{done.seen.case.seq}"'} | (
        {"Idempotency-Replayed": "true"} if done.replayed else {}
    )
    return Reply(seeing.show(done.seen) | {"event_seq": done.seq}, headers=headers)
