"""Listens for what administrators declare: definitions, drafts, checks, releases, roll-backs, stops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib import wiring
from chalicelib.domain.definitions import key_of
from chalicelib.edges.http import Reply, Request, Routes
from chalicelib.edges.late import Late
from chalicelib.edges.reading import (
    ANYTHING,
    FLAG,
    NUMBER,
    OBJECT,
    ROW,
    TEXT,
    TEXTS,
    cursor,
    given_out,
    instant,
    members,
    required_match,
    said,
)

if TYPE_CHECKING:
    from chalicelib.actions.definition_ports import Draft

definitions, drafts, trials = Late("definitions"), Late("drafts"), Late("trials")
reprojecting, scheduling, versions = Late("reprojecting"), Late("scheduling"), Late("versions")
route = Routes(__name__)

_INSTANTS = ("at", "due", "ended_at")
ONE = "/v1/definitions/{kind}/{definition_id}"
DRAFT = ONE + "/drafts/{draft_id}"


@route("GET", "/v1/definitions")
def list_kinds(request: Request) -> Reply:
    """The kinds that exist, each with its meta-schema, and what these refer to: what screens are drawn from."""
    press = wiring.app().press
    press.permit(request.caller, "read_definition", "", "", ())
    shown = [{"kind": kind, "schema": press.kinds.meta(kind)} for kind in press.kinds.names]
    own = {one["schema"].get("$id") for one in shown}
    shared = [schema for identity, schema in press.kinds.shared.items() if identity not in own]
    return Reply({"kinds": shown, "shared": shared})


@route("GET", "/v1/definitions/{kind}")
def list_definitions(request: Request) -> Reply:
    app, kind = wiring.app(), request.path["kind"]
    app.press.permit(request.caller, "read_definition", kind, "", ())
    app.press.kinds.meta(kind)
    after, limit = request.query.get("after", ""), request.limit()
    found = app.catalogue.definitions(app.catalogue.pointer(strong=False), kind)
    rest = [{"id": one["id"], "title": one.get("title")} for one in found if one["id"] > after]
    return Reply({"definitions": rest[:limit], "after": rest[limit - 1]["id"] if len(rest) > limit else None})


@route("GET", ONE)
def get_definition(request: Request) -> Reply:
    from chalicelib.domain.definitions import content_hash

    app, kind, identity = wiring.app(), request.path["kind"], request.path["definition_id"]
    app.press.permit(request.caller, "read_definition", kind, identity, ())
    found = app.catalogue.live(app.catalogue.pointer(strong=True), kind, identity)
    may = versions.may(app.press, request.caller, kind, identity, ())
    return Reply({"definition": found, "hash": content_hash(found), "key": key_of(found), "may": may})


@route("GET", ONE + "/versions")
def list_versions(request: Request) -> Reply:
    """What was in force, act by act, newest first."""
    kind, identity = request.path["kind"], request.path["definition_id"]
    page = versions.list_versions(
        wiring.app().press, request.caller, kind, identity, cursor(request, ROW), request.limit()
    )
    return Reply({"versions": [_dated(row) for row in page.rows], "after": given_out(page.after)})


@route("GET", ONE + "/versions/{version_hash}")
def get_version(request: Request) -> Reply:
    kind, identity, hash_ = (request.path[name] for name in ("kind", "definition_id", "version_hash"))
    found = versions.get_version(wiring.app().press, request.caller, kind, identity, hash_)
    return Reply({"definition": found, "hash": hash_, "key": key_of(found)})


@route("GET", ONE + "/uses")
def list_uses(request: Request) -> Reply:
    """Where a definition is used."""
    kind, identity = request.path["kind"], request.path["definition_id"]
    return Reply(definitions.list_uses(wiring.app().press, request.caller, kind, identity))


@route("GET", "/v1/drafts-of-definitions")
def list_drafts(request: Request) -> Reply:
    page = drafts.list_drafts(wiring.app().press, request.caller, cursor(request, ROW), request.limit())
    return Reply({"drafts": [_dated(row) for row in page.rows], "after": given_out(page.after)})


@route("POST", ONE + "/drafts")
def create_draft(request: Request) -> Reply:
    kind, identity = request.path["kind"], request.path["definition_id"]
    body = members(request, {"body": ANYTHING})["body"]
    draft = drafts.create_draft(wiring.app().press, request.caller, kind, identity, body)
    location = f"/v1/definitions/{kind}/{identity}/drafts/{draft.draft_id}"
    return _shown(request, draft, 201, {"Location": location})


@route("GET", DRAFT)
def get_draft(request: Request) -> Reply:
    return _shown(request, drafts.get_draft(wiring.app().press, request.caller, request.path["draft_id"]))


@route("PUT", DRAFT)
def save_draft(request: Request) -> Reply:
    body = members(request, {"body": ANYTHING}, {"rebase": FLAG})
    draft = drafts.save_draft(
        wiring.app().press, request.caller, request.path["draft_id"], body["body"], required_match(request),
        rebase=body.get("rebase", False),
    )  # fmt: skip
    return _shown(request, draft)


@route("DELETE", DRAFT)
def discard_draft(request: Request) -> Reply:
    drafts.discard_draft(
        wiring.app().press, request.caller, request.path["draft_id"], required_match(request)
    )
    return Reply(None, 204)


@route("GET", DRAFT + "/differences")
def get_differences(request: Request) -> Reply:
    found = drafts.draft_difference(wiring.app().press, request.caller, request.path["draft_id"])
    return Reply({"differences": found})


@route("POST", DRAFT + "/checks")
def create_check(request: Request) -> Reply:
    """Check a draft, together with those named in `with`, as one release would be checked."""
    press = wiring.app().press
    others = members(request, {}, {"with": TEXTS}).get("with", [])
    check = drafts.request_check(press, request.caller, [request.path["draft_id"], *others])
    return Reply(_dated(check), 202, {"Location": f"/v1/checks/{check['check_id']}"})


@route("GET", "/v1/checks/{check_id}")
def get_check(request: Request) -> Reply:
    return Reply(_dated(drafts.get_check(wiring.app().press, request.caller, request.path["check_id"])))


@route("GET", "/v1/reprojections/{reprojection_id}")
def get_reprojection(request: Request) -> Reply:
    """How far the dates of running cases were told anew after a notice."""
    identity = request.path["reprojection_id"]
    return Reply(_dated(reprojecting.see(wiring.app().press, request.caller, identity)))


@route("POST", DRAFT + "/trials")
def create_trial(request: Request) -> Reply:
    """Play an example against a draft, together with those named in `with`, as it would be released."""
    body = members(request, {"item": TEXT, "example": OBJECT}, {"with": TEXTS})
    together = [request.path["draft_id"], *body.get("with", [])]
    trial = trials.request_trial(wiring.app().press, request.caller, together, body["item"], body["example"])
    return Reply(_dated(trial), 202, {"Location": f"/v1/trials/{trial['trial_id']}"})


@route("GET", "/v1/trials/{trial_id}")
def get_trial(request: Request) -> Reply:
    return Reply(_dated(trials.get_trial(wiring.app().press, request.caller, request.path["trial_id"])))


@route("POST", DRAFT + "/releases")
def create_release(request: Request) -> Reply:
    """Release a draft, together with those named in `with`, by somebody who wrote in none of them."""
    body = members(request, {}, {"with": TEXTS, "note": TEXT})
    together = [request.path["draft_id"], *body.get("with", [])]
    done = definitions.release(wiring.app().press, request.caller, together, body.get("note", "").strip())
    return Reply(_dated(done), 201)


@route("POST", DRAFT + "/schedules")
def schedule_release(request: Request) -> Reply:
    """Have a draft, together with those named in `with`, released at a time to come."""
    body = members(request, {"due": TEXT}, {"with": TEXTS, "note": TEXT})
    together = [request.path["draft_id"], *body.get("with", [])]
    due = instant(body["due"], "due", "body-invalid")
    made = scheduling.schedule(
        wiring.app().press, request.caller, together, due, body.get("note", "").strip()
    )
    return Reply(_dated(made), 201, {"Location": f"/v1/scheduled-releases/{made['schedule_id']}"})


@route("GET", "/v1/scheduled-releases")
def list_scheduled_releases(request: Request) -> Reply:
    page = scheduling.list_scheduled(
        wiring.app().press, request.caller, cursor(request, ROW), request.limit()
    )
    return Reply({"scheduled": [_dated(row) for row in page.rows], "after": given_out(page.after)})


@route("DELETE", "/v1/scheduled-releases/{schedule_id}")
def cancel_scheduled_release(request: Request) -> Reply:
    done = scheduling.cancel(wiring.app().press, request.caller, request.path["schedule_id"])
    return Reply(_dated(done))


@route("GET", "/v1/release-sets")
def list_releases(request: Request) -> Reply:
    page = definitions.list_history(wiring.app().press, request.caller, cursor(request, ROW), request.limit())
    return Reply({"history": [_dated(row) for row in page.rows], "after": given_out(page.after)})


@route("POST", "/v1/release-sets/rollbacks")
def roll_back(request: Request) -> Reply:
    body = members(request, {"to": NUMBER, "reason": TEXT})
    reason = said(body["reason"])
    return Reply(_dated(definitions.roll_back(wiring.app().press, request.caller, body["to"], reason)), 201)


@route("PUT", "/v1/items/{item_id}/stop")
def stop_item(request: Request) -> Reply:
    act = definitions.stop_item(wiring.app().press, request.caller, request.path["item_id"], _reason(request))
    return Reply(_dated(act))


@route("DELETE", "/v1/items/{item_id}/stop")
def resume_item(request: Request) -> Reply:
    act = definitions.resume_item(
        wiring.app().press, request.caller, request.path["item_id"], _reason(request)
    )
    return Reply(_dated(act))


@route("PUT", "/v1/switches/{switch_id}")
def switch_off(request: Request) -> Reply:
    act = definitions.switch_off(
        wiring.app().press, request.caller, request.path["switch_id"], _reason(request)
    )
    return Reply(_dated(act))


@route("DELETE", "/v1/switches/{switch_id}")
def switch_on(request: Request) -> Reply:
    act = definitions.switch_on(
        wiring.app().press, request.caller, request.path["switch_id"], _reason(request)
    )
    return Reply(_dated(act))


def _reason(request: Request) -> str:
    return said(members(request, {"reason": TEXT})["reason"])


def _shown(
    request: Request, draft: Draft, status: int = 200, headers: Mapping[str, str] | None = None
) -> Reply:
    from chalicelib.domain.definitions import content_hash

    press = wiring.app().press
    may = versions.may(press, request.caller, draft.kind, draft.id, draft.editors, draft.body)
    body = draft.as_json() | {"content_hash": content_hash(draft.body), "may": may}
    return Reply(_dated(body), status, {"ETag": f'"{draft.rev}"', **(headers or {})})


def _dated(body: Mapping[str, Any]) -> dict[str, Any]:
    """The same, its instants as people read them."""
    from chalicelib.domain import views

    zone = wiring.app().zone
    return {**body, **{name: views.rfc3339(int(body[name]), zone) for name in _INSTANTS if name in body}}
