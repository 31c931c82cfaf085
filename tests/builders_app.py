"""The whole API in this process: the handler that Lambda calls, over DynamoDB as moto imitates it, on a set clock.

What stands in: moto for DynamoDB, `LocalKeys` for KMS, one key pair for the city's sign-in. Everything else is the
real code, from the event of the gateway's proxy integration to its answer.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from joserfc import jwk, jwt

from chalicelib import config, wiring
from chalicelib.actions import relaying
from chalicelib.clients.tokens import Jwks, Tokens
from chalicelib.stores import ledger, running, schema_files
from chalicelib.stores.attributes import decode
from chalicelib.stores.dynamo import Dynamo
from chalicelib.stores.keys import Tables
from chalicelib.stores.sealing import Vault
from chalicelib.stores.wrapping import Wrapping
from tests import shipped
from tests.builders_audit import LocalSigner
from tests.builders_moto import moto_aws, put_all
from tests.builders_stores import LocalKeys, connection, make_tables

ISSUER, AUDIENCE, JWKS = "https://id.example.cn", "jisheng", "https://id.example.cn/keys"
MORNING = 1_772_413_200_000  # 2026-03-02T09:00:00+08:00
KEY = jwk.RSAKey.generate_key(2048, {"kid": "rsa-1"})
WRITES = {"PutItem", "UpdateItem", "DeleteItem"}
SHARDS = 2  # of each release's open cases: a look at all of them asks moto 200 times, and not 1,600


class Rewinding(Dynamo):
    """Counts requests, and keeps what every row was before it was written, so that a test can take all of it back."""

    def __init__(self, connected: Any) -> None:
        super().__init__(connected)
        self._alone = threading.Lock()  # moto has none: conditional writes side by side would all hold
        self.requests: list[str] = []
        self._before: dict[tuple[str, str, str], dict[str, Any] | None] = {}

    def call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        with self._alone:
            self.requests.append(operation)
            for table, row in _written(operation, arguments):
                self._keep(table, row)
            return super().call(operation, **arguments)

    def rewind(self) -> set[str]:
        """Everything as it was at the last rewind; the names of the tables that had changed."""
        for (table, pk, sk), item in self._before.items():
            if item is None:
                super().call("DeleteItem", TableName=table, Key={"pk": {"S": pk}, "sk": {"S": sk}})
            else:
                super().call("PutItem", TableName=table, Item=item)
        changed = {table for table, _, _ in self._before}
        self._before.clear()
        return changed

    def _keep(self, table: str, row: Mapping[str, Any]) -> None:
        pk, sk = row["pk"]["S"], row["sk"]["S"]
        if (table, pk, sk) not in self._before:
            key = {"pk": row["pk"], "sk": row["sk"]}
            found = super().call("GetItem", TableName=table, Key=key, ConsistentRead=True)
            self._before[(table, pk, sk)] = found.get("Item")


def _written(operation: str, arguments: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(table, row or key) of everything that a request writes."""
    if operation in WRITES:
        yield arguments["TableName"], arguments.get("Item") or arguments["Key"]
    for member in arguments.get("TransactItems", ()):
        for action, one in member.items():
            if action != "ConditionCheck":
                yield one["TableName"], one.get("Item") or one["Key"]
    if operation == "BatchWriteItem":
        for table, requests in arguments["RequestItems"].items():
            for one in requests:
                ((_, what),) = one.items()
                yield table, what.get("Item") or what["Key"]


