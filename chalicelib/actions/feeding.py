"""Does the reading of the feed: events in the order told, as their contracts tell them, each row judged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chalicelib.actions import relaying
from chalicelib.actions.office import Kit, Office, grant_keys, grants_in
from chalicelib.actions.relaying import Feed
from chalicelib.domain.access import asked, case_resource, place, plain_resource
from chalicelib.domain.cases import Case
from chalicelib.domain.contracts import Contracts, payload
from chalicelib.domain.parties import ANYWHERE, Grant, Principal, valid_grant


def read(
    kit: Kit, feed: Feed, contracts: Contracts, principal: Principal, after: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """Events after a cursor. Ordered and gap-free per case; without a cursor, those of the last day."""
    office = kit.office()
    principal = office.staffed(principal)
    decision = office.policies.decide(
        principal, "read_feed", plain_resource("Feed", "events"), asked(principal, place(ANYWHERE))
    )
    if not decision.allowed:
        raise office.policies.refusal(principal, decision)
    pairs, cursor = relaying.page(kit, feed, after, limit)
    shown = []
    allowed: dict[str, bool] = {}
    for case_id, seq in pairs:
        if case_id not in allowed:
            allowed[case_id] = may_follow(kit, office, principal, case_id)
        for event in kit.cases.events(case_id, seq - 1, 1) if allowed[case_id] else ():
            shown.append(payload(event, contracts, kit.zone))
    return shown, cursor


def may_follow(kit: Kit, office: Office, principal: Principal, case_id: str) -> bool:
    """Whether the caller's scope reaches the case: the feed is one for all, what it shows is not."""
    case = kit.cases.load(case_id).case
    return case is not None and follows(office, principal, case, grants_over(kit, principal, case))


def grants_over(kit: Kit, principal: Principal, case: Case) -> tuple[Grant, ...]:
    """What could prove that the caller may follow the cases of this one's node."""
    return grants_in(kit.cases.load(None, records=grant_keys(principal, case.node)).records)


def follows(office: Office, principal: Principal, case: Case, grants: Sequence[Grant]) -> bool:
    """The same of a case and grants that were read."""
    scope = office.scope(case)
    grant = valid_grant(grants, principal, case.item, "read_events", office.today)
    context = asked(principal, scope, grant=grant)
    return office.policies.decide(principal, "read_events", case_resource(case.id, scope), context).allowed
