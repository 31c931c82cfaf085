"""Decides whether an item promises what it cannot keep: more than the law gives, less than its stages take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from chalicelib.domain import waits
from chalicelib.domain.definitions import Definition
from chalicelib.domain.item_clocks import by_index
from chalicelib.domain.problems import Finding, finding
from chalicelib.domain.process import compile_process
from chalicelib.domain.rule_results import results

Clock = Mapping[str, Any]
Length = tuple[int, str]
Rules = Mapping[str, Definition]

# Calendar days that a unit certainly takes, and that it takes at most: a week has at least four working days
# but for the long holidays, when ten days may pass with none. Only what is certain is refused.
_LEAST = {"working_day": 1, "office_hour": 0, "calendar_day": 1, "month": 28, "year": 365}
_MOST = {"working_day": 10, "office_hour": 10, "calendar_day": 1, "month": 31, "year": 366}


def against_law(item: Definition, rules: Rules) -> Iterator[Finding]:
    """A promise that is longer than the statutory limit of the same stretch."""
    clocks = item.get("clocks", ())
    for index, promise in by_index(clocks, "promised"):
        for _, limit in by_index(clocks, "statutory"):
            if not _same_stretch(promise, limit):
                continue
            law = _lengths(limit, item, rules)
            for length in _lengths(promise, item, rules):
                if law and all(_is_longer(length, one) for one in law):
                    zh = f"承诺时限 {length[0]} {length[1]} 长于法定时限“{limit['id']}”"
                    en = f"{length[0]} {length[1]} is longer than the statutory limit {limit['id']!r}"
                    params = {"budget": length[0], "unit": length[1], "limit": limit["id"]}
                    yield finding(f"/clocks/{index}", "promise-longer-than-law", zh, en, **params)
                    break


def _same_stretch(one: Clock, other: Clock) -> bool:
    """Begun and resumed by the same, and ended by something in common: one that goes on over stages is another."""
    alike = all(set(one.get(m, ())) == set(other.get(m, ())) for m in ("starts_on", "restarts_on"))
    return alike and bool(set(one.get("stops_on", ())) & set(other.get("stops_on", ())))


def _lengths(clock: Clock, item: Definition, rules: Rules) -> list[Length]:
    """What a clock may be given: its own budget, and every result of the rule that decides it."""
    found = [(int(clock["budget"]), str(clock["unit"]))] if "budget" in clock and "unit" in clock else []
    named = str(clock.get("limit", "")).removeprefix("rule:")
    found += [
        (one["budget"], one["unit"])
        for one in results(rules.get(named, {}), str(item.get("effective_from", "")))
        if isinstance(one.get("budget"), int) and isinstance(one.get("unit"), str)
    ]
    return found


def _is_longer(one: Length, other: Length) -> bool:
    if one[1] == other[1]:
        return one[0] > other[0]
    return one[0] * _LEAST[one[1]] > other[0] * _MOST[other[1]]


def against_stages(item: Definition, process: Definition, rules: Rules) -> Iterator[Finding]:
    """The stages on some path, each within its own internal clock, take longer than the whole may.

    Only what is certain: each stage counts once, of stages side by side the longer, and none during which the
    limit could be met at any moment. Rework (moves with `at_most`) and special steps are left out; so are stages
    in another unit than the limit's.
    """
    clocks = item.get("clocks", ())
    limits = [*by_index(clocks, "promised"), *by_index(clocks, "statutory")]
    steps = list(waits.steps(compile_process(_without_rework(process, [one for _, one in limits])), clocks))
    for index, limit in limits:
        lengths = _lengths(limit, item, rules)
        unit = limit.get("unit") or next((unit for _, unit in lengths), None)
        most = max((budget for budget, one in lengths if one == unit), default=None)
        stages = [c for _, c in by_index(clocks, "internal") if c.get("unit") == unit and "budget" in c]
        if most is None or not stages:
            continue
        total, path = _Paths(steps, limit, stages).longest()
        if total > most:
            zh = f"各环节合计 {total}，超过时限 {most}：{'→'.join(path)}"
            en = f"the stages take {total}, more than the limit of {most}: {' → '.join(path)}"
            params = {"stages": list(path), "total": total, "limit": most}
            yield finding(f"/clocks/{index}", "stages-exceed-limit", zh, en, **params)


def _without_rework(process: Definition, limits: Sequence[Clock]) -> Definition:
    """The process without moves that only go back, so many times; one that meets a limit is kept."""
    met = {milestone for limit in limits for milestone in limit.get("stops_on", ())}
    kept = {
        name: move
        for name, move in process["moves"].items()
        if move["emits"] in met or not {"at_most", "bounded_by"} & move.keys()
    }
    return {**process, "moves": kept}


Key = tuple[tuple[str, ...], frozenset[str]]  # states, clocks that run
Sum = tuple[int, tuple[str, ...]]  # what the stages add up to, and those stages in order


class _Paths:
    """All that can happen while a limit runs, and the stages that begin on the way."""

    def __init__(self, steps: Iterable[waits.Step], limit: Clock, stages: Sequence[Clock]) -> None:
        self.limit, self.stages = limit, stages
        self.after: dict[Key, list[tuple[set[str], Key]]] = {}
        self.begins: list[tuple[Key, set[str], Key]] = []
        for before, milestones, then in steps:
            one, other = _key(before), _key(then)
            self.after.setdefault(one, []).append((milestones, other))
            if limit["id"] in other[1] and limit["id"] not in one[1]:
                self.begins.append((one, milestones, other))

    def longest(self) -> Sum:
        """Totals only grow when a stage is counted for the first time, so improving until nothing changes ends."""
        best: dict[tuple[Key, frozenset[str]], Sum] = {}
        ahead = [
            (then, self._and((0, ()), before, milestones, then)) for before, milestones, then in self.begins
        ]
        while ahead:
            here, sum_ = ahead.pop()
            place = (here, frozenset(sum_[1]))
            if place in best and best[place][0] >= sum_[0]:
                continue
            best[place] = sum_
            for milestones, then in () if self._can_be_met(here) else self.after.get(here, ()):
                if self.limit["id"] in then[1]:
                    ahead.append((then, self._and(sum_, here, milestones, then)))
        return max(best.values(), default=(0, ()), key=lambda one: one[0])

    def _and(self, so_far: Sum, before: Key, milestones: set[str], then: Key) -> Sum:
        """The sum once the stages that these milestones begin are counted."""
        total, counted = so_far
        fresh = [
            stage
            for stage in waits.started(self.stages, milestones)
            if stage["id"] not in counted and self._delays(stage, then)
        ]
        if not fresh:
            return so_far
        stopped = {s["id"] for s in self.stages if milestones & set(s.get("stops_on", ()))}
        going_on = (before[1] - stopped).intersection(counted)
        beside = max((int(s["budget"]) for s in self.stages if s["id"] in going_on), default=0)
        longest = max(int(stage["budget"]) for stage in fresh)
        return total + max(0, longest - beside), (*counted, *(str(stage["id"]) for stage in fresh))

    def _delays(self, stage: Clock, then: Key) -> bool:
        """Whether the limit can only be met once the stage is over."""
        if set(stage.get("stops_on", ())) & set(self.limit.get("stops_on", ())):
            return True
        return not self._can_be_met(then)

    def _can_be_met(self, here: Key) -> bool:
        return any(self.limit["id"] not in then[1] for _, then in self.after.get(here, ()))


def _key(situation: waits.Situation) -> Key:
    return tuple(situation[0]["in"]), situation[1]
