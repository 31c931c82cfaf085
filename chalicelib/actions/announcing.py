"""Does the announcing: hands on the events that subscribers wait for, and writes a delivery for each of them.

An event is handed on before the feed is told of it: what could not be handed on stays untold, and the sweeper finds
it. A message may come often and late: the ids of deliveries are the same each time, and the first bytes stay.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.actions.feeding import may_follow
from chalicelib.actions.settling import each
from chalicelib.actions.webhook_ports import Place, Postroom, Subscriptions, message_of
from chalicelib.domain import canonical, deliveries
from chalicelib.domain.change import Body
from chalicelib.domain.contracts import DIMENSIONS, TEST, payload
from chalicelib.domain.parties import Principal
from chalicelib.domain.subscriptions import Subscription
from chalicelib.domain.views import rfc3339

WORK, PROBE = "webhooks", "webhook-test"
EVENTS = 25  # in a message
LOST = 150_000  # ms after which a delivery that nobody took up is queued again
JUST_NOW = 60_000  # ms for which an endpoint that timed out waits in the slow queue

Pair = tuple[str, int]


def hand_on(
    subscriptions: Subscriptions, later: Callable[[Sequence[str]], None] | None, pairs: Sequence[Pair],
    types: Mapping[Pair, str],
) -> int:  # fmt: skip
    """Put the events that somebody waits for on the queue of work, 25 a message; how many.

    An event whose type is not known, because a sweep found it, may be waited for.
    """
    if later is None or not pairs:
        return 0
    wanted = subscriptions.wanted_types()
    asked = [
        pair
        for pair in dict.fromkeys(pairs)
        if wanted and (not types.get(pair) or types[pair] in wanted or "*" in wanted)
    ]
    parts = [asked[start : start + EVENTS] for start in range(0, len(asked), EVENTS)]
    if parts:
        later([json.dumps({"work": WORK, "events": part}) for part in parts])
    return len(asked)


def announce(room: Postroom, pairs: Sequence[Pair]) -> dict[str, int]:
    """Write the deliveries of these events and queue them; counts of `queued`, `skipped`, `again`.

    One event that fails holds up no other: all are tried, then the message comes back.
    """
    done, every = Counter[str](), room.subscriptions.all()
    if every:
        each(list(pairs), lambda pair: done.update(_announce_one(room, every, pair)))
    return dict(done)


def _announce_one(room: Postroom, every: Sequence[Subscription], pair: Pair) -> Counter[str]:
    case_id, seq = pair
    done, ready = Counter[str](), list[Subscription]()
    found = room.kit.cases.events(case_id, seq - 1, 1)
    if not found:  # erased since
        return done
    told = payload(found[0], room.contracts, room.kit.zone)
    recorded_at = int(found[0]["recorded_at"])
    for one in _listening(room, every, told):
        state = add(room, one, told, recorded_at)
        if state == "pending":
            ready.append(one)
        done["queued" if state == "pending" else "skipped" if state == "skipped" else "again"] += 1
    _queue(room, ready, str(told["id"]), recorded_at)
    return done


def _listening(room: Postroom, every: Sequence[Subscription], told: Body) -> list[Subscription]:
    """Those whose filters let the event through, and whose subscriber's scope reaches the case today."""
    item, department = (told["dimensions"].get(name) for name in DIMENSIONS[:2])
    asked = [one for one in every if one.wants(str(told["type"]), item, department)]
    office, allowed = room.kit.office(), dict[str, bool]()
    for owner in {one.owner for one in asked}:
        allowed[owner] = may_follow(room.kit, office, principal_of(owner), str(told["case"]))
    return [one for one in asked if allowed[one.owner]]


def principal_of(owner: str) -> Principal:
    """The subscriber as it would read the feed itself."""
    return Principal(owner, "", frozenset({"integrator"}), "integrator")


def add(room: Postroom, one: Subscription, told: Mapping[str, Any], at: int) -> str:
    """Write a delivery, with its bytes frozen, unless it is there; the state in which it stands.

    Whoever paused, or was given up, gets it when they ask for a replay.
    """
    at_work = one.state == "active" or told["type"] == TEST
    state, why = ("pending", "") if at_work else ("skipped", one.state)
    clear = {"event_id": told["id"], "type": told["type"], "case": told.get("case"), "seq": told.get("seq")}
    clear["item"] = told.get("dimensions", {}).get("item")
    place = place_for(one, str(told["id"]), at)
    return room.deliveries.add(place, clear, canonical.dumps(told), state, why, room.kit.now() + LOST)


def send_test(room: Postroom, subscription: str, event_id: str, at: int) -> dict[str, int]:
    """Send the test that a subscriber asked for, once."""
    one = room.subscriptions.many([subscription]).get(subscription)
    if one is None:
        return {}
    told = {
        "id": event_id, "type": TEST, "contract": 1, "occurred_at": rfc3339(at, room.kit.zone),
        "data": {"subscription": one.id},
    }  # fmt: skip
    if add(room, one, told, at) == "pending":
        _queue(room, [one], event_id, at)
    return {"queued": 1}


def place_for(one: Subscription, event_id: str, at: int) -> Place:
    return one.id, deliveries.identity(event_id, one.id, at)


def _queue(room: Postroom, ready: Sequence[Subscription], event_id: str, at: int) -> None:
    """Whoever timed out a moment ago waits elsewhere (decisions 22)."""
    for slow in (False, True):
        messages = [
            (message_of(place_for(one, event_id, at)), 0)
            for one in ready
            if timed_out_just_now(one, room.kit.now()) == slow
        ]
        if messages:
            room.queue(messages, slow)


def timed_out_just_now(one: Subscription, at: int) -> bool:
    since = one.health.timed_out_at
    return since is not None and at - since < JUST_NOW
