"""Webhooks to test with: receivers that really listen on loopback, and a post office that carries the queues' messages.

Nothing stands in for anything: requests go over sockets through the sender that production uses, in a stage that may
reach its own machine. The queues are lists here, so that a test can lose, double and reorder what they carry.
"""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from chalicelib.actions import announcing, delivering, redelivering, working
from chalicelib.actions.webhook_ports import Postroom, message_of, places_of
from chalicelib.clients.webhooks import Sender
from chalicelib.domain import ids
from chalicelib.domain.change import Event, RecordWrite
from chalicelib.domain.contracts import Contracts
from chalicelib.domain.subscriptions import Secret, Subscription
from chalicelib.domain.webhook_signatures import secret_of
from chalicelib.stores.deliveries import DeliveryStore
from chalicelib.stores.inbound import InboundStore
from chalicelib.stores.schema_files import load_contracts
from chalicelib.stores.subscriptions import SubscriptionStore
from tests.builders import grant_record
from tests.builders_app import Answer, House
from tests.builders_pack import SCHEMAS
from tests.builders_stores import NOON, Counting, Hand, Shelf, case_id, change, kit

BANK = "system:bank"
EVERY = "/v1/webhooks/subscriptions"


@dataclass(frozen=True)
class Heard:
    """One request as it arrived."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


Answers = Callable[[int, Heard], tuple[int, Mapping[str, str], bytes]]


class Receiver:
    """Listens on a port of its own; `answers` may be exchanged at any time."""

    def __init__(self, answers: Answers) -> None:
        self.answers, self.heard, self._lock = answers, list[Heard](), threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                named = {name.lower(): value for name, value in self.headers.items()}
                status, headers, body = receiver._hear(Heard(self.path, named, self.rfile.read(length)))
                with suppress(ConnectionError):  # who has waited long enough is gone
                    self.send_response(status)
                    for name, value in {"Content-Length": str(len(body)), **headers}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads, request_queue_size = True, 256

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/in"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def _hear(self, one: Heard) -> tuple[int, Mapping[str, str], bytes]:
        with self._lock:
            self.heard.append(one)
            number = len(self.heard)
        return self.answers(number, one)

    def says(self, status: int, headers: Mapping[str, str] | None = None, body: bytes = b"") -> None:
        self.answers = lambda *_: (status, headers or {}, body)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def receiver(status: int = 204) -> Iterator[Receiver]:
    """One that answers so."""
    made = Receiver(lambda *_: (status, {}, b""))
    try:
        yield made
    finally:
        made.close()


@dataclass
class Office:
    """The queues of one house: what waits in each, as (message, seconds), and the hands that carry it."""

    up: House
    fast: list[tuple[str, int]] = field(default_factory=list)
    slow: list[tuple[str, int]] = field(default_factory=list)

    @property
    def room(self) -> Postroom:
        return self.up.app.postroom

    def take(self, messages: Any, slow: bool) -> None:
        (self.slow if slow else self.fast).extend(messages)

    def deliver(self) -> list[str]:
        """Carry everything that waits now, once; what the attempts came to."""
        done, carried = list[str](), ((list(self.fast), False), (list(self.slow), True))
        self.fast.clear()
        self.slow.clear()
        for waiting, slow in carried:
            for start in range(0, len(waiting), 10):
                batch = [message for message, _ in waiting[start : start + 10]]
                done += outcomes(delivering.deliver_all(self.room, batch, slow=slow))
        return done

    def minute(self, ms: int = 60_000) -> list[str]:
        """Time passes; the sweep of the minute, and what it queued."""
        self.up.app.at += ms
        redelivering.sweep(self.room)
        return self.deliver()

    def work(self, **asked: Any) -> dict[str, Any]:
        """A worker takes a message of the queue of long work."""
        return working.work(self.up.app.press, json.dumps(asked))


_PARTS = ("postroom", "press", "subscriptions", "dispatch", "kit")


@contextmanager
def office(up: House, **changes: Any) -> Iterator[Office]:
    """The house with its post office, in a stage that may reach loopback."""
    app, made = up.app, Office(up)
    before = app.config
    for name in _PARTS:
        app.__dict__.pop(name, None)
    app.config = replace(before, hook_loopback=True)
    app.__dict__["queue_deliveries"] = made.take
    app.__dict__["postroom"] = replace(app.postroom, queue=made.take, **changes)
    try:
        yield made
    finally:
        app.config = before
        for name in (*_PARTS, "queue_deliveries"):
            app.__dict__.pop(name, None)


def subscriber(up: House, name: str = BANK, scope: str = "market-regulation") -> dict[str, str]:
    """An outside system's header, with a scope over the cases of an office."""
    path, grant = grant_record("scope", f"node:{scope}", name)
    answer = up.call("PUT", path, grant, up.bearer("person:demo-admin", "admin"))
    assert answer.status in (201, 412), answer
    return up.bearer(name, "integrator", via="integrator")


def subscribed(up: House, by: Mapping[str, str], url: str, **filters: Any) -> dict[str, Any]:
    """A new subscription, with its secret."""
    return made(up.call("POST", EVERY, {"url": url, **filters}, by))


def made(answer: Answer) -> dict[str, Any]:
    assert answer.status < 300, answer
    found: dict[str, Any] = answer.json()
    return found


def outcomes(done: Any) -> list[str]:
    """What became of each delivery of a batch of messages."""
    return [one.outcome for attempts in done for one in attempts]


def alone(messages: Any) -> list[str]:
    """The same deliveries, each in a message of its own, so that they are lost, doubled and reordered one by one."""
    return [message_of(place) for message in messages for place in places_of(message)]


