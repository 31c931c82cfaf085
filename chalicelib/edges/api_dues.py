"""Listens for who asks what is owed: by them, to them, in the cases of a desk."""

from __future__ import annotations

from chalicelib import wiring
from chalicelib.domain.problems import Problem, Text
from chalicelib.edges.http import Reply, Request, Routes
from chalicelib.edges.late import Late
from chalicelib.edges.reading import DUE, cursor, desk_named, given_out

listing, owing = Late("listing"), Late("owing")
route = Routes(__name__)


@route("GET", "/v1/dues")
def list_dues(request: Request) -> Reply:
    """`side=by` (what I owe; the default) or `to` (what is owed to me)."""
    side = request.query.get("side", "by")
    if side not in owing.SIDES:
        said = Text("side 应为 by 或 to", "side must be by or to")
        raise Problem("invalid", "query-invalid", said)
    rows, after = owing.of_subject(
        wiring.app().kit, request.person(), side, cursor(request, DUE), request.limit()
    )
    return Reply({"dues": rows, "after": given_out(after)})


@route("GET", "/v1/queues/{queue_id}/dues")
def list_dues_of_desk(request: Request) -> Reply:
    department, window = desk_named(request)
    rows, after = owing.of_desk(
        wiring.app().kit,
        request.caller,
        listing.Desk(department, window),
        cursor(request, DUE),
        request.limit(),
    )
    return Reply({"dues": rows, "after": given_out(after)})
