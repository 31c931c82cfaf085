"""Does the reading of the feed: events in the order told, as their contracts tell them, each row judged."""

from __future__ import annotations

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
    told, reach = kit.cases.told(pairs), Reach(kit, office)
    shown = [told[pair] for pair in pairs if pair in told]
    return [
        payload(event, contracts, kit.zone) for case, event in shown if reach.over(principal, case)
    ], cursor


class Reach:
    """Whose scope reaches which cases: the feed is one for all, what it shows is not. Asked of many cases at once,
    because those of one office rest on the same grants."""

    def __init__(self, kit: Kit, office: Office) -> None:
        self._kit, self._office = kit, office
        self._grants = dict[tuple[str, str], tuple[Grant, ...]]()
        self._known = dict[tuple[str, str], bool]()

    def over(self, principal: Principal, case: Case) -> bool:
        known = (principal.subject, case.id)
        if known not in self._known:
            self._known[known] = self._follows(principal, case)
        return self._known[known]

    def _follows(self, principal: Principal, case: Case) -> bool:
        scope, office = self._office.scope(case), self._office
        grants = self._grants_over(principal, case.node)
        grant = valid_grant(grants, principal, case.item, "read_events", office.today)
        context = asked(principal, scope, grant=grant)
        return office.policies.decide(
            principal, "read_events", case_resource(case.id, scope), context
        ).allowed

    def _grants_over(self, principal: Principal, node: str) -> tuple[Grant, ...]:
        known = (principal.subject, node)
        if known not in self._grants:
            rows = self._kit.cases.load(None, records=grant_keys(principal, node)).records
            self._grants[known] = grants_in(rows)
        return self._grants[known]
