"""Remembers how often somebody called or failed in a window, and who is locked out until when.

pk              sk                    attributes
Q#<blind who>   <what>#<window>       n: counter; ttl
Q#<blind who>   LOCK#<what>           since, until (ms); ttl

Time judges by the values; DynamoDB's TTL only sweeps up.
"""

from __future__ import annotations

from chalicelib.domain.quotas import Lock
from chalicelib.stores.dynamo import Dynamo, Key, TransactionRefused, Write
from chalicelib.stores.keys import Tables, quota_pk
from chalicelib.stores.sealing import Vault

KEPT = 86_400  # s that a row outlives its use, for whoever asks what happened


class QuotaStore:
    """The `actions.limiting.Counters` of DynamoDB, in the table of records: the API writes there
    anyway (it must not where the log of roots is), rows expire, and no stream follows it."""

    def __init__(self, dynamo: Dynamo, tables: Tables, vault: Vault) -> None:
        self._dynamo, self._table, self._vault = dynamo, tables.records, vault

    def take(self, who: str, what: str, window: int, count: int, most: int, until: int) -> bool:
        write = Write(
            "quota", self._table, key=self._key(who, f"{what}#{window}"), update="SET #ttl = :ttl ADD n :count",
            condition="attribute_not_exists(n) OR n <= :room", names={"#ttl": "ttl"},
            values={":count": count, ":room": most - count, ":ttl": until // 1000 + KEPT},
        )  # fmt: skip
        try:
            self._dynamo.write(write)
        except TransactionRefused as refused:
            return refused.transient  # a store that is busy is no reason to refuse a caller
        return True

    def add(self, who: str, what: str, window: int, until: int) -> int:
        write = Write(
            "quota", self._table, key=self._key(who, f"{what}#{window}"), update="SET #ttl = :ttl ADD n :one",
            names={"#ttl": "ttl"}, values={":one": 1, ":ttl": until // 1000 + KEPT},
        )  # fmt: skip
        try:
            return int(self._dynamo.write(write, returns="UPDATED_NEW")["n"])
        except TransactionRefused:
            return 0  # busy: this one is not counted, and its caller gets the answer that was due

    def lock(self, who: str, what: str) -> Lock | None:
        (item,) = self._dynamo.get(Key(self._table, *self._key(who, f"LOCK#{what}")))
        return Lock(int(item["since"]), int(item["until"])) if item else None

    def put_lock(self, who: str, what: str, lock: Lock) -> None:
        pk, sk = self._key(who, f"LOCK#{what}")
        item = {
            "pk": pk,
            "sk": sk,
            "since": lock.since,
            "until": lock.until,
            "ttl": lock.until // 1000 + KEPT,
        }
        self._dynamo.write(Write("lock", self._table, item=item))

    def _key(self, who: str, sk: str) -> tuple[str, str]:
        return quota_pk(self._vault.blind(who)), sk
