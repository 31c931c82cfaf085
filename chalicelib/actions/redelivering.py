"""Does the delivering again: what came due, what nobody took up, and what a subscriber asks for once more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.actions.announcing import LOST
from chalicelib.actions.webhook_ports import Place, Postroom, message_of, messages_of
from chalicelib.domain import ids
from chalicelib.domain.deliveries import DAY, FINAL, REPLAYABLE

SWEEP, REPLAY = "webhooks-due", "webhook-replay"
SHARDS = 8
AHEAD = 60_000  # ms: what comes due before the next minute's sweep waits in the queue
MOST_SWEPT = 2_000  # a run; the next minute goes on
MOST_WATCHED = 4_000  # a run and shard, of which nearly all has ended
MOST_REPLAYED = 2_000  # deliveries that one replay sends
APART = 100  # ms between two of a replay: ten a second; sample default, not from the plan
PAGE = 100


def sweep(room: Postroom) -> dict[str, int]:
    """Queue every delivery that is due, or was left behind; counts of `queued`, `waiting`, `stale`."""
    done, now = Counter[str](), room.kit.now()
    for shard in range(SHARDS):
        messages = [(message, 0) for message in messages_of(_left(room, shard, now, done))]
        for at, place in room.deliveries.due(shard, now + AHEAD):
            wait = _look(room, at, place, now, done)
            if wait is not None:
                messages.append((message_of(place), wait))
            if done["queued"] >= MOST_SWEPT:
                break
        if messages:
            room.queue(messages, True)
    return dict(done)


def _left(room: Postroom, shard: int, now: int, done: Counter[str]) -> list[Place]:
    """What was new some time ago and has not ended: each gets a due row of its own, and nearly all is to be queued."""
    found, seen = list[Place](), 0
    for row, places in room.deliveries.watched(shard, now):
        for place, one in zip(places, room.deliveries.many(places), strict=True):
            if one is None or one["state"] in FINAL or one["dr"] is not None:
                continue
            busy = one["state"] == "sending" and int(one["until"]) > now
            if room.deliveries.take_over(place, int(one["until"]) + 1 if busy else now + LOST):
                done["waiting" if busy else "queued"] += 1
                found += [] if busy else [place]
        room.deliveries.watched_no_more(shard, row)
        seen += len(places)
        if seen >= MOST_WATCHED:
            break
    return found


def _look(room: Postroom, at: int, place: Place, now: int, done: Counter[str]) -> int | None:
    """Seconds after which the delivery is to be tried; None where there is nothing to try."""
    found = room.deliveries.get(place)
    if found is None or found["state"] in FINAL or found["dr"] != at:
        room.deliveries.settle_due(at, place, None)
        done["stale"] += 1
        return None
    if found["state"] == "sending" and int(found["until"]) > now:
        room.deliveries.settle_due(at, place, int(found["until"]) + 1)
        done["waiting"] += 1
        return None
    due = max(now, int(found["due"]))
    if not room.deliveries.settle_due(at, place, due + LOST):  # another sweep is at it
        return None
    done["queued"] += 1
    return -(-(due - now) // 1000)


def replay(room: Postroom, subscription: str, identity: str) -> dict[str, int]:
    """Send again what a replay asks for, ten a second; `sent`, `passed` (not ended, or not asked for), `missing`.

    A replay that is begun a second time goes on: what it has already made due has not ended.
    """
    asked = room.subscriptions.replay(subscription, identity)
    if asked is None or asked["state"] != "running":
        return {}
    done, now = Counter[str](), room.kit.now()
    for found in _asked_for(room, subscription, asked, now, done):
        place = (subscription, str(found["id"]))
        due = now + done["sent"] * APART
        if found["state"] in asked["states"] and room.deliveries.again(place, found, due):
            done["sent"] += 1
            if due - now < AHEAD:
                room.queue([(message_of(place), -(-(due - now) // 1000))], True)
        else:
            done["passed"] += 1
        if done["sent"] >= MOST_REPLAYED:
            break
    counts = {name: done[name] for name in ("sent", "passed", "missing")}
    full = done["sent"] >= MOST_REPLAYED
    over = {**asked, "state": "full" if full else "done", "counts": counts}
    room.subscriptions.put_replay(subscription, identity, over, (now + REPLAYABLE) // 1000)
    return counts


def _asked_for(
    room: Postroom, subscription: str, asked: Mapping[str, Any], now: int, done: Counter[str]
) -> Iterator[dict[str, Any]]:
    """The deliveries that were named, or those of a span that fit, oldest first; none older than fourteen days."""
    oldest = now - REPLAYABLE
    if asked["ids"]:
        for identity in asked["ids"]:
            found = room.deliveries.get((subscription, identity))
            if found is None or int(found["at"]) < oldest:
                done["missing"] += 1
            else:
                yield found
        return
    since, until = max(int(asked["from"]), oldest), min(int(asked["to"]), now)
    for day in range(since // DAY, until // DAY + 1):
        for found in _of_day(room, subscription, day * DAY):
            if since <= int(found["at"]) <= until and (not asked["types"] or found["type"] in asked["types"]):
                yield found


def _of_day(room: Postroom, subscription: str, day_at: int) -> Iterator[dict[str, Any]]:
    after = None
    while page := room.deliveries.of_day(subscription, day_at, after, PAGE, newest=False):
        yield from page
        after = str(page[-1]["id"])


def log(
    room: Postroom, subscription: str, asked: Mapping[str, Any], after: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of the delivery log, newest first, and where it goes on: five queries at most, a short page is legal.

    `asked`: `from`, `to` (ms), and any of `state`, `type`, `case`, which must be equal.
    """
    fits = {name: asked[name] for name in ("state", "type", "case") if asked.get(name)}
    cursor = after or _before(int(asked["to"]) + 1)
    found = list[dict[str, Any]]()
    for _ in range(5):
        page = room.deliveries.of_day(subscription, ids.at_of(cursor), cursor, PAGE, newest=True)
        for one in page:
            if int(one["at"]) < int(asked["from"]):
                return found, None
            cursor = str(one["id"])
            if all(one.get(name) == value for name, value in fits.items()):
                found.append(one)
            if len(found) == limit:
                return found, cursor
        if len(page) < PAGE:
            midnight = ids.at_of(cursor) // DAY * DAY
            if midnight <= int(asked["from"]):
                return found, None
            cursor = _before(midnight)
    return found, cursor


def _before(at: int) -> str:
    """A delivery id behind which every delivery before an instant stands."""
    return f"dlv_{ids.ulid(at - 1, bytes([255]) * 10)}"
