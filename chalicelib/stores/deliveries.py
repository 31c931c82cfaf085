"""Remembers deliveries: one row for each event and subscription, and when it is looked at again until it has ended.

pk                     sk                       attributes
DLV#<sub>#<yyyymmdd>   dlv_…                    st: state; n: attempts of this round; o, u: who sends, until when (ms);
                                                due: not before; dr: where its due row stands, if it has one of its own;
                                                b: the bytes that are sent; ev, t, case, seq, item: of what; at; a:
                                                attempts, packed; why; ttl
WDUE#<shard>           <at>#<sub>#<dlv>         –
WNEW#<shard>           <at>#<nonce>             b: up to 100 new deliveries that are looked after from then on

What is new is watched a hundred in a row: nearly all of it has ended before anybody looks, and leaves nothing behind.
A delivery that goes on longer gets a due row of its own. The order of writes makes every crash harmless: whatever
watches stands before what it watches. A due row that no delivery names does nothing, and is taken away by the sweep
that meets it.
"""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.domain.deliveries import FINAL, KEPT, Next
from chalicelib.domain.ids import at_of
from chalicelib.stores.attributes import Item
from chalicelib.stores.dynamo import Dynamo, Key, TransactionRefused, Write
from chalicelib.stores.encoding import pack_body, unpack_body
from chalicelib.stores.keys import Tables, deliveries_pk, delivery_due_pk, new_deliveries_pk

AT_ONCE = 25  # deliveries in a transaction; one that does not hold sends its twenty-five one by one
WATCHED = 100  # in a row, and in a read
SHARDS = 8
SLACK = 1_000  # ms: a message may come a little before it is due
_NOT_ENDED = "(#st = :pending OR (#st = :retry AND due <= :now) OR (#st = :sending AND u < :now))"
_NAMES = {"#st": "st"}
_IN_CLEAR = {"event_id": "ev", "type": "t", "case": "case", "seq": "seq", "item": "item"}

Place = tuple[str, str]  # subscription, delivery
Ended = tuple[
    Mapping[str, Any], Next, list[Any], str
]  # claimed, what follows, attempts, the answer's beginning


