"""Listens to nothing: says of the routes of draws what they take and answer. The documents themselves are
`infra/verify_draw.md`'s, to the byte."""

from __future__ import annotations

from chalicelib.edges.openapi_operation import PUBLIC, WRITTEN, Operation
from chalicelib.edges.openapi_schemas import (
    BOOLEAN,
    COUNT,
    INTEGER,
    OBJECT,
    REASON,
    STRING,
    Schema,
    asked,
    listed,
    mapped,
    nullable,
    record,
    ref,
)

_MS: Schema = {"type": "integer", "minimum": 0, "description": "UTC milliseconds"}
_HEX: Schema = {"type": "string", "pattern": "^([0-9a-f]{2})*$"}
_STEPS = ("freezing", "frozen", "committed", "drawing", "drawn", "void", "revealed")
_ACTS = ("seal", "name-lottery", "open", "type-lottery", "bring-round", "recuse", "declare-void")
_DOCUMENT = nullable(OBJECT)

DRAWS = {
    "DrawStanding": record(
        "进行中的抽查", "The draw that is on its way, or the last one",
        number={"type": "integer", "minimum": 1}, period=STRING, step={"enum": list(_STEPS)},
        value_at=nullable(_MS),
    ),
    "DrawList": record(
        "抽查系列", "Series of draws",
        draws=listed(record(
            "系列", "A series", id=STRING, title=ref("Text"), schedule=ref("DrawSchedule"),
            current=nullable(ref("DrawStanding")),
        )),
    ),
    "DrawSchedule": record(
        "抽查周期", "When draws begin: a day and hour of each period; the next one",
        every=OBJECT, next_at=nullable(_MS),
    ),
    "DrawLog": record(
        "抽查日志", "The log of a series, with its signed head",
        origin=STRING, checkpoint=STRING, key=STRING,
        entries=listed(record("条目", "An entry", kind=STRING, number=INTEGER, at=_MS, digest=_HEX)),
    ),
    "DrawSeries": record(
        "一个系列", "A series", id=STRING, current=nullable(ref("DrawStanding")), log=nullable(ref("DrawLog")),
        draws=listed(record(
            "历次抽查", "One draw: by which declared source, and why it is void",
            number={"type": "integer", "minimum": 1}, committed_at=_MS, source={"enum": ["primary", "fallback"]},
            void=nullable(STRING),
        )),
    ),
    "DrawCoverage": record(
        "抽查覆盖与负担", "A year of a series, and the year before it where there was one",
        id=STRING, year=ref("DrawYear"), before=nullable(ref("DrawYear")),
    ),
    "DrawYear": record(
        "一年的抽查",
        "Shares are of ten thousand; `spared`: checks that a recognised result stood for; `twice`: visits for what an "
        "earlier one had looked at",
        year=INTEGER, draws=COUNT, matters=ref("DrawShare"), firms=ref("DrawShare"), visits=COUNT, twice=COUNT,
        spared=COUNT, most_visits_of_one_inspector=COUNT, overloaded=COUNT, reached=BOOLEAN,
        burden=record("入企负担", "Visits to ten thousand firms; to the firm that had most", visits=COUNT, most=COUNT),
    ),
    "DrawShare": record(
        "覆盖率", "How many of how many, of ten thousand; the goal", listed=COUNT, met=COUNT, share=COUNT, goal=COUNT
    ),
    "Draw": record(
        "一次抽查", "What is public of a draw now; result and replacements are null before the last visit",
        id=STRING, number=INTEGER, plan=OBJECT, strata=mapped(ref("Text")), commitment=OBJECT, nonces=_DOCUMENT,
        values=nullable(listed(OBJECT)), notice=_DOCUMENT, void=_DOCUMENT, result=_DOCUMENT,
        replacements=nullable(listed(OBJECT)), revealed=BOOLEAN, log=ref("DrawLog"),
    ),
    "DrawBundle": record(
        "抽查文件包", "Every file of a draw as text, for verify_draw.py",
        format={"const": "jisheng-draw-bundle-1"}, files=mapped(STRING),
    ),
    "DrawRows": record("名册的一块", "A chunk of a roster", rows=listed(OBJECT), after=nullable(COUNT)),
    "DrawSlip": record(
        "企业自查单", "A firm's own row, and what proves it",
        format={"const": "jisheng-draw-slip-1"}, plan=OBJECT, commitment=OBJECT, row=OBJECT, index=COUNT,
        path=listed(_HEX), notice=_DOCUMENT, log=ref("DrawLog"),
    ),
    "DrawAct": asked(
        "对抽查的操作", "An act; which members it takes follows from `act`",
        "department sealed nonce issue at until numbers round signature randomness object slot recused reason",
        act={"enum": list(_ACTS)}, department=STRING, sealed=_HEX, nonce=_HEX, issue=STRING, at=INTEGER,
        until=INTEGER, numbers=STRING, round=INTEGER, signature=_HEX, randomness=_HEX, object=STRING, slot=INTEGER,
        recused=STRING, reason=REASON,
    ),
    "DrawActed": record(
        "操作结果", "Where the draw is after it", number=INTEGER, step={"enum": list(_STEPS)},
        act={"enum": list(_ACTS)},
    ),
}  # fmt: skip

_GONE = {404: "not-found"}
_LATER = {**_GONE, 409: "draw-not-revealed"}

DRAW_ROUTES = {
    ("GET", "/v1/draws"): Operation(
        "list_draws", "draws", "抽查系列", "The series of draws", "DrawList", caller=PUBLIC
    ),
    ("GET", "/v1/draws/{series_id}"): Operation(
        "get_draw_series", "draws", "一个系列的日志", "The signed log of a series", "DrawSeries",
        caller=PUBLIC, codes=_GONE,
    ),
    ("GET", "/v1/draws/{series_id}/coverage"): Operation(
        "get_draw_coverage", "draws", "一年的覆盖率与入企负担", "What a year's draws have reached", "DrawCoverage",
        takes="year", caller=PUBLIC, codes={**_GONE, 422: "query-invalid"},
    ),
    ("GET", "/v1/draws/{series_id}/{draw_number}"): Operation(
        "get_draw", "draws", "一次抽查的公开内容", "What is public of a draw", "Draw", caller=PUBLIC, codes=_GONE
    ),
    ("GET", "/v1/draws/{series_id}/{draw_number}/bundle"): Operation(
        "get_draw_bundle", "draws", "全部文件,供任何人核验", "Every file, for anybody to verify", "DrawBundle",
        caller=PUBLIC, codes={**_LATER, 413: "bundle-too-large"},
    ),
    ("GET", "/v1/draws/{series_id}/{draw_number}/rosters/{roster}"): Operation(
        "get_draw_roster", "draws", "公布后的名册", "A roster once it is revealed", "DrawRows", takes="after-number",
        caller=PUBLIC, codes={**_LATER, 422: "cursor-invalid"},
    ),
    ("GET", "/v1/draws/{series_id}/{draw_number}/slip"): Operation(
        "get_draw_slip", "draws", "本企业的自查单", "One's own row, and what proves it", "DrawSlip", codes=_GONE
    ),
    ("POST", "/v1/draws/{series_id}/acts"): Operation(
        "act_on_draw", "draws", "密封、开封、录入、回避、作废", "Seal, open, type, recuse, declare void", "DrawActed",
        body="DrawAct", codes={**WRITTEN, 409: "draw-not-now", 422: "draw-act-invalid"},
    ),
}  # fmt: skip
