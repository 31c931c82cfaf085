"""Listens to nothing: says of subscriptions and connectors what their routes are for, take, answer and refuse."""

from __future__ import annotations

from chalicelib.edges.openapi_operation import PAGE, PUBLIC, WRITTEN, Operation

_ALL, _ONE = "/v1/webhooks/subscriptions", "/v1/webhooks/subscriptions/{subscription_id}"
_CONNECTOR = "/v1/connectors/{connector_id}"
_REFUSED = "webhook-url-refused subscription-invalid body-invalid"
_STALE = {400: "if-match-missing", 412: "changed-since"}

WEBHOOKS = {
    ("GET", _ALL): Operation(
        "list_subscriptions", "webhooks", "我的推送订阅", "One's own subscriptions", "SubscriptionList",
        codes={403: "forbidden"},
    ),
    ("POST", _ALL): Operation(
        "create_subscription", "webhooks", "新建订阅,密钥只显示这一次", "Subscribe; the secret is shown this once",
        "SubscriptionWithSecret", 201, "SubscriptionRequest", "idempotency-key", "ETag Location Idempotency-Replayed",
        codes={400: "idempotency-key-invalid", 403: "forbidden", 409: "too-many-subscriptions",
               422: f"{_REFUSED} idempotency-key-reused"},
    ),
    ("GET", _ONE): Operation(
        "get_subscription", "webhooks", "一个订阅及其运行状况", "A subscription and its health", "Subscription",
        gives="ETag", codes=WRITTEN,
    ),
    ("PUT", _ONE): Operation(
        "put_subscription", "webhooks", "修改订阅", "Change a subscription", "Subscription", 200, "SubscriptionRequest",
        "if-match-required", "ETag", codes=WRITTEN | _STALE | {422: _REFUSED},
    ),
    ("DELETE", _ONE): Operation(
        "delete_subscription", "webhooks", "删除订阅", "Delete a subscription", None, 204, takes="if-match-required",
        codes=WRITTEN | _STALE,
    ),
    ("PUT", f"{_ONE}/state"): Operation(
        "set_subscription_state", "webhooks", "暂停或恢复", "Pause a subscription, or have it work again",
        "Subscription", 200, "SubscriptionState", gives="ETag",
        codes=WRITTEN | {412: "changed-since", 422: "state-unknown body-invalid"},
    ),
    ("POST", f"{_ONE}/secrets"): Operation(
        "rotate_secret", "webhooks", "更换密钥:新旧密钥并用一天", "A new secret; the old one signs beside it for a day",
        "SubscriptionWithSecret", 201, "SecretRequest?", gives="ETag",
        codes=WRITTEN | {409: "rotated-too-often", 412: "changed-since", 422: "secret-kind-unknown body-invalid"},
    ),
    ("POST", f"{_ONE}/tests"): Operation(
        "send_test_event", "webhooks", "发送测试事件", "Send a test event", "Delivery", 202, "Nothing?",
        gives="Location", codes=WRITTEN | {422: "body-invalid", 429: "too-many-calls"},
    ),
    ("GET", f"{_ONE}/deliveries"): Operation(
        "list_deliveries", "webhooks", "推送记录,可按状态、类型、办件、时间查找", "The log of deliveries, with search",
        "DeliveryPage", takes=f"delivery-state delivery-type delivery-case since-instant until-instant {PAGE}",
        codes=WRITTEN | {422: "query-invalid cursor-invalid"},
    ),
    ("GET", f"{_ONE}/deliveries/{{delivery_id}}"): Operation(
        "get_delivery", "webhooks", "一次推送及各次尝试", "A delivery and its attempts", "DeliveryWithAttempts",
        codes=WRITTEN,
    ),
    ("POST", f"{_ONE}/replays"): Operation(
        "create_replay", "webhooks", "重发:同一编号、同一内容", "Send again: the same ids, the same bytes",
        "Replay", 202, "ReplayRequest", gives="Location",
        codes=WRITTEN | {409: "subscription-not-active", 422: "replay-invalid query-invalid body-invalid"},
    ),
    ("GET", f"{_ONE}/replays/{{replay_id}}"): Operation(
        "get_replay", "webhooks", "重发进度", "How far a replay is", "Replay", codes=WRITTEN
    ),
    ("POST", f"{_CONNECTOR}/events"): Operation(
        "take_message", "webhooks", "对接系统来报:以 Standard Webhooks 签名为凭",
        "What an outside system says, signed (Standard Webhooks)",
        "MessageTaken", 202, "Message", "webhook-id webhook-timestamp webhook-signature", "Idempotency-Replayed",
        caller=PUBLIC,
        codes={401: "signature-invalid", 404: "not-found", 429: "too-many-calls",
               422: "message-type-unknown message-invalid message-id-reused"},
    ),
    ("POST", f"{_CONNECTOR}/secrets"): Operation(
        "rotate_connector_secret", "webhooks", "更换来报密钥:新旧密钥并用一天",
        "A new secret for what one says; the old one holds for a day", "ConnectorSecret", 201, "Nothing?",
        codes=WRITTEN | {409: "rotated-too-often", 412: "changed-since", 422: "body-invalid"},
    ),
    ("GET", f"{_CONNECTOR}/matters/{{external_id}}"): Operation(
        "get_matter", "webhooks", "一个外部编号的来报及办理",
        "What was said of one of their numbers, and what became of it",
        "Matter", codes=WRITTEN,
    ),
    ("GET", f"{_CONNECTOR}/reconciliations/{{day}}"): Operation(
        "get_day_reconciled", "webhooks", "一日对账:来报计数、差异与未办成的",
        "What a day came to: counts, differences, what was not done", "DayReconciled", codes=WRITTEN,
    ),
}  # fmt: skip
