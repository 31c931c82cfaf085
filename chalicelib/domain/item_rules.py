"""Decides whether the rules of an item can answer what the item asks: in time, in the right words, of its process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chalicelib.domain.definitions import Definition, escape, of_kind
from chalicelib.domain.problems import Finding, finding
from chalicelib.domain.rule_results import outputs, results

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context


def versions(item: Definition, context: Context) -> Iterator[Finding]:
    """On the item's first day every rule that it names is already in force."""
    rules, start = of_kind("rules", context.world), item.get("effective_from")
    for reference in context.kinds.references(item):
        if reference.kind != "rules" or reference.id not in rules or start is None:
            continue
        first = min(version["effective_from"] for version in rules[reference.id]["versions"])
        if first > start:
            zh = f"规则 {reference.id} 自 {first} 才生效，事项自 {start} 起受理"
            en = f"rules {reference.id} begin on {first}, the item on {start}"
            params = {"rules": reference.id, "first": first, "start": start}
            yield finding(reference.pointer, "rule-begins-late", zh, en, **params)


def answers(item: Definition, context: Context) -> Iterator[Finding]:
    """The rule of a limit answers with a budget and a unit, that of a special step with whether it is needed."""
    rules = of_kind("rules", context.world)
    declared = item.get("rules", {})
    asked = {f"/rules/needs/{escape(name)}": (rule, {"needed"}) for name, rule in _named(declared, "needs")}
    asked |= {
        f"/rules/limits/{escape(n)}": (rule, {"budget", "unit"}) for n, rule in _named(declared, "limits")
    }
    for index, clock in enumerate(item.get("clocks", ())):
        if str(clock.get("limit", "")).startswith("rule:"):
            asked[f"/clocks/{index}/limit"] = (clock["limit"][5:], {"budget", "unit"})
    for pointer, (rule, wanted) in asked.items():
        lacking = sorted(wanted - outputs(rules[rule])) if rule in rules else []
        if lacking:
            zh = f"规则 {rule} 的结果中没有 {'、'.join(lacking)}"
            en = f"rules {rule} do not answer with {', '.join(lacking)}"
            yield finding(pointer, "rule-answer-missing", zh, en, rules=rule, lacking=lacking)


def _named(declared: Definition, member: str) -> Iterator[tuple[str, str]]:
    named = declared.get(member, {})
    yield from named.items() if isinstance(named, dict) else ()


def events(item: Definition, process: Definition, context: Context) -> Iterator[Finding]:
    """A rule asked in a state names events that the process knows: another would be dropped in silence."""
    rules, known = of_kind("rules", context.world), process.get("internal", {})
    for place, rule in item.get("rules", {}).items():
        if (
            not isinstance(rule, str)
            or rule not in rules
            or not (place == "intake" or place in process["states"])
        ):
            continue
        possible = results(rules[rule], str(item.get("effective_from", "")))
        named = {word for one in possible for word in str(one.get("event", "")).split()}
        for event in sorted(named - known.keys()):
            zh = f"规则 {rule} 给出的事件 {event}，流程没有声明"
            en = f"rules {rule} name the event {event}, which the process does not know"
            params = {"rules": rule, "event": event}
            yield finding(f"/rules/{escape(place)}", "rule-event-unknown", zh, en, **params)
