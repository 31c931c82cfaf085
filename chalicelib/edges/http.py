"""Listens for HTTP: turns a request into plain values, an answer or a Problem into a response, and logs one line."""

from __future__ import annotations

import functools
import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from chalice import Blueprint, Response

from chalicelib import telemetry, wiring
from chalicelib.domain.problems import Problem, Text, not_found

if TYPE_CHECKING:
    from chalicelib.domain.parties import Principal

STATUS = {
    "malformed": 400, "unauthenticated": 401, "forbidden": 403, "not_found": 404, "conflict": 409,
    "precondition": 412, "too_large": 413, "invalid": 422, "throttled": 429, "unavailable": 503,
}  # fmt: skip
PROBLEM_TYPE = "https://jisheng.example/problems/"
MAX_PAGE = 100
MAX_ID = 256  # bytes
JSON = "application/json"
TAKEN = (JSON, "application/octet-stream")  # the second is what gateways say of a body that nobody named
# What no kind of problem stands for by itself.
STATUS_OF = {"media-type-unsupported": 415, "method-not-allowed": 405}


@dataclass(slots=True)
class Request:
    """One call: everything an action may ask, nothing of Chalice."""

    method: str
    route: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    raw: bytes
    id: str
    source: str = ""  # the address that the gateway saw; headers say what they like
    origin: str = ""  # where the gateway says that it is reached; no header can say otherwise
    tokens: int = 0  # how many Authorization headers came along
    _caller: Principal | None = field(default=None)

    @property
    def language(self) -> str:
        """`zh` unless the caller prefers English (RFC 9110 §12.5.4, first of the two that is named)."""
        for part in self.headers.get("accept-language", "").lower().split(","):
            tag = part.split(";")[0].strip()[:2]
            if tag in {"zh", "en"}:
                return tag
        return "zh"

    @property
    def caller(self) -> Principal:
        """Who calls: by the token, or nobody in particular. A token that is not valid is a Problem."""
        if self._caller is None:
            self._caller = wiring.app().authenticate(self.headers.get("authorization"))
        return self._caller

    @property
    def known(self) -> Principal | None:
        """Who calls, if that was found out already."""
        return self._caller

    def person(self) -> Principal:
        """Who calls, where only somebody who signed in can have anything of their own."""
        if "anonymous" in self.caller.roles:
            raise Problem("unauthenticated", "sign-in-needed", Text("请先登录", "please sign in first"))
        return self.caller

    def json(self) -> Any:
        from chalicelib.domain import forms

        return forms.parse(self.raw)

    def limit(self) -> int:
        number = whole(self.query.get("limit", "20"))
        if number is None or not 1 <= number <= MAX_PAGE:
            raise Problem("invalid", "limit-invalid", Text("limit 应为 1–100", "limit must be 1 to 100"))
        return number


def whole(text: str) -> int | None:
    """The number that at most eight ASCII digits say: `²` is a digit to Python, and no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 8 else None


@dataclass(frozen=True, slots=True)
class Reply:
    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


View = Callable[[Request], Reply]


# Every route that is mounted: what OpenAPI and the guard's matrix are checked against.
TABLE: dict[tuple[str, str], View] = {}


class Routes:
    """Mounts views on a Chalice blueprint."""

    def __init__(self, name: str) -> None:
        self.blueprint = Blueprint(name)

    def __call__(self, method: str, path: str) -> Callable[[View], View]:
        def mount(view: View) -> View:
            TABLE[(method, path)] = view

            @functools.wraps(view)
            def handler(**path_values: str) -> Response:
                return answer(view, self.blueprint.current_request, path, path_values)

            handler.__name__ = f"{method.lower()}_{view.__name__}"
            self.blueprint.route(path, methods=[method], content_types=list(TAKEN), name=handler.__name__)(
                handler
            )
            return view

        return mount


def answer(view: View, request: Any, route: str, path_values: Mapping[str, str]) -> Response:
    """Run one view. An exception that is no Problem is a 500 that says nothing of the inside, and a log line."""
    call = _request(request, route, path_values)
    with telemetry.request(call.method, route, call.id) as line:
        try:
            reply = _guarded(view, call)
        except Problem as problem:
            line["problem"] = problem.code
            reply = as_reply(problem, call.language, call.id)
        except Exception:  # the last line of defence of one request: logged whole, told in one sentence
            telemetry.logger().exception("unexpected")
            problem = Problem("unavailable", "unexpected", Text("系统内部错误", "unexpected error"))
            reply = as_reply(problem, call.language, call.id, status=500)
        line["status"] = reply.status
    return _response(reply, call)


def _request(request: Any, route: str, path_values: Mapping[str, str]) -> Request:
    event = request.to_original_event()
    every = event.get("multiValueHeaders") or {}
    tokens = [value for name, values in every.items() if name.lower() == "authorization" for value in values]
    return Request(
        method=request.method,
        route=route,
        path=path_values,
        query=dict(request.query_params or {}),
        headers={name.lower(): value for name, value in request.headers.items()},
        raw=request.raw_body or b"",
        id=str(request.context.get("requestId", "")),
        source=str((request.context.get("identity") or {}).get("sourceIp") or ""),
        origin=_origin(request.context),
        tokens=len(tokens),
    )


def _origin(context: Mapping[str, Any]) -> str:
    """The configured address of the API, else the gateway's own, stage included."""
    configured: str = wiring.app().config.public_origin
    domain, stage = str(context.get("domainName") or ""), str(context.get("stage") or "")
    return configured or (f"https://{domain}/{stage}" if domain else "")


