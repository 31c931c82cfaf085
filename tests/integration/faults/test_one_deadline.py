"""Many cases on one deadline on the embedded stack: its own sweepers fire each thing once, whatever befalls them.

The stack's clock is moved; nobody here sweeps. Effects are counted in the table: events and what they issued.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from chalicelib import wiring
from chalicelib.stores.attributes import Item, encode
from chalicelib.stores.keys import HEAD, TIMER_SHARDS, due_pk
from chalicelib.stores.ledger import outputs_place
from infra.local.stack import Stack
from tests.builders import Api
from tests.builders_deadline import DEADLINE, NOTICES, OUTAGE, STORY, crowd, identities, noon_of
from tests.builders_releases import retire_supervision
from tests.builders_stores import DAY, MINUTE, NOON
from tests.integration.faults.conftest import Start
from tests.integration.faults.district import kill_a_worker, scanned, stores_of, workers_of

pytestmark = pytest.mark.stack
FEW, WHOLE = 60, 20_000
SAMPLE = 100  # cases whose events are unsealed, beside the count of all
FIRST = NOON + STORY[1][3]  # where the rows stand at first
PATIENCE = 1_800.0  # seconds until all have fired, on the slowest machine


def test_sixty_timers_on_one_deadline_each_fire_once(running: Stack, api: Api) -> None:
    with stores_of(running) as app:
        _set_clock(running, NOON)
        cases = crowd(app.cases, noon_of(app.kit), itertools.islice(identities(), FEW))
        for at in (DEADLINE, DEADLINE + OUTAGE):
            with _clock_moved(running, at + MINUTE):
                # Until every worker has read the new time: one that has not would open a supervision three days ago,
                # behind the watermark of one that has. No clock of AWS is set forward by days.
                time.sleep(wiring.OFFSET_FOR + 0.1)
                running.invoke("Tick")  # beside the tick of the clock: two sweeps of each shard
            assert _until(lambda at=at: _left(app, at) == 0, 60, lambda: running.invoke("Tick"))
        assert _wrong(app, cases) == []
    api.set_clock(api.MORNING)


@pytest.mark.proof
@pytest.mark.timeout(3600)
def test_twenty_thousand_timers_on_one_deadline_each_fire_once_through_deaths_and_an_outage(
    start: Start,
) -> None:
    _through_an_outage(start(), WHOLE)


def _through_an_outage(stack: Stack, count: int) -> None:
    with Api(stack.url) as api:
        retire_supervision(
            api
        )  # what is proven is the timers: forty thousand supervisions would only take time
    with contextlib.ExitStack() as opening:
        apps = [opening.enter_context(stores_of(stack)) for _ in range(2)]
        app, started = apps[0], time.monotonic()
        _set_clock(stack, NOON)
        cases = list(itertools.islice(identities(), count))
        _opened(apps, cases)
        print(f"\n{count} cases opened in {time.monotonic() - started:.0f} s")
        started, deaths = time.monotonic(), Deaths(stack, count)
        with _clock_moved(stack, DEADLINE + MINUTE):
            assert _until(lambda: deaths.at(_left(app, DEADLINE)) <= count // 2, PATIENCE, deaths.tick)
            deaths.of_all()  # and nobody sweeps for three days
            left = _left(app, DEADLINE)
            with _clock_moved(stack, DEADLINE + OUTAGE + MINUTE):
                print(f"{left} were left at the outage, after {time.monotonic() - started:.0f} s")
                assert left > 0
                assert _until(lambda: deaths.at(_left(app, DEADLINE + OUTAGE)) == 0, PATIENCE, deaths.tick)
        print(f"fired in {time.monotonic() - started:.0f} s, {deaths.killed} workers killed on the way")
        assert deaths.killed >= 10
        assert _wrong(app, cases) == []


class Deaths:
    """Kills a worker each time that another twentieth is done, and asks for more sweeps while others still run."""

    def __init__(self, stack: Stack, count: int) -> None:
        self.stack, self.killed, self._count, self._next = stack, 0, count, count

    def at(self, left: int) -> int:
        if 0 < left < self._next:
            self._next = left - self._count // 20
            self.killed += kill_a_worker(self.stack, left)
        return left

    def of_all(self) -> None:
        """Kill every worker there is: the sweeps stand still until the clock is moved."""
        self._next = self._count
        for pid in workers_of(self.stack):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.killed += 1

    def tick(self) -> None:
        with contextlib.suppress(
            OSError, RuntimeError
        ):  # the tick's own worker may be the one that was killed
            self.stack.invoke("Tick")


def _opened(apps: Sequence[wiring.App], cases: Sequence[str]) -> None:
    """Open them by as many writers as there are apps."""
    here = noon_of(apps[0].kit)
    writers = [
        threading.Thread(target=crowd, args=(app.cases, here, cases[number :: len(apps)]))
        for number, app in enumerate(apps)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()


def _set_clock(stack: Stack, at: int) -> None:
    now = datetime.fromtimestamp(at / 1000, UTC).isoformat()
    httpx.post(f"{stack.url}/v1/dev/clock", json={"now": now}, timeout=120)  # 500 where its tick was killed


@contextlib.contextmanager
def _clock_moved(stack: Stack, at: int) -> Iterator[None]:
    """Move the clock in a thread: the front door answers when the sweeps have ended, and they are disturbed here."""
    moving = threading.Thread(target=_set_clock, args=(stack, at))
    moving.start()
    try:
        yield
    finally:
        moving.join()


def _until(condition: Callable[[], bool], seconds: float, tick: Callable[[], Any]) -> bool:
    """Whether it came true in time. A tick after every few looks brings back what lies with the dead.

    A look costs the emulator as much as the rows that it counts: the pause grows with it.
    """
    begun = time.monotonic()
    for number in itertools.count(1):
        looked = time.monotonic()
        if condition():
            return True
        if looked > begun + seconds:
            return False
        if number % 4 == 0:
            tick()
        time.sleep(max(0.5, 4 * (time.monotonic() - looked)))
    raise AssertionError


def _left(app: wiring.App, until: int) -> int:
    """How many rows lie before an instant: what is due, and not yet swept."""
    days = range(FIRST // DAY, until // DAY + 1)
    return sum(_rows(app, due_pk(day * DAY, shard), until) for day in days for shard in range(TIMER_SHARDS))


def _rows(app: wiring.App, pk: str, until: int) -> int:
    answer = app.dynamo.call(
        "Query", TableName=app.config.tables.timers, Select="COUNT", ConsistentRead=True,
        KeyConditionExpression="pk = :pk AND sk <= :until",
        ExpressionAttributeValues=encode({":pk": pk, ":until": f"{until:015d}~"}),
    )  # fmt: skip
    return int(answer["Count"])


def _wrong(app: wiring.App, cases: Iterable[str]) -> list[str]:
    """A sentence for each case to which something happened not at all, twice or out of order; five at most."""
    keys, events, rows = dict[str, bytes](), defaultdict[str, list[Item]](list), defaultdict[str, int](int)
    for item in scanned(app, app.config.tables.cases):
        if str(item["sk"]).startswith("E#"):
            events[str(item["pk"])].append(item)
        elif item["sk"] == HEAD:
            keys[str(item["pk"])] = item["k"]
    for item in scanned(app, app.config.tables.timers):
        rows[str(item.get("case"))] += str(item["pk"]).startswith("DUE#")
    found, wanted = list[str](), [name for name, *_ in STORY]
    for number, case in enumerate(cases):
        happened = sorted(events[case], key=lambda item: int(item["seq"]))
        if [item["t"] for item in happened] != wanted or rows[case] != 1:
            found.append(f"{case}: {[item['t'] for item in happened]}, {rows[case]} rows")
        notices = Counter(_issued(app, keys[case], happened))
        found += [] if notices == NOTICES else [f"{case}: {dict(notices)}"]
        found += _wrong_inside(app, case) if number < SAMPLE else []
    return found[:5]


def _issued(app: wiring.App, key: bytes, events: Iterable[Item]) -> Iterator[str]:
    """The documents that these events issued: they stand in the last event's row of their commit."""
    for item in events:
        if "o" in item:
            sealed = {**item, "sk": outputs_place(str(item["sk"])), "b": item["o"]}
            yield from (str(one["document"]) for one in app.vault.open(key, sealed))


def _wrong_inside(app: wiring.App, case: str) -> list[str]:
    told = tuple(
        (one["type"], one["data"].get("clock"), one["data"].get("rung"), one["occurred_at"] - NOON)
        for one in app.cases.events(case)
    )
    found = [] if told == STORY else [f"{case}: {told}"]
    return found + ([] if app.cases.verify(case).holds else [f"{case}: the chain does not hold"])
