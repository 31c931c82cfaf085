"""Decides nothing: says what a decision may know beside the case: the release it runs under, the calendar, the hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, tzinfo

from chalicelib.domain import clock
from chalicelib.domain.cases import Case
from chalicelib.domain.definitions import Bundle
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.process import Process, compile_process
from chalicelib.domain.special_steps import with_special_steps


@dataclass(frozen=True)
class World:
    """What a decision may know beside the case: the release it runs under, the calendar, the hour (ms)."""

    bundle: Bundle
    times: clock.Times
    zone: tzinfo
    at: int

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
        """All clocks' rungs and expiries and holds' maxima that have not fired yet, by instant."""
        return clock.pending(case.clocks, self.bundle.item, times=self.times, holds=case.holds)