class Crash(Exception):
    """The process dies here."""


class Breaking(Counting):
    """A store whose client dies before or after chosen requests: `dies` holds numbers of requests.

    A batch is sent side by side, and moto has no locks: there, one request follows the other.
    """

    def __init__(self, connected: Any, *, alone: bool = False) -> None:
        super().__init__(connected)
        self.number, self.dies = 0, dict[int, str]()
        self._turn: AbstractContextManager[Any] = threading.Lock() if alone else nullcontext()

    def call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        self.number += 1
        when = self.dies.get(self.number, "")
        if when == "before":
            raise Crash(operation)
        with self._turn:
            answer = super().call(operation, **arguments)
        if when == "after":  # it was written, and nobody heard so
            raise Crash(operation)
        return answer


class Depot:
    """Cases with events, subscriptions and the post office over the stores of a shelf, on a set clock."""

    def __init__(self, shelf: Shelf, hand: Hand | None = None) -> None:
        self.hand = hand or Hand(NOON)
        self.dynamo = Breaking(shelf.dynamo.connection, alone=_is_moto(shelf))
        self.shelf = shelf
        self.kit = kit(self.hand, shelf)
        self.subscriptions = SubscriptionStore(self.dynamo, shelf.tables, shelf.vault)
        self.fast, self.slow = list[tuple[str, int]](), list[tuple[str, int]]()
        self.room = Postroom(
            kit=self.kit, subscriptions=self.subscriptions, deliveries=DeliveryStore(self.dynamo, shelf.tables),
            inbound=InboundStore(self.dynamo, shelf.tables, shelf.vault),
            contracts=Contracts(load_contracts(SCHEMAS)), line=Sender(loopback=True, seconds=5).line, queue=self._take,
            seconds=lambda: self.hand.at // 1000, loopback=True,
        )  # fmt: skip

    def _take(self, messages: Any, slow: bool) -> None:
        (self.slow if slow else self.fast).extend(messages)

    def restarted(self) -> Depot:
        """Another container on the same tables: queues and memory are lost."""
        return Depot(self.shelf.another(), self.hand)

    def scope(self, owner: str = BANK) -> None:
        """Give an outside system the cases of the office."""
        _, grant = grant_record("scope", "node:market-regulation", owner)
        write = RecordWrite("grants", grant["body"]["id"], 0, grant["body"], "2026-01-01")
        self.shelf.records.write(write, "system:import", self.hand.at)

    def subscribe(self, url: str, owner: str = BANK, **filters: Any) -> Subscription:
        secrets = (Secret(secret_of(os.urandom(32)), self.hand.at),)
        identity = ids.new("sub", self.hand.at, os.urandom(10))
        one = Subscription(identity, owner, url, "", self.hand.at, secrets, **filters)
        assert self.subscriptions.put(one, 0)
        return self.seen(identity)

    def seen(self, identity: str) -> Subscription:
        return self.subscriptions.many([identity])[identity]

    def case(self, events: int, type_: str = "case.noted", **data: Any) -> list[tuple[str, int]]:
        """A case with so many events, as (case, seq)."""
        identity = case_id(self.hand.at)
        chain = None
        for read in range(events):
            at = self.hand.at + read
            body = {
                "v": 1, "id": ids.derived("evt", identity, str(read + 1)), "case": identity, "seq": read + 1,
                "type": type_ if read else "case.submitted", "occurred_at": at, "recorded_at": at, "release": "r" * 64,
                "root": identity, "actor": {"person": PERSON}, "data": {"note": PERSON, **data},
                "dimensions": {"item": "food-licence", "department": "market-regulation", "channel": "web"},
            }  # fmt: skip
            made_ = change(identity, read)
            event = Event(str(body["id"]), read + 1, str(body["type"]), at, body)
            chain = self.shelf.cases.commit(replace(made_, events=(event,)), chain)
        return [(identity, seq) for seq in range(1, events + 1)]

    def announce(self, pairs: Any) -> dict[str, int]:
        return announcing.announce(self.room, list(pairs))

    def deliver(self, messages: Any = None, *, slow: bool = True) -> list[str]:
        """Carry these messages, or all that wait, in tens."""
        if messages is None:
            messages = [message for message, _ in (*self.fast, *self.slow)]
            self.fast.clear()
            self.slow.clear()
        done = list[str]()
        for start in range(0, len(messages), 10):
            batch = messages[start : start + 10]
            done += outcomes(delivering.deliver_all(self.room, batch, slow=slow))
        return done

    def sweep(self) -> dict[str, int]:
        return redelivering.sweep(self.room)

    def rows(self) -> list[dict[str, Any]]:
        """Every delivery as it stands."""
        return [row for row in self.shelf.rows("deliveries") if row["pk"].startswith("DLV#")]

    def states(self) -> Counter[str]:
        return Counter(str(row["st"]) for row in self.rows())

    def next_due(self) -> int | None:
        """The instant at which the sweep has something to do."""
        due = [
            int(row["sk"].split("#")[0])
            for row in self.shelf.rows("deliveries")
            if row["pk"].startswith(("WDUE#", "WNEW#"))
        ]
        return min(due, default=None)

    def until_over(self, most: int = 60) -> None:
        """Time passes from one due row to the next until no delivery waits for anything."""
        for _ in range(most):
            self.deliver()
            due = self.next_due()
            if due is None:
                return
            self.hand.at = max(self.hand.at, due)
            self.sweep()
        raise AssertionError(self.states())


def _is_moto(shelf: Shelf) -> bool:
    return "127.0.0.1" not in shelf.service.url


PERSON = "11010519491231002X 13800138000 王小明"
