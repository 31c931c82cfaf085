"""Listens to nothing: says of the routes for outside systems what they are for, take, answer and refuse."""

from __future__ import annotations

from chalicelib.edges.openapi_operation import PAGE, PUBLIC, Operation

EVENTS = {
    ("GET", "/v1/events"): Operation(
        "read_feed", "feed", "事件流", "The feed of events", "FeedPage", takes=PAGE, codes={403: "forbidden"}
    ),
    ("GET", "/v1/event-types"): Operation(
        "list_event_types", "feed", "事件类型目录", "Every type of event, and what is told of it", "EventTypeList",
        caller=PUBLIC,
    ),
    ("GET", "/v1/event-types/{event_type}"): Operation(
        "get_event_type", "feed", "一种事件的内容约定", "The JSON Schema of a type's payload", "JsonSchema",
        caller=PUBLIC, codes={404: "not-found"},
    ),
    ("GET", "/v1/asyncapi.json"): Operation(
        "get_asyncapi", "feed", "推送的说明(AsyncAPI 3)", "AsyncAPI 3 of every webhook", "AsyncApi", caller=PUBLIC
    ),
}  # fmt: skip
