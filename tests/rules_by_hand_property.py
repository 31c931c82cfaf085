"""Reads the tables of the real-estate items by hand: what each should say, written from the law and the plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

Facts = dict[str, Any]
Answer = tuple[str, dict[str, Any]]  # the row, the result

EXAMINED = "auto.accept_instant auto.manual"


def _person(reason: str, verdict: str = "manual") -> Answer:
    return reason, {"event": None, "verdict": verdict, "reason": reason}


def _clear(event: str) -> Answer:
    return "clear", {"event": event, "verdict": "accept", "reason": "clear"}


def _barred(f: Facts) -> Answer | None:
    """No entry while a court holds the unit (城市房地产管理法 §38), nor while the title is disputed (条例 §22)."""
    if f["unit-seized"]:
        return _person("seized", "refuse")
    return _person("disputed", "refuse") if f["unit-disputed"] else None


def _encumbered(f: Facts) -> Answer | None:
    """民法典 §220, §221: an objection and an advance notice do not bar an entry, but somebody must look."""
    if f["unit-objection"]:
        return _person("objection")
    return _person("advance-notice") if f["unit-advance-notice"] else None


def transfer_intake(f: Facts, _on: date) -> Answer:
    if barred := _barred(f):
        return barred
    if not f["seller-is-owner"]:
        return _person("not-the-owner")
    if encumbered := _encumbered(f):
        return encumbered
    if f["unit-mortgaged"]:
        return _person("mortgaged")
    return _person("deed-tax") if f["deed-tax-unpaid"] else _clear(EXAMINED)


def mortgage_intake(f: Facts, _on: date) -> Answer:
    if barred := _barred(f):
        return barred
    if not f["mortgagor-is-owner"]:
        return _person("not-the-owner")
    return _encumbered(f) or _clear(EXAMINED)


def land_intake(f: Facts, _on: date) -> Answer:
    if barred := _barred(f):
        return barred
    return _person("land-price") if f["land-price-unpaid"] else _clear(EXAMINED)


def identity_change_intake(f: Facts, _on: date) -> Answer:
    asked = ("registered-number", "registered-name")
    for name in asked:
        if not f[f"{name}-confirmed"]:
            return _person(name)
    for name in ("former-number", "former-name", "new-number", "new-name", "new-document"):
        if not f[f"police-{name}"]:
            return _person(name)
    if f["ownership-kind"] != "sole":
        return _person("co-owned")
    return _clear("auto.accept_instant auto.grant auto.serve")


def _shortened(former: int, plan: int) -> Callable[[Facts, date], Answer]:
    def limit(_facts: Facts, on: date) -> Answer:
        row, days = ("former", former) if on < date(2022, 1, 1) else ("plan", plan)
        return row, {"budget": days, "unit": "working_day"}

    return limit


def _transfer(f: Facts, on: date) -> Answer:
    """Since July 2026 a plain sale takes one hour (sample default); what was promised before stays for its time."""
    if on < date(2026, 7, 1):
        return _shortened(5, 3)(f, on)
    slower = {"budget": 3, "unit": "working_day"}
    if f["transfer-cause"] != "sale":
        return "other-cause", slower
    if f["unit-mortgaged"]:
        return "mortgaged", slower
    return ("tax-open", slower) if f["deed-tax-unpaid"] else ("hour", {"budget": 1, "unit": "office_hour"})


LIMITS = {  # 规划 一篇·一章·一（二）
    "transfer-limit": _transfer,
    "mortgage-limit": _shortened(5, 3),
    "land-limit": _shortened(4, 2),
}
BY_HAND: dict[str, Callable[[Facts, date], Answer]] = {
    "transfer-intake": transfer_intake,
    "mortgage-intake": mortgage_intake,
    "land-intake": land_intake,
    "identity-change-intake": identity_change_intake,
    **LIMITS,
}
