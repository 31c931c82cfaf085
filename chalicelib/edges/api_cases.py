"""Listens for cases: submit, read, follow, move; for whom they concern and for the desks that handle them."""

from __future__ import annotations

from chalicelib import wiring
from chalicelib.domain.problems import Problem, Text
from chalicelib.edges.http import Reply, Request, Routes
from chalicelib.edges.late import Late
from chalicelib.edges.reading import (
    CASE,
    OBJECT,
    OBJECTS,
    TEXT,
    cursor,
    given_out,
    idempotency_key,
    if_match,
    members,
    required_match,
    sequence,
)

drafting, listing, moving = Late("drafting"), Late("listing"), Late("moving")
seeing, submit = Late("seeing"), Late("submit")
route = Routes(__name__)

RECEIPT = "x-receipt-code"
APPLICATION = {"form": OBJECT, "materials": OBJECTS, "parties": OBJECTS}


@route("POST", "/v1/items/{item_id}/cases")
def submit_case(request: Request) -> Reply:
    kit, body = wiring.app().kit, members(request, {}, APPLICATION | {"draft_id": TEXT})
    key = idempotency_key(request)
    if key is None:
        said = Text("提交申请须带 Idempotency-Key 请求头", "submitting needs an Idempotency-Key header")
        raise Problem("malformed", "idempotency-key-missing", said)
    if "draft_id" in body:
        body = drafting.as_submission(kit, request.caller, request.path["item_id"], body["draft_id"])
    submission = submit.Submission(
        item=request.path["item_id"], form=body.get("form", {}), materials=tuple(body.get("materials", ())),
        parties=tuple(body.get("parties", ())), key=key,
        release=body.get("release"),  # only a stored draft names one: nobody picks an older form
        opening=body.get("opening"),  # likewise: a draft that a group prepared
    )  # fmt: skip
    done = submit.submit(kit, request.caller, submission)
    seen = done.seen or seeing.see(kit, request.caller, done.case_id, request.headers.get(RECEIPT))
    answer = seeing.show(seen)
    if done.receipt_code:
        answer["receipt_code"] = done.receipt_code
    headers = _tagged(seen) | {"Location": f"/v1/cases/{done.case_id}"}
    return Reply(answer, 201, headers | _replayed(done.replayed))


@route("GET", "/v1/cases")
def list_cases(request: Request) -> Reply:
    kit = wiring.app().kit
    rows, after = listing.mine(kit, request.person(), cursor(request, CASE), request.limit())
    return Reply({"cases": rows, "after": given_out(after)})


@route("GET", "/v1/cases/{case_id}")
def get_case(request: Request) -> Reply:
    seen = _see(request)
    answer = seeing.show(seen)
    if not seen.revealed:
        answer["duplicates"] = seeing.duplicates(wiring.app().kit, seen)
    if seen.case.members:
        from chalicelib.actions import grouping

        answer["members"] = grouping.of_case(wiring.app().kit, seen)
    return Reply(answer, headers=_tagged(seen))


@route("GET", "/v1/cases/{case_id}/events")
def list_events(request: Request) -> Reply:
    after, limit = sequence(request), request.limit()
    events = seeing.timeline(wiring.app().kit, _see(request), after, limit)
    return Reply({"events": events, "after": events[-1]["seq"] if len(events) == limit else None})


@route("GET", "/v1/cases/{case_id}/clocks/{clock_id}")
def explain_clock(request: Request) -> Reply:
    """When, and why then: the days that counted and those that did not."""
    return Reply(seeing.explain(_see(request), request.path["clock_id"]))


@route("POST", "/v1/cases/{case_id}/moves")
def make_move(request: Request) -> Reply:
    kit, body = wiring.app().kit, members(request, {"move": TEXT}, {"input": OBJECT})
    asked = moving.MoveRequest(
        case_id=request.path["case_id"], move=body["move"], given=body.get("input", {}),
        key=idempotency_key(request), if_match=if_match(request),
        receipt_code=request.headers.get(RECEIPT),
    )  # fmt: skip
    done = moving.move(kit, request.caller, asked)
    answer = seeing.show(done.seen) | {"event_seq": done.seq}
    return Reply(answer, headers=_tagged(done.seen) | _replayed(done.replayed))


@route("POST", "/v1/cases/{case_id}/disclosures")
def disclose(request: Request) -> Reply:
    body = members(request, {"purpose": TEXT})
    return Reply(seeing.disclose(wiring.app().kit, _see(request), body["purpose"].strip()))


@route("POST", "/v1/items/{item_id}/drafts")
def create_draft(request: Request) -> Reply:
    kit, body = wiring.app().kit, members(request, {"form": OBJECT}, APPLICATION)
    draft = drafting.create(kit, request.person(), request.path["item_id"], body)
    return Reply(
        draft, 201, {"Location": f"/v1/drafts/{draft['draft_id']}", "ETag": f'"{draft["revision"]}"'}
    )


@route("GET", "/v1/drafts")
def list_drafts(request: Request) -> Reply:
    return Reply({"drafts": drafting.mine(wiring.app().kit, request.person()), "after": None})


@route("GET", "/v1/drafts/{draft_id}")
def get_draft(request: Request) -> Reply:
    draft = drafting.get(wiring.app().kit, request.person(), request.path["draft_id"])
    return Reply(draft, headers={"ETag": f'"{draft["revision"]}"'})


@route("PUT", "/v1/drafts/{draft_id}")
def save_draft(request: Request) -> Reply:
    body = members(request, {"form": OBJECT}, APPLICATION)
    draft = drafting.save(
        wiring.app().kit, request.person(), request.path["draft_id"], body, required_match(request)
    )
    return Reply(draft, headers={"ETag": f'"{draft["revision"]}"'})


@route("DELETE", "/v1/drafts/{draft_id}")
def discard_draft(request: Request) -> Reply:
    drafting.discard(wiring.app().kit, request.person(), request.path["draft_id"])
    return Reply(None, 204)


def _see(request: Request) -> seeing.Seen:
    return seeing.see(wiring.app().kit, request.caller, request.path["case_id"], request.headers.get(RECEIPT))


def _tagged(seen: seeing.Seen) -> dict[str, str]:
    return {"ETag": f'"{seen.case.seq}"'}


def _replayed(replayed: bool) -> dict[str, str]:
    return {"Idempotency-Replayed": "true"} if replayed else {}
