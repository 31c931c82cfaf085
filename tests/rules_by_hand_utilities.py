"""Reads the tables of utilities and construction by hand, for the second opinion of test_rules_of_the_pack."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

Facts = dict[str, Any]
Answer = tuple[str, dict[str, Any]]  # the row, the result
BELOW_THRESHOLD = "建筑工程施工许可管理办法第二条：限额以下小型工程（未核对原文）"
CONNECTIONS = "water-connection gas-connection electricity-connection"


def water_connection_intake(f: Facts, _on: date) -> Answer:
    if f["water-meter-diameter"] > 40:
        return "large", {"event": None, "reason": "large"}
    return "small", {"event": "auto.accept", "reason": "small"}


def gas_connection_intake(f: Facts, _on: date) -> Answer:
    if f["gas-user-kind"] == "resident":
        return "resident", {"event": None, "reason": "resident"}
    if f["gas-hourly-flow"] > 100:
        return "large", {"event": None, "reason": "large"}
    return "ordinary", {"event": "auto.accept", "reason": "ordinary"}


def electricity_connection_limit(f: Facts, _on: date) -> Answer:
    days = {"low-voltage": ("low", 5), "high-single": ("single", 15), "high-multiple": ("multiple", 25)}
    row, budget = days[f["supply-voltage"]]
    return row, {"budget": budget, "unit": "working_day"}


def by_kind(
    industrial: int, private: int, government: int, municipal: int
) -> Callable[[Facts, date], Answer]:
    days = {
        "private-industrial": industrial,
        "private-building": private,
        "government-building": government,
        "municipal": municipal,
    }
    return lambda f, _on: (
        f["project-kind"],
        {"budget": days[f["project-kind"]], "unit": "working_day"},
    )


def construction_menu(f: Facts, _on: date) -> Answer:
    def menu(row: str, items: str | None, exempt: str | None = None, basis: str | None = None) -> Answer:
        event = "auto.propose_menu" if items else None
        return row, {"event": event, "menu": items, "exempt": exempt, "basis": basis}

    kind, permits = f["project-kind"], "construction-planning-permit"
    if kind == "municipal":
        return menu("municipal", None)
    if f["floor-area"] < 300:
        return menu("small", f"{permits} {CONNECTIONS}", "construction-permit", BELOW_THRESHOLD)
    permits += " construction-permit"
    if kind == "government-building":
        return menu("government", permits)
    return menu("private", f"{permits} {CONNECTIONS}")


def joint_connection_menu(f: Facts, _on: date) -> Answer:
    return ("chosen", {"event": "auto.begin"}) if f["connections-asked"] else ("none", {"event": None})


def start_up_menu(f: Facts, _on: date) -> Answer:
    return ("chosen", {"event": "auto.begin"}) if f["start-up-matters"] else ("none", {"event": None})


BY_HAND: dict[str, Callable[[Facts, date], Answer]] = {
    "water-connection-intake": water_connection_intake,
    "gas-connection-intake": gas_connection_intake,
    "electricity-connection-limit": electricity_connection_limit,
    "joint-connection-menu": joint_connection_menu,
    "start-up-menu": start_up_menu,
    "construction-menu": construction_menu,
    # 规划 一篇·一章·一（二）: 30 个、43 个、60 个、59 个工作日
    "construction-project-limit": by_kind(30, 43, 60, 59),
    "planning-permit-limit": by_kind(5, 8, 10, 10),
    "construction-permit-limit": by_kind(2, 3, 3, 3),
}
