"""A storm of submissions with everything going wrong at once makes every case exactly once."""

from __future__ import annotations

import itertools
import json
import random  # noqa: TID251  a fixed seed
import threading
import time
from collections import Counter, defaultdict
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from infra.local.stack import Stack, wait_until
from tests.integration.faults.conftest import Start
from tests.integration.faults.district import (
    LICENCE,
    District,
    application,
    books_of,
    kill_a_worker,
    stores_of,
    told_again,
    what_is_half_written,
)
from tests.integration.faults.faulty import FaultyDynamo, Wire

pytestmark = pytest.mark.stack
RETRIES = 5
CALM, DROPPED, CUT = 0.7, 0.15, 0.15  # how a caller's line behaves at each try
PATIENCE = 60.0


class Storm:
    """Threads that submit under keys from one set, each try over a line that may fail; two threads share each key."""

    def __init__(self, stack: Stack, cutting: Wire, keys: int, *, every_retry: bool, killing: float) -> None:
        self.killing = killing
        self.stack, self.cutting, self.every_retry = stack, cutting, every_retry
        self.keys = [f"storm-{number}" for number in range(keys)]
        self.told: dict[str, set[str]] = defaultdict(set)  # key → cases that answers named
        self.statuses: Counter[int | str] = Counter()
        self.reasons: Counter[str] = Counter()  # of answers that name no case
        self.killed = 0
        self._jobs = iter(random.Random(7).sample(self.keys * 2, keys * 2))
        self._lock, self._over = threading.Lock(), threading.Event()
        self._token = District(stack.url).as_("enterprise:91430112MA4DEM010Y")
        self._body = json.dumps(application()).encode()

    def rage(self, threads: int) -> None:
        callers = [threading.Thread(target=self._call, args=(n,), daemon=True) for n in range(threads)]
        killer = threading.Thread(target=self._kill, daemon=True)
        for thread in (*callers, killer):
            thread.start()
        for thread in callers:
            thread.join()
        self._over.set()
        killer.join()

    def _kill(self) -> None:
        for number in itertools.count():
            if self._over.wait(self.killing):
                return
            self.killed += kill_a_worker(self.stack, number)

    def _call(self, caller: int) -> None:
        chance = random.Random(caller)
        while (key := self._next()) is not None:
            # Two threads share a key: all of its retries are three tries each, whatever is answered.
            for _ in range((1 + RETRIES) // 2 if self.every_retry else 1 + RETRIES):
                answered = self._try(key, chance.random())
                if answered and not self.every_retry:
                    break

    def _next(self) -> str | None:
        with self._lock:
            return next(self._jobs, None)

    def _try(self, key: str, luck: float) -> bool:
        """Send it once; True when an answer came that names the case."""
        if luck > CALM + CUT:
            self._send_and_die(key)
            return False
        url = self.stack.url if luck < CALM else f"http://127.0.0.1:{self.cutting.port}"
        try:
            answer = self.send(key, url)
        except httpx.HTTPError as error:
            self._count(type(error).__name__)
            return False
        self._count(answer.status_code)
        if answer.status_code == 201:
            with self._lock:
                self.told[key].add(answer.json()["case_id"])
        else:
            self.reasons[answer.text[:120]] += 1
        return answer.status_code == 201

    def send(self, key: str, url: str) -> httpx.Response:
        headers = self._headers(key)
        return httpx.post(url + self._path, content=self._body, headers=headers, timeout=PATIENCE)

    def calmly(self, key: str) -> httpx.Response:
        """The answer once nothing is killed any more; a worker that died last may still cost a try or two.

        One person asks about all keys, faster than the quota lets one person: told to wait, they wait.
        """
        for _ in range(RETRIES):
            answer = self.send(key, self.stack.url)
            if answer.status_code == 429:
                time.sleep(int(answer.headers["Retry-After"]))
            elif answer.status_code < 500:
                break
        return answer

    def _send_and_die(self, key: str) -> None:
        """A client that is killed after it has sent: the socket closes, nobody reads the answer."""
        connection = HTTPConnection(urlsplit(self.stack.url).netloc, timeout=PATIENCE)
        connection.request("POST", self._path, self._body, self._headers(key))
        time.sleep(0.05)
        connection.close()
        self._count("client killed")

    _path = f"/v1/items/{LICENCE}/cases"

    def _headers(self, key: str) -> dict[str, Any]:
        return {**self._token, "Idempotency-Key": key, "Content-Type": "application/json"}

    def _count(self, what: int | str) -> None:
        with self._lock:
            self.statuses[what] += 1


def _storm(start: Start, *, keys: int, threads: int, every_retry: bool, killing: float) -> None:
    with FaultyDynamo(seed=1) as dynamo:
        stack = start(dynamo=dynamo)
        District(stack.url).set_clock()
        with Wire(seed=2, target=lambda: stack.port) as cutting:
            storm = Storm(stack, cutting, keys, every_retry=every_retry, killing=killing)
            started = time.monotonic()
            storm.rage(threads)
            seconds = time.monotonic() - started
        print(f"\n{sum(storm.statuses.values())} tries of {keys} keys in {seconds:.0f} s: {dict(storm.statuses)}, "
              f"{dict(dynamo.faults)}, {dict(cutting.faults)}, {storm.killed} workers killed")  # fmt: skip
        print(f"answers that name no case: {dict(storm.reasons.most_common(5))}")
        dynamo.rate = 0.0
        _everything_went_wrong(storm, dynamo, cutting)
        _every_key_names_one_case(storm)
        _every_case_is_there_once(storm)


def _everything_went_wrong(storm: Storm, dynamo: FaultyDynamo, cutting: Wire) -> None:
    """A storm that was none proves nothing."""
    assert set(dynamo.faults) == {"throttled", "conflict", "answer lost", "request lost"}
    assert cutting.faults["answer eaten"] > 0
    assert storm.statuses["client killed"] > 0
    assert storm.killed > 0
    # What a caller may be told in a storm: made, busy, or that something on the way failed. Never a contradiction.
    told = {status for status in storm.statuses if isinstance(status, int)}
    assert told <= {201, 429, 500, 502, 503, 504}


def _every_key_names_one_case(storm: Storm) -> None:
    """Asked once more when the air is clear, each key is answered with the case that it made, as a replay."""
    for key in storm.keys:
        answer = storm.calmly(key)
        assert answer.status_code == 201, answer.text
        # A key none of whose tries got through makes its case only now.
        assert answer.headers.get("Idempotency-Replayed") == "true" or not storm.told[key]
        storm.told[key].add(answer.json()["case_id"])
    assert {key: len(cases) for key, cases in storm.told.items() if len(cases) != 1} == {}


def _every_case_is_there_once(storm: Storm) -> None:
    wanted = {case for cases in storm.told.values() for case in cases}
    with stores_of(storm.stack) as app:
        books = books_of(app)
        assert len(books.heads) == len(books.idempotency) == len(storm.keys)
        assert set(books.heads) == wanted
        # A submission makes one event; what is not there once was doubled or lost.
        assert Counter(len(events) for events in books.events.values()) == {1: len(storm.keys)}
        assert len({head["npk"] for head in books.heads.values()}) == len(storm.keys)
        assert what_is_half_written(app, books) == []
        told_again(app)
        assert wait_until(lambda: books_of(app).told == books.pairs, 20)


@pytest.mark.timeout(420)
def test_a_storm_of_failing_submissions_makes_one_case_a_key(start: Start) -> None:
    _storm(start, keys=120, threads=12, every_retry=False, killing=2.5)


@pytest.mark.proof
@pytest.mark.timeout(3600)
def test_a_thousand_keys_from_fifty_threads_make_a_thousand_cases(start: Start) -> None:
    _storm(start, keys=1_000, threads=50, every_retry=True, killing=1.0)
