"""Listens to nothing: says of notices what became of them, how one wants to be told, and what providers report."""

from __future__ import annotations

from chalicelib.edges.openapi_operation import PAGE, PUBLIC, WRITTEN, Operation
from chalicelib.edges.openapi_schemas import (
    COUNT,
    INSTANT,
    STRING,
    Schema,
    asked,
    listed,
    mapped,
    nullable,
    page,
    record,
    ref,
)

_OWN, _PROVIDER = "/v1/notice-preferences", "/v1/channels/{channel_id}/providers/{provider_id}"
_ADDRESSES: Schema = {
    "type": "object", "additionalProperties": STRING,
    "propertyNames": {"enum": ["mobile", "email", "open_id", "device", "postal"]},
    "description": "where one is reached; read when a notice is sent, and given to whoever carries it alone",
}  # fmt: skip
_WANTED: dict[str, Schema] = {
    "language": {"enum": ["zh", "en"]},
    "without": {"type": "array", "items": STRING, "maxItems": 20,
                "description": "channels by which no courtesy comes; what is part of legal service comes all the same"},
    "addresses": _ADDRESSES,
}  # fmt: skip
_STATUS: Schema = {"enum": ["delivered", "failed"]}

NOTICE_SCHEMAS: dict[str, Schema] = {
    "CaseNoticePage": page("notices", "CaseNotice", "办件通知", "What was told about a case, newest first"),
    "CaseNotice": record(
        "办件通知", "A notice and what became of it; no address", notice_id=STRING, notice=STRING, version=STRING,
        subject=ref("Text"), purpose={"enum": ["courtesy", "legal-service"]},
        roles={**listed(STRING), "description": "the parties to whom it is; none: an official"}, at=INSTANT,
        state={"enum": ["kept", "waiting", "sent", "delivered", "undelivered", "skipped", "expired"],
               "description": "`kept`: only to be read; `sent`: a provider took it, and has not reported yet"},
        why={"type": "string", "description": "`quiet-hours`, `status-503`, `no-way`: no address is known, …"},
        channel=nullable(STRING), provider=nullable(STRING), next_attempt=nullable(INSTANT),
        attempts=listed(record(
            "一次尝试", "An attempt, or a receipt", at=INSTANT, channel=STRING, provider=STRING,
            verdict={"enum": ["accepted", "refused", "broken", "failed", "delivered", "undelivered"]}, why=STRING,
            status={"type": ["integer", "null"]}, ms=nullable(COUNT),
        )),
    ),
    "PreferencesRequest": asked("通知偏好", "How one wants to be told", "language without addresses", **_WANTED),
    "Preferences": record("通知偏好", "How one wants to be told", **_WANTED, revision=COUNT),
    "Receipt": asked(
        "送达回执", "What became of a notice", "why", id={"type": "string", "description": "as it was sent"},
        status=_STATUS, why={"type": "string", "maxLength": 64, "pattern": "^[A-Za-z0-9_.:-]+$"},
    ),
    "ReceiptTaken": record("回执已收", "A report that was taken", id=STRING, status=_STATUS),
    "SignIn": asked("登录信息", "What this platform signs in with", "user password", user=STRING, password=STRING),
    "ProviderSecret": record(
        "服务商密钥", "The secret that requests and reports are signed with", channel_id=STRING, provider_id=STRING,
        secrets=listed(mapped({})),
        secret={"type": ["string", "null"], "pattern": "^whsec_", "description": "shown here and never again"},
    ),
}  # fmt: skip

NOTICE_ROUTES = {
    ("GET", "/v1/cases/{case_id}/notices"): Operation(
        "list_case_notices", "cases", "办件通知及送达情况", "What was told about a case, and what became of it",
        "CaseNoticePage", takes=PAGE, codes={404: "case-not-found", 422: "cursor-invalid"},
    ),
    ("GET", _OWN): Operation(
        "get_notice_preferences", "cases", "我的通知偏好", "How I want to be told", "Preferences", gives="ETag",
        codes={403: "forbidden"},
    ),
    ("PUT", _OWN): Operation(
        "put_notice_preferences", "cases", "修改通知偏好;首次设置用 If-Match: \"0\"",
        "Change how I want to be told; the first time with If-Match: \"0\"", "Preferences", 200, "PreferencesRequest",
        "if-match-required", "ETag",
        codes={400: "if-match-missing", 403: "forbidden", 412: "changed-since",
               422: "preferences-invalid body-invalid"},
    ),
    ("POST", f"{_PROVIDER}/receipts"): Operation(
        "take_receipt", "webhooks", "渠道服务商送达回执:以 Standard Webhooks 签名为凭",
        "What a provider reports of a notice, signed (Standard Webhooks)", "ReceiptTaken", 202, "Receipt",
        "webhook-id webhook-timestamp webhook-signature", caller=PUBLIC,
        codes={401: "signature-invalid", 404: "not-found", 422: "receipt-invalid", 429: "too-many-calls"},
    ),
    ("POST", f"{_PROVIDER}/secrets"): Operation(
        "rotate_provider_secret", "webhooks", "更换服务商密钥,或设置登录信息",
        "A new secret for a provider, or what this platform signs in with", "ProviderSecret", 201, "SignIn?",
        codes=WRITTEN | {409: "rotated-too-often", 412: "changed-since", 422: "body-invalid"},
    ),
}  # fmt: skip
