"""Listens for outside systems: what they have to say, signed; their secret; what became of what they said."""

from __future__ import annotations

import json
from typing import Any

from chalicelib import wiring
from chalicelib.edges.http import Reply, Request, Routes
from chalicelib.edges.late import Late
from chalicelib.edges.reading import members

receiving = Late("receiving")
reconciling = Late("reconciling")
route = Routes(__name__)

ONE = "/v1/connectors/{connector_id}"
SIGNED = f"{ONE}/events"  # whoever calls here shows a signature instead of a token (edges.guarding)


@route("POST", SIGNED)
def take_message(request: Request) -> Reply:
    """A message is kept, then answered: what becomes of it is asked for by its number, or again by its id."""
    app, connector = wiring.app(), request.path["connector_id"]
    budget = app.limits().budget({"integrator"}, "writes")

    def admit(system: str) -> None:
        app.limiter.spend(system, "writes", budget, app.now())

    taken = receiving.take(app.postroom, connector, request.headers, request.raw, admit)
    message = taken.message
    if taken.open:
        app.have_done(
            [json.dumps({"work": "inbound", "connector": connector, "matter": message.external_id})]
        )
    headers = {"Idempotency-Replayed": "true"} if taken.again else {}
    return Reply({"external_id": message.external_id, **_told(message)}, 202, headers)


@route("POST", f"{ONE}/secrets")
def rotate_connector_secret(request: Request) -> Reply:
    """A new secret, in this answer and no other; the old one holds beside it for a day."""
    members(request, {})
    connector = request.path["connector_id"]
    text, secrets = receiving.rotate_secret(wiring.app().postroom, request.caller, connector)
    held = [{"since": _when(one.since), "until": _when(one.until), "public_key": None} for one in secrets]
    return Reply({"connector_id": connector, "secrets": held, "secret": text}, 201)


@route("GET", f"{ONE}/matters/{{external_id}}")
def get_matter(request: Request) -> Reply:
    connector, external_id = request.path["connector_id"], request.path["external_id"]
    case, status, messages = receiving.see_matter(
        wiring.app().postroom, request.caller, connector, external_id
    )
    said = [{**_told(one), "order": one.order, "at": _when(one.at)} for one in messages]
    word = {"code": status["code"], "title": status["title"]} if status else None
    return Reply({"external_id": external_id, "case": case or None, "status": word, "messages": said})


@route("GET", f"{ONE}/reconciliations/{{day}}")
def get_day_reconciled(request: Request) -> Reply:
    """What a day with the outside system came to; there from the declared hour of the next day on."""
    connector, day = request.path["connector_id"], request.path["day"]
    found = reconciling.see(wiring.app().postroom, request.caller, connector, day)
    return Reply({**found, "connector_id": connector, "made_at": _when(found["made_at"])})


def _told(message: Any) -> dict[str, Any]:
    """A message without what it says: its sender knows that."""
    return {
        "message_id": message.id, "type": message.type, "state": message.state, "why": message.why or None,
    }  # fmt: skip


def _when(at: int | None) -> str | None:
    from chalicelib.domain.views import rfc3339

    return None if at is None else rfc3339(int(at), wiring.app().zone)
