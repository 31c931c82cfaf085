"""Listens for outside systems that follow what happens: the feed, the catalogue of event types, its description."""

from __future__ import annotations

from chalicelib import wiring
from chalicelib.edges.http import Reply, Request, Routes
from chalicelib.edges.late import Late
from chalicelib.edges.reading import FEED, cursor, given_out

feeding = Late("feeding")
route = Routes(__name__)

STAYS = {"Cache-Control": "public, max-age=3600"}  # contracts change with the code alone


@route("GET", "/v1/events")
def get_feed(request: Request) -> Reply:
    app = wiring.app()
    events, after = feeding.read(
        app.kit, app.feed, app.contracts, request.caller, cursor(request, FEED), request.limit()
    )
    return Reply({"events": events, "after": given_out(after)})


@route("GET", "/v1/event-types")
def list_event_types(_: Request) -> Reply:
    return Reply({"types": [
        {"type": one.type, "contract": one.version, "title": one.schema["x-title"], "data": sorted(one.members)}
        for one in wiring.app().contracts.all()
    ]}, headers=STAYS)  # fmt: skip


@route("GET", "/v1/event-types/{event_type}")
def get_event_type(request: Request) -> Reply:
    """The JSON Schema of a type's payload, with what it refers to inside it."""
    from chalicelib.edges import asyncapi

    contracts = wiring.app().contracts
    return Reply(asyncapi.whole(contracts.named(request.path["event_type"]), contracts.thin), headers=STAYS)


@route("GET", "/v1/asyncapi.json")
def get_asyncapi(_: Request) -> Reply:
    from chalicelib.edges import asyncapi

    return Reply(asyncapi.document(wiring.app().contracts), headers=STAYS)
