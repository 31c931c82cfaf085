"""An item that does nothing but post: it holds money of a purse, pays or cancels, and numbers what was paid."""

from __future__ import annotations

import copy
import itertools
import random  # noqa: TID251  faults by a fixed seed
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Any

from chalicelib.actions.submit import Submission
from chalicelib.domain.cases import Case
from chalicelib.domain.definitions import Definition
from chalicelib.stores.schema_files import load_pack
from tests.builders_pack import SCHEMAS
from tests.builders_stores import Hand, Published, Shelf, example

OPENING = 10_000  # fen in each purse
SHARDS = 4
APPOINTMENT, HALL = "window-appointment", "hall-appointments"
DAY, TIME = "2026-03-05", "09:30"


def _text(word: str) -> dict[str, str]:
    return {"zh": word, "en": word}


def _account(identity: str, unit: str, **members: Any) -> Definition:
    ready = {
        "kind": "accounts",
        "id": identity,
        "title": _text(identity),
        "unit": unit,
        "key": [],
        "period": "none",
    }
    return ready | members


def _process() -> Definition:
    moves = {
        name: {"title": _text(name), "by": ["party:applicant"], "emits": emits, "order": order}
        for order, (name, emits) in enumerate((("pay", "paid"), ("cancel", "cancelled")), start=1)
    }
    arrows = [{"event": name, "target": one["emits"]} for name, one in moves.items()]
    return {
        "kind": "processes", "id": "wallet", "title": _text("wallet"),
        "chart": {"states": {"open": {"initial": True, "transitions": arrows},
                             "paid": {"final": True}, "cancelled": {"final": True}}},
        "moves": moves,
        "states": {name: {"title": _text(name), "order": 1} | ({} if name == "open" else {"final": True})
                   for name in ("open", "paid", "cancelled")},
    }  # fmt: skip


def _definitions(pack: Mapping[str, Definition]) -> dict[str, Definition]:
    """The wallet and its accounts."""
    item = {
        **pack[f"items/{APPOINTMENT}"], "id": "wallet", "process": "wallet", "clocks": [], "dimensions": {},
        "form": {"type": "object", "required": ["purse", "amount"], "additionalProperties": False, "properties": {
            "purse": {"type": "string"}, "amount": {"type": "integer", "minimum": 1}}},
        "posts": [
            {"account": "purse", "amount": "form:/amount", "hold": ["submitted"], "settle": ["paid"],
             "release": ["cancelled"], "counter": {"account": "till"}},
            {"account": "receipt-number", "entry": ["paid"]},
        ],
        "examples": [], "outcomes": {}, "review": {},
    }  # fmt: skip
    made = [
        item, _process(),
        _account("purse", "fen", key=["form:/purse"], opening=OPENING, min=0, shards=SHARDS),
        _account("till", "fen", shards=8),
        _account("receipt-number", "number", key=["form:/purse"]),
    ]  # fmt: skip
    return {f"{one['kind']}/{one['id']}": one for one in made}


@cache
def _with_wallet() -> Published:
    return Published(_definitions(load_pack(SCHEMAS).definitions))


@cache
def published(opening: int = 6, shards: int = 1) -> Published:
    """The pack with the wallet, the hall taking so many a slot: an account is live, no release has to know."""
    source = copy.copy(_with_wallet())
    hall = {**source.world[f"accounts/{HALL}"], "opening": opening, "shards": shards}
    source.world = {**source.world, f"accounts/{HALL}": hall}
    return source


class Ticking(Hand):
    """Time that passes with every look at it, so that arrivals can be told apart."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self._ticks = itertools.count(at)

    def now(self) -> int:
        return next(self._ticks)


def payment(key: str, purse: str, amount: int) -> Submission:
    return Submission("wallet", {"purse": purse, "amount": amount}, (), (), key)


def booking(key: str, day: str = DAY, time: str = TIME) -> Submission:
    form = example(APPOINTMENT)["form"] | {"day": day, "time": time}
    return Submission(APPOINTMENT, form, (), (), key)


class Died(Exception):
    """The caller was killed: nobody hears the answer, nobody asks again."""


class Lossy:
    """What stands between a container and its table: requests that never arrive, answers that never come."""

    def __init__(self, shelf: Shelf, seed: int, rate: float) -> None:
        self.shelf, self.rate, self.dice, self.met = shelf, rate, random.Random(seed), Counter[str]()
        self._call = shelf.dynamo.call
        shelf.dynamo.call = self  # type: ignore[method-assign]

    def __call__(self, operation: str, **arguments: Any) -> dict[str, Any]:
        unlucky = operation == "TransactWriteItems" and self.dice.random() < self.rate
        what = (
            self.dice.choice(("request lost", "answer lost", "killed before", "killed after"))
            if unlucky
            else ""
        )
        self.met[what] += 1
        if what.endswith(("request lost", "before")):
            raise Died if what.startswith("killed") else ConnectionError(what)
        answer = self._call(operation, **arguments)
        if what:
            raise Died if what.startswith("killed") else ConnectionError(what)
        return answer


def wrong_in(shelf: Shelf) -> list[str]:
    """What does not add up: rows unlike their entries, bounds crossed, holds of no case, money made or lost."""
    rows: dict[str, dict[str, int]] = {}
    entries = defaultdict[str, list[dict[str, Any]]](list)
    for row in shelf.rows("records"):
        if str(row["pk"]).startswith("ACC#"):
            if row["sk"] == "BALANCE":
                rows[row["pk"]] = row
            else:
                entries[row["pk"]].append(row)
    found = [f"{pk}: entries without a balance" for pk in entries.keys() - rows.keys()]
    for pk, row in rows.items():
        found += _unlike(pk, row, entries[pk])
    found += [f"{pk} is overdrawn: {row['avail']}" for pk, row in rows.items()
              if row["avail"] < 0 and not any(one["reason"] == "wait" for one in entries[pk])]  # fmt: skip
    money = sum(one["bal"] for of in entries.values() for one in of if one["unit"] == "fen")
    return found + ([f"money off by {money} fen"] if money else [])


def _unlike(pk: str, row: Mapping[str, int], entries: list[dict[str, Any]]) -> list[str]:
    found = []
    balance, free = sum(one["bal"] for one in entries), sum(one["avail"] for one in entries)
    if not row["bal"] - row["avail"] == row["held"] == balance - free:
        found.append(f"{pk}: held {row['held']}, entries say {balance - free}")
    if row["held"] < 0:
        found.append(f"{pk}: more was given back than held")
    twice = [
        case for case, number in Counter((one["case"], one["seq"]) for one in entries).items() if number > 1
    ]
    return found + [f"{pk}: {case} posted twice" for case in twice]


def cases_of(shelf: Shelf) -> list[Case]:
    heads = [str(row["pk"]) for row in shelf.rows("cases") if row["sk"] == "HEAD"]
    return [case for case in shelf.cases.many(heads) if case]
