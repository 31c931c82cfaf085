"""Remembers when each case next wants the sweeper: one row a case, by day and shard, behind a watermark."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from chalicelib.actions.ports import Chain, CommitRefused
from chalicelib.stores.attributes import Item
from chalicelib.stores.dynamo import Dynamo, Key, TransactionRefused, Write
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
            span = {"at_least": f"{since + 1:015d}", "at_most": f"{until:015d}~"}
            for item in self._dynamo.every(self._tables.timers, due_pk(day * DAY, shard), **span):
                yield str(item["case"]), int(item["sk"].partition("#")[0])

    def move(self, case_id: str, row: int, to: int | None, chain: Chain | None) -> None:
        """Set the row anew without an event; the head says where it stands, so two sweepers cannot both move it.

        Three plain writes, half the units of a transaction (`lifecycle-write-units`), in an order in which a death
        in between loses nothing: the new row stands before the head names it, and a row that no head names does
        nothing and is taken away by the sweep that meets it.
        CommitRefused when the case went on meanwhile. Its row may still be the one that was due here, and the
        watermark is about to pass it: whoever calls must look again.
        """
        old, *new = timer_writes(self._tables.timers, case_id, row, to)
        for write in new:
            self._dynamo.write(write)
        if chain is not None:
            head = Write("head", self._tables.cases, key=(case_id, HEAD), condition="tm = :row AND seq = :read",
                         update="SET tm = :to" if to else "REMOVE tm",
                         values={":row": row, ":read": chain.seq} | ({":to": to} if to else {}))  # fmt: skip
            try:
                self._dynamo.write(head)
            except TransactionRefused as refused:
                raise CommitRefused(("head",), transient=refused.transient) from refused
        self._dynamo.write(old)

    def fail(self, case_id: str, row: int, most: int) -> bool:
        """Count a failure; after `most` the row moves to `DEAD#`, so that it holds up nobody. True when it died.

        The head then points to no row, so that the case's next step sets a live one. A row that is gone, because
        another sweeper dealt with the case, counts nothing: an update would make a row that names no case.
        False too when the burial met another writer: the count stands, and the next failure tries again.
        """
        pk, sk = timer_pk(row, case_id), timer_sk(row, case_id)
        one = Write("timer", self._tables.timers, key=(pk, sk), update="ADD failures :one", values={":one": 1},
                    condition="attribute_exists(pk)")  # fmt: skip
        try:
            count = self._dynamo.write(one, returns="UPDATED_NEW")["failures"]
            if count >= most:
                self._bury(case_id, row, count)
        except TransactionRefused:
            return False
        return bool(count >= most)

    def _bury(self, case_id: str, row: int, count: int) -> None:
        pk, sk = timer_pk(row, case_id), timer_sk(row, case_id)
        dead: Item = {"pk": f"DEAD#{pk}", "sk": sk, "case": case_id, "failures": count}
        head = Write("head", self._tables.cases, key=(case_id, HEAD), update="REMOVE tm", condition="tm = :row",
                     values={":row": row})  # fmt: skip
        rows = [
            Write("timer", self._tables.timers, key=(pk, sk)),
            Write("dead", self._tables.timers, item=dead),
        ]
        try:
            self._dynamo.transact([head, *rows])
        except TransactionRefused as refused:
            if refused.transient:  # the next failure buries it: a row that died alone is still the head's
                raise
            self._dynamo.transact(rows)  # the head points elsewhere or nowhere: the row dies alone

    def watermark(self, shard: int) -> int | None:
        (item,) = self._dynamo.get(Key(self._tables.timers, "WATERMARK", f"{shard:02d}"))
        return int(item["at"]) if item else None

    def raise_watermark(self, shard: int, to: int, instead_of: int | None = None) -> None:
        """Forward only. `instead_of` is the mark that was read and lies in the future: it comes from a clock that was

        set back, is not believed, and gives way if it still stands. A sweep that took long changes nothing any more.
        """
        condition = "attribute_not_exists(#at) OR #at < :to"
        values = {":to": to}
        if instead_of is not None:
            condition, values = f"{condition} OR #at = :read", values | {":read": instead_of}
        with contextlib.suppress(TransactionRefused):
            self._dynamo.write(
                Write("watermark", self._tables.timers, key=("WATERMARK", f"{shard:02d}"), update="SET #at = :to",
                      condition=condition, names={"#at": "at"}, values=values)
            )  # fmt: skip
