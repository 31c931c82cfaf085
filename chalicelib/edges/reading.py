"""Reads what a request says beside its path: members of the body, numbers, cursors, preconditions, keys.

Whatever is not as described is a Problem that names every place at once; no view meets a value of another type.
"""

from __future__ import annotations

import re
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.problems import Finding, Problem, Text
from chalicelib.edges.http import Request, whole

MAX_KEY = 255
MAX_TEXT = 2_000
FIRST_YEAR, LAST_YEAR = 2000, 2999
# Where a page of each list may end: what no list gives out is refused before a store is asked to start there.
CASE = re.compile(r"[0-9]{15}#cas_[0-9A-Z]{26}")
DUE = re.compile(r"[0-9]{15}#cas_[0-9A-Z]{26}#D#[a-z0-9-]{1,64}(#to)?")
NOTICE = re.compile(r"[0-9]{15}#ntc_[0-9A-Z]{26}")
RECORD = re.compile(r"[0-9]{1,2}/[^\x00-\x1f\x7f]{0,250}")  # a register's key may be a name in Chinese
FEED = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}\.[0-9]{0,4}")
# The last entry told, and what the account had after it.
STATEMENT = re.compile(r"[0-9]{15}#cas_[0-9A-Z]{26}#[0-9]{8}~-?[0-9]{1,16}~-?[0-9]{1,16}")
LINKED = re.compile(r"[LR]#[a-z0-9_]{1,32}#[^\x00-\x1f\x7f]{1,330}")
ROW = re.compile(r"[!-~]{1,200}")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a member of a body must be, in words and as a test."""

    zh: str
    en: str
    fits: Callable[[Any], bool]


def _is_list_of(kind: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(isinstance(one, kind) for one in value)


ANYTHING = Shape("任意值", "anything", lambda _: True)
OBJECT = Shape("对象", "an object", lambda value: isinstance(value, dict))
OBJECTS = Shape("对象数组", "an array of objects", _is_list_of(dict))
TEXT = Shape(
    f"不超过 {MAX_TEXT} 字的文字", f"text of at most {MAX_TEXT} characters",
    lambda value: isinstance(value, str) and len(value) <= MAX_TEXT,
)  # fmt: skip
TEXTS = Shape("文字数组", "an array of text", _is_list_of(str))
FLAG = Shape("true 或 false", "true or false", lambda value: isinstance(value, bool))
NUMBER = Shape(
    "整数", "an integer", lambda value: isinstance(value, int) and not isinstance(value, bool)
)  # fmt: skip

_NONE: Mapping[str, Shape] = {}


def members(
    request: Request, required: Mapping[str, Shape], optional: Mapping[str, Shape] = _NONE
) -> dict[str, Any]:
    """The members of the request's JSON object; an empty body is an object without members.

    Problem `body-invalid` lists what is missing, what is of another type and what nobody asked for.
    """
    value = request.json() if request.raw else {}
    if not isinstance(value, dict):
        raise Problem(
            "invalid", "body-invalid", Text("请求体应为 JSON 对象", "the body must be a JSON object")
        )
    known = {**required, **optional}
    findings = [
        Finding(f"/{name}", "required", Text(f"缺少 {name}", f"{name} is missing"))
        for name in required
        if name not in value
    ]
    findings += [found for name, given in value.items() if (found := _wrong(known.get(name), name, given))]
    if findings:
        raise Problem("invalid", "body-invalid", Text("请求体有误", "the body is wrong"), findings=findings)
    return value


def _wrong(shape: Shape | None, name: str, given: Any) -> Finding | None:
    if shape is None:
        said = Text(f"不接受字段 {name[:100]}", f"{name[:100]} is not asked for")
        return Finding(f"/{name[:100]}", "additionalProperties", said)
    if shape.fits(given):
        return None
    return Finding(f"/{name}", "type", Text(f"{name} 应为{shape.zh}", f"{name} must be {shape.en}"))


def said(reason: str) -> str:
    """Whoever stops, rolls back or migrates says why; it stands in the history."""
    if not reason.strip():
        raise Problem("invalid", "reason-missing", Text("请说明理由", "say why"))
    return reason.strip()


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
    number = whole(text)
    if number is None:
        raise Problem(
            "precondition", "changed-since", Text("If-Match 与当前版本不符", "If-Match is no version of this")
        )
    return number


def required_match(request: Request) -> int:
    match = if_match(request)
    if match is None:
        said = Text("修改须带 If-Match 请求头", "an edit needs an If-Match header")
        raise Problem("malformed", "if-match-missing", said)
    return match


def cursor(request: Request, row: re.Pattern[str]) -> str | None:
    """Where a list goes on, of which `given_out` told the caller; its pages end like `row`."""
    after = request.query.get("after")
    if after is None:
        return None
    try:
        place = b64decode(after + "=" * (-len(after) % 4), altchars=b"-_", validate=True).decode()
    except ValueError:
        place = ""
    if not row.fullmatch(place):
        said = Text("游标无效", "the cursor is not one that was given out")
        raise Problem("invalid", "cursor-invalid", said)
    return place


def given_out(place: str | None) -> str | None:
    """The cursor for a place in a list: base64url, so that it goes into an address as it is (a `#` would end it)."""
    return None if place is None else urlsafe_b64encode(place.encode()).decode().rstrip("=")


def desk_named(request: Request) -> tuple[str, str]:
    """The department and the window of a `queue_id`."""
    department, dot, window = request.path["queue_id"].partition(".")
    if not dot:
        said = Text("队列编号应为 部门.窗口", "a queue is named <department>.<window>")
        raise Problem("invalid", "queue-invalid", said)
    return department, window


def sequence(request: Request) -> int:
    """The sequence number after which events are asked for; 0: from the first."""
    number = whole(request.query.get("after", "0"))
    if number is None:
        said = Text("after 应为事件序号", "after must be a sequence number")
        raise Problem("invalid", "cursor-invalid", said)
    return number


def calendar_year(request: Request) -> int | None:
    said = request.query.get("year")
    if said is None:
        return None
    year = whole(said)
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        zh, en = (
            f"year 应为 {FIRST_YEAR} 至 {LAST_YEAR} 的年份",
            f"year is one of {FIRST_YEAR} to {LAST_YEAR}",
        )
        raise Problem("invalid", "query-invalid", Text(zh, en))
    return year


def instant(text: str | None, name: str, code: str = "query-invalid") -> int | None:
    """The ms of an RFC 3339 instant with its offset."""
    from datetime import datetime

    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 1970 < moment.year < 9000:
        said = Text(f"{name} 应为带时区的时刻", f"{name} must be an instant with its offset")
        raise Problem("invalid", code, said, findings=[Finding(f"/{name}", "format", said)])
    return int(moment.timestamp() * 1000)
