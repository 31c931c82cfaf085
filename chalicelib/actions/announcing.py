"""Does the announcing: hands on the events that subscribers wait for, and writes a delivery for each of them.

An event is handed on before the feed is told of it: what could not be handed on stays untold, and the sweeper finds
it. A message may come often and late: the ids of deliveries are the same each time, and the first bytes stay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.actions.event_messages import Pair, messages
from chalicelib.actions.feeding import Reach
from chalicelib.actions.settling import each
from chalicelib.actions.webhook_ports import New, Place, Postroom, Subscriptions, messages_of
from chalicelib.domain import canonical, deliveries
from chalicelib.domain.cases import Case
from chalicelib.domain.change import Body
from chalicelib.domain.contracts import DIMENSIONS, TEST, payload
from chalicelib.domain.parties import Principal
from chalicelib.domain.subscriptions import Subscription
from chalicelib.domain.views import rfc3339

WORK, PROBE = "webhooks", "webhook-test"
LOST = 150_000  # ms after which a delivery that nobody took up is queued again
JUST_NOW = 60_000  # ms for which an endpoint that timed out waits in the slow queue


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
    if asked:
        later(messages(WORK, asked))
    return len(asked)


def announce(room: Postroom, pairs: Sequence[Pair]) -> dict[str, int]:
    """Write the deliveries of these events and queue them; counts of `queued`, `skipped`, `again`.

    They are read and written together. Where that fails each is tried alone, so that one that fails holds up no
    other, and then the message comes back.
    """
    done, every = Counter[str](), room.subscriptions.all()
    if not every:
        return {}
    try:
        done += _announced(room, every, list(dict.fromkeys(pairs)))
    except Exception:
        if len(pairs) == 1:
            raise
        each(list(pairs), lambda pair: done.update(_announced(room, every, [pair])))
    return dict(done)


def _announced(room: Postroom, every: Sequence[Subscription], pairs: Sequence[Pair]) -> Counter[str]:
    done, new, ready = Counter[str](), list[New](), list[Place]()
    listening = Listening(room, every)
    for case, event in room.kit.cases.told(pairs).values():
        told = payload(event, room.contracts, room.kit.zone)
        body, at = canonical.dumps(told), int(event["recorded_at"])
        new += [draft(one, told, body, at) for one in listening.to(told, case)]
    for one, state in zip(new, add(room, new), strict=True):
        done["queued" if state == "pending" else "skipped" if state == "skipped" else "again"] += 1
        ready += [one[0]] if state == "pending" else []
    _queue(room, {one.id: one for one in every}, ready)
    return done


class Listening:
    """Who hears of an event: whose filters let it through, and whose subscriber's scope reaches the case today."""

    def __init__(self, room: Postroom, every: Sequence[Subscription]) -> None:
        self._every, self._reach = every, Reach(room.kit, room.kit.office())

    def to(self, told: Body, case: Case) -> list[Subscription]:
        item, department = (told["dimensions"].get(name) for name in DIMENSIONS[:2])
        asked = [one for one in self._every if one.wants(str(told["type"]), item, department)]
        return [one for one in asked if self._reach.over(principal_of(one.owner), case)]


def principal_of(owner: str) -> Principal:
    """The subscriber as it would read the feed itself."""
    return Principal(owner, "", frozenset({"integrator"}), "integrator")


def draft(one: Subscription, told: Mapping[str, Any], body: bytes, at: int) -> New:
    """A delivery, with its bytes frozen. Whoever paused, or was given up, gets it when they ask for a replay."""
    at_work = one.state == "active" or told["type"] == TEST
    state, why = ("pending", "") if at_work else ("skipped", one.state)
    clear = {"event_id": told["id"], "type": told["type"], "case": told.get("case"), "seq": told.get("seq")}
    clear["item"] = told.get("dimensions", {}).get("item")
    return place_for(one, str(told["id"]), at), clear, body, state, why


def add(room: Postroom, new: Sequence[New]) -> list[str]:
    """Write those that are not there, watched over from before they are; the state in which each stands."""
    pending = [place for place, _, _, state, _ in new if state == "pending"]
    if pending:
        room.deliveries.watch(pending, room.kit.now() + LOST, room.kit.entropy(8).hex())
    return room.deliveries.add_all(new)


def send_test(room: Postroom, subscription: str, event_id: str, at: int) -> dict[str, int]:
    """Send the test that a subscriber asked for, once."""
    one = room.subscriptions.many([subscription]).get(subscription)
    if one is None:
        return {}
    told = {
        "id": event_id, "type": TEST, "contract": 1, "occurred_at": rfc3339(at, room.kit.zone),
        "data": {"subscription": one.id},
    }  # fmt: skip
    new = draft(one, told, canonical.dumps(told), at)
    if add(room, [new]) == ["pending"]:
        _queue(room, {one.id: one}, [new[0]])
    return {"queued": 1}


def place_for(one: Subscription, event_id: str, at: int) -> Place:
    return one.id, deliveries.identity(event_id, one.id, at)


def _queue(room: Postroom, known: Mapping[str, Subscription], ready: Sequence[Place]) -> None:
    """Whoever timed out a moment ago waits elsewhere (decisions 22)."""
    now = room.kit.now()
    for slow in (False, True):
        places = [place for place in ready if timed_out_just_now(known[place[0]], now) == slow]
        if places:
            room.queue([(message, 0) for message in messages_of(places)], slow)


def timed_out_just_now(one: Subscription, at: int) -> bool:
    since = one.health.timed_out_at
    return since is not None and at - since < JUST_NOW
