"""Listens to nothing: the words that many routes share: about the API, tags, parameters, headers, statuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.edges.openapi_schemas import DAY, INSTANT, STRING, Schema

ABOUT: Mapping[str, Any] = {
    "title": "极省 Jisheng",
    "summary": "少跑腿、少等待、少花钱的政务服务接口",
    "x-summary": "Government services that cost no worry, no time and no money",
    "description": (
        "办事指南、申请、办理、登记簿与定义。\n\n"
        "- 出错时回答 RFC 9457 问题详情:`code` 不变,`messages` 有中英文;`Accept-Language` 决定 `title` 的语言。\n"
        "- 新建须带 `Idempotency-Key`:同一键重发得到同一办件,并回 `Idempotency-Replayed: true`。\n"
        "- 列表用 `after` 游标翻页;`after` 为 null 即最后一页,短页也是合法的。\n"
        "- 时刻为 RFC 3339,带本区时区;金额为整数分;编号见各字段。\n"
        "- 名为 `cn-…` 的格式:统一社会信用代码(GB 32100)、居民身份证号(GB 11643)、手机、电话、邮编。"
    ),
    "x-description": (
        "Guides, applications, cases, registers and definitions.\n\n"
        "- A refusal is an RFC 9457 problem: `code` is stable, `messages` has both languages, `Accept-Language` "
        "decides the language of `title`.\n"
        "- What creates takes an `Idempotency-Key`: sent again with the same key, it answers with the same case and "
        "`Idempotency-Replayed: true`.\n"
        "- Lists go on with the cursor `after`; null ends them, and a short page is legal.\n"
        "- Instants are RFC 3339 in the district's zone; money is an integer of fen.\n"
        "- Formats named `cn-…`: unified social credit code (GB 32100), resident identity number (GB 11643), mobile "
        "and other telephones, postcode."
    ),
    "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
}

TAGS: tuple[Mapping[str, str], ...] = tuple(
    {"name": name, "description": zh, "x-description": en}
    for name, zh, en in (
        ("applications", "逐个事项的申请", "Applying, item by item"),
        ("catalogue", "人人可问", "What anybody may ask"),
        ("cases", "办件", "Cases"),
        ("drafts", "未提交的申请", "Applications not yet handed in"),
        ("desks", "窗口与领办", "Desks"),
        ("feed", "事件流与事件目录", "The feed of events, and what it may tell"),
        ("webhooks", "事件推送", "Events sent to outside systems"),
        ("registers", "登记簿", "Registers"),
        ("accounts", "账户与时段", "Accounts and slots"),
        ("definitions", "定义与发布", "Definitions and releases"),
        ("audit", "可验证的历史", "A past that can be checked"),
        ("draws", "可验证的随机抽查", "Draws that anybody can check"),
    )
)


def _parameter(
    place: str, name: str, zh: str, en: str, schema: Schema, *, required: bool = False
) -> dict[str, Any]:
    said = {"name": name, "in": place, "description": zh, "x-description": en, "schema": schema}
    return said | ({"required": True} if required else {})


_KEY: Schema = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"}
_VERSION: Schema = {"type": "string", "examples": ['"3"']}
_SAME = ("同一键只办一次", "the same key acts once")
_READ = ("读到的版本(ETag)", "the version that was read (its ETag)")

PARAMETERS: Mapping[str, Any] = {
    "accept-language": _parameter(
        "header", "Accept-Language", "zh 或 en", "zh or en", {"type": "string", "examples": ["en"], "default": "zh"}
    ),
    "idempotency-key": _parameter("header", "Idempotency-Key", *_SAME, _KEY),
    "idempotency-key-required": _parameter("header", "Idempotency-Key", *_SAME, _KEY, required=True),
    "if-match": _parameter("header", "If-Match", *_READ, _VERSION),
    "if-match-required": _parameter("header", "If-Match", *_READ, _VERSION, required=True),
    "if-none-match": _parameter("header", "If-None-Match", "已有的版本", "the version that one has", STRING),
    "receipt-code": _parameter("header", "X-Receipt-Code", "匿名申请的回执码", "of who stayed unnamed", STRING),
    "after": _parameter("query", "after", "上一页给出的游标", "the cursor of the page before", STRING),
    "after-seq": _parameter(
        "query", "after", "此序号之后", "after this sequence number", {"type": "integer", "minimum": 0, "default": 0}
    ),
    "after-number": _parameter(
        "query", "after", "此条目之后", "after this entry", {"type": "integer", "minimum": 0, "default": 0}
    ),
    "after-leaf": _parameter(
        "query", "after", "略过的叶数", "leaves to pass over", {"type": "integer", "minimum": 0, "default": 0}
    ),
    "since": _parameter(
        "query", "since", "较早的条目", "the earlier entry", {"type": "integer", "minimum": 1}, required=True
    ),
    "limit": _parameter(
        "query", "limit", "每页条数", "rows a page", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}
    ),
    "q": _parameter("query", "q", "关键词", "words to look for", STRING),
    "audience": _parameter("query", "audience", "对象", "for whom", {"enum": ["person", "enterprise", "staff"]}),
    "release": _parameter("query", "release", "办件所用的发布版本", "the release that a case runs on", STRING),
    "domain": _parameter("query", "domain", "领域", "of which domain", STRING),
    "bulletin-state": _parameter(
        "query", "state", "公示状态", "only those that stand, say",
        {"enum": ["standing", "suspended", "ended", "withdrawn"]},
    ),
    "bulletin-kind": _parameter(
        "query", "kind", "公示类别", "licences, penalties, inspections, draws, or what else",
        {"enum": ["licence", "penalty", "inspection", "draw", "other"]},
    ),
    "format": _parameter(
        "query", "format", "网页或 PDF", "a page or a PDF", {"enum": ["html", "pdf"], "default": "html"}
    ),
    "table-format": _parameter(
        "query", "format", "表格或 JSON", "a table or JSON", {"enum": ["csv", "json"], "default": "csv"}
    ),
    "post": _parameter("query", "post", "岗位", "only what waits for this post", STRING),
    "rel": _parameter(
        "query", "rel", "只看这一种关系", "of this relation alone",
        {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,31}$"},
    ),
    "side": _parameter(
        "query", "side", "我欠的(by)或欠我的(to)", "what I owe (by), or what is owed to me (to)",
        {"enum": ["by", "to"], "default": "by"},
    ),
    "node": _parameter(
        "query", "node", "给该单位的,须在该单位任职", "those to this office, at which the caller holds a post", STRING
    ),
    "as_of": _parameter("query", "as_of", "某日有效的版本", "as it was valid on this day", DAY),
    "year": _parameter(
        "query", "year", "年份(默认今年)", "the calendar year; this one if left out",
        {"type": "integer", "minimum": 2000, "maximum": 2999},
    ),
    "from": _parameter("query", "from", "起始日(不计入)", "the day from which, not counted", DAY, required=True),
    "from-day": _parameter("query", "from", "起始日(默认今天)", "the first day; today if left out", DAY),
    "slot-days": _parameter(
        "query", "days", "天数", "how many days", {"type": "integer", "minimum": 1, "maximum": 14, "default": 7}
    ),
    "account-key": _parameter(
        "query", "key", "分户取值,用 | 分隔,最后为周期", "which account: its key's values and its period, joined by |",
        STRING,
    ),
    "delivery-state": _parameter(
        "query", "state", "推送状态", "only deliveries in this state",
        {"enum": ["pending", "sending", "retry", "ok", "dead", "skipped"]},
    ),
    "webhook-id": _parameter("header", "webhook-id", "来报编号", "the id of the message: the same in every attempt",
                             STRING, required=True),
    "webhook-timestamp": _parameter("header", "webhook-timestamp", "签名时间(Unix 秒)",
                                    "when it was signed, Unix seconds", STRING, required=True),
    "webhook-signature": _parameter("header", "webhook-signature", "签名,以空格分隔", "signatures, separated by spaces",
                                    STRING, required=True),
    "delivery-type": _parameter("query", "type", "事件类型", "only events of this type", STRING),
    "delivery-case": _parameter("query", "case", "办件", "only events of this case", STRING),
    "since-instant": _parameter("query", "from", "起始时刻", "from this instant on", INSTANT),
    "until-instant": _parameter("query", "to", "截止时刻", "up to this instant", INSTANT),
    "days": _parameter(
        "query", "days", "天数", "how many days", {"type": "integer", "minimum": 0, "maximum": 2000}, required=True
    ),
    "unit": _parameter(
        "query", "unit", "工作日或日历日", "working or calendar days",
        {"enum": ["working_day", "calendar_day"], "default": "working_day"},
    ),
}  # fmt: skip

PATH: Mapping[str, Any] = {
    name: _parameter("path", name, zh, en, STRING, required=True)
    for name, zh, en in (
        ("item_id", "事项编号", "an item's id"),
        ("case_id", "办件编号或办件号", "a case's id, or its number"),
        ("clock_id", "时限编号", "a clock's id"),
        ("code", "文书上的核验码", "the code on the page of a document"),
        ("document_id", "文书标识", "the id of a document that a case issued"),
        ("bulletin_id", "公示标识", "the id of what is published"),
        ("draft_id", "草稿编号", "a draft's id"),
        ("schedule_id", "排期编号", "a schedule's id"),
        ("trial_id", "试办编号", "a trial's id"),
        ("trigger_id", "触发器编号", "a trigger's id"),
        ("period", "周期,如 2026-Q1", "a period by its name, such as 2026-Q1"),
        ("migration_id", "迁移编号", "a migration's id"),
        ("reprojection_id", "期限重算编号", "a reprojection's id"),
        ("calendar_id", "日历编号", "a calendar's id"),
        ("queue_id", "队列编号:部门.窗口", "a queue: department.window"),
        ("account_id", "账户编号", "an account's id"),
        ("register_id", "登记簿编号", "a register's id"),
        ("record_id", "记录编号(主键)", "a record's id (its key)"),
        ("import_id", "导入编号", "an import's id"),
        ("rule_id", "规则编号", "a rule's id"),
        ("kind", "定义种类", "a kind of definition"),
        ("definition_id", "定义编号", "a definition's id"),
        ("version_hash", "版本的内容哈希", "the hash of a version's content"),
        ("check_id", "检查编号", "a check's id"),
        ("event_type", "事件类型", "a type of event"),
        ("subscription_id", "订阅编号", "a subscription's id"),
        ("delivery_id", "推送编号", "a delivery's id"),
        ("replay_id", "重发编号", "a replay's id"),
        ("connector_id", "对接系统标识", "a connector's id"),
        ("channel_id", "通知渠道标识", "a channel's id"),
        ("provider_id", "渠道服务商标识", "a provider's id"),
        ("external_id", "对方编号", "an outside system's number of a matter"),
        ("day", "日期（如 2026-03-02）", "a day of the district, as 2026-03-02"),
        ("switch_id", "开关编号", "a switch's id"),
        ("series_id", "抽查系列编号", "a series of draws"),
        ("draw_number", "第几次抽查", "the number of a draw"),
        ("roster", "名册", "a roster: objects, inspectors, conflicts, departures"),
        ("number", "条目序号,或 latest", "the number of an entry, or latest"),
    )
}

HEADERS: Mapping[str, Any] = {
    "ETag": {"description": "版本 / the version", "schema": STRING},
    "Location": {
        "description": "新建资源的地址 / where it is",
        "schema": {"type": "string", "format": "uri-reference"},
    },
    "Idempotency-Replayed": {
        "description": "true:该键早已办过 / the key had acted before",
        "schema": {"const": "true"},
    },
    "Link": {"description": '下一部分:rel="next" / where the next part is', "schema": STRING},
    "X-Request-Id": {"description": "请求编号 / the request's id", "schema": STRING},
}

STATUSES: Mapping[int, tuple[str, str]] = {
    400: ("请求无法读取", "The request cannot be read"),
    401: ("未登录或令牌无效", "Not signed in, or no valid token"),
    403: ("无权", "Not allowed"),
    404: ("没有,或不让您知道有没有", "Not there, or not yours to know"),
    409: ("本身没错,但现在不行", "Right in itself, but not now"),
    412: ("已被他人修改", "Changed since it was read"),
    413: ("内容过大", "Too large"),
    415: ("应为 application/json", "Must be application/json"),
    422: ("内容有误,逐处说明", "Wrong, with everything that is"),
    429: ("太忙,稍后再试", "Too busy: try again later"),
    500: ("系统内部错误", "Unexpected error"),
    503: ("暂不可用", "Not available at present"),
}
