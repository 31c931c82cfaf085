"""What must hold of a clock at any time, whatever has happened to it: the domain's answers beside the witness's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.clock import Clock, Hold
from chalicelib.domain.clock_spans import running_spans
from tests.builders_eras import Era
from tests.builders_witness import Said, Witness, midnight, ordinal_of

LIGHTS = ("green", "yellow", "red")
# What a new notice leaves alone.
KEPT = ("id", "effect", "unit", "budget", "started_at", "stopped_at", "extensions", "fired", "pauses")


def same(what: str, ours: object, expected: object) -> None:
    if ours != expected:
        raise AssertionError(f"{what}: {ours} instead of {expected}")


@dataclass(frozen=True)
class Moment:
    """A case's clocks at one instant."""

    item: dict[str, Any]
    era: Era
    holds: Sequence[Hold]
    at: int

    def balances(self, mine: Clock, one: Witness, rungs: Sequence[int]) -> clock.Projection:
        """Ledger, label, deadline and lights say the same as the witness; what was seen."""
        said = one.said(self.era.days, self.at, rungs)
        seen = self._seen(mine, self.at)
        same("consumed and remaining", seen.consumed + seen.remaining, said.total)  # budget and extensions
        same("total", seen.total, said.total)
        same("consumed", seen.consumed, said.consumed)
        same("latest end", seen.latest_ms, said.deadline)
        overdue = said.deadline is not None and self.at >= said.deadline
        stands = one.stopped_at is not None or one.paused(self.at)
        same("overdue, paused", (seen.overdue, bool(seen.paused_by)), (overdue, one.paused(self.at)))
        same("deadline", seen.deadline_ms, said.deadline if overdue or not stands else None)
        same("provisional", seen.provisional, said.provisional)
        same("light", seen.light, self._light(said, one, overdue=overdue))
        same("stored deadline", mine["deadline"], seen.deadline_ms)
        same("fired", mine["fired"], sorted(one.fired))
        self._stored(mine, one, None if stands else one.since(self.at), said)
        self._adds_up(mine, one)
        return seen

    def _seen(self, mine: Clock, at: int) -> clock.Projection:
        return clock.project(mine, self.item, at, times=self.era.times, holds=self.holds)

    def _light(self, said: Said, one: Witness, *, overdue: bool) -> str:
        if one.stopped_at is not None:
            return "stopped"
        if overdue or one.paused(self.at):
            return "overdue" if overdue else "paused"
        return LIGHTS[sum(when is not None and self.at >= when for when in said.rungs.values())]

    def _stored(self, mine: Clock, one: Witness, since: int | None, said: Said) -> None:
        """What is stored is the sum of the spans that are over."""
        same("running since", mine["running_since"], since)
        if since is None:
            same("stored as consumed", mine["consumed"], said.consumed)
        else:  # nothing is consumed at the very start
            before = 0 if since == one.start else one.said(self.era.days, since, ()).consumed
            same("stored as consumed", mine["consumed"], before)

    def _adds_up(self, mine: Clock, one: Witness) -> None:
        """Running and standing make up all the time that has passed."""
        spans = running_spans(mine, self.item, self.holds)
        ran = sum(max(0, min(self.at, self.at if end is None else end) - begin) for begin, end in spans)
        stood = sum(max(0, min(self.at, end) - max(one.start, begin)) for begin, end in one.standing())
        same("running and standing", ran + stood, self.at - one.start)

    def rests(self, mine: Clock, since: int) -> None:
        """It stood still since then, and what is left is what was left."""
        same("left", self._seen(mine, self.at).remaining, self._seen(mine, since).remaining)

    def expires(self, mine: Clock) -> None:
        """What fires is what was seen: the rest has run out at this instant and not a moment before."""
        before, then = self._seen(mine, self.at - 1), self._seen(mine, self.at)
        same("overdue before and at its expiry", (before.overdue, then.overdue), (False, True))
        same("something left before its expiry", before.remaining >= min(1, then.total), True)
        same("left and told at its expiry", (then.remaining, then.deadline_ms), (0, self.at))

    def explained(self, mine: Clock, one: Witness) -> None:
        """The days of the account add up to what was consumed, and each is explained once."""
        said = one.said(self.era.days, self.at, ())
        lines = clock.account(mine, self.item, self.at, times=self.era.times, holds=self.holds)
        first = ordinal_of(one.start)
        days = [date.fromordinal(first + n).isoformat() for n in range(len(lines))]
        same("days explained", [line["day"] for line in lines], days)
        if mine["unit"] == "office_hour":
            until = min(max(self.at, said.deadline or 0), midnight(first + len(lines)))
            minutes = sum(line["minutes"] for line in lines)
            same("minutes explained", minutes, one.said(self.era.days, until, ()).consumed)
        else:
            closes = (self.era.times.close(first + n) for n in range(len(lines)))
            ended = [line for line, close in zip(lines, closes, strict=True) if close <= self.at]
            same("days counted", sum(line["counted"] for line in ended), said.consumed)

    def reprojected(
        self, before: Sequence[Clock], after: Sequence[Clock], moved: list[dict[str, Any]]
    ) -> None:
        """A new notice moves deadlines, says which, and moves nothing else; loaded twice it moves nothing more."""
        again = clock.reproject(after, self.item, self.at, times=self.era.times, holds=self.holds)
        same("the notice loaded twice", again, (after, []))
        told = {one["clock"]: (one["old"], one["new"]) for one in moved}
        for old, new in zip(before, after, strict=True):
            same("what a notice leaves alone", *([one.get(name) for name in KEPT] for one in (new, old)))
            changed = (old["deadline"], old["provisional"]) != (new["deadline"], new["provisional"])
            same("moved", told.get(old["id"]), (old["deadline"], new["deadline"]) if changed else None)
