"""Does the reading of cases: one, its events and outputs, lists; every row judged, the personal masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from chalicelib.actions.office import ACCESS, Kit, Office, grant_keys, grants_in
from chalicelib.actions.ports import Loaded
from chalicelib.domain import masks, moves, views
from chalicelib.domain.access import Action, Decision, asked, case_resource
from chalicelib.domain.cases import Case
from chalicelib.domain.change import Body
from chalicelib.domain.definitions import Bundle
from chalicelib.domain.parties import FOLLOWER, NOBODY, Grant, Principal, valid_grant
from chalicelib.domain.problems import Problem, Text, not_found

# Posts that may unmask what is personal in a case they handle, for a purpose that they state.
HANDLING = ("post:window", "post:handler", "post:reviewer", "post:decider", "post:head")


@dataclass(frozen=True)
class Seen:
    """A case as one caller stands to it."""

    case: Case
    bundle: Bundle
    office: Office
    principal: Principal
    grants: tuple[Grant, ...]
    scope: Mapping[str, Any]
    form: Body | None

    def grant(self, act: str) -> Grant | None:
        """The grant by which the caller may do this act in somebody's name: a mandate to look is none to withdraw."""
        return valid_grant(self.grants, self.principal, self.case.item, act, self.office.today)

    @cached_property
    def following(self) -> bool:
        """Whether the caller stands here only as who follows: then of other people's nothing is shown."""
        asked_as = asked(self.principal, self.scope, grant=self.grant("read_case"))
        follower = f"party:{FOLLOWER}"
        others = {*asked_as["as_party"]} - {follower, "receipt-of-follower", "agent"}
        return follower in asked_as["as_party"] and not others and not asked_as["as_post"]

    @cached_property
    def revealed(self) -> bool:
        """Whether the caller sees what is personal without more ado: a party whose role sees all, its own matter."""
        declared = self.bundle.item.get("parties") or {"applicant": {"sees": "all"}}
        by = [f"party:{role}" for role, party in declared.items() if party.get("sees", "all") == "all"]
        return may_read_personal(self, [*by, "receipt"], "").allowed


def require_sight(
    office: Office, principal: Principal, case: Case, scope: Mapping[str, Any], grant: Grant | None,
    action: Action = "read_case",
) -> None:  # fmt: skip
    """Raises not-found for who may not see: that a case exists is itself something to know."""
    decision = office.policies.decide(
        principal, action, case_resource(case.id, scope), asked(principal, scope, grant=grant)
    )
    if decision.allowed:
        return
    raise _not_there(office, principal, case.id)


def _not_there(office: Office, principal: Principal, case_id: str) -> Problem:
    """One answer for a case that is not there, that is confidential and that is somebody else's."""
    if "anonymous" in principal.roles:
        return office.policies.refusal(principal, Decision(False))
    said = Text("没有找到该办件", "no such case")
    return Problem("not_found", "case-not-found", said, extra={"case_id": case_id})


def see(kit: Kit, principal: Principal, case_id: str, receipt_code: str | None = None) -> Seen:
    """One case by its id (`cas_…`) or its number, as this caller may see it."""
    found = case_id if case_id.startswith("cas_") else kit.cases.by_number(case_id)
    loaded = kit.cases.load(found or case_id, records=grant_keys(principal))
    return stand(kit, principal, loaded, case_id, receipt_code)


def stand(
    kit: Kit, principal: Principal, loaded: Loaded, case_id: str, receipt_code: str | None = None
) -> Seen:
    case, office = loaded.case, kit.office(loaded.pointer)
    if case is None:
        if (
            "anonymous" in principal.roles
        ):  # who did not sign in learns nothing: neither that it is there nor not
            raise office.policies.refusal(principal, Decision(False))
        raise Problem(
            "not_found", "case-not-found", Text("没有找到该办件", "no such case"), extra={"case_id": case_id}
        )
    principal = office.staffed(principal)
    records = loaded.records
    if "integrator" in principal.roles:  # whose scope names the node, which only the head tells
        records = kit.cases.load(None, records=grant_keys(principal, case.node)).records
    grants = grants_in(records)
    grant = valid_grant(grants, principal, case.item, "read_case", office.today)
    scope = office.scope(case, receipt_code)
    require_sight(office, principal, case, scope, grant)
    return Seen(case, kit.catalogue.bundle(case.release), office, principal, grants, scope, loaded.form)


