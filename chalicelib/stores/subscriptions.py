"""Remembers subscriptions: who asks for which events, where they go, and secrets that only the vault opens.

pk                  sk        attributes
SUBS                sub_…     who: owner; st: state; types: names joined by blanks, or `*`; rev; k, b: address and
                              secrets, sealed; fs, fd, ok, to: failing since, failed, delivered, timed out (ms)
SUBS#<sub>#REPLAY   rpl_…     what was asked and what came of it (`stores.work` has no owner)

All of them stand in one partition: the relay asks once a batch which types anybody waits for, and opens nothing.
They are in the table of records, because the API writes them and must not write where the log of roots is. What was
deleted leaves a row without a body until its `ttl`: no role needs the right to delete.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from chalicelib.domain.subscriptions import Health, Secret, Subscription
from chalicelib.stores.attributes import Item
from chalicelib.stores.dynamo import Dynamo, Key, TransactionRefused, Write
from chalicelib.stores.encoding import pack_body, unpack_body
from chalicelib.stores.keys import SUBSCRIPTIONS, Tables, replays_pk
from chalicelib.stores.sealing import NEWEST_BODY, Vault

EVERYTHING = "*"
FORGOTTEN = 7 * 86_400  # s after which the bare row of a deleted subscription goes
_SEALED = ("url", "title", "created_at", "items", "departments", "why")
_HEALTH = {"failing_since": "fs", "failed_at": "fd", "delivered_at": "ok", "timed_out_at": "to"}


class SubscriptionStore:
    """The `actions.webhook_ports.Subscriptions` of DynamoDB, in the table of records."""

    def __init__(self, dynamo: Dynamo, tables: Tables, vault: Vault) -> None:
        self._dynamo, self._table, self._vault = dynamo, tables.records, vault

    def put(self, one: Subscription, expected: int) -> bool:
        """Write it if its revision is still `expected` (0: it is new); health stays as it stands. False otherwise."""
        row = self._row(one, expected + 1)
        sets = ", ".join(f"#{name} = :{name}" for name in row)
        condition = "rev = :read" if expected else "attribute_not_exists(pk)"
        gone = " REMOVE fs, fd, #to" if one.health == Health() else ""
        write = Write(
            "subscription", self._table, key=(SUBSCRIPTIONS, one.id), update=f"SET {sets}{gone}", condition=condition,
            names={f"#{name}": name for name in row} | ({"#to": "to"} if gone else {}),
            values={f":{name}": value for name, value in row.items()} | ({":read": expected} if expected else {}),
        )  # fmt: skip
        return self._dynamo.held(write)

    def many(self, ids: Sequence[str]) -> dict[str, Subscription]:
        """Those that are there, by id, in one request."""
        rows = self._dynamo.get(*(Key(self._table, SUBSCRIPTIONS, one) for one in dict.fromkeys(ids)))
        return {str(row["sk"]): self._opened(row) for row in rows if row and "b" in row}

    def all(self) -> list[Subscription]:
        """Every subscription of the district: a page or two, with what they ask for."""
        return [self._opened(row) for row in self._rows()]

    def of_owner(self, owner: str) -> list[Subscription]:
        """One subscriber's, oldest first; what others keep is not opened."""
        return [self._opened(row) for row in self._rows() if row["who"] == owner]

    def wanted_types(self) -> frozenset[str]:
        """The types that somebody waits for, by what rows say in the clear; `*` among them: all."""
        return frozenset(name for row in self._rows() for name in str(row["types"]).split())

    def drop(self, identity: str, expected: int, at: int) -> bool:
        """Forget what it says, its secrets too, if its revision is still `expected`; the bare row goes by itself."""
        write = Write(
            "subscription", self._table, key=(SUBSCRIPTIONS, identity), condition="rev = :read",
            update="SET #st = :gone, #ttl = :ttl, rev = :next REMOVE k, b, #types",
            names={"#st": "st", "#ttl": "ttl", "#types": "types"},
            values={":read": expected, ":gone": "deleted", ":next": expected + 1, ":ttl": at // 1000 + FORGOTTEN},
        )  # fmt: skip
        return self._dynamo.held(write)

    def succeeded(self, identity: str, at: int) -> None:
        """A delivery arrived: whatever failed before is over."""
        self._note(identity, "SET #ok = :at REMOVE fs, fd, #to", {"#ok": "ok", "#to": "to"}, at)

    def failed(self, identity: str, at: int, timed_out: bool) -> int | None:
        """A delivery failed; since when (ms) nothing but failures happened, None for a subscription that is gone."""
        also = ", #to = :at" if timed_out else ""
        update = f"SET fs = if_not_exists(fs, :at), fd = :at{also}"
        found = self._note(identity, update, {"#to": "to"} if timed_out else {}, at)
        return int(found["fs"]) if "fs" in found else None

    def _rows(self) -> Iterator[Item]:
        rows = self._dynamo.every(self._table, SUBSCRIPTIONS)
        return (row for row in rows if "b" in row)

    def put_replay(self, subscription: str, identity: str, body: Mapping[str, Any], ttl: int) -> None:
        item: Item = {"pk": replays_pk(subscription), "sk": identity, "b": pack_body(dict(body)), "ttl": ttl}
        self._dynamo.write(Write("replay", self._table, item=item))

    def replay(self, subscription: str, identity: str) -> dict[str, Any] | None:
        (row,) = self._dynamo.get(Key(self._table, replays_pk(subscription), identity))
        return dict(unpack_body(row["b"])) if row else None

    def _note(self, identity: str, update: str, names: Mapping[str, str], at: int) -> Item:
        write = Write("health", self._table, key=(SUBSCRIPTIONS, identity), update=update, names=names,
                      condition="attribute_exists(b)", values={":at": at})  # fmt: skip
        try:
            return self._dynamo.write(write, returns="ALL_NEW")
        except TransactionRefused as refused:
            if refused.transient:
                raise
            return {}

    def _row(self, one: Subscription, rev: int) -> Item:
        key = self._vault.new_key()
        body = {name: getattr(one, name) for name in _SEALED}
        body["secrets"] = [asdict(secret) for secret in one.secrets]
        return {
            "who": one.owner, "st": one.state, "types": " ".join(one.types) or EVERYTHING, "rev": rev, "v": NEWEST_BODY,
            "k": key, "b": self._vault.seal(key, (SUBSCRIPTIONS, one.id), body),
        }  # fmt: skip

    def _opened(self, row: Item) -> Subscription:
        body = self._vault.open(bytes(row["k"]), row)
        types = str(row["types"])
        return Subscription(
            id=str(row["sk"]), owner=str(row["who"]), url=body["url"], title=body["title"],
            created_at=body["created_at"], secrets=tuple(Secret(**one) for one in body["secrets"]),
            types=() if types == EVERYTHING else tuple(types.split()), items=tuple(body["items"]),
            departments=tuple(body["departments"]), state=str(row["st"]), why=body["why"], rev=int(row["rev"]),
            health=Health(**{name: int(row[short]) for name, short in _HEALTH.items() if short in row}),
        )  # fmt: skip
