"""Decides what an account is: its ids, its limit split over shards, from which of them an amount is taken.

An account (mechanism 8) says what is *left* of something: postings take from it, numbers alone count up. Whatever
is decided here from a stale reading, the bounds stand as conditions in the commit, shard by shard, and the openings
of the shards add up to the opening of the account: together they can never give more than it has.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from chalicelib.domain.change import Body, Posting
from chalicelib.domain.definitions import Definition
from chalicelib.domain.outputs import money_in_words
from chalicelib.domain.problems import Problem, Text

WAITING = "^"  # the account beside one that is full: who waits for it, in order of arrival
ACCOUNT_HOLD = -1  # the rung of a firing that ends a hold on an account
MAX_SHARDS = 8  # an amount taken from all of them still fits into one commit (decisions 7)

UNITS: Mapping[str, Text] = {
    "fen": Text("", ""),
    "seat": Text("个座位", "seats"),
    "place": Text("个名额", "places"),
    "visit": Text("次", "visits"),
    "use": Text("次", "uses"),
    "number": Text("号", "numbers"),
}


class Balance(NamedTuple):
    """An account as it was read: what it has, and what of that nobody holds."""

    balance: int
    free: int


class Everything(dict[str, Balance | None]):
    """The book of a world that has no other accounts than those that were posted to: all of it is known."""

    def __contains__(self, account: object) -> bool:
        return True


class AccountsNeeded(Exception):
    """The decision depends on balances that were not read yet: read these and decide again."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(str(ids))
        self.ids = tuple(ids)


def identity(definition: Definition, key: Sequence[str], on: str) -> str:
    """The id of one account: the definition, what it is kept by, the period of the day `on` (ISO)."""
    return "|".join((str(definition["id"]), *map(_plain, key), *period(definition, on)))


def joined(definition: Definition, parts: Sequence[str]) -> str:
    """The id of the account whose key and period are named outright."""
    return "|".join((str(definition["id"]), *map(_plain, parts)))


def _plain(part: str) -> str:
    """A part of a key without the signs that ids are built with."""
    for sign in f"%|~{WAITING}":
        part = part.replace(sign, f"%{ord(sign):02X}")
    return part


def period(definition: Definition, on: str) -> tuple[str, ...]:
    """The period of a day in the account's id; none where the account never begins anew."""
    length = {"none": 0, "year": 4, "month": 7, "day": 10}[definition.get("period", "none")]
    return (on[:length],) if length else ()


def shards(definition: Definition, base: str) -> tuple[str, ...]:
    """The ids of the rows in which the account is kept; one, unless it is too hot for that."""
    number = int(definition.get("shards", 1))
    return (base,) if number == 1 else tuple(f"{base}~{index}" for index in range(number))


def rows(account: str, definition_of: Callable[[str], Definition]) -> tuple[str, ...]:
    """All rows of the account to which a row belongs, its waiting list left out."""
    return shards(definition_of(name_of(account)), base_of(account))


def base_of(account: str) -> str:
    """The account to which a row belongs."""
    return account.partition("~")[0]


def shard_of(account: str) -> int:
    """Which of the account's rows it is."""
    return int(account.partition("~")[2] or 0)


def name_of(account: str) -> str:
    """The id of the definition of an account, or of a row of it."""
    return base_of(account).partition("|")[0].partition(WAITING)[0]


def opening(definition: Definition, account: str) -> int:
    """What a row has before anything was posted: its share of the opening, the remainder to the first shards."""
    if WAITING in account:
        return 0
    whole, number = int(definition.get("opening", 0)), int(definition.get("shards", 1))
    _, _, shard = account.rpartition("~") if number > 1 else ("", "", "0")
    return whole // number + (int(shard) < whole % number)


def waiting_list(definition: Definition, base: str) -> tuple[str, ...]:
    """The ids of the rows of the waiting list beside an account."""
    return shards(definition, f"{base}{WAITING}")


def chosen(ids: Sequence[str], seed: str) -> str:
    """The shard at which this case begins: spread evenly, and the same whenever it is decided again."""
    return ids[zlib.crc32(seed.encode()) % len(ids)]


def taken(
    definition: Definition, base: str, amount: int, seed: str, book: Mapping[str, Balance | None]
) -> list[tuple[str, int]] | None:
    """From which rows the amount is taken, or None where all of them together have not enough.

    Unread, all of it is asked of one shard; the condition there refuses what it has not. Once read, what one shard
    lacks is taken from others in the same commit, so that quota never has to be moved between them.
    """
    ids, floor = shards(definition, base), definition.get("min")
    first = chosen(ids, seed)
    if floor is None or not all(one in book for one in ids):
        return [(first, amount)]
    rest = {one: left(definition, one, book) for one in ids}
    if rest[first] >= amount:
        return [(first, amount)]
    parts = []
    for one in sorted(ids, key=lambda one: (-rest[one], one)):
        part = min(amount, max(0, rest[one]))
        if part:
            parts.append((one, part))
            amount -= part
    return None if amount else parts


