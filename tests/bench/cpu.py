"""Measures two ways of doing the same in turn, in process CPU, so that noise falls on both alike."""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, NamedTuple

Work = Callable[[], object]


class Pair(NamedTuple):
    """Medians in microseconds of one call."""

    ours: float
    theirs: float

    @property
    def ratio(self) -> float:
        return self.theirs / self.ours

    def as_json(self) -> dict[str, float]:
        return {
            "us": round(self.ours, 2),
            "alternative_us": round(self.theirs, 1),
            "ratio": round(self.ratio, 1),
        }


def compare(ours: Work, theirs: Work, *, rounds: int = 15, milliseconds: float = 12) -> Pair:
    """Each round times both for about the same span; the medians over the rounds count."""
    calls = {work: _calls(work, milliseconds) for work in (ours, theirs)}
    taken: dict[Work, list[float]] = {ours: [], theirs: []}
    for _ in range(rounds):
        for work, several in calls.items():
            taken[work].append(_microseconds(work, several))
    return Pair(statistics.median(taken[ours]), statistics.median(taken[theirs]))


def alone(work: Work, *, rounds: int = 15, milliseconds: float = 12) -> float:
    """The median in microseconds of one way by itself: what a floor takes."""
    several = _calls(work, milliseconds)
    return statistics.median(_microseconds(work, several) for _ in range(rounds))


def versions(*packages: str) -> dict[str, Any]:
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}


def _calls(work: Work, milliseconds: float) -> int:
    work()
    return max(1, int(milliseconds * 1_000 / max(_microseconds(work, 5), 0.05)))


def _microseconds(work: Work, calls: int) -> float:
    repeat = range(calls)
    before = time.process_time_ns()
    for _ in repeat:
        work()
    return (time.process_time_ns() - before) / calls / 1_000
