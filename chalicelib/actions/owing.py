"""Does the listing of what is owed: by me, to me, in the cases of a desk; what is due first first."""

from __future__ import annotations

from typing import Any

from chalicelib.actions.listing import Desk, at_desk, filled, seen_in_list
from chalicelib.actions.office import Kit, grant_keys, grants_in
from chalicelib.actions.ports import Listed, Row
from chalicelib.actions.seeing import Seen
from chalicelib.domain import dues
from chalicelib.domain.cases import Case
from chalicelib.domain.due_views import due_view
from chalicelib.domain.parties import Principal

SIDES = ("by", "to")

Lines = tuple[list[dict[str, Any]], str | None]


def of_subject(kit: Kit, principal: Principal, side: str, after: str | None, limit: int) -> Lines:
    """What is owed `by` whom the caller stands for, or `to` them."""
    subject = principal.acting_for or principal.subject
    loaded = kit.cases.load(None, records=grant_keys(principal))
    office, held = kit.office(loaded.pointer), grants_in(loaded.records)
    staffed = office.staffed(principal)

    def judge(case: Case) -> Seen | None:
        return seen_in_list(kit, office, staffed, case, held)

    def fetch(start: str | None) -> Listed:
        return kit.cases.owing(side, subject, start, limit)

    return filled(kit, fetch, judge, _line, after, limit)


def of_desk(kit: Kit, principal: Principal, desk: Desk, after: str | None, limit: int) -> Lines:
    """What is owed in a desk's cases, whoever owes. Raises forbidden as the desk's queue does."""
    office = kit.office()
    staffed = at_desk(office, principal, desk)

    def judge(case: Case) -> Seen | None:
        return seen_in_list(kit, office, staffed, case, ())

    def fetch(start: str | None) -> Listed:
        return kit.cases.owed_at(desk.department, desk.window, start, limit)

    return filled(kit, fetch, judge, _line, after, limit)


def _line(seen: Seen, row: Row) -> dict[str, Any] | None:
    """The due to which the row leads, as its case says now; None when nothing of it is owed any more."""
    identity = row.sort.split("#")[3]
    found = next((one for one in seen.case.dues if one["id"] == identity), None)
    if found is None or dues.next_deadline(found) is None:
        return None
    return {
        "case_id": seen.case.id,
        "number": seen.case.number,
        "item_id": seen.case.item,
        "item_title": seen.bundle.item["title"],
        "department": seen.case.node,
        "window": seen.case.window,
        "due": due_view(seen.office.world(seen.bundle, seen.case.node), found),
    }
