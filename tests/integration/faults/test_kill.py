"""Stopping and killing the stack under load: what was acknowledged is kept, and no case is ever half written."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import threading
import time
from collections import deque
from dataclasses import dataclass, replace

import httpx
import pytest
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.actions.ports import Chain
from chalicelib.domain.cases import Case
from chalicelib.domain.events import Cause
from chalicelib.domain.transitions import Course, Happening
from chalicelib.stores.dynamo import Write
from chalicelib.wiring import App
from infra.local.stack import Stack, wait_until
from tests.integration.faults.conftest import Start
from tests.integration.faults.district import (
    APPLICANT,
    WINDOW,
    District,
    books_of,
    scanned,
    stores_of,
    what_is_half_written,
)

pytestmark = pytest.mark.stack
RATE = 100  # transitions in the last second before a kill
WARMING = 40.0  # seconds in which the machine must once reach that rate
SAVED = 6.0  # seconds after which a first commit is surely saved: more than any loss window that is allowed
WINDOW_OF_LOSS = 5.0  # seconds, up to 20,000 items
SLACK = 0.5  # seconds between the emulator's clock and ours, and for the kill itself
BROKEN = (httpx.HTTPError, BotoCoreError, ClientError)


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A transition that a caller was told of: when (monotonic seconds), and which event of which case it made."""

    at: float
    case: str
    seq: int
    hash: bytes = b""


class Load:
    """Callers at the door, and writers that commit real changes with the store's own code.

    On two cores a Lambda worker and the door make 10 transitions a second, the store alone 100 and more: the rate
    before a kill comes from the store, the variety (forms, numbers, timers, idempotency rows) from the door.
    """

    def __init__(self, stack: Stack, app: App, *, callers: int, writers: int) -> None:
        self.stack, self.app = stack, app
        self.acknowledged: deque[Acknowledged] = deque()
        self._over = threading.Event()
        cases = [District(stack.url).submit().raise_for_status().json()["case_id"] for _ in range(writers)]
        self._threads = [threading.Thread(target=self._call, daemon=True) for _ in range(callers)]
        self._threads += [threading.Thread(target=self._write, args=(one,), daemon=True) for one in cases]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(60)

    def _call(self) -> None:
        """Submits, has it accepted, withdraws every second one: cases that have just ended are there too."""
        with contextlib.suppress(*BROKEN):
            person = District(self.stack.url, patience=20)
            for number in itertools.count():
                if self._over.is_set():
                    return
                case = person.submit()
                self._noted(case)
                case_id = case.json()["case_id"]
                self._noted(person.move(case_id, "accept", WINDOW))
                if number % 2:
                    self._noted(person.move(case_id, "withdraw", APPLICANT))

    def _noted(self, answer: httpx.Response) -> None:
        body = answer.raise_for_status().json()
        self.acknowledged.append(Acknowledged(time.monotonic(), body["case_id"], body["seq"]))

    def _write(self, case_id: str) -> None:
        """One transition after another on one case, each a transaction of head and event, as the ledger makes it."""
        kit = self.app.kit
        loaded = kit.cases.load(case_id)
        assert loaded.case
        assert loaded.chain
        case, chain, world = loaded.case, loaded.chain, None
        world = kit.office(loaded.pointer).world(kit.catalogue.bundle(case.release))
        with contextlib.suppress(*BROKEN):
            while not self._over.is_set():
                course = Course(replace(world, at=kit.now()), case, {}, {})
                course.happen(Happening(None, "noted", _cause(case, kit.now()), {"number": case.seq}))
                case, chain = self._committed(course, chain)

    def _committed(self, course: Course, chain: Chain) -> tuple[Case, Chain]:
        change = course.change()
        after = self.app.kit.cases.commit(change, chain)
        self.acknowledged.append(Acknowledged(time.monotonic(), change.case_id, after.seq, after.hash))
        return replace(course.case, timer=change.timer.after), after

    def old(self) -> float:
        """Seconds since a writer's first commit."""
        return time.monotonic() - next(
            (one.at for one in list(self.acknowledged) if one.hash), time.monotonic()
        )

    def in_the_last_second(self) -> int:
        since = time.monotonic() - 1.0
        return sum(one.at > since for one in list(self.acknowledged))


def _cause(case: Case, at: int) -> Cause:
    return Cause({"person": "system:test", "via": "system"}, at, max(at, case.at))


# ── Ends that the stack is told of ───────────────────────────────────────────────────────────────────────────


def _ends(stack: Stack, rounds: int) -> None:
    acknowledged: list[Acknowledged] = []
    for number in range(rounds):
        with stores_of(stack) as app, Load(stack, app, callers=3, writers=1) as load:
            time.sleep(5)
            _told_to_end(stack, (signal.SIGTERM, signal.SIGINT)[number % 2])
        assert len(load.acknowledged) > 10
        acknowledged += load.acknowledged
        stack.restart()
        _nothing_is_lost(stack, acknowledged)