def left(definition: Definition, account: str, book: Mapping[str, Balance | None]) -> int:
    """What one row can still give, in the account's unit."""
    found = book.get(account)
    free = found.free if found else opening(definition, account)
    return free - int(definition.get("min") or 0)


def standing(
    definition: Definition, rows: Sequence[str], book: Mapping[str, Balance | None]
) -> dict[str, int]:
    """What an account has, all its rows together, and what of that can still be taken: as a fact reads it."""
    found = [book.get(row) or Balance(opening(definition, row), opening(definition, row)) for row in rows]
    free = sum(max(0, left(definition, row, book)) for row in rows)
    return {"balance": sum(one.balance for one in found), "available": free}


def in_words(definition: Definition, amount: int) -> Text:
    """The amount with its unit; money as yuan."""
    if definition["unit"] == "fen":
        said = money_in_words(amount)
        return Text(said["zh"], said["en"])
    unit = UNITS[str(definition["unit"])]
    return Text(f"{amount}{unit.zh}", f"{amount} {unit.en}")


def overdrawn(definition: Definition, amount: int, rest: int) -> Problem:
    """409: it would take more than there is; says what is left."""
    title, asked, there = definition["title"], in_words(definition, amount), in_words(definition, rest)
    said = Text(
        f"额度不足:{title['zh']}需要{asked.zh},剩余{there.zh}",
        f"not enough left: {title['en']} has {there.en}, {asked.en} are needed",
    )
    extra = {"account": definition["id"], "unit": definition["unit"], "asked": amount, "left": rest}
    return Problem("conflict", "account-overdrawn", said, extra=extra)


def full(definition: Definition, amount: int) -> Problem:
    """409: it would hold more than it may."""
    title, more = definition["title"], in_words(definition, amount)
    said = Text(f"{title['zh']}已达上限,不能再计入{more.zh}", f"{title['en']} has no room for {more.en} more")
    extra = {"account": definition["id"], "unit": definition["unit"], "asked": amount}
    return Problem("conflict", "account-full", said, extra=extra)


def merged(before: Posting | None, more: Posting) -> Posting:
    """Two postings of one commit on one account as one: DynamoDB takes each row once a transaction."""
    if before is None:
        return more
    reasons = [before.reason, more.reason] if more.reason not in before.reason.split() else [before.reason]
    return replace(
        more, balance=before.balance + more.balance, free=before.free + more.free, reason=" ".join(reasons),
        minimum=_tighter(before.minimum, more.minimum, max), maximum=_tighter(before.maximum, more.maximum, min),
        expected=more.expected if before.expected is None else before.expected,
    )  # fmt: skip


def _tighter(one: int | None, other: int | None, choose: Any) -> int | None:
    known = [bound for bound in (one, other) if bound is not None]
    return choose(known) if known else None


def sent(postings: Mapping[str, Posting]) -> tuple[Posting, ...]:
    """What is left to post of a commit; a bound is asked of what moves towards it, and of nothing else."""
    return tuple(
        replace(
            one, minimum=one.minimum if one.free < 0 else None, maximum=one.maximum if one.free > 0 else None
        )
        for one in postings.values()
        if one.balance or one.free or one.expected is not None
    )


def after(book: Mapping[str, Balance | None], postings: Sequence[Posting]) -> dict[str, Balance | None]:
    """The book after a commit, as the store would keep it; Problem `postings-refused` where it would refuse.

    What is held is balance less free. No bound is crossed, nothing is given back that was not held.
    """
    changed: dict[str, Balance | None] = dict(book)
    for one in postings:
        was = changed.get(one.account) or Balance(one.opening, one.opening)
        now = Balance(was.balance + one.balance, was.free + one.free)
        fits = (one.minimum is None or now.free >= one.minimum) and (
            one.maximum is None or now.free <= one.maximum
        )
        held = now.balance - now.free
        overgiven = held < 0 and held < was.balance - was.free
        if not fits or overgiven or one.expected not in (None, was.balance):
            said = Text("账户不允许这样记账", "the account does not allow this posting")
            raise Problem("conflict", "postings-refused", said, extra={"account": one.account})
        changed[one.account] = now
    return changed


def expiring(held: Sequence[Body]) -> list[tuple[str, int, str | None, int]]:
    """Post, rung, event and instant (ms) of every hold that ends by itself: what a firing is made of."""
    return [
        (str(one["post"]), ACCOUNT_HOLD, one.get("on_expiry"), int(one["until"]))
        for one in held
        if "until" in one
    ]
