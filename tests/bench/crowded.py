"""Open timers by the thousand, of which a hundred come due: what a sweep reads, writes and takes among so many.

Two sides hold the same hundred cases over and over, among few and among many others. The others are rows alone: no
sweep ever gets to their cases. They stand later on the very day that is swept and on the days after it: on `days` days.
"""

from __future__ import annotations

import gc
import itertools
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from statistics import median
from typing import Any

from chalicelib.actions import sweeping
from chalicelib.actions.office import Kit
from chalicelib.stores.attributes import Item, encode
from chalicelib.stores.cases import CaseStore
from chalicelib.stores.dynamo import Dynamo
from chalicelib.stores.keys import TIMER_SHARDS, Tables, timer_pk, timer_sk
from chalicelib.stores.timers import TimerStore
from tests.bench.pricing import Bill, Till, read_units, size
from tests.bench.wire import Wire, of
from tests.builders_deadline import catalogue, crowd, identities, noon, noon_of
from tests.builders_memory import TABLES, MemoryDynamo, MemoryShelf
from tests.builders_stores import DAY, HOUR, MINUTE, NOON, Hand, kit, table_definitions

DUE = 100
FIRST_RUNG = (
    277_200_000  # ms from noon on Monday to where half of five working days is gone: Thursday's close
)
AT = NOON + FIRST_RUNG
SWEPT = AT + sweeping.SLACK + 1
DAYS = 60


@dataclass(frozen=True, slots=True)
class Cost:
    """One sweep of all shards. Units by AWS's rule; None where nothing is billed."""

    fired: int
    requests: int
    items_read: int
    read_units: float | None
    write_units: float | None
    ms: float

    @property
    def exact(self) -> dict[str, Any]:
        """All but the time: the same in every sweep, or something is wrong."""
        return {name: value for name, value in asdict(self).items() if name != "ms"}


def others(count: int, days: int = DAYS) -> Iterator[Item]:
    """Rows that are not due, spread over the day of the sweep, later than it, and as many more as are asked for."""
    for number in range(count):
        later = HOUR + DAY * (number % days) + number // days % (12 * HOUR)
        identity = f"cas_{number:026d}"
        yield {"pk": timer_pk(AT + later, identity), "sk": timer_sk(AT + later, identity), "case": identity}


class InMemory:
    """A side in this process: requests and items counted."""

    def __init__(self, among: int) -> None:
        self.dynamo, self._drawn = MemoryDynamo(), itertools.count(1, DUE)
        for row in others(among):
            self.dynamo.put(TABLES.timers, row)
        self.shelf = MemoryShelf(self.dynamo)
        self.kit = replace(kit(Hand(SWEPT), self.shelf), catalogue=catalogue())

    def sweep(self) -> Cost:
        """Open a hundred cases, sweep them on their first rung, take their rows away."""
        opened = crowd(self.shelf.cases, noon(), _next(self._drawn))
        _before(self.kit)
        self.dynamo.requests.clear()
        self.dynamo.read = 0
        fired, ms = _swept(self.kit)
        cost = Cost(fired, self.dynamo.requests.total(), self.dynamo.read, None, None, ms)
        for identity in opened:
            row = self.shelf.cases.load(identity).case.timer  # type: ignore[union-attr]
            self.kit.timers.move(identity, row, None, None)  # type: ignore[arg-type]
        return cost


class Heard(Dynamo):
    """Keeps what was answered, beside the wire that keeps what was asked."""

    def __init__(self, dynamo: Dynamo) -> None:
        super().__init__(dynamo.connection)
        self.answers: list[tuple[str, dict[str, Any]]] = []

    def call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        answer = super().call(operation, **arguments)
        self.answers.append((operation, answer))
        return answer


