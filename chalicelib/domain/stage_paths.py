"""Decides how long the stages can take while a limit runs: every path of process and clocks, each stage in full.

A step that ends stages comes when the last of them is over: stages one after the other add up, of branches side
by side the longest counts. A loop is gone as often as its moves allow (`at_most`); one that a clock ends
(`bounded_by`), or time-outs and other bodies, once: each round of those takes its own clock's time. While the
limit stands still (it waits for a correction) the stages go on and its end moves. Special steps are left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.domain import waits
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.process import Move, Process
from chalicelib.domain.schedules import START, Moment, after, is_never_earlier, latest

MAX_PLACES = 20_000  # an item of the pack has fewer than two thousand; this only stops a malicious one

Clock = Mapping[str, Any]
Pauses = tuple[tuple[Moment, Moment], ...]


Trail = tuple[Any, str, waits.Situation] | None  # the trail before, the event, the situation that it led to


@dataclass(frozen=True, slots=True)
class Path:
    """When a path's last step comes, what the limit stood still for on the way; the steps of the first such path."""

    end: Moment
    pauses: Pauses
    trail: Trail = field(default=None, compare=False)

    def steps(self, process: Process) -> list[dict[str, str]]:
        """`{"state", "event"}` for every step that changes the state, in order: where it leads, and by what."""
        found, before = list[dict[str, str]](), tuple[str, ...]()
        for event, (configuration, _) in _in_order(self.trail):
            states = process.active(configuration)
            state = next((one for one in states if one not in before), None)
            before = states
            if state is not None:
                found.append({"state": state} | ({"event": event} if event else {}))
        return found


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a path has come to: `made` bounded moves, stages `begun` since the last of them, all `counted`."""

    key: waits.Key
    made: tuple[tuple[str, int], ...] = ()
    begun: frozenset[str] = frozenset()
    counted: frozenset[str] = frozenset()
    now: Moment = START
    ends: tuple[tuple[str, Moment], ...] = ()
    pauses: Pauses = ()
    paused: tuple[Moment, ...] = ()  # since when the limit stands still, if it does
    trail: Trail = field(default=None, compare=False)


@dataclass(slots=True)
class Paths:
    """The paths of one limit."""

    process: Process
    limit: Clock
    stages: Mapping[str, Clock]
    _after: dict[waits.Key, list[waits.Step]] = field(default_factory=dict)
    _met: dict[waits.Key, bool] = field(default_factory=dict)
    _hopeful: set[waits.Key] = field(default_factory=set)  # where it can still be met
    _resuming: set[waits.Key] = field(default_factory=set)  # where it stands still, and can run on

    def longest(self, steps: Iterable[waits.Step]) -> list[Path]:
        """Where paths end that no other is certain to outlast; none if no stage takes any time on the way."""
        for step in steps:
            self._after.setdefault(waits.key(step.before), []).append(step)
        self._resuming = self._reaching(self.limit.get("restarts_on", ()), while_runs=False)
        self._hopeful = self._reaching(self.limit.get("stops_on", ()), while_runs=True) | self._resuming
        begins = [step for leaving in self._after.values() for step in leaving if self._begins(step)]
        ahead = [self._go(_Place(waits.key(step.before), trail=_before(step)), step) for step in begins]
        found, seen = dict[Path, None](), set(ahead)
        while ahead:
            here = ahead.pop()
            for step in self._after.get(here.key, ()):
                then = self._next(here, step)
                if then is not None and not here.paused and self._tells(step):
                    found.setdefault(_path(then.now, here.pauses, then.trail))
                if then is not None and then not in seen and self._goes_on(then):
                    seen.add(then)
                    ahead.append(then)
            if len(seen) > MAX_PLACES:
                said = Text("流程与时限的组合过多", "process and clocks make too many situations")
                raise Problem("too_large", "too-many-situations", said)
        return _outlasting([path for path in found if path.end is not START])

    def _tells(self, step: waits.Step) -> bool:
        return waits.key(step.after) in self._hopeful or bool(
            step.milestones & set(self.limit.get("stops_on", ()))
        )

    def _begins(self, step: waits.Step) -> bool:
        identity = self.limit["id"]
        fresh = identity in step.after[1] and identity not in step.before[1]
        return fresh and bool(step.milestones & set(self.limit.get("starts_on", ())))

    def _goes_on(self, place: _Place) -> bool:
        """Only while the limit can still be met: who broke off owes no decision any more."""
        return place.key in self._hopeful and (self.limit["id"] in place.key[1] or bool(place.paused))

    def _reaching(self, milestones: Collection[str], while_runs: bool) -> set[waits.Key]:
        """The situations from which such a milestone can be reached while the limit runs, or stands still."""
        before: dict[waits.Key, set[waits.Key]] = {}
        found = set[waits.Key]()
        for here, leaving in self._after.items():
            if (self.limit["id"] in here[1]) is not while_runs:
                continue
            for step in leaving:
                before.setdefault(waits.key(step.after), set()).add(here)
            if any(step.milestones.intersection(milestones) for step in leaving):
                found.add(here)
        ahead = list(found)
        while ahead:
            fresh = before.get(ahead.pop(), set()) - found
            found |= fresh
            ahead += fresh
        return found

    def _next(self, here: _Place, step: waits.Step) -> _Place | None:
        """The place after a step; None when its move was made as often as it may be, or the limit began anew."""
        made = dict(here.made)
        move = self.process.moves.get(step.event)
        bound = _bound(move) if move else None
        if bound is not None:
            made[step.event] = made.get(step.event, 0) + 1
            if made[step.event] > bound:
                return None
            here = replace(here, made=tuple(sorted(made.items())), begun=frozenset())
        resumed = bool(step.milestones & set(self.limit.get("restarts_on", ())))
        if here.paused and self.limit["id"] in step.after[1] and not resumed:
            return None
        return self._paused(self._go(here, step), here, step)

    def _paused(self, then: _Place, here: _Place, step: waits.Step) -> _Place:
        runs = self.limit["id"] in step.after[1]
        if here.paused and runs:
            return replace(then, paused=(), pauses=_joined(here.pauses, here.paused[0], then.now))
        if not here.paused and not runs and step.milestones.intersection(self.limit.get("stops_on", ())):
            return replace(then, paused=(then.now,))
        return then

    def _go(self, here: _Place, step: waits.Step) -> _Place:
        """The step comes once the stages that it ends are over; those that it begins take their time from then on."""
        over = [end for one, end in here.ends if self._takes_time(self.stages[one], step)]
        now = latest(here.now, *over)
        ends = {one: end for one, end in here.ends if self._goes_beyond(self.stages[one], step)}
        trail = (here.trail, step.event, step.after)
        then = replace(here, key=waits.key(step.after), now=now, trail=trail)
        for stage in self._running(step):
            then = self._with(then, stage, step, ends)
        return replace(then, ends=tuple(sorted(ends.items(), key=lambda one: one[0])))

    def _running(self, step: waits.Step) -> Iterator[Clock]:
        """The stages that the step begins, and when the limit begins those that already run: at worst just begun."""
        begins, fresh = self._begins(step), waits.started(list(self.stages.values()), step.milestones)
        for identity, stage in self.stages.items():
            if identity in step.after[1] and (stage in fresh or begins):
                yield stage

    def _with(self, then: _Place, stage: Clock, step: waits.Step, ends: dict[str, Moment]) -> _Place:
        identity = str(stage["id"])
        if identity in ends:
            return then
        used = identity in then.counted and step.milestones & set(stage.get("restarts_on", ()))
        if used or identity in then.begun:
            ends[identity] = then.now  # its whole time was taken before
            return then
        base = START if self._is_back_dated(stage, step) else then.now
        ends[identity] = after(base, stage["unit"], int(stage["budget"]), identity)
        return replace(then, begun=then.begun | {identity}, counted=then.counted | {identity})

    def _is_back_dated(self, stage: Clock, step: waits.Step) -> bool:
        internal = self.process.internal.get(step.event)
        dated = internal is not None and internal.backdate is not None
        return dated and stage.get("starts_from") != "event"

    def _takes_time(self, stage: Clock, step: waits.Step) -> bool:
        """Whether the step waits for the end of the stage.

        Not where the limit can be met at any moment, unless the stage is over with it. Of clocks that are not the
        office's own only silence takes time: nobody plans to use up what the law allows.
        """
        if self._goes_beyond(stage, step):
            return False
        if stage.get("effect") != "internal" and stage.get("on_expiry") != step.event:
            return False
        together = set(stage.get("stops_on", ())) & set(self.limit.get("stops_on", ()))
        return bool(together) or not self._can_be_met(waits.key(step.before))

    def _can_be_met(self, here: waits.Key) -> bool:
        """Whether some step meets the limit for good: to let it stand still is not to meet it."""
        if here not in self._met:
            met = set(self.limit.get("stops_on", ()))
            self._met[here] = self.limit["id"] in here[1] and any(
                met & step.milestones and waits.key(step.after) not in self._resuming
                for step in self._after.get(here, ())
            )
        return self._met[here]

    def _goes_beyond(self, stage: Clock, step: waits.Step) -> bool:
        return stage["id"] in step.after[1] and not step.milestones & set(stage.get("stops_on", ()))


def stages_of(clocks: Sequence[Clock], limit: Clock) -> dict[str, Clock]:
    """What takes time on the way: internal clocks, and any other whose expiry makes the case go on."""
    return {
        str(one["id"]): one
        for one in clocks
        if one["id"] != limit["id"]
        and {"budget", "unit"} <= one.keys()
        and (one.get("effect") == "internal" or one.get("on_expiry"))
    }


def _bound(move: Move) -> int | None:
    return 1 if move.at_most is None and move.bounded_by else move.at_most


def _joined(pauses: Pauses, since: Moment, until: Moment) -> Pauses:
    """The pauses with one more, unless it takes no time; one that goes on where the last ended is the same."""
    if since == until:
        return pauses
    if pauses and pauses[-1][1] == since:
        return (*pauses[:-1], (pauses[-1][0], until))
    return (*pauses, (since, until))


def _before(step: waits.Step) -> Trail:
    """Where the case stands when the limit begins; nowhere yet when that opens it."""
    return (None, "", step.before) if step.before[0]["in"] else None


def _in_order(trail: Trail) -> list[tuple[str, waits.Situation]]:
    found: list[tuple[str, waits.Situation]] = []
    while trail is not None:
        trail, event, situation = trail
        found.append((event, situation))
    return found[::-1]


def _path(end: Moment, pauses: Pauses, trail: Trail) -> Path:
    """Nothing of the limit is used up while it stands still: the path has come as far as when it last ran."""
    while pauses and pauses[-1][1] == end:
        end, pauses = pauses[-1][0], pauses[:-1]
    return Path(end, pauses, trail)


def _outlasting(paths: Sequence[Path]) -> list[Path]:
    """The paths without those that another with the same pauses is certain to outlast."""
    kept: list[Path] = []
    for path in paths:
        rivals = [one for one in kept if one.pauses == path.pauses]
        if any(is_never_earlier(one.end, path.end) for one in rivals):
            continue
        gone = {one for one in rivals if is_never_earlier(path.end, one.end)}
        kept = [*(one for one in kept if one not in gone), path]
    return kept
