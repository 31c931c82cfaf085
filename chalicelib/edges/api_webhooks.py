"""Listens for integrators: their subscriptions, the log of what was sent to them, and what they want once more."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib import wiring
from chalicelib.domain.problems import Problem, Text
from chalicelib.edges.http import Reply, Request, Routes
from chalicelib.edges.late import Late
from chalicelib.edges.reading import (
    TEXT,
    TEXTS,
    cursor,
    given_out,
    idempotency_key,
    instant,
    members,
    required_match,
)

if TYPE_CHECKING:
    from chalicelib.domain.subscriptions import Subscription

subscribing = Late("subscribing")
route = Routes(__name__)
SHARED = "hmac-sha256"

ALL, ONE = "/v1/webhooks/subscriptions", "/v1/webhooks/subscriptions/{subscription_id}"
DELIVERY = re.compile(r"dlv_0[0-9A-HJKMNP-TV-Z]{25}")  # an instant of this millennium
REPLAY = re.compile(r"rpl_[0-7][0-9A-HJKMNP-TV-Z]{25}")
FILTERS = {"title": TEXT, "types": TEXTS, "items": TEXTS, "departments": TEXTS}
TESTS = 10  # a minute for one subscription; sample default, not from the plan


@route("GET", ALL)
def list_subscriptions(request: Request) -> Reply:
    found = subscribing.list_own(wiring.app().postroom, request.caller)
    return Reply({"subscriptions": [_told(one) for one in found]})


@route("POST", ALL)
def create_subscription(request: Request) -> Reply:
    """A new subscription. Its secret is in this answer, and in no other."""
    body = members(request, {"url": TEXT}, FILTERS)
    one, new = subscribing.create(wiring.app().postroom, request.caller, body, idempotency_key(request))
    headers = {"Location": f"{ALL}/{one.id}", "ETag": f'"{one.rev}"'}
    if not new:
        return Reply(_told(one) | {"secret": None}, 200, {**headers, "Idempotency-Replayed": "true"})
    return Reply(_told(one) | {"secret": one.secrets[-1].text}, 201, headers)


@route("GET", ONE)
def get_subscription(request: Request) -> Reply:
    return _shown(subscribing.see(wiring.app().postroom, request.caller, _id(request)))


@route("PUT", ONE)
def put_subscription(request: Request) -> Reply:
    body, read = members(request, {"url": TEXT}, FILTERS), required_match(request)
    return _shown(subscribing.change(wiring.app().postroom, request.caller, _id(request), body, read))


@route("DELETE", ONE)
def delete_subscription(request: Request) -> Reply:
    subscribing.drop(wiring.app().postroom, request.caller, _id(request), required_match(request))
    return Reply(None, 204)


@route("PUT", f"{ONE}/state")
def put_state(request: Request) -> Reply:
    """Pause a subscription, or have it work again."""
    state = members(request, {"state": TEXT})["state"]
    return _shown(subscribing.set_state(wiring.app().postroom, request.caller, _id(request), state))


@route("POST", f"{ONE}/secrets")
def rotate_secret(request: Request) -> Reply:
    """A new secret, in this answer and no other; the old one signs beside it for a day."""
    from chalicelib.domain.webhook_signatures import public_of

    kind = members(request, {}, {"kind": TEXT}).get("kind", SHARED)
    one, secret = subscribing.rotate(wiring.app().postroom, request.caller, _id(request), kind)
    shown = None if public_of(secret) else secret  # a private key stays here
    return Reply(_told(one) | {"secret": shown}, 201, {"ETag": f'"{one.rev}"'})


@route("POST", f"{ONE}/tests")
def send_test(request: Request) -> Reply:
    from chalicelib.domain.quotas import Budget

    members(request, {})
    app, identity = wiring.app(), _id(request)
    subscribing.see(app.postroom, request.caller, identity)
    app.limiter.spend(f"webhook-test:{identity}", "writes", Budget(TESTS), app.now())
    sent, message = subscribing.ask_for_test(app.postroom, request.caller, identity)
    app.have_done([json.dumps(message)])
    return Reply(_line(sent), 202, {"Location": f"{ALL}/{identity}/deliveries/{sent['id']}"})


@route("GET", f"{ONE}/deliveries")
def list_deliveries(request: Request) -> Reply:
    """What was sent, newest first; `state`, `type`, `case`, `from`, `to` search."""
    search = {name: request.query.get(name) for name in ("state", "type", "case")}
    span = {name: instant(request.query.get(name), name) for name in ("from", "to")}
    found, after = subscribing.list_deliveries(
        wiring.app().postroom, request.caller, _id(request), {**search, **span}, cursor(request, DELIVERY),
        request.limit(),
    )  # fmt: skip
    return Reply({"deliveries": [_line(one) for one in found], "after": given_out(after)})


@route("GET", f"{ONE}/deliveries/{{delivery_id}}")
def get_delivery(request: Request) -> Reply:
    identity = _named(request, "delivery_id", DELIVERY)
    one = subscribing.see_delivery(wiring.app().postroom, request.caller, _id(request), identity)
    attempts = [{**line, "at": _when(line["at"])} for line in one["attempts"]]
    return Reply(
        _line(one) | {"attempts": attempts, "answer": one["answer"], "body": json.loads(bytes(one["body"]))}
    )


@route("POST", f"{ONE}/replays")
def create_replay(request: Request) -> Reply:
    """Send again what the log has: by ids, or from an instant on, by types and states."""
    app, identity = wiring.app(), _id(request)
    said = members(request, {}, {"ids": TEXTS, "from": TEXT, "to": TEXT, "types": TEXTS, "states": TEXTS})
    body = {**said, **{name: instant(said[name], name) for name in ("from", "to") if name in said}}
    if not all(DELIVERY.fullmatch(one) for one in said.get("ids", [])):
        raise Problem("invalid", "replay-invalid", Text("ids 中有无效编号", "ids are ids of deliveries"))
    asked, replay_id = subscribing.ask_for_replay(app.postroom, request.caller, identity, body)
    message = {"work": "webhook-replay", "subscription": identity, "replay": replay_id}
    app.have_done([json.dumps(message)])
    return Reply(_replayed(asked), 202, {"Location": f"{ALL}/{identity}/replays/{replay_id}"})


@route("GET", f"{ONE}/replays/{{replay_id}}")
def get_replay(request: Request) -> Reply:
    replay_id = _named(request, "replay_id", REPLAY)
    return Reply(
        _replayed(subscribing.see_replay(wiring.app().postroom, request.caller, _id(request), replay_id))
    )


def _id(request: Request) -> str:
    return request.path["subscription_id"]


def _named(request: Request, name: str, pattern: re.Pattern[str]) -> str:
    """The id in the path, if it is one: an instant is read out of it before a store is asked."""
    from chalicelib.domain.problems import not_found

    value = request.path[name]
    if not pattern.fullmatch(value):
        subscribing.see(wiring.app().postroom, request.caller, _id(request))
        raise not_found(Text("此编号", "such id"), value)
    return value


def _shown(one: Subscription) -> Reply:
    return Reply(_told(one), headers={"ETag": f'"{one.rev}"'})


def _told(one: Subscription) -> dict[str, Any]:
    """A subscription as its subscriber sees it: of secrets, only since when and until when they sign."""
    from chalicelib.domain.webhook_signatures import public_of

    health = one.health
    return {
        "subscription_id": one.id, "url": one.url, "title": one.title, "types": one.types, "items": one.items,
        "departments": one.departments, "state": one.state, "why": one.why or None, "created_at": _when(one.created_at),
        "secrets": [
            {"since": _when(secret.since), "until": _when(secret.until), "public_key": public_of(secret.text)}
            for secret in one.secrets
        ],
        "health": {
            "failing_since": _when(health.failing_since), "failed_at": _when(health.failed_at),
            "delivered_at": _when(health.delivered_at),
        },
    }  # fmt: skip


def _line(one: Mapping[str, Any]) -> dict[str, Any]:
    waits = one["state"] == "retry"
    return {
        "delivery_id": one["id"], "event_id": one["event_id"], "type": one["type"], "case": one.get("case"),
        "seq": one.get("seq"), "state": one["state"], "why": one["why"] or None, "attempt": one["n"],
        "at": _when(one["at"]), "next_attempt_at": _when(one["due"]) if waits else None, "replayed": one["replayed"],
    }  # fmt: skip


def _replayed(one: Mapping[str, Any]) -> dict[str, Any]:
    counts = one["counts"]
    return {
        "replay_id": one["replay_id"], "state": one["state"], "at": _when(one["at"]),
        "sent": counts.get("sent", 0), "passed": counts.get("passed", 0), "missing": counts.get("missing", 0),
    }  # fmt: skip


def _when(at: int | None) -> str | None:
    from chalicelib.domain.views import rfc3339

    return None if at is None else rfc3339(int(at), wiring.app().zone)