class Inside(wiring.App):
    """One container: the real wiring but for DynamoDB, KMS, the sign-in's keys and the clock."""

    def __init__(self, dynamo: Rewinding, tables: Tables) -> None:
        super().__init__(
            config.Config(
                stage="test", zone="Asia/Shanghai", region="us-east-1", tables=tables, bucket="", kms_key="k",
                blind_secret="s", signing_key="s", timer_queue="", work_queue="",
                jwt_issuer=ISSUER, jwt_audience=AUDIENCE, jwks_url=JWKS,
            )
        )  # fmt: skip
        self.at = MORNING
        self.__dict__["dynamo"] = dynamo

    @cached_property
    def vault(self) -> Vault:
        return Vault(Wrapping(LocalKeys()))

    @cached_property
    def signer(self) -> Any:
        return LocalSigner()

    @cached_property
    def head_signer(self) -> Any:
        from tests.builders_drawing import EdSigner

        return EdSigner()

    @cached_property
    def relays(self) -> Any:
        from tests.builders_drawing import recorded

        return recorded

    @cached_property
    def _tokens(self) -> Tokens:
        served = json.dumps({"keys": [KEY.as_dict(private=False)]}).encode()
        return Tokens(ISSUER, AUDIENCE, Jwks(JWKS, fetch=lambda _: served))

    def now(self) -> int:
        return self.at

    def forget(self) -> None:
        """Forget what is published, as a container does after five seconds."""
        for name in ("catalogue", "kit", "press"):
            self.__dict__.pop(name, None)

    def another(self) -> Inside:
        """A second container on the same tables."""
        other = Inside(self.dynamo, self.config.tables)  # type: ignore[arg-type]
        other.__dict__["vault"], other.at = self.vault, self.at
        return other


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def code(self) -> str:
        """The problem's code; empty when it is no problem."""
        problem = self.headers.get("content-type") == "application/problem+json"
        return str(self.json()["code"]) if problem else ""


class House:
    """The API with its doors: `call` is a request of the gateway to the function."""

    def __init__(self, app: Inside) -> None:
        self.app = app
        self._tokens: dict[str, str] = {}

    def call(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None,
        *, source: str = "192.0.2.1", many: Mapping[str, Sequence[str]] | None = None, raw: str | None = None,
    ) -> Answer:  # fmt: skip
        import app as entry

        text = raw if raw is not None else None if body is None else json.dumps(body, ensure_ascii=False)
        event = event_of(
            method, path, {"Content-Type": "application/json", **(headers or {})}, text, source, many
        )
        if event is None:
            return _no_such_resource()
        said = entry.app(event, None)
        kept = {name.lower(): str(value) for name, value in said["headers"].items()}
        return Answer(int(said["statusCode"]), kept, said["body"])

    def bearer(self, subject: str, *roles: str, **claims: Any) -> dict[str, str]:
        """The header with which somebody calls."""
        known = json.dumps([subject, roles, claims])
        if known not in self._tokens:
            now = time.time_ns() // 1_000_000_000
            said = {
                "iss": ISSUER,
                "aud": AUDIENCE,
                "sub": subject,
                "exp": now + 7200,
                "roles": list(roles),
                **claims,
            }
            self._tokens[known] = jwt.encode(
                {"alg": "RS256", "kid": "rsa-1"}, said, KEY, algorithms=["RS256"]
            )
        return {"Authorization": f"Bearer {self._tokens[known]}"}

    def rewind(self) -> None:
        """The world as it was at the last rewind, in the tables and in the container's memory."""
        changed = self.app.dynamo.rewind()  # type: ignore[attr-defined]
        if self.app.config.tables.definitions in changed:
            self.app.forget()
        self.app.__dict__.pop("limiter", None)

    def rows(self, table: str) -> list[dict[str, Any]]:
        found = self.app.dynamo.call("Scan", TableName=getattr(self.app.config.tables, table))
        return [decode(raw) for raw in found["Items"]]


def _no_such_resource() -> Answer:
    """What the gateway says by itself of an address that it does not know (`GatewayResponses` of the template)."""
    said = {"zh": "没有这个地址", "en": "no such address"}
    body = {
        "type": "https://jisheng.example/problems/not-found", "title": said["zh"], "detail": said["zh"],
        "status": 404, "code": "not-found", "messages": said, "instance": "urn:request:inside",
    }  # fmt: skip
    headers = {"content-type": "application/problem+json", "x-request-id": "inside"}
    return Answer(404, headers, json.dumps(body, ensure_ascii=False))


