"""A DynamoDB in memory for the real stores: partitions, conditions, transactions; every request is one step.

A step can be held up, repeated or cut off before or after its effect (`tests/builders_turns.py`): what a test of
parallel sweeps and of crashes needs by the hundred thousand, where an engine behind HTTP takes hours. It knows only
the expressions that the stores write, and refuses any other.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import eq, ge, gt, le, lt
from typing import Any, TypeVar

from chalicelib.stores.attributes import Item
from chalicelib.stores.cases import CaseStore
from chalicelib.stores.dynamo import Dynamo, Key, Page, Refusal, TransactionRefused, Write
from chalicelib.stores.keys import Tables
from chalicelib.stores.sealing import Vault
from chalicelib.stores.timers import TimerStore
from tests.builders_stores import LocalKeys

Result = TypeVar("Result")
Step = Callable[[str, Callable[[], Any]], Any]
TABLES = Tables(*Tables.__dataclass_fields__)
MISSING: Item = {}


class Partition:
    """The items of one partition key, in the order of their sort keys."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.items: dict[str, Item] = {}

    def put(self, sk: str, item: Item) -> None:
        if sk not in self.items:
            insort(self.order, sk)
        self.items[sk] = item

    def drop(self, sk: str) -> None:
        if self.items.pop(sk, None) is not None:
            del self.order[bisect_left(self.order, sk)]


class MemoryDynamo(Dynamo):
    """What `Dynamo` does, in this process. `step` is asked for every request, with its name and its effect.

    `requests` counts by name, `read` the items that gets and queries found.
    """

    def __init__(self) -> None:
        self.places: dict[tuple[str, str], Partition] = {}
        self.requests: Counter[str] = Counter()
        self.read = 0
        self.step: Step = lambda _, effect: effect()
        self.heard: Callable[[str, str], None] = lambda *_: None  # what a stream would carry: every item put

    def get(self, *keys: Key) -> list[Item | None]:
        return self._asked("get", keys[-1].table, lambda: self._got(keys))

    def query(
        self, table: str, pk: str, *, prefix: str | None = None, at_least: str | None = None,
        at_most: str | None = None, index: tuple[str, str, str] | None = None, limit: int = 100,
        after: Item | None = None, forward: bool = True, **_: Any,
    ) -> Page:  # fmt: skip
        if index is not None:
            return self._asked("query", table, lambda: self._indexed(table, pk, index, limit, after, forward))
        if not forward:
            raise NotImplementedError("a partition read backwards")
        return self._asked("query", table, lambda: self._page(
            table, pk, prefix or at_least or "", prefix + "~" if prefix else at_most or "~", limit, after))  # fmt: skip

    def write(self, write: Write, returns: str = "NONE") -> Item:
        return self._asked(f"{_action(write)} {write.role}", write.table, lambda: self._all([write])[0])

    def transact(self, writes: Sequence[Write], token: str | None = None) -> None:
        self._asked("transact", writes[0].table, lambda: self._all(writes))

    def rows(self, table: str, start: str = "") -> Iterator[Item]:
        """Every item of a table whose partition key begins so; no step."""
        for (name, pk), partition in list(self.places.items()):
            if name == table and pk.startswith(start):
                yield from list(partition.items.values())

    def put(self, table: str, item: Item) -> None:
        """Lay an item down, without a request."""
        self.places.setdefault((table, item["pk"]), Partition()).put(item["sk"], item)

    def _asked(self, what: str, table: str, effect: Callable[[], Result]) -> Result:
        self.requests[f"{what} {table}"] += 1
        return self.step(f"{what} {table}", effect)

    def _page(self, table: str, pk: str, low: str, high: str, limit: int, after: Item | None) -> Page:
        partition = self.places.get((table, pk))
        if partition is None:
            return Page([], None)
        start = bisect_right(partition.order, after["sk"]) if after else bisect_left(partition.order, low)
        end = bisect_right(partition.order, high)
        found = [partition.items[sk] for sk in partition.order[start : min(end, start + limit)]]
        self.read += len(found)
        return Page(found, {"pk": pk, "sk": found[-1]["sk"]} if end > start + limit else None)

    def _indexed(
        self, table: str, pk: str, index: tuple[str, str, str], limit: int, after: Item | None, forward: bool
    ) -> Page:
        """The first page by an index, found by looking at everything: for few cases."""
        _, hash_name, range_name = index
        if after is not None:
            raise NotImplementedError("a second page of an index")
        found = [item for item in self.rows(table) if item.get(hash_name) == pk and range_name in item]
        found.sort(key=lambda item: str(item[range_name]), reverse=not forward)
        if len(found) > limit:
            raise NotImplementedError("a second page of an index")
        self.read += len(found)
        return Page(found, None)

    def _item(self, table: str, pk: str, sk: str) -> Item:
        partition = self.places.get((table, pk))
        return partition.items.get(sk, MISSING) if partition else MISSING

    def _got(self, keys: Sequence[Key]) -> list[Item | None]:
        found = [self._item(*_place(key)) or None for key in keys]
        self.read += sum(item is not None for item in found)
        return found

    def _all(self, writes: Sequence[Write]) -> list[Item]:
        """All of it or nothing."""
        refusals = [
            Refusal(one.role, "ConditionalCheckFailed", None) for one in writes if not self._holds(one)
        ]
        if refusals:
            raise TransactionRefused(refusals)
        return [self._written(one) for one in writes]

    def _holds(self, write: Write) -> bool:
        return write.condition is None or holds(write, self._item(*_place(write)))

    def _written(self, write: Write) -> Item:
        table, pk, sk = _place(write)
        partition = self.places.setdefault((table, pk), Partition())
        if write.item is not None:
            partition.put(sk, dict(write.item))
            self.heard(pk, sk)
        elif write.update:
            partition.put(sk, updated(write, partition.items.get(sk) or {"pk": pk, "sk": sk}))
        elif not write.check_only:
            partition.drop(sk)
        return partition.items.get(sk, MISSING)


