"""Does the reading of accounts: which slots are free, what was posted and why, whether the balances add up."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalicelib.actions.office import Kit, Office
from chalicelib.actions.ports import Entry
from chalicelib.domain import accounts, slots, views
from chalicelib.domain.access import asked, place, plain_resource
from chalicelib.domain.clock import Times
from chalicelib.domain.definitions import Definition
from chalicelib.domain.parties import ANYWHERE, Principal
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.scope import around

MAX_DAYS = 14  # of slots in one answer
MAX_ENTRIES = 10_000  # that one reconciliation goes through
PAGE = 100


@dataclass(frozen=True, slots=True)
class Account:
    """One account with the rows in which it is kept."""

    definition: Definition
    id: str
    rows: Sequence[str]


def availability(kit: Kit, account_id: str, key: str | None, first: date | None, days: int) -> dict[str, Any]:
    """The slots that can be booked from a day on, with what each has left. Anybody may ask: it names nobody."""
    office = kit.office()
    definition = office.account(account_id)
    if "slots" not in definition:
        said = Text("该账户没有可预约的时段", "this account has no slots")
        raise Problem("not_found", "account-without-slots", said)
    times = _times(kit, office, definition)
    offered = slots.offered(definition, times, office.at, first or office.today, min(days, MAX_DAYS))
    before = _parts(definition, key, beside=2)
    ids = {slot: accounts.identity(definition, [*before, *slot.split("T")], slot[:10]) for slot in offered}
    rows = {slot: accounts.shards(definition, base) for slot, base in ids.items()}
    book = kit.accounts.balances([row for of in rows.values() for row in of])
    found = [
        {
            "day": slot[:10],
            "time": slot[11:],
            "left": sum(max(0, accounts.left(definition, row, book)) for row in of),
            "of": int(definition.get("opening", 0)),
        }
        for slot, of in rows.items()
    ]
    return {"account": account_id, "waiting_list": bool(definition.get("waiting")), "slots": found}


def statement(
    kit: Kit, principal: Principal, account_id: str, key: str | None, after: str | None, limit: int
) -> dict[str, Any]:
    """What was posted, in order of time, each entry with what the account had before and after it."""
    account = _permitted(kit, principal, account_id, key)
    sk, _, known = (after or "").partition("~")
    start = _balance(known) if known else _opening(account)
    balance, told = start, list[dict[str, Any]]()
    merged = _merged(kit, account.rows, sk or None)
    for entry in merged:
        if len(told) == limit:
            cursor = f"{told[-1].pop('sk')}~{balance.balance}~{balance.free}"
            return _said(account, told, cursor)
        then = accounts.Balance(balance.balance + entry.balance, balance.free + entry.free)
        told.append(_told(entry, balance, then) | {"at": views.rfc3339(entry.at, kit.zone)})
        balance = then
    return _said(account, told, None)


def reconciliation(kit: Kit, principal: Principal, account_id: str, key: str | None) -> dict[str, Any]:
    """Every balance worked out anew from its entries, and both sides of all money; what differs is named.

    Read while others write, a row may be a moment ahead of its entries: it is then looked at again.
    """
    account = _permitted(kit, principal, account_id, key)
    for _ in range(3):
        before = kit.accounts.balances(account.rows)
        entries = {row: _all(kit, row) for row in account.rows}
        if kit.accounts.balances(account.rows) == before:
            break
    rows = [_row(account.definition, row, before[row], entries[row]) for row in account.rows]
    unbalanced = [one for of in entries.values() for one in _one_sided(kit, of)]
    money = account.definition["unit"] == "fen"
    return {
        "account": account_id,
        "key": key,
        "rows": rows,
        "entries": sum(len(of) for of in entries.values()),
        "unbalanced": unbalanced if money else [],
        "agrees": not unbalanced and not any(one["difference"] for one in rows),
    }


def _permitted(kit: Kit, principal: Principal, account_id: str, key: str | None) -> Account:
    """The account, for who may read it; the read log says so first where it is a person's (decisions 32)."""
    office = kit.office()
    principal = office.staffed(principal)
    definition = office.account(account_id)
    node = definition.get("department")
    view = place(node, *around(office.organisation, node, node)) if node else place(ANYWHERE)
    resource = plain_resource("Account", account_id)
    decision = office.policies.decide(principal, "read_account", resource, asked(principal, view))
    if not decision.allowed:
        raise office.policies.refusal(principal, decision)
    parts = _parts(definition, key)
    for person in (part for part in parts if part.startswith("person:")):
        kit.records.note_read(
            {"about": person, "by": principal.subject, "via": principal.via, "purpose": f"account:{account_id}",
             "posts": [list(post) for post in principal.posts]},
            office.at,
        )  # fmt: skip
    base = accounts.joined(definition, parts)
    return Account(definition, base, accounts.shards(definition, base))


