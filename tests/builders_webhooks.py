"""Webhooks to test with: receivers that really listen on loopback, and a post office that carries the queues' messages.

Nothing stands in for anything: requests go over sockets through the sender that production uses, in a stage that may
reach its own machine. The queues are lists here, so that a test can lose, double and reorder what they carry.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from chalicelib.actions import delivering, redelivering, working
from chalicelib.actions.webhook_ports import Postroom
from chalicelib.domain.deliveries import Said
from tests.builders import grant_record
from tests.builders_app import Answer, House

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
        done = list[str]()
        for queue, slow in ((self.fast, False), (self.slow, True)):
            waiting, queue[:] = list(queue), []
            for start in range(0, len(waiting), 10):
                batch = [message for message, _ in waiting[start : start + 10]]
                done += [one.outcome for one in delivering.deliver_all(self.room, batch, slow=slow)]
        return done

    def minute(self, ms: int = 60_000) -> list[str]:
        """Time passes; the sweep of the minute, and what it queued."""
        self.up.app.at += ms
        redelivering.sweep(self.room)
        return self.deliver()

    def work(self, **asked: Any) -> dict[str, Any]:
        """A worker takes a message of the queue of long work."""
        return working.work(self.up.app.press, json.dumps(asked))


@contextmanager
def office(up: House, **changes: Any) -> Iterator[Office]:
    """The house with its post office, in a stage that may reach loopback."""
    app, made = up.app, Office(up)
    before = app.config
    for name in ("postroom", "press", "subscriptions"):
        app.__dict__.pop(name, None)
    app.config = replace(before, hook_loopback=True)
    app.__dict__["postroom"] = replace(app.postroom, queue=made.take, **changes)
    try:
        yield made
    finally:
        app.config = before
        for name in ("postroom", "press", "subscriptions"):
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


def failing(why: str) -> Callable[..., Said]:
    """A way out on which every attempt fails so."""
    return lambda *_: Said(None, why, 1)
