"""A realistic application of 77 leaves (企业设立登记, setting up an enterprise) and ways to spoil it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from chalicelib.domain.formats import resident_id_check, uscc_check

SHARED_DIRECTORY = Path(__file__).parents[1] / "schemas" / "shared"
LEAVES = 77


def shared_schemas() -> dict[str, Any]:
    """The documents of schemas/shared by `$id`, as a loader gives them."""
    documents = [json.loads(path.read_text("utf-8")) for path in sorted(SHARED_DIRECTORY.glob("*.json"))]
    return {document["$id"]: document for document in documents}


def resident_id(body17: str = "43010519900307123") -> str:
    return body17 + resident_id_check(body17)


def uscc(body17: str = "91430111MA4L0DEM0") -> str:
    return body17 + uscc_check(body17)


def leaves(value: Any) -> int:
    if isinstance(value, dict):
        return sum(leaves(member) for member in value.values())
    if isinstance(value, list):
        return sum(leaves(member) for member in value)
    return 1


def _title(zh: str, en: str) -> dict[str, Any]:
    return {"title": en, "x-title": {"zh": zh, "en": en}}


def _shared(name: str, zh: str, en: str) -> dict[str, Any]:
    return {**_title(zh, en), "$ref": f"https://schemas.jisheng/shared/{name}.json"}


def _text(zh: str, en: str, low: int, high: int, **more: Any) -> dict[str, Any]:
    return {**_title(zh, en), "type": "string", "minLength": low, "maxLength": high, **more}


def _pattern(zh: str, en: str, pattern: str, **more: Any) -> dict[str, Any]:
    return {**_title(zh, en), "type": "string", "pattern": pattern, **more}


def _format(zh: str, en: str, name: str, **more: Any) -> dict[str, Any]:
    return {**_title(zh, en), "type": "string", "format": name, **more}


def _choice(zh: str, en: str, *options: str) -> dict[str, Any]:
    return {**_title(zh, en), "type": "string", "enum": list(options)}


def _whole(zh: str, en: str, low: int, high: int) -> dict[str, Any]:
    return {**_title(zh, en), "type": "integer", "minimum": low, "maximum": high}


def _yes_no(zh: str, en: str) -> dict[str, Any]:
    return {**_title(zh, en), "type": "boolean"}


def _group(zh: str, en: str, required: list[str], properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    closed = {"type": "object", "additionalProperties": False, "required": required, "properties": properties}
    return {**_title(zh, en), **closed, **more}


def _many(zh: str, en: str, low: int, high: int, items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**_title(zh, en), "type": "array", "minItems": low, "maxItems": high, "items": items, **more}


def _enterprise() -> dict[str, Any]:
    properties = {
        "name": _pattern("企业名称", "Enterprise name", "^[^ \t].{2,98}[^ \t]$", maxLength=100),
        "alternative_names": _many(
            "备选名称",
            "Alternative names",
            0,
            3,
            _text("备选名称", "Alternative name", 4, 100),
            uniqueItems=True,
        ),
        "kind": _choice("企业类型", "Kind of enterprise", "limited", "partnership", "sole", "branch"),
        "industry": _pattern("行业代码", "Industry code", "^[A-T][0-9]{2,4}$"),
        "scope": _text("经营范围", "Scope of business", 4, 2000),
        "registered_capital": _shared("money", "注册资本", "Registered capital"),
        "currency": _choice("币种", "Currency", "CNY", "HKD", "USD", "EUR"),
        "term": _shared("period", "经营期限", "Term of business"),
        "employees": _whole("从业人数", "Employees", 0, 1_000_000),
        "parent": _shared("enterprise", "隶属企业", "Parent enterprise"),
        "phone": _format("企业联系电话", "Enterprise telephone", "cn-phone"),
        "website": _pattern("网址", "Website", "^https?://[A-Za-z0-9.-]+(/[!-~]*)?$", maxLength=200),
    }
    required = ["name", "kind", "industry", "scope", "registered_capital", "phone"]
    branch = {"required": ["kind"], "properties": {"kind": {"const": "branch"}}}
    condition = {"if": branch, "then": {"required": ["parent"]}}
    return _group("企业信息", "Enterprise", required, properties, **condition)


def _premises() -> dict[str, Any]:
    properties = {
        "address": _shared("address", "住所", "Address"),
        "area": _whole("面积（平方米）", "Area in square metres", 1, 10_000_000),
        "tenure": _choice("使用方式", "Tenure", "owned", "rented", "free"),
        "lease": _shared("period", "租赁期限", "Lease"),
        "certificate": _pattern("不动产权证号", "Real estate certificate", "^[0-9A-Z-]{6,40}$"),
    }
    rented = {"required": ["tenure"], "properties": {"tenure": {"const": "rented"}}}
    condition = {"if": rented, "then": {"required": ["lease"]}}
    return _group("经营场所", "Premises", ["address", "tenure"], properties, **condition)


def _shareholder() -> dict[str, Any]:
    who = {
        "person": _shared("person", "自然人股东", "Shareholder (person)"),
        "enterprise": _shared("enterprise", "法人股东", "Shareholder (enterprise)"),
    }
    properties = {
        **who,
        "contribution": _shared("money", "认缴出资额", "Subscribed contribution"),
        "share": _whole("出资比例（万分之一）", "Share in 1/10,000", 1, 10_000),
        "paid_by": _format("出资期限", "To be paid by", "date"),
        "manner": _choice(
            "出资方式", "Manner of contribution", "money", "goods", "intellectual-property", "land-use"
        ),
    }
    one_of = [{"required": ["person"]}, {"required": ["enterprise"]}]
    required = ["contribution", "share", "paid_by", "manner"]
    return _group("股东", "Shareholder", required, properties, oneOf=one_of)


def _officer() -> dict[str, Any]:
    properties = {
        "person": _shared("person", "任职人员", "Officer"),
        "post": _choice("职务", "Post", "director", "manager", "supervisor", "finance"),
        "appointed_by": _choice("产生方式", "How appointed", "elected", "appointed", "hired"),
    }
    return _group("主要人员", "Officer", ["person", "post"], properties)


def _agent() -> dict[str, Any]:
    properties = {
        "person": _shared("person", "经办人", "Agent"),
        "authority": _shared("period", "授权期限", "Period of authority"),
        "powers": _many(
            "授权事项",
            "Powers",
            1,
            4,
            _choice("授权事项", "Power", "submit", "correct", "collect", "sign"),
            uniqueItems=True,
        ),
    }
    return _group("委托代理", "Agent", ["person", "authority", "powers"], properties)


def _service() -> dict[str, Any]:
    properties = {
        "delivery": _choice("结果送达方式", "Delivery of the result", "electronic", "post", "window"),
        "address": _shared("address", "邮寄地址", "Postal address"),
        "seals": _whole("免费刻章数量", "Free seals", 0, 5),
        "bank_account": _yes_no("同时预约银行开户", "Book a bank account too"),
        "tax_invoices": _yes_no("同时申领发票", "Apply for invoices too"),
        "social_insurance": _yes_no("同时办理社保登记", "Register for social insurance too"),
    }
    posted = {"required": ["delivery"], "properties": {"delivery": {"const": "post"}}}
    condition = {"if": posted, "then": {"required": ["address"]}}
    return _group("送达与联办", "Delivery and joint handling", ["delivery"], properties, **condition)


def _declaration() -> dict[str, Any]:
    agreed = {**_yes_no("承诺内容真实", "What is said is true"), "const": True}
    properties = {
        "truthful": agreed,
        "signed_on": _format("签署日期", "Signed on", "date"),
        "remarks": _text("备注", "Remarks", 0, 500),
    }
    return _group("申请人声明", "Declaration", ["truthful", "signed_on"], properties)


def application_form() -> dict[str, Any]:
    properties = {
        "enterprise": _enterprise(),
        "premises": _premises(),
        "legal_representative": _shared("person", "法定代表人", "Legal representative"),
        "shareholders": _many("股东", "Shareholders", 1, 50, _shareholder()),
        "officers": _many("主要人员", "Officers", 1, 30, _officer()),
        "agent": _agent(),
        "service": _service(),
        "declaration": _declaration(),
    }
    required = ["enterprise", "premises", "legal_representative", "shareholders", "officers", "declaration"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_group("企业设立登记", "Setting up an enterprise", required, properties),
    }


def _person(name: str, body17: str, mobile: str, **more: Any) -> dict[str, Any]:
    number = resident_id(body17)
    return {"name": name, "id_type": "resident-id", "id_number": number, "mobile": mobile, **more}


def application() -> dict[str, Any]:
    """A valid application with exactly 77 leaves; every person, number and firm in it is made up."""
    founder = _person("王示例", "43010519900307123", "13800000001", email="founder@example.com")
    partner = _person("李示例", "43011119880229456", "13800000002")
    address = {
        "area_code": "430111",
        "province": "湖南省",
        "city": "长沙市",
        "district": "望城区",
        "town": "月亮岛街道",
        "detail": "示例路一号示例大厦三零五室",
        "postcode": "410200",
    }
    stake = {"share": 4_000, "paid_by": "2030-12-31", "manner": "money"}
    document = {
        "enterprise": {
            "name": "长沙示例智能科技有限公司",
            "alternative_names": ["长沙示例数据科技有限公司", "长沙示例信息科技有限公司"],
            "kind": "limited",
            "industry": "I6513",
            "scope": "软件开发；信息系统集成服务；数据处理和存储支持服务；人工智能应用软件开发。",
            "registered_capital": 100_000_000,
            "currency": "CNY",
            "term": {"from": "2026-03-02", "until": "2056-03-01"},
            "phone": "0731-88000000",
            "website": "https://example.com/about",
        },
        "premises": {
            "address": address,
            "area": 120,
            "tenure": "rented",
            "lease": {"from": "2026-03-01", "until": "2029-02-28"},
        },
        "legal_representative": founder,
        "shareholders": [
            {"person": founder, "contribution": 40_000_000, **stake},
            {
                "person": partner,
                "contribution": 20_000_000,
                "share": 2_000,
                "paid_by": "2030-12-31",
                "manner": "goods",
            },
            {
                "enterprise": {"name": "长沙示例投资有限公司", "uscc": uscc(), "phone": "0731-88000001"},
                "contribution": 40_000_000,
                **stake,
            },
        ],
        "officers": [
            {"person": partner, "post": "manager", "appointed_by": "hired"},
            {"person": founder, "post": "director"},
        ],
        "agent": {
            "person": _person("赵示例", "43010519951231078", "13800000003"),
            "authority": {"from": "2026-03-02", "until": "2026-06-01"},
            "powers": ["submit", "correct"],
        },
        "service": {"delivery": "electronic", "seals": 3, "bank_account": True},
        "declaration": {"truthful": True, "signed_on": "2026-03-02"},
    }
    return json.loads(json.dumps(document))  # no two places share an object


class Dice:
    """A reproducible stream of choices: SHA-256 of a seed and a counter."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._thrown = 0

    def below(self, limit: int) -> int:
        self._thrown += 1
        thrown = hashlib.sha256(f"{self._seed}:{self._thrown}".encode()).digest()
        return int.from_bytes(thrown[:8], "big") % limit

    def one_of(self, choices: Sequence[Any]) -> Any:
        return choices[self.below(len(choices))]


