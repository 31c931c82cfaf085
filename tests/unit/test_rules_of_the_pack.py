"""The sample tables, read again by hand: what each should say, written without looking at how tables are evaluated."""

from __future__ import annotations

import random  # noqa: TID251 - with a fixed seed; the ban protects the domain
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest

from chalicelib.domain import canonical, rules
from tests import (
    rules_by_hand_answers,
    rules_by_hand_benchmark,
    rules_by_hand_lenient,
    rules_by_hand_lists,
    rules_by_hand_pack,
    rules_by_hand_people,
    rules_by_hand_property,
    rules_by_hand_published,
    rules_by_hand_utilities,
    rules_by_hand_ways,
)

SCHEMAS = Path(__file__).parents[2] / "schemas"
META = orjson.loads((SCHEMAS / "meta/rules.schema.json").read_bytes())
PACK = {
    one["id"]: one
    for one in (orjson.loads(path.read_bytes()) for path in (SCHEMAS / "rules").rglob("*.json"))
}
FACTS = {
    one["id"]: one
    for one in (orjson.loads(path.read_bytes()) for path in (SCHEMAS / "facts").rglob("*.json"))
}

Facts = dict[str, Any]
Answer = tuple[str, dict[str, Any]]  # the row, the result


def deregistration_intake(f: Facts, _on: date) -> Answer:
    def manual(row: str, reason: str) -> Answer:
        return row, {"event": None, "reason": reason}

    if f["enterprise-status"] in ("revoked", "deregistered"):
        return manual("not-registered", "not-registered")
    if f["debts-outstanding"]:
        return manual("debts", "debts-outstanding")
    if f["abnormal-list"]:
        return manual("abnormal", "abnormal-list")
    if f["serious-illegal-list"]:
        return manual("serious", "serious-illegal-list")
    return "all-clear", {"event": "auto.accept_instant auto.grant auto.serve", "reason": "all-clear"}


def deregistration_limit(f: Facts, on: date) -> Answer:
    if on < date(2022, 1, 1):
        return "any", {"budget": 22, "unit": "working_day"}
    if f["debts-outstanding"] == 0 and not (f["abnormal-list"] or f["serious-illegal-list"]):
        return "instant", {"budget": 1, "unit": "office_hour"}
    return "ordinary", {"budget": 10, "unit": "working_day"}


def establishment_intake(f: Facts, _on: date) -> Answer:
    if f["name-conflicts"]:
        return "name-conflict", {"event": None, "reason": "name-conflict"}
    if not f["business-items-count"]:
        return "no-scope", {"event": None, "reason": "no-scope"}
    if f["premises-kind"] not in ("owned", "rented", "cluster"):
        return "premises", {"event": None, "reason": "premises"}
    if f["capital-amount"] >= 100_000_000 * 100:
        return "large-capital", {"event": None, "reason": "large-capital"}
    return "standard", {"event": "auto.accept_instant auto.grant auto.serve", "reason": "standard"}


def establishment_limit(f: Facts, _on: date) -> Answer:
    if f["premises-kind"] not in ("owned", "rented", "cluster"):
        return "premises", {"budget": 3, "unit": "working_day"}
    if f["capital-amount"] >= 100_000_000 * 100:
        return "large-capital", {"budget": 3, "unit": "working_day"}
    return "standard", {"budget": 4, "unit": "office_hour"}


def food_inspection_need(f: Facts, _on: date) -> Answer:
    category = f["food-category"]
    if category == "pre-packaged":
        if f["abnormal-list"]:
            return "pre-packaged-abnormal", {"needed": True, "risk": "medium"}
        return "pre-packaged", {"needed": False, "risk": "low"}
    if category in ("bulk", "catering"):
        return "medium", {"needed": True, "risk": "medium"}
    return "high", {"needed": True, "risk": "high"}


def food_licence_limit(f: Facts, _on: date) -> Answer:
    budget = {"pre-packaged": 1, "bulk": 8, "catering": 8}.get(f["food-category"], 10)
    return {1: "pre-packaged", 8: "medium", 10: "high"}[budget], {"budget": budget, "unit": "working_day"}


