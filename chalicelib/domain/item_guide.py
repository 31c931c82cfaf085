"""Decides whether an item asks for nothing that it may not: materials, deferrals, commitments, fees, visits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chalicelib.domain.definitions import Definition, of_kind
from chalicelib.domain.problems import Finding, finding

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context


def deferrals(item: Definition, _: Context) -> Iterator[Finding]:
    """容缺: what makes an application one cannot come later; how much later the rest may come has a source."""
    for index, material in enumerate(item.get("materials", ())):
        if not material.get("deferrable"):
            continue
        pointer = f"/materials/{index}/deferrable"
        if material.get("principal") or material.get("kind") == "application":
            zh, en = "主要材料不能容缺", "a principal material cannot be deferred"
            yield finding(pointer, "deferral-of-principal", zh, en, material=material["id"])
        if not material.get("deferrable_source"):
            zh, en = "容缺期限须写明依据", "the period of a deferral needs a source"
            yield finding(pointer, "deferral-without-source", zh, en, material=material["id"])


def commitments(item: Definition, context: Context) -> Iterator[Finding]:
    """告知承诺 is not for excluded subjects (the plan's list), and only where the guide allows it."""
    declared = item.get("guide", {}).get("commitment", {})
    if declared.get("allowed") and declared.get("excluded"):
        subjects = ", ".join(declared["excluded"])
        zh, en = f"涉及 {subjects} 的事项不适用告知承诺", f"no commitment in matters of {subjects}"
        yield finding(
            "/guide/commitment/allowed", "commitment-excluded", zh, en, subjects=declared["excluded"]
        )
    if declared.get("allowed"):
        return
    zh, en = "本事项未开放告知承诺", "the guide of this item does not allow a commitment"
    for index, material in enumerate(item.get("materials", ())):
        for place, mode in enumerate(material["modes"]):
            if mode == "commitment":
                yield finding(f"/materials/{index}/modes/{place}", "commitment-not-allowed", zh, en)
    if _undertakes(item, context):
        yield finding("/process", "commitment-not-allowed", zh, en)


def _undertakes(item: Definition, context: Context) -> bool:
    """Whether the item's process has somebody sign an undertaking."""
    process = context.world.get(f"processes/{item.get('process')}", {})
    documents = of_kind("documents", context.world)
    issued = {name for move in process.get("moves", {}).values() for name in move.get("issues", ())}
    return any(documents.get(name, {}).get("purpose") == "undertaking" for name in issued)


def burdens(item: Definition, _: Context) -> Iterator[Finding]:
    """No fee without its basis, no visit without its reason (收费依据、必须现场办理原因)."""
    guide = item.get("guide", {})
    fees = guide.get("fees", {})
    if fees.get("charged") and not (fees.get("items") or fees.get("basis")):
        zh, en = "收费须写明项目和依据", "a fee needs its item and its basis"
        yield finding("/guide/fees", "fee-without-basis", zh, en)
    if guide.get("max_visits", 0) > 0 and "visit_reason" not in guide:
        zh, en = "须到现场的，要写明原因", "a visit that is demanded needs a reason"
        yield finding("/guide/max_visits", "visit-without-reason", zh, en)
