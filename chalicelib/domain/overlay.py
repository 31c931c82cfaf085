"""Decides whether what is laid over a chart fits it: events declared, moves somebody's, states named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.domain import subset
from chalicelib.domain.definitions import escape
from chalicelib.domain.problems import Finding, Text
from chalicelib.domain.process import ENGINE_ONLY, RESERVED
from chalicelib.domain.special_steps import DERIVED
from chalicelib.domain.statechart import Chart

# The engine matches by prefix: a move called `done` would answer to every `done.state.x` it makes itself.
_RESERVED_ROOTS = frozenset(prefix.rstrip(".") for prefix in RESERVED)
_DONE_STATE = "done.state."


def shape(definition: Mapping[str, Any]) -> list[Finding]:
    """Whether the overlay is made of objects at all; the meta-schema says the rest."""
    found = []
    for section in ("moves", "internal", "states"):
        bodies = definition.get(section, {} if section == "internal" else None)
        if not isinstance(bodies, dict) or not all(isinstance(body, dict) for body in bodies.values()):
            text = Text(f"{section} 应是由对象组成的对象", f"{section} must be an object of objects")
            found.append(Finding(f"/{section}", "overlay-malformed", text))
    return found


def findings(definition: Mapping[str, Any], chart: Chart) -> list[Finding]:
    """Every place where moves, internal events or states do not fit the chart."""
    events = {arrow.event for arrow in chart.arrows}
    found: list[Finding] = []
    for name, body in definition["moves"].items():
        pointer = f"/moves/{escape(name)}"
        found += [
            *_move(name, body, pointer, definition["moves"]),
            *_reach(name, body, pointer, chart, events),
        ]
    for name, body in definition.get("internal", {}).items():
        pointer = f"/internal/{escape(name)}"
        found += [*_internal(name, pointer), *_reach(name, body, pointer, chart, events)]
    return [*found, *_undeclared(definition, chart), *_stages(definition["states"], chart)]


def _move(name: str, body: Mapping[str, Any], pointer: str, moves: Mapping[str, Any]) -> Iterator[Finding]:
    if name.partition(".")[0] in _RESERVED_ROOTS or name.startswith(DERIVED):
        text = Text(
            f"“{name}”留给内部事件,或由事项声明的特殊环节和延期产生",
            f"{name!r} is reserved: for internal events, or for what special steps and extensions of items make",
        )
        yield Finding(pointer, "move-name-reserved", text, {"move": name})
    elif not subset.STATE_ID.fullmatch(name):
        text = Text(f"操作名“{name}”不合规", f"move name {name!r} is malformed")
        yield Finding(pointer, "move-name-malformed", text, {"move": name})
    elif subset.is_taken(name):
        text = Text(f"名称“{name}”已被流程引擎占用", f"the name {name!r} belongs to the process engine")
        yield Finding(pointer, "name-taken", text, {"name": name})
    if not body.get("by"):
        text = Text(f"没有人可以“{name}”:请写明 by", f"nobody may make the move {name!r}: say `by`")
        yield Finding(f"{pointer}/by", "nobody-may-move", text, {"move": name})
    for other in body.get("distinct_from", ()):
        if other not in moves:
            text = Text(f"“{other}”不是本流程的操作", f"{other!r} is no move of this process")
            yield Finding(f"{pointer}/distinct_from", "distinct-from-unknown", text, {"move": other})


def _internal(name: str, pointer: str) -> Iterator[Finding]:
    if name.startswith(ENGINE_ONLY) or not name.startswith(RESERVED) or not subset.EVENT_ID.fullmatch(name):
        text = Text(
            f"内部事件“{name}”须以 timeout. child. external. auto. 之一开头",
            f"internal event {name!r} must begin with timeout., child., external. or auto.",
        )
        yield Finding(pointer, "internal-name-malformed", text, {"event": name})


def _reach(
    name: str, body: Mapping[str, Any], pointer: str, chart: Chart, events: set[str]
) -> Iterator[Finding]:
    """An event moves the chart, or says that it stays and where."""
    if not body.get("stays"):
        if name not in events:
            text = Text(f"流程图中没有“{name}”的流转", f"the chart has no transition for {name!r}")
            yield Finding(pointer, "event-without-transition", text, {"event": name})
        return
    if name in events:
        text = Text(
            f"“{name}”声明为不改变状态,却有流转", f"{name!r} is declared to stay and has a transition"
        )
        yield Finding(f"{pointer}/stays", "stays-with-transition", text, {"event": name})
    unknown = [state for state in body.get("in", ()) if state not in chart.nodes or chart.nodes[state].final]
    if unknown or not body.get("in"):
        text = Text(f"请写明“{name}”可在哪些状态进行", f"say in which open states {name!r} is possible")
        yield Finding(f"{pointer}/in", "stays-nowhere", text, {"event": name, "unknown": unknown})


def _undeclared(definition: Mapping[str, Any], chart: Chart) -> Iterator[Finding]:
    declared = {*definition["moves"], *definition.get("internal", {})}
    for arrow in chart.arrows:
        made = arrow.event.removeprefix(_DONE_STATE)
        ends = made != arrow.event and made in chart.nodes and bool(chart.nodes[made].children)
        if arrow.event not in declared and not ends:
            text = Text(
                f"事件“{arrow.event}”无人发送:既不是操作,也不是内部事件",
                f"nobody sends {arrow.event!r}: it is neither a move nor an internal event",
            )
            yield Finding(f"{arrow.pointer}/event", "event-undeclared", text, {"event": arrow.event})


def _stages(states: Mapping[str, Any], chart: Chart) -> Iterator[Finding]:
    for node in chart.nodes.values():
        body = states.get(node.id, {})
        pointer = f"/states/{node.id}"
        if not body.get("title"):
            text = Text(f"状态“{node.id}”没有名称", f"state {node.id!r} has no title")
            yield Finding(pointer, "state-without-title", text, {"state": node.id})
        ends = node.final and node.parent is None
        if bool(body.get("final")) != ends:
            text = Text(
                f"状态“{node.id}”是否最终状态,前后不一致", f"state {node.id!r}: `final` contradicts the chart"
            )
            yield Finding(f"{pointer}/final", "final-contradicts", text, {"state": node.id})
        if not (node.children or node.final or body.get("waits_for")):
            text = Text(f"状态“{node.id}”没有写明在等谁", f"state {node.id!r} does not say whom it waits for")
            yield Finding(f"{pointer}/waits_for", "state-waits-for-nobody", text, {"state": node.id})
    for name in states.keys() - chart.nodes.keys():
        text = Text(f"流程图中没有状态“{name}”", f"the chart has no state {name!r}")
        yield Finding(f"/states/{escape(name)}", "state-unknown", text, {"state": name})
