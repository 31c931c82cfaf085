"""Decides where an event leads in a statechart: the only module that knows python-statemachine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any

from chalicelib.domain import canonical


@dataclass(frozen=True, slots=True)
class Node:
    """One state of the chart, in document order."""

    id: str
    pointer: str
    parent: str | None
    children: tuple[str, ...]
    final: bool
    parallel: bool


@dataclass(frozen=True, slots=True)
class Arrow:
    """One transition of the chart."""

    source: str
    event: str
    target: str
    pointer: str


class Chart:
    """A compiled chart. Pure: the same configuration and event always lead to the same configuration.

    Document order decides conflicts between regions, and stored definitions have their keys sorted; so the
    order is always the sorted one, and the same digest always means the same behaviour.
    """

    def __init__(self, chart: Mapping[str, Any]) -> None:
        data = canonical.dumps(chart)
        ordered = canonical.loads(data)
        self.nodes = {node.id: node for node in nodes(ordered)}
        self.arrows = tuple(arrows(ordered))
        self._machine = _compile(data.decode())
        # Without data, history or code an answer depends on nothing else, so each is asked once.
        self._steps: dict[tuple[tuple[str, ...], str], tuple[str, ...] | None] = {}

    def initial(self) -> tuple[str, ...]:
        return self._first

    @cached_property
    def _first(self) -> tuple[str, ...]:
        return self.ordered(self._machine().configuration_values)

    def step(self, active: tuple[str, ...], event: str) -> tuple[str, ...] | None:
        """The next configuration, or None when the event changes nothing (the engine itself keeps silent)."""
        key = (active, event)
        if key not in self._steps:
            self._steps[key] = self.run(active, event) if self._is_heard(active, event) else None
        return self._steps[key]

    def _is_heard(self, active: tuple[str, ...], event: str) -> bool:
        """Whether an active state has a transition for it (by prefix, as the engine matches): without one nothing can

        change, and to ask the engine is to start a machine.
        """
        return any(
            arrow.source in active and f"{event}.".startswith(f"{arrow.event}.") for arrow in self.arrows
        )

    def run(self, active: tuple[str, ...], event: str) -> tuple[str, ...] | None:
        """`step` by a fresh machine: restore, send, compare."""
        machine = self._restored(active)
        machine.send(event)
        after = self.ordered(machine.configuration_values)
        return None if after == active else after

    def entered(self, active: tuple[str, ...], event: str) -> set[str]:
        """Every state that is entered on the way, also those left again at once."""
        seen = _Seen()
        self._restored(active, seen).send(event)
        return seen.states

    def _restored(self, active: tuple[str, ...], *listeners: object) -> Any:
        from statemachine.orderedset import OrderedSet

        held = _Held()
        held.state = OrderedSet(active)  # a list, or a built-in set, is restored as something else
        return self._machine(model=held, listeners=list(listeners))

    def atomic(self, active: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in active if not self.nodes[name].children)

    def ending(self, active: tuple[str, ...]) -> str | None:
        """The final state of the whole chart that is active, if the process has ended."""
        tops = (self.nodes[name] for name in active if self.nodes[name].parent is None)
        return next((node.id for node in tops if node.final), None)

    def ordered(self, values: Any) -> tuple[str, ...]:
        now = set(values)
        return tuple(name for name in self.nodes if name in now)

    def is_legal(self, active: tuple[str, ...]) -> bool:
        """Whether this is one whole configuration: the engine restores half of one without a word."""
        now = set(active)
        if not now <= self.nodes.keys() or len(now) != len(active):
            return False
        if sum(self.nodes[name].parent is None for name in now) != 1:
            return False
        return all(self._is_whole(self.nodes[name], now) for name in now)

    def _is_whole(self, node: Node, now: set[str]) -> bool:
        inside = sum(child in now for child in node.children)
        wanted = len(node.children) if node.parallel else min(1, len(node.children))
        return inside == wanted and (node.parent is None or node.parent in now)


def chart_of(chart: Mapping[str, Any]) -> Chart:
    """The chart, compiled once for each content: whoever asks anew meets the answers that others got."""
    return _charts(canonical.dumps(chart))


@lru_cache(maxsize=128)
def _charts(data: bytes) -> Chart:
    return Chart(canonical.loads(data))


class _Held:
    """The model in which the engine keeps its configuration."""

    state: Any = None


class _Seen:
    """A listener of the engine that writes down which states it enters."""

    def __init__(self) -> None:
        self.states: set[str] = set()

    def on_enter_state(self, state: Any) -> None:
        self.states.add(state.id)


def _compile(text: str) -> Any:
    """The machine's class, loaded untrusted. One name for all: the engine keeps classes by name for ever."""
    from statemachine.io import load

    return load(text, format="json", trusted=False, name="Process")


@cache
def taken_names() -> frozenset[str]:
    """Attributes of the engine's machines: a state or event of such a name would replace the engine's own."""
    blank = _compile('{"states": {"blank": {"initial": true, "final": true}}}')()
    return frozenset(dir(blank)) - {"blank"}


def nodes(chart: Mapping[str, Any]) -> Iterator[Node]:
    """All states, parents before children."""
    return (node for node, _ in walk(chart))


def arrows(chart: Mapping[str, Any]) -> Iterator[Arrow]:
    """All transitions, state by state."""
    for node, body in walk(chart):
        for index, one in enumerate(body.get("transitions", ())):
            yield Arrow(node.id, one["event"], one["target"], f"{node.pointer}/transitions/{index}")


def walk(
    holder: Mapping[str, Any], pointer: str = "/chart", parent: str | None = None
) -> Iterator[tuple[Node, Mapping[str, Any]]]:
    """Every state with its body. `holder` is the chart, or a state with states of its own."""
    for name, body in holder.get("states", {}).items():
        here = f"{pointer}/states/{name}"
        final, parallel = bool(body.get("final")), bool(body.get("parallel"))
        yield Node(name, here, parent, tuple(body.get("states", ())), final, parallel), body
        yield from walk(body, here, name)
