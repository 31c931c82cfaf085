"""Runs mixed load for ten minutes, kills a worker every five seconds, restarts in the middle; nothing may be lost.

    python -m tests.bench.soak [--minutes 10] [--callers 2] [--endpoints 1] [--rate 120]

Some events are made by callers over HTTP, most by `tests.bench.poured`: two cores answer too few requests. Outside
systems are sent every event, and read the feed. Prints figures; exits 1 if an answer, an event of the feed, a webhook
or a piece of a case is lost, if the feed is out of order, if what came twice is not the same, or if there were too few
events, kills, or kills that met a delivery under way.

The stack saves what it holds once, when it is restarted: saving all the time takes a core (decisions 1).
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx

from infra import package as packaging
from infra.local.stack import Stack, start_stack, wait_until
from tests.bench.hooks import Endpoint, feed_of, lost_or_wrong, out_of_order, reader_of, subscribe
from tests.builders_population import NOW
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
TRIES = 240  # of one request, while workers die and the stack restarts: two minutes, for it saves all that it holds
PAUSE = 0.5  # seconds between two tries
SLOW = 0.4  # s that an endpoint takes to answer, so that a worker has something in hand when it is killed
LAST = 600  # seconds for what was under way: a queue hides for 120 what a killed worker held
IN_FLIGHT, RATE = 0.9, 100  # share of kills that must meet a delivery under way; events a second
KILLED = 0.9  # share of the kills that there was time for


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
        self.poured: set[tuple[str, int]] = set()  # acknowledged to the one who pours
        self.began = self.seconds = self.away = self.waited = 0.0
        self._over = threading.Event()

    def run(self, seconds: float, callers: int, rate: float) -> None:
        """Load for so long, with one gentle stop and start at half time; what restarting took is added."""
        with _poured(self.stack, rate) as made:
            while not made.read_text():  # it plays its cases first
                time.sleep(0.5)
            self.began = time.monotonic()
            self._load(seconds, callers)
            self.seconds = time.monotonic() - self.began
        lines = [line.split() for line in made.read_text().splitlines()]
        self.poured = {(case, int(seq)) for case, seq in lines}
        self.acknowledged |= self.poured

    def _load(self, seconds: float, callers: int) -> None:
        jobs = [lambda number=number: self._call(number) for number in range(callers)]
        jobs += [self._read, self._kill]
        threads = [threading.Thread(target=job, daemon=True) for job in jobs]
        for thread in threads:
            thread.start()
        time.sleep(seconds / 2)
        started = time.monotonic()
        self.stack.restart()
        self.away = time.monotonic() - started
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


def found_wrong(soak: Soak, endpoints: int) -> list[str]:
    """A sentence for everything that was lost, doubled or halved."""
    wrong = [*soak.contradictions]
    # Before anything is read: in the emulator each page of a scan costs a pass over its table.
    _all_heard(soak, len(soak.acknowledged) * endpoints)
    soak.waited = time.monotonic() - soak.began - soak.seconds
    with stores_of(soak.stack) as app:
        wait_until(lambda: (books := books_of(app)).pairs == books.told, 30)
        books = books_of(app)
        wrong += what_is_half_written(app, books)
        wrong += [
            f"{case} event {seq}: acknowledged and lost" for case, seq in soak.acknowledged - books.pairs
        ]
        wrong += [f"{case} event {seq}: never told" for case, seq in books.pairs - books.told]
        asked = {*soak.cases.values(), *(case for case, _ in soak.poured)}
        if asked != set(books.heads) or len(set(soak.cases.values())) != len(soak.cases):
            wrong.append(f"{len(asked)} cases were asked for, there are {len(books.heads)}")
        print(
            f"{len(books.heads)} cases, {len(books.pairs)} events, {len(soak.acknowledged)} answers kept in mind"
        )
        wrong += _told_outside(soak, books.pairs, endpoints)
        wrong += _too_little(soak, len(books.pairs))
    return wrong


def _all_heard(soak: Soak, number: int) -> None:
    """Wait until so many webhooks have come, each counted once."""
    wait_until(lambda: len(soak.endpoint.heard) >= number <= len(soak.endpoint.firsts()), LAST, every=1)


def _too_little(soak: Soak, events: int) -> list[str]:
    """What the soak itself lacks: of a gentle one nothing follows."""
    rate, share = events / soak.seconds, soak.in_flight / soak.kills if soak.kills else 0.0
    possible = (soak.seconds - soak.away) / KILLED_EVERY
    print(
        f"{rate:.1f} events/s over {soak.seconds:.0f} s, the restart of {soak.away:.0f} s included (>= {RATE})"
    )
    print(
        f"{soak.kills} workers killed, one each {soak.seconds / max(1, soak.kills):.1f} s; 1 restart of the stack"
    )
    print(f"a delivery was under way at {share:.0%} of the kills (>= {IN_FLIGHT:.0%})")
    wrong = [] if rate >= RATE else [f"{rate:.1f} events/s are fewer than {RATE}"]
    wrong += [] if soak.kills >= KILLED * possible else [f"{soak.kills} kills are too few"]
    return wrong + (
        [] if share >= IN_FLIGHT else [f"a delivery was under way at {share:.0%} of the kills only"]
    )


def _told_outside(soak: Soak, pairs: set[tuple[str, int]], endpoints: int) -> list[str]:
    """What webhooks and the feed lack or tell wrongly, once all that was under way has had its time."""
    there = soak.endpoint
    _all_heard(soak, len(pairs) * endpoints)
    heard = list(there.heard)
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
    print(f"{len(heard)} webhooks to {endpoints} endpoints, {again} of them again")
    print(f"the last of them {soak.waited:.0f} s after the load")
    print(f"{len(feed)} lines of the feed")
    return wrong


def main() -> int:
    """Soak a stack of its own; 0 if nothing is wrong."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--callers", type=int, default=2)
    options.add_argument("--endpoints", type=int, default=1)
    options.add_argument("--rate", type=float, default=120, help="events a second that are poured")
    chosen = options.parse_args()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    folder = ROOT / ".local" / "package" / "local"
    packaging.build(ROOT, "local", folder)
    with tempfile.TemporaryDirectory(prefix="jisheng-soak-") as data, Endpoint(SLOW) as there:
        os.environ["STACK_SAVE_EVERY"] = "3600"
        stack = start_stack(Path(data) / "data", persist=True, package=folder)
        try:
            District(stack.url).set_clock(NOW)
            _subscribe(stack, there, chosen.endpoints)
            soak = Soak(stack, there)
            soak.run(chosen.minutes * 60, chosen.callers, chosen.rate)
            wrong = found_wrong(soak, chosen.endpoints)
        finally:
            stack.kill()
    _print(soak)
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


@contextlib.contextmanager
def _poured(stack: Stack, rate: float) -> Iterator[Path]:
    """The file in which stands what was poured, whole once this ends."""
    made = stack.data.parent / "poured.txt"
    command = [sys.executable, "-m", "tests.bench.poured", "--data", str(stack.data), "--rate", str(rate)]
    with made.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=out)
        try:
            yield made
        finally:
            process.communicate(timeout=120)


def _print(soak: Soak) -> None:
    cuts = statistics.quantiles(soak.milliseconds, n=100) if len(soak.milliseconds) > 1 else [0.0] * 99
    rate = len(soak.milliseconds) / soak.seconds
    print(f"{len(soak.milliseconds)} requests that write answered ({rate:.1f}/s), {dict(soak.statuses)}")
    print(f"p50 {cuts[49]:.0f} ms, p95 {cuts[94]:.0f} ms, p99 {cuts[98]:.0f} ms")


if __name__ == "__main__":
    sys.exit(main())
