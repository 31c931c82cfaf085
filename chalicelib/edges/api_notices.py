"""Listens for who asks what they were told and how they want to be; for what became of it; for providers' reports."""

from __future__ import annotations

import json
from typing import Any

from chalicelib import wiring
from chalicelib.domain.problems import Problem, Text
from chalicelib.edges.http import Reply, Request, Routes
from chalicelib.edges.late import Late
from chalicelib.edges.reading import NOTICE, OBJECT, TEXT, TEXTS, cursor, given_out, members, required_match

noticing, preferring, receipts, seeing = (
    Late("noticing"), Late("preferring"), Late("notice_receipts"), Late("seeing"),
)  # fmt: skip
route = Routes(__name__)

OWN, PROVIDER = "/v1/notice-preferences", "/v1/channels/{channel_id}/providers/{provider_id}"
SIGNED = f"{PROVIDER}/receipts"  # whoever calls here shows a signature instead of a token (edges.guarding)


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


@route("GET", "/v1/cases/{case_id}/notices")
def list_case_notices(request: Request) -> Reply:
    """Who was told what about a case, by which way, and what became of it."""
    app = wiring.app()
    seen = seeing.see(app.kit, request.person(), request.path["case_id"])
    rows, after = receipts.of_case(app.dispatch, seen, cursor(request, NOTICE), request.limit())
    return Reply({"notices": rows, "after": given_out(after)})


@route("GET", OWN)
def get_preferences(request: Request) -> Reply:
    return _preferences(preferring.own(wiring.app().dispatch, request.person()))


@route("PUT", OWN)
def put_preferences(request: Request) -> Reply:
    asked = members(request, {}, {"language": TEXT, "without": TEXTS, "addresses": OBJECT})
    match = required_match(request)
    return _preferences(preferring.change(wiring.app().dispatch, request.person(), asked, match))


@route("POST", SIGNED)
def take_receipt(request: Request) -> Reply:
    """A report is verified, then answered; a worker notes it."""
    app, (channel, provider) = wiring.app(), _named(request)
    budget = app.limits().budget({"integrator"}, "writes")

    def admit(system: str) -> None:
        app.limiter.spend(system, "writes", budget, app.now())

    asked = receipts.heard(app.dispatch, channel, provider, request.headers, request.raw, admit)
    app.have_done([json.dumps(asked)])
    return Reply({"id": asked["id"], "status": asked["status"]}, 202)


@route("POST", f"{PROVIDER}/secrets")
def rotate_provider_secret(request: Request) -> Reply:
    """A new secret, in this answer and no other; or what this platform signs in with, which no answer shows."""
    app, (channel, provider) = wiring.app(), _named(request)
    given = members(request, {}, {"user": TEXT, "password": TEXT})
    sign_in = None
    if given:
        if not given.get("user") or ":" in given["user"] or not given.get("password"):
            said = Text("应同时给出 user（不含冒号）与 password", "give user, without a colon, and password")
            raise Problem("invalid", "body-invalid", said)
        sign_in = f"{given['user']}:{given['password']}"
    text, held = receipts.rotate_secret(
        app.dispatch, app.press.permit, request.person(), channel, provider, sign_in
    )
    shown = [{"since": _when(one.since), "until": _when(one.until), "public_key": None} for one in held]
    return Reply({"channel_id": channel, "provider_id": provider, "secrets": shown, "secret": text}, 201)


def _named(request: Request) -> tuple[str, str]:
    return request.path["channel_id"], request.path["provider_id"]


def _preferences(contact: Any) -> Reply:
    return Reply(contact.as_json() | {"revision": contact.rev}, headers={"ETag": f'"{contact.rev}"'})


def _when(at: int | None) -> str | None:
    from chalicelib.domain.views import rfc3339

    return None if at is None else rfc3339(int(at), wiring.app().zone)
