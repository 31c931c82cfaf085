"""Reads the benchmark of fines by hand, from the laws' words and not from the table, for test_rules_of_the_pack."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

Facts = dict[str, Any]
Answer = tuple[str, dict[str, Any]]  # the row, the result
YUAN = 100  # fen
REVISED, BANDED = date(2015, 10, 1), date(2022, 10, 8)


def food_penalty(f: Facts, on: date) -> Answer:
    """Article 84 (2009): 2,000 to 50,000 yuan, or 5 to 10 times the goods; Article 122 (2015): 50,000 to 100,000, or
    10 to 20 times. Since the guidance of 2022 the range is parted at 30 and 70 %."""
    small = f["goods-value"] < 10_000 * YUAN
    size, measure = ("small", "amount") if small else ("large", "multiple")
    least, most = (2_000 * YUAN, 50_000 * YUAN) if small else (5, 10)
    if on >= REVISED:
        least, most = (50_000 * YUAN, 100_000 * YUAN) if small else (10, 20)
    if on < BANDED:
        era = "law" if on >= REVISED else "old"
        return f"{era}-{size}", {"band": "whole", "measure": measure, "least": least, "most": most}
    low, high = least + (most - least) * 3 // 10, least + (most - least) * 7 // 10
    if f["mended-in-time"]:
        band, ends = "lighter", (least, low)
    elif f["first-offence"] or f["harm-slight"]:
        band, ends = "ordinary", (low, high)
    else:
        band, ends = "heavier", (high, most)
    return f"{band}-{size}", {"band": band, "measure": measure, "least": ends[0], "most": ends[1]}


BY_HAND: dict[str, Callable[[Facts, date], Answer]] = {"food-penalty-benchmark": food_penalty}
LIKELY = {"goods-value": [0, 999_999, 1_000_000, 1_000_001]}
EDGES = [date(2009, 6, 1), date(2015, 9, 30), REVISED, date(2022, 10, 7), BANDED]