class OnStack:
    """A side on the stack's DynamoDB and KMS, with a table of timers of its own."""

    def __init__(
        self,
        given: Kit,
        dynamo: Dynamo,
        tables: Tables,
        vault: Any,
        till: Till,
        wire: Wire,
        among: int,
        days: int = DAYS,
    ) -> None:
        self._wire, self._till, self._drawn = wire, till, itertools.count((among * DAYS + days) * 10_000, DUE)
        self._dynamo = Heard(dynamo)
        self._tables = replace(tables, timers=f"sweep-cost-{among}-{days}")
        dynamo.call("CreateTable", TableName=self._tables.timers, **table_definitions()["timers"])
        self.bytes = self._fill(others(among, days))
        self._cases = CaseStore(self._dynamo, self._tables, vault)
        timers = TimerStore(self._dynamo, self._tables)
        self.kit = replace(given, cases=self._cases, timers=timers, now=lambda: SWEPT)
        self._here = noon_of(given)

    def sweep(self) -> Cost:
        """Open a hundred cases, sweep them on their first rung, take their rows away."""
        with self._wire.listening() as opening:
            opened = crowd(self._cases, self._here, _next(self._drawn))
            _before(self.kit)
        bill = Bill()
        for one in of("dynamodb", opening):
            self._till.charge(bill, one.operation, one.body)
        self._dynamo.answers.clear()
        with self._wire.listening() as sent:
            fired, ms = _swept(self.kit)
        cost = self._cost(of("dynamodb", sent), fired, ms)
        self._clear(opened)
        return cost

    def _cost(self, sent: Sequence[Any], fired: int, ms: float) -> Cost:
        told = list(self._dynamo.answers)
        if [one.operation for one in sent] != [operation for operation, _ in told]:
            raise RuntimeError("a request was repeated on the wire: the machine is too busy to count")
        bill = Bill()
        for one in sent:
            self._till.charge(bill, one.operation, one.body)
        read = sum(
            read_units(one.operation, one.body, answer) for one, (_, answer) in zip(sent, told, strict=True)
        )
        items = sum(_items(answer) for _, answer in told)
        return Cost(fired, len(sent), items, read, bill.total, ms)

    def _fill(self, rows: Iterator[Item]) -> int:
        """The others' rows, twenty-five a request; how many bytes they take."""
        taken = 0
        while batch := [encode(row) for row in itertools.islice(rows, 25)]:
            taken += sum(map(size, batch))
            self._batch([{"PutRequest": {"Item": item}} for item in batch])
        return taken

    def _clear(self, opened: Sequence[str]) -> None:
        rows = [(one.id, one.timer) for one in self._cases.many(opened) if one is not None and one.timer]
        keys = [{"pk": timer_pk(at, identity), "sk": timer_sk(at, identity)} for identity, at in rows]
        for start in range(0, len(keys), 25):
            self._batch([{"DeleteRequest": {"Key": encode(key)}} for key in keys[start : start + 25]])

    def _batch(self, requests: Sequence[Mapping[str, Any]]) -> None:
        answer = self._dynamo.call("BatchWriteItem", RequestItems={self._tables.timers: requests})
        if answer.get("UnprocessedItems"):
            raise RuntimeError("the engine left something undone")


def pairs(few: InMemory | OnStack, many: InMemory | OnStack, count: int) -> dict[str, Any]:
    """Sweep both in turn, `count` times after one that warms up: exact costs and the median ratio of the times."""
    few.sweep(), many.sweep()
    gc.collect()
    gc.freeze()  # a million rows in this process are the engine's: no worker would search them for garbage
    costs = [
        (few.sweep(), many.sweep()) if number % 2 else (many.sweep(), few.sweep())[::-1]
        for number in range(count)
    ]
    exact = [_the_same([pair[side] for pair in costs]) for side in (0, 1)]
    ratios = [there.ms / here.ms for here, there in costs]
    return {
        "among few": exact[0], "among many": exact[1], "pairs": count,
        "ms among few": round(median(here.ms for here, _ in costs), 1),
        "ms among many": round(median(there.ms for _, there in costs), 1),
        "time, median of the ratios": round(median(ratios), 3),
        "ratios": {name: _ratio(exact[1][name], exact[0][name]) for name in exact[0]},
    }  # fmt: skip


def _ratio(much: float | None, little: float | None) -> float | None:
    return round(much / little, 4) if much and little else None


def _the_same(costs: Sequence[Cost]) -> dict[str, Any]:
    """What every sweep of a side cost, worst of all; what differs is a row that is caught up elsewhere."""
    return {name: max(one.exact[name] for one in costs) if value is not None else None
            for name, value in costs[0].exact.items()}  # fmt: skip


def _next(drawn: Iterator[int]) -> Iterator[str]:
    return itertools.islice(identities(start=next(drawn)), DUE)


def _before(given: Kit) -> None:
    """The watermark of each shard stands where it stands a minute before."""
    for shard in range(TIMER_SHARDS):
        given.timers.raise_watermark(shard, AT - MINUTE, instead_of=given.timers.watermark(shard))


def _swept(given: Kit) -> tuple[int, float]:
    started = time.perf_counter()
    done = [sweeping.sweep(given, shard) for shard in range(TIMER_SHARDS)]
    ms = (time.perf_counter() - started) * 1000
    if sum(one.fired for one in done) != DUE or any(one.failed or one.dead for one in done):
        raise RuntimeError(f"{[one for one in done if one.failed or one.dead][:3]}")
    return sum(one.fired for one in done), ms


def _items(answer: Mapping[str, Any]) -> int:
    got = sum(len(found) for found in answer.get("Responses", {}).values())
    return got + int(answer.get("ScannedCount", 0))
