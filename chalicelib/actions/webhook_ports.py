"""Does nothing itself: says what sending and taking webhooks needs from stores, queues and the way out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.actions.office import Kit
from chalicelib.domain import ids
from chalicelib.domain.connectors import Message
from chalicelib.domain.contracts import Contracts
from chalicelib.domain.deliveries import Next, Said
from chalicelib.domain.subscriptions import Secret, Subscription

TOGETHER = 10  # deliveries a message

Place = tuple[str, str]  # subscription, delivery
Found = Mapping[str, Any]  # a delivery as its store knows it
New = tuple[
    Place, Mapping[str, Any], bytes, str, str
]  # what the log says of it, its bytes, its state, and why


class Subscriptions(Protocol):
    """Who asks for what. Writes name the revision that was read; False where it is another by now."""

    def put(self, one: Subscription, expected: int) -> bool: ...
    def many(self, ids: Sequence[str]) -> dict[str, Subscription]: ...
    def all(self) -> list[Subscription]: ...
    def of_owner(self, owner: str) -> list[Subscription]: ...
    def wanted_types(self) -> frozenset[str]:
        """The types that somebody waits for; `*` among them: all."""

    def drop(self, identity: str, expected: int, at: int) -> bool: ...
    def succeeded(self, identity: str, at: int) -> None: ...
    def failed(self, identity: str, at: int, timed_out: bool) -> int | None:
        """Note a failure; since when (ms) there was no success."""

    def put_replay(self, subscription: str, identity: str, body: Mapping[str, Any], ttl: int) -> None: ...
    def replay(self, subscription: str, identity: str) -> dict[str, Any] | None: ...


class Deliveries(Protocol):
    """What is sent to whom, how far it is, and when it is looked at again."""

    def watch(self, places: Sequence[Place], at: int, nonce: str) -> None:
        """Have new ones looked after from an instant on; before they are written."""

    def watched(self, shard: int, until: int) -> Iterator[tuple[str, list[Place]]]: ...
    def watched_no_more(self, shard: int, row: str) -> None: ...
    def take_over(self, place: Place, at: int) -> bool: ...
    def add_all(self, new: Sequence[New]) -> list[str]:
        """Write what is not there; the state in which each stands."""

    def claim_all(self, places: Sequence[Place], owner: str, now: int, lease: int) -> list[dict[str, Any]]:
        """Begin an attempt of each of different deliveries that is due; those that are now the owner's."""

    def end_all(self, ended: Sequence[tuple[Found, Next, list[Any], str]]) -> list[bool]:
        """What follows on attempts, with their log and the beginning of the answer; False for who was overtaken."""

    def again(self, place: Place, found: Found, due: int) -> bool: ...
    def due(self, shard: int, until: int) -> Iterator[tuple[int, Place]]: ...
    def settle_due(self, at: int, place: Place, to: int | None) -> bool: ...
    def report(self, place: Place, found: Found, then: Next, attempts: list[Any]) -> bool: ...
    def get(self, place: Place) -> dict[str, Any] | None: ...
    def many(self, places: Sequence[Place]) -> list[dict[str, Any] | None]: ...
    def of_day(
        self, subscription: str, day_at: int, after: str | None, limit: int, newest: bool
    ) -> list[dict[str, Any]]: ...


class Line(Protocol):
    """A way to one address. Never raises: an attempt that fails says why."""

    def post(self, headers: Mapping[str, str], body: bytes, *, last: bool = True) -> Said:
        """One attempt; `last`: nothing more goes this way."""

    def close(self) -> None: ...


class Inbound(Protocol):
    """What outside systems said, and what their messages are signed with."""

    def secrets(self, connector: str) -> tuple[tuple[Secret, ...], int]: ...
    def put_secrets(self, connector: str, secrets: Sequence[Secret], expected: int) -> bool: ...
    def put(self, connector: str, message: Message, fingerprint: str, day: str) -> tuple[str, str] | None:
        """Keep it once, as one of that day; None, or the fingerprint and the number with which its id came before."""

    def of_day(self, connector: str, day: str) -> list[tuple[str, str]]:
        """(message, number) of everything that came first on a day of the district."""

    def account(self, connector: str, day: str) -> dict[str, Any] | None: ...
    def put_account(self, connector: str, day: str, body: Mapping[str, Any]) -> bool: ...

    def of_matter(self, connector: str, external_id: str) -> list[Message]: ...
    def note(self, connector: str, message: Message) -> None: ...


@dataclass(frozen=True)
class Postroom:
    """What actions on webhooks are given.

    `line` is the way to an address, for attempts that take so many seconds at most. `queue` takes (message, seconds
    to wait) pairs; `slow`: where retries go, and whoever timed out a moment ago, so that they hold up nobody.
    `seconds`: the real clock, by which receivers judge a signature, whatever the stage's clock says. `loopback`: this
    stage may reach its own machine. `tell` makes one attempt at each of some notices, whose deliveries stand
    among those of webhooks (`actions.notifying.send_all`).
    """

    kit: Kit
    subscriptions: Subscriptions
    deliveries: Deliveries
    inbound: Inbound
    contracts: Contracts
    line: Callable[[str, float], Line]
    queue: Callable[[Sequence[tuple[str, int]], bool], None]
    seconds: Callable[[], int]
    loopback: bool = False
    tell: Callable[[Sequence[Place]], Mapping[Place, Any]] | None = None


def message_of(*places: Place) -> str:
    """What a queue carries about deliveries: where they stand, nothing of them."""
    return json.dumps({"deliveries": places})


def messages_of(places: Sequence[Place]) -> list[str]:
    """Ten a message, those to one subscriber beside each other: they may go over one connection."""
    ordered = sorted(places)
    return [message_of(*ordered[start : start + TOGETHER]) for start in range(0, len(ordered), TOGETHER)]


def places_of(message: str) -> list[Place]:
    """The deliveries that a message names. ValueError for one that names none as they are named."""
    found = [
        (str(subscription), str(delivery)) for subscription, delivery in json.loads(message)["deliveries"]
    ]
    for _, delivery in found:
        ids.at_of(delivery)
    return found
