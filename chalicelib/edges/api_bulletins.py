"""Listens for what is public: bulletins as they stand, results published, corrected, taken back, objected to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib import wiring
from chalicelib.domain.problems import Problem, Text
from chalicelib.edges.http import Reply, Request, Routes
from chalicelib.edges.late import Late
from chalicelib.edges.reading import (
    FLAG,
    NUMBER,
    RECORD,
    TEXT,
    cursor,
    given_out,
    idempotency_key,
    if_match,
    members,
)

if TYPE_CHECKING:
    from chalicelib.actions.moving import Moved

bulletins, publicising, seeing = Late("bulletins"), Late("publicising"), Late("seeing")
route = Routes(__name__)

STATES = ("standing", "suspended", "ended", "withdrawn")
KINDS = ("licence", "penalty", "inspection", "draw", "other")
WHY = {"reason": TEXT}


@route("GET", "/v1/bulletins")
def list_bulletins(request: Request) -> Reply:
    state, kind = _one_of(request, "state", STATES), _one_of(request, "kind", KINDS)
    rows, after = bulletins.published(wiring.app().kit, state, cursor(request, RECORD), request.limit(), kind)
    return Reply({"bulletins": rows, "after": given_out(after)})


@route("POST", "/v1/cases/{case_id}/publications")
def publish_result(request: Request) -> Reply:
    given = members(request, {"publicity": TEXT})
    done = publicising.publish(
        wiring.app().kit, request.caller, request.path["case_id"], given,
        key=idempotency_key(request), if_match=if_match(request),
    )  # fmt: skip
    return _done(done)


@route("POST", "/v1/bulletins/{bulletin_id}/corrections")
def correct_bulletin(request: Request) -> Reply:
    return _change(request, "correct", members(request, {"field": NUMBER, "value": TEXT, **WHY}))


@route("POST", "/v1/bulletins/{bulletin_id}/withdrawals")
def withdraw_bulletin(request: Request) -> Reply:
    return _change(request, "withdraw", members(request, WHY))


@route("POST", "/v1/bulletins/{bulletin_id}/answers")
def answer_objection(request: Request) -> Reply:
    return _change(request, "answer", members(request, {"objection": NUMBER, "upheld": FLAG, **WHY}))


@route("POST", "/v1/bulletins/{bulletin_id}/objections")
def object_to_bulletin(request: Request) -> Reply:
    """Whoever objects need not see the case: the answer says that it came in, and by which number to ask for it."""
    why, key = members(request, WHY), idempotency_key(request)
    told = publicising.object_to(wiring.app().kit, request.caller, request.path["bulletin_id"], why, key=key)
    return Reply(told, status=201)


def _change(request: Request, what: str, given: dict[str, Any]) -> Reply:
    done = publicising.change(
        wiring.app().kit, request.caller, what, request.path["bulletin_id"], given,
        key=idempotency_key(request), if_match=if_match(request),
    )  # fmt: skip
    return _done(done)


def _done(done: Moved) -> Reply:
    replayed = {"Idempotency-Replayed": "true"} if done.replayed else {}
    shown = seeing.show(done.seen) | {"event_seq": done.seq}
    return Reply(shown, headers={"ETag": f'"{done.seen.case.seq}"'} | replayed)


def _one_of(request: Request, name: str, known: tuple[str, ...]) -> str | None:
    value = request.query.get(name)
    if value is not None and value not in known:
        said = Text(f"{name} 应为 {'、'.join(known)} 之一", f"{name}: one of {', '.join(known)}")
        raise Problem("invalid", "query-invalid", said)
    return value
