"""Reads the tables of addresses, supervision and commitments by hand, for test_rules_of_the_pack."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

Facts = dict[str, Any]
Answer = tuple[str, dict[str, Any]]  # the row, the result

# Values that matter, for facts whose range is too wide to meet them by chance.
LIKELY: Mapping[str, list[int]] = {
    "commitments-kept": [0, 1, 2, 3, 4],
    "commitments-broken": [0, 0, 0, 1],
    "host-quota-left": [0, 0, 1],
}


def cluster_address(f: Facts, _on: date) -> Answer:
    def address(row: str, kind: str | None, proof: str | None) -> Answer:
        return row, {"address_type": kind, "proof": proof}

    area = f["address-area"]
    if f["industry-premises"] == "on-site":
        if area == "residential":
            return address("not-in-dwelling", None, None)
        return address("works", "own", "title-or-lease")
    if area == "residential":  # 民法典 §279
        return address("dwelling", "dwelling", "neighbours-consent")
    if area == "commercial":
        return address("office", "own", "title-or-lease")
    if f["host-quota-left"]:
        return address("host", "host", "host-agreement")
    return address("host-full", "own", "title-or-lease")


def supervision_mode(f: Facts, _on: date) -> Answer:
    sector = f["supervision-sector"]
    if sector in ("special-equipment", "hazardous-chemicals"):
        return "special", {"mode": "key", "reason": "special-trade"}
    if sector in ("food-drugs", "workplace-safety"):
        return "key", {"mode": "key", "reason": "key-field"}
    return "general", {"mode": "random", "reason": "general"}


def commitment_standing(f: Facts, _on: date) -> Answer:
    if f["breach-unmended"]:
        return "unmended", {"path": "blocked", "verification": None, "reason": "breach-unmended"}
    if f["commitments-broken"]:
        return "broken", {"path": "open", "verification": "every-time", "reason": "broken-before"}
    if f["commitments-kept"] > 2:
        return "kept", {"path": "open", "verification": "sample", "reason": "kept"}
    return "new", {"path": "open", "verification": "ordinary", "reason": "new"}


def change_limit(f: Facts, _on: date) -> Answer:
    if f["credit-grade"] == "a":
        return "trusted", {"budget": 4, "unit": "office_hour"}
    return "ordinary", {"budget": 2, "unit": "working_day"}


BY_HAND: dict[str, Callable[[Facts, date], Answer]] = {
    "change-limit": change_limit,
    "cluster-address": cluster_address,
    "supervision-mode": supervision_mode,
    "commitment-standing": commitment_standing,
}
