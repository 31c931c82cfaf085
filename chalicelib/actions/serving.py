"""Does the recording of service: that a document of a case reached its recipient, how, on which day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.actions.moving import Moved, MoveRequest, act
from chalicelib.actions.office import Kit
from chalicelib.actions.ports import Loaded
from chalicelib.actions.seeing import Seen
from chalicelib.domain import moves, service
from chalicelib.domain.events import Cause
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Text, not_found
from chalicelib.domain.process import Move
from chalicelib.domain.transitions import Course

MOST_EVENTS = 1_000  # of a case, read to find its documents


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
    request = MoveRequest(
        case_id, service.record().id, {"document_id": document_id, **given}, key=key, if_match=if_match
    )

    def deed(course: Course, seen: Seen, _: Loaded) -> tuple[Move, Callable[[Cause], None]]:
        declared = service.record()
        moves.require(course.case, seen.office.policies, seen.principal, seen.scope, seen.grant, declared)
        content = moves.checked_input(declared, given, seen.bundle.shared)
        papers = service.by_id(course.case.id, kit.cases.events(course.case.id, 0, MOST_EVENTS))
        if document_id not in papers:
            raise not_found(Text("文书", "document"), document_id)
        return declared, lambda cause: service.take(course, papers[document_id], content, cause)

    return act(kit, principal, request, deed)
