"""Builds the records that the stories of what is published write."""

from __future__ import annotations

from typing import Any

HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
SURVEY = {"number": "QJ-示例-001", "surveyed_on": "2026-02-20", "agency": "{uscc}"}
PARCEL: dict[str, Any] = {
    "code": "p-{serial}",
    "zone": "economic-zone",
    "use": "industrial",
    "area_sqm": 33000,
    "state": "prepared",
}
SCENE: dict[str, Any] = {
    "id": "s-{serial}",
    "title": "我要开餐馆",
    "situation": "从注册到开业要办的事、能享受的政策、遇到问题找谁",
    "audience": "enterprise",
    "items": ["enterprise-establishment", "food-licence"],
    "policies": ["望城区支持餐饮业若干措施（示例）"],
    "tickets": ["business-complaint"],
    "status": "published",
}
TARIFF: dict[str, Any] = {
    "class": "w-{serial}",
    "title": "工业用水（示例）",
    "price_fen": 355,
    "basis": "示例默认值，规划未给出",
    "compared": [{"district": "示例邻区", "price_fen": 372}],
}
GAS_PRICE: dict[str, Any] = {
    "id": "g-{serial}",
    "utility": "gas",
    "kind": "price",
    "title": "居民用气（示例）",
    "basis": "示例默认值，规划未给出",
    "amount_fen": 245,
    "per": "立方米",
    "shown_at": ["政府门户网站", "政务大厅屏幕"],
}
WATER_LIMIT: dict[str, Any] = {
    "id": "l-{serial}",
    "utility": "water",
    "kind": "limit",
    "title": "用水报装",
    "basis": "规划二篇·二章·二·2：用水报装“0520”",
    "item": "water-connection",
    "limit": {"budget": 5, "unit": "working_day"},
    "shown_at": ["政府门户网站", "政务大厅屏幕"],
}
RESULT: dict[str, Any] = {
    "id": "r-{serial}",
    "title": "锂电池正极材料制备方法（示例）",
    "owner": "示例高校",
    "industry": "新材料",
    "rights": [
        {"right": "use", "holder": "示例高校", "percent": 100},
        {"right": "disposal", "holder": "示例高校", "percent": 100},
        {"right": "proceeds", "holder": "完成人团队", "percent": 70},
    ],
    "tradable": True,
    "authorisation": {"title": "科技成果授权书（示例）", "dated": "2026-01-20", "sha256": HASH},
}
HONOUR: dict[str, Any] = {
    "id": "h-{serial}",
    "title": "营商环境示例奖项",
    "kind": "honour",
    "on": "2020-12-18",
    "issuer": "示例颁发单位",
    "evidence": {"title": "颁奖文件（示例）", "sha256": HASH},
    "task": "企业开办提速（示例）",
}
EXPORT: dict[str, Any] = {
    "id": "e-{serial}",
    "uscc": "{uscc}",
    "kind": "contract",
    "declaration": "示例报关单号-001",
    "sha256": HASH,
    "filed_on": "2026-03-02",
    "kept_until": "2031-03-02",
}
MEASURE: dict[str, Any] = {
    "id": "m-{serial}",
    "ordinal": 1,
    "title": "涉企执法检查备案（示例条目）",
    "owner": "justice",
    "deadline": "2026-06-30",
    "status": "open",
}
TRADER: dict[str, Any] = {"uscc": "{uscc}", "name": "长沙望城示例商贸有限公司", "since": "2026-01-15"}
WEAK: dict[str, Any] = {
    "id": "i-{serial}",
    "title": "开办企业时间（示例）",
    "unit": "分钟",
    "period": "2026-Q1",
    "own": 240,
    "benchmark_city": "杭州",
    "benchmark": 180,
    "gap": 60,
    "weak": True,
    "lead": "market-regulation",
    "leader": "张示例",
    "improve_by": "2026-09-30",
    "improvement": "企业开办时间缩短到三小时以内",
}
MATTER: dict[str, Any] = {
    "code": "x-{serial}",
    "title": "餐饮服务单位检查（示例）",
    "mode": "random",
    "basis": "示例默认值，规划未给出",
    "department": "market-regulation",
    "leader": "张示例",
    "due": "2026-09-30",
    "status": "listed",
}
