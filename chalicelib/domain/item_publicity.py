"""Decides whether what an item publishes can be published: one of a name, by acts and clocks that there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.domain.definitions import Definition, escape
from chalicelib.domain.problems import Finding, finding

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context


def blocks(item: Definition, process: Definition, _: Context) -> Iterator[Finding]:
    """Two results of one name would be one bulletin; what names no clock or move of the item would never happen."""
    seen = set[str]()
    for pointer, block in _placed(item):
        name = str(block.get("id", "result"))
        if name in seen:
            zh, en = f"公示“{name}”重复", f"{name!r} is published twice"
            yield finding(f"{pointer}/id", "id-twice", zh, en, id=name)
        seen.add(name)
        yield from _named(pointer, block, item, process)


def _named(
    pointer: str, block: Mapping[str, Any], item: Definition, process: Definition
) -> Iterator[Finding]:
    if block.get("at_once") and "by" in block:
        zh, en = "自动公示的不再指定由谁公示", "what publishes itself is published by nobody"
        yield finding(f"{pointer}/by", "publicity-by-nobody", zh, en)
    clocks = {str(one["id"]) for one in item.get("clocks", ())}
    for member, known in (("until", clocks), ("objection_move", process["moves"].keys())):
        if member in block and block[member] not in known:
            zh, en = f"没有名为“{block[member]}”的时限或操作", f"there is no {block[member]!r} in this item"
            yield finding(f"{pointer}/{member}", f"publicity-{member.replace('_', '-')}-unknown", zh, en)


def _placed(item: Definition) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for state, outcomes in item.get("outcomes", {}).items():
        for index, one in enumerate(outcomes):
            if "publicity" in one:
                yield f"/outcomes/{escape(state)}/{index}/publicity", one["publicity"]
