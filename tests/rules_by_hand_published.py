"""Reads the tables of life's stages, property taxes, agencies, building first by hand, for the test of all tables."""

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


def agency_entry(f: Facts, _on: date) -> Answer:
    if f["enterprise-status"] != "active":
        return "not-active", {"event": None, "reason": "not-active"}
    if not f["agency-independent"]:
        return "officials", {"event": None, "reason": "officials"}
    if f["agency-qualification"] != "valid":
        return "expired", {"event": None, "reason": "qualification-expired"}
    return "qualified", {"event": "auto.accept_instant auto.grant auto.serve", "reason": "qualified"}


def build_first(f: Facts, _on: date) -> Answer:
    def fees(row: str, percent: int, reason: str) -> Answer:
        event = "auto.exclude" if percent else None
        return row, {
            "event": event,
            "infrastructure_percent": percent,
            "soil_percent": percent,
            "reason": reason,
        }

    if not f["in-park"]:
        return fees("outside", 100, "not-in-park")
    if f["building-use"] in ("industrial", "warehouse"):
        return fees("productive", 0, "productive")
    return fees("other", 100, "not-productive")


BY_HAND: dict[str, Callable[[Facts, date], Answer]] = {
    "life-chain": life_chain,
    "property-tax-rates": property_tax,
    "agency-entry-check": agency_entry,
    "build-first-fees": build_first,
}
LIKELY: Mapping[str, list[int]] = {}
