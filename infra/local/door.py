"""The front door: one asynchronous proxy on loopback that serves API, admin and uploads, with the gateway's limits."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import site_files as site
from aiohttp import web
from answers import problem, said
from development import Development
from limits import FUNCTION_BYTES, GATEWAY_BYTES, PATIENCE, end_to_end, event_bytes, is_loopback
from yarl import URL

CORS = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": (
        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Accept-Language"
    ),
    "Access-Control-Max-Age": "600",
}
EXPOSED = "ETag, Location, Retry-After, Idempotency-Replayed, Content-Language"


class Door:
    """Routes each request to the static site, the local-stage routes, the deployed API or the files' bucket."""

    def __init__(self, session: aiohttp.ClientSession, endpoint: str, site: Path) -> None:
        self.session, self.endpoint, self.site = session, endpoint, site
        self.outputs: dict[str, str] = {}
        self.development: Development | None = None
        self.key_set: dict[str, object] = {"keys": []}
        self.closing = False
        self.running = 0

    def application(self) -> web.Application:
        """Return the aiohttp application; every path comes to one handler."""
        application = web.Application(client_max_size=GATEWAY_BYTES)
        application.router.add_route("*", "/{path:.*}", self.handle)
        return application

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request, refused or forwarded, with the headers that a browser of this machine needs."""
        self.running += 1
        try:
            answer = await self._answer(request)
        finally:
            self.running -= 1
        origin = request.headers.get("Origin")
        if origin and is_loopback(origin):
            answer.headers.update(
                {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": EXPOSED}
            )
            answer.headers.add("Vary", "Origin")
        answer.headers.setdefault("X-Content-Type-Options", "nosniff")
        return answer

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        # A page elsewhere could otherwise mint itself a token: by its own origin, or by a name that it rebinds.
        if not is_loopback(f"http://{request.host}"):
            return problem(request, "foreign-host")
        origin = request.headers.get("Origin")
        if origin and not is_loopback(origin):
            return problem(request, "foreign-origin")
        if request.method == "OPTIONS":
            return web.Response(status=204, headers=CORS)
        if self.closing:
            return problem(request, "stopping")
        return await self._route(request)

    async def _route(self, request: web.Request) -> web.StreamResponse:
        path = request.path
        if path == "/.well-known/jwks.json":
            return said(self.key_set, headers={"Cache-Control": "max-age=600"})
        if path.startswith("/v1/dev/") and self.development:
            return await self.development.handle(request)
        if path == "/v1" or path.startswith("/v1/"):
            return await self._api(request)
        if self.outputs and path.split("/")[1] == self.outputs["BucketFiles"]:
            return await self._forward(request, self.endpoint + request.raw_path, request.content, None)
        return self._static(request)

    async def _api(self, request: web.Request) -> web.StreamResponse:
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return problem(request, "payload-too-large")
        if event_bytes(body, request.content_type) > FUNCTION_BYTES:
            return problem(request, "function-payload-too-large")
        if not self.outputs:
            return problem(request, "starting")
        stage = "/".join((self.endpoint, "_aws/execute-api", self.outputs["RestAPIId"], "api"))
        return await self._forward(request, stage + request.raw_path, body, PATIENCE)

    async def _forward(
        self, request: web.Request, url: str, body: bytes | aiohttp.StreamReader, patience: float | None
    ) -> web.StreamResponse:
        headers = end_to_end(request.headers) | {"Host": request.host, "X-Forwarded-Proto": "http"}
        # What a caller claims here, a gateway does not believe.
        headers["X-Forwarded-For"] = request.remote or ""
        try:
            async with self.session.request(
                request.method,
                URL(url, encoded=True),  # as it came: decoding twice would change what is looked up or signed
                data=body if request.body_exists or request.method in ("POST", "PUT", "PATCH") else None,
                headers=headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=patience),
            ) as answer:
                content = await answer.read()
                return self._returned(request, answer, content, limited=patience is not None)
        except TimeoutError:
            return problem(request, "gateway-timeout")
        except aiohttp.ClientError as error:
            return problem(request, "stopping" if self.closing else "stack-unreachable", type(error).__name__)

    def _returned(
        self, request: web.Request, answer: aiohttp.ClientResponse, content: bytes, limited: bool
    ) -> web.Response:
        if limited and event_bytes(content, answer.content_type) > FUNCTION_BYTES:
            return problem(request, "response-too-large")
        if answer.headers.get("x-amzn-ErrorType") == "MissingAuthenticationTokenException":
            return problem(request, "not-found")  # on AWS the template's GatewayResponses say the same
        if "json" in answer.content_type:
            # A presigned URL names the emulator; the browser's way to it is this door.
            content = content.replace(self.endpoint.encode(), f"http://{request.host}".encode())
        kept = end_to_end(answer.headers).items()
        headers = {name: value for name, value in kept if not name.lower().startswith("access-control-")}
        return web.Response(status=answer.status, body=content, headers=headers)

    def _static(self, request: web.Request) -> web.StreamResponse:
        if request.method not in ("GET", "HEAD"):
            return problem(request, "method-not-allowed")
        if request.path == "/draws":  # the page names its files relative to it
            return web.Response(status=301, headers={"Location": "/draws/"})
        if found := site.answer(self.site, request.path):
            path, headers = found
            return web.FileResponse(path, headers=headers)
        if request.path == "/":
            return web.Response(text=WELCOME, content_type="text/html")
        return problem(request, "not-found")

    async def drain(self, seconds: float) -> None:
        """Refuse what comes now and let what is running end, for at most `seconds`."""
        self.closing = True
        for _ in range(int(seconds / 0.02)):
            if not self.running:
                return
            await asyncio.sleep(0.02)


WELCOME = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>极省</title>'
    '<p>极省 Jisheng: <a href="/v1/openapi.json">/v1/openapi.json</a>, <a href="/admin/">/admin/</a></p></html>'
)
