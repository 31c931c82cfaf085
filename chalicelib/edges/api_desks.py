"""Listens for the desks: a department's queue by what is due first, and who has which case in hand."""

from __future__ import annotations

from chalicelib import wiring
from chalicelib.edges.http import Reply, Request, Routes
from chalicelib.edges.late import Late
from chalicelib.edges.reading import CASE, TEXT, cursor, desk_named, given_out, members

claiming, desks = Late("claiming"), Late("desks")
listing, seeing = Late("listing"), Late("seeing")
route = Routes(__name__)


@route("GET", "/v1/queues")
def list_queues(request: Request) -> Reply:
    """The posts that the caller holds today, and the queues that may be read by them."""
    return Reply(desks.mine(wiring.app().kit, request.person()))


@route("GET", "/v1/queues/{queue_id}")
def get_queue(request: Request) -> Reply:
    """`queue_id` is `<department>.<window>`; `post` narrows it to what waits for that post."""
    department, window = desk_named(request)
    rows, after = listing.queue(
        wiring.app().kit, request.caller, listing.Desk(department, window, request.query.get("post")),
        cursor(request, CASE), request.limit(),
    )  # fmt: skip
    return Reply({"queue_id": request.path["queue_id"], "cases": rows, "after": given_out(after)})


@route("PUT", "/v1/cases/{case_id}/claim")
def put_claim(request: Request) -> Reply:
    """Claim the case oneself, or with `{"to": subject}` put it into a colleague's hands."""
    kit, to = wiring.app().kit, members(request, {}, {"to": TEXT}).get("to")
    if to is None or to == request.caller.subject:
        seen = claiming.claim(kit, request.caller, request.path["case_id"])
    else:
        seen = claiming.assign(kit, request.caller, request.path["case_id"], to)
    return Reply(seeing.show(seen), headers={"ETag": f'"{seen.case.seq}"'})


@route("DELETE", "/v1/cases/{case_id}/claim")
def delete_claim(request: Request) -> Reply:
    seen = claiming.hand_back(wiring.app().kit, request.caller, request.path["case_id"])
    return Reply(seeing.show(seen), headers={"ETag": f'"{seen.case.seq}"'})