def _guarded(view: View, call: Request) -> Reply:
    """The view's answer, to somebody who is who they say and does not call too often or guess."""
    from chalicelib.edges import guarding

    try:
        guarding.admit(call)
        _require_short(call.path)
        return view(call)
    except Problem as problem:
        guarding.count(call, problem)
        raise


def in_our_words(request: Any, proceed: Callable[[Any], Response]) -> Response:
    """What the framework refuses before any view is asked, said as every other refusal is."""
    response = proceed(request)
    body = response.body
    if not (isinstance(body, dict) and "Code" in body):
        return response
    zh, en = _FRAMEWORK.get(response.status_code, ("系统内部错误", "unexpected error"))
    code = next((code for code, status in STATUS_OF.items() if status == response.status_code), "unexpected")
    headers = {name.lower(): value for name, value in request.headers.items()}
    call = Request(
        request.method, request.path, {}, {}, headers, b"", str(request.context.get("requestId", ""))
    )
    problem = Problem("malformed" if code in STATUS_OF else "unavailable", code, Text(zh, en))
    kept = {name: value for name, value in response.headers.items() if name.lower() == "allow"}
    reply = as_reply(problem, call.language, call.id, response.status_code)
    return _response(Reply(reply.body, reply.status, {**kept, **reply.headers}), call)


_FRAMEWORK = {
    405: ("此地址不支持这种请求方法", "this address does not support the method"),
    415: ("请求体应为 application/json", "the body must be application/json"),
}


def _require_short(path_values: Mapping[str, str]) -> None:
    """No id is longer than this, and no key of a store may be longer than its limit."""
    for value in path_values.values():
        if len(value.encode()) > MAX_ID:
            raise not_found(Text("此编号", "such id"), value[:40] + "…")


def as_reply(problem: Problem, language: str, request_id: str, status: int | None = None) -> Reply:
    """RFC 9457: type, title, status, detail, plus code, both languages, and a list of what is wrong where."""
    status = status or STATUS_OF.get(problem.code) or STATUS[problem.kind]
    told = problem.message.as_json()
    body = {
        "type": PROBLEM_TYPE + problem.code, "title": told[language], "status": status, "code": problem.code,
        "detail": told[language], "messages": told, "instance": f"urn:request:{request_id}",
        **problem.extra,
    }  # fmt: skip
    if problem.findings:
        body["errors"] = [
            {
                "pointer": finding.pointer,
                "code": finding.code,
                "message": finding.message.as_json()[language],
                "messages": finding.message.as_json(),
                **({"params": dict(finding.params)} if finding.params else {}),
            }
            for finding in problem.findings
        ]
    headers = {"Content-Type": "application/problem+json", "Content-Language": language}
    if "retry_after" in problem.extra:
        headers["Retry-After"] = str(math.ceil(problem.extra["retry_after"]))
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Reply(body, status, headers)


def _response(reply: Reply, call: Request) -> Response:
    headers = {
        "Content-Type": "application/json", "X-Request-Id": call.id, "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff", **reply.headers,
    }  # fmt: skip
    if wiring.app().config.is_local:  # which worker answered: what tests of warm workers count
        headers["X-Worker"] = f"{os.getpid()}"
    tag = headers.get("ETag")
    if tag and call.method == "GET" and call.headers.get("if-none-match") == tag:
        return Response(body="", status_code=304, headers=headers)
    if isinstance(reply.body, str):  # a page: its Content-Type stands among the headers
        return Response(body=reply.body, status_code=reply.status, headers=headers)
    body = "" if reply.body is None else orjson.dumps(reply.body).decode()
    return Response(body=body, status_code=reply.status, headers=headers)
