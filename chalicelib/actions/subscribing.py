"""Does what subscribers do for themselves: subscribe, change, pause, rotate, test, look at the log, ask for more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.actions import announcing, redelivering
from chalicelib.actions.webhook_ports import Postroom
from chalicelib.domain import ids
from chalicelib.domain.access import asked, place, subscription_resource
from chalicelib.domain.contracts import TEST
from chalicelib.domain.deliveries import KEPT, REPLAYABLE
from chalicelib.domain.parties import ANYWHERE, Principal
from chalicelib.domain.problems import Problem, Text, not_found
from chalicelib.domain.subscriptions import BYTES, KINDS, MOST, SHARED, Health, Subscription, checked_filters
from chalicelib.domain.webhook_urls import target_of

STATES = ("active", "paused")
MOST_IDS = 100  # that one replay may name
DEFAULT_REPLAY = ("dead", "skipped")


def create(
    room: Postroom, principal: Principal, body: Mapping[str, Any], key: str | None
) -> tuple[Subscription, bool]:
    """A new subscription with its first secret, and whether it is new: the same key finds the one that it made.

    Problems: forbidden, `webhook-url-refused`, `subscription-invalid`, `too-many-subscriptions`,
    `idempotency-key-reused`.
    """
    _permit(room, principal)
    now, told = room.kit.now(), _told(room, body)
    derived = ids.derived("sub", principal.subject, key) if key else ""
    if derived and (known := room.subscriptions.many([derived]).get(derived)):
        return _same(known, told), False
    if len(room.subscriptions.of_owner(principal.subject)) >= MOST:
        said = Text(f"每个系统最多 {MOST} 个订阅", f"at most {MOST} subscriptions for one system")
        raise Problem("conflict", "too-many-subscriptions", said)
    identity = derived or ids.new("sub", now, room.kit.entropy(10))
    one = Subscription(identity, principal.subject, created_at=now, secrets=(), **told)
    one = one.rotated(room.kit.entropy(BYTES), now)
    if not room.subscriptions.put(one, 0):
        return _same(room.subscriptions.many([identity])[identity], told), False
    return replace(one, rev=1), True


def list_own(room: Postroom, principal: Principal) -> list[Subscription]:
    """The caller's own: nobody sees another's."""
    _permit(room, principal)
    return room.subscriptions.of_owner(principal.subject)


def see(room: Postroom, principal: Principal, identity: str) -> Subscription:
    """One of the caller's own. Another's does not exist: Problem `not-found`."""
    _permit(room, principal)
    one = room.subscriptions.many([identity]).get(identity)
    if one is None or one.owner != principal.subject:
        raise not_found(Text("订阅", "subscription"), identity)
    return one


def change(
    room: Postroom, principal: Principal, identity: str, body: Mapping[str, Any], read: int
) -> Subscription:
    """Another address, title or filters; the secret stays."""
    one = see(room, principal, identity)
    return _put(room, replace(one, **_told(room, body)), read)


def drop(room: Postroom, principal: Principal, identity: str, read: int) -> None:
    """The subscription and its secrets go; what was under way is not sent any more."""
    see(room, principal, identity)
    if not room.subscriptions.drop(identity, read, room.kit.now()):
        raise _stale()


def set_state(room: Postroom, principal: Principal, identity: str, state: str) -> Subscription:
    """Pause it, or have it work again; one that was given up begins with a clean record."""
    one = see(room, principal, identity)
    if state not in STATES:
        raise Problem("invalid", "state-unknown", Text("state 应为 active 或 paused", "active or paused"))
    if state == one.state:
        return one
    return _put(room, replace(one, state=state, why="", health=Health()), one.rev)


def rotate(
    room: Postroom, principal: Principal, identity: str, kind: str = SHARED
) -> tuple[Subscription, str]:
    """A new secret, shown this once; the old one goes on to sign beside it for a day."""
    one = see(room, principal, identity)
    if kind not in KINDS:
        said = Text(f"kind 应为 {'、'.join(KINDS)}", f"kind is one of {', '.join(KINDS)}")
        raise Problem("invalid", "secret-kind-unknown", said)
    new = one.rotated(room.kit.entropy(BYTES), room.kit.now(), kind)
    return _put(room, new, one.rev), new.secrets[-1].text


def ask_for_test(
    room: Postroom, principal: Principal, identity: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """An event that tells of no case, whatever the filters and the state: its delivery as it will stand in the log,
    and the message by which a worker sends it."""
    one, now = see(room, principal, identity), room.kit.now()
    event_id = ids.new("evt", now, room.kit.entropy(10))
    line = {
        "id": announcing.place_for(one, event_id, now)[1], "event_id": event_id, "type": TEST, "state": "pending",
        "why": "", "n": 0, "at": now, "due": now, "replayed": False,
    }  # fmt: skip
    return line, {"work": announcing.PROBE, "subscription": one.id, "event": event_id, "at": now}


def list_deliveries(
    room: Postroom,
    principal: Principal,
    identity: str,
    search: Mapping[str, Any],
    after: str | None,
    limit: int,
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of the log of the last thirty days, newest first."""
    one, now = see(room, principal, identity), room.kit.now()
    span = {"from": max(search.get("from") or 0, now - KEPT), "to": min(search.get("to") or now, now)}
    return redelivering.log(room, one.id, {**search, **span}, after, limit)


