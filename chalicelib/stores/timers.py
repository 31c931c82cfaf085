"""Remembers when each case next wants the sweeper: one row a case, by day and shard, behind a watermark."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from chalicelib.actions.ports import Chain
from chalicelib.stores.dynamo import Dynamo, Item, Key, TransactionRefused, Write
from chalicelib.stores.keys import HEAD, Tables, due_pk, timer_pk, timer_sk
from chalicelib.stores.ledger import timer_writes

DAY = 86_400_000


class TimerStore:
    """The `actions.ports.Timers` of DynamoDB. Rows are written by the ledger, with the case they belong to."""

    def __init__(self, dynamo: Dynamo, tables: Tables) -> None:
        self._dynamo = dynamo
        self._tables = tables

    def due(self, shard: int, since: int, until: int) -> Iterator[tuple[str, int]]:
        """(case, row) of every timer row of a shard with since < row ≤ until: only what is due is read."""
        for day in range(since // DAY, until // DAY + 1):
            bucket, after = due_pk(day * DAY, shard), None
            while True:
                page = self._dynamo.query(
                    self._tables.timers,
                    bucket,
                    at_least=f"{since + 1:015d}",
                    at_most=f"{until:015d}~",
                    after=after,
                )
                for item in page.items:
                    yield str(item["case"]), int(item["sk"].partition("#")[0])
                after = page.after
                if after is None:
                    break

    def move(self, case_id: str, row: int, to: int | None, chain: Chain | None) -> None:
        """Set the row anew without an event; the head says where it stands, so two sweepers cannot both move it."""
        writes = timer_writes(self._tables.timers, case_id, row, to)
        if chain is not None:
            writes.append(
                Write("head", self._tables.cases, key=(case_id, HEAD), condition="tm = :row AND seq = :read",
                      update="SET tm = :to" if to else "REMOVE tm",
                      values={":row": row, ":read": chain.seq} | ({":to": to} if to else {}))
            )  # fmt: skip
        try:
            self._dynamo.transact(writes)
        except TransactionRefused:
            return  # somebody else moved it, or the case went on: their row stands

    def fail(self, case_id: str, row: int, most: int) -> bool:
        """Count a failure; after `most` the row moves to `DEAD#`, so that it holds up nobody. True when it died."""
        pk, sk = timer_pk(row, case_id), timer_sk(row, case_id)
        count = self._dynamo.write(
            Write("timer", self._tables.timers, key=(pk, sk), update="ADD failures :one", values={":one": 1}),
            returns="UPDATED_NEW",
        )["failures"]
        if count < most:
            return False
        dead: Item = {"pk": f"DEAD#{pk}", "sk": sk, "case": case_id, "failures": count}
        self._dynamo.transact(
            [Write("dead", self._tables.timers, item=dead), Write("timer", self._tables.timers, key=(pk, sk))]
        )
        return True

    def watermark(self, shard: int) -> int | None:
        (item,) = self._dynamo.get(Key(self._tables.timers, "WATERMARK", f"{shard:02d}"))
        return int(item["at"]) if item else None

    def raise_watermark(self, shard: int, to: int) -> None:
        """Forward only; one that lies in the future comes from a clock that was set back, and is not believed."""
        with contextlib.suppress(TransactionRefused):
            self._dynamo.write(
                Write("watermark", self._tables.timers, key=("WATERMARK", f"{shard:02d}"), update="SET #at = :to",
                      condition="attribute_not_exists(#at) OR #at < :to OR #at > :future", names={"#at": "at"},
                      values={":to": to, ":future": to + 3_600_000})
            )  # fmt: skip
