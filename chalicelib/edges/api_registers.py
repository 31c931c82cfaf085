"""Listens for registers: a record as it is or as it was on a day, its history, lists, edits."""

from __future__ import annotations

from datetime import date

from chalicelib import wiring
from chalicelib.domain.problems import Problem, Text
from chalicelib.edges.http import Reply, Request, Routes
from chalicelib.edges.late import Late
from chalicelib.edges.reading import ANYTHING, RECORD, TEXT, cursor, given_out, if_match, members

keeping = Late("keeping")
route = Routes(__name__)


@route("GET", "/v1/registers/{register_id}/records")
def list_records(request: Request) -> Reply:
    records, after = keeping.list_records(
        wiring.app().kit,
        request.caller,
        request.path["register_id"],
        cursor(request, RECORD),
        request.limit(),
    )
    return Reply({"records": records, "after": given_out(after)})


@route("GET", "/v1/registers/{register_id}/records/{record_id}")
def get_record(request: Request) -> Reply:
    record = keeping.read(
        wiring.app().kit,
        request.caller,
        request.path["register_id"],
        request.path["record_id"],
        as_of(request),
    )
    return Reply(record, headers={"ETag": f'"{record["revision"]}"'})


@route("GET", "/v1/registers/{register_id}/records/{record_id}/versions")
def list_versions(request: Request) -> Reply:
    versions = keeping.history(
        wiring.app().kit, request.caller, request.path["register_id"], request.path["record_id"]
    )
    return Reply({"versions": versions, "after": None})


@route("PUT", "/v1/registers/{register_id}/records/{record_id}")
def put_record(request: Request) -> Reply:
    """Create (without If-Match) or replace (with the revision read) a record; `valid_from` defaults to today."""
    body = members(request, {"body": ANYTHING}, {"valid_from": TEXT})
    record = keeping.write(
        wiring.app().kit, request.caller, request.path["register_id"], request.path["record_id"],
        keeping.Edit(body["body"], body.get("valid_from"), if_match(request)),
    )  # fmt: skip
    return Reply(record, 201 if record["revision"] == 1 else 200, {"ETag": f'"{record["revision"]}"'})


@route("GET", "/v1/reads")
def list_reads(request: Request) -> Reply:
    """Who looked at my personal data, when and for what purpose."""
    return Reply(
        {"reads": keeping.who_looked(wiring.app().kit, request.person(), request.limit()), "after": None}
    )


def as_of(request: Request) -> str | None:
    text = request.query.get("as_of")
    if text is None:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise Problem("invalid", "query-invalid", Text("as_of 应为日期", "as_of must be a date")) from error
