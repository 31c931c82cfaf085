"""Receives webhooks for benches and the soak: an endpoint on loopback that remembers what came, and what it proves."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.builders import grant_record

SYSTEM = "system:city-platform"
EVERY = "/v1/webhooks/subscriptions"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One attempt as it arrived. `at`: of the machine's own monotonic clock, in seconds."""

    at: float
    path: str
    id: str
    body: bytes


@dataclass
class Endpoint:
    """Answers 204 after `wait` seconds, in one thread with bare streams: what it takes of the machine is not the
    platform's. `open`: requests that it has not answered yet."""

    wait: float = 0.0
    heard: list[Arrival] = field(default_factory=list)
    open: int = 0

    def __enter__(self) -> Endpoint:
        ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def url(self, path: str = "in") -> str:
        return f"http://127.0.0.1:{self._port}/{path}"

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._answer, "127.0.0.1", 0, backlog=512)
        )
        self._port = int(server.sockets[0].getsockname()[1])
        ready.set()
        self._loop.run_forever()
        server.close()
        waiting = asyncio.all_tasks(self._loop)
        for one in waiting:
            one.cancel()
        self._loop.run_until_complete(asyncio.gather(*waiting, return_exceptions=True))

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):  # the sender ended, or died
            while await self._answer_one(reader, writer):
                pass
        writer.close()

    async def _answer_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether the sender may have more to say over this connection."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        self.open += 1
        try:
            first, *lines = head.split("\r\n")
            named = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)}
            body = await reader.readexactly(int(named.get("content-length", 0)))
            self.heard.append(Arrival(time.monotonic(), first.split(" ")[1], named["webhook-id"], body))
            await asyncio.sleep(self.wait)
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
            await writer.drain()
        finally:
            self.open -= 1
        return named.get("connection", "") != "close"

    def firsts(self) -> dict[tuple[str, str], Arrival]:
        """(path, webhook-id) → when it came first."""
        found: dict[tuple[str, str], Arrival] = {}
        for one in self.heard:
            found.setdefault((one.path, one.id), one)
        return found


def reader_of(http: httpx.Client, system: str = SYSTEM) -> dict[str, str]:
    """The header of an outside system, with a scope over the cases of the market regulator."""
    path, grant = grant_record("scope", "node:market-regulation", system)
    answer = http.put(path, json=grant, headers=_token(http, "person:demo-admin", "admin", "web"))
    if answer.status_code not in (201, 412):
        answer.raise_for_status()
    return _token(http, system, "integrator", "integrator")


def _token(http: httpx.Client, subject: str, role: str, via: str) -> dict[str, str]:
    asked = {"subject": subject, "roles": [role], "via": via}
    token = http.post("/v1/dev/tokens", json=asked).raise_for_status().json()["token"]
    return {"Authorization": f"Bearer {token}"}


def subscribe(http: httpx.Client, by: Mapping[str, str], url: str, **filters: Any) -> str:
    """The id of a new subscription."""
    answer = http.post(EVERY, json={"url": url, **filters}, headers=dict(by)).raise_for_status()
    return str(answer.json()["subscription_id"])


def feed_of(http: httpx.Client, by: Mapping[str, str], stop: float = 900) -> list[tuple[str, int]]:
    """(case, seq) of every event in the feed, in its order."""
    found, after, empty, until = list[tuple[str, int]](), "", 0, time.monotonic() + stop
    while time.monotonic() < until:
        query = {"limit": "100"} | ({"after": after} if after else {})
        page = http.get("/v1/events", params=query, headers=dict(by)).raise_for_status().json()
        found += [(one["case"], int(one["seq"])) for one in page["events"]]
        empty = 0 if page["events"] else empty + 1  # a short page is legal, also an empty one
        if not page["after"] or page["after"] == after or empty > 3:
            return found
        after = page["after"]
    raise TimeoutError("the feed did not end")


def lost_or_wrong(heard: Iterable[Arrival], pairs: Iterable[tuple[str, int]]) -> list[str]:
    """A sentence for every event that never came, every duplicate that is another, every chain with a hole in it.

    The receiver sorts by (case, seq), as its contract says, and must have each case whole.
    """
    bodies, chains = defaultdict[str, set[bytes]](set), defaultdict[str, set[int]](set)
    ids, expected = defaultdict[tuple[str, int], set[str]](set), set(pairs)
    for one in heard:
        told = json.loads(one.body)
        bodies[one.id].add(one.body)
        chains[told["case"]].add(int(told["seq"]))
        ids[told["case"], int(told["seq"])].add(one.id)
    wrong = [f"{case} event {seq}: never received" for case, seq in sorted(expected - set(ids))]
    wrong += [f"{case} event {seq}: told, but never happened" for case, seq in sorted(set(ids) - expected)]
    wrong += [f"{pair}: came under {len(found)} ids" for pair, found in ids.items() if len(found) > 1]
    wrong += [f"{identity}: came with other bytes" for identity, found in bodies.items() if len(found) > 1]
    wrong += [
        f"{case}: cannot be rebuilt from {sorted(seqs)}"
        for case, seqs in chains.items()
        if sorted(seqs) != list(range(1, len(seqs) + 1))
    ]
    return wrong


def out_of_order(feed: Iterable[tuple[str, int]]) -> list[str]:
    """A sentence for every place at which the feed skips an event of a case. It may tell one again, as a sweep does."""
    last, wrong = Counter[str](), list[str]()
    for case, seq in feed:
        if seq <= last[case]:
            continue
        if seq != last[case] + 1:
            wrong.append(f"the feed tells {case} event {seq} after {last[case]}")
        last[case] = seq
    return wrong
