"""Thousands of real cases on one deadline, in memory, and the workers that sweep them: for proofs about the timers.

All are food licences filed at one instant. The story that time alone makes of each stands in STORY: silence accepts
after five working days, and the promise is half over by then, four fifths and wholly over within three days more.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

from chalicelib.actions import sweeping
from chalicelib.actions.catalogue import Catalogue
from chalicelib.actions.office import Kit
from chalicelib.domain import facts, filing, ids
from chalicelib.domain.change import Timer
from chalicelib.domain.events import Cause
from chalicelib.domain.filing import Application
from chalicelib.domain.world import World
from chalicelib.stores.cases import CaseStore
from chalicelib.stores.keys import timer_pk, timer_sk
from tests.builders_memory import TABLES, MemoryDynamo, MemoryShelf
from tests.builders_stores import DAY, HOUR, NOON, OWNER, Hand, LocalKeys, example, kit, published, world
from tests.builders_turns import Killed, Turns

ITEM = "food-licence"
DEADLINE = int(datetime.fromisoformat("2026-03-09T17:00:00+08:00").timestamp() * 1000)
OUTAGE = 3 * DAY
EARLY = NOON + HOUR  # where some rows stand before anything is due: these are moved without an event
Fired = tuple[str, str | None, int | None, int]  # event, clock, rung in percent, ms after filing


def _after(day: int) -> int:
    return DEADLINE - NOON + (day - 9) * DAY


STORY: tuple[Fired, ...] = (
    ("case.submitted", None, None, 0),
    ("case.deadline_approaching", "intake", 50, _after(5)),
    ("case.deadline_approaching", "intake", 80, _after(6)),
    ("case.deemed_accepted", "intake", 100, _after(9)),
    ("case.deadline_approaching", "promised", 50, _after(6)),
    ("case.deadline_approaching", "promised", 80, _after(11)),
    ("case.deadline_passed", "promised", 100, _after(12)),
)  # fmt: skip
ACCEPTED = "E#00000004"
NOTICES = {"receipt": 1, "acceptance-notice": 1}


@cache
def noon() -> World:
    return world(ITEM, NOON)


def noon_of(given: Kit) -> World:
    """The world in which a stack's cases are opened at noon, by its own release."""
    office = replace(given, now=lambda: NOON).office()
    return office.world(given.catalogue.bundle_at(office.pointer, ITEM))


@cache
def catalogue() -> Catalogue:
    """Definitions never change here: whoever comes back from the dead finds them warm."""
    return Catalogue(published(), lambda: NOON)


def shard_of(identity: str) -> int:
    return int(timer_pk(NOON, identity)[-2:])


def identities(shard: int | None = None, start: int = 0) -> Iterator[str]:
    """Ids of cases without end, in order; if asked for, of one shard alone."""
    drawn = (ids.new("cas", NOON, number.to_bytes(10, "big")) for number in itertools.count(start))
    return (one for one in drawn if shard in (None, shard_of(one)))


def crowd(store: CaseStore, here: World, wanted: Iterable[str], early: int = 0) -> list[str]:
    """Open cases by these ids at noon, one commit each; the row of each `early`-th stands too early."""
    application = Application(example(ITEM)["form"], (), ({"role": "applicant", "subject": OWNER},), "web")
    pins = facts.pin_all(here.bundle.facts.values(), application.form, {}, NOON)
    cause = Cause({"person": OWNER, "via": "web"}, NOON, NOON)
    opened = []
    for number, identity in enumerate(wanted):
        course = filing.open_case(
            here, application, pins, case_id=identity, number=f"MR-{identity}", release_set=1, cause=cause,
            records={},
        )  # fmt: skip
        change = filing.as_change(course, application, None)
        row = Timer(None, EARLY) if early and number % early == 0 else change.timer
        store.commit(replace(change, timer=row), None)
        opened.append(identity)
    return opened


