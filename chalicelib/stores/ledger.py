"""Remembers a decision: `commit` turns one Change into one TransactWriteItems, the only write path of a case."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

from chalicelib.actions.ports import Chain, CommitRefused
from chalicelib.domain.change import MAX_BYTES, MAX_ITEMS, Change, Event, Output, RecordWrite
from chalicelib.domain.problems import Problem, Text
from chalicelib.stores.attributes import Item
from chalicelib.stores.chain import GENESIS, event_sk, link
from chalicelib.stores.due_rows import due_writes
from chalicelib.stores.dynamo import Dynamo, Refusal, TransactionRefused, Write
from chalicelib.stores.keys import (
    HEAD,
    Tables,
    external_pk,
    former_sk,
    idempotency_pk,
    index_sk,
    open_pk,
    party_pk,
    queue_pk,
    timer_pk,
    timer_sk,
)  # fmt: skip
from chalicelib.stores.link_rows import link_writes, lock_write
from chalicelib.stores.postings import posting_writes
from chalicelib.stores.records import membership, record_writes
from chalicelib.stores.sealing import Vault

BODY_VERSION = 1
QUEUE_SHARDS = 1  # a desk's queue is small; raised by configuration when a desk is hot
OPEN_SHARDS = 16
TOGETHER = 80  # writes a transaction over several cases; DynamoDB takes a hundred

_NEW = "attribute_not_exists(pk)"


class Ledger:
    """Writes changes. `chain` is the case's state as it was read; None opens the case."""

    def __init__(self, dynamo: Dynamo, tables: Tables, vault: Vault) -> None:
        self._dynamo = dynamo
        self._tables = tables
        self._vault = vault

    def commit(self, change: Change, chain: Chain | None) -> Chain:
        """Write all of `change` or nothing.

        Raises CommitRefused naming each condition that did not hold, with the item as it stood.
        """
        writes, after = self._writes(change, chain)
        self._all(writes)
        return after

    def commit_together(self, changes: Sequence[tuple[Change, Chain]]) -> None:
        """Write small changes of several cases, as many a transaction as go in; all of one transaction or nothing.

        Raises CommitRefused at the first transaction that is refused: what came before it is written, nothing after.
        """
        waiting = list[Write]()
        for change, chain in changes:
            writes, _ = self._writes(change, chain)
            if len(waiting) + len(writes) > TOGETHER:
                self._all(waiting)
                waiting = []
            waiting += writes
        if waiting:
            self._all(waiting)

    def _all(self, writes: Sequence[Write]) -> None:
        try:
            self._dynamo.transact(writes)
        except TransactionRefused as refused:
            raise _as_commit_refused(refused) from refused

    def _writes(self, change: Change, chain: Chain | None) -> tuple[list[Write], Chain]:
        """Every row of a change, and the chain after it. Nothing is sent."""
        change.check()
        if (chain.seq if chain else 0) != change.expected:
            raise Problem(
                "conflict", "stale-read", Text("读取的版本不符", "the change was decided on another version")
            )
        key = chain.key if chain else self._vault.new_key()
        previous = chain.hash if chain else GENESIS
        writes: list[Write] = []
        for event in change.events:
            outputs = change.outputs if event is change.events[-1] else ()
            writes.append(self._event(change.case_id, event, outputs, key, previous))
            previous = bytes(writes[-1].item["h"])  # type: ignore[index]
        after = Chain(change.seq, previous, key)
        writes.insert(0, self._head(change, after))
        writes += self._companions(change, key)
        _check_size(writes)
        return writes, after

    def _head(self, change: Change, after: Chain) -> Write:
        place = (change.case_id, HEAD)
        item: Item = {
            "pk": change.case_id, "sk": HEAD, "seq": after.seq, "h": after.hash, "k": after.key,
            "v": BODY_VERSION, "at": change.events[-1].at,
        }  # fmt: skip
        known = standing_clear(item)  # bound to the seal, or to the chain: a second copy says nothing
        body = {name: value for name, value in change.head.items() if known.get(name) != value}
        item["b"] = self._vault.seal(after.key, place, body)
        if change.timer.after is not None:
            item["tm"] = change.timer.after
        places = change.places
        if places.queue:
            department, window, due = places.queue
            shard = zlib.crc32(change.case_id.encode()) % QUEUE_SHARDS
            item |= {"qpk": queue_pk(department, window, shard), "qsk": index_sk(due, change.case_id)}
        if places.owner:
            subject, opened_at = places.owner
            item |= {"opk": self._vault.blind(subject), "osk": index_sk(opened_at, change.case_id)}
        if places.open:
            shard = zlib.crc32(change.case_id.encode()) % OPEN_SHARDS
            item |= {"rpk": open_pk(places.open, shard), "rsk": change.case_id[-8:]}
        if places.number:
            item["npk"] = places.number
        if change.expected == 0:
            return Write("head", self._tables.cases, item=item, condition=_NEW)
        # The sweeper moves `tm` without an event, and an erasure takes `k` away: neither may be written back.
        before = change.timer.before
        row = "attribute_not_exists(tm)" if before is None else "tm = :row"
        values = {":read": change.expected} | ({} if before is None else {":row": before})
        condition = f"seq = :read AND attribute_exists(k) AND {row}"
        return Write("head", self._tables.cases, item=item, condition=condition, values=values)

    def _event(
        self, case_id: str, event: Event, outputs: Sequence[Output], key: bytes, previous: bytes
    ) -> Write:
        """The event, and beside its body what the change issued: as drafted they are one fact, so one row."""
        sk = event_sk(event.seq)
        sealed = self._vault.seal(key, (case_id, sk), event.body)
        item: Item = {
            "pk": case_id, "sk": sk, "seq": event.seq, "t": event.type, "at": event.at, "v": BODY_VERSION,
            "b": sealed, "p": previous,
        }  # fmt: skip
        if event.of_group:  # in the clear, for the relay; no part of what is chained
            item["g"] = 1
        if event.unasked:
            item["u"] = 1
        if outputs:
            drafted = [
                {**one.body, "id": one.id, "document": one.document, "state": one.state} for one in outputs
            ]
            item["o"] = self._vault.seal(key, (case_id, outputs_place(sk)), drafted)
        item["h"] = link(previous, item)
        return Write("event", self._tables.cases, item=item, condition=_NEW)

    def _companions(self, change: Change, key: bytes) -> list[Write]:
        """Every row that is neither head nor event, in the order in which refusals are worth reading."""
        case_id, writes = change.case_id, list[Write]()
        if change.idempotency:
            row = change.idempotency
            item = {
                "pk": idempotency_pk(row.row), "sk": "0", "case": case_id, "fp": row.fingerprint,
                "nonce": row.nonce, "exp_at": row.expires_at, "ttl": row.expires_at // 1000 + 3600,
            }  # fmt: skip
            # Expiry is judged by the value: DynamoDB's TTL may be a day late (decisions 2).
            condition = f"{_NEW} OR exp_at < :now"
            writes.append(
                Write(
                    "idempotency",
                    self._tables.cases,
                    item=item,
                    condition=condition,
                    values={":now": change.events[0].at},
                )
            )
        if change.external:
            pk = external_pk(change.external.system, change.external.external_id)
            item = {"pk": pk, "sk": "0", "case": case_id}
            writes.append(Write("external", self._tables.cases, item=item, condition=_NEW))
        if change.former is not None:
            place = former_sk(change.expected)
            writes.append(self._own("former form", case_id, place, key, change.former))
        if change.form is not None:
            writes.append(self._own("form", case_id, "F", key, change.form))
        for due in change.dues:
            writes += due_writes(change, due, self._tables.cases, self._vault, key)
        writes += self._ways_in(change)
        for posting in change.postings:
            writes += posting_writes(change, posting, self._tables.records, self._vault)
        for record in change.records:
            writes += self._record(change, record)
        writes += self._timer(change)
        return writes

    def _own(self, role: str, case_id: str, sk: str, key: bytes, body: Any) -> Write:
        """A row of the case itself, guarded by the head's condition and sealed with the case's key."""
        sealed = self._vault.seal(key, (case_id, sk), body)
        return Write(role, self._tables.cases, item={"pk": case_id, "sk": sk, "v": BODY_VERSION, "b": sealed})

    def _ways_in(self, change: Change) -> list[Write]:
        writes = []
        for party in change.parties:
            sk = f"{party.opened_at:015d}#{change.case_id}#{party.role}"
            item: Item = {"pk": party_pk(self._vault.blind(party.subject)), "sk": sk, "case": change.case_id}
            writes.append(Write("party", self._tables.cases, item=item))
        writes += [write for one in change.links for write in link_writes(one, self._tables.cases)]
        return writes + [lock_write(one, self._tables.cases) for one in change.locks]

    def _record(self, change: Change, record: RecordWrite) -> list[Write]:
        """A record keeps its data key through all its versions; a new one gets its own, and its register's row."""
        key = record.key or self._vault.new_key()
        clear = {"case": change.case_id, "seq": change.seq}
        writes = record_writes(record, self._tables.records, self._vault, key, clear)
        if record.revision == 0:
            writes.append(membership(record, self._tables.records))
        return writes

    def _timer(self, change: Change) -> list[Write]:
        before, after = change.timer.before, change.timer.after
        return [] if before == after else timer_writes(self._tables.timers, change.case_id, before, after)


