"""Does who has a case in hand: claim with a lease, hand back, assign to a colleague; one holder at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chalicelib.actions.office import Kit, grant_keys
from chalicelib.actions.seeing import Seen, stand
from chalicelib.actions.settling import settle
from chalicelib.domain.access import Action, asked, case_resource
from chalicelib.domain.events import Cause
from chalicelib.domain.parties import Principal, actor_of
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.transitions import Course, Happening

LEASE = 4 * 3_600_000  # ms; a claim that nobody renews frees itself (sample default, not from the plan)


def claim(kit: Kit, principal: Principal, case_id: str) -> Seen:
    """Take the case in hand, or renew one's own lease. Forbidden while a colleague's lease runs."""
    return settle(kit, lambda: _hold(kit, principal, case_id, principal.subject, "claim_case", "claimed"))


def assign(kit: Kit, principal: Principal, case_id: str, to: str) -> Seen:
    """Put the case into a colleague's hands: the act of a head or supervisor, or of who holds it now."""
    return settle(kit, lambda: _hold(kit, principal, case_id, to, "assign_case", "assigned"))


def hand_back(kit: Kit, principal: Principal, case_id: str) -> Seen:
    """Give the case back to the desk's queue."""

    def attempt() -> Seen:
        seen, loaded = _look(kit, principal, case_id, "claim_case")
        if not seen.case.claim or seen.case.claim["by"] != principal.subject:
            raise Problem("conflict", "not-claimed", Text("您没有领办此件", "you have not claimed this case"))
        return _write(kit, seen, loaded, "handed_back", None)

    return settle(kit, attempt)


def _hold(kit: Kit, principal: Principal, case_id: str, to: str, action: Action, emits: str) -> Seen:
    seen, loaded = _look(kit, principal, case_id, action)
    organ = {
        seen.scope["node"],
        *seen.scope["ancestors"],
    }  # a colleague is of the organ that handles the case
    held_today = seen.office.organisation.posts_of(to, seen.office.today)
    posts = [(node, post) for node, post in held_today if node in organ]
    waiting = _waits_for_post(seen)
    mine = [post for node, post in posts if post == waiting] or [post for _, post in posts]
    if not mine:
        raise Problem(
            "invalid", "holds-no-post", Text("该人员未任职", "this person holds no post"), extra={"to": to}
        )
    held = {"by": to, "for": f"post:{mine[0]}", "until": seen.office.at + LEASE}
    return _write(kit, seen, loaded, emits, held)


def _waits_for_post(seen: Seen) -> str | None:
    process = seen.office.world(seen.bundle, seen.case.node).process
    waiting = [process.states[state].waits_for or "" for state in process.active(seen.case.configuration)]
    return next((one.removeprefix("post:") for one in waiting if one.startswith("post:")), None)


def _look(kit: Kit, principal: Principal, case_id: str, action: Action) -> tuple[Seen, Any]:
    loaded = kit.cases.load(case_id, records=grant_keys(principal))
    seen = stand(kit, principal, loaded, case_id)
    if seen.case.outcome is not None:
        raise Problem("conflict", "case-closed", Text("该办件已办结", "the case is closed"))
    waiting = _waits_for_post(seen)
    by = [f"post:{waiting}"] if waiting else []
    context = asked(seen.principal, seen.scope, by=by)
    decision = seen.office.policies.decide(
        seen.principal, action, case_resource(seen.case.id, seen.scope), context
    )
    if not decision.allowed:
        raise seen.office.policies.refusal(seen.principal, decision)
    return seen, loaded


def _write(kit: Kit, seen: Seen, loaded: Any, emits: str, held: dict[str, Any] | None) -> Seen:
    at = max(seen.office.at, seen.case.at)
    cause = Cause(actor_of(seen.principal).as_json(), seen.office.at, at, nonce=kit.entropy(6).hex())
    course = Course(seen.office.world(seen.bundle, seen.case.node), seen.case, {}, {})
    course.happen(Happening(None, emits, cause, {"claim": held} if held else {}))
    course.case = replace(course.case, claim=held)
    kit.cases.commit(course.change(), loaded.chain)
    return replace(seen, case=course.case, form=loaded.form)
