"""Remembers postings: the balance under its own bounds, the entry beside it, both in the commit of a case; and that
somebody waits for an account, so that a sweep finds its waiting list.
"""

from __future__ import annotations

from typing import Any

from chalicelib.domain.accounts import WAITING
from chalicelib.domain.change import Change, Posting
from chalicelib.stores.accounts import account_place, entry_sk, line_write
from chalicelib.stores.attributes import Item
from chalicelib.stores.dynamo import Write
from chalicelib.stores.keys import BALANCE
from chalicelib.stores.sealing import Vault

_NEW = "attribute_not_exists(pk)"


def posting_writes(change: Change, posting: Posting, table: str, vault: Vault) -> list[Write]:
    """The balance, conditioned so that it can never leave its bounds, and the entry that explains it."""
    pk = account_place(vault, posting.account)
    low = None if posting.minimum is None else posting.minimum - posting.free
    high = None if posting.maximum is None else posting.maximum - posting.free
    fits_new = (low is None or posting.opening >= low) and (high is None or posting.opening <= high)
    bounds, values = [], dict[str, Any]()
    if low is not None:
        bounds.append("avail >= :low")
        values[":low"] = low
    if high is not None:
        bounds.append("avail <= :high")
        values[":high"] = high
    if posting.expected is not None:
        bounds.append("bal = :expected")
        values[":expected"] = posting.expected
        fits_new &= posting.expected == posting.opening
    held = posting.balance - posting.free  # what a hold adds to, settling and releasing take from
    if held < 0:
        bounds.append("held >= :given")
        values[":given"] = -held
        fits_new = False
    holding = " AND ".join(bounds)
    condition = (f"{_NEW} OR ({holding})" if fits_new else holding) if holding else None
    balance = Write(
        f"account:{posting.account}", table, key=(pk, BALANCE), condition=condition,
        update="SET bal = if_not_exists(bal, :opening) + :bal, avail = if_not_exists(avail, :opening) + :avail, "
        "held = if_not_exists(held, :none) + :held",
        values=values
        | {":opening": posting.opening, ":bal": posting.balance, ":avail": posting.free, ":none": 0, ":held": held},
    )  # fmt: skip
    item: Item = {
        "pk": pk, "sk": entry_sk(change.events[-1].at, change.case_id, change.seq),
        "bal": posting.balance, "avail": posting.free, "unit": posting.unit,
        "reason": posting.reason, "case": change.case_id, "seq": change.seq,
    }  # fmt: skip
    if posting.unit == "fen" and posting.balance:  # the other side of the money, to be found from here
        others = [one for one in change.postings if one.unit == "fen" and one.balance and one is not posting]
        item["with"] = " ".join(account_place(vault, one.account) for one in others)
    joins = WAITING in posting.account and posting.free < 0
    line = [line_write(change, posting.account, table, vault)] if joins else []
    return [balance, Write("entry", table, item=item, condition=_NEW), *line]
