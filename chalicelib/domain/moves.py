"""Decides a caller's move: that it exists now, that its input is right, that nothing holds it, what it makes true."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.domain import clock, signers, special_steps
from chalicelib.domain.access import AccessPolicies, asked, case_resource
from chalicelib.domain.cases import Case
from chalicelib.domain.change import Body
from chalicelib.domain.events import Cause
from chalicelib.domain.parties import Grant, Principal
from chalicelib.domain.problems import Problem, Text, not_available
from chalicelib.domain.process import Move, available_moves, used_up
from chalicelib.domain.transitions import Course, Happening
from chalicelib.domain.world import World

GrantOf = Callable[[str], Grant | None]  # the grant that covers an act, if the caller acts by one


def permitted(
    world: World,
    case: Case,
    policies: AccessPolicies,
    principal: Principal,
    view: Mapping[str, Any],
    grant_of: GrantOf,
) -> list[Move]:
    """Exactly what this caller may do next: possible now, not used up, not held, and allowed by the policies."""
    blocked = held_moves(case, world.at) | special_steps.pointless(world, case)
    possible = available_moves(world.process, case.configuration, case.done)
    moves = [m for m in possible if m.id not in blocked]
    resource = case_resource(case.id, view)
    contexts = [_context(case, principal, view, move, grant_of(move.id)) for move in moves]
    decisions = policies.decide_many(principal, "move_case", [(resource, context) for context in contexts])
    return [move for move, decision in zip(moves, decisions, strict=True) if decision.allowed]


def authorise(
    world: World,
    case: Case,
    policies: AccessPolicies,
    principal: Principal,
    view: Mapping[str, Any],
    grant_of: GrantOf,
    name: str,
) -> Move:
    """The declared move, if it exists now and this caller may make it.

    Raises conflict `move-not-available` (with the caller's own moves) for anything that is not a key of `moves`
    or not possible now: `timeout.intake` is an event of the kernel, never a caller's word. Raises forbidden with
    the policy's sentence otherwise.
    """
    move = world.process.moves.get(name)
    possible = {one.id for one in available_moves(world.process, case.configuration, case.done)}
    if move is None or name not in possible or used_up(move, case.done):
        mine = [one.id for one in permitted(world, case, policies, principal, view, grant_of)]
        raise not_available(name, mine, world.process.active(case.configuration))
    require(case, policies, principal, view, grant_of, move)
    if name in held_moves(case, world.at):
        said = Text("特别程序进行中,暂不能办理此步骤", "a special step is under way and holds this move")
        raise Problem("conflict", "move-held", said, extra={"holds": [hold["id"] for hold in case.holds]})
    return move


def require(
    case: Case,
    policies: AccessPolicies,
    principal: Principal,
    view: Mapping[str, Any],
    grant_of: GrantOf,
    move: Move,
) -> None:
    """Refuse who may not do this on the case: forbidden, with the policy's sentence."""
    resource, context = case_resource(case.id, view), _context(case, principal, view, move, grant_of(move.id))
    decision = policies.decide(principal, "move_case", resource, context)
    if decision.allowed:
        return
    if policies.decide(principal, "move_case", resource, {**context, "by": sorted(move.by)}).allowed:
        said = Text(
            "有其他诉求并入本办件，不能由一方单独了结",
            "others follow this case: one party alone cannot end it",
        )
        raise Problem("conflict", "others-follow", said)
    raise policies.refusal(principal, decision)


def make(course: Course, move: Move, given: Body | None, cause: Cause) -> None:
    """The move happens. With several signers the chart moves only when the last of them has signed."""
    content = checked_input(move, given, course.world.bundle.shared)
    data: dict[str, Any] = {"input": content} if content else {}
    if move.signers > 1:
        person = cause.actor["person"]
        before = course.case.done.get(move.id, {}).get("signing", ())
        signed_by = signers.with_signature(before, person, cause.actor.get("acting_for", person))
        signed = signers.counted(signed_by)
        if signed < move.signers:
            data["signed"] = [signed, move.signers]
            course.happen(Happening(None, "signed", cause, data, (), move.id, signing=signed_by))
            return
    data |= special_steps.take(course, move.id, cause)
    data |= _members(course, move, content)
    event = None if move.stays is not None else move.id
    course.happen(Happening(event, move.emits, cause, data, move.issues, move.id))
    if "members" in data:  # without the one that was dropped the others may be all
        from chalicelib.domain import joining

        joining.settle(course, cause)


def _members(course: Course, move: Move, given: Body) -> Body:
    """What the move does to the members of the case, where its item has any."""
    if not course.world.bundle.item.get("children"):
        return {}
    from chalicelib.domain import joining

    return joining.take(course, move.id, given)


def checked_input(move: Move, given: Body | None, shared: Mapping[str, Any]) -> dict[str, Any]:
    """The input as its schema wants it; Problem `input-invalid` lists every place at once."""
    from chalicelib.domain import forms

    content = dict(given or {})
    schema = move.input or {"type": "object", "additionalProperties": False}
    form = forms.compile_form(schema, shared)
    if not form.is_valid(content):
        said = Text("提交的内容不符合要求", "the input is not what this move asks for")
        raise Problem("invalid", "input-invalid", said, findings=form.errors(content))
    return content


def held_moves(case: Case, at: int) -> frozenset[str]:
    """Moves that a hold (特殊环节、中止) blocks now; one past its maximum blocks nothing, noticed or not."""
    return frozenset(move for hold in clock.open_holds(case.holds, at) for move in hold["blocks"])


def _admitted(case: Case, move: Move) -> tuple[str, ...]:
    """Who may make the move now: what would end the matter of those who follow it, no party by its word alone."""
    if not (move.alone and case.followers):
        return move.by
    return tuple(token for token in move.by if not token.startswith(("party:", "receipt")))


def _context(
    case: Case, principal: Principal, view: Mapping[str, Any], move: Move, grant: Grant | None
) -> dict[str, Any]:
    return asked(
        principal,
        view,
        by=_admitted(case, move),
        grant=grant,
        same_person_did=case.did(principal.subject, move.distinct_from),
    )