def _parts(definition: Definition, key: str | None, beside: int = 0) -> list[str]:
    """The values of a key as the caller sends them, joined by `|`; the period is one more of them."""
    parts = key.split("|") if key else []
    wanted = len(definition["key"]) + (definition.get("period", "none") != "none") - beside
    if len(parts) != wanted:
        said = Text(f"key 应有 {wanted} 项,用 | 分隔", f"key must have {wanted} values, joined by |")
        raise Problem("invalid", "query-invalid", said, extra={"key": list(definition["key"])})
    return parts


def _times(kit: Kit, office: Office, definition: Definition) -> Times:
    hours = kit.catalogue.hours(office.pointer, str(definition.get("department", "")), kit.zone)
    return Times(kit.catalogue.calendar(office.pointer), hours)


def _merged(kit: Kit, rows: Sequence[str], after: str | None) -> Iterator[Entry]:
    """The entries of all rows in one order of time."""
    return heapq.merge(
        *(_paged(kit, row, after) for row in rows), key=lambda one: (one.at, one.case_id, one.seq)
    )


def _paged(kit: Kit, row: str, after: str | None) -> Iterator[Entry]:
    while True:
        entries, after = kit.accounts.entries(row, after, PAGE)
        yield from entries
        if after is None:
            return


def _all(kit: Kit, row: str) -> list[Entry]:
    found = list[Entry]()
    for entry in _paged(kit, row, None):
        found.append(entry)
        if len(found) > MAX_ENTRIES:
            said = Text(
                f"超过 {MAX_ENTRIES} 笔,无法一次核对", f"more than {MAX_ENTRIES} entries: too many at once"
            )
            raise Problem("too_large", "account-too-long", said)
    return found


def _opening(account: Account) -> accounts.Balance:
    whole = sum(accounts.opening(account.definition, row) for row in account.rows)
    return accounts.Balance(whole, whole)


def _balance(text: str) -> accounts.Balance:
    balance, _, free = text.partition("~")
    return accounts.Balance(int(balance), int(free))


def _told(entry: Entry, before: accounts.Balance, after: accounts.Balance) -> dict[str, Any]:
    return {
        "case_id": entry.case_id, "seq": entry.seq, "posted": entry.reason.split(),
        "balance": entry.balance, "free": entry.free,
        "before": before._asdict(), "after": after._asdict(),
        "sk": f"{entry.at:015d}#{entry.case_id}#{entry.seq:08d}",
    }  # fmt: skip


def _said(account: Account, told: list[dict[str, Any]], cursor: str | None) -> dict[str, Any]:
    for one in told:
        one.pop("sk", None)
    definition = account.definition
    return {
        "account": definition["id"], "title": definition["title"], "unit": definition["unit"],
        "opening": _opening(account).balance, "entries": told, "after": cursor,
    }  # fmt: skip


def _row(
    definition: Definition, row: str, found: accounts.Balance | None, entries: Sequence[Entry]
) -> dict[str, Any]:
    opening = accounts.opening(definition, row)
    there = found or accounts.Balance(opening, opening)
    balance, free = opening + sum(one.balance for one in entries), opening + sum(one.free for one in entries)
    return {
        "row": accounts.shard_of(row), "balance": there.balance, "free": there.free, "entries": len(entries),
        "difference": abs(there.balance - balance) + abs(there.free - free),
    }  # fmt: skip


def _one_sided(kit: Kit, entries: Sequence[Entry]) -> Iterator[Mapping[str, Any]]:
    """Money whose other side is not there, or not the same to the fen."""
    for entry in entries:
        if not entry.counters:
            continue
        others = [one.balance if one else 0 for one in kit.accounts.counters(entry.counters, entry)]
        if entry.balance + sum(others):
            yield {"case_id": entry.case_id, "seq": entry.seq, "off_by": entry.balance + sum(others)}
