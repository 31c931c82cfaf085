"""Reads the tables of life's stages and of property taxes by hand, for the test of all tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

Facts = dict[str, Any]
Answer = tuple[str, dict[str, Any]]  # the row, the result

FIRM = ("start", "operate", "build", "finance", "change", "exit")  # one follows the other
NOW = {
    "born": ("start", "enterprise-establishment"),
    "licensed": ("operate", "food-licence human-resources-licence employment-filing"),
    "land": ("build", "industrial-project utilities-joint-connection"),
    "growing": ("finance", "finance-deal policy-claim"),
    "moved": ("change", "enterprise-change"),
    "leaving": ("exit", "simplified-deregistration general-deregistration"),
}
PERSON = ("work", "home", "change")
OWN = {
    "working": ("work", "talent-recognition"),
    "home": ("home", "talent-home-purchase second-hand-house-transfer mortgage-registration"),
    "renamed": ("change", "registration-identity-change"),
}


def life_chain(f: Facts, _on: date) -> Answer:
    stages, events = (FIRM, NOW) if f["life-subject"] == "enterprise" else (PERSON, OWN)
    if f["life-event"] not in events:
        return "other", {"stage": "none", "items": None, "next": None}
    stage, items = events[f["life-event"]]
    follows = stages[stages.index(stage) + 1 :]
    return f["life-event"], {"stage": stage, "items": items, "next": follows[0] if follows else None}


def property_tax(f: Facts, _on: date) -> Answer:
    yuan = {"one": 10, "two": 6, "three": 3}[f["land-grade"]]
    return f["land-grade"], {"house_permille": 12, "remaining_percent": 80, "land_fen": yuan * 100}


BY_HAND: dict[str, Callable[[Facts, date], Answer]] = {
    "life-chain": life_chain,
    "property-tax-rates": property_tax,
}
LIKELY: Mapping[str, list[int]] = {}
