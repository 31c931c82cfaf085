"""Listens for the moving of running cases off a faulty release: asked for by one person, approved by another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib import wiring
from chalicelib.domain.problems import Problem, Text
from chalicelib.edges.http import Reply, Request, Routes
from chalicelib.edges.late import Late
from chalicelib.edges.reading import OBJECT, TEXT, members, said

migrating = Late("migrating")
route = Routes(__name__)

ONE = "/v1/migrations/{migration_id}"


@route("POST", "/v1/migrations")
def request_migration(request: Request) -> Reply:
    """Count, in a dry run, what moving the open cases of a release would do."""
    body = members(request, {"item": TEXT, "from": TEXT, "reason": TEXT}, {"to": TEXT, "states": OBJECT})
    states = body.get("states", {})
    if not all(isinstance(state, str) for state in states.values()):
        wrong = Text("states 应为状态到状态的对照", "states maps a state to a state")
        raise Problem("invalid", "body-invalid", wrong)
    asked = migrating.request(
        wiring.app().press, request.caller, body["item"], body["from"], body.get("to"), states,
        said(body["reason"]),
    )  # fmt: skip
    return Reply(_dated(asked), 202, {"Location": f"/v1/migrations/{asked['migration_id']}"})


@route("GET", ONE)
def get_migration(request: Request) -> Reply:
    return Reply(_dated(migrating.see(wiring.app().press, request.caller, request.path["migration_id"])))


@route("POST", ONE + "/approvals")
def approve_migration(request: Request) -> Reply:
    """Move the cases, as the dry run counted; by another person than who asked."""
    members(request, {})
    migration_id = request.path["migration_id"]
    approved = migrating.approve(wiring.app().press, request.caller, migration_id)
    return Reply(_dated(approved), 202, {"Location": f"/v1/migrations/{migration_id}"})


def _dated(asked: Mapping[str, Any]) -> dict[str, Any]:
    from chalicelib.domain import views

    zone = wiring.app().zone
    instants = {
        name: views.rfc3339(int(asked[name]), zone) for name in ("at", "approved_at") if name in asked
    }
    return {**asked, **instants}