_TEXTS = [
    "",
    " ",
    "x",
    "王示例",
    "branch",
    "rented",
    "post",
    "passport",
    "2026-02-30",
    "2026-12-31",
    "410200",
    "13800000009",
]
_TEXTS += [
    "E12345678",
    "resident-id",
    "electronic",
    "money",
    "I65",
    "x" * 130,
    "长沙示例商贸有限公司",
    uscc(),
    resident_id(),
]
_OTHERS = [
    None,
    True,
    False,
    0,
    1,
    -1,
    10_000,
    10_001,
    2**53 - 1,
    2**60,
    [],
    ["submit"],
    ["submit", "submit"],
    {},
]
_OTHERS += [{"from": "2026-01-01"}, {"name": "王示例"}, ["长沙示例商贸有限公司", "长沙示例商贸有限公司"]]
_MEMBERS = [
    "name",
    "address",
    "parent",
    "lease",
    "period",
    "extra",
    "企业",
    "a/b",
    "~",
    "id_number",
    "enterprise",
    "person",
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to every value inside a document."""
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for token, member in members:
        yield (*path, token)
        yield from places(member, (*path, token))


def mutated(document: Any, dice: Dice) -> Any:
    """A copy of a document with one to three things changed: most are wrong afterwards, some are not."""
    copy = json.loads(json.dumps(document))
    for _ in range(1 + dice.below(3)):
        paths = list(places(copy))
        if not paths:
            break
        *way, last = dice.one_of(paths)
        holder = copy
        for token in way:
            holder = holder[token]
        _change(holder, last, dice)
    return copy


def _change(holder: Any, last: Any, dice: Dice) -> None:
    value = holder[last]
    kind = dice.below(7)
    if kind == 0:
        del holder[last]
    elif kind == 1:
        # a copy: a later change must not reach into the list of choices, nor put an object into itself
        holder[last] = json.loads(json.dumps(dice.one_of(_OTHERS)))
    elif kind == 2 and isinstance(value, dict):
        value[dice.one_of(_MEMBERS)] = dice.one_of(_TEXTS)
    elif kind == 3 and isinstance(value, list) and value:
        value.append(value[0])
    elif kind == 4 and isinstance(value, str) and value:
        place = dice.below(len(value))
        holder[last] = value[:place] + dice.one_of(["", "0", "X", "一", "\n", "٣", "é"]) + value[place + 1 :]
    elif kind == 5 and isinstance(value, str):
        holder[last] = value + dice.one_of(["\n", " ", "0"])  # Python's `$` would forgive the first
    else:
        holder[last] = dice.one_of(_TEXTS)


def spoiled(document: Any, mistakes: int) -> Any:
    """A document with the first so many of seven mistakes that applicants make."""
    for spoil in _MISTAKES[:mistakes]:
        spoil(document)
    return document


_MISTAKES: list[Callable[[Any], Any]] = [
    lambda it: it["premises"]["address"].update(postcode="41020"),
    lambda it: it["enterprise"].pop("name"),
    lambda it: it["legal_representative"].update(id_number="430105199003071230"),
    lambda it: it["shareholders"][1].update(share=20_000),
    lambda it: it["service"].update(delivery="post"),
    lambda it: it["declaration"].update(truthful=False),
    lambda it: it["agent"].update(note="extra"),
]
