"""Decides where a case could wait while no clock runs, by walking every situation of process and clocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.domain.definitions import Definition
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.process import Configuration, Process, compile_process, waits

MAX_SITUATIONS = 20_000  # a process of the library has fewer than 300; this only stops a malicious one

Clock = Mapping[str, Any]
Situation = tuple[Configuration, frozenset[str]]  # active states, clocks that run
Step = tuple[Situation, set[str], Situation]  # before, the milestones that it reaches, after


def unclocked(clocks: Sequence[Clock], definition: Definition) -> list[str]:
    """States with `waits_for` that some path reaches while none of `clocks` runs, sorted.

    Exact for the process and its clocks: every event that can happen is tried in every situation; a time-out
    happens only while a clock that fires it runs. Holds are left out: each has a maximum of its own.
    """
    process, waiting = compile_process(definition), set(waits(definition))
    bare: set[str] = set()
    for _, _, (configuration, running) in steps(process, clocks):
        if not running and process.final(configuration) is None:
            bare |= waiting.intersection(process.active(configuration))
    return sorted(bare)


def steps(process: Process, clocks: Sequence[Clock]) -> Iterator[Step]:
    """Every step that a case can take: the situation before, the milestones that it reaches, the one after."""
    begin, opened = _beginning(process, clocks)
    ahead, seen = [begin], {_key(begin)}
    yield (Configuration({"in": [], "history": {}}), frozenset()), opened, begin
    while ahead:
        before = ahead.pop()
        if process.final(before[0]) is not None:
            continue
        for milestones, after in _following(process, clocks, *before):
            yield before, milestones, after
            if _key(after) not in seen:
                seen.add(_key(after))
                ahead.append(after)
        if len(seen) > MAX_SITUATIONS:
            said = Text("流程与时限的组合过多", "process and clocks make too many situations")
            raise Problem("too_large", "too-many-situations", said)


def _beginning(process: Process, clocks: Sequence[Clock]) -> tuple[Situation, set[str]]:
    start = process.initial()
    opened = {"submitted", *(f"state:{state}" for state in start["in"])}
    return (start, _after(frozenset(), clocks, opened)), opened


def _key(situation: Situation) -> tuple[tuple[str, ...], frozenset[str]]:
    return tuple(situation[0]["in"]), situation[1]


def _following(
    process: Process, clocks: Sequence[Clock], configuration: Configuration, running: frozenset[str]
) -> Iterator[tuple[set[str], Situation]]:
    firing = {clock.get("on_expiry") for clock in clocks if clock["id"] in running}
    for event in process.enabled(configuration):
        if event.startswith("timeout.") and event not in firing:
            continue
        after = process.send(configuration, event)
        if after is None:
            continue
        declared = process.moves.get(event) or process.internal[event]
        entered = set(after["in"]) - set(configuration["in"])
        milestones = {declared.emits, *(f"state:{state}" for state in entered)}
        expired = {str(clock["id"]) for clock in clocks if clock.get("on_expiry") == event}
        yield milestones, (after, _after(running - expired, clocks, milestones))


def started(clocks: Sequence[Clock], milestones: set[str]) -> list[Clock]:
    """Clocks that these milestones start, or start again."""
    return [c for c in clocks if milestones & {*c.get("starts_on", ()), *c.get("restarts_on", ())}]


def _after(running: frozenset[str], clocks: Sequence[Clock], milestones: set[str]) -> frozenset[str]:
    """Clocks that run once `milestones` have happened; starting a clock outweighs stopping it."""
    starts = {str(c["id"]) for c in started(clocks, milestones)}
    stops = {c["id"] for c in clocks if milestones.intersection(c.get("stops_on", ()))}
    return (running - stops) | frozenset(starts)