class DeliveryStore:
    """The `actions.webhook_ports.Deliveries` of DynamoDB."""

    def __init__(self, dynamo: Dynamo, tables: Tables) -> None:
        self._dynamo, self._table = dynamo, tables.deliveries

    def watch(self, places: Sequence[Place], at: int, nonce: str) -> None:
        """Have these looked after from `at` on, whatever becomes of whoever writes and sends them."""
        for number, start in enumerate(range(0, len(places), WATCHED)):
            part = [list(place) for place in places[start : start + WATCHED]]
            item = {"pk": new_deliveries_pk(zlib.crc32(nonce.encode()) % SHARDS),
                    "sk": f"{at:015d}#{nonce}{number}", "b": pack_body(part)}  # fmt: skip
            self._dynamo.write(Write("watch", self._table, item=item))

    def watched(self, shard: int, until: int) -> Iterator[tuple[str, list[Place]]]:
        """What was to be looked after up to an instant, oldest first, with the row that says so."""
        for row in self._dynamo.every(self._table, new_deliveries_pk(shard), at_most=f"{until:015d}~"):
            yield str(row["sk"]), [(str(one), str(other)) for one, other in unpack_body(row["b"])]

    def watched_no_more(self, shard: int, row: str) -> None:
        self._dynamo.write(Write("watch", self._table, key=(new_deliveries_pk(shard), row)))

    def add_all(self, new: Sequence[tuple[Place, Mapping[str, Any], bytes, str, str]]) -> list[str]:
        """Write (place, what the log says of it, bytes, state, why) where they are not there; how each stands."""
        found = list[str]()
        for start in range(0, len(new), AT_ONCE):
            part = new[start : start + AT_ONCE]
            writes = [self._new(*one) for one in part]
            held = self._all_held(writes)
            found += [
                one[3] if ok else self._standing(one[0], one[3]) for one, ok in zip(part, held, strict=True)
            ]
        return found

    def _new(self, *new: Any) -> Write:
        return Write("delivery", self._table, item=_new(*new), condition="attribute_not_exists(pk)")

    def _standing(self, place: Place, otherwise: str) -> str:
        found = self.get(place)
        return str(found["state"]) if found else otherwise

    def _all_held(self, writes: Sequence[Write]) -> list[bool]:
        """Which of at most 25 writes to different rows held: together, or one by one where one of them does not."""
        if len(writes) > 1:
            try:
                self._dynamo.transact(writes)
            except TransactionRefused:
                pass
            else:
                return [True] * len(writes)
        return [self._dynamo.held(write) for write in writes]

    def claim_all(self, places: Sequence[Place], owner: str, now: int, lease: int) -> list[dict[str, Any]]:
        """Begin an attempt of each that is due, for `lease` ms; those of them that are this owner's now.

        They are read first, so that what a write answers for one is known of all that were written together.
        """
        found = list[dict[str, Any]]()
        for start in range(0, len(places), AT_ONCE):
            part = [one for one in self.many(places[start : start + AT_ONCE]) if one and _claimable(one, now)]
            writes = [self._claiming(one, owner, now, lease) for one in part]
            found += [
                {**one, "state": "sending", "owner": owner, "until": now + lease, "n": int(one["n"]) + 1}
                for one, held in zip(part, self._all_held(writes), strict=True)
                if held
            ]
        return found

    def _claiming(self, one: Mapping[str, Any], owner: str, now: int, lease: int) -> Write:
        return Write(
            "delivery", self._table, key=(_pk((one["subscription"], one["id"])), one["id"]),
            update="SET #st = :sending, o = :owner, u = :until, n = :next",
            condition=f"n = :n AND #st = :was AND {_NOT_ENDED}", names=_NAMES,
            values={":pending": "pending", ":retry": "retry", ":sending": "sending", ":owner": owner, ":n": one["n"],
                    ":next": int(one["n"]) + 1, ":was": one["state"], ":now": now + SLACK, ":until": now + lease},
        )  # fmt: skip

    def end_all(self, ended: Sequence[Ended]) -> list[bool]:
        """What follows on attempts, each if it is still its owner's. False where another took the delivery over."""
        found = list[bool]()
        for start in range(0, len(ended), AT_ONCE):
            part = ended[start : start + AT_ONCE]
            for claimed, then, _, _ in part:
                if then.state == "retry":
                    self._put_due(then.due, (claimed["subscription"], claimed["id"]))
            held = self._all_held([self._ending(*one) for one in part])
            gone = [
                (claimed["dr"], (claimed["subscription"], claimed["id"]))
                for (claimed, then, _, _), done in zip(part, held, strict=True)
                if done and claimed["dr"] is not None and claimed["dr"] != then.due
            ]
            self._dynamo.drop(self._table, [(_due_pk(place), _due_sk(at, place)) for at, place in gone])
            found += held
        return found

    def _ending(self, claimed: Mapping[str, Any], then: Next, attempts: list[Any], excerpt: str) -> Write:
        retry = then.state == "retry"
        also = ", due = :due, dr = :due" if retry else ""
        return Write(
            "delivery", self._table, key=(_pk((claimed["subscription"], claimed["id"])), claimed["id"]),
            update=f"SET #st = :to, why = :why, n = :made, a = :a{also} REMOVE u" + ("" if retry else ", dr"),
            condition="#st = :sending AND n = :n AND o = :owner", names=_NAMES,
            values={":to": then.state, ":why": then.why, ":a": pack_body({"attempts": attempts, "answer": excerpt}),
                    ":sending": "sending", ":n": claimed["n"], ":owner": claimed["owner"],
                    ":made": int(claimed["n"]) - then.unmade}
            | ({":due": then.due} if retry else {}),
        )  # fmt: skip

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

    def take_over(self, place: Place, at: int) -> bool:
        """Give one that was only watched a due row of its own; False when it has one, or has ended."""
        self._put_due(at, place)
        moved = self._dynamo.held(Write(
            "delivery", self._table, key=(_pk(place), place[1]), update="SET dr = :at", names=_NAMES,
            condition="attribute_exists(pk) AND attribute_not_exists(dr) AND NOT #st IN (:ok, :dead, :skipped)",
            values={":at": at, **{f":{state}": state for state in FINAL}},
        ))  # fmt: skip
        if not moved:
            self._drop_due(at, place)
        return moved

    def get(self, place: Place) -> dict[str, Any] | None:
        return self.many([place])[0]

    def many(self, places: Sequence[Place]) -> list[dict[str, Any] | None]:
        """At most a hundred, in one request, in the order asked."""
        rows = (
            self._dynamo.get(*(Key(self._table, _pk(place), place[1]) for place in places)) if places else []
        )
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


def _claimable(one: Mapping[str, Any], now: int) -> bool:
    """As `_NOT_ENDED` has it, before anything is written."""
    state = one["state"]
    return (
        state == "pending"
        or (state == "retry" and int(one["due"]) <= now + SLACK)
        or (state == "sending" and int(one["until"] or 0) < now + SLACK)
    )


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
