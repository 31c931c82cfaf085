"""Does the asking whether someone may touch a definition: the same policies as for everything else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from chalicelib.actions.office import Kit
from chalicelib.actions.releasing import Permit
from chalicelib.domain.access import Action, asked, definition_resource, place
from chalicelib.domain.parties import ANYWHERE, Principal


def permit(kit: Kit) -> Permit:
    """A `Permit` for the actions on definitions, by the access policies that are published now."""

    def check(principal: Principal, action: str, kind: str, identity: str, authors: Sequence[str]) -> None:
        office = kit.office()
        principal = office.staffed(principal)
        resource = definition_resource(kind, identity, authors)
        context = asked(principal, place(ANYWHERE))
        decision = office.policies.decide(principal, cast("Action", action), resource, context)
        if not decision.allowed:
            raise office.policies.refusal(principal, decision)

    return check
