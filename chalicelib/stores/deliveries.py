"""Remembers deliveries: one row for each event and subscription, and a row in the due index until it has ended.

pk                     sk                       attributes
DLV#<sub>#<yyyymmdd>   dlv_…                    st: state; n: attempts of this round; o, u: who sends, until when (ms);
                                                due: not before; dr: where its due row stands; b: the bytes that are
                                                sent; ev, t, case, seq, item: of what; at; a: attempts, packed; why; ttl
WDUE#<shard>           <at>#<sub>#<dlv>         –

The order of writes makes every crash harmless: a due row stands before the delivery names it, and goes after the
delivery no longer does. A due row that no delivery names does nothing and is taken away by the sweep that meets it.
"""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.domain.deliveries import KEPT, Next
from chalicelib.domain.ids import at_of
from chalicelib.stores.dynamo import Dynamo, Item, Key, TransactionRefused, Write
from chalicelib.stores.encoding import pack_body, unpack_body
from chalicelib.stores.keys import Tables, deliveries_pk, delivery_due_pk

SHARDS = 8
SLACK = 1_000  # ms: a message may come a little before it is due
_NOT_ENDED = "(#st = :pending OR (#st = :retry AND due <= :now) OR (#st = :sending AND u < :now))"
_NAMES = {"#st": "st"}
_IN_CLEAR = {"event_id": "ev", "type": "t", "case": "case", "seq": "seq", "item": "item"}

Place = tuple[str, str]  # subscription, delivery


class DeliveryStore:
    """The `actions.webhook_ports.Deliveries` of DynamoDB."""

    def __init__(self, dynamo: Dynamo, tables: Tables) -> None:
        self._dynamo, self._table = dynamo, tables.deliveries

    def add(
        self, place: Place, told: Mapping[str, Any], body: bytes, state: str, why: str, due_row: int
    ) -> str:
        """Write a delivery if it is not there; the state in which it stands. `told`: what the log says of it.

        What is skipped at once has no due row: nobody has to look after it.
        """
        item = _new(place, told, body, state, why)
        if state == "pending":
            item["dr"] = due_row
            self._put_due(due_row, place)
        try:
            self._dynamo.write(
                Write("delivery", self._table, item=item, condition="attribute_not_exists(pk)")
            )
        except TransactionRefused as refused:
            if refused.transient:
                raise
            found = self.get(place)
            if state == "pending" and (found is None or found.get("dr") != due_row):
                self._drop_due(due_row, place)
            return str(found["state"]) if found else state
        return state

    def claim(self, place: Place, owner: str, now: int, lease: int) -> dict[str, Any] | None:
        """Begin an attempt, for `lease` ms; the delivery as it is then, None where there is nothing to do now."""
        write = Write(
            "delivery", self._table, key=(_pk(place), place[1]),
            update="SET #st = :sending, o = :owner, u = :until ADD n :one",
            condition=f"attribute_exists(pk) AND {_NOT_ENDED}", names=_NAMES,
            values={":pending": "pending", ":retry": "retry", ":sending": "sending", ":owner": owner, ":one": 1,
                    ":now": now + SLACK, ":until": now + lease},
        )  # fmt: skip
        try:
            return _shown(self._dynamo.write(write, returns="ALL_NEW"))
        except TransactionRefused as refused:
            if refused.transient:
                raise
            return None

    def end(self, claimed: Mapping[str, Any], then: Next, attempts: list[Any], excerpt: str) -> bool:
        """What follows on an attempt, if it is still its owner's. False when another took the delivery over."""
        place, old = (claimed["subscription"], claimed["id"]), claimed["dr"]
        retry = then.state == "retry"
        if retry:
            self._put_due(then.due, place)
        also = ", due = :due, dr = :due" if retry else ""
        write = Write(
            "delivery", self._table, key=(_pk(place), place[1]),
            update=f"SET #st = :to, why = :why, a = :a{also} REMOVE u" + ("" if retry else ", dr"),
            condition="#st = :sending AND n = :n AND o = :owner", names=_NAMES,
            values={":to": then.state, ":why": then.why, ":a": pack_body({"attempts": attempts, "answer": excerpt}),
                    ":sending": "sending", ":n": claimed["n"], ":owner": claimed["owner"]}
            | ({":due": then.due} if retry else {}),
        )  # fmt: skip
        done = self._dynamo.held(write)
        if done and old is not None and old != then.due:
            self._drop_due(old, place)
        return done

    def report(self, place: Place, found: Mapping[str, Any], then: Next, attempts: list[Any]) -> bool:
        """Note what came of it later, and go on by `then`. False when the delivery went on meanwhile."""
        retry = then.state == "retry"
        if retry:
            self._put_due(then.due, place)
        write = Write(
            "delivery", self._table, key=(_pk(place), place[1]), condition="#st = :was AND n = :n", names=_NAMES,
            update="SET #st = :to, why = :why, a = :a" + (", due = :due, dr = :due" if retry else " REMOVE dr"),
            values={":was": found["state"], ":n": found["n"], ":to": then.state, ":why": then.why,
                    ":a": pack_body({"attempts": attempts, "answer": ""})} | ({":due": then.due} if retry else {}),
        )  # fmt: skip
        done = self._dynamo.held(write)
        if done and found["dr"] is not None and found["dr"] != then.due:
            self._drop_due(int(found["dr"]), place)
        return done

    def again(self, place: Place, found: Mapping[str, Any], due: int) -> bool:
        """Send once more what has ended: the same bytes, a new round of attempts. False when it changed meanwhile."""
        self._put_due(due, place)
        write = Write(
            "delivery", self._table, key=(_pk(place), place[1]), condition="#st = :was AND n = :n", names=_NAMES,
            update="SET #st = :retry, n = :zero, due = :due, dr = :due, rp = :one, why = :why",
            values={":was": found["state"], ":n": found["n"], ":retry": "retry", ":zero": 0, ":due": due, ":one": 1,
                    ":why": "replayed"},
        )  # fmt: skip
        return self._dynamo.held(write)

    def due(self, shard: int, until: int) -> Iterator[tuple[int, Place]]:
        """Due rows of a shard up to an instant, oldest first: only what is due is read."""
        for row in self._dynamo.every(self._table, delivery_due_pk(shard), at_most=f"{until:015d}~"):
            at, subscription, delivery = str(row["sk"]).split("#")
            yield int(at), (subscription, delivery)

    def settle_due(self, at: int, place: Place, to: int | None) -> bool:
        """Move the due row, or take away one that leads nowhere; False when the delivery names another by now."""
        if to is not None:
            self._put_due(to, place)
            moved = self._dynamo.held(Write(
                "delivery", self._table, key=(_pk(place), place[1]), update="SET dr = :to", condition="dr = :at",
                values={":to": to, ":at": at},
            ))  # fmt: skip
            self._drop_due(at if moved else to, place)
            return moved
        self._drop_due(at, place)
        return True

    def get(self, place: Place) -> dict[str, Any] | None:
        (row,) = self._dynamo.get(Key(self._table, _pk(place), place[1]))
        return _shown(row) if row else None

    def many(self, places: Sequence[Place]) -> list[dict[str, Any] | None]:
        """Up to 100 of them, in the order asked."""
        rows = self._dynamo.get(*(Key(self._table, _pk(one), one[1]) for one in places)) if places else []
        return [_shown(row) if row else None for row in rows]

    def of_day(
        self, subscription: str, day_at: int, after: str | None, limit: int, newest: bool
    ) -> list[dict[str, Any]]:
        """A page of one day's deliveries (the day of the instant `day_at`), beyond the delivery `after`."""
        span = {} if after is None else {"at_most" if newest else "at_least": after}
        page = self._dynamo.query(
            self._table, deliveries_pk(subscription, day_at), limit=limit + 1, forward=not newest, **span
        )
        return [_shown(row) for row in page.items if row["sk"] != after][:limit]

    def _put_due(self, at: int, place: Place) -> None:
        self._dynamo.write(Write("due", self._table, item={"pk": _due_pk(place), "sk": _due_sk(at, place)}))

    def _drop_due(self, at: int, place: Place) -> None:
        with contextlib.suppress(TransactionRefused):  # the sweep that meets it takes it away
            self._dynamo.write(Write("due", self._table, key=(_due_pk(place), _due_sk(at, place))))


