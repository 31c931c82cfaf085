"""Reaches AWS: one signed POST of JSON, for the four services that the platform calls (DynamoDB, KMS, SQS, secrets).

botocore would build, sign, send and read the same request in several times the CPU, and read two megabytes of models
before its first (`make bench`, rows `aws-request` and `cold-start`). What is kept of it: where credentials come from,
its errors, and its events `before-send` and `response-received`, by which moto and the tests listen in.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import time
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import orjson
from botocore import exceptions
from botocore.awsrequest import AWSPreparedRequest

from chalicelib.clients.connections import Connections

if TYPE_CHECKING:
    from botocore.credentials import Credentials, ReadOnlyCredentials

TRIES = 5
BACK_OFF = 0.05  # seconds before the second try, doubled each time, then jittered
AGAIN = frozenset({500, 502, 503, 504})
# Codes that mean "later", whatever their status (AWS SDK reference guide, "Retry behavior", standard mode).
THROTTLED = frozenset({
    "ThrottlingException", "Throttling", "ThrottledException", "ProvisionedThroughputExceededException",
    "RequestLimitExceeded", "RequestThrottled", "RequestThrottledException", "TooManyRequestsException",
    "TransactionInProgressException", "LimitExceededException", "SlowDown",
})  # fmt: skip
BROKEN = (exceptions.ConnectionError, exceptions.HTTPClientError)
SIGNED = "content-type;host;x-amz-date;x-amz-target"


class Protocol(NamedTuple):
    """How a service names itself in the target, and which JSON it speaks; host and signature have its own name."""

    target: str
    json: str


PROTOCOLS = {
    "dynamodb": Protocol("DynamoDB_20120810", "application/x-amz-json-1.0"),
    "kms": Protocol("TrentService", "application/x-amz-json-1.1"),
    "secretsmanager": Protocol("secretsmanager", "application/x-amz-json-1.1"),
    "sqs": Protocol("AmazonSQS", "application/x-amz-json-1.0"),
}


class Service:
    """One AWS service in one region. `call` is one request, tried again while the trouble is passing.

    Blobs go out as bytes and come back as the base64 that AWS sends: only the caller knows which texts are blobs.
    """

    def __init__(
        self,
        name: str,
        region: str,
        endpoint: str | None = None,
        *,
        credentials: Credentials | None = None,
        tries: int = TRIES,
        seconds: float = 10,
    ) -> None:
        self.name, self.region = name, region
        self.url = (endpoint or _endpoint(name, region)).rstrip("/") + "/"
        self._credentials, self._tries = credentials, tries
        self._connections = Connections(self.url, seconds)

    def call(self, operation: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The answer's members. Raises botocore's ClientError for a refusal, its HTTPClientError for silence."""
        body = orjson.dumps(arguments, default=_blob)
        for attempt in range(self._tries):
            last = attempt + 1 == self._tries
            try:
                status, headers, told = self._once(operation, body)
            except BROKEN:
                if last:
                    raise
            else:
                if status < 300:
                    answer: dict[str, Any] = orjson.loads(told) if told else {}
                    return answer
                refusal = _refusal(operation, status, headers, told)
                if last or not (status in AGAIN or refusal.response["Error"]["Code"] in THROTTLED):
                    raise refusal
            jitter = 0.5 + int.from_bytes(os.urandom(2)) / 0x1_0000  # 0.5 to 1.5: nobody comes back in step
            time.sleep(BACK_OFF * 2**attempt * jitter)
        raise AssertionError("unreachable")

    def _once(self, operation: str, body: bytes) -> tuple[int, Mapping[str, str], bytes]:
        who = (self._credentials or _found()).get_frozen_credentials()  # renewed when they run out
        headers = sign(self.name, self.region, self.url, operation, body, who, _now())
        request = AWSPreparedRequest("POST", self.url, headers, body, stream_output=False)
        event = f"{self.name}.{operation}"
        answered = self.events.emit_until_response(f"before-send.{event}", request=request)[1]
        if answered is None:
            status, given, told = self.send(request)
        else:
            status, given, told = answered.status_code, answered.headers, answered.content
        self.events.emit(f"response-received.{event}", response_dict={"status_code": status})
        if (sum_ := given.get("x-amz-crc32")) and int(sum_) != zlib.crc32(told):
            raise exceptions.ConnectionClosedError(endpoint_url=self.url)
        return status, given, told

    def send(self, request: Any) -> tuple[int, Mapping[str, str], bytes]:
        """Over the wire, once: status, headers, body."""
        answer = self._connections.post(request.headers, request.body)
        return answer.status, answer.headers, answer.body

    @cached_property
    def events(self) -> Any:
        """botocore's own emitter, with whoever asked to hear every client (moto does)."""
        from botocore.handlers import BUILTIN_HANDLERS
        from botocore.hooks import HierarchicalEmitter

        emitter = HierarchicalEmitter()
        for event, handler, *_ in BUILTIN_HANDLERS:
            if event.startswith(("before-send", "response-received")):
                emitter.register(event, handler)
        return emitter