def _told_to_end(stack: Stack, how: signal.Signals) -> None:
    supervisor = stack.pids[0]
    os.kill(supervisor, how)
    assert wait_until(lambda: not stack.pids, 30)
    assert "everything saved" in stack.lines[-1]


def _nothing_is_lost(stack: Stack, acknowledged: list[Acknowledged]) -> None:
    with stores_of(stack) as app:
        books = books_of(app)
        assert {(one.case, one.seq) for one in acknowledged} <= books.pairs
        assert what_is_half_written(app, books) == []
        # The stream's records went with the emulator: the pass at the start has told what they would have brought.
        assert books.pairs - books.told == set()
        fresh = District(stack.url).submit().json()["case_id"]
        assert wait_until(lambda: (fresh, 1) in books_of(app).told, 15)  # and the stream runs again


@pytest.mark.timeout(300)
def test_a_stop_under_load_loses_no_answer_and_no_event_of_the_feed(start: Start) -> None:
    stack = _begun(start)
    _ends(stack, rounds=2)


@pytest.mark.proof
@pytest.mark.timeout(1200)
def test_ten_stops_under_load_lose_nothing(start: Start) -> None:
    stack = _begun(start)
    _ends(stack, rounds=10)


def test_the_pass_at_the_start_tells_ended_cases_and_old_events_too(start: Start) -> None:
    stack = _begun(start)
    person = District(stack.url)
    ended, open_ = person.submit().json()["case_id"], person.submit().json()["case_id"]
    person.move(ended, "withdraw", APPLICANT).raise_for_status()
    wanted = {(ended, 1), (ended, 2), (open_, 1)}
    with stores_of(stack) as app:
        assert wait_until(lambda: wanted <= books_of(app).told, 15)
        for item in list(
            scanned(app, app.config.tables.deliveries)
        ):  # as if the stream had never brought them
            app.dynamo.write(Write("feed", app.config.tables.deliveries, key=(item["pk"], item["sk"])))
        assert not books_of(app).told
    person.set_clock("2026-04-20T09:00:00+08:00")  # longer than the hourly pass looks back
    stack.restart()
    with stores_of(stack) as app:
        books = books_of(app)
        assert books.pairs == books.told >= wanted


# ── The power cut ────────────────────────────────────────────────────────────────────────────────────────────


def _cuts(stack: Stack, rounds: int) -> None:
    for _ in range(rounds):
        with stores_of(stack) as app, Load(stack, app, callers=1, writers=4) as load:
            _busy_enough(load)
            told, asked = stack.status(), time.monotonic()
            rate = load.in_the_last_second()
            stack.kill()
        stack.restart()
        # What is not in the last good save is lost: its age is what a cut costs, and never more than 5 s (decisions 1).
        print(f"\n{rate} transitions in the last second; said: {told['loss_window_seconds']} s; ", end="")
        _only_the_window_is_lost(stack, load, asked, min(told["age_seconds"], WINDOW_OF_LOSS) + SLACK)


def _busy_enough(load: Load) -> None:
    """Wait until the rate is reached, by writers who began before the last save."""
    busy = wait_until(lambda: load.old() >= SAVED and load.in_the_last_second() >= RATE, WARMING, every=0.02)
    assert busy, f"this machine made {load.in_the_last_second()} transitions in the last second, not {RATE}"


def _only_the_window_is_lost(stack: Stack, load: Load, cut: float, window: float) -> None:
    with stores_of(stack) as app:
        books = books_of(app)
        assert what_is_half_written(app, books) == []
        hashes = {
            (case, int(event["seq"])): bytes(event["h"])
            for case, events in books.events.items()
            for event in events
        }
        lost = [one for one in load.acknowledged if (one.case, one.seq) not in hashes]
        oldest = max((cut - one.at for one in lost), default=0.0)
        print(f"{len(lost)} of {len(load.acknowledged)} lost, the oldest {oldest:.1f} s before the cut "
              f"(allowed: {window:.1f} s); {len(books.heads)} cases whole")  # fmt: skip
        assert len(lost) < len(load.acknowledged)
        assert oldest <= window
        # What is there is what was acknowledged, not another history of the same length.
        there = [one for one in load.acknowledged if one.hash and (one.case, one.seq) in hashes]
        assert there
        assert all(hashes[one.case, one.seq] == one.hash for one in there)
        assert books.pairs - books.told == set()


@pytest.mark.timeout(300)
def test_a_power_cut_loses_no_more_than_the_window_that_is_told_and_halves_no_case(start: Start) -> None:
    _cuts(_begun(start), rounds=1)


@pytest.mark.proof
@pytest.mark.timeout(1800)
def test_ten_power_cuts_halve_no_case(start: Start) -> None:
    _cuts(_begun(start), rounds=10)


def _begun(start: Start) -> Stack:
    stack = start(persist=True)
    District(stack.url).set_clock()
    return stack
