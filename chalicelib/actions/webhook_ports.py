"""Does nothing itself: says what sending and taking webhooks needs from stores, queues and the way out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.actions.office import Kit
from chalicelib.domain.connectors import Message
from chalicelib.domain.contracts import Contracts
from chalicelib.domain.deliveries import Next, Said
from chalicelib.domain.subscriptions import Secret, Subscription

Place = tuple[str, str]  # subscription, delivery
Found = Mapping[str, Any]  # a delivery as its store knows it


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

    def add(
        self, place: Place, told: Mapping[str, Any], body: bytes, state: str, why: str, due_row: int
    ) -> str: ...
    def claim(self, place: Place, owner: str, now: int, lease: int) -> dict[str, Any] | None: ...
    def end(self, claimed: Found, then: Next, attempts: list[Any], excerpt: str) -> bool: ...
    def again(self, place: Place, found: Found, due: int) -> bool: ...
    def due(self, shard: int, until: int) -> Iterator[tuple[int, Place]]: ...
    def settle_due(self, at: int, place: Place, to: int | None) -> bool: ...
    def report(self, place: Place, found: Found, then: Next, attempts: list[Any]) -> bool: ...
    def get(self, place: Place) -> dict[str, Any] | None: ...
    def many(self, places: Sequence[Place]) -> list[dict[str, Any] | None]: ...
    def of_day(
        self, subscription: str, day_at: int, after: str | None, limit: int, newest: bool
    ) -> list[dict[str, Any]]: ...


class Inbound(Protocol):
    """What outside systems said, and what their messages are signed with."""

    def secrets(self, connector: str) -> tuple[tuple[Secret, ...], int]: ...
    def put_secrets(self, connector: str, secrets: Sequence[Secret], expected: int) -> bool: ...
    def put(self, connector: str, message: Message, fingerprint: str) -> tuple[str, str] | None:
        """Keep it once; None, or the fingerprint and the number with which its id came before."""

    def of_matter(self, connector: str, external_id: str) -> list[Message]: ...
    def note(self, connector: str, message: Message) -> None: ...


@dataclass(frozen=True)
class Postroom:
    """What actions on webhooks are given.

    `post` makes one attempt and never raises. `queue` takes (message, seconds to wait) pairs; `slow`: where retries
    go, and whoever timed out a moment ago, so that they hold up nobody. `seconds`: the real clock, by which
    receivers judge a signature, whatever the stage's clock says. `loopback`: this stage may reach its own machine.
    `tell` makes one attempt at a notice, whose delivery stands among those of webhooks (`actions.notifying.send`).
    """

    kit: Kit
    subscriptions: Subscriptions
    deliveries: Deliveries
    inbound: Inbound
    contracts: Contracts
    post: Callable[[str, Mapping[str, str], bytes], Said]
    queue: Callable[[Sequence[tuple[str, int]], bool], None]
    seconds: Callable[[], int]
    loopback: bool = False
    tell: Callable[[Place], Any] | None = None


def message_of(place: Place) -> str:
    """What a queue carries about a delivery: where it stands, nothing of it."""
    return json.dumps({"subscription": place[0], "delivery": place[1]})


def place_of(message: str) -> Place:
    said = json.loads(message)
    return str(said["subscription"]), str(said["delivery"])
