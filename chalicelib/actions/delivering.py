"""Does the delivering: attempts of a batch of deliveries, what follows on each, what that says of the endpoints.

A delivery is a webhook's, or a notice's, which goes by ways of its own (`actions.notifying`).

At least once: a delivery is claimed under a lease, sent, and ended by whoever holds the lease. Who finds nothing to
claim has nothing to do; whoever dies leaves a row behind that has it looked after. Claims and ends are written many
at a time. What goes to one endpoint goes over few connections, one after the other (`actions.sending`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.actions.announcing import timed_out_just_now
from chalicelib.actions.sending import AT_A_TIME, Sent, send_all
from chalicelib.actions.webhook_ports import Place, Postroom, message_of, messages_of, places_of
from chalicelib.domain.contracts import TEST
from chalicelib.domain.deliveries import KEPT_ATTEMPTS, Next, Said, after, attempt_line, given_up
from chalicelib.domain.notices import is_place
from chalicelib.domain.subscriptions import Subscription

LEASE = 60_000  # ms; a batch is over in less
SHORT = 60_000  # ms: a wait that the queue keeps; longer ones are the due index's (decisions 3)
AGAIN = 30  # s that the others wait whose endpoint has just timed out in the slow lane too
TRIES = 5

Found = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of one delivery: a state, `nothing` to do, `put-off`, `overtaken`, or `error` and which; whether the
    endpoint was given up by it."""

    outcome: str
    disabled: bool = False
    error: str = ""


def deliver_all(room: Postroom, messages: Sequence[str], *, slow: bool) -> list[list[Attempt]]:
    """Every delivery of a batch of messages, message by message; one that hangs holds up none of the others."""
    named = [_named(message) for message in messages]
    places = list(dict.fromkeys(place for one in named for place in one or ()))
    told = [place for place in places if is_place(place)]
    hooks = [place for place in places if not is_place(place)]
    with ThreadPoolExecutor(max_workers=1) as beside:  # neither waits for the other
        telling = beside.submit(_told_all, room, told)
        done = _hooked_all(room, hooks, slow=slow) | telling.result()
    unreadable = [Attempt("error", error="ValueError")]
    return [unreadable if one is None else [done[place] for place in one] for one in named]


def _hooked_all(room: Postroom, places: Sequence[Place], *, slow: bool) -> dict[Place, Attempt]:
    """An attempt at each webhook."""
    if not places:
        return {}
    batch = Batch(room, slow, room.subscriptions.many([subscription for subscription, _ in places]))
    batch.deliver(places)
    return batch.done


def _told_all(room: Postroom, places: Sequence[Place]) -> dict[Place, Attempt]:
    """An attempt at each notice; what cannot be sent from here stays due."""
    if not places:
        return {}
    if room.tell is None:
        return dict.fromkeys(places, Attempt("error", error="NoNoticesFromHere"))
    try:
        return dict(room.tell(places))
    except Exception as error:
        return dict.fromkeys(places, Attempt("error", error=type(error).__name__))


def _named(message: str) -> list[Place] | None:
    """None for a message that nobody can read: it comes back alone."""
    try:
        return places_of(message)
    except (ValueError, KeyError, TypeError):
        return None


