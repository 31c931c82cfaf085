"""Decides what an item of the mode `answer` says to a form: by its rule, on a day, with its sums; nothing is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from chalicelib.domain import facts, filing, rules
from chalicelib.domain.definitions import Bundle, Definition
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.readings import ABSENT, read

RULE = "answer"  # the rule of the item that answers
Values = Mapping[str, int | None]


def answer(bundle: Bundle, form: Mapping[str, Any], on: date, at: int) -> dict[str, Any]:
    """`{"result", "labels", "manual", "code", "unknown", "ask", "trace", "source", "sums"}` as of `on`.

    `result` and the values of `sums` are None where the rule cannot say. Raises `item-answers-nothing`, `form-invalid`,
    `no-version-in-force`, `fact-unknown`.
    """
    item = bundle.item
    if item["mode"] != "answer":
        said = Text("该事项不是问答测算类", "this item gives no answers")
        raise Problem("conflict", "item-answers-nothing", said, extra={"mode": item["mode"]})
    filing.check_form(bundle, form)
    pins = facts.pin_all(bundle.facts.values(), form, {}, at)
    rule = bundle.rules[item["rules"][RULE]]
    decision = rules.decide(rule, pins, on)
    return {
        "result": decision.result,
        "labels": _labels(rule, decision.result or {}),
        "manual": decision.manual,
        "code": decision.code,
        "unknown": list(decision.unknown),
        "ask": list(decision.ask),
        "trace": decision.trace,
        "source": rules.in_force(rule, on).get("source"),
        "sums": _sums(item, form, decision.result),
    }


def _labels(rule: Definition, result: Mapping[str, Any]) -> dict[str, Any]:
    """What the coded values of a result are called, in both languages."""
    shapes = rule["result"].get("properties", {})
    coded = {name: value for name, value in result.items() if isinstance(value, str)}
    said = {name: shapes.get(name, {}).get("x-labels", {}).get(value) for name, value in coded.items()}
    return {name: label for name, label in said.items() if label}


def _sums(
    item: Definition, form: Mapping[str, Any], result: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """Every sum that the item declares, in order: a later one may be of an earlier one."""
    values: dict[str, int | None] = {}
    for one in item.get("sums", ()):
        values[one["id"]] = None if result is None else _sum(one, form, result, values)
    return [
        {"id": one["id"], "title": one["title"], "unit": one.get("unit"), "value": values[one["id"]]}
        for one in item.get("sums", ())
    ]


def _sum(
    declared: Definition, form: Mapping[str, Any], result: Mapping[str, Any], known: Values
) -> int | None:
    """Products added up, those of `minus` taken away; whole, a half rounded away from nothing (四舍五入)."""
    total = 0
    for term in declared["terms"]:
        product = _product(_value(one, form, result, known) for one in term["of"])
        if product is None:
            return None
        total += -product if term.get("minus") else product
    per = int(declared.get("per", 1))
    whole = (abs(total) * 2 + per) // (2 * per)
    return -whole if total < 0 else whole


def _product(values: Iterable[int | None]) -> int | None:
    product = 1
    for value in values:
        if value is None:
            return None
        product *= value
    return product


def _value(said: Any, form: Mapping[str, Any], result: Mapping[str, Any], known: Values) -> int | None:
    """A number, or where it stands: `form:/pointer`, `result:<output>`, `sum:<id>`. What the form leaves out is 0."""
    if isinstance(said, int):
        return said
    source, _, name = str(said).partition(":")
    if source == "sum":
        return known.get(name)
    value = read(form, name) if source == "form" else result.get(name)
    if value is ABSENT:
        return 0
    return value if isinstance(value, int) and not isinstance(value, bool) else None
