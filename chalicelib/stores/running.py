"""Remembers which cases run under a release, and which ones the feed told of lately: what a release touches."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.stores.dynamo import Dynamo
from chalicelib.stores.feed import Feed
from chalicelib.stores.keys import OPEN_INDEX, Tables, open_pk
from chalicelib.stores.ledger import OPEN_SHARDS

HOUR = 3_600_000
LATELY = 72  # hours of the feed that are looked through for recent cases


class RunningCases:
    """The `actions.definition_ports.Running` of DynamoDB, by the `open` index."""

    def __init__(self, dynamo: Dynamo, tables: Tables, feed: Feed) -> None:
        self._dynamo = dynamo
        self._tables = tables
        self._feed = feed

    def open_cases(self, release: str) -> Iterator[str]:
        """Ids of every open case of a release. An index may be a moment behind; who acts on a case reads it."""
        for shard in range(OPEN_SHARDS):
            rows = self._dynamo.every(
                self._tables.cases, open_pk(release, shard), index=OPEN_INDEX, limit=1000
            )
            yield from (str(row["pk"]) for row in rows)

    def recent(self, now: int) -> Iterator[str]:
        """Ids of cases in which something happened in the last three days, latest hour first, each once."""
        seen: set[str] = set()
        for hour in range(now // HOUR, now // HOUR - LATELY, -1):
            for _, pairs in self._feed.rows(hour * HOUR, hour * HOUR + HOUR - 1):
                for case, _ in pairs:
                    if case not in seen:
                        seen.add(case)
                        yield case
