"""Does the reading of the feed: events in the order in which they were told, thin, each row judged."""

from __future__ import annotations

from typing import Any

from chalicelib.actions import relaying
from chalicelib.actions.office import Kit
from chalicelib.actions.relaying import Feed
from chalicelib.domain import views
from chalicelib.domain.access import asked, place, plain_resource
from chalicelib.domain.parties import ANYWHERE, Principal

# What an outsider learns of an event until its type has a contract of its own: no content, no person.
THIN = ("id", "case", "seq", "type", "occurred_at", "recorded_at", "release", "root", "caused_by")
DIMENSIONS = ("item", "department", "channel")


def read(
    kit: Kit, feed: Feed, principal: Principal, after: str | None, limit: int
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
    for case_id, seq in pairs:
        for event in kit.cases.events(case_id, seq - 1, 1):
            thin = {name: event[name] for name in THIN if name in event}
            for name in ("occurred_at", "recorded_at"):
                thin[name] = views.rfc3339(thin[name], kit.zone)
            thin["dimensions"] = {name: event["dimensions"].get(name) for name in DIMENSIONS}
            shown.append(thin)
    return shown, cursor
