"""Decides whether an item's clocks can keep time: started and stopped by what happens, promising what can be kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.domain import waits
from chalicelib.domain.definitions import Definition, escape
from chalicelib.domain.problems import Finding, finding

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context

Clock = Mapping[str, Any]
# What the kernel itself makes happen, whatever the process is.
_KERNEL = frozenset(
    {
        "submitted", "deadline_passed", "deadline_approaching", "hold_ended", "signed", "account_hold_expired",
        "members_opened", "member_ended", "due_breached", "due_approaching",
        "document_served", "service_effective", "document_withdrawn",
        "result_published", "publicity_corrected", "publicity_withdrawn", "publicity_objected", "objection_answered",
    }
)  # fmt: skip


def milestones(item: Definition, process: Definition, _: Context) -> Iterator[Finding]:
    """A clock that waits for what never happens is never started, or never stops."""
    known = happening(process)
    for index, clock in enumerate(item.get("clocks", ())):
        for member in ("starts_on", "stops_on", "restarts_on"):
            for place, name in enumerate(clock.get(member, ())):
                if name not in known:
                    zh, en = f"流程中不会发生“{name}”", f"{name!r} never happens in this process"
                    yield finding(
                        f"/clocks/{index}/{member}/{place}", "milestone-unknown", zh, en, milestone=name
                    )


def happening(process: Definition) -> frozenset[str]:
    """Every milestone of the process: what is emitted, each state entered."""
    emitted = {one["emits"] for one in (*process["moves"].values(), *process.get("internal", {}).values())}
    return _KERNEL | emitted | {f"state:{state}" for state in process["states"]}


def expiries(item: Definition, process: Definition, _: Context) -> Iterator[Finding]:
    """A clock that fires an event which the process does not know would be overdue in silence."""
    known = set(process.get("internal", {}))
    for index, clock in enumerate(item.get("clocks", ())):
        event = clock.get("on_expiry")
        if event and event not in known:
            zh, en = f"流程没有声明内部事件 {event}", f"the process declares no internal event {event}"
            yield finding(f"/clocks/{index}/on_expiry", "expiry-event-unknown", zh, en, event=event)


def unclocked(item: Definition, process: Definition, _: Context) -> Iterator[Finding]:
    """States in which a case can wait while no clock runs."""
    breaches = frozenset(
        str(one["on_breach"]["event"]) for one in item.get("dues", ()) if "event" in one.get("on_breach", {})
    )
    for state in waits.unclocked(item.get("clocks", ()), process, breaches):
        zh = f"环节 {state} 等待期间没有任何时限在走"
        en = f"the case can wait in {state} while no clock runs"
        yield finding("/clocks", "wait-without-clock", zh, en, state=state)


def extensions(item: Definition, _: Context) -> Iterator[Finding]:
    """An extension that is longer than the law's bound, where the item declares one (行政许可法 §42: ten days)."""
    for index, clock in enumerate(item.get("clocks", ())):
        extension = clock.get("extension", {})
        if extension.get("budget", 0) > extension.get("at_most", extension.get("budget", 0)):
            bound = extension["at_most"]
            zh, en = f"延期超过法定上限 {bound}", f"the extension is longer than the law's bound of {bound}"
            yield finding(f"/clocks/{index}/extension/budget", "extension-too-long", zh, en, at_most=bound)


def holds(item: Definition, process: Definition, _: Context) -> Iterator[Finding]:
    """A hold blocks moves and pauses clocks that are there."""
    clocks = {clock["id"] for clock in item.get("clocks", ())}
    for index, hold in enumerate(item.get("holds", ())):
        for member, known in (("blocks", process["moves"].keys()), ("clocks", clocks)):
            for place, name in enumerate(hold.get(member, ())):
                if name not in known:
                    zh, en = f"没有名为“{name}”的操作或时限", f"{name!r} is nothing that could be held"
                    pointer = f"/holds/{index}/{member}/{place}"
                    yield finding(pointer, f"hold-{member}-unknown", zh, en, name=name)


def names(item: Definition, _: Context) -> Iterator[Finding]:
    """Clocks, holds and materials are told apart by their ids; rules for clocks and holds name ones that are there."""
    for member in ("clocks", "holds", "materials"):
        seen = set[str]()
        for index, one in enumerate(item.get(member, ())):
            if one["id"] in seen:
                zh, en = f"“{one['id']}”重复", f"{one['id']!r} is there twice"
                yield finding(f"/{member}/{index}/id", "id-twice", zh, en, id=one["id"])
            seen.add(one["id"])
    for member, of in (("limits", "clocks"), ("needs", "holds")):
        named = item.get("rules", {}).get(member, {})
        known = {one["id"] for one in item.get(of, ())}
        for name in sorted(named.keys() - known) if isinstance(named, Mapping) else ():
            zh, en = f"没有名为“{name}”的时限或特殊环节", f"no clock or special step is named {name!r}"
            yield finding(f"/rules/{member}/{escape(name)}", "rule-for-nothing", zh, en, name=name)


def ruled(item: Definition, _: Context) -> Iterator[Finding]:
    """A rule for a clock's limit that the clock itself does not name would never be asked."""
    named = item.get("rules", {}).get("limits", {})
    asked = {one["id"]: one.get("limit") for one in item.get("clocks", ())}
    for name, rule in named.items() if isinstance(named, Mapping) else ():
        if name in asked and asked[name] != f"rule:{rule}":
            zh = f"时限“{name}”没有声明 limit: rule:{rule}，该规则不会被使用"
            en = f"the clock {name!r} does not declare limit: rule:{rule}, so the rule would never be asked"
            params = {"clock": name, "rules": rule}
            yield finding(f"/rules/limits/{escape(name)}", "limit-rule-unused", zh, en, **params)


def by_index(clocks: Sequence[Clock], effect: str) -> list[tuple[int, Clock]]:
    return [(index, clock) for index, clock in enumerate(clocks) if clock.get("effect") == effect]
