"""Does the gathering of what actions on cases need: today's live parts, a release, the caller's posts and grants."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from functools import cached_property
from typing import Any

from chalicelib.actions.catalogue import Catalogue
from chalicelib.actions.ports import Cases, Drafts, Records, RecordVersion, Timers
from chalicelib.domain.access import AccessPolicies, access_policies
from chalicelib.domain.clock import OfficeHours, Times
from chalicelib.domain.definitions import Bundle
from chalicelib.domain.organisations import Organisation
from chalicelib.domain.parties import Grant, Principal, grant_id, grant_of, valid_grant
from chalicelib.domain.publishing import Pointer
from chalicelib.domain.transitions import World

SPEAKING_GRANTS = ("mandate", "delegation", "appointment")
ACCESS = "district"

RecordKey = tuple[str, str]  # register, record id


@dataclass(frozen=True)
class Kit:
    """What actions are given: stores, the released definitions, time, entropy and a way to wait."""

    cases: Cases
    timers: Timers
    drafts: Drafts
    records: Records
    catalogue: Catalogue
    now: Callable[[], int]
    entropy: Callable[[int], bytes]
    pause: Callable[[float], None]
    shared: Mapping[str, Any]
    zone: tzinfo

    def office(self, pointer_row: Mapping[str, Any] | None = None) -> Office:
        """The district now: by the pointer's row that was read with a case, else at most 5 s old."""
        pointer = (
            self.catalogue.pointer_of(pointer_row) if pointer_row else self.catalogue.pointer(strong=False)
        )
        return Office(self, pointer, self.now())


@dataclass(frozen=True)
class Office:
    """The district as it stands at one instant (ms) under one published set."""

    kit: Kit
    pointer: Pointer
    at: int

    @cached_property
    def organisation(self) -> Organisation:
        return self.kit.catalogue.organisation(self.pointer)

    @cached_property
    def policies(self) -> AccessPolicies:
        definition = self.kit.catalogue.live(self.pointer, "access", ACCESS)
        return access_policies(definition["policies"], definition["schema"])

    @cached_property
    def today(self) -> date:
        return datetime.fromtimestamp(self.at / 1000, self.kit.zone).date()

    def staffed(self, principal: Principal) -> Principal:
        """The caller with the posts that the organisation gives them today, deputies included."""
        if "staff" not in principal.roles:
            return principal
        return replace(principal, posts=self.organisation.posts_of(principal.subject, self.today))

    def world(self, bundle: Bundle) -> World:
        """The decision's world: this release, the calendar, the opening hours of the department."""
        node = self.organisation.node(bundle.item["department"])
        hours = OfficeHours(node.get("office_hours"), self.kit.zone)
        times = Times(self.kit.catalogue.calendar(self.pointer), hours)
        return World(bundle, times, self.kit.zone, self.at)


def grant_keys(principal: Principal) -> list[RecordKey]:
    """Records of the register `grants` that could prove a claim to act for someone: read by key, never searched."""
    if not principal.acts_for_another or principal.acting_for is None:
        return []
    return [("grants", grant_id(kind, principal.acting_for, principal.subject)) for kind in SPEAKING_GRANTS]


def grant_for(
    principal: Principal,
    records: Mapping[RecordKey, RecordVersion | None],
    item: str,
    act: str,
    on: date,
) -> Grant | None:
    """The grant among the records read that covers this item and act on that day."""
    grants: Sequence[Grant] = [
        grant_of(found.body) for key in grant_keys(principal) if (found := records.get(key))
    ]
    return valid_grant(grants, principal, item, act, on)
