"""Reads the table of leniency by hand, from the laws' words and not from the table, for test_rules_of_the_pack."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

Facts = dict[str, Any]
Answer = tuple[str, dict[str, Any]]  # the row, the result
REVISED, PLAN = date(2021, 7, 15), date(2026, 1, 1)


def lenient(f: Facts, on: date) -> Answer:
    """Article 27 (2017): slight and mended. Article 33 (2021): first as well. The plan: observed firms are guided."""
    if on >= PLAN and f["red-line-offence"]:
        return "red-line", _said("red-line", "penalise")
    if on >= PLAN and f["in-observation"]:
        return "observed", _said("observed", "guidance")
    era = "" if on >= PLAN else "law-" if on >= REVISED else "old-"
    wanting = [
        reason
        for reason, met in (
            ("repeated", f["first-offence"] or on < REVISED),
            ("not-slight", f["harm-slight"]),
            ("not-mended", f["mended-in-time"]),
        )
        if not met
    ]
    if wanting:
        return era + wanting[0], _said(wanting[0], "penalise")
    return f"{era}exempt", _said("exempt", "exempt")


def _said(reason: str, way: str) -> dict[str, Any]:
    return {"event": None, "reason": reason, "way": way}


BY_HAND: dict[str, Callable[[Facts, date], Answer]] = {"lenient-supervision": lenient}
