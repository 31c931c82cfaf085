"""Listens to nothing: says, as JSON Schema, what outside systems are answered about events."""

from __future__ import annotations

from chalicelib.edges.openapi_schemas import INSTANT, OBJECT, STRING, listed, page, record, ref

EVENTS = {
    "FeedEvent": record(
        "订阅事件", "An event as its contract tells it: no content, no person", "caused_by",
        id=STRING, case=STRING, seq={"type": "integer", "minimum": 1}, type=STRING,
        contract={"type": "integer", "minimum": 1}, occurred_at=INSTANT, recorded_at=INSTANT, release=STRING,
        root=STRING, caused_by=STRING, dimensions=OBJECT, data=OBJECT,
    ),
    "FeedPage": page("events", "FeedEvent", "事件流", "The feed"),
    "EventType": record(
        "事件类型", "A type of event; `data` names the members that may be told",
        type=STRING, contract={"type": "integer", "minimum": 1}, title=ref("Text"), data=listed(STRING),
    ),
    "EventTypeList": record("事件类型目录", "Every type of event", types=listed(ref("EventType"))),
    "JsonSchema": {"type": "object", "title": "A JSON Schema (2020-12)"},
    "AsyncApi": {"type": "object", "title": "An AsyncAPI 3 document"},
}  # fmt: skip
