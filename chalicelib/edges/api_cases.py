"""Listens for cases: submit, read, follow, move; for whom they concern and for the desks that handle them."""

from __future__ import annotations

from typing import Any

from chalicelib import wiring
from chalicelib.actions import drafting, moving, seeing, submit
from chalicelib.domain.problems import Finding, Problem, Text
from chalicelib.edges.http import Reply, Request, Routes

route = Routes(__name__)

RECEIPT = "x-receipt-code"
MAX_KEY = 255


@route("POST", "/v1/items/{item_id}/cases")
def submit_case(request: Request) -> Reply:
    kit, body = wiring.app().kit, request.body()
    key = idempotency_key(request)
    if key is None:
        said = Text("提交申请须带 Idempotency-Key 请求头", "submitting needs an Idempotency-Key header")
        raise Problem("malformed", "idempotency-key-missing", said)
    if "draft_id" in body:
        body = drafting.as_submission(kit, request.caller, request.path["item_id"], str(body["draft_id"]))
    submission = submit.Submission(
        item=request.path["item_id"], form=_object(body, "form"), materials=_objects(body, "materials"),
        parties=_objects(body, "parties"), key=key, release=body.get("release"),
    )  # fmt: skip
    done = submit.submit(kit, request.caller, submission)
    seen = seeing.see(kit, request.caller, done.case_id, done.receipt_code or request.headers.get(RECEIPT))
    answer = seeing.show(seen)
    if done.receipt_code:
        answer["receipt_code"] = done.receipt_code
    headers = _tagged(seen) | {"Location": f"/v1/cases/{done.case_id}"}
    return Reply(answer, 201, headers | _replayed(done.replayed))


@route("GET", "/v1/cases")
def list_cases(request: Request) -> Reply:
    kit = wiring.app().kit
    rows, after = seeing.mine(kit, request.person(), cursor(request), request.limit())
    return Reply({"cases": rows, "after": after})


@route("GET", "/v1/cases/{case_id}")
def get_case(request: Request) -> Reply:
    seen = _see(request)
    answer = seeing.show(seen)
    if not seen.revealed:
        answer["duplicates"] = seeing.duplicates(wiring.app().kit, seen)
    return Reply(answer, headers=_tagged(seen))


@route("GET", "/v1/cases/{case_id}/events")
def list_events(request: Request) -> Reply:
    after = request.query.get("after", "0")
    if not after.isdigit():
        raise Problem(
            "invalid", "cursor-invalid", Text("after 应为事件序号", "after must be a sequence number")
        )
    limit = request.limit()
    events = seeing.timeline(wiring.app().kit, _see(request), int(after), limit)
    return Reply({"events": events, "after": events[-1]["seq"] if len(events) == limit else None})


@route("GET", "/v1/cases/{case_id}/documents")
def list_documents(request: Request) -> Reply:
    from chalicelib.actions import documents

    return Reply({"documents": documents.of_case(wiring.app().kit, _see(request))})


@route("POST", "/v1/cases/{case_id}/moves")
def make_move(request: Request) -> Reply:
    kit, body = wiring.app().kit, request.body("move")
    asked = moving.MoveRequest(
        case_id=request.path["case_id"], move=str(body["move"]), given=_object(body, "input"),
        key=idempotency_key(request), if_match=if_match(request),
        receipt_code=request.headers.get(RECEIPT),
    )  # fmt: skip
    done = moving.move(kit, request.caller, asked)
    answer = seeing.show(done.seen) | {"event_seq": done.seq}
    return Reply(answer, headers=_tagged(done.seen) | _replayed(done.replayed))


@route("POST", "/v1/cases/{case_id}/disclosures")
def disclose(request: Request) -> Reply:
    body = request.body("purpose")
    return Reply(seeing.disclose(wiring.app().kit, _see(request), str(body["purpose"]).strip()))


@route("POST", "/v1/items/{item_id}/drafts")
def create_draft(request: Request) -> Reply:
    kit, body = wiring.app().kit, request.body("form")
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
    body = request.body("form")
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


def idempotency_key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not (key.isascii() and key.isprintable() and 1 <= len(key) <= MAX_KEY):
        said = Text(
            "Idempotency-Key 应为 1–255 个可见 ASCII 字符",
            "Idempotency-Key: 1 to 255 visible ASCII characters",
        )
        raise Problem("malformed", "idempotency-key-invalid", said)
    return key


def if_match(request: Request) -> int | None:
    """The sequence number of an `If-Match`; `*` and none mean any."""
    text = request.headers.get("if-match", "*").strip().removeprefix("W/").strip('"')
    if text == "*":
        return None
    if not text.isdigit():
        raise Problem(
            "precondition", "changed-since", Text("If-Match 与当前版本不符", "If-Match is no version of this")
        )
    return int(text)


def required_match(request: Request) -> int:
    match = if_match(request)
    if match is None:
        said = Text("修改须带 If-Match 请求头", "an edit needs an If-Match header")
        raise Problem("malformed", "if-match-missing", said)
    return match


def cursor(request: Request) -> str | None:
    """An opaque cursor as it was given out; anything else is refused before a store sees it."""
    after = request.query.get("after")
    if after is not None and not (after.isascii() and after.isprintable() and len(after) <= 200):
        raise Problem(
            "invalid", "cursor-invalid", Text("游标无效", "the cursor is not one that was given out")
        )
    return after


def _object(body: dict[str, Any], name: str) -> dict[str, Any]:
    value = body.get(name, {})
    if not isinstance(value, dict):
        raise _wrong(name, "应为对象", "must be an object")
    return value


def _objects(body: dict[str, Any], name: str) -> tuple[dict[str, Any], ...]:
    value = body.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise _wrong(name, "应为对象数组", "must be an array of objects")
    return tuple(value)


def _wrong(name: str, zh: str, en: str) -> Problem:
    finding = Finding(f"/{name}", "type", Text(f"{name} {zh}", f"{name} {en}"))
    return Problem("invalid", "body-invalid", Text("请求体有误", "the body is wrong"), findings=[finding])