BY_HAND: dict[str, Callable[[Facts, date], Answer]] = {
    "deregistration-intake": deregistration_intake,
    "deregistration-limit": deregistration_limit,
    "establishment-intake": establishment_intake,
    "establishment-limit": establishment_limit,
    "food-inspection-need": food_inspection_need,
    "food-licence-limit": food_licence_limit,
    **rules_by_hand_answers.BY_HAND,
    **rules_by_hand_benchmark.BY_HAND,
    **rules_by_hand_lenient.BY_HAND,
    **rules_by_hand_lists.BY_HAND,
    **rules_by_hand_pack.BY_HAND,
    **rules_by_hand_people.BY_HAND,
    **rules_by_hand_property.BY_HAND,
    **rules_by_hand_published.BY_HAND,
    **rules_by_hand_utilities.BY_HAND,
    **rules_by_hand_ways.BY_HAND,
}
LIKELY = {
    **rules_by_hand_people.LIKELY,
    **rules_by_hand_lists.LIKELY,
    **rules_by_hand_answers.LIKELY,
    **rules_by_hand_benchmark.LIKELY,
    **rules_by_hand_pack.LIKELY,
    **rules_by_hand_ways.LIKELY,
    **rules_by_hand_published.LIKELY,
}
FORMER = {"deregistration-limit", *rules_by_hand_property.LIMITS}  # have a version from before 2022
LENIENT, BENCHMARK = "lenient-supervision", "food-penalty-benchmark"


def any_value(fact: str, chance: random.Random) -> Any:
    declaration = FACTS[fact]
    if declaration["type"] == "boolean":
        return chance.random() < 0.5
    if declaration["type"] == "money":
        return chance.choice(
            [0, 500_000, 500_001, 9_999_999_999, 10_000_000_000, 10_000_000_001, chance.randrange(10**12)]
        )
    if declaration["type"] == "integer":
        low, high = declaration.get("minimum", 0), declaration.get("maximum", 10**6)
        likely = LIKELY.get(fact, [low, low, low + 1])
        return chance.choice([*likely, chance.randint(low, high)])
    return chance.choice(declaration.get("values", ["owned", "rented", "cluster", "dwelling", "摊位"]))


def latest_version(name: str) -> date:
    """The day from which the last version holds that is declared, or the golden day if that is later."""
    first = max(version["effective_from"] for version in PACK[name]["versions"])
    return max(date(2026, 3, 2), date.fromisoformat(first))


def first_version(name: str) -> date:
    return date.fromisoformat(min(version["effective_from"] for version in PACK[name]["versions"]))


@pytest.mark.parametrize("name", sorted(PACK))
def test_a_reading_by_hand_agrees_with_the_engine_on_a_thousand_inputs_and_names_the_row(name: str) -> None:
    chance = random.Random(20260302)
    rows = set()
    for _ in range(1000):
        on = date(2026, 3, 2) if "food" in name or chance.random() < 0.5 else date(2022, 1, 1)
        on = date(2021, 12, 31) if name in FORMER and chance.random() < 0.3 else on
        on = latest_version(name) if chance.random() < 0.5 else on
        on = date(2021, 7, chance.choice((14, 15))) if name == LENIENT and chance.random() < 0.5 else on
        on = chance.choice(rules_by_hand_benchmark.EDGES) if name == BENCHMARK else on
        on = max(on, first_version(name))
        facts = {fact: any_value(fact, chance) for fact in PACK[name]["facts"]}
        row, result = BY_HAND[name](facts, on)
        decision = rules.trial(PACK[name], facts, on, FACTS)
        assert (decision.result, [hit["id"] for hit in decision.trace["rows"]]) == (result, [row]), facts
        rows.add(row)
    declared = {
        rule["_id"]
        for version in PACK[name]["versions"]
        for rule in version["table"]["nodes"][1]["content"]["rules"]
    }
    assert rows == declared


