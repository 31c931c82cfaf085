"""Reads the tables that answer questions by hand, for the second opinion of test_rules_of_the_pack."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

Facts = dict[str, Any]
Answer = tuple[str, dict[str, Any]]  # the row, the result


def market_access(f: Facts, _on: date) -> Answer:
    division = f["industry-class"] // 100  # GB/T 4754: the first two digits
    if division == 86:
        barred = f["capital-kind"] == "non-public"
        return "news-barred" if barred else "news", {
            "status": "prohibited" if barred else "licensed",
            "entry": "news",
        }
    for row, divisions, entry in (
        ("food", (14,), "food-production"), ("tobacco", (16,), "tobacco"), ("finance", range(66, 70), "finance"),
    ):  # fmt: skip
        if division in divisions:
            return row, {"status": "licensed", "entry": entry}
    return "free", {"status": "free", "entry": "none"}


def electricity_tariff(f: Facts, _on: date) -> Answer:
    if f["tariff-class"] == "below-1kv":
        return "below-1kv", {"flat": 7003, "peak": 10505, "valley": 3501}
    return "above", {"flat": 6803, "peak": 10205, "valley": 3401}


BY_HAND: dict[str, Callable[[Facts, date], Answer]] = {
    "market-access": market_access,
    "electricity-tariff": electricity_tariff,
}
LIKELY = {"industry-class": [1399, 1400, 1499, 1500, 1600, 1699, 6600, 6999, 7000, 8599, 8600, 8699, 8700]}
