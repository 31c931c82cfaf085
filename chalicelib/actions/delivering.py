"""Does the delivering: one attempt of one delivery, what follows on it, and what that says of the endpoint.

A delivery is a webhook's, or a notice's, which goes by ways of its own (`actions.notifying`).

At least once: a delivery is claimed under a lease, sent, and ended by whoever holds the lease. Who finds nothing to
claim has nothing to do; whoever dies leaves a due row behind, and the sweep finds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.actions.announcing import timed_out_just_now
from chalicelib.actions.webhook_ports import Place, Postroom, message_of, place_of
from chalicelib.domain.contracts import TEST
from chalicelib.domain.deliveries import KEPT_ATTEMPTS, Next, Said, after, attempt_line, given_up
from chalicelib.domain.notices import is_place
from chalicelib.domain.subscriptions import Subscription
from chalicelib.domain.webhook_signatures import signed

LEASE = 60_000  # ms; an attempt takes fifteen seconds at most
SHORT = 60_000  # ms: a wait that the queue keeps; longer ones are the due index's (decisions 3)
TRIES = 5
FIXED = {"Content-Type": "application/json", "User-Agent": "jisheng-webhooks/1"}


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one message led to: a state, `nothing` to do, `put-off`, `overtaken`, or `error` and which; whether the
    endpoint was given up by it."""

    outcome: str
    disabled: bool = False
    error: str = ""


def deliver_all(room: Postroom, messages: Sequence[str], *, slow: bool) -> list[Attempt]:
    """Every message of a batch, side by side, in the order given: one that hangs holds up none of the others."""
    places = [place_of(message) for message in messages]
    subscribed = [place[0] for place in places if not is_place(place)]
    known = room.subscriptions.many(subscribed) if subscribed else {}
    with ThreadPoolExecutor(max_workers=max(1, len(places))) as pool:
        return list(pool.map(lambda place: _safely(room, known.get(place[0]), place, slow), places))


def _safely(room: Postroom, one: Subscription | None, place: Place, slow: bool) -> Attempt:
    """A message that cannot be handled comes back alone, and holds up none of its batch."""
    try:
        if is_place(place):
            return _told(room, place)
        return deliver(room, one, place, slow=slow)
    except Exception as error:
        return Attempt("error", error=type(error).__name__)


def _told(room: Postroom, place: Place) -> Attempt:
    """One attempt at a notice; what cannot be sent from here stays due."""
    if room.tell is None:
        raise RuntimeError("no notices are sent from here")
    done: Attempt = room.tell(place)
    return done


def deliver(room: Postroom, one: Subscription | None, place: Place, *, slow: bool) -> Attempt:
    """One attempt, if one is due."""
    now = room.kit.now()
    if one is not None and not slow and timed_out_just_now(one, now):
        room.queue([(message_of(place), 0)], True)
        return Attempt("put-off")
    claimed = room.deliveries.claim(place, room.kit.entropy(8).hex(), now, LEASE)
    if claimed is None:
        return Attempt("nothing")
    if one is None or not _may_be_sent(one, claimed):
        why = one.state if one else "subscription-deleted"
        room.deliveries.end(claimed, Next("skipped", why), claimed["attempts"], claimed["answer"])
        return Attempt("skipped")
    said = _sent(room, one, claimed)
    at = room.kit.now()
    then = after(int(claimed["n"]), said, at, int.from_bytes(room.kit.entropy(4), "big"))
    lines = [*claimed["attempts"], attempt_line(int(claimed["n"]), said, at)][-KEPT_ATTEMPTS:]
    if not room.deliveries.end(claimed, then, lines, said.excerpt):
        return Attempt("overtaken")
    if then.state == "retry" and then.due - at < SHORT:
        room.queue([(message_of(place), -(-(then.due - at) // 1000))], True)
    return Attempt(then.state, _judged(room, one, claimed, then, said, at))


def _may_be_sent(one: Subscription, claimed: Mapping[str, Any]) -> bool:
    """A test reaches an endpoint that is paused or given up too: so a subscriber finds out whether it works again."""
    return one.state == "active" or claimed["type"] == TEST


def _sent(room: Postroom, one: Subscription, claimed: Mapping[str, Any]) -> Said:
    """The same bytes as ever, signed anew at the time of this attempt."""
    body = bytes(claimed["body"])
    headers = signed(str(claimed["event_id"]), room.seconds(), body, one.signing(room.kit.now()))
    return room.post(one.url, {**FIXED, **headers}, body)


def _judged(
    room: Postroom, one: Subscription, claimed: Mapping[str, Any], then: Next, said: Said, at: int
) -> bool:
    """Note how the endpoint fares; whether this attempt is the one that gave it up. Replays and tests do not count,
    except that whoever answers 410 wants nothing more, whatever it was."""
    counts = not claimed["replayed"] and claimed["type"] != TEST
    if then.state == "ok":
        if counts and _worth_noting(one, at):
            room.subscriptions.succeeded(one.id, at)
        return False
    since = room.subscriptions.failed(one.id, at, said.why == "time-out") if counts else None
    if then.gone or given_up(since, at):
        return disable(room, one.id, "gone" if then.gone else "failing")
    return False


def _worth_noting(one: Subscription, at: int) -> bool:
    """A success is written when it ends failures, else once a minute at most."""
    seen = one.health.delivered_at
    return one.health.failed_at is not None or seen is None or at - seen > SHORT


def disable(room: Postroom, identity: str, why: str) -> bool:
    """Give an endpoint up, once: True for the one who did, who tells of it."""
    for _ in range(TRIES):
        one = room.subscriptions.many([identity]).get(identity)
        if one is None or one.state == "disabled":
            return False
        if room.subscriptions.put(replace(one, state="disabled", why=why), one.rev):
            return True
    raise RuntimeError("the subscription changes all the time")
