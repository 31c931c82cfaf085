"""Arrears in instalments, in this process: people pay what and when they like, the sweeper comes when it likes."""

from __future__ import annotations

import calendar as months
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random  # noqa: TID251 - seeded: the same histories every time
from typing import Any

from chalicelib.actions import moving, submit, sweeping
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.cases import Case
from chalicelib.domain.office_hours import SHANGHAI
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Problem
from tests.builders_memory import MemoryShelf
from tests.builders_stores import Hand, applicant, example, kit, published, submission

ARREARS, DEPOSIT = "sme-arrears", "enterprise-deposit"
CREDITOR, DEBTOR = "enterprise:91430112MA4DEM010Y", "enterprise:11430112MB90000152"
CLOSE = timedelta(hours=17)  # the office's


def staff(name: str) -> Principal:
    return Principal(f"person:demo-{name}", "示例", frozenset({"staff"}), "web")


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


MARCH = instant("2026-03-02T10:00:00+08:00")


class Debt:
    """One case of arrears with a plan of so many instalments over `whole` fen."""

    def __init__(self, whole: int, instalments: int, at: int = MARCH) -> None:
        self.hand, self.shelf = Hand(at), MemoryShelf()
        self.kit = kit(self.hand, self.shelf)
        form = {**example(ARREARS)["form"], "amount_fen": whole}
        parties = ({"role": "debtor", "subject": DEBTOR},)
        filed = submit.submit(
            self.kit, applicant(CREDITOR), submission(ARREARS, "k", form=form, parties=parties)
        )
        self.id = filed.case_id
        self.move("approval-handler", "verify", {"evidence": "对账函"})
        self.move("approval-handler", "agree", {"instalments": instalments})

    def move(self, who: str, name: str, given: Mapping[str, Any]) -> None:
        by = applicant(CREDITOR) if who == "creditor" else staff(who)
        moving.move(self.kit, by, moving.MoveRequest(self.id, name, given))

    def pay(self, amount: int) -> str | None:
        """The code of the refusal, if it was refused."""
        try:
            self.move("creditor", "confirm_payment", {"amount": amount, "evidence": "回单"})
        except Problem as problem:
            return problem.code
        return None

    def sweep(self) -> None:
        """The sweeper looks, if there is a row; how late it is is its own affair."""
        row = self.case.timer
        if row is not None and row <= self.hand.at:
            sweeping.pass_time(self.kit, self.id, row)

    @property
    def case(self) -> Case:
        case = self.shelf.cases.load(self.id).case
        assert case is not None
        return case

    @property
    def parts(self) -> Sequence[Mapping[str, Any]]:
        return list(self.case.dues[0]["parts"])

    def said(self) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
        """(what is said to be done, when it happened, all of it) of every entry about what is owed, in order."""
        for event in self.shelf.cases.events(self.id, limit=500):
            for one in event["data"].get("owed", ()):
                yield one["do"], int(event["occurred_at"]), one


@dataclass
class Ledger:
    """A second opinion on a plan: what is owed when, by a calendar's own arithmetic and money in the order it came."""

    whole: int
    count: int
    begun: date
    works: Calendar
    paid: list[tuple[int, int]] = field(default_factory=list)  # (instant, fen)

    def deadline(self, part: int) -> int:
        """The same day so many months on, or the month's last; not on a rest day; at the close of business."""
        month = self.begun.month - 1 + part
        year, month = self.begun.year + month // 12, month % 12 + 1
        day = date(year, month, min(self.begun.day, months.monthrange(year, month)[1]))
        while not self.works.works(day.toordinal()):
            day += timedelta(days=1)
        return int((datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + CLOSE).timestamp() * 1000)

    def fulfilled_at(self, part: int) -> int | None:
        """When the money that came made up this part and all before it."""
        wanted = self.whole if part == self.count else (self.whole // self.count) * part
        came = 0
        for at, amount in self.paid:
            came += amount
            if came >= wanted:
                return at
        return None

    def wrong_in(self, debt: Debt) -> list[str]:
        """What the case says otherwise."""
        done = [(do, one.get("part"), at) for do, at, one in debt.said()]
        found = [f"{do} of {part} twice" for (do, part), n in _times(done).items() if n > 1]
        parts, now = debt.parts, debt.hand.at
        if sum(one["amount"] for one in parts) != self.whole or len(parts) != self.count:
            found.append("the parts are not the whole")
        if sum(one.get("paid", 0) for one in parts) != sum(amount for _, amount in self.paid):
            found.append("money came or went")
        over = debt.case.closed_at
        for part in range(1, self.count + 1):
            deadline, settled = self.deadline(part), self.fulfilled_at(part)
            late = settled is None or settled >= deadline
            breached = deadline <= now and late and (over is None or deadline <= over)
            found += _differs(done, "breached", part, deadline if breached else None)
            found += _differs(done, "fulfilled", part, settled)
        return found


def _times(done: Sequence[tuple[str, Any, int]]) -> Counter[tuple[str, Any]]:
    return Counter((do, part) for do, part, _ in done if do in ("breached", "fulfilled", "made", "cleared"))


def _differs(done: Sequence[tuple[str, Any, int]], do: str, part: int, at: int | None) -> list[str]:
    said = [when for what, which, when in done if (what, which) == (do, part)]
    return [] if said == ([] if at is None else [at]) else [f"{do} of {part}: {said} instead of {at}"]


def lived(seed: int) -> tuple[Debt, Ledger]:
    """A debt and what happens to it: payments, waiting, a sweeper that comes or not; with a second opinion."""
    dice = Random(seed)
    count, whole = dice.randint(1, 24), dice.randint(1_000, 5_000_000)
    at = MARCH + dice.randrange(300) * 86_400_000
    debt = Debt(whole, count, at)
    begun = datetime.fromtimestamp(debt.hand.at / 1000, SHANGHAI).date()
    ledger = Ledger(whole, count, begun, debt.kit.catalogue.calendar(published().now))
    for _ in range(dice.randint(3, 14)):
        debt.hand.at += dice.randrange(40 * 24 * 3_600_000)
        if dice.random() < 0.5:
            debt.sweep()
        if debt.case.outcome is None and dice.random() < 0.8:
            left = whole - sum(paid for _, paid in ledger.paid)
            amount = left if dice.random() < 0.2 else dice.randint(1, max(1, whole * 3 // count))
            refused = debt.pay(amount)
            if refused is None:
                ledger.paid.append((debt.hand.at, amount))
            elif not (refused == "due-overpaid" and amount > left) and debt.case.outcome is None:
                raise AssertionError(f"refused: {refused}")
    while (row := debt.case.timer) is not None and row <= debt.hand.at:
        debt.sweep()
    return debt, ledger
