"""Decides what surrounds a case when someone asks about it: its organ, the organs above, who holds it now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.cases import Case
from chalicelib.domain.organisations import Organisation
from chalicelib.domain.parties import receipt_hash

VIEW = "departments"  # the view in which power belongs to organs; the others route, they do not empower
DECIDING = ("post:handler", "post:reviewer", "post:decider")  # (sample default, not from the plan)
ORGANS = frozenset({"department", "government", "street", "town", "park", "utility"})
DESKS = frozenset({"centre", "window", "hotline"})  # where people come to, or call


def around(organisation: Organisation, node: str, window: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(nodes of the same organ, nodes above it). 行政许可法 §22: the power is the organ's own, a superior may look.

    The window at which the case came in works for the organ, wherever its counter stands.
    """
    path = organisation.path(node, VIEW)
    last = next((n for n, name in enumerate(path) if organisation.node(name)["kind"] in ORGANS), 0)
    return (*path[: last + 1], window), path[last + 1 :]


def readers_of(item: Mapping[str, Any]) -> list[str]:
    """Who reads a confidential case: whom its item names, else who brought it and the posts that decide it."""
    roles = list(item.get("parties") or {"applicant": {}})
    return list(item.get("readers") or (f"party:{roles[0]}", "receipt", *DECIDING))


def case_scope(
    case: Case,
    organisation: Organisation,
    at: int,
    receipt_code: str | None = None,
    readers: Sequence[str] = (),
) -> dict[str, Any]:
    """The view of a case that `access.asked` wants. A claim whose lease has run out is no claim.

    `readers` of a confidential case, as its item names them: `readers_of`.
    """
    ancestors, superiors = around(organisation, case.node, case.window)
    claim: Mapping[str, Any] = case.claim if case.claim and case.claim["until"] > at else {}
    return {
        "parties": (*case.parties, *(one for one in case.followers if "subject" in one)),
        "node": case.node,
        "ancestors": ancestors,
        "superiors": superiors,
        "confidential": case.confidential,
        "readers": list(readers),
        "receipt": case.receipt,
        "follower_receipts": [one["receipt"] for one in case.followers if "receipt" in one],
        "receipt_shown": receipt_hash(receipt_code) if receipt_code else None,
        "claimed_by": claim.get("by", ""),
        "claimed_for": claim.get("for", ""),
    }
