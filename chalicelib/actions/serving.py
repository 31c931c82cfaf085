"""Does what becomes of a document after it was issued: that it was served, how, on which day; that it is withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.actions.history import whole_history
from chalicelib.actions.moving import Moved, MoveRequest, act
from chalicelib.actions.office import Kit
from chalicelib.actions.ports import Loaded
from chalicelib.actions.seeing import Seen
from chalicelib.domain import issued, moves, service
from chalicelib.domain.events import Cause
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Text, not_found
from chalicelib.domain.process import Move
from chalicelib.domain.transitions import Course


def record(
    kit: Kit,
    principal: Principal,
    case_id: str,
    document_id: str,
    given: Mapping[str, Any],
    *,
    key: str | None = None,
    if_match: int | None = None,
) -> Moved:
    """Record that the document was served, once for one key; on a case that is over as well.

    Problems: not-found for a document that the case never issued, forbidden, input-invalid, those of `service.take`.
    """
    asked = _Asked(case_id, document_id, given, key, if_match)
    return _on_document(kit, principal, asked, service.record(), service.take)


def withdraw(
    kit: Kit,
    principal: Principal,
    case_id: str,
    document_id: str,
    given: Mapping[str, Any],
    *,
    key: str | None = None,
    if_match: int | None = None,
) -> Moved:
    """Withdraw the document, once for one key; `given` says why. Who verifies it is told so from now on."""
    asked = _Asked(case_id, document_id, given, key, if_match)
    return _on_document(kit, principal, asked, issued.withdrawal(), issued.withdraw)


@dataclass(frozen=True, slots=True)
class _Asked:
    case_id: str
    document_id: str
    given: Mapping[str, Any]
    key: str | None
    if_match: int | None


Taken = Callable[[Course, issued.Issued, Mapping[str, Any], Cause], None]


def _on_document(kit: Kit, principal: Principal, asked: _Asked, declared: Move, take: Taken) -> Moved:
    content = {"document_id": asked.document_id, **asked.given}
    request = MoveRequest(asked.case_id, declared.id, content, key=asked.key, if_match=asked.if_match)

    def deed(course: Course, seen: Seen, _: Loaded) -> tuple[Move, Callable[[Cause], None]]:
        moves.require(course.case, seen.office.policies, seen.principal, seen.scope, seen.grant, declared)
        given = moves.checked_input(declared, asked.given, seen.bundle.shared)
        papers = issued.by_id(course.case.id, whole_history(kit, seen.case))
        if asked.document_id not in papers:
            raise not_found(Text("文书", "document"), asked.document_id)
        return declared, lambda cause: take(course, papers[asked.document_id], given, cause)

    return act(kit, principal, request, deed)
