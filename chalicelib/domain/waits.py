"""Decides where a case could wait while no clock runs, by walking every situation of process and clocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from chalicelib.domain.definitions import Definition
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.process import Configuration, Process, compile_process, waits

MAX_SITUATIONS = 20_000  # a process of the library has fewer than 300; this only stops a malicious one

Clock = Mapping[str, Any]
Situation = tuple[Configuration, frozenset[str]]  # active states, clocks that run
Key = tuple[tuple[str, ...], frozenset[str]]


class Step(NamedTuple):
    """The situation before, the event ("" opens the case), the milestones that it reaches, the situation after."""

    before: Situation
    event: str
    milestones: set[str]
    after: Situation


def unclocked(
    clocks: Sequence[Clock], definition: Definition, breaches: frozenset[str] = frozenset()
) -> list[str]:
    """States in which a case stays that some path reaches while none of `clocks` runs, sorted.

    Exact for the process and its clocks: every event that can happen is tried in every situation; a time-out
    happens only while a clock that fires it runs, one of `breaches` (of dues) at any time. Holds are left
    out: each has a maximum of its own.
    """
    process, waiting = compile_process(definition), set(waits(definition))
    bare: set[str] = set()
    for step in steps(process, clocks, breaches):
        configuration, running = step.after
        if not running and process.final(configuration) is None:
            bare |= waiting.intersection(process.active(configuration))
    return sorted(bare)


def steps(
    process: Process, clocks: Sequence[Clock], breaches: frozenset[str] = frozenset()
) -> Iterator[Step]:
    """Every step that a case can take."""
    begin, opened = _beginning(process, clocks)
    ahead, seen = [begin], {key(begin)}
    yield Step((Configuration({"in": [], "history": {}}), frozenset()), "", opened, begin)
    while ahead:
        before = ahead.pop()
        if process.final(before[0]) is not None:
            continue
        for step in _following(process, clocks, breaches, *before):
            yield step
            if key(step.after) not in seen:
                seen.add(key(step.after))
                ahead.append(step.after)
        if len(seen) > MAX_SITUATIONS:
            said = Text("流程与时限的组合过多", "process and clocks make too many situations")
            raise Problem("too_large", "too-many-situations", said)


def _beginning(process: Process, clocks: Sequence[Clock]) -> tuple[Situation, set[str]]:
    start = process.initial()
    opened = {"submitted", *(f"state:{state}" for state in start["in"])}
    return (start, _after(frozenset(), clocks, opened)), opened


def key(situation: Situation) -> Key:
    """What tells one situation from another."""
    return tuple(situation[0]["in"]), situation[1]


def _following(
    process: Process,
    clocks: Sequence[Clock],
    breaches: frozenset[str],
    configuration: Configuration,
    running: frozenset[str],
) -> Iterator[Step]:
    firing = breaches | {clock.get("on_expiry") for clock in clocks if clock["id"] in running}
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
        then = (after, _after(running - expired, clocks, milestones))
        yield Step((configuration, running), event, milestones, then)


def started(clocks: Sequence[Clock], milestones: set[str]) -> list[Clock]:
    """Clocks that these milestones start, or start again."""
    return [c for c in clocks if milestones & {*c.get("starts_on", ()), *c.get("restarts_on", ())}]


def _after(running: frozenset[str], clocks: Sequence[Clock], milestones: set[str]) -> frozenset[str]:
    """Clocks that run once `milestones` have happened; starting a clock outweighs stopping it."""
    starts = {str(c["id"]) for c in started(clocks, milestones)}
    stops = {c["id"] for c in clocks if milestones.intersection(c.get("stops_on", ()))}
    return (running - stops) | frozenset(starts)
