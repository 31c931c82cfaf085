"""Remembers the log of roots over the chains of cases, the leaves of each, and the keys that signed them.

An entry is a row of one partition by number. Its leaves lie in a partition named by the root itself, so that two runs
at once cannot mix them, in rows of three hundred: an hour of ten thousand cases is 34 rows of 18 KB, none near a limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chalicelib.actions.rooting import Head
from chalicelib.stores.attributes import Item
from chalicelib.stores.chain import event_sk
from chalicelib.stores.dynamo import Dynamo, Key, TransactionRefused, Write
from chalicelib.stores.encoding import pack_body, unpack_body
from chalicelib.stores.keys import HEAD, Tables

LOG, KEYS = "ROOTLOG", "ROOTKEYS"
CHUNK = 300  # leaves a row
PAGE = 1_000  # events a page of a chain; DynamoDB ends a page at 1 MB before that


class RootLog:
    """The `actions.rooting.Roots` of DynamoDB."""

    def __init__(self, dynamo: Dynamo, tables: Tables) -> None:
        self._dynamo = dynamo
        self._tables = tables

    def last(self) -> dict[str, Any] | None:
        page = self._dynamo.query(self._tables.deliveries, LOG, limit=1, forward=False)
        return _entry(page.items[0]) if page.items else None

    def entries(self, numbers: Iterable[int]) -> dict[int, dict[str, Any]]:
        """Those of these entries that exist; at most a hundred, in one request."""
        keys = [Key(self._tables.deliveries, LOG, _place(number)) for number in numbers]
        found = [_entry(item) for item in (self._dynamo.get(*keys) if keys else ()) if item]
        return {int(entry["number"]): entry for entry in found}

    def page(self, after: int, limit: int) -> list[dict[str, Any]]:
        """Entries in order, from the one after number `after`."""
        place = _place(after + 1)
        found = self._dynamo.query(self._tables.deliveries, LOG, at_least=place, limit=limit)
        return [_entry(item) for item in found.items]

    def append(self, entry: Mapping[str, Any], heads: Sequence[Head]) -> bool:
        table = self._tables.deliveries
        for start in range(0, len(heads), CHUNK):
            chunk = heads[start : start + CHUNK]
            body = [[one.case, one.seq, int(one.erased), one.hash.hex()] for one in chunk]
            item: Item = {
                "pk": _leaves_pk(entry["root"]),
                "sk": chunk[0].case,
                "i": start,
                "b": pack_body(body),
            }
            self._dynamo.write(Write("leaves", table, item=item))
        item = {"pk": LOG, "sk": _place(entry["number"]), "b": pack_body(dict(entry))}
        try:
            self._dynamo.write(Write("root", table, item=item, condition="attribute_not_exists(pk)"))
        except TransactionRefused:
            return False
        return True

    def heads_of(self, root: str) -> list[Head]:
        """The leaves of one root, in their order."""
        rows = self._dynamo.every(self._tables.deliveries, _leaves_pk(root))
        return [head for row in rows for head in _heads(row)]

    def find(self, root: str, case_id: str) -> tuple[int, Head] | None:
        """A case's leaf in one root, and how many leaves stand before it: the rows are sorted by case."""
        page = self._dynamo.query(
            self._tables.deliveries, _leaves_pk(root), at_most=case_id, limit=1, forward=False
        )
        for row in page.items:
            for number, head in enumerate(_heads(row)):
                if head.case == case_id:
                    return int(row["i"]) + number, head
        return None

    def note_key(self, key: Mapping[str, str]) -> None:
        """Keep a public key for as long as there are roots that it signed."""
        item: Item = {"pk": KEYS, "sk": key["kid"], "b": pack_body(dict(key))}
        if self._dynamo.get(Key(self._tables.deliveries, KEYS, key["kid"])) == [None]:
            self._dynamo.write(Write("root key", self._tables.deliveries, item=item))

    def keys(self) -> list[dict[str, str]]:
        return [_entry(item) for item in self._dynamo.every(self._tables.deliveries, KEYS)]

    def chain_heads(self, case_ids: list[str]) -> list[Head]:
        """The head of each case that has one, from what stands in the clear."""
        found = []
        for start in range(0, len(case_ids), 100):
            keys = [Key(self._tables.cases, case, HEAD) for case in case_ids[start : start + 100]]
            found += [item for item in self._dynamo.get(*keys) if item]
        return [head_of(item) for item in found]

    def recorded(self, case_id: str, limit: int) -> list[int]:
        page = self._dynamo.query(self._tables.cases, case_id, prefix="E#", limit=limit, forward=False)
        return [int(item["at"]) for item in page.items]

    def chain(self, case_id: str, after: int) -> tuple[list[dict[str, Any]], int | None]:
        """Events as they are stored, up to 1 MB a page, and the number to go on from."""
        page = self._dynamo.query(
            self._tables.cases,
            case_id,
            at_least=event_sk(after + 1),
            at_most=event_sk(99_999_999),
            limit=PAGE,
        )
        events = [event_as_stored(item) for item in page.items]
        return events, int(events[-1]["seq"]) if page.after and events else None


def head_of(item: Item) -> Head:
    return Head(str(item["pk"]), int(item["seq"]), bytes(item["h"]), bool(item.get("erased")))


def event_as_stored(item: Item) -> dict[str, Any]:
    """An event as JSON can say it, its sealed bytes in base64: all that its hash covers, and nothing readable."""
    import base64

    sealed = {
        name: base64.b64encode(bytes(item[attribute])).decode()
        for name, attribute in (("body", "b"), ("outputs", "o"))
        if attribute in item
    }
    return {
        "seq": int(item["seq"]), "type": item["t"], "at": int(item["at"]), "v": int(item["v"]),
        "prev_hash": bytes(item["p"]).hex(), "hash": bytes(item["h"]).hex(), **sealed,
    }  # fmt: skip


def _place(number: int) -> str:
    return f"{number:012d}"


def _leaves_pk(root: str) -> str:
    return f"ROOT#{root}"


def _entry(item: Item) -> dict[str, Any]:
    return dict(unpack_body(item["b"]))


def _heads(row: Item) -> list[Head]:
    return [
        Head(case, seq, bytes.fromhex(end), bool(erased)) for case, seq, erased, end in unpack_body(row["b"])
    ]