def beginning(
    table: str, place: Place, told: Mapping[str, Any], body: bytes, not_before: int, due_row: int
) -> list[Write]:
    """The rows of a delivery that begins in the transaction of what it is about. `not_before` (ms): the first attempt
    may be made; `due_row` (ms): when a sweep looks after it.
    """
    waits = not_before > at_of(place[1])
    item = _new(place, told, body, "retry" if waits else "pending", "quiet-hours" if waits else "")
    item |= {"due": not_before, "dr": due_row}
    return [
        Write("delivery", table, item=item, condition="attribute_not_exists(pk)"),
        Write("due", table, item={"pk": _due_pk(place), "sk": _due_sk(due_row, place)}),
    ]


def _new(place: Place, told: Mapping[str, Any], body: bytes, state: str, why: str) -> Item:
    at = at_of(place[1])
    item: Item = {"pk": _pk(place), "sk": place[1], "st": state, "why": why, "n": 0, "at": at, "b": body,
                  "due": at, "ttl": (at + KEPT) // 1000}  # fmt: skip
    return item | {short: told[name] for name, short in _IN_CLEAR.items() if told.get(name) is not None}


def _pk(place: Place) -> str:
    return deliveries_pk(place[0], at_of(place[1]))


def _due_pk(place: Place) -> str:
    return delivery_due_pk(zlib.crc32(place[1].encode()) % SHARDS)


def _due_sk(at: int, place: Place) -> str:
    return f"{at:015d}#{place[0]}#{place[1]}"


def _shown(row: Item) -> dict[str, Any]:
    """A delivery as actions know it."""
    packed = unpack_body(row["a"]) if "a" in row else {}
    told = {name: row[short] for name, short in _IN_CLEAR.items() if short in row}
    return {
        "subscription": str(row["pk"]).split("#")[1], "id": row["sk"], "state": row["st"], "why": row["why"],
        "n": row["n"], "at": row["at"], "due": row["due"], "until": row.get("u"), "owner": row.get("o"),
        "dr": row.get("dr"), "replayed": "rp" in row, "body": row["b"], "attempts": packed.get("attempts", []),
        "answer": packed.get("answer", ""), **told,
    }  # fmt: skip
