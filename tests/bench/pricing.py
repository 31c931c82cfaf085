"""Prices DynamoDB's writes and reads by AWS's rule, from the requests that were really sent.

The emulators misreport what transactions consume, so this is a model; the rule (Amazon DynamoDB Developer Guide,
"Read and write operations", "Item sizes and formats", "Global secondary indexes: provisioned throughput"):

* a write costs one unit for each started KB of the item, before or after, whichever is larger; in a transaction
  two, for condition checks too; a delete costs the size of what it deletes, at least one unit; a write whose
  condition failed costs the same;
* an index entry that appears, goes, or whose projected attributes change costs one unit for each started KB of the
  entry; one whose key changes costs two writes (the old entry goes, the new one comes); what changes none of the
  projected attributes costs nothing. Indexes follow asynchronously: no transaction's double price;
* a strongly consistent read costs one unit for each started 4 KB, an eventually consistent one half of that: of each
  item alone where items are got by key (one that is not there costs as the smallest), of all that was read together,
  before any filter, where a partition is queried;
* an item is as large as the UTF-8 of its attribute names and values: strings and binaries by the byte (binaries
  not in base64), numbers two digits a byte and one more. A data key wrapped by AWS's KMS takes 184 bytes, whatever
  an emulator makes of it.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

KB = 1024
WRAPPED_KEY = 184
Raw = Mapping[str, Mapping[str, Any]]  # an item as it is sent: attribute → {"S": …}
Place = tuple[str, str, str]  # table, pk, sk


def size(item: Raw) -> int:
    """Bytes of an item as AWS counts them."""
    sizes = (WRAPPED_KEY if name == "k" else _size_of(value) for name, value in item.items())
    return sum(len(name.encode()) for name in item) + sum(sizes)


def _size_of(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "B":
        return len(base64.b64decode(content))
    if kind == "N":
        return math.ceil(len(str(content).lstrip("-0.").replace(".", "")) / 2) + 1
    return len(str(content).encode())


def units(size_: int) -> int:
    return max(1, math.ceil(size_ / KB))


def read_units(operation: str, body: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
    """What one read consumed; other operations consume nothing by reading."""
    if operation == "Query":
        if answer["ScannedCount"] != len(answer["Items"]):
            raise ValueError("a filter hid items that were read and are paid for")
        return _read(sum(map(size, answer["Items"])), body)
    if operation == "BatchGetItem":
        return sum(
            _got(wanted, answer["Responses"].get(table, ())) for table, wanted in body["RequestItems"].items()
        )
    return 0


def _got(wanted: Mapping[str, Any], found: Sequence[Raw]) -> float:
    sizes = [size(item) for item in found]
    return sum(_read(one, wanted) for one in sizes + [0] * (len(wanted["Keys"]) - len(sizes)))


def _read(size_: int, how: Mapping[str, Any]) -> float:
    return max(1, math.ceil(size_ / (4 * KB))) * (1 if how.get("ConsistentRead") else 0.5)


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index of KEYS_ONLY: its key and the table's are all that it holds."""

    name: str
    key: tuple[str, ...]


@dataclass(slots=True)
class Bill:
    """Units by what was written: `<table>:<kind of row>` and `index:<name>`."""

    lines: dict[str, float] = field(default_factory=dict)

    def add(self, what: str, much: float) -> None:
        self.lines[what] = self.lines.get(what, 0) + much

    @property
    def total(self) -> float:
        return sum(self.lines.values())


class Till:
    """Knows every item that was written since it opened; `charge` prices one request and remembers its effect."""

    def __init__(self, indexes: Mapping[str, Sequence[Index]]) -> None:
        self._indexes = indexes  # table → its indexes
        self._items: dict[Place, Raw] = {}

    def charge(self, bill: Bill, operation: str, body: Mapping[str, Any]) -> None:
        if operation == "TransactWriteItems":
            for member in body["TransactItems"]:
                ((action, arguments),) = member.items()
                self._write(bill, action, arguments, 2)
        elif operation in {"PutItem", "UpdateItem", "DeleteItem"}:
            self._write(bill, operation.removesuffix("Item"), body, 1)
        elif operation == "BatchWriteItem":
            for table, requests in body["RequestItems"].items():
                for one in requests:
                    ((action, arguments),) = one.items()
                    self._write(bill, action.removesuffix("Request"), {"TableName": table, **arguments}, 1)

    def bytes_of(self, table: str, pk: str, sk: str) -> int:
        return size(self._items[table, pk, sk])

    def _write(self, bill: Bill, action: str, arguments: Mapping[str, Any], factor: int) -> None:
        table, key = arguments["TableName"], arguments.get("Key") or arguments["Item"]
        place = (table, key["pk"]["S"], key["sk"]["S"])
        before = self._items.get(place, {})
        after = before if action == "ConditionCheck" else _after(action, before, arguments)
        bill.add(kind_of(place), factor * units(max(size(before), size(after))))
        for index in self._indexes.get(table, ()):
            much = _of_index(index, before, after)
            if much:
                bill.add(f"index:{index.name}", much)
        if after:
            self._items[place] = after
        else:
            self._items.pop(place, None)


def _of_index(index: Index, before: Raw, after: Raw) -> int:
    old, new = _entry(index, before), _entry(index, after)
    if old == new:
        return 0
    return sum(units(size(entry)) for entry in (old, new) if entry)


def _entry(index: Index, item: Raw) -> Raw:
    """What the index holds of an item: nothing where a key attribute is missing (it is sparse)."""
    if any(name not in item for name in index.key):
        return {}
    return {name: item[name] for name in (*index.key, "pk", "sk")}


def _after(action: str, before: Raw, arguments: Mapping[str, Any]) -> Raw:
    if action == "Put":
        return dict(arguments["Item"])
    if action == "Delete":
        return {}
    return _updated(before or arguments["Key"], arguments)


def _updated(before: Raw, arguments: Mapping[str, Any]) -> Raw:
    """The few update expressions that the stores write: `SET a = :v, …`, `ADD a :v`, `REMOVE a, …`."""
    after, values = dict(before), arguments.get("ExpressionAttributeValues", {})
    verb = ""
    for part in arguments["UpdateExpression"].replace(",", " , ").split(" , "):
        words = part.split()
        if words[0] in {"SET", "ADD", "REMOVE"}:
            verb, *words = words
        name = arguments.get("ExpressionAttributeNames", {}).get(words[0], words[0])
        if verb == "REMOVE":
            after.pop(name, None)
        elif verb == "SET":
            after[name] = values[words[2]]
        else:
            after[name] = {"N": str(int(after.get(name, {"N": "0"})["N"]) + int(values[words[1]]["N"]))}
    return after


def kind_of(place: Place) -> str:
    """What a row is, by its keys: the bill's line."""
    _, pk, sk = place
    kinds = {"HEAD": "head", "F": "form"}
    if pk.startswith("cas_"):
        return kinds.get(sk) or {"E": "event", "O": "document", "D": "due"}.get(sk[:1], sk)
    starts = {"IDEM#": "idempotency", "DUE#": "timer", "N#": "lease of numbers", "F#": "feed", "P#": "party",
              "REG#": "register's list", "R#": "record"}  # fmt: skip
    return next((name for start, name in starts.items() if pk.startswith(start)), pk.partition("#")[0])
