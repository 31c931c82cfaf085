"""Remembers the log of hourly roots over the chains of cases."""

from __future__ import annotations

from typing import Any

from chalicelib.stores.dynamo import Dynamo, Key, TransactionRefused, Write
from chalicelib.stores.encoding import pack_body, unpack_body
from chalicelib.stores.keys import HEAD, Tables

LOG = "ROOTS"


class RootLog:
    """The `actions.rooting.Roots` of DynamoDB."""

    def __init__(self, dynamo: Dynamo, tables: Tables) -> None:
        self._dynamo = dynamo
        self._tables = tables

    def last(self) -> dict[str, Any] | None:
        page = self._dynamo.query(self._tables.deliveries, LOG, limit=1, forward=False)
        return dict(unpack_body(page.items[0]["b"])) if page.items else None

    def append(self, entry: dict[str, Any], number: int) -> bool:
        item = {"pk": LOG, "sk": f"{number:012d}", "b": pack_body(entry)}
        try:
            self._dynamo.write(
                Write("root", self._tables.deliveries, item=item, condition="attribute_not_exists(pk)")
            )
        except TransactionRefused:
            return False
        return True

    def chain_heads(self, case_ids: list[str]) -> list[tuple[str, int, bytes]]:
        """(case, seq, hash) of each head, from what stands in the clear."""
        found = []
        for start in range(0, len(case_ids), 100):
            keys = [Key(self._tables.cases, case, HEAD) for case in case_ids[start : start + 100]]
            found += [item for item in self._dynamo.get(*keys) if item]
        return [(str(item["pk"]), int(item["seq"]), bytes(item["h"])) for item in found]
