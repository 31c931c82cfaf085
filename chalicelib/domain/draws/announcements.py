"""Decides what is announced 公示 of a draw while it goes on: its plan, the commitment, the result, why it is void.

Numbers, hashes and instants alone: no firm and no inspector is named, because a visit comes unannounced (decisions 28).
What an inspection found is published with its own case. Each is a record of the register of bulletins.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import Any

from chalicelib.domain import canonical, ids

KIND = "draw"
PLAN, COMMITMENT, RESULT, VOID = "plan", "commitment", "result", "void"
TITLES = {
    PLAN: {"zh": "抽查计划", "en": "Plan of a draw"},
    COMMITMENT: {"zh": "抽查承诺", "en": "Commitment to a draw"},
    RESULT: {"zh": "抽查结果", "en": "Result of a draw"},
    VOID: {"zh": "抽查作废", "en": "A draw is void"},
}
SOURCES = {"primary": "primary / 主用", "fallback": "fallback / 备用"}

Body = dict[str, Any]


def bulletin_id(head: Mapping[str, Any], what: str) -> str:
    """One of a kind for each draw, whoever tells of it and however often."""
    return ids.derived("pub", KIND, str(head["series"]), str(head["period"]), what)


def bulletin(
    head: Mapping[str, Any],
    what: str,
    document: Mapping[str, Any],
    department: Mapping[str, str],
    day: date,
    zone: tzinfo,
) -> Body:
    """The record. `head`: the draw; `document`: what is announced; `department`: the title of who draws; instants are
    told in `zone`."""
    said = {PLAN: _plan, COMMITMENT: _commitment, RESULT: _result, VOID: _void}[what](head, document, zone)
    return {
        "id": bulletin_id(head, what), "publicity": what, "kind": KIND, "title": TITLES[what],
        "number": f"{head['series']}/{head['number']}", "item_title": dict(head["definition"]["title"]),
        "department": dict(department), "published_on": day.isoformat(), "status": "published",
        "fields": [{"title": {"zh": zh, "en": en}, "value": value} for zh, en, value in said],
    }  # fmt: skip


Field = tuple[str, str, Any]


def _plan(head: Mapping[str, Any], document: Mapping[str, Any], _: tzinfo) -> list[Field]:
    departments = dict.fromkeys(str(one["department"]) for one in document["slots"] if "department" in one)
    return [
        ("周期", "Period", head["period"]),
        ("抽查事项", "Matters", "、".join(document["matters"])),
        ("参加部门", "Departments", "、".join(departments)),
        ("每名检查人员至多", "Visits of one inspector at most", document["cap"]),
        ("检查期限（天）", "Days for the visits", head["definition"]["visits_within_days"]),
        ("方案哈希", "Hash of the plan", canonical.digest(document)),
    ]


def _commitment(_: Mapping[str, Any], document: Mapping[str, Any], zone: tzinfo) -> list[Field]:
    return [
        ("监管对象数", "Objects", document["objects"]["count"]),
        ("检查人员数", "Inspectors", document["inspectors"]["count"]),
        ("对象名册根", "Root of the roster of objects", document["objects"]["root"]),
        ("承诺哈希", "Hash of the commitment", canonical.digest(document)),
        ("公共随机值不早于", "Public value not before", _instant(document["not_before"], zone)),
        ("随机源", "Source of the value", SOURCES[document["source"]]),
    ]


def _result(_: Mapping[str, Any], document: Mapping[str, Any], __: tzinfo) -> list[Field]:
    return [
        ("抽中户数", "Firms drawn", sum(int(one["quota"]) for one in document["strata"])),
        ("随机种子", "Seed", document["seed"]),
        ("结果哈希", "Hash of the result", document["result"]),
    ]


def _void(_: Mapping[str, Any], document: Mapping[str, Any], __: tzinfo) -> list[Field]:
    return [("作废原因", "Reason", document["reason"])]


def _instant(ms: int, zone: tzinfo) -> str:
    return datetime.fromtimestamp(int(ms) / 1000, zone).isoformat(timespec="seconds")
