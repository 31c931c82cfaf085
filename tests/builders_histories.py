"""Plays random histories on the domain's clocks, with a sweeper; a witness checks every step.

A person's step first lets pass what fell due before it, as `actions/moving.py` does; the sweeper looks at the very
instant of the next timer, unless it is down. What nobody did must not matter: with the sweeper down and without,
the same fires, as of the same instants, and leaves the same ledger.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from math import inf
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.clock import Clock, Firing, Hold
from chalicelib.domain.problems import Problem
from tests.builders_invariants import Moment, same
from tests.builders_plans import HEEDS, HOLDS, LONGER, RUNGS, Plan, Step, drawn
from tests.builders_witness import DAY, Pause, Witness

AFTERWARDS = 60 * DAY  # how long the sweeper goes on when nobody does anything any more


def play(number: int) -> Counter[str]:
    """Play one history; how often each thing was seen. AssertionError names the history and what is wrong."""
    plan = drawn(number)
    try:
        case = played(plan, plan.down)
        if plan.down[0] < inf and not plan.late:  # a notice that comes too late moves what was due meanwhile
            punctual = played(plan, (inf, inf))
            same("what fired", case.fired, punctual.fired)
            same("the ledger", (case.clocks, case.holds), (punctual.clocks, punctual.holds))
    except AssertionError as wrong:
        raise AssertionError(f"history {number} ({plan.notice.name}): {wrong}") from wrong
    return case.seen


def played(plan: Plan, down: tuple[float, float]) -> Case:
    case = Case(plan, down)
    for step in plan.steps:
        case.until(step.at)
        if step.what != "notice":
            case.look(step.at)
        case.act(step)
    case.account()
    end = plan.steps[-1].at + AFTERWARDS
    case.until(max(end, int(plan.down[1])) if plan.down[1] < inf else end)
    return case


class Case:
    """A case's clocks as the domain keeps them, beside a witness of each; every act is checked."""

    def __init__(self, plan: Plan, down: tuple[float, float]) -> None:
        self.item = {"clocks": list(plan.clocks), "holds": list(HOLDS.values())}
        self.era, self.notice, self.down = plan.notice.before, plan.notice, down
        self.clocks: list[Clock] = []
        self.holds: list[Hold] = []
        self.pauses: list[Pause] = []
        self.witnesses: dict[str, Witness] = {}
        self.fired: list[tuple[str, int]] = []
        self.seen: Counter[str] = Counter()
        self.at = plan.start
        self._milestone("accepted", plan.start, plan.received)
        self.check(plan.start)

    @property
    def kept(self) -> dict[str, Any]:
        return {"times": self.era.times, "holds": self.holds}

    def moment(self, at: int) -> Moment:
        return Moment(self.item, self.era, self.holds, at)

    # time

    def until(self, at: int) -> None:
        """The sweeper works until `at`: at every timer in time, or when it is up again."""
        for _ in range(20):
            due = clock.next_due(self.clocks, self.item, **self.kept)
            if due is None:
                break
            late = self.down[0] <= due[0] < self.down[1]
            look = max(int(self.down[1]), self.at) if late else max(due[0], self.at)
            if look > at:
                break
            self.seen["late look"] += late
            self.look(look)
        else:
            raise AssertionError("the same timer is due again and again")
        self.rests(self.at, at)

    def look(self, now: int) -> None:
        """Fire what is due, one after the other: exactly what the witness expects, when it expects it."""
        while True:
            due = clock.expired(self.clocks, self.item, now, **self.kept)
            expected = [one for one in self.pending(now) if one[2] <= now]
            same(f"due at {now}", [(one.id, one.rung, one.at) for one in due], expected)
            if not due:
                break
            self._fire(due[0])
        self.at = now

    def pending(self, now: int) -> list[tuple[str, int, int]]:
        """What is still to fire, by the witness."""
        found = [(one.id, clock.HOLD_MAXIMUM, one.longest) for one in self.pauses if one.end is None]
        for one in self.witnesses.values():
            rungs = [rung for rung in self.rungs(one.id) if rung not in one.fired]
            if one.stopped_at is None and rungs:
                said = one.said(self.era.days, now, rungs).rungs
                found += [(one.id, rung, at) for rung in rungs if (at := said[rung]) is not None]
        return sorted(found, key=lambda one: (one[2], one[1], one[0]))

    def rungs(self, name: str) -> tuple[int, ...]:
        return RUNGS if name == "decision" else (50, 100)

    def _fire(self, one: Firing) -> None:
        self.fired.append((one.what, one.at))
        self.seen["fired"] += 1
        if one.rung == clock.HOLD_MAXIMUM:
            self._release(one.id, one.at)
            return
        self.clocks = clock.mark(self.clocks, [one])
        self.witnesses[one.id].fired.add(one.rung)
        if one.rung == clock.EXPIRY:
            self.moment(one.at).expires(next(mine for mine in self.clocks if mine["id"] == one.id))
            if one.id == "decision":
                self._milestone("timed_out", one.at)

    def rests(self, since: int, until: int) -> None:
        """What stood still all the time has the same left at its end; nobody need have looked."""
        for mine in self.clocks:
            if until > since and self.witnesses[mine["id"]].stands(since, until):
                self.moment(until).rests(mine, since)
                self.seen["stood still"] += 1

    # what people do

    def act(self, step: Step) -> None:
        if step.what == "notice":
            self._notice(step.at)
        elif step.what == "hold":
            self._hold(step.name, step.at)
        elif step.what == "release":
            open_ = any(one.id == step.name and one.end is None for one in self.pauses)
            self.refused("" if open_ else "hold-not-open", partial(self._release, step.name, step.at))
        elif step.what == "extend":
            self.refused(self._why_not(step.at), partial(self._extend, step.at))
        elif step.what != "look":
            self._milestone(step.what, step.at)
        self.seen[step.what] += 1
        self.check(step.at)

    def refused(self, code: str, act: Any) -> None:
        """Do it; `code` is the refusal that the witness expects, empty for none."""
        try:
            act()
        except Problem as problem:
            same("refused", problem.code, code)
            self.seen[code] += 1
        else:
            same("refused", "", code)

    def _milestone(self, name: str, at: int, effect: int | None = None) -> None:
        self.clocks = clock.advance(self.clocks, self.item, {name}, at, backdate=effect, **self.kept)
        for declared in self.item["clocks"]:
            one = self.witnesses.get(declared["id"])
            if name in declared["starts_on"] and (one is None or one.stopped_at is not None):
                self.witnesses[declared["id"]] = one = Witness(
                    declared["id"], declared["unit"], [declared["budget"]], at if effect is None else effect,
                    self.pauses, HEEDS[declared["id"]],
                )  # fmt: skip
            elif one and name in declared["restarts_on"]:
                one.restart(at)
            if one and name in declared["stops_on"]:
                one.stop(at)

    def _hold(self, name: str, at: int) -> None:
        def act() -> None:
            self.clocks, self.holds = clock.open_hold(
                self.clocks, self.item, name, at, document="notice", **self.kept
            )
            end = self._longest(name, at)
            same("longest", self.holds[-1]["max_until"], end)
            self.seen["two at once"] += sum(one.end is None for one in self.pauses) == 1
            self.pauses.append(Pause(name, at, end))

        open_ = any(one.id == name and one.end is None for one in self.pauses)
        self.refused("hold-already-open" if open_ else "", act)

    def _longest(self, name: str, start: int) -> int:
        """When the special step ends by itself, if it began then: a period like any other, uninterrupted."""
        longest = HOLDS[name]["max"]
        alone = Witness("max", longest["unit"], [longest["budget"]], start, [], frozenset())
        end = alone.said(self.era.days, start, ()).deadline
        if end is None:
            raise AssertionError("a period that nothing interrupts has an end")
        return end

    def _release(self, name: str, at: int) -> None:
        self.clocks, self.holds = clock.close_hold(self.clocks, self.item, name, at, **self.kept)
        for one in self.pauses:
            if one.id == name and one.end is None:
                one.end = min(at, one.longest)

    def _extend(self, at: int) -> None:
        longer = clock.extend(self.clocks[0], self.item, at, by="person:head", **self.kept)
        self.clocks = [longer, *self.clocks[1:]]
        self.witnesses["decision"].amounts.append(LONGER[longer["unit"]])

    def _why_not(self, at: int) -> str:
        one = self.witnesses["decision"]
        if len(one.amounts) > 1:
            return "extension-already-used"
        if one.stopped_at is not None:
            return "clock-not-running"
        deadline = one.said(self.era.days, at, ()).deadline
        return "extension-after-expiry" if deadline is not None and at >= deadline else ""

    def _notice(self, at: int) -> None:
        """As `domain/reprojection.py` does it: the latest ends of open special steps, then the deadlines."""
        self.era, before = self.notice.after, self.clocks
        self.holds, _ = clock.measured_anew(self.holds, self.item, times=self.era.times)
        _, twice = clock.measured_anew(self.holds, self.item, times=self.era.times)
        same("special steps measured twice", twice, [])
        self.clocks, moved = clock.reproject(before, self.item, at, **self.kept)
        for one in self.pauses:
            if one.end is None:
                one.longest = self._longest(one.id, one.start)
        same("longest", [one["max_until"] for one in self.holds], [one.longest for one in self.pauses])
        self.moment(at).reprojected(before, self.clocks, moved)
        self.seen["notice moved"] += bool(moved)

    def check(self, at: int) -> None:
        """All that must hold of the clocks now, and of what is still to come."""
        self.at = at
        same("clocks", [one["id"] for one in self.clocks], list(self.witnesses))
        for mine in self.clocks:
            seen = self.moment(at).balances(mine, self.witnesses[mine["id"]], self.rungs(mine["id"])[:-1])
            self.seen["overdue"] += seen.overdue
            self.seen["provisional"] += seen.provisional
        firings = clock.pending(self.clocks, self.item, **self.kept)
        same("to fire", [(one.id, one.rung, one.at) for one in firings], self.pending(at))

    def account(self) -> None:
        for mine in self.clocks:
            self.moment(self.at).explained(mine, self.witnesses[mine["id"]])
