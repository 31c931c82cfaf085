"""Does the gathering of what actions on cases need: today's live parts, a release, the caller's posts and grants."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from functools import cached_property
from typing import Any

from chalicelib.actions.catalogue import Catalogue
from chalicelib.actions.ports import Accounts, Cases, Drafts, Notices, Records, RecordVersion, Seals, Timers
from chalicelib.domain.access import AccessPolicies, access_policies
from chalicelib.domain.cases import Case
from chalicelib.domain.clock import Times
from chalicelib.domain.definitions import Bundle, Definition
from chalicelib.domain.organisations import Organisation
from chalicelib.domain.parties import Grant, Principal, grant_of, grants_to_read
from chalicelib.domain.publishing import Pointer
from chalicelib.domain.scope import case_scope, readers_of
from chalicelib.domain.world import World

ACCESS = "district"

RecordKey = tuple[str, str]  # register, record id


@dataclass(frozen=True)
class Kit:
    """What actions are given: stores, the released definitions, time, entropy and a way to wait."""

    cases: Cases
    timers: Timers
    drafts: Drafts
    records: Records
    accounts: Accounts
    notices: Notices
    seals: Seals
    catalogue: Catalogue
    now: Callable[[], int]
    entropy: Callable[[int], bytes]
    pause: Callable[[float], None]
    shared: Mapping[str, Any]
    zone: tzinfo
    # Takes (message, seconds to wait) pairs to whoever sends notices; None where nothing is sent, as in a rehearsal.
    carry: Callable[[Sequence[tuple[str, int]], bool], None] | None = None

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

    def scope(self, case: Case, receipt_code: str | None = None) -> dict[str, Any]:
        """What surrounds the case today; who may read a confidential one says the item it was opened under."""
        item = self.kit.catalogue.bundle(case.release).item if case.confidential else {}
        readers = readers_of(item) if case.confidential else ()
        return case_scope(case, self.organisation, self.at, receipt_code, readers)

    def staffed(self, principal: Principal) -> Principal:
        """The caller with the posts that the organisation gives them today, deputies included."""
        if "staff" not in principal.roles:
            return principal
        return replace(principal, posts=self.organisation.posts_of(principal.subject, self.today))

    def world(self, bundle: Bundle, node: str | None = None) -> World:
        """The decision's world: this release, the calendar, the opening hours of the department.

        `node` is who handles the case, where that may be another than the item's department.
        """
        hours = self.kit.catalogue.hours(self.pointer, node or bundle.item["department"], self.kit.zone)
        times = Times(self.kit.catalogue.calendar(self.pointer), hours)
        return World(
            bundle, times, self.kit.zone, self.at, self.account, self.organisation, self.pointer.set
        )  # fmt: skip

    def account(self, identity: str) -> Definition:
        """The account's definition as it is published: one limit for all cases, whatever their release."""
        return self.kit.catalogue.live(self.pointer, "accounts", identity)


def grant_keys(principal: Principal, node: str = "") -> list[RecordKey]:
    """Records of the register `grants` that could prove the caller's claim: read by key, never searched."""
    return [("grants", identity) for identity in grants_to_read(principal, node)]


def grants_in(records: Mapping[RecordKey, RecordVersion | None]) -> tuple[Grant, ...]:
    """The grants among records that were read."""
    return tuple(
        grant_of(found.body) for (register, _), found in records.items() if register == "grants" and found
    )
