"""Reads the tables of inspections by hand, from the laws' words and not from the table, for test_rules_of_the_pack."""

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


def recorded(f: Facts, on: date) -> Answer:
    """Once an inspection is recorded: whoever is observed is guided, and nothing else."""
    return _moved("auto.guide", "observed") if f["in-observation"] else _moved(None, "ordinary")


def begun(f: Facts, on: date) -> Answer:
    """What a sensor set off is looked at from records first."""
    off_site = f["inspection-origin"] == "sensor"
    return _moved("auto.check_off_site", "sensor") if off_site else _moved(None, "officers")


def _moved(event: str | None, reason: str) -> Answer:
    return reason, {"event": event, "reason": reason}


def _said(reason: str, way: str) -> dict[str, Any]:
    return {"event": None, "reason": reason, "way": way}


BY_HAND: dict[str, Callable[[Facts, date], Answer]] = {
    "lenient-supervision": lenient,
    "observation-guidance": recorded,
    "triggered-inspection-way": begun,
}
