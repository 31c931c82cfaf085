"""Does the reading of a group: its members with how far each is, and, for who may see them, what they came to."""

from __future__ import annotations

from typing import Any

from chalicelib.actions.listing import seen_in_list
from chalicelib.actions.office import Kit
from chalicelib.actions.seeing import Seen
from chalicelib.domain import children, members
from chalicelib.domain.cases import Case
from chalicelib.domain.views import rfc3339, state_view


def of_case(kit: Kit, seen: Seen) -> list[dict[str, Any]]:
    """A line for each member, in the order of the declaration; with documents it is the one result of the whole.

    What the parent's own table says is seen by who sees the parent; number, state and documents by who may see the
    member's case, which in a confidential one is not even named.
    """
    table, parent = seen.case.members, seen.case
    identities = {member: children.case_id(parent.id, member, entry) for member, entry in table.items()}
    cases = dict(zip(identities, kit.cases.many(list(identities.values())), strict=True))
    return [_line(kit, seen, member, cases[member]) for member in _ordered(seen)]


def _ordered(seen: Seen) -> list[str]:
    groups = [one for one in seen.bundle.item.get("children", {}).values() if one]
    listed = [member for group in groups for member in children.listed(group)]
    return sorted(
        seen.case.members, key=lambda member: (listed.index(member) if member in listed else 99, member)
    )


def _line(kit: Kit, seen: Seen, member: str, case: Case | None) -> dict[str, Any]:
    entry = seen.case.members[member]
    inside = seen_in_list(kit, seen.office, seen.principal, case, seen.grants) if case else None
    line: dict[str, Any] = {
        "member": member,
        "standing": members.standing(entry),
        "counts": not entry.get("aside"),
        "outcome": entry.get("outcome"),
        "due": rfc3339(entry["due"], kit.zone) if "due" in entry else None,
        "visible": inside is not None,
        "case_id": case.id if case and (inside or not case.confidential) else None,
    }
    line |= {"code": entry["code"]} if "code" in entry else {}
    line |= _of_item(kit, seen, member)
    if case is not None and inside is not None:
        process = seen.office.world(inside.bundle, case.node).process
        line["number"] = case.number
        line["state"] = [state_view(process, state) for state in process.active(case.configuration)]
        line["documents"] = _documents(kit, inside)
    return line


def _of_item(kit: Kit, seen: Seen, member: str) -> dict[str, Any]:
    """Which item it is, as the catalogue has it now; nothing where the group no longer names it."""
    declared = children.of_state(seen.bundle.item, str(seen.case.members[member]["in"])) or {}
    pattern = children.pattern_of(declared, member) if declared else None
    if pattern is None:
        return {}
    identity = str(pattern["item"])
    return {
        "item_id": identity,
        "title": pattern.get("title") or kit.catalogue.bundle_of(identity).item["title"],
    }


def _documents(kit: Kit, inside: Seen) -> list[dict[str, Any]]:
    rows = sorted(kit.cases.outputs(inside.case.id), key=lambda row: (row["seq"], row["id"]))
    return [
        {
            "document_id": row["id"],
            "document": row["document"],
            "title": inside.bundle.documents.get(row["document"], {}).get("title"),
            "state": row["state"],
            "issued_at": rfc3339(int(row["at"]), kit.zone),
        }
        for row in rows
    ]