@pytest.mark.parametrize("count", [400, pytest.param(10_000, marks=pytest.mark.proof)])
def test_leniency_is_by_the_rules_of_the_day_whichever_day_it_was(count: int) -> None:
    """Of each day since 2018; the days on which the rules changed are met often."""
    chance, first = random.Random(337), date(2018, 1, 1).toordinal()
    edges = [
        date(*day).toordinal()
        for day in ((2018, 1, 1), (2021, 7, 14), (2021, 7, 15), (2025, 12, 31), (2026, 1, 1))
    ]
    met = set()
    for _ in range(count):
        on = date.fromordinal(chance.choice([*edges, *(first + chance.randrange(3_650) for _ in range(5))]))
        facts = {fact: chance.random() < 0.5 for fact in PACK[LENIENT]["facts"]}
        row, result = BY_HAND[LENIENT](facts, on)
        decision = rules.trial(PACK[LENIENT], facts, on, FACTS)
        assert (decision.result, [hit["id"] for hit in decision.trace["rows"]]) == (result, [row]), (
            on,
            facts,
        )
        met.add(row)
    assert len(met) == 13


@pytest.mark.parametrize("count", [400, pytest.param(10_000, marks=pytest.mark.proof)])
def test_a_fine_is_by_the_benchmark_of_the_day_whichever_day_it_was(count: int) -> None:
    """Of each day since 2009; the days on which the law or the bands changed are met often."""
    chance, first = random.Random(336), rules_by_hand_benchmark.EDGES[0].toordinal()
    met = set()
    for _ in range(count):
        days = [date.fromordinal(first + chance.randrange(7_000)) for _ in range(5)]
        on = chance.choice([*rules_by_hand_benchmark.EDGES, *days])
        facts = {fact: any_value(fact, chance) for fact in PACK[BENCHMARK]["facts"]}
        row, result = BY_HAND[BENCHMARK](facts, on)
        decision = rules.trial(PACK[BENCHMARK], facts, on, FACTS)
        assert (decision.result, [hit["id"] for hit in decision.trace["rows"]]) == (result, [row]), (
            on,
            facts,
        )
        met.add(row)
    assert len(met) == 10


@pytest.mark.parametrize("name", sorted(PACK))
def test_rules_of_the_pack_pass_the_gate_with_and_without_the_facts_bounds(name: str) -> None:
    jsonschema.Draft202012Validator(META).validate(PACK[name])
    canonical.check(PACK[name])
    assert rules.findings(PACK[name]) == []
    assert rules.findings(PACK[name], FACTS) == []
    assert set(PACK[name]["facts"]) <= set(FACTS)


@pytest.mark.parametrize("name", sorted(PACK))
def test_a_limit_or_condition_says_where_it_comes_from(name: str) -> None:
    for version in PACK[name]["versions"]:
        assert "规划" in version["source"]["zh"]
        assert "sample default, not from the plan" in version["source"]["en"]


@pytest.mark.parametrize("name", sorted(PACK))
def test_any_unknown_fact_leaves_the_decision_to_a_person(name: str) -> None:
    chance = random.Random(1)
    for fact in PACK[name]["facts"]:
        facts = {one: any_value(one, chance) for one in PACK[name]["facts"]} | {fact: {"unknown": True}}
        decision = rules.trial(PACK[name], facts, latest_version(name), FACTS)
        assert (decision.result, decision.unknown, decision.manual) == (None, (fact,), True)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["versions"][0]["table"]["nodes"].append({"id": "f", "type": "functionNode", "name": "f"}),
        lambda d: d["versions"][0]["table"]["nodes"][1].update(type="expressionNode"),
        lambda d: d["versions"][0]["table"]["nodes"][1]["content"].update(hitPolicy="unique"),
        lambda d: d["versions"][0]["table"]["nodes"][1]["content"].update(passThrough=True),
        lambda d: d["versions"][0].pop("source"),
        lambda d: d["versions"][0].update(effective_from="tomorrow"),
        lambda d: d["tests"][0].pop("row"),
        lambda d: d["tests"][0].update(undecided=["premises-kind"]),
        lambda d: d["tests"][0]["facts"].update({"capital-amount": 0.5}),
        lambda d: d.update(facts=[]),
        lambda d: d.update(surprise=True),
    ],
)
def test_the_shape_of_rules_has_no_room_for_anything_else(change: Callable[[dict[str, Any]], Any]) -> None:
    sample = orjson.loads(orjson.dumps(PACK["establishment-limit"]))
    change(sample)
    assert not jsonschema.Draft202012Validator(META).is_valid(sample)
