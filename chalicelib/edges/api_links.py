"""Listens for links: what a case, a record or a definition is linked to, a project's dossier, what is reopened."""

from __future__ import annotations

import re

from chalicelib import wiring
from chalicelib.domain.problems import Problem, Text
from chalicelib.edges.http import Reply, Request, Routes
from chalicelib.edges.late import Late
from chalicelib.edges.reading import LINKED, OBJECT, TEXT, cursor, given_out, idempotency_key, members

linked, seeing, succeeding = Late("linked"), Late("seeing"), Late("succeeding")
route = Routes(__name__)

RECEIPT = "x-receipt-code"
RELATION = re.compile(r"[a-z][a-z0-9_]{0,31}")


@route("GET", "/v1/cases/{case_id}/links")
def list_links(request: Request) -> Reply:
    """What the case is linked to, in either direction: the supervision that its lateness led to, say."""
    kit = wiring.app().kit
    seen = seeing.see(kit, request.caller, request.path["case_id"], request.headers.get(RECEIPT))
    links, after = linked.of_case(kit, seen, _rel(request), cursor(request, LINKED), request.limit())
    return Reply({"links": links, "after": given_out(after)})


@route("GET", "/v1/registers/{register_id}/records/{record_id}/links")
def list_record_links(request: Request) -> Reply:
    """Where a record is used."""
    place = (request.path["register_id"], request.path["record_id"])
    links, after = linked.of_record(
        wiring.app().kit, request.person(), place, _rel(request), cursor(request, LINKED), request.limit()
    )
    return Reply({"links": links, "after": given_out(after)})


@route("GET", "/v1/registers/{register_id}/records/{record_id}/dossier")
def get_dossier(request: Request) -> Reply:
    """Everything of one project by its one code; the record itself need not be there yet."""
    register, record = request.path["register_id"], request.path["record_id"]
    links, after = linked.dossier(
        wiring.app().kit, request.person(), (register, record), cursor(request, LINKED), request.limit()
    )
    return Reply({"register_id": register, "record_id": record, "members": links, "after": given_out(after)})


@route("GET", "/v1/definitions/{kind}/{definition_id}/links")
def list_definition_links(request: Request) -> Reply:
    """The cases that refer to a definition as it is published: the reviews that it passed, say."""
    links, after = linked.of_definition(
        wiring.app().press, request.person(), request.path["kind"], request.path["definition_id"], _rel(request),
        cursor(request, LINKED), request.limit(),
    )  # fmt: skip
    return Reply({"links": links, "after": given_out(after)})


@route("POST", "/v1/cases/{case_id}/successors")
def reopen_case(request: Request) -> Reply:
    kit, body = wiring.app().kit, members(request, {"rel": TEXT, "reason": TEXT}, {"form": OBJECT})
    key = idempotency_key(request)
    if key is None:
        said = Text("重办须带 Idempotency-Key 请求头", "reopening needs an Idempotency-Key header")
        raise Problem("malformed", "idempotency-key-missing", said)
    code, reason = request.headers.get(RECEIPT), body["reason"].strip()
    if not reason:
        raise Problem("invalid", "body-invalid", Text("请说明重办的理由", "say why it is taken up again"))
    asked = succeeding.Reopening(request.path["case_id"], body["rel"], reason, key, body.get("form"), code)
    done = succeeding.reopen(kit, request.caller, asked)
    seen = seeing.see(kit, request.caller, done.case_id, code)
    headers = {"ETag": f'"{seen.case.seq}"', "Location": f"/v1/cases/{done.case_id}"}
    replayed = {"Idempotency-Replayed": "true"} if done.replayed else {}
    return Reply(seeing.show(seen), 201, headers | replayed)


def _rel(request: Request) -> str | None:
    rel = request.query.get("rel")
    if rel is not None and not RELATION.fullmatch(rel):
        raise Problem(
            "invalid", "query-invalid", Text("rel 应为关系标识", "rel must be the id of a relation")
        )
    return rel
