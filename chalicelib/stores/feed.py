"""Remembers the feed: which events were told to the outside, in the order in which the relay told them.

One row a batch holds `[case, seq]` pairs, so that a feed costs about a write unit per batch, not per event. The
position is assigned when the row is written; rows younger than ten seconds are not shown, so a late commit
cannot fall behind a reader's cursor (decisions 18).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from chalicelib.domain import ids
from chalicelib.stores.attributes import Item
from chalicelib.stores.dynamo import Dynamo, Key, Write
from chalicelib.stores.encoding import pack_body, unpack_body
from chalicelib.stores.keys import FEED, HEAD, OPEN_INDEX, Tables, feed_pk, open_pk

SHARDS = 4
HOUR = 3_600_000
RETAINED = 90 * 24 * HOUR  # sample default, not from the plan

Pair = tuple[str, int]  # case id, sequence number


class Feed:
    """Positions of events. The events themselves stay where they are, sealed."""

    def __init__(self, dynamo: Dynamo, tables: Tables) -> None:
        self._dynamo = dynamo
        self._tables = tables

    def tell(self, pairs: Sequence[Pair], at: int, entropy: bytes) -> None:
        """Put these events into the feed, as one row. Telling twice is harmless: an event's id never changes."""
        shard = entropy[-1] % SHARDS
        item: Item = {
            "pk": feed_pk(_hour(at), shard), "sk": ids.ulid(at, entropy), "ttl": (at + RETAINED) // 1000,
            "b": pack_body([list(pair) for pair in pairs]),
        }  # fmt: skip
        self._dynamo.write(Write("feed", self._tables.deliveries, item=item))

    def told(self, since: int, until: int) -> set[Pair]:
        """Every pair that was told between two instants."""
        return {pair for _, pairs in self.rows(since, until) for pair in pairs}

    def ever_told(self) -> set[Pair]:
        """Every pair that was ever told, by a scan: for the embedded stack's start, not for AWS."""
        rows = self._scanned(self._tables.deliveries, "begins_with(pk, :feed)", {}, {":feed": FEED})
        return {(str(case), int(seq)) for item in rows for case, seq in unpack_body(item["b"])}

    def rows(self, since: int, until: int) -> Iterator[tuple[str, list[Pair]]]:
        """(position, pairs) of each row, oldest first within an hour."""
        for hour in range(since // HOUR, until // HOUR + 1):
            found: list[Item] = []
            for shard in range(SHARDS):
                bucket = feed_pk(_hour(hour * HOUR), shard)
                found += self._dynamo.every(
                    self._tables.deliveries, bucket, at_least=ids.ulid(since, bytes(10))
                )
            for item in sorted(found, key=lambda one: str(one["sk"])):
                if ids.at_of(str(item["sk"])) <= until:
                    yield str(item["sk"]), [(str(case), int(seq)) for case, seq in unpack_body(item["b"])]

    def heads(self, releases: Iterable[str], shards: int) -> Iterator[tuple[str, int, int]]:
        """(case, seq, at) of every open case of these releases, from what heads say in the clear."""
        for release in releases:
            for shard in range(shards):
                after = None
                while True:
                    page = self._dynamo.query(
                        self._tables.cases, open_pk(release, shard), index=OPEN_INDEX, after=after
                    )
                    keys = [Key(self._tables.cases, str(item["pk"]), HEAD) for item in page.items]
                    for head in self._dynamo.get(*keys) if keys else []:
                        if head:
                            yield str(head["pk"]), int(head["seq"]), int(head["at"])
                    after = page.after
                    if after is None:
                        break

    def recorded(self, case_id: str, since: int) -> list[Pair]:
        """Every event of one case recorded since an instant, latest first; from what events say in the clear."""
        events = self._dynamo.every(self._tables.cases, case_id, prefix="E#", limit=20, forward=False)
        recent = itertools.takewhile(lambda item: item["at"] >= since, events)
        return [(case_id, int(item["seq"])) for item in recent]

    def all_events(self, since: int) -> Iterator[Pair]:
        """Every event recorded since an instant, by a scan: for the embedded stack's start, not for AWS."""
        condition, values = "begins_with(sk, :event) AND #at >= :since", {":event": "E#", ":since": since}
        for item in self._scanned(self._tables.cases, condition, {"#at": "at"}, values):
            yield str(item["pk"]), int(item["seq"])

    def _scanned(
        self, table: str, condition: str, names: dict[str, str], values: dict[str, str | int]
    ) -> Iterator[Item]:
        after: Item | None = None
        while True:
            page = self._dynamo.scan(table, condition, names, values, after)
            yield from page.items
            after = page.after
            if after is None:
                return


def _hour(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y%m%dT%H}"
