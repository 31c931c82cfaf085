"""Decides whether an item is what it claims to be: a power of its own body, codes that are nobody else's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.domain.definitions import Definition
from chalicelib.domain.formats import is_uscc
from chalicelib.domain.item_people import organisation_of, organs_of
from chalicelib.domain.problems import Finding, finding

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context

# 清单之外无权力: the ten kinds of power of the powers list; services, help and markets need none.
POWERS = frozenset(
    {
        "licence", "registration", "confirmation", "reward", "payment",
        "penalty", "coercion", "inspection", "levy", "ruling",
    }
)  # fmt: skip
USCC = 18  # 实施编码 begins with the 统一社会信用代码 of the body (GB/T 39554.1)


def power(item: Definition, context: Context) -> Iterator[Finding]:
    """An item that exercises power names one of the list, and one that is its own body's and of its nature."""
    if item["nature"] not in POWERS or item.get("authority") == "external":
        return  # what another body decides is in that body's list
    named = item.get("power")
    if not named:
        zh, en = (
            "清单之外无权力:行使权力的事项必须写明权力编码",
            "an item that exercises power must name its power",
        )
        yield finding("/power", "power-missing", zh, en)
        return
    listed = context.powers(named) if context.powers is not None else True
    if not listed:
        zh, en = f"权力 {named} 不在权力清单内", f"power {named} is not in the powers list"
        yield finding("/power", "power-not-listed", zh, en, power=named)
    elif isinstance(listed, Mapping):
        yield from _as_listed(item, listed, context)


def _as_listed(item: Definition, record: Mapping[str, Any], context: Context) -> Iterator[Finding]:
    named, nature, body = item["power"], record.get("nature"), record.get("department")
    if nature != item["nature"]:
        zh, en = f"权力 {named} 的类型是 {nature}", f"power {named} is of the nature {nature}"
        yield finding("/power", "power-of-another-nature", zh, en, power=named, nature=nature)
    if body not in {item["department"], *organs_of(item, context)}:
        zh, en = f"权力 {named} 属于 {body}", f"power {named} belongs to {body}"
        yield finding("/power", "power-of-another-body", zh, en, power=named, department=body)
    if record.get("status", "in-force") != "in-force":
        zh, en = f"权力 {named} 已不在用", f"power {named} is not in force"
        yield finding("/power", "power-not-in-force", zh, en, power=named, status=record["status"])


def codes(item: Definition, context: Context) -> Iterator[Finding]:
    """实施编码 begins with a valid code of the body itself; no two items share the code that tells them apart."""
    declared = item.get("codes", {})
    implementation, business = declared.get("implementation", ""), declared.get("business")
    if not implementation:
        return
    if not is_uscc(implementation[:USCC]):
        zh = "实施编码前 18 位不是有效的统一社会信用代码(GB 32100 校验码)"
        en = "the first 18 characters are no valid unified social credit code (GB 32100 check character)"
        yield finding("/codes/implementation", "code-check-failed", zh, en)
    elif (own := _code_of_body(item, context)) and own != implementation[:USCC]:
        zh, en = f"实施编码不属于本单位({own})", f"the code is not this body's ({own})"
        yield finding("/codes/implementation", "code-of-another-body", zh, en, own=own)
    if business is not None and not business.startswith(implementation):
        zh, en = "业务办理项编码应以实施编码开头", "the business code begins with the implementation code"
        yield finding("/codes/business", "business-code-apart", zh, en)
    place = "business" if business else "implementation"
    for other in sorted(_sharing(item, declared[place], context)):
        zh, en = f"编码已被事项 {other} 使用", f"the code is that of the item {other}"
        yield finding(f"/codes/{place}", "code-taken", zh, en, item=other)


def _code_of_body(item: Definition, context: Context) -> str | None:
    """The nearest code in the item's organ; None where the organisation gives none."""
    organisation = organisation_of(context)
    nodes = organisation.nodes if organisation else {}
    return next((nodes[n]["code"] for n in organs_of(item, context) if "code" in nodes.get(n, {})), None)


def _sharing(item: Definition, code: str, context: Context) -> set[str]:
    others = [one for one in context.world.values() if one.get("kind") == "items"]
    return {
        str(one["id"])
        for one in (*others, *context.catalogue)
        if one["id"] != item["id"] and code == _telling(one.get("codes", {}))
    }


def _telling(declared: Mapping[str, Any]) -> Any:
    return declared.get("business") or declared.get("implementation")
