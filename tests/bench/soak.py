"""Runs mixed load for ten minutes, kills a worker every five seconds, restarts in the middle; nothing may be lost.

    python -m tests.bench.soak [--minutes 10] [--callers 6] [--endpoints 3]

Outside systems are sent every event, and read the feed. Prints figures; exits 1 if an answer, an event of the feed, a
webhook or a piece of a case is lost, if the feed is out of order, if what came twice is not the same, or if nothing
was killed.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import httpx

from infra import package as packaging
from infra.local.stack import Stack, start_stack, wait_until
from tests.bench.hooks import Endpoint, feed_of, lost_or_wrong, out_of_order, reader_of, subscribe
from tests.integration.faults.district import (
    APPLICANT,
    HANDLER,
    PROPOSAL,
    ROOT,
    WINDOW,
    District,
    books_of,
    kill_a_worker,
    stores_of,
    what_is_half_written,
)

KILLED_EVERY = 5.0  # seconds
TRIES = 40  # of one request, while workers die and the stack restarts
PAUSE = 0.5  # seconds between two tries
SLOW = (
    0.05  # seconds that an endpoint takes to answer, so that a worker has something in hand when it is killed
)
LAST = 1_000  # seconds for what was under way: a queue hides for 720 what a killed worker held
IN_FLIGHT, RATE = 0.9, 100  # share of kills that should meet a delivery under way; events a second


class Soak:
    """Callers that go on whatever happens, and remember every answer that they got."""

    def __init__(self, stack: Stack, endpoint: Endpoint) -> None:
        self.stack = stack
        self.endpoint = endpoint
        self.in_flight = 0  # kills that met a delivery under way
        self.acknowledged: set[tuple[str, int]] = set()
        self.cases: dict[str, str] = {}  # key of a submission → the case of its first answer
        self.contradictions: list[str] = []
        self.statuses: Counter[int | str] = Counter()
        self.milliseconds: list[float] = []
        self.kills = 0
        self.longest_window = 0.0
        self._over = threading.Event()

    def run(self, seconds: float, callers: int) -> None:
        """Load for so long, with one gentle stop and start at half time."""
        jobs = [lambda number=number: self._call(number) for number in range(callers)]
        jobs += [self._read, self._kill, self._watch]
        threads = [threading.Thread(target=job, daemon=True) for job in jobs]
        for thread in threads:
            thread.start()
        time.sleep(seconds / 2)
        self.stack.restart()
        time.sleep(seconds / 2)
        self._over.set()
        for thread in threads:
            thread.join(120)

    def _call(self, caller: int) -> None:
        """One case after another: submitted under a key until it is answered, then handled or withdrawn."""
        person = District(self.stack.url)
        for number in itertools.count():
            if self._over.is_set():
                return
            key = f"soak-{caller}-{number}"
            made = self._until_answered(lambda key=key: person.submit(key))
            if made is None:
                continue
            case_id = str(made.json()["case_id"])
            if self.cases.setdefault(key, case_id) != case_id:
                self.contradictions.append(key)
            steps = [("accept", WINDOW, {}), ("propose", HANDLER, PROPOSAL), ("withdraw", APPLICANT, {})]
            for move, by, given in steps[: 1 + number % 3]:
                step = (case_id, move, by, given, f"{key}-{move}")
                self._until_answered(lambda step=step: person.move(*step))

    def _until_answered(self, send) -> httpx.Response | None:
        """The same request until it is answered with success: what a patient client does."""
        for _ in range(TRIES):
            started = time.monotonic()
            try:
                answer = send()
            except httpx.HTTPError as error:
                self.statuses[type(error).__name__] += 1
            else:
                self.statuses[answer.status_code] += 1
                if answer.is_success:
                    self.milliseconds.append((time.monotonic() - started) * 1000)
                    body = answer.json()
                    self.acknowledged.add((body["case_id"], body.get("event_seq", body["seq"])))
                    return answer
                if answer.status_code < 500 and answer.status_code != 429:
                    self.contradictions.append(f"{answer.status_code} {answer.json().get('code')}")
                    return None
            time.sleep(PAUSE)
        self.contradictions.append("a request was never answered")
        return None

    def _read(self) -> None:
        person = District(self.stack.url)
        paths = (
            (APPLICANT, "/v1/cases"),
            (WINDOW, "/v1/queues/market-regulation.food"),
            (WINDOW, "/v1/items"),
        )
        for who, path in itertools.cycle(paths):
            if self._over.wait(PAUSE):
                return
            try:
                self.statuses[person.http.get(path, headers=person.as_(who)).status_code] += 1
            except httpx.HTTPError as error:
                self.statuses[type(error).__name__] += 1

    def _kill(self) -> None:
        for number in itertools.count():
            if self._over.wait(KILLED_EVERY):
                return
            under_way = self.endpoint.open > 0
            killed = kill_a_worker(self.stack, number)
            self.kills += killed
            self.in_flight += killed and under_way

    def _watch(self) -> None:
        while not self._over.wait(2):
            try:
                self.longest_window = max(self.longest_window, self.stack.status()["loss_window_seconds"])
            except (OSError, ValueError):
                continue  # it restarts just now


def found_wrong(soak: Soak, endpoints: int) -> list[str]:
    """A sentence for everything that was lost, doubled or halved."""
    wrong = [*soak.contradictions]
    with stores_of(soak.stack) as app:
        wait_until(lambda: (books := books_of(app)).pairs == books.told, 30)
        books = books_of(app)
        wrong += what_is_half_written(app, books)
        wrong += [
            f"{case} event {seq}: acknowledged and lost" for case, seq in soak.acknowledged - books.pairs
        ]
        wrong += [f"{case} event {seq}: never told" for case, seq in books.pairs - books.told]
        if len(books.heads) != len(soak.cases):
            wrong.append(f"{len(soak.cases)} keys made {len(books.heads)} cases")
        print(
            f"{len(books.heads)} cases, {len(books.pairs)} events, {len(soak.acknowledged)} answers kept in mind"
        )
        wrong += _told_outside(soak, books.pairs, endpoints)
    if not soak.kills:
        wrong.append("no worker was killed: this was no soak")
    return wrong


def _told_outside(soak: Soak, pairs: set[tuple[str, int]], endpoints: int) -> list[str]:
    """What webhooks and the feed lack or tell wrongly, once all that was under way has had its time."""
    there, began = soak.endpoint, time.monotonic()
    wait_until(lambda: len(there.firsts()) >= len(pairs) * endpoints, LAST, every=1)
    heard, waited = list(there.heard), time.monotonic() - began
    wrong = list[str]()
    for number in range(endpoints):
        own = [one for one in heard if one.path == f"/in-{number}"]
        wrong += [f"endpoint {number}: {one}" for one in lost_or_wrong(own, pairs)]
    with httpx.Client(base_url=soak.stack.url, timeout=60) as http:
        time.sleep(11)  # what is younger than ten seconds is not shown yet
        feed = feed_of(http, reader_of(http))
    wrong += out_of_order(feed)
    wrong += [f"{case} event {seq}: not in the feed" for case, seq in sorted(pairs - set(feed))]
    again = len(heard) - len(there.firsts())
    print(
        f"{len(heard)} webhooks to {endpoints} endpoints, {again} of them again, the last after {waited:.0f} s"
    )
    share = soak.in_flight / soak.kills if soak.kills else 0.0
    print(f"a delivery was under way at {share:.0%} of the kills (aim: {IN_FLIGHT:.0%})")
    return wrong


def main() -> int:
    """Soak a stack of its own; 0 if nothing is wrong."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--callers", type=int, default=6)
    options.add_argument("--endpoints", type=int, default=3)
    chosen = options.parse_args()
    folder = ROOT / ".local" / "package" / "local"
    packaging.build(ROOT, "local", folder)
    with tempfile.TemporaryDirectory(prefix="jisheng-soak-") as data, Endpoint(SLOW) as there:
        stack = start_stack(Path(data) / "data", persist=True, package=folder)
        try:
            District(stack.url).set_clock()
            _subscribe(stack, there, chosen.endpoints)
            soak = Soak(stack, there)
            soak.run(chosen.minutes * 60, chosen.callers)
            wrong = found_wrong(soak, chosen.endpoints)
        finally:
            stack.stop()
    _print(soak, chosen.minutes)
    for sentence in wrong[:20]:
        print(f"WRONG {sentence}")
    print("nothing was lost" if not wrong else f"{len(wrong)} things are wrong")
    return 1 if wrong else 0


def _subscribe(stack: Stack, there: Endpoint, endpoints: int) -> None:
    with httpx.Client(base_url=stack.url, timeout=60) as http:
        reader = reader_of(http)
        for number in range(endpoints):
            subscribe(http, reader, there.url(f"in-{number}"))
    time.sleep(6)  # what a container knows of subscriptions may be five seconds old


def _print(soak: Soak, minutes: float) -> None:
    cuts = statistics.quantiles(soak.milliseconds, n=100) if len(soak.milliseconds) > 1 else [0.0] * 99
    rate = len(soak.milliseconds) / minutes / 60
    print(f"{len(soak.milliseconds)} writes answered in {minutes:g} min ({rate:.1f}/s)")
    print(f"p50 {cuts[49]:.0f} ms, p95 {cuts[94]:.0f} ms, p99 {cuts[98]:.0f} ms")
    events = len(soak.acknowledged) / minutes / 60
    print(f"{events:.1f} acknowledged events/s (aim: {RATE})")
    print(f"answers {dict(soak.statuses)}")
    print(f"{soak.kills} workers killed, 1 restart, longest loss window {soak.longest_window:.1f} s")


if __name__ == "__main__":
    sys.exit(main())