def see_delivery(room: Postroom, principal: Principal, identity: str, delivery_id: str) -> dict[str, Any]:
    """One delivery with its attempts and the beginning of the last answer."""
    one = see(room, principal, identity)
    found = room.deliveries.get((one.id, delivery_id))
    if found is None:
        raise not_found(Text("推送记录", "delivery"), delivery_id)
    return found


def ask_for_replay(
    room: Postroom, principal: Principal, identity: str, body: Mapping[str, Any]
) -> tuple[dict[str, Any], str]:
    """Have deliveries sent again, by ids or by a span of time; the resource, and the message for a worker."""
    one, now = see(room, principal, identity), room.kit.now()
    if one.state != "active":
        said = Text("订阅未启用,请先恢复", "the subscription is not active: have it work again first")
        raise Problem("conflict", "subscription-not-active", said)
    named: Sequence[str] = body.get("ids", [])
    if len(named) > MOST_IDS or bool(named) == ("from" in body):
        said = Text(f"请给出 ids(最多 {MOST_IDS} 个)或 from", f"give ids (at most {MOST_IDS}) or from")
        raise Problem("invalid", "replay-invalid", said)
    replay_id = ids.new("rpl", now, room.kit.entropy(10))
    states = body.get("states") or (list(DEFAULT_REPLAY) if not named else ["ok", *DEFAULT_REPLAY])
    asked_ = {
        "state": "running", "at": now, "ids": list(named), "from": body.get("from", 0), "to": body.get("to", now),
        "types": list(body.get("types", [])), "states": list(states), "counts": {},
    }  # fmt: skip
    room.subscriptions.put_replay(one.id, replay_id, asked_, (now + REPLAYABLE) // 1000)
    return {"replay_id": replay_id, **asked_}, replay_id


def see_replay(room: Postroom, principal: Principal, identity: str, replay_id: str) -> dict[str, Any]:
    """How far a replay is."""
    one = see(room, principal, identity)
    found = room.subscriptions.replay(one.id, replay_id)
    if found is None:
        raise not_found(Text("重发", "replay"), replay_id)
    return {"replay_id": replay_id, **found}


def _permit(room: Postroom, principal: Principal) -> None:
    """Whether the caller may keep subscriptions of its own, by the access policies that are published now."""
    office = room.kit.office()
    resource, context = subscription_resource(principal.subject), asked(principal, place(ANYWHERE))
    decision = office.policies.decide(principal, "keep_subscription", resource, context)
    if not decision.allowed:
        raise office.policies.refusal(principal, decision)


def _told(room: Postroom, body: Mapping[str, Any]) -> dict[str, Any]:
    """What a subscriber says of a subscription, checked."""
    url = str(body["url"])
    target_of(url, loopback=room.loopback)
    filters = checked_filters(body, room.contracts.types)
    return {"url": url, "title": str(body.get("title", ""))[:200], **filters}


def _same(known: Subscription, told: Mapping[str, Any]) -> Subscription:
    if any(getattr(known, name) != value for name, value in told.items()):
        said = Text(
            "此 Idempotency-Key 已用于另一个请求", "this Idempotency-Key was used for another request"
        )
        raise Problem("invalid", "idempotency-key-reused", said)
    return known


def _put(room: Postroom, one: Subscription, read: int) -> Subscription:
    if not room.subscriptions.put(one, read):
        raise _stale()
    return replace(one, rev=read + 1)


def _stale() -> Problem:
    return Problem("precondition", "changed-since", Text("订阅已被修改", "the subscription changed since"))