@dataclass
class Deadline:
    """A crowd of cases, if asked for of one shard alone, and what becomes of it.

    `told` is what a stream would have carried of their events.
    """

    count: int
    shard: int | None = None
    dynamo: MemoryDynamo = field(default_factory=MemoryDynamo)
    keys: LocalKeys = field(default_factory=LocalKeys)
    hand: Hand = field(default_factory=Hand)
    told: Counter[tuple[str, str]] = field(default_factory=Counter)
    accepted: int = 0  # how many were accepted by silence so far

    def __post_init__(self) -> None:
        self.dynamo.heard = self._hear
        store, wanted = (
            MemoryShelf(self.dynamo, self.keys).cases,
            itertools.islice(identities(self.shard), self.count),
        )
        self.cases = crowd(store, noon(), wanted, early=10)
        self.shards = sorted({shard_of(one) for one in self.cases})

    def container(self) -> Kit:
        """What a new worker has: its own caches of keys over the same tables."""
        return replace(kit(self.hand, MemoryShelf(self.dynamo, self.keys)), catalogue=catalogue())

    def sweep_all(self, turns: Turns, at: int, workers: int = 2) -> None:
        """Sweep every shard by so many workers at once, each from the first to the last, from `at` on.

        One that is killed comes back as a new container to the same shard, as its message does, unless all end.
        """
        self.hand.at = at
        self.dynamo.step = self._timed(turns)
        try:
            turns.run([self._worker(turns)] * workers)
        finally:
            self.dynamo.step = lambda _, effect: effect()

    def _worker(self, turns: Turns) -> Callable[[], None]:
        def work() -> None:
            for shard in self.shards:
                while not self._swept(shard):
                    if turns.over():
                        return

        return work

    def _swept(self, shard: int) -> bool:
        try:
            return not sweeping.sweep(self.container(), shard).failed
        except Killed:
            return False

    def _timed(self, turns: Turns) -> Callable[[str, Callable[[], Any]], Any]:
        def step(what: str, effect: Callable[[], Any]) -> Any:
            self.hand.at += 1
            return turns.step(what, effect)

        return step

    def _hear(self, pk: str, sk: str) -> None:
        if sk.startswith("E#"):
            self.told[pk, sk] += 1
            self.accepted += sk == ACCEPTED

    def wrong(self, story: tuple[Fired, ...] = STORY) -> list[str]:
        """A sentence for every case to which something happened not at all, twice, at another time or out of order."""
        shelf = MemoryShelf(self.dynamo, self.keys)
        rows = Counter[str](str(row["case"]) for row in self.dynamo.rows(TABLES.timers, "DUE#"))
        found = [f"{pk} {sk}: written {times} times" for (pk, sk), times in self.told.items() if times > 1]
        for identity in self.cases:
            found += self._wrong_in(shelf, identity, story, rows[identity])
        found += [f"dead: {row['case']}" for row in self.dynamo.rows(TABLES.timers, "DEAD#")]
        return found

    def _wrong_in(self, shelf: MemoryShelf, identity: str, story: tuple[Fired, ...], rows: int) -> list[str]:
        case, found = shelf.cases.load(identity).case, []
        assert case is not None
        happened = tuple(
            (e["type"], e["data"].get("clock"), e["data"].get("rung"), e["occurred_at"] - NOON)
            for e in shelf.cases.events(identity)
        )
        if happened != story:
            found.append(f"{identity}: {happened}")
        notices = Counter(one["document"] for one in shelf.cases.outputs(identity))
        if notices != {name: NOTICES[name] for name in NOTICES if len(story) > 1 or name == "receipt"}:
            found.append(f"{identity}: {dict(notices)}")
        if not shelf.cases.verify(identity).holds:
            found.append(f"{identity}: the chain does not hold")
        if case.timer is None or self._row(identity, case.timer) is None or rows != 1:
            found.append(f"{identity}: the head names {case.timer}, there are {rows} rows")
        return found

    def _row(self, identity: str, at: int) -> Any:
        partition = self.dynamo.places.get((TABLES.timers, timer_pk(at, identity)))
        return partition.items.get(timer_sk(at, identity)) if partition else None
