"""The API as a WSGI application in this process, for tools that speak to one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from tests.builders_app import House

Start = Callable[[str, list[tuple[str, str]]], Any]


def application(house: House) -> Callable[[dict[str, Any], Start], Iterable[bytes]]:
    """WSGI in, the gateway's event to our handler, WSGI out. What the gateway would refuse, it refuses here."""

    def serve(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        raw = environ["wsgi.input"].read(length) if length else b""
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        query = environ.get("QUERY_STRING", "")
        answer = house.call(
            environ["REQUEST_METHOD"], _quoted(path) + (f"?{query}" if query else ""), None,
            _headers(environ), raw=raw.decode("utf-8", "replace") if raw else None,
        )  # fmt: skip
        start(f"{answer.status} {HTTPStatus(answer.status).phrase}", list(answer.headers.items()))
        return [answer.text.encode()]

    return serve


def _headers(environ: Mapping[str, Any]) -> dict[str, str]:
    found = {
        name.removeprefix("HTTP_").replace("_", "-"): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    return found | ({"CONTENT-TYPE": environ["CONTENT_TYPE"]} if environ.get("CONTENT_TYPE") else {})


def _quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(path, safe="/:@!$&'()*+,;=~-._")
