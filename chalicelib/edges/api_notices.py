"""Listens for who asks what they were told."""

from __future__ import annotations

from chalicelib import wiring
from chalicelib.edges.http import Reply, Request, Routes
from chalicelib.edges.late import Late
from chalicelib.edges.reading import NOTICE, cursor, given_out

noticing = Late("noticing")
route = Routes(__name__)


@route("GET", "/v1/notices")
def list_notices(request: Request) -> Reply:
    """My notices; with `node` those to an office at which I hold a post."""
    rows, after = noticing.of_caller(
        wiring.app().kit,
        request.person(),
        request.query.get("node"),
        cursor(request, NOTICE),
        request.limit(),
    )
    return Reply({"notices": rows, "after": given_out(after)})
