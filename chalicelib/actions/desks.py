"""Does the finding of desks: the posts that a caller holds today, and the queues that these let them read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.actions.listing import Desk, at_desk
from chalicelib.actions.office import Kit, Office
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Problem
from chalicelib.domain.scope import DESKS


def mine(kit: Kit, principal: Principal) -> dict[str, Any]:
    """`{posts, desks}` of the caller today, deputising included; both empty for who sits at no desk."""
    office = kit.office()
    staffed = office.staffed(principal)
    desks = [desk for desk in _all(kit, office) if _readable(office, staffed, desk)]
    return {
        "posts": [_post(office, staffed, node, post) for node, post in staffed.posts],
        "desks": [_shown(office, desk) for desk in desks],
    }


def _all(kit: Kit, office: Office) -> Iterator[Desk]:
    """Every desk to which a case can come: those that items name, and each organ's own."""
    nodes = office.organisation.nodes
    items = kit.catalogue.definitions(office.pointer, "items")
    named = {
        (str(one["department"]), str(one.get("window", one["department"])))
        for one in items
        if "department" in one
    }
    own = {(name, name) for name, node in nodes.items() if node.get("posts") and node["kind"] not in DESKS}
    return (Desk(department, window) for department, window in sorted(named | own) if department in nodes)


def _readable(office: Office, principal: Principal, desk: Desk) -> bool:
    try:
        at_desk(office, principal, desk)
    except Problem:
        return False
    return True


def _shown(office: Office, desk: Desk) -> dict[str, Any]:
    return {
        "queue_id": f"{desk.department}.{desk.window}", "department": desk.department, "window": desk.window,
        "department_title": _title(office, desk.department), "window_title": _title(office, desk.window),
    }  # fmt: skip


def _post(office: Office, principal: Principal, node: str, post: str) -> dict[str, Any]:
    declared: Mapping[str, Any] = office.organisation.node(node)["posts"][post]
    holds = any(one["subject"] == principal.subject for one in declared.get("holders", ()))
    replaced = [one["for"] for one in declared.get("deputies", ()) if one["subject"] == principal.subject]
    return {
        "node": node, "post": post, "title": declared.get("title") or {"zh": post, "en": post},
        "node_title": _title(office, node), "deputy_for": None if holds or not replaced else replaced[0],
    }  # fmt: skip


def _title(office: Office, node: str) -> dict[str, str]:
    declared = office.organisation.nodes.get(node, {})
    return dict(declared.get("title") or {"zh": node, "en": node})
