"""Decides whether every node of an organisation has its place: in the view that empowers, with a code of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.domain.problems import Finding, finding
from chalicelib.domain.scope import DESKS, ORGANS, VIEW


def findings(definition: Mapping[str, Any]) -> list[Finding]:
    """What stands against an organisation that is sound in itself."""
    nodes, views = definition["nodes"], definition["views"]
    if len(nodes) > 1 and VIEW not in views:
        zh, en = f"缺少视图“{VIEW}”", f"the view {VIEW!r} is missing: in it power belongs to organs"
        return [finding("/views", "view-missing", zh, en)]
    return [*_placed(nodes, views), *_coded(nodes)]


def _placed(nodes: Mapping[str, Any], views: Mapping[str, list[list[str]]]) -> Iterator[Finding]:
    """Every node stands in some view, and every body and desk in the one in which power belongs to organs."""
    somewhere = {name for edges in views.values() for edge in edges for name in edge}
    empowered = {name for edge in views.get(VIEW, ()) for name in edge}
    for node, declared in nodes.items() if len(nodes) > 1 else ():
        if node not in somewhere:
            yield finding(
                f"/nodes/{node}", "node-outside-views", f"{node} 不在任何视图中", f"{node} is in no view"
            )
        elif declared.get("kind") in ORGANS | DESKS and node not in empowered:
            zh, en = f"{node} 不在视图“{VIEW}”中", f"{node} is not in the view {VIEW!r}"
            yield finding(f"/views/{VIEW}", "node-outside-view", zh, en)
    roots = sorted(empowered - {child for _, child in views.get(VIEW, ())})
    if len(roots) > 1:
        zh, en = f"视图“{VIEW}”不是一棵树：{'、'.join(roots)}", f"{VIEW!r} is in pieces: {', '.join(roots)}"
        yield finding(f"/views/{VIEW}", "view-in-pieces", zh, en)


def _coded(nodes: Mapping[str, Any]) -> Iterator[Finding]:
    """A body has its 统一社会信用代码 to itself."""
    seen: dict[str, str] = {}
    for node, declared in nodes.items():
        code = declared.get("code")
        if code in seen:
            zh, en = f"代码与 {seen[code]} 相同", f"the code is that of {seen[code]}"
            yield finding(f"/nodes/{node}/code", "code-taken", zh, en)
        elif code:
            seen[code] = node
