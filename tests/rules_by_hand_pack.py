"""Reads the tables of projects, credit, talents, complaints and claims by hand, for the test of all tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

Facts = dict[str, Any]
Answer = tuple[str, dict[str, Any]]  # the row, the result
AT_ONCE = "auto.accept_instant auto.grant auto.serve"


def said(row: str, event: str | None, reason: str | None = None) -> Answer:
    return row, {"event": event, "reason": reason or row}


def project_filing(f: Facts, _on: date) -> Answer:
    if f["enterprise-status"] != "active":
        return said("enterprise", None)
    if f["investment-catalogue"] not in ("encouraged", "permitted"):
        return said("catalogue", None)
    return said("filed", AT_ONCE)


def road_occupation(f: Facts, _on: date) -> Answer:
    if f["occupation-project-stage"] not in ("filed", "building"):
        return said("done", None)
    return said("long", None) if f["occupation-days"] > 15 else said("short", AT_ONCE)


def credit_repair(f: Facts, _on: date) -> Answer:
    degree, least = ("general", 3) if f["dishonesty-degree"] == "general" else ("serious", 6)
    if f["published-months"] < least:
        return said(f"{degree}-early", None, "too-early")
    return said(f"{degree}-over", None)


def talent_class(f: Facts, _on: date) -> Answer:
    if f["claimed-class"] in ("A", "B", "C"):
        return said("panel", None)
    if f["insured-months"] < 6:
        return said("insurance", None)
    row, least = ("e", 60) if f["claimed-class"] == "E" else ("d", 80)
    if f["talent-points"] < least:
        return said(f"{row}-few", None, "too-few")
    return said(row, AT_ONCE, "points")


def supervisor(f: Facts, _on: date) -> Answer:
    appointed = f["special-supervisor-status"] == "appointed"
    return said("appointed", "auto.dispatch") if appointed else said("ended", None)


def off_list(f: Facts, _on: date) -> Answer:
    return said("off-list", "auto.dispatch") if f["charge-status"] == "abolished" else said("listed", None)


def no_penalty(f: Facts, _on: date) -> Answer:
    if not f["first-offence"]:
        return said("repeated", None)
    if not f["harm-slight"]:
        return said("not-slight", None)
    return said("exempt" if f["mended-in-time"] else "not-mended", None)


def claim_match(f: Facts, _on: date) -> Answer:
    if f["policy-standing"] != "current":
        return said("policy", None)
    if f["enterprise-status"] != "active":
        return said("enterprise", None)
    return said("serious", None) if f["serious-illegal-list"] else said("matched", "auto.match")


def employment(f: Facts, _on: date) -> Answer:
    if f["enterprise-status"] != "active":
        return said("enterprise", None)
    return said("many", None) if f["hires-filed"] > 100 else said("filed", AT_ONCE)


BY_HAND: dict[str, Callable[[Facts, date], Answer]] = {
    "project-filing-intake": project_filing,
    "road-occupation-intake": road_occupation,
    "credit-repair-period": credit_repair,
    "talent-class-table": talent_class,
    "supervisor-standing": supervisor,
    "off-list-demand": off_list,
    "no-penalty-list": no_penalty,
    "policy-claim-match": claim_match,
    "employment-filing-intake": employment,
}
LIKELY = {
    "occupation-days": [14, 15, 16],
    "published-months": [2, 3, 5, 6],
    "talent-points": [59, 60, 79, 80],
    "hires-filed": [99, 100, 101],
}
