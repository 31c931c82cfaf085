"""Decides how a question of access is put: who is asking, about what, and every fact the answer rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from chalicelib.domain.parties import Grant, Principal, interested, mandate_of, speaks_for, standing

Action = Literal[
    "read_catalogue",
    "read_record_public",
    "read_case",
    "list_cases",
    "read_events",
    "move_case",
    "add_material",
    "claim_case",
    "assign_case",
    "open_case",
    "read_personal",
    "read_queue",
    "read_register",
    "write_register",
    "read_definition",
    "edit_definition",
    "check_definition",
    "trial_rule",
    "release_definition",
    "rollback_definition",
    "hard_stop",
    "give_grant",
    "revoke_grant",
    "read_feed",
    "keep_subscription",
    "read_audit",
    "read_account",
    "read_notices",
]

Context = Mapping[str, Any]

_OF_PARTIES = ("party:", "receipt", "agent", "key")
_OF_POSTS = ("post:", "above:", "held:", "node:", "on-duty")


@dataclass(frozen=True, slots=True)
class Resource:
    """What is asked about: a Cedar entity with all its attributes."""

    type: str
    id: str
    attributes: Mapping[str, Any]


def asked(
    principal: Principal,
    view: Mapping[str, Any],
    *,
    by: Sequence[str] = (),
    grant: Grant | None = None,
    same_person_did: Sequence[str] = (),
    purpose: str = "",
    internal: bool = False,
) -> dict[str, Any]:
    """The context of one question. Every default is the narrower answer.

    `view` says where and about whom: a case's view, or `place(node)` for what has no parties.
    `by`: tokens that the definition admits. `same_person_did`: this person's earlier moves in the case
    that are in the move's `distinct_from`.
    """
    tokens = standing(principal, view, grant)
    party = {token for token in tokens if token.startswith(_OF_PARTIES)}
    post = {token for token in tokens if token.startswith(_OF_POSTS)}
    subject = speaks_for(principal, grant)
    return {
        "by": sorted(by),
        "as_party": sorted(party),
        "as_post": sorted(post),
        "as_role": sorted(tokens - party - post),
        "mandate": mandate_of(principal, grant),
        "subject_kind": subject.partition(":")[0] if subject else "",
        "interested": interested(principal, view),
        "same_person_did": sorted(same_person_did),
        "purpose": purpose,
        "internal": internal or principal.internal,
    }


def place(node: str, ancestors: Sequence[str] = (), superiors: Sequence[str] = ()) -> dict[str, Any]:
    """The view of what belongs to a node and has no parties; `parties.ANYWHERE` is the whole district."""
    return {"parties": (), "node": node, "ancestors": ancestors, "superiors": superiors}


def case_resource(case_id: str, view: Mapping[str, Any]) -> Resource:
    """A case from its view. What the view lacks stays lacking: Cedar then answers no, with the error."""
    attributes = {name: view[name] for name in ("confidential", "readers") if name in view}
    attributes |= {name: view.get(name) or "" for name in ("claimed_by", "claimed_for")}
    return Resource("Case", case_id, attributes)


def item_resource(definition: Mapping[str, Any]) -> Resource:
    """An item that someone would open: its audience, and whether a party may stay unnamed."""
    attributes = {"audience": list(definition["audience"]), "anonymous": definition.get("anonymous", False)}
    return Resource("Item", definition["id"], attributes)


def queue_resource(node: str, post: str) -> Resource:
    return Resource("Queue", f"{node}/{post}", {"desk": f"post:{post}"})


def definition_resource(kind: str, id: str, authors: Sequence[str], department: str = "") -> Resource:
    """`authors`: everybody who wrote in the draft; none for what is released. `department`: whose it is."""
    attributes = {"authors": list(authors), "kind": kind, "department": department}
    return Resource("Definition", f"{kind}/{id}", attributes)


def departments_of(versions: Iterable[Mapping[str, Any]]) -> list[str]:
    """Every department that versions of one definition belong to; "" for the whole district's, and for none.

    The published version and the draft count both: nobody takes over another's by writing their own name in.
    """
    said = [version.get("department") for version in versions]
    return sorted({one if isinstance(one, str) else "" for one in said} or {""})


def grant_resource(grant: Grant) -> Resource:
    attributes = {"kind": grant.kind, "giver": grant.giver, "taker": grant.taker}
    return Resource("Grant", grant.id, attributes | {"document": grant.document or ""})


def audit_resource(about: str = "") -> Resource:
    """The read log about one subject, or everybody's."""
    return Resource("Audit", about or "all", {"about": about})


def notices_resource(about: str) -> Resource:
    """The notices to one subject."""
    return Resource("Notices", about, {"about": about})


def subscription_resource(owner: str) -> Resource:
    """A subscription to events, and whose it is."""
    return Resource("Subscription", owner, {"owner": owner})


def plain_resource(type: Literal["Register", "Record", "Feed", "Account"], id: str) -> Resource:
    return Resource(type, id, {})