@dataclass
class Batch:
    """The deliveries of one call. `done`: what became of each; `_failing`, `_well`: what was noted of an endpoint."""

    room: Postroom
    slow: bool
    known: Mapping[str, Subscription]
    done: dict[Place, Attempt] = field(default_factory=dict)
    _failing: dict[tuple[str, bool], int | None] = field(default_factory=dict)
    _well: set[str] = field(default_factory=set)

    def deliver(self, places: Sequence[Place]) -> None:
        now = self.room.kit.now()
        late = [one for one in places if not self.slow and self._timed_out(one[0], now)]
        self._put_off(late)
        claimed = self._claimed([one for one in places if one not in self.done])
        idle = [one for one in claimed if not self._may_be_sent(one)]
        self._end([(one, Next("skipped", self._why(one)), one["attempts"], one["answer"]) for one in idle])
        ready = [one for one in claimed if self._may_be_sent(one)]
        for sent in send_all(self.room, self.known, ready, quick=not self.slow):
            self._safely(self._record, sent)

    def _timed_out(self, subscription: str, now: int) -> bool:
        one = self.known.get(subscription)
        return one is not None and timed_out_just_now(one, now)

    def _put_off(self, places: Sequence[Place], wait: int = 0) -> None:
        if places:
            self.room.queue([(message, wait) for message in messages_of(places)], True)
            self.done |= dict.fromkeys(places, Attempt("put-off"))

    def _claimed(self, places: Sequence[Place]) -> list[dict[str, Any]]:
        """What is to be attempted now; what could not be asked for comes back."""
        room, found = self.room, list[dict[str, Any]]()
        for start in range(0, len(places), AT_A_TIME):
            part = places[start : start + AT_A_TIME]
            try:
                found += room.deliveries.claim_all(part, room.kit.entropy(8).hex(), room.kit.now(), LEASE)
            except Exception as error:
                self.done |= dict.fromkeys(part, Attempt("error", error=type(error).__name__))
            else:
                self.done |= dict.fromkeys(part, Attempt("nothing"))
        return found

    def _may_be_sent(self, claimed: Found) -> bool:
        """A test reaches an endpoint that is paused or given up too: so a subscriber finds out whether it works."""
        one = self.known.get(claimed["subscription"])
        return one is not None and (one.state == "active" or claimed["type"] == TEST)

    def _why(self, claimed: Found) -> str:
        one = self.known.get(claimed["subscription"])
        return one.state if one else "subscription-deleted"

    def _safely(self, does: Any, given: Sequence[Any]) -> None:
        """What could not be recorded comes back, and is claimed anew once its lease has ended."""
        try:
            does(given)
        except Exception as error:
            failed = Attempt("error", error=type(error).__name__)
            self.done |= {place_of(one.claimed): failed for one in given}

    def _record(self, sent: Sequence[Sent]) -> None:
        """What attempts came to that ended by now, written together."""
        at, room = self.room.kit.now(), self.room
        self.done |= {place_of(one.claimed): Attempt("error", error=one.error) for one in sent if one.error}
        sent = [one for one in sent if not one.error]
        thens = [self._after(one, at) for one in sent]
        ended = [
            (one.claimed, then, _lines(one, at), one.said.excerpt if one.said else one.claimed["answer"])
            for one, then in zip(sent, thens, strict=True)
        ]
        later = list[tuple[str, int]]()
        for one, then, held in zip(sent, thens, self._end(ended), strict=True):
            if not held:
                continue
            if then.unmade:
                self.done[place_of(one.claimed)] = Attempt("put-off")
            if then.state == "retry" and then.due - at < SHORT:
                later.append((message_of(place_of(one.claimed)), -(-(then.due - at) // 1000)))
            if one.said is not None and self._judged(one.claimed, then, one.said, at):
                self.done[place_of(one.claimed)] = Attempt(then.state, disabled=True)
        if later:
            room.queue(later, True)

    def _after(self, one: Sent, at: int) -> Next:
        """What follows. Who was not asked, or had no time in the fast lane, is asked in the slow one; that counts as
        no attempt."""
        if one.said is None:
            return Next("retry", "put-off", due=at + (AGAIN * 1000 if self.slow else 0), unmade=1)
        if one.said.why == "time-out" and not self.slow:
            return Next("retry", "slow", due=at, unmade=1)
        return after(int(one.claimed["n"]), one.said, at, int.from_bytes(self.room.kit.entropy(4), "big"))

    def _end(self, ended: Sequence[tuple[Found, Next, list[Any], str]]) -> list[bool]:
        held = self.room.deliveries.end_all(ended) if ended else []
        for (claimed, then, _, _), done in zip(ended, held, strict=True):
            self.done[place_of(claimed)] = Attempt(then.state if done else "overtaken")
        return held

    def _judged(self, claimed: Found, then: Next, said: Said, at: int) -> bool:
        """Note how the endpoint fares, once a batch where nothing changes; whether this attempt is the one that gave
        it up. Replays and tests do not count, except that whoever answers 410 wants nothing more, whatever it was."""
        one = self.known[claimed["subscription"]]
        counts = not claimed["replayed"] and claimed["type"] != TEST
        if then.state == "ok":
            if counts and one.id not in self._well and (self._forgotten(one.id) or _worth_noting(one, at)):
                self.room.subscriptions.succeeded(one.id, at)
            self._well |= {one.id} if counts else set()
            return False
        since = self._failed(one.id, at, said.why == "time-out") if counts else None
        if then.gone or given_up(since, at):
            return disable(self.room, one.id, "gone" if then.gone else "failing")
        return False

    def _failed(self, identity: str, at: int, timed_out: bool) -> int | None:
        known = (identity, timed_out)
        if known not in self._failing:
            self._failing[known] = self.room.subscriptions.failed(identity, at, timed_out)
            self._well.discard(identity)
        return self._failing[known]

    def _forgotten(self, identity: str) -> bool:
        """A success after failures of this batch: they are to be noted anew, if there are more."""
        noted = [known for known in self._failing if known[0] == identity]
        for known in noted:
            del self._failing[known]
        return bool(noted)


def place_of(claimed: Found) -> Place:
    return str(claimed["subscription"]), str(claimed["id"])


def _lines(one: Sent, at: int) -> list[Any]:
    """The log of a delivery with this attempt; who was not asked has none more."""
    before = list(one.claimed["attempts"])
    return (
        before
        if one.said is None
        else [*before, attempt_line(int(one.claimed["n"]), one.said, at)][-KEPT_ATTEMPTS:]
    )


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