def event_of(
    method: str, path: str, headers: Mapping[str, str], body: str | None, source: str,
    many: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, Any] | None:  # fmt: skip
    """What API Gateway's proxy integration hands to the function; None where the gateway has no such resource."""
    bare, _, query = path.partition("?")
    found = _matched(bare)
    if found is None or (method not in found[2]):
        return None
    route, values, _ = found
    every = {name: [value] for name, value in headers.items()} | {k: list(v) for k, v in (many or {}).items()}
    pairs = parse_qsl(query, keep_blank_values=True)
    asked: dict[str, list[str]] = {}
    for name, value in pairs:
        asked.setdefault(name, []).append(value)
    return {
        "resource": route, "path": bare, "httpMethod": method,
        "headers": {name: values[-1] for name, values in every.items()}, "multiValueHeaders": every,
        "queryStringParameters": dict(pairs) or None, "multiValueQueryStringParameters": asked or None,
        "pathParameters": values or None, "stageVariables": None,
        "requestContext": {"resourcePath": route, "httpMethod": method, "requestId": "inside",
                           "identity": {"sourceIp": source}},
        "body": body, "isBase64Encoded": False,
    }  # fmt: skip


def _matched(path: str) -> tuple[str, dict[str, str], frozenset[str]] | None:
    """The gateway's resource: a fixed part of a path goes before a variable one."""
    for route, pattern, methods in _patterns():
        if fits := pattern.fullmatch(path):
            return route, {name: unquote(value) for name, value in fits.groupdict().items()}, methods
    return None


@cache
def _patterns() -> list[tuple[str, re.Pattern[str], frozenset[str]]]:
    from chalicelib.edges.http import TABLE

    paths = sorted({path for _, path in TABLE}, key=lambda path: (path.count("{"), path))
    return [
        (
            path,
            re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path)),
            frozenset(m for m, p in TABLE if p == path),
        )
        for path in paths
    ]


def filled(path: str, values: Mapping[str, str]) -> str:
    """A route with its values in place."""
    return re.sub(r"{(\w+)}", lambda part: quote(values[part[1]], safe=":"), path)


@contextmanager
def house() -> Iterator[House]:
    """The pack published on fresh tables. One a module is enough: `rewind` takes back what a test did."""
    import pytest

    with pytest.MonkeyPatch.context() as patch, moto_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "test")
        patch.setenv("POWERTOOLS_LOG_LEVEL", "CRITICAL")
        for module in (ledger, running, relaying):
            patch.setattr(module, "OPEN_SHARDS", SHARDS)
        connected = connection()
        inside = Inside(Rewinding(connected), make_tables(connected, "inside"))
        patch.setattr(wiring, "app", lambda: inside)
        _fill(inside)
        inside.dynamo._before.clear()  # type: ignore[attr-defined]
        yield House(inside)


_shipped: shipped.Rows = {}  # as the tree's first seed left them
_load = schema_files.load_pack


def _fill(inside: Inside) -> None:
    """Load the pack as a deployment does; where that was done before, its rows alone."""
    from chalicelib.edges import background

    def seeded() -> shipped.Rows:
        background.seed({}, None)
        tables = [getattr(inside.config.tables, name) for name in Tables.__dataclass_fields__]
        return {table: _all(inside.dynamo, table) for table in tables}

    if schema_files.load_pack is not _load:  # a pack of the test's own
        background.seed({}, None)
        return
    _shipped.update(_shipped or shipped.rows(seeded))
    for table, rows in _shipped.items():
        put_all(table, rows)


def _all(dynamo: Dynamo, table: str) -> list[Any]:
    rows, after = list[Any](), dict[str, Any]()
    while True:
        page = dynamo.call("Scan", TableName=table, **after)
        rows += page["Items"]
        if "LastEvaluatedKey" not in page:
            return rows
        after = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
