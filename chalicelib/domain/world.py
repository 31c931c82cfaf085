"""Decides nothing: says what a decision may know beside the case: the release it runs under, the calendar, the hour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from chalicelib.domain import clock, dues
from chalicelib.domain.accounts import expiring
from chalicelib.domain.cases import Case
from chalicelib.domain.change import Body
from chalicelib.domain.definitions import Bundle, Definition
from chalicelib.domain.organisations import Organisation
from chalicelib.domain.problems import Problem, Text, not_found
from chalicelib.domain.process import Process, compile_process
from chalicelib.domain.special_steps import with_special_steps

TAKES_EFFECT = -2  # the rung of a firing: the days after the publication of a document have passed

Accounts = Callable[[str], Definition]


def no_accounts(identity: str) -> Definition:
    raise not_found(Text("账户", "account"), identity)


@dataclass(frozen=True)
class World:
    """What a decision may know beside the case: the release it runs under, the calendar, the hour (ms)."""

    bundle: Bundle
    times: clock.Times
    zone: tzinfo
    at: int
    accounts: Accounts = no_accounts  # the definition of an account by its id, as published today
    organisation: Organisation | None = None  # of today; without it no document is written (a replay)
    set: int = 0  # the release set that is published: under it a document finds its organisation again

    @property
    def process(self) -> Process:
        if self.bundle.process is None:
            raise Problem("invalid", "no-process", Text("该事项没有办理流程", "this item has no process"))
        kept: dict[str, Process] = self.bundle.kept
        if "process" not in kept:
            kept["process"] = compile_process(with_special_steps(self.bundle.process, self.bundle.item))
        return kept["process"]

    @property
    def today(self) -> date:
        return self.times.day_of(self.at)

    def firings(self, case: Case) -> list[clock.Firing]:
        """All that time alone does and has not done yet, by instant: clocks' rungs and expiries, holds' maxima, ends of
        holds on accounts, what is owed, publications that count as service.
        """
        found = clock.pending(case.clocks, self.bundle.item, times=self.times, holds=case.holds)
        if not (case.held or case.dues or case.serving):
            return found
        ends = [clock.Firing(*one) for one in (*expiring(case.held), *taking_effect(case.serving))]
        owed = dues.pending(case.dues, self.bundle.item, self.times)
        return sorted([*found, *ends, *owed], key=lambda one: (one.at, one.rung, one.id, one.part or 0))


def taking_effect(serving: Sequence[Body]) -> list[tuple[str, int, str | None, int]]:
    """Document, rung, event and instant (ms) of every publication that will count as service."""
    return [(str(one["service"]["document_id"]), TAKES_EFFECT, None, int(one["at"])) for one in serving]
