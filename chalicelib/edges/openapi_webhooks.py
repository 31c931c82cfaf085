"""Listens to nothing: says, as JSON Schema, what outside systems ask for, say and are answered."""

from __future__ import annotations

from chalicelib.edges.openapi_schemas import (
    BOOLEAN,
    COUNT,
    INSTANT,
    OBJECT,
    STRING,
    Schema,
    asked,
    listed,
    nullable,
    page,
    record,
    ref,
)

_BOTH = record("双语文本", "Text in both languages", zh=STRING, en=STRING)
_STATES: Schema = {"enum": ["pending", "sending", "retry", "ok", "dead", "skipped"]}
_URL: Schema = {
    "type": "string", "maxLength": 1000, "examples": ["https://hooks.example.cn/jisheng"],
    "description": "https, port 443 or 8443, a public host, no user information, no fragment",
}  # fmt: skip
_NAMES: Schema = {
    "type": "array",
    "items": STRING,
    "maxItems": 100,
    "description": "empty: all that you may see",
}
_ASKED: dict[str, Schema] = {
    "url": _URL, "title": {"type": "string", "maxLength": 2000}, "types": _NAMES, "items": _NAMES,
    "departments": _NAMES,
}  # fmt: skip
_SECRET: Schema = {
    "type": ["string", "null"], "pattern": "^whsec_",
    "description": "shown here and never again; null where the key had acted before, and of a pair of keys",
}  # fmt: skip
_SUBSCRIPTION: dict[str, Schema] = {
    "subscription_id": STRING, "url": _URL, "title": STRING, "types": listed(STRING), "items": listed(STRING),
    "departments": listed(STRING), "state": {"enum": ["active", "paused", "disabled"]},
    "why": {"type": ["string", "null"], "description": "it was disabled: `failing` for five days, or `gone` (410)"},
    "created_at": INSTANT,
    "secrets": listed(record(
        "密钥", "A secret, or a pair of keys: since when and until when it signs", since=INSTANT,
        until=nullable(INSTANT),
        public_key={"type": ["string", "null"], "pattern": "^whpk_", "description": "of a pair (ed25519, `v1a`)"},
    )),
    "health": record("运行状况", "How deliveries fare", failing_since=nullable(INSTANT), failed_at=nullable(INSTANT),
                     delivered_at=nullable(INSTANT)),
}  # fmt: skip
_DELIVERY: dict[str, Schema] = {
    "delivery_id": STRING, "event_id": {"type": "string", "description": "the `webhook-id`: the same in every attempt"},
    "type": STRING, "case": nullable(STRING), "seq": {"type": ["integer", "null"]}, "state": _STATES,
    "why": {"type": ["string", "null"], "description": "`status-503`, `time-out`, `address-forbidden`, …"},
    "attempt": COUNT, "at": INSTANT, "next_attempt_at": nullable(INSTANT), "replayed": BOOLEAN,
}  # fmt: skip
_MESSAGE: dict[str, Schema] = {
    "message_id": STRING, "type": STRING,
    "state": {"enum": ["received", "waiting", "done", "missed", "late", "refused", "seen"],
              "description": "`waiting`: for an earlier message, or for its case; `missed`: the move was not possible"},
    "why": nullable(STRING),
}  # fmt: skip

WEBHOOKS: dict[str, Schema] = {
    "SubscriptionRequest": asked("订阅内容", "What is subscribed to, and where it goes",
                                 "title types items departments", **_ASKED),
    "Subscription": record("推送订阅", "A subscription", **_SUBSCRIPTION),
    "SubscriptionWithSecret": record("推送订阅与密钥", "A subscription with its new secret", **_SUBSCRIPTION,
                                     secret=_SECRET),
    "SubscriptionList": record("我的订阅", "One's own subscriptions", subscriptions=listed(ref("Subscription"))),
    "SubscriptionState": asked("启停", "Pause or go on", state={"enum": ["active", "paused"]}),
    "SecretRequest": asked("密钥种类", "Which kind of secret", "kind", kind={"enum": ["hmac-sha256", "ed25519"]}),
    "Nothing": asked("空", "Nothing is asked for"),
    "Delivery": record("一次推送", "A delivery", **_DELIVERY),
    "DeliveryPage": page("deliveries", "Delivery", "推送记录", "The log of deliveries, newest first"),
    "DeliveryWithAttempts": record(
        "一次推送及各次尝试", "A delivery with its attempts", **_DELIVERY,
        attempts=listed(record("一次尝试", "An attempt", n=COUNT, at=INSTANT, ms=COUNT,
                               status={"type": ["integer", "null"]}, why=STRING)),
        answer={"type": "string", "maxLength": 4096, "description": "the last answer's beginning, long numbers masked"},
        body=OBJECT,
    ),
    "ReplayRequest": asked(
        "重发条件", "Which deliveries: by ids, or from an instant on", "ids from to types states",
        ids={"type": "array", "items": STRING, "maxItems": 100}, **{"from": INSTANT}, to=INSTANT, types=listed(STRING),
        states=listed({"enum": ["ok", "dead", "skipped"]}),
    ),
    "Replay": record(
        "重发", "A replay; `full`: two thousand were sent, ask again for the rest", replay_id=STRING,
        state={"enum": ["running", "done", "full"]}, at=INSTANT, sent=COUNT, passed=COUNT, missing=COUNT,
    ),
    "Message": {"type": "object", "title": "A message", "x-title": {"zh": "来报", "en": "A message"},
                "description": "as the connector's definition agrees on it (`messages`)"},
    "MessageTaken": record("来报回执", "A message that was taken", external_id=STRING, **_MESSAGE),
    "ConnectorSecret": record("来报密钥", "The secret that one's messages are signed with", connector_id=STRING,
                              secrets=_SUBSCRIPTION["secrets"], secret=_SECRET),
    "Matter": record(
        "外部编号", "One of their numbers", external_id=STRING, case=nullable(STRING),
        status=nullable(record("办理状态（对方用语）", "Its status, in their words", code=STRING, title=_BOTH)),
        messages=listed(record("来报", "A message", **_MESSAGE, order=COUNT, at=INSTANT)),
    ),
    "DayReconciled": record(
        "对账", "What a day with an outside system came to", connector_id=STRING, day=STRING, made_at=INSTANT,
        cases=COUNT, left_count=COUNT, theirs=nullable({"type": "object", "additionalProperties": COUNT}),
        counts=listed(record("计数", "A count", type=STRING, state=STRING, count=COUNT)),
        differences={"type": "object", "additionalProperties": {"type": "integer"}},
        left=listed(record("未办成的来报", "A message that was not done", message_id=STRING, type=STRING,
                           external_id=STRING, state=STRING, why=STRING)),
    ),
}  # fmt: skip
