"""Answers what exists in the local stage only: tokens for demo people, their key set, the movable clock, the outbox."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from aiohttp import web
from answers import problem, said
from demo import people
from deployment import DeploymentError, Emulator, scheduled_event

ISSUER, AUDIENCE = "urn:jisheng:local", "jisheng"
ZONE = timezone(timedelta(hours=8))  # Asia/Shanghai has had no other offset since 1991
TTL, LONGEST = 8 * 3600, 366 * 86400
CLAIMS = ("name", "roles", "department", "via", "acting_for")
# The code re-reads the offset at most once a second (decisions 3): after that long, everybody has it.
NOTICED = 1.1
SHOWN = 500  # notices in the outbox
SETTLING = 60.0  # seconds for the sweeps to end; a busy machine starts sixteen workers slowly


class SigningKey:
    """One ES256 key a data folder, made at the first start."""

    def __init__(self, folder: Path) -> None:
        from joserfc.jwk import ECKey

        path = folder / "dev-signing.json"
        if path.exists():
            self._key = ECKey.import_key(json.loads(path.read_text()))
        else:
            named = {"kid": f"dev-{secrets.token_hex(8)}", "use": "sig", "alg": "ES256"}
            self._key = ECKey.generate_key("P-256", named)
            folder.mkdir(parents=True, exist_ok=True)
            path.touch(0o600)
            path.write_text(json.dumps(self._key.as_dict(private=True)))
        self.key_set = {"keys": [self._key.as_dict(private=False)]}

    def sign(self, claims: dict[str, Any]) -> str:
        """Return the compact JWS of a token with these claims."""
        from joserfc import jwt

        return jwt.encode({"alg": "ES256", "kid": str(self._key.kid)}, claims, self._key)


class Development:
    """The routes under /v1/dev; the artefact knows none of them."""

    def __init__(
        self, key: SigningKey, emulator: Emulator, outputs: dict[str, str], schemas: Path | None = None
    ) -> None:
        self.key, self.emulator, self.outputs, self.schemas = key, emulator, outputs, schemas
        self.offset_ms = 0
        self.outbox: deque[dict[str, Any]] = deque(maxlen=SHOWN)

    async def load(self) -> None:
        """Read the offset that an earlier run left."""
        answer = await self._table("GetItem", Key=_OFFSET)
        self.offset_ms = int(answer.get("Item", {}).get("ms", {"N": "0"})["N"])

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one request under /v1/dev/."""
        routes: dict[str, dict[str, Callable[..., Any]]] = {
            "/v1/dev/people": {"GET": self._people},
            "/v1/dev/tokens": {"POST": self._token},
            "/v1/dev/clock": {"POST": self._set_clock, "GET": self._get_clock},
            "/v1/dev/outbox": {"POST": self._take, "GET": self._look},
        }
        methods = routes.get(request.path)
        if methods is None:
            return problem(request, "not-found")
        if request.method not in methods:
            return problem(request, "method-not-allowed")
        try:
            body = await request.json() if request.method == "POST" else {}
            return said(await methods[request.method](body), headers={"Cache-Control": "no-store"})
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            return problem(request, "malformed", str(error))
        except DeploymentError as error:
            return problem(request, "stack-unreachable", str(error))

    async def _people(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"people": people(self.schemas) if self.schemas else []}

    async def _token(self, body: dict[str, Any]) -> dict[str, Any]:
        """Sign in as anybody: {"subject", "name"?, "roles"?, "department"?, "via"?, "acting_for"?, "ttl"? seconds}."""
        subject, roles, ttl = body["subject"], body.get("roles", ["citizen"]), int(body.get("ttl", TTL))
        if not isinstance(subject, str) or not isinstance(roles, list) or not -LONGEST <= ttl <= LONGEST:
            raise ValueError("subject is a string, roles a list, ttl at most a year of seconds")
        # Right by this machine's clock and by the moved one, whichever the code judges tokens with.
        real = _real_ms() // 1000
        virtual = real + self.offset_ms // 1000
        expires = max(real, virtual) + ttl
        claims = {name: body[name] for name in CLAIMS if body.get(name) is not None} | {"roles": roles}
        claims |= {"sub": subject, "iss": ISSUER, "aud": AUDIENCE, "jti": secrets.token_hex(8)}
        claims |= {"iat": min(real, virtual), "nbf": min(real, virtual), "exp": expires}
        return {"token": self.key.sign(claims), "expires_at": _rfc3339(expires * 1000)}

    async def _take(self, body: dict[str, Any]) -> dict[str, Any]:
        """Take a notice as a provider would (`clients.carriers.OutboxCarrier`), into memory alone."""
        known = {one["id"] for one in self.outbox}
        if str(body["id"]) not in known:  # a provider who heard of it twice sends it once
            self.outbox.appendleft({**body, "taken_at": _rfc3339(_real_ms() + self.offset_ms)})
        return {"id": body["id"]}

    async def _look(self, _: dict[str, Any]) -> dict[str, Any]:
        """The last notices that the stand-in took, newest first. They reached nobody."""
        return {"stand_in": True, "notices": list(self.outbox)}

    async def _get_clock(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"now": _rfc3339(_real_ms() + self.offset_ms), "offset_ms": self.offset_ms}

    async def _set_clock(self, body: dict[str, Any]) -> dict[str, Any]:
        """Move the clock, wait until every function has noticed, and let what is due now fire."""
        wanted = body["now"]
        if wanted is None:
            self.offset_ms = 0
            await self._table("DeleteItem", Key=_OFFSET)
        else:
            instant = datetime.fromisoformat(wanted)
            if instant.tzinfo is None:
                raise ValueError("now is an RFC 3339 instant with its offset")
            self.offset_ms = int(instant.timestamp() * 1000) - _real_ms()
            await self._table("PutItem", Item={**_OFFSET, "ms": {"N": str(self.offset_ms)}})
        await asyncio.sleep(NOTICED)
        await self.emulator.invoke(self.outputs["FunctionTick"], scheduled_event())
        return {**await self._get_clock({}), "settled": await self._settled()}

    async def _settled(self) -> bool:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        question = {"QueueUrl": self.outputs["QueueTimers"], "AttributeNames": names}
        for _ in range(int(SETTLING / 0.1)):
            answer = await self.emulator.json("sqs", "AmazonSQS.GetQueueAttributes", question)
            if not any(int(answer["Attributes"][name]) for name in names):
                return True
            await asyncio.sleep(0.1)
        return False

    async def _table(self, operation: str, **arguments: Any) -> dict[str, Any]:
        body = {"TableName": self.outputs["TableDefinitions"], **arguments}
        return await self.emulator.json("dynamodb", f"DynamoDB_20120810.{operation}", body)


_OFFSET = {"pk": {"S": "DEV#CLOCK"}, "sk": {"S": "OFFSET"}}


def _real_ms() -> int:
    return time.time_ns() // 1_000_000


def _rfc3339(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, ZONE).isoformat(timespec="milliseconds")
