"""Decides which situations a process can come into, by asking its engine about every one of them."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from chalicelib.domain import canonical
from chalicelib.domain.statechart import Chart, chart_of

# The library's processes have under 30 configurations; the limits only stop a malicious draft.
MAX_CONFIGURATIONS = 1_000
MAX_COUNTED = 20_000

Active = tuple[str, ...]
Counted = tuple[Active, tuple[int, ...]]
Place = TypeVar("Place", bound=Hashable)


class Exploration:
    """The graph of all reachable configurations, and the questions that soundness asks of it."""

    def __init__(self, chart: Chart, definition: Mapping[str, Any]) -> None:
        self.chart = chart
        self.moves: Mapping[str, Any] = definition["moves"]
        self.internal: Mapping[str, Any] = definition.get("internal", {})
        self.declared = frozenset((*self.moves, *self.internal))
        self._events = sorted({arrow.event for arrow in chart.arrows} & self.declared)
        self.steps: dict[Active, dict[str, Active]] = {}
        seen = _reach([chart.initial()], lambda active: self._leads_to(active).values(), MAX_CONFIGURATIONS)
        self.is_too_large = len(seen) > MAX_CONFIGURATIONS

    def _leads_to(self, active: Active) -> dict[str, Active]:
        """Event → next configuration, for the events that change something here."""
        if active not in self.steps:
            answers = ((event, self.chart.step(active, event)) for event in self._events_of(active))
            self.steps[active] = {event: after for event, after in answers if after is not None}
        return self.steps[active]

    def _events_of(self, active: Active) -> list[str]:
        here = {arrow.event for arrow in self.chart.arrows if arrow.source in active}
        return [event for event in self._events if event in here]

    def atomic(self, configurations: Iterable[Active]) -> list[str]:
        """The innermost states of configurations, in document order."""
        found = {name for active in configurations for name in self.chart.atomic(active)}
        return [name for name in self.chart.nodes if name in found]

    def entered(self) -> set[str]:
        """States that some case enters, those included that it leaves within the same step (a region's end)."""
        rests = {name for active in self.steps for name in active}
        if rests == self.chart.nodes.keys():
            return rests
        return rests.union(
            *(self.chart.entered(active, event) for active, event, _ in self._edges(lambda _: True))
        )

    def cannot_end(self) -> set[Active]:
        """Configurations from which no final one can be reached."""
        after = {active: set(steps.values()) for active, steps in self.steps.items()}
        return _never_ending(after, lambda active: self.chart.ending(active) is not None)

    def cannot_end_when_used_up(self) -> set[Active] | None:
        """The same, counting how often each bounded move of a loop has been made; None when too many to count."""
        bounds = self._bounds_in_loops()
        names = tuple(bounds)

        def leads_to(place: Counted) -> list[Counted]:
            active, counts = place
            found = []
            for event, after in self.steps[active].items():
                if event not in bounds:
                    found.append((after, counts))
                elif counts[names.index(event)] < bounds[event]:
                    made = names.index(event)
                    found.append((after, (*counts[:made], counts[made] + 1, *counts[made + 1 :])))
            return found

        places = _reach([(self.chart.initial(), (0,) * len(names))], leads_to, MAX_COUNTED)
        if len(places) > MAX_COUNTED:
            return None
        after = {place: set(leads_to(place)) for place in places}
        stuck = _never_ending(after, lambda place: self.chart.ending(place[0]) is not None)
        return {active for active, _ in stuck}

    def _bounds_in_loops(self) -> dict[str, int]:
        loops = [edge for edge in self._edges(lambda _: True) if self._ring(edge[0]) == self._ring(edge[2])]
        return {e: self.moves[e]["at_most"] for _, e, _ in loops if "at_most" in self.moves.get(e, {})}

    @cached_property
    def _rings(self) -> dict[Active, int]:
        return _components({active: list(steps.values()) for active, steps in self.steps.items()})

    def _ring(self, active: Active) -> int:
        return self._rings[active]

    def _edges(self, keep: Callable[[str], bool]) -> Iterator[tuple[Active, str, Active]]:
        for active, steps in self.steps.items():
            yield from ((active, event, after) for event, after in steps.items() if keep(event))

    def endless_rounds(self) -> list[tuple[str, ...]]:
        """Loops of people's moves (and of rules, which answer at once) in which no move is bounded."""
        edges = list(self._edges(self._is_free))
        after: dict[Active, list[Active]] = {active: [] for active in self.steps}
        for source, _, target in edges:
            after[source].append(target)
        rings = _components(after)
        rounds: dict[int, set[str]] = {}
        for source, event, target in edges:
            if rings[source] == rings[target]:
                rounds.setdefault(rings[source], set()).add(event)
        return sorted(tuple(sorted(events)) for events in rounds.values())

    def _is_free(self, event: str) -> bool:
        """Nothing of the world has to pass before it can happen again: no clock, no other case or system."""
        if event in self.internal:
            return event.startswith("auto.")
        return not {"at_most", "bounded_by"} & self.moves[event].keys()

    def ends_round(self, move: str, timeout: str) -> bool:
        """Whether `timeout` is possible wherever `move` is, and leads to where the move does not come again."""
        places = [steps for steps in self.steps.values() if move in steps]
        if not places or not all(timeout in steps for steps in places):
            return False
        return not any(move in self.steps[seen] for steps in places for seen in self._after(steps[timeout]))

    def _after(self, start: Active) -> set[Active]:
        return _reach([start], lambda active: self.steps[active].values())


def explored_of(definition: Mapping[str, Any]) -> Exploration:
    """The exploration of a process whose chart is inside the subset, once for each content: every item asks."""
    return _explored(canonical.dumps(definition))


@lru_cache(maxsize=64)
def _explored(data: bytes) -> Exploration:
    definition = canonical.loads(data)
    return Exploration(chart_of(definition["chart"]), definition)


def _reach(
    starts: Iterable[Place], leads_to: Callable[[Place], Iterable[Place]], limit: int | None = None
) -> set[Place]:
    """Everything reachable; more than `limit` places mean that it gave up there."""
    seen = set(starts)
    waiting = deque(seen)
    while waiting:
        for after in leads_to(waiting.popleft()):
            if after not in seen:
                seen.add(after)
                waiting.append(after)
        if limit is not None and len(seen) > limit:
            break
    return seen


def _never_ending(after: Mapping[Place, set[Place]], is_end: Callable[[Place], bool]) -> set[Place]:
    before: defaultdict[Place, list[Place]] = defaultdict(list)
    for source, targets in after.items():
        for target in targets:
            before[target].append(source)
    can_end: set[Place] = _reach(filter(is_end, after), before.__getitem__)
    return set(after) - can_end


def _components(after: Mapping[Place, Iterable[Place]]) -> dict[Place, int]:
    """Strongly connected components; a place that is on no loop gets a component of its own."""
    reached = {place: _reach(after[place], lambda one: after[one]) for place in after}
    found: dict[Place, int] = {}
    for place in after:
        if place not in found:
            ring = [one for one in reached[place] if place in reached[one]] or [place]
            found.update(dict.fromkeys(ring, len(found)))
    return found
