"""Decides whether a process is sound: all can be reached, ended, done by somebody, and nothing spins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from chalicelib.domain import overlay, subset
from chalicelib.domain.definitions import escape
from chalicelib.domain.exploration import Exploration, explored_of
from chalicelib.domain.problems import Finding, Text

_TOO_MANY = Finding(
    "/chart",
    "too-many-configurations",
    Text("状态组合过多,无法逐一检查", "too many configurations to check them all"),
)
Check = Callable[[Exploration], Iterator[Finding]]


def findings(definition: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with a process beyond its meta-schema; an empty list means that it is sound.

    Exact: every configuration that declared events can reach is visited with the engine itself.
    """
    found = subset.findings(definition.get("chart")) or overlay.shape(definition)
    if found:
        return found
    explored = explored_of(definition)
    found = overlay.findings(definition, explored.chart)
    if explored.is_too_large:
        return [*found, _TOO_MANY]
    return [*found, *(finding for check in CHECKS for finding in check(explored))]


def _unreachable(explored: Exploration) -> Iterator[Finding]:
    seen = explored.entered()
    for node in explored.chart.nodes.values():
        if node.id not in seen:
            text = Text(f"状态“{node.id}”永远到不了", f"state {node.id!r} can never be reached")
            yield Finding(node.pointer, "state-unreachable", text, {"state": node.id})


def _dead_ends(explored: Exploration) -> Iterator[Finding]:
    """States from which no final state can be reached."""
    for name in explored.atomic(explored.cannot_end()):
        text = Text(
            f"“{name}”是死路:从此到不了任何最终状态", f"{name!r} is a dead end: no final state follows"
        )
        yield Finding(explored.chart.nodes[name].pointer, "dead-end", text, {"state": name})


def _exhausted(explored: Exploration) -> Iterator[Finding]:
    """States that can be left while moves last, and not once those with `at_most` are used up."""
    stuck = explored.cannot_end_when_used_up()
    if stuck is None:
        yield _TOO_MANY
        return
    for name in explored.atomic(stuck - explored.cannot_end()):
        text = Text(
            f"次数用完后“{name}”将无路可走",
            f"once the moves with at_most are used up, {name!r} cannot be left",
        )
        yield Finding(explored.chart.nodes[name].pointer, "stuck-when-used-up", text, {"state": name})


def _without_effect(explored: Exploration) -> Iterator[Finding]:
    """Events with a transition that change nothing anywhere: a move like that is declared to stay."""
    working = {event for steps in explored.steps.values() for event in steps}
    for arrow in explored.chart.arrows:
        if arrow.event in explored.declared and arrow.event not in working:
            text = Text(
                f"事件“{arrow.event}”在任何可达状态下都不起作用",
                f"event {arrow.event!r} never changes anything",
            )
            yield Finding(arrow.pointer, "event-without-effect", text, {"event": arrow.event})


def _loops(explored: Exploration) -> Iterator[Finding]:
    """Rounds that people (or rules, at once) could go for ever: no `at_most`, and no clock that ends them."""
    for moves in explored.endless_rounds():
        section = "moves" if moves[0] in explored.moves else "internal"
        text = Text(
            f"可以无限循环:{'→'.join(moves)};请给其中一步加上次数上限",
            f"an endless loop: {' → '.join(moves)}; give one of them an at_most",
        )
        pointer = f"/{section}/{escape(moves[0])}"
        yield Finding(pointer, "loop-without-at-most", text, {"moves": list(moves)})


def _clocks_that_end_loops(explored: Exploration) -> Iterator[Finding]:
    """A move bounded by a clock: the time-out is possible wherever the move is, and leads out for good."""
    for name, body in explored.moves.items():
        if "bounded_by" in body and not explored.ends_round(name, body["bounded_by"]):
            text = Text(
                f"“{body['bounded_by']}”并不能结束包含“{name}”的循环",
                f"{body['bounded_by']!r} does not end the rounds that {name!r} goes",
            )
            yield Finding(f"/moves/{name}/bounded_by", "bounded-by-no-clock", text, {"move": name})


CHECKS: tuple[Check, ...] = (
    _unreachable,
    _dead_ends,
    _exhausted,
    _without_effect,
    _loops,
    _clocks_that_end_loops,
)
