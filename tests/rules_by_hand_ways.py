"""Reads by hand what is answered about ways, compliance, credit lines and charges, for the test of all tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

Facts = dict[str, Any]
Answer = tuple[str, dict[str, Any]]  # the row, the result


def rights_path(f: Facts, _on: date) -> Answer:
    kind = f["matter-kind"]
    if kind == "contract":
        small = f["facts-agreed"] and f["claim-amount"] <= 50_000 * 100
        after = "confirmation" if small else "litigation"
        triage = "simple" if small else "complex"
        return triage, {"way": "mediation", "next": after, "triage": triage}
    if kind == "coercive":
        return kind, {"way": "supervision", "next": "petition", "triage": "complex"}
    way = {"labour": "arbitration", "administrative": "reconsideration"}[kind]
    return kind, {"way": way, "next": "litigation", "triage": "complex"}


def self_check(f: Facts, _on: date) -> Answer:
    if f["prices-agreed"]:
        return "prices", {"risk": "high", "topic": "antimonopoly"}
    if f["forced-exclusivity"]:
        if f["checked-industry"] == "platform":
            return "platform", {"risk": "high", "topic": "antimonopoly"}
        return "exclusive", {"risk": "medium", "topic": "competition"}
    if f["claims-unproven"]:
        return "claims", {"risk": "medium", "topic": "advertising"}
    return "clear", {"risk": "low", "topic": "none"}


def credit_line(f: Facts, _on: date) -> Answer:
    patents, research, staff = f["patents-held"], f["research-share"], f["tech-staff-share"]
    if not patents:
        return "none", {"band": "none", "line": 0, "product": "none"}
    if patents > 9 and research > 99 and staff > 299:
        return "a", {"band": "a", "line": 5_000_000 * 100, "product": "knowledge"}
    if patents > 2 and research > 49 and staff > 99:
        return "b", {"band": "b", "line": 2_000_000 * 100, "product": "knowledge"}
    return "c", {"band": "c", "line": 500_000 * 100, "product": "starter"}


def talent_services(f: Facts, _on: date) -> Answer:
    named = ["living", "purchase", "apartment", "schooling", "spouse", "medical", "residence"]
    row, few = {
        "A": ("top", named),
        "B": ("top", named),
        "C": ("leading", named[:-1]),
        "D": ("senior", named[2:-1]),
        "E": ("short", ["apartment", "spouse"]),
    }[f["talent-class"]]
    return row, {"event": "auto.propose_menu", "menu": " ".join(few)}


def zero_cost(f: Facts, _on: date) -> Answer:
    if f["procurement-charge"] == "other":
        return "other", {"allowed": None, "verdict": "list"}
    return f["procurement-charge"], {"allowed": 0, "verdict": "zero"}


BY_HAND: dict[str, Callable[[Facts, date], Answer]] = {
    "rights-path": rights_path,
    "compliance-self-check": self_check,
    "knowledge-credit-line": credit_line,
    "talent-services-menu": talent_services,
    "zero-cost-bidding": zero_cost,
}
LIKELY = {
    "claim-amount": [0, 4_999_999, 5_000_000, 5_000_001],
    "patents-held": [0, 1, 2, 3, 9, 10],
    "research-share": [49, 50, 99, 100],
    "tech-staff-share": [99, 100, 299, 300],
}
