"""Decides where a case could wait while no clock runs, by walking every situation of process and clocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.domain.definitions import Definition
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.process import Configuration, Process, compile_process, waits

MAX_SITUATIONS = 20_000  # a process of the library has fewer than 300; this only stops a malicious one

Clock = Mapping[str, Any]
Situation = tuple[tuple[str, ...], frozenset[str]]  # active states, clocks that run


def unclocked(clocks: Sequence[Clock], definition: Definition) -> list[str]:
    """States with `waits_for` that some path reaches while none of `clocks` runs, sorted.

    Exact for the process and its clocks: every event that can happen is tried in every situation; a time-out
    happens only while a clock that fires it runs. Holds are left out: each has a maximum of its own.
    """
    process, waiting = compile_process(definition), set(waits(definition))
    bare: set[str] = set()
    for configuration, running in _situations(process, clocks):
        if not running:
            bare |= waiting.intersection(process.active(configuration))
    return sorted(bare)


def _situations(process: Process, clocks: Sequence[Clock]) -> Iterator[tuple[Configuration, frozenset[str]]]:
    start = process.initial()
    opened = {"submitted", *(f"state:{state}" for state in start["in"])}
    ahead = [(start, _after(frozenset(), clocks, opened))]
    seen: set[Situation] = set()
    while ahead:
        configuration, running = ahead.pop()
        situation = (tuple(configuration["in"]), running)
        if situation in seen or process.final(configuration) is not None:
            continue
        seen.add(situation)
        if len(seen) > MAX_SITUATIONS:
            said = Text("流程与时限的组合过多", "process and clocks make too many situations")
            raise Problem("too_large", "too-many-situations", said)
        yield configuration, running
        ahead += _following(process, clocks, configuration, running)


def _following(
    process: Process, clocks: Sequence[Clock], configuration: Configuration, running: frozenset[str]
) -> Iterator[tuple[Configuration, frozenset[str]]]:
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
        yield after, _after(running - expired, clocks, milestones)


def _after(running: frozenset[str], clocks: Sequence[Clock], milestones: set[str]) -> frozenset[str]:
    """Clocks that run once `milestones` have happened; starting a clock outweighs stopping it."""
    starts = {c["id"] for c in clocks if milestones & {*c.get("starts_on", ()), *c.get("restarts_on", ())}}
    stops = {c["id"] for c in clocks if milestones.intersection(c.get("stops_on", ()))}
    return (running - stops) | frozenset(starts)