def require_inside(seen: Seen) -> None:
    """Refuses who only follows the case: its papers are other people's."""
    if seen.following:
        raise seen.office.policies.refusal(seen.principal, Decision(False))


def show(seen: Seen, *, with_form: bool = True) -> dict[str, Any]:
    """The view of a case for this caller, with exactly the moves that this caller may make next."""
    world = seen.office.world(seen.bundle, seen.case.node)
    allowed = moves.permitted(world, seen.case, seen.office.policies, seen.principal, seen.scope, seen.grant)
    shown = with_form and not seen.following
    answer = views.case_view(world, seen.case, allowed, seen.form if shown else None, mask_of(seen))
    return {**answer, "parties": [], "dues": [], "claim": None} if seen.following else answer


def explain(seen: Seen, clock_id: str) -> dict[str, Any]:
    """One clock of the case, day by day. Raises not-found for one that the case has not got (yet)."""
    found = next((one for one in seen.case.clocks if one["id"] == clock_id), None)
    if found is None:
        raise not_found(Text("时限", "clock"), clock_id)
    return views.clock_account(seen.office.world(seen.bundle, seen.case.node), seen.case, found)


def mask_of(seen: Seen) -> masks.Masks | None:
    """How what is personal is masked for this caller; None: not at all."""
    if seen.revealed:
        return None
    access = seen.office.kit.catalogue.live(seen.office.pointer, "access", ACCESS)
    return masks.masks_of(access, seen.bundle.shared)


def may_read_personal(seen: Seen, by: Sequence[str], purpose: str) -> Decision:
    context = asked(seen.principal, seen.scope, by=by, grant=seen.grant("read_personal"), purpose=purpose)
    resource = case_resource(seen.case.id, seen.scope)
    return seen.office.policies.decide(seen.principal, "read_personal", resource, context)


def disclose(kit: Kit, seen: Seen, purpose: str) -> dict[str, Any]:
    """The case unmasked, for a purpose; the read log says so *before* the answer (decisions 32)."""
    decision = may_read_personal(seen, HANDLING, purpose)
    if not decision.allowed:
        raise seen.office.policies.refusal(seen.principal, decision)
    kit.records.note_read(
        {"case": seen.case.id, "about": seen.case.owner, "by": seen.principal.subject, "via": seen.principal.via,
         "purpose": purpose, "posts": [list(post) for post in seen.principal.posts]},
        seen.office.at,
    )  # fmt: skip
    world = seen.office.world(seen.bundle, seen.case.node)
    return views.case_view(world, seen.case, (), seen.form, None)


def duplicates(kit: Kit, seen: Seen) -> list[dict[str, str]]:
    """Other open cases of the same owner and item: a hint for the desk, never a refusal."""
    if (
        seen.case.owner == NOBODY.subject or seen.following
    ):  # what unnamed people brought has nothing to do with each other
        return []
    listed = kit.cases.of_subject(seen.case.owner, None, 50)
    others = [row.case_id for row in listed.rows if row.case_id != seen.case.id]
    return [
        {"case_id": case.id, "number": case.number}
        for case in kit.cases.many(others)
        if case and case.item == seen.case.item and case.outcome is None
    ]


def timeline(kit: Kit, seen: Seen, after: int, limit: int) -> list[dict[str, Any]]:
    """Events in order, each with its place in the chain of hashes."""
    events = kit.cases.events(seen.case.id, after, limit)
    hide = mask_of(seen)
    at_desk = bool({"on-duty"} & set(asked(seen.principal, seen.scope)["as_post"]))
    form = seen.bundle.item["form"]

    def shown(given: Body) -> Body | None:
        """What was typed into a move: whole for a party, masked for the desks that work with it, else nothing."""
        if hide is None:
            return given
        if not at_desk:
            return None
        return {**given, "form": masks.mask(given["form"], form, masks=hide)} if "form" in given else given

    told = [views.event_view(kit.zone, event, shown) for event in events]
    return [views.followed(one) for one in told] if seen.following else told
