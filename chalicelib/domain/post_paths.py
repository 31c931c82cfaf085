"""Decides what can become of a hold on an account: walks every way through a process, once held and once not."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping

from chalicelib.domain.definitions import Definition
from chalicelib.domain.exploration import Active, explored_of

Place = tuple[Active, bool]  # where the case is, and whether it holds
Step = tuple[Active, bool, str, frozenset[str], Active]


class Paths:
    """`when` says at which milestones it is held, settled, released, posted."""

    def __init__(self, process: Definition, when: Mapping[str, frozenset[str]]) -> None:
        self._when = when
        self._all = explored_of(process)
        self._emits = {
            name: str(one["emits"])
            for name, one in {**process.get("internal", {}), **process["moves"]}.items()
        }
        self._staying = {
            name: frozenset(one.get("in", ()))
            for name, one in {**process.get("internal", {}), **process["moves"]}.items()
            if one.get("stays")
        }
        self._steps = list(self._walk())

    def by_silence(self) -> set[str]:
        """Milestones of holds and entries that a time-out reaches."""
        takes = self._when["hold"] | self._when["entry"]
        timed = (met for _, _, event, met, _ in self._steps if event.startswith("timeout."))
        return {name for met in timed for name in met & takes}

    def settles(self) -> bool:
        return any(held and met & self._when["settle"] for _, held, _, met, _ in self._steps)

    def settles_by_deed(self) -> bool:
        """The same, by anything but a time-out."""
        settles = self._when["settle"]
        return any(
            held and met & settles
            for _, held, event, met, _ in self._steps
            if not event.startswith("timeout.")
        )

    def settled_unheld(self) -> set[str]:
        """Milestones of settling that are reached while nothing is held."""
        takes, settles = self._when["hold"], self._when["settle"]
        unheld = (met for _, held, _, met, _ in self._steps if not held and not met & takes)
        return {name for met in unheld for name in met & settles}

    def left_open(self) -> set[str]:
        """Ends that are reached while it is held."""
        ends = (
            (self._all.chart.ending(after), self._after(held, met)) for _, held, _, met, after in self._steps
        )
        return {end for end, held in ends if end is not None and held}

    def _after(self, held: bool, met: frozenset[str]) -> bool:
        """As `postings.book` does it: hold, then settle, then release."""
        held = held or bool(met & self._when["hold"])
        return held and not met & (self._when["settle"] | self._when["release"])

    def _walk(self) -> Iterator[Step]:
        initial = self._all.chart.initial()
        begun = frozenset({"submitted", *self._entered((), initial)})
        yield (), False, "", begun, initial
        start = (initial, self._after(False, begun))
        seen, ahead = {start}, deque([start])
        while ahead:
            active, held = ahead.popleft()
            for event, met, after in self._from(active):
                yield active, held, event, met, after
                place = (after, self._after(held, met))
                if place not in seen:
                    seen.add(place)
                    ahead.append(place)

    def _from(self, active: Active) -> Iterator[tuple[str, frozenset[str], Active]]:
        for event, after in self._all.steps.get(active, {}).items():
            yield event, frozenset({self._emits[event], *self._entered(active, after)}), after
        innermost = set(self._all.chart.atomic(active))
        if self._all.chart.ending(active) is None:
            for event, where in self._staying.items():
                if where & innermost:
                    yield event, frozenset({self._emits[event]}), active

    def _entered(self, before: Active, after: Active) -> Iterator[str]:
        was = set(self._all.chart.atomic(before)) if before else set()
        yield from (f"state:{one}" for one in self._all.chart.atomic(after) if one not in was)
