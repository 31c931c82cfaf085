"""Sets the stage for rows that need the whole platform: a stack that keeps nothing, its API called two ways.

`load` calls through the front door, over HTTP. `Inside` calls the very handler of `app.py` in this process, against
the stack's DynamoDB and KMS, so that what it sends can be counted; its clock is moved at will.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx

from chalicelib.stores import keys
from infra.local.stack import Stack, start_stack
from tests.bench.pricing import Index, Till

ROOT = Path(__file__).resolve().parents[2]
FOOD = json.loads((ROOT / "schemas" / "items" / "food" / "food-licence.json").read_text(encoding="utf-8"))
EXAMPLE = FOOD["examples"][0]
APPLICANT = f"enterprise:{EXAMPLE['form']['uscc']}"
MATERIALS = [{"id": one} for one in EXAMPLE["materials"]]
APPLICATION = {"form": EXAMPLE["form"], "materials": MATERIALS}


@contextlib.contextmanager
def stack() -> Iterator[Stack]:
    """A stack with the pack loaded, that keeps nothing."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        start_stack(Path(folder), persist=False) as up,
    ):
        yield up


def till(up: Stack) -> Till:
    """Prices what is written to the stack's cases, their indexes included."""
    indexes = [
        Index(name, (hash_, *(one for one in (range_,) if one != "pk")))
        for name, hash_, range_ in (keys.QUEUE_INDEX, keys.OWNER_INDEX, keys.OPEN_INDEX, keys.NUMBER_INDEX)
    ]
    return Till({up.outputs["TableCases"]: indexes})


def token(url: str, subject: str, *roles: str) -> str:
    asked = httpx.post(f"{url}/v1/dev/tokens", json={"subject": subject, "roles": list(roles)}, timeout=30)
    told: str = asked.raise_for_status().json()["token"]
    return told


def environment(up: Stack) -> dict[str, str]:
    """What the API's Lambda finds in its environment on this stack."""
    names = {
        "TABLE_DEFINITIONS": "TableDefinitions", "TABLE_CASES": "TableCases", "TABLE_TIMERS": "TableTimers",
        "TABLE_RECORDS": "TableRecords", "TABLE_DELIVERIES": "TableDeliveries", "BUCKET_FILES": "BucketFiles",
        "KMS_KEY_ID": "KmsKeyId", "QUEUE_TIMERS": "QueueTimers", "BLIND_SECRET_ID": "BlindSecretId",
    }  # fmt: skip
    return {variable: up.outputs[output] for variable, output in names.items()} | {
        "STAGE": "local", "JWT_ISSUER": "urn:jisheng:local", "JWT_AUDIENCE": "jisheng",
        "JWKS_URL": f"{up.url}/.well-known/jwks.json", "AWS_ENDPOINT_URL": up.endpoint,
        "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "000000000000", "AWS_SECRET_ACCESS_KEY": "test",
    }  # fmt: skip


def event(
    method: str, route: str, values: Mapping[str, str], headers: Mapping[str, str], body: Any = None
) -> dict[str, Any]:
    """What API Gateway's proxy integration hands to the function."""
    path = route
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    headers = {"Content-Type": "application/json", **headers}
    return {
        "resource": route, "path": path, "httpMethod": method, "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None, "multiValueQueryStringParameters": None,
        "pathParameters": dict(values) or None, "stageVariables": None,
        "requestContext": {"resourcePath": route, "httpMethod": method, "requestId": "bench",
                           "identity": {"sourceIp": "127.0.0.1"}},
        "body": None if body is None else json.dumps(body, ensure_ascii=False), "isBase64Encoded": False,
    }  # fmt: skip


class Inside:
    """The API's handler in this process."""

    def __init__(self, up: Stack) -> None:
        os.environ.update(environment(up))
        self._url, self._tokens, self._keys = up.url, dict[str, str](), 0
        import app
        from chalicelib import wiring

        self._handler, self.app = app.app, wiring.app()

    def set_clock(self, at: int) -> None:
        """Move the clock of this process alone: the stack's own stays, so that its sweeper leaves the cases be."""
        self.app._offset = (float("inf"), at - time.time_ns() // 1_000_000)

    def submit(self, subject: str = APPLICANT) -> dict[str, Any]:
        return self._call("POST", "/v1/items/{item_id}/cases", {"item_id": FOOD["id"]}, subject, APPLICATION)

    def move(self, case_id: str, subject: str, move: str, given: Any) -> dict[str, Any]:
        body = {"move": move, "input": given}
        return self._call("POST", "/v1/cases/{case_id}/moves", {"case_id": case_id}, subject, body)

    def _call(
        self, method: str, route: str, values: Mapping[str, str], who: str, body: Any
    ) -> dict[str, Any]:
        if who not in self._tokens:
            role = "citizen" if who == APPLICANT else "staff"
            self._tokens[who] = token(self._url, who, role)
        self._keys += 1
        headers = {
            "Authorization": f"Bearer {self._tokens[who]}",
            "Idempotency-Key": f"bench-{self._keys:06d}",
        }
        answer = self._handler(event(method, route, values, headers, body), None)
        if answer["statusCode"] >= 300:
            raise RuntimeError(answer["body"])
        told: dict[str, Any] = json.loads(answer["body"])
        return told
