"""Builds what the stories of lists and tables write: entries, records, contracts, and forms with a change."""

from __future__ import annotations

from typing import Any

from tests.builders import item_of

PROJECT = "industrial-project"
SPOT_CHECK = {
    "id": "food-{serial}",
    "title": "餐饮单位联合抽查",
    "departments": ["market-regulation", "urban-management"],
    "object_type": "餐饮服务单位",
    "ratio_percent": 5,
    "frequency": {"times": 1, "per": "year"},
    "checklist": ["食品经营许可证是否有效", "餐厨垃圾是否交由有资质单位收运"],
    "status": "in-force",
}
PENALTY = {
    "id": "penalty-{serial}",
    "type": "penalty",
    "uscc": "{uscc}",
    "source": "market-regulation",
    "decided_on": "2026-02-20",
    "content": "未按规定公示年度报告",
    "document": "望市监罚示例2026第1号",
    "basis": "企业信息公示暂行条例",
}
LINE = {
    "department": "desk-{serial}",
    "number": "0731-00000000",
    "matters": "食品、药品、计量和价格投诉",
    "hours": [{"days": "working-days", "from": "09:00", "to": "17:00"}],
    "test_calls": [],
}
TEST_CALL = {"on": "2026-03-02", "at": "10:05", "answered": True, "by": "hotline-12345"}
PROMISE = {
    "id": "promise-{serial}",
    "uscc": "{uscc}",
    "promise": "厂房投产后兑现基础设施配套费返还",
    "document": {"title": "招商引资合同书（示例）", "dated": "2019-06-18"},
    "amount_fen": 120_000_000,
    "responsible": "economic-zone",
    "status": "open",
}
PPP = {
    "code": "ppp-{serial}",
    "title": "示例污水处理厂",
    "contract": {
        "number": "PPP-示例-1",
        "authority": "housing-construction",
        "partner_uscc": "{uscc}",
        "signed_on": "2024-01-10",
        "ends_on": "2049-01-09",
    },
    "obligations": [
        {"of": "partner", "what": "出水达到合同约定的标准"},
        {"of": "government", "what": "按绩效考核结果付费", "due_on": "2026-06-30"},
    ],
    "payments": [
        {"due_on": "2026-03-31", "amount_fen": 50_000_000},
        {"due_on": "2026-06-30", "amount_fen": 50_000_000},
    ],
}


def without(record: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in names}


def project_of(kind: str, floor_area: int) -> dict[str, Any]:
    """Members of the form of a construction project of this kind and floor area in square metres."""
    project = item_of(PROJECT)["examples"][1]["form"]["project"]
    return {"project": {**project, "kind": kind, "floor_area_sqm": floor_area}}