def sign(
    service: str,
    region: str,
    url: str,
    operation: str,
    body: bytes,
    who: ReadOnlyCredentials,
    at: datetime,
) -> dict[str, str]:
    """The headers of a signed request (AWS Signature Version 4)."""
    stamp = (
        at.isoformat(timespec="seconds")[:19].replace("-", "").replace(":", "") + "Z"
    )  # a third of strftime
    to, protocol = urlsplit(url), PROTOCOLS[service]
    headers = {
        "content-type": protocol.json, "host": to.netloc, "x-amz-date": stamp,
        "x-amz-target": f"{protocol.target}.{operation}", "user-agent": "jisheng",
    }  # fmt: skip
    signed = SIGNED
    if who.token:
        headers["x-amz-security-token"] = who.token
        signed = SIGNED.replace("x-amz-target", "x-amz-security-token;x-amz-target")
    lines = "".join(f"{name}:{headers[name]}\n" for name in signed.split(";"))
    canonical = f"POST\n{to.path}\n\n{lines}\n{signed}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = _signing_key(who.secret_key, stamp[:8], region, service)
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={who.access_key}/{scope}, SignedHeaders={signed}, Signature={signature}"
    )
    return headers


@lru_cache(maxsize=16)
def _signing_key(secret: str, day: str, region: str, service: str) -> bytes:
    """Good for a day: four of the five HMACs of a signature."""
    key = b"AWS4" + secret.encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


@lru_cache(maxsize=1)
def _found() -> Credentials:
    """Where credentials come from: the environment of a Lambda, a profile or a role elsewhere."""
    from botocore.session import get_session

    found: Credentials | None = get_session().get_credentials()
    if found is None:
        raise exceptions.NoCredentialsError
    return found


def _now() -> datetime:
    return datetime.fromtimestamp(time.time_ns() // 1_000_000_000, UTC)  # AWS's clock, never the stage's


def _endpoint(name: str, region: str) -> str:
    told = os.environ.get(f"AWS_ENDPOINT_URL_{name.upper()}") or os.environ.get("AWS_ENDPOINT_URL")
    partition = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return told or f"https://{name}.{region}.{partition}"


def _blob(value: Any) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} is nothing that AWS takes")


def _refusal(operation: str, status: int, headers: Mapping[str, str], told: bytes) -> exceptions.ClientError:
    try:
        said = orjson.loads(told)
    except orjson.JSONDecodeError:
        said = {}
    code = str(said.get("__type") or said.get("code") or status).rpartition("#")[2].partition(":")[0]
    error = {"Code": code, "Message": said.get("message") or said.get("Message") or ""}
    metadata = {
        "HTTPStatusCode": status,
        "HTTPHeaders": dict(headers),
        "RequestId": headers.get("x-amzn-requestid", ""),
    }
    return exceptions.ClientError({**said, "Error": error, "ResponseMetadata": metadata}, operation)