def _place(one: Write | Key) -> tuple[str, str, str]:
    if isinstance(one, Key):
        return one.table, one.pk, one.sk
    pk, sk = one.key or ((one.item or {})["pk"], (one.item or {})["sk"])
    return one.table, pk, sk


def _action(write: Write) -> str:
    return "put" if write.item is not None else "update" if write.update else "delete"


TERM = re.compile(r"attribute_(not_)?exists\(([#\w]+)\)|([#\w]+) (=|<|>|<=|>=) (:\w+)")
SUM = re.compile(r"(\w+) = if_not_exists\((\w+), (:\w+)\) \+ (:\w+)")
COMPARED = {"=": eq, "<": lt, ">": gt, "<=": le, ">=": ge}


def holds(write: Write, item: Mapping[str, Any]) -> bool:
    """Whether a condition holds: terms joined by AND within OR, parentheses at most around a way."""
    ways = [re.sub(r"^\((.*)\)$", r"\1", way) for way in (write.condition or "").split(" OR ")]
    return any(all(_true(term, write, item) for term in way.split(" AND ")) for way in ways)


def _true(term: str, write: Write, item: Mapping[str, Any]) -> bool:
    matched = TERM.fullmatch(term)
    if matched is None:
        raise NotImplementedError(term)
    absent, asked, name, sign, value = matched.groups()
    if asked:
        return (write.names.get(asked, asked) in item) != bool(absent)
    here, there = item.get(write.names.get(name, name)), write.values[value]
    return here is not None and bool(COMPARED[sign](here, there))


def updated(write: Write, item: Item) -> Item:
    """The item after an update of one attribute, or of sums that begin somewhere (the balances of accounts)."""
    sums = SUM.findall(write.update or "")
    if (
        sums
        and "SET " + ", ".join(f"{a} = if_not_exists({b}, {c}) + {d}" for a, b, c, d in sums) == write.update
    ):
        return item | {a: item.get(b, write.values[c]) + write.values[d] for a, b, c, d in sums}
    if (write.update or "").startswith("SET ") and " ADD " in str(
        write.update
    ):  # an attribute beside a count
        first, _, second = str(write.update).partition(" ADD ")
        return updated(replace(write, update=f"ADD {second}"), updated(replace(write, update=first), item))
    verb, name, *rest = (write.update or "").split()
    name, after = write.names.get(name, name), dict(item)
    if verb == "REMOVE" and not rest:
        after.pop(name, None)
    elif verb == "SET" and len(rest) == 2:
        after[name] = write.values[rest[1]]
    elif verb == "ADD" and len(rest) == 1:
        after[name] = after.get(name, 0) + write.values[rest[0]]
    else:
        raise NotImplementedError(write.update)
    return after


class MemoryShelf:
    """The stores of one container on a DynamoDB in memory, with real seals and chains."""

    def __init__(self, dynamo: MemoryDynamo | None = None, keys: LocalKeys | None = None) -> None:
        self.dynamo, self.keys = dynamo or MemoryDynamo(), keys or LocalKeys()
        self.cases = CaseStore(self.dynamo, TABLES, Vault(self.keys))
        self.timers = TimerStore(self.dynamo, TABLES)
        self.drafts = self.records = None
