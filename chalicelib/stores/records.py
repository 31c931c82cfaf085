"""Remembers records of registers: the current version, every earlier one by the day it was valid, and who read what."""

from __future__ import annotations

import os
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.actions.ports import CommitRefused, Listed, RecordVersion, Row
from chalicelib.domain.change import RecordWrite
from chalicelib.domain.trigger_effects import Act
from chalicelib.stores import acts
from chalicelib.stores.attributes import Item
from chalicelib.stores.dynamo import Dynamo, Key, TransactionRefused, Write
from chalicelib.stores.keys import Tables, member_pk, read_log_pk, record_pk
from chalicelib.stores.sealing import Vault

SHARDS = 16  # of a register's list of members
VERSION = 1
YEARS = 5  # a read log is kept; security audit asks for ≥ 6 months (sample default, not from the plan)

_NEW = "attribute_not_exists(pk)"


class RecordStore:
    """The `actions.ports.Records` of DynamoDB. A record keeps one data key through all its versions."""

    def __init__(self, dynamo: Dynamo, tables: Tables, vault: Vault) -> None:
        self._dynamo = dynamo
        self._tables = tables
        self._vault = vault

    def read(self, register: str, record_id: str, as_of: str | None = None) -> RecordVersion | None:
        """The current version, or the one that was valid on the day `as_of`."""
        pk = record_pk(register, record_id)
        if as_of is None:
            (item,) = self._dynamo.get(Key(self._tables.records, pk, "NOW"))
        else:
            page = self._dynamo.query(
                self._tables.records, pk, at_least="@", at_most=f"@{as_of}~", limit=1, forward=False
            )
            item = page.items[0] if page.items else None
        return self._opened(register, record_id, item) if item else None

    def many(self, register: str, record_ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """Bodies of the current versions of up to 100 records, by id; those that are there."""
        keys = [Key(self._tables.records, record_pk(register, one), "NOW") for one in record_ids]
        found = self._dynamo.get(*keys) if keys else []
        pairs = zip(record_ids, found, strict=True)
        return {one: self._vault.open(item["k"], item) for one, item in pairs if item}

    def history(self, register: str, record_id: str) -> Sequence[RecordVersion]:
        """Every version, earliest validity first."""
        versions = self._dynamo.every(self._tables.records, record_pk(register, record_id), prefix="@")
        return [self._opened(register, record_id, item) for item in versions]

    def write(self, record: RecordWrite, author: str, at: int, act: Act | None = None) -> RecordVersion:
        """A new version outside any case (an official's edit, an import, a trigger's `act`); CommitRefused when
        another was faster, or had done it."""
        pk = record_pk(record.register, record.record_id)
        (now,) = self._dynamo.get(Key(self._tables.records, pk, "NOW")) if record.revision else (None,)
        key = now["k"] if now else self._vault.new_key()
        clear = {"by": author, "at": at, **(acts.follows(act) if act else {})}
        writes = record_writes(record, self._tables.records, self._vault, key, clear)
        if act:
            writes.insert(0, acts.mark(act, self._tables.records, at))
        if record.revision == 0:
            writes.append(membership(record, self._tables.records))
        try:
            self._dynamo.transact(writes)
        except TransactionRefused as refused:
            raise CommitRefused(
                tuple(one.role for one in refused.refusals), transient=refused.transient
            ) from refused
        return RecordVersion(
            record.register, record.record_id, record.revision + 1, record.valid_from, record.body, key
        )

    def versions(self, register: str, record_ids: Sequence[str]) -> dict[str, RecordVersion]:
        """Current versions of up to 100 records, by id; those that are there."""
        keys = [Key(self._tables.records, record_pk(register, one), "NOW") for one in record_ids]
        found = self._dynamo.get(*keys) if keys else []
        pairs = zip(record_ids, found, strict=True)
        return {one: self._opened(register, one, item) for one, item in pairs if item}

    def write_together(
        self, register: str, bodies: Mapping[str, Mapping[str, Any]], present: Mapping[str, RecordVersion],
        valid_from: str, author: str, at: int,
    ) -> None:  # fmt: skip
        """New versions of up to 33 records in one transaction (three rows each, decisions 7)."""
        writes = list[Write]()
        for identity, body in bodies.items():
            now = present.get(identity)
            record = RecordWrite(register, identity, now.revision if now else 0, dict(body), valid_from)
            key = now.key if now and now.key else self._vault.new_key()
            clear = {"by": author, "at": at}
            writes += record_writes(record, self._tables.records, self._vault, key, clear)
            if now is None:
                writes.append(membership(record, self._tables.records))
        if not writes:
            return
        try:
            self._dynamo.transact(writes)
        except TransactionRefused as refused:
            roles = tuple(one.role for one in refused.refusals)
            raise CommitRefused(roles, transient=refused.transient) from refused

    def done(self, act: str) -> str | None:
        return acts.done(self._dynamo, self._tables.records, act)

    def list(self, register: str, after: str | None, limit: int) -> Listed:
        """Ids in order, shard after shard; the cursor is `<shard>/<last id>`."""
        shard_text, _, last = (after or "0/").partition("/")
        shard, rows = int(shard_text), list[Row]()
        while shard < SHARDS and len(rows) < limit:
            page = self._dynamo.query(
                self._tables.records, member_pk(register, shard), at_least=f"{last}\x00" if last else " ",
                limit=limit - len(rows),
            )  # fmt: skip
            rows += [Row(str(item["sk"]), f"{shard}/{item['sk']}") for item in page.items]
            if page.after is None:
                shard, last = shard + 1, ""
            else:
                last = str(page.items[-1]["sk"])
        return Listed(rows, f"{shard}/{last}" if shard < SHARDS else None)

    def note_read(self, entry: Mapping[str, Any], at: int) -> None:
        """An entry of the read log, before personal data is answered (decisions 32); the person can ask for it."""
        pk = read_log_pk(self._vault.blind(str(entry["about"])))
        sk = f"{at:015d}#{os.urandom(6).hex()}"
        key = self._vault.new_key()
        item: Item = {
            "pk": pk, "sk": sk, "k": key, "v": VERSION, "ttl": at // 1000 + YEARS * 366 * 86_400,
            "b": self._vault.seal(key, (pk, sk), {**entry, "at": at}),
        }  # fmt: skip
        self._dynamo.write(Write("read-log", self._tables.records, item=item, condition=_NEW))

    def reads_about(self, subject: str, limit: int) -> Sequence[Mapping[str, Any]]:
        """Who looked at this subject's personal data, newest first."""
        page = self._dynamo.query(
            self._tables.records, read_log_pk(self._vault.blind(subject)), limit=limit, forward=False
        )
        return [self._vault.open(item["k"], item) for item in page.items]

    def _opened(self, register: str, record_id: str, item: Item) -> RecordVersion:
        body = self._vault.open(item["k"], item)
        return RecordVersion(register, record_id, item["rev"], item["from"], body, item["k"])


def record_writes(
    record: RecordWrite, table: str, vault: Vault, key: bytes, clear: Mapping[str, Any]
) -> list[Write]:
    """The new current version, conditioned on the revision read, and the same version in the history."""
    pk, revision = record_pk(record.register, record.record_id), record.revision + 1
    guard, values = ("rev = :read", {":read": record.revision}) if record.revision else (_NEW, {})
    name = f"record:{record.register}/{record.record_id}"
    writes = []
    for role, sk, condition in (
        (name, "NOW", guard),
        ("history", f"@{record.valid_from}#{revision:08d}", _NEW),
    ):
        item: Item = {
            "pk": pk, "sk": sk, "rev": revision, "from": record.valid_from, "v": VERSION, "k": key, **clear,
            "b": vault.seal(key, (pk, sk), record.body),
        }  # fmt: skip
        writes.append(
            Write(role, table, item=item, condition=condition, values=values if sk == "NOW" else {})
        )
    return writes


def membership(record: RecordWrite, table: str) -> Write:
    """The row by which a register's list finds the record: written once, with its first version."""
    shard = zlib.crc32(record.record_id.encode()) % SHARDS
    return Write("member", table, item={"pk": member_pk(record.register, shard), "sk": record.record_id})