def standing_clear(head: Item) -> dict[str, Any]:
    """Members of a head that its row says beside the sealed body."""
    return {"id": head["pk"], "seq": head["seq"], "at": head["at"]}


def outputs_place(event: str) -> str:
    """The sort key to which an event's outputs are sealed: not the event's own, so that none passes for the other."""
    return f"{event}#O"


def timer_writes(table: str, case_id: str, before: int | None, after: int | None) -> list[Write]:
    """Take the row from one instant to another; either may be none."""
    writes = []
    if before is not None:
        writes.append(Write("timer", table, key=(timer_pk(before, case_id), timer_sk(before, case_id))))
    if after is not None:
        item: Item = {"pk": timer_pk(after, case_id), "sk": timer_sk(after, case_id), "case": case_id}
        writes.append(Write("timer", table, item=item))
    return writes


def _check_size(writes: list[Write]) -> None:
    """A change that cannot fit must fan out by event (decisions 7); saying so here beats a refusal by AWS."""
    size = sum(_size(write.item) for write in writes if write.item)
    if len(writes) > MAX_ITEMS or size > MAX_BYTES:
        raise Problem(
            "too_large",
            "change-too-large",
            Text(
                f"一次提交过大:{len(writes)} 项,{size} 字节",
                f"one commit is too large: {len(writes)} items, {size} bytes",
            ),
        )


def _size(item: Item) -> int:
    return sum(
        len(name) + (len(value) if isinstance(value, str | bytes) else 8) for name, value in item.items()
    )


def _as_commit_refused(refused: TransactionRefused) -> CommitRefused:
    return CommitRefused(
        tuple(refusal.role for refusal in refused.refusals),
        transient=refused.transient,
        items={refusal.role: _clear(refusal) for refusal in refused.refusals if refusal.item},
    )


def _clear(refusal: Refusal) -> dict[str, Any]:
    return dict(refusal.item or {})
