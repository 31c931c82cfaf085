"""Decides which statecharts are allowed at all: the subset of the engine's language that is only data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.domain import statechart
from chalicelib.domain.definitions import escape
from chalicelib.domain.problems import Finding, Text

STATE_ID = re.compile(r"[a-z][a-z0-9_]{0,63}")
EVENT_ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
# Quoted only: the engine takes `In(x)` without quotes for a guard that is always true.
GUARD = re.compile(r"In\('([a-z][a-z0-9_]*)'\)")
# The engine calls attributes of such names by convention, and takes `done_state_x` for `done.state.x`.
_CONVENTIONS = ("on_", "before_", "after_", "prepare_", "done_state_", "done_invoke_", "error_")
_CHART_KEYS = frozenset({"states"})
_STATE_KEYS = frozenset({"states", "initial", "final", "parallel", "transitions"})
_TRANSITION_KEYS = frozenset({"event", "target", "cond"})


def findings(chart: Any) -> list[Finding]:
    """Everything in a chart that the subset has no room for. An empty list means: it can be compiled."""
    shape = list(_shape(chart, "/chart", _CHART_KEYS, _CHART_KEYS))
    if shape:
        return shape
    return [*_states(chart), *_levels(chart, "/chart"), *_transitions(chart)]


def _shape(
    body: Any, pointer: str, allowed: frozenset[str], needed: frozenset[str] = frozenset()
) -> Iterator[Finding]:
    if not isinstance(body, dict):
        yield Finding(pointer, "not-an-object", Text("这里应是一个对象", "an object is expected here"))
        return
    for key in sorted(body.keys() - allowed):
        yield _not_allowed(pointer, key)
    for key in sorted(needed - body.keys()):
        text = Text(f"缺少 {key}", f"{key} is missing")
        yield Finding(pointer, "member-missing", text, {"member": key})
    yield from _inner_states(body, pointer)
    yield from _inner_transitions(body, pointer)
    for flag in ("initial", "final", "parallel"):
        if not isinstance(body.get(flag, False), bool):
            yield Finding(
                f"{pointer}/{flag}", "not-a-boolean", Text("应为 true 或 false", "must be true or false")
            )


def _inner_states(body: Mapping[str, Any], pointer: str) -> Iterator[Finding]:
    inner = body.get("states", {})
    if not isinstance(inner, dict) or ("states" in body and not inner):
        text = Text("应至少有一个状态", "at least one state is expected")
        yield Finding(f"{pointer}/states", "states-malformed", text)
        return
    for name, state in inner.items():
        yield from _shape(state, f"{pointer}/states/{escape(name)}", _STATE_KEYS)


def _inner_transitions(body: Mapping[str, Any], pointer: str) -> Iterator[Finding]:
    rows = body.get("transitions", [])
    if not isinstance(rows, list):
        yield Finding(
            f"{pointer}/transitions", "transitions-malformed", Text("应为列表", "a list is expected")
        )
        return
    for index, row in enumerate(rows):
        yield from _transition_shape(row, f"{pointer}/transitions/{index}")


def _transition_shape(row: Any, pointer: str) -> Iterator[Finding]:
    if not isinstance(row, dict):
        yield Finding(pointer, "not-an-object", Text("这里应是一个对象", "an object is expected here"))
        return
    for key in sorted(row.keys() - _TRANSITION_KEYS):
        yield _not_allowed(pointer, key)
    if not isinstance(row.get("event"), str) or not row["event"].strip():
        text = Text(
            "流转必须由事件触发,不能自动发生", "a transition needs an event; eventless ones are refused"
        )
        yield Finding(pointer, "transition-without-event", text)
    elif not EVENT_ID.fullmatch(row["event"]):
        text = Text(
            f"事件名“{row['event']}”不合规:不能用通配符,也不能一次写多个",
            f"event {row['event']!r} is not one plain name: no wildcards, no lists",
        )
        yield Finding(f"{pointer}/event", "event-name-malformed", text, {"event": row["event"]})
    if not isinstance(row.get("target"), str):
        text = Text("流转必须指明目标状态", "a transition needs a target state")
        yield Finding(pointer, "transition-without-target", text)


def _not_allowed(pointer: str, key: str) -> Finding:
    text = Text(
        f"流程图中不允许使用 {key}:流程只含状态与流转,不含数据、脚本和调用",
        f"{key} is not allowed: a chart holds states and transitions, no data, code or calls",
    )
    return Finding(f"{pointer}/{escape(key)}", "not-in-subset", text, {"member": key})


def _states(chart: Mapping[str, Any]) -> Iterator[Finding]:
    nodes = list(statechart.nodes(chart))
    times = Counter(node.id for node in nodes)
    for node in nodes:
        if not STATE_ID.fullmatch(node.id):
            text = Text(f"状态名“{node.id}”不合规", f"state id {node.id!r} is malformed")
            yield Finding(node.pointer, "state-name-malformed", text, {"state": node.id})
        elif is_taken(node.id):
            yield _taken(node.pointer, node.id)
        if times[node.id] > 1:
            text = Text(f"状态“{node.id}”出现了不止一次", f"state {node.id!r} appears more than once")
            yield Finding(node.pointer, "state-twice", text, {"state": node.id})
        if node.final and node.children:
            text = Text("最终状态不能含有子状态", "a final state cannot hold states")
            yield Finding(node.pointer, "final-with-states", text, {"state": node.id})


def _levels(holder: Mapping[str, Any], pointer: str) -> Iterator[Finding]:
    inner = holder["states"]
    starts = [name for name, state in inner.items() if state.get("initial")]
    if not holder.get("parallel") and len(starts) != 1:
        # With none the engine takes the first it meets, and stored definitions have their keys sorted.
        text = Text("每一层必须有且只有一个初始状态", "each level needs exactly one initial state")
        yield Finding(f"{pointer}/states", "initial-not-one", text, {"initial": starts})
    for name, state in inner.items():
        if state.get("final") and state.get("transitions"):
            text = Text("最终状态不能再有流转", "a final state cannot have transitions")
            yield Finding(f"{pointer}/states/{name}", "final-with-transitions", text, {"state": name})
        if state.get("states"):
            yield from _levels(state, f"{pointer}/states/{name}")


def _transitions(chart: Mapping[str, Any]) -> Iterator[Finding]:
    bodies = list(statechart.walk(chart))
    known = {node.id for node, _ in bodies}
    events = {arrow.event for arrow in statechart.arrows(chart)}
    for node, body in bodies:
        for index, row in enumerate(body.get("transitions", ())):
            yield from _transition(row, f"{node.pointer}/transitions/{index}", known, events)


def _transition(row: Mapping[str, Any], pointer: str, known: set[str], events: set[str]) -> Iterator[Finding]:
    event, target = row["event"], row["target"]
    if target not in known:
        text = Text(f"目标状态“{target}”不存在", f"target state {target!r} does not exist")
        yield Finding(f"{pointer}/target", "target-unknown", text, {"target": target})
    if is_taken(event):
        yield _taken(f"{pointer}/event", event)
    longer = sorted(other for other in events if other.startswith(f"{event}."))
    if longer:
        # The engine matches by prefix (SCXML 3.12.1): `child` would answer `child.refused` too.
        text = Text(
            f"事件“{event}”会同时响应“{longer[0]}”", f"event {event!r} would also answer {longer[0]!r}"
        )
        yield Finding(f"{pointer}/event", "event-shadows", text, {"event": event, "shadowed": longer})
    if "cond" in row:
        yield from _guard(row["cond"], f"{pointer}/cond", known)


def _guard(cond: Any, pointer: str, known: set[str]) -> Iterator[Finding]:
    match = GUARD.fullmatch(cond) if isinstance(cond, str) else None
    if match is None:
        text = Text(
            "条件只能写成 In('状态');其他判断请写成规则,由规则给出要发送的事件",
            "a guard can only be In('state'); anything else is a rule that names the event to send",
        )
        yield Finding(pointer, "guard-not-in-state", text)
    elif match[1] not in known:
        text = Text(f"条件中的状态“{match[1]}”不存在", f"the guard names an unknown state {match[1]!r}")
        yield Finding(pointer, "guard-unknown-state", text, {"state": match[1]})


def is_taken(name: str) -> bool:
    """Whether the engine would take a state or event of this name for something of its own."""
    return name in statechart.taken_names() or name.startswith(_CONVENTIONS)


def _taken(pointer: str, name: str) -> Finding:
    text = Text(f"名称“{name}”已被流程引擎占用", f"the name {name!r} belongs to the process engine")
    return Finding(pointer, "name-taken", text, {"name": name})
