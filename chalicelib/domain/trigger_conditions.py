"""Decides whether what a trigger asks for beside its event or query holds: values, and what a rule answers.

What is not known holds in no case, and says so: a condition is true, false, or None where nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from chalicelib.domain import triggers
from chalicelib.domain.definitions import Definition, escape, of_kind
from chalicelib.domain.facts import PinnedFact
from chalicelib.domain.problems import Finding, Problem, finding

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context


def values_hold(trigger: Definition, source: triggers.Sayer) -> bool | None:
    """Whether every value is one that is listed; one that is certain to be none decides, whatever is unknown."""
    verdict: bool | None = True
    for named, filter_ in trigger.get("when", {}).get("values", {}).items():
        value = triggers.value_of(named, source)
        if value is None:
            verdict = None
        elif not triggers.admits(filter_, value):
            return False
    return verdict


def rule_holds(
    trigger: Definition, rule: Definition, pins: Mapping[str, PinnedFact], on: date
) -> bool | None:
    """Whether the rule answers with what is asked for; None where a fact is unknown or no row fits."""
    from chalicelib.domain import rules

    try:
        decided = rules.decide(rule, pins, on)
    except Problem:  # a fact that may not be unknown, or no version in force
        return None
    if decided.result is None:
        return None
    wanted: Mapping[str, Any] = trigger["when"]["is"]
    return all(_same(decided.result.get(name), value) for name, value in wanted.items())


def findings(trigger: Definition, context: Context) -> Iterator[Finding]:
    """The values have a source, the rule answers with what is asked for and can know its facts."""
    when = trigger.get("when", {})
    sources = triggers.sources_of(trigger)
    for named in when.get("values", {}):
        source, name = triggers.is_source(named) or ("", named)
        known = {**triggers.KNOWN, **triggers.KNOWN_OF_ROWS}.get(source)
        if source not in sources or (known is not None and name not in known):
            zh, en = f"没有“{named}”这个取值", f"there is no value {named}"
            yield finding(f"/when/values/{escape(named)}", "value-unknown", zh, en, value=named)
    rule = of_kind("rules", context.world).get(str(when.get("rule")))
    if rule is not None:
        yield from _answers(when["is"], rule)
        yield from _knowable(trigger, rule, context)


def _answers(wanted: Iterable[str], rule: Definition) -> Iterator[Finding]:
    from chalicelib.domain.rule_results import outputs

    for name in sorted(set(wanted) - outputs(rule)):
        zh, en = f"规则 {rule['id']} 的结果中没有 {name}", f"rules {rule['id']} do not answer with {name}"
        yield finding(
            f"/when/is/{escape(name)}", "rule-answer-missing", zh, en, rules=rule["id"], answer=name
        )


def _knowable(trigger: Definition, rule: Definition, context: Context) -> Iterator[Finding]:
    """What the rule's facts read of a record is a field of it: else nothing would ever be done, and nobody notice."""
    named = triggers.register_of(trigger)
    if named is None:
        return
    from chalicelib.domain.forms_schema import Places
    from chalicelib.domain.schema_places import field_at

    register = of_kind("registers", context.world).get(named)
    declared = of_kind("facts", context.world)
    places = Places(register["schema"], context.kinds.shared) if register else None
    for fact in rule["facts"]:
        field = _field(declared.get(fact, {}).get("source", {}))
        if places is not None and field is not None and not field_at(places, field):
            zh, en = (
                f"事实 {fact} 读取的 {field} 不是登记簿的栏目",
                f"fact {fact} reads {field}, which no record has",
            )
            yield finding("/when/rule", "fact-never-known", zh, en, fact=fact, field=field)


def _field(source: Mapping[str, Any]) -> str | None:
    """The field of the form by which a fact is known, itself or as the key of a record; None where it needs none."""
    if "form" in source:
        return str(source["form"])
    kind, _, pointer = str(source.get("record", {}).get("key", "")).partition(":")
    return pointer if kind == "form" else None


def _same(found: Any, wanted: Any) -> bool:
    return type(found) is type(wanted) and bool(found == wanted)
