"""Does the asking whether someone may touch a definition: the same policies as for everything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from chalicelib.actions.office import Kit, Office
from chalicelib.actions.releasing import Permit
from chalicelib.domain.access import Action, asked, definition_resource, departments_of, place
from chalicelib.domain.parties import ANYWHERE, Principal
from chalicelib.domain.problems import Problem


def permit(kit: Kit) -> Permit:
    """A `Permit` for the actions on definitions, by the access policies that are published now.

    A definition that changes hands concerns two departments: both must agree, so each is asked about.
    """

    def check(
        principal: Principal,
        action: str,
        kind: str,
        identity: str,
        authors: Sequence[str],
        /,
        *drafts: Mapping[str, Any],
    ) -> None:
        office = kit.office()
        principal = office.staffed(principal)
        for department in departments_of([*_published(office, kind, identity), *drafts]):
            resource = definition_resource(kind, identity, authors, department)
            context = asked(principal, place(department or ANYWHERE))
            decision = office.policies.decide(principal, cast("Action", action), resource, context)
            if not decision.allowed:
                raise office.policies.refusal(principal, decision)

    return check


def _published(office: Office, kind: str, identity: str) -> list[Mapping[str, Any]]:
    try:
        return [office.kit.catalogue.live(office.pointer, kind, identity)] if identity else []
    except Problem:  # a new one
        return []
