"""Does the lists of cases: a person's own, a desk's queue; every row judged, a page filled from few queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalicelib.actions.office import Kit, Office, grant_keys, grants_in
from chalicelib.actions.ports import Listed, Row
from chalicelib.actions.seeing import Seen, show
from chalicelib.domain import members
from chalicelib.domain.access import asked, case_resource, queue_resource
from chalicelib.domain.access import place as place_view
from chalicelib.domain.cases import Case
from chalicelib.domain.parties import Grant, Principal, valid_grant
from chalicelib.domain.scope import around

FILL = 5  # at most so many queries fill a page; a short page with a cursor is legal (decisions 16)


@dataclass(frozen=True, slots=True)
class Desk:
    """A department's window; with `post`, only what waits for that post."""

    department: str
    window: str
    post: str | None = None


def mine(
    kit: Kit, principal: Principal, after: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """Cases of whom the caller stands for, newest first."""
    subject = principal.acting_for or principal.subject
    loaded = kit.cases.load(None, records=grant_keys(principal))
    office, held = kit.office(loaded.pointer), grants_in(loaded.records)
    staffed = office.staffed(principal)

    def judge(case: Case) -> Seen | None:
        return seen_in_list(kit, office, staffed, case, held)

    return filled(kit, lambda start: kit.cases.of_subject(subject, start, limit), judge, _line, after, limit)


def queue(
    kit: Kit, principal: Principal, desk: Desk, after: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """A desk's open cases, what is due first first."""
    office = kit.office()
    principal = at_desk(office, principal, desk)

    def judge(case: Case) -> Seen | None:
        if desk.post and f"post:{desk.post}" not in _waits_for(kit, case):
            return None
        return seen_in_list(kit, office, principal, case, ())

    def fetch(start: str | None) -> Listed:
        return kit.cases.queue(desk.department, desk.window, start, limit)

    return filled(kit, fetch, judge, _line, after, limit)


def at_desk(office: Office, principal: Principal, desk: Desk) -> Principal:
    """The caller with the posts of today. Raises forbidden for who may not read that desk's queue."""
    principal = office.staffed(principal)
    ancestors, superiors = around(office.organisation, desk.department, desk.window)
    context = asked(principal, place_view(desk.department, ancestors, superiors))
    posts = [desk.post] if desk.post else sorted({held for _, held in principal.posts}) or ["window"]
    decisions = [
        office.policies.decide(principal, "read_queue", queue_resource(desk.department, post), context)
        for post in posts
    ]
    if not any(decision.allowed for decision in decisions):
        raise office.policies.refusal(principal, decisions[0])
    return principal


def _waits_for(kit: Kit, case: Case) -> set[str | None]:
    from chalicelib.domain.process import compile_process

    process = compile_process(kit.catalogue.bundle(case.release).process or {})
    waits = {process.states[state].waits_for for state in process.active(case.configuration)}
    # A member that could not be opened waits for a person, whatever the state waits for.
    failed = any(members.standing(one) == "failed" for one in case.members.values())
    return waits | {"post:handler"} if failed else waits


def seen_in_list(
    kit: Kit, office: Office, principal: Principal, case: Case, grants: tuple[Grant, ...]
) -> Seen | None:
    scope = office.scope(case)
    grant = valid_grant(grants, principal, case.item, "list_cases", office.today)
    decision = office.policies.decide(
        principal, "list_cases", case_resource(case.id, scope), asked(principal, scope, grant=grant)
    )
    if not decision.allowed:
        return None
    return Seen(case, kit.catalogue.bundle(case.release), office, principal, grants, scope, None)


def _line(seen: Seen, _: Row) -> dict[str, Any]:
    return show(seen, with_form=False)


def filled(
    kit: Kit,
    fetch: Callable[[str | None], Listed],
    judge: Callable[[Case], Seen | None],
    tell: Callable[[Seen, Row], dict[str, Any] | None],
    after: str | None,
    limit: int,
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of the rows that may be seen and are told of, from at most five queries; the cursor is where the last
    query ended."""
    shown: list[dict[str, Any]] = []
    for _ in range(FILL):
        listed = fetch(after)
        rows = listed.rows
        for row, case in zip(rows, kit.cases.many([row.case_id for row in rows]), strict=True):
            seen = judge(case) if case else None
            line = tell(seen, row) if seen else None
            if line is not None:
                shown.append(line)
            after = row.sort
            if len(shown) == limit:
                return shown, after
        if listed.after is None:
            return shown, None
    return shown, after
