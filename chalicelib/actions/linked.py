"""Does the reading of what a case is linked to: its readers learn of each link, the rest only who may see it."""

from __future__ import annotations

from typing import Any

from chalicelib.actions.office import Kit
from chalicelib.actions.seeing import Seen, seen_in_list
from chalicelib.domain.cases import Case
from chalicelib.domain.change import Link
from chalicelib.domain.views import rfc3339, state_view

SHOWN = 100  # links of one case; a group that grows beyond is a query of its own


def of_case(kit: Kit, seen: Seen) -> list[dict[str, Any]]:
    """`{rel, direction, case_id, item_id, title, since}` of each; `number`, `state`, `outcome` of what may be seen.

    A confidential case that the caller may not see is not mentioned.
    """
    links = kit.cases.links(seen.case.id)[:SHOWN]
    others = [link.target if link.source == seen.case.id else link.source for link in links]
    cases = [one for one in others if one.startswith("cas_")]
    found = dict(zip(cases, kit.cases.many(cases), strict=True))
    shown = [
        _shown(kit, seen, link, case)
        for link, other in zip(links, others, strict=True)
        if (case := found.get(other)) is not None
    ]
    return [one for one in shown if one]


def _shown(kit: Kit, seen: Seen, link: Link, case: Case) -> dict[str, Any] | None:
    inside = seen_in_list(kit, seen.office, seen.principal, case, seen.grants)
    if inside is None and case.confidential:
        return None
    bundle = kit.catalogue.bundle(case.release)
    body: dict[str, Any] = {
        "rel": link.rel,
        "direction": "to" if link.source == seen.case.id else "from",
        "case_id": case.id,
        "item_id": case.item,
        "title": bundle.item["title"],
        "since": rfc3339(link.valid_from, kit.zone) if link.valid_from is not None else None,
        "visible": inside is not None,
    }
    if inside is not None:
        process = seen.office.world(bundle, case.node).process
        states = [state_view(process, state) for state in process.active(case.configuration)]
        body |= {"number": case.number, "state": states, "outcome": case.outcome}
    return body
