"""The tables of deregistration, change, talents, subsidies and commitments, read by hand: what each should say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

Facts = dict[str, Any]
Answer = tuple[str, dict[str, Any]]  # the row, the result

# Values that matter, for facts whose range is too wide to meet them by chance.
LIKELY: Mapping[str, list[int]] = {
    "last-subsidy-year": [0, 2024, 2025, 2026],
    "mortgage-interest-year": [2024, 2025, 2025, 2025, 2026],
    "insured-months": [0, 5, 6, 7],
}
CAP = 500_000  # fen, a person and year


def _manual(row: str, reason: str) -> Answer:
    return row, {"event": None, "reason": reason}


def _bad(f: Facts) -> Answer | None:
    """What keeps any registration from being decided by rules."""
    if f["enterprise-status"] in ("revoked", "deregistered"):
        return _manual("not-registered", "not-registered")
    if f["abnormal-list"]:
        return _manual("abnormal", "abnormal-list")
    if f["serious-illegal-list"]:
        return _manual("serious", "serious-illegal-list")
    return None


def simplified_notice(f: Facts, _on: date) -> Answer:
    return _bad(f) or ("eligible", {"event": "auto.publish", "reason": "eligible"})


def simplified_decision(f: Facts, _on: date) -> Answer:
    if f["enterprise-status"] in ("active", "suspended") and f["debts-outstanding"]:
        return _manual("debts", "debts-outstanding")
    return _bad(f) or ("all-clear", {"event": "auto.grant auto.serve", "reason": "all-clear"})


def simplified_limit(f: Facts, _on: date) -> Answer:
    two_days = {"budget": 2, "unit": "working_day"}
    if f["debts-outstanding"]:
        return "debts", two_days
    if f["abnormal-list"]:
        return "abnormal", two_days
    if f["serious-illegal-list"]:
        return "serious", two_days
    return "instant", {"budget": 1, "unit": "office_hour"}


def change_intake(f: Facts, _on: date) -> Answer:
    if found := _bad(f):
        return found
    for what in ("name", "representative", "capital", "owners"):
        if f[f"changes-{what}"]:
            return _manual(what, what)
    return "plain", {"event": "auto.accept_instant auto.grant auto.serve", "reason": "plain"}


def talent_home(f: Facts, _on: date) -> Answer:
    if f["employer-status"] != "active":
        return _manual("employer", "employer")
    if f["insured-months"] < 6:
        return _manual("insurance", "insurance")
    if f["talent-class"] in "DE":
        return _manual("class", "class")
    return "green", {"event": "auto.accept_instant auto.grant auto.serve", "reason": "green"}


def interest_subsidy(f: Facts, _on: date) -> Answer:
    def nothing(reason: str) -> Answer:
        return reason, {"event": None, "amount": 0, "reason": reason}

    if f["last-subsidy-year"] >= 2025:
        return nothing("duplicate")
    if f["mortgage-interest-year"] != 2025:
        return nothing("other-year")
    if f["skill-level"] in ("junior", "intermediate"):
        return nothing("level")
    if f["mortgage-interest"] == 0:
        return nothing("no-interest")
    row = "capped" if f["mortgage-interest"] > CAP else "full"
    return row, {"event": "auto.match", "amount": min(f["mortgage-interest"], CAP), "reason": row}


def commitment_exclusion(f: Facts, _on: date) -> Answer:
    for row, fact, reason in (
        ("foreign", "services-overseas", "important-foreign"),
        ("abnormal", "abnormal-list", "abnormal-list"),
        ("serious", "serious-illegal-list", "serious-illegal-list"),
    ):
        if f[fact]:
            return row, {"event": "auto.exclude", "reason": reason}
    return "open", {"event": None, "reason": "open"}


def licence_grant(f: Facts, _on: date) -> Answer:
    if f["enterprise-status"] != "active":
        return _manual("not-active", "not-active")
    if f["abnormal-list"]:
        return _manual("abnormal", "bad-record")
    if f["serious-illegal-list"]:
        return _manual("serious", "bad-record")
    return "standing", {"event": "auto.grant", "reason": "standing"}


BY_HAND: dict[str, Callable[[Facts, date], Answer]] = {
    "change-intake": change_intake,
    "commitment-exclusion": commitment_exclusion,
    "human-resources-licence-grant": licence_grant,
    "interest-subsidy-2025": interest_subsidy,
    "simplified-deregistration-decision": simplified_decision,
    "simplified-deregistration-limit": simplified_limit,
    "simplified-deregistration-notice": simplified_notice,
    "talent-home-eligibility": talent_home,
}
