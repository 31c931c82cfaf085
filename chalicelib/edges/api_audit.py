"""Listens for auditors: the log of signed roots, the keys, and the proof of one case. All but the last is public."""

from __future__ import annotations

from chalicelib import wiring
from chalicelib.domain.problems import Problem, Text
from chalicelib.edges.http import Reply, Request, Routes, whole
from chalicelib.edges.late import Late
from chalicelib.edges.reading import sequence

auditing, seeing = Late("auditing"), Late("seeing")
route = Routes(__name__)

RECEIPT = "x-receipt-code"
NEVER_CHANGES = {"Cache-Control": "public, max-age=86400"}


@route("GET", "/v1/audit/roots")
def list_roots(request: Request) -> Reply:
    """Entries in order; `after` is the number of the last one that is known."""
    found, after = auditing.listed(wiring.app().roots, sequence(request), request.limit())
    return Reply({"roots": found, "after": after})


@route("GET", "/v1/audit/roots/{number}")
def get_root(request: Request) -> Reply:
    """One entry with the hashes of its leaves; `latest` is the newest."""
    number = _number(request.path["number"])
    answer = auditing.one(wiring.app().roots, number, sequence(request))
    return Reply(answer, headers=NEVER_CHANGES if number else {})


@route("GET", "/v1/audit/roots/{number}/consistency")
def get_consistency(request: Request) -> Reply:
    """That this log begins with the one that ended with the entry `since`."""
    since = whole(request.query.get("since", ""))
    if not since:
        said = Text("since 应为条目序号", "since must be the number of an entry")
        raise Problem("invalid", "query-invalid", said)
    return Reply(auditing.consistency(wiring.app().roots, since, _number(request.path["number"])))


@route("GET", "/v1/audit/keys")
def get_keys(_: Request) -> Reply:
    app = wiring.app()
    return Reply(auditing.keys(app.roots, app.signer), headers={"Cache-Control": "public, max-age=3600"})


@route("GET", "/v1/cases/{case_id}/proof")
def get_proof(request: Request) -> Reply:
    """Judged like reading the case."""
    app, after = wiring.app(), sequence(request)
    seen = seeing.see(app.kit, request.caller, request.path["case_id"], request.headers.get(RECEIPT))
    return Reply(auditing.proof(app.roots, seen, after))


def _number(text: str) -> int | None:
    """The number of an entry, None for the newest; 0, which no entry has, for anything else."""
    return None if text == "latest" else whole(text) or 0
