"""The console over the API in this process, on a port of its own: what a browser needs, without an emulator.

    python -m tests.builders_console [--port 8123] [--whole]

The pages come as the front door sends them, the API is the handler that Lambda calls (`builders_app`), sign-in mints a
token for a demo person as `make run` does.
"""

from __future__ import annotations

import argparse
import json
import mimetypes
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from chalicelib.actions import drawing, scheduling
from chalicelib.actions.working import work
from chalicelib.domain.definitions import Kinds
from chalicelib.stores import schema_files
from infra import console
from infra.gate import ROOT, SCHEMAS
from tests.builders_app import House, house
from tests.builders_smaller import smaller

LOCAL = ROOT / "infra" / "local"
BROWSER = ROOT / "admin" / "console" / "browser"
sys.path.insert(0, str(LOCAL))
import demo  # noqa: E402 - a script's neighbour, as the launcher imports it
import site_files  # noqa: E402

PASSED_ON = (
    "authorization",
    "content-type",
    "accept-language",
    "if-match",
    "if-none-match",
    "idempotency-key",
)


# What the console's tests are played on: two items, and all that they name.
SOME = ("items/water-connection", "items/street-report", "access/district", "organisations/wangcheng")


@contextmanager
def small_house(
    meta: Mapping[str, Any] | None = None,
    *more_of_it: str,
    changed: Mapping[str, Mapping[str, Any]] | None = None,
) -> Iterator[House]:
    """The API over a small pack and `more_of_it`, some of it `changed`; `meta`: kinds that the code does not ship."""
    import pytest

    load, kinds = schema_files.load_pack, schema_files.load_kinds

    def more(root: Path) -> Kinds:
        shipped = kinds(root)
        known = {name: shipped.meta(name) for name in shipped.names}
        return Kinds(known | dict(meta or {}), shipped.shared)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            schema_files, "load_pack", lambda root: smaller(load(root), *SOME, *more_of_it, changed=changed)
        )
        patch.setattr(schema_files, "load_kinds", more)
        with house() as up:
            yield up


LOOKS, TIMES = (drawing.KIND, scheduling.WORK), 6  # a draw goes a step further at each look


class Handler(BaseHTTPRequestHandler):
    """Answers as the front door does; `server` knows the house."""

    protocol_version = "HTTP/1.1"
    server: Serving

    def log_message(self, *_: Any) -> None:
        """A test says what it wants to be known."""

    def do_GET(self) -> None:
        bare = self.path.partition("?")[0]
        if bare == "/v1/dev/people":
            self._said(200, {"people": demo.people(self.server.schemas)})
        elif bare.startswith("/v1/"):
            self._api()
        else:
            self._file(bare)

    def do_POST(self) -> None:
        if self.path == "/v1/dev/tokens":
            self._token(json.loads(self._body() or "{}"))
        elif self.path == "/v1/dev/clock":
            self._clock(json.loads(self._body() or "{}"))
        else:
            self._api()

    def do_PUT(self) -> None:
        self._api()

    def do_DELETE(self) -> None:
        self._api()

    def _token(self, asked: dict[str, Any]) -> None:
        claims = {
            name: asked[name] for name in ("name", "department", "via", "acting_for") if asked.get(name)
        }
        header = self.server.up.bearer(asked["subject"], *asked.get("roles", ["citizen"]), **claims)
        self._said(200, {"token": header["Authorization"].removeprefix("Bearer ")})

    def _clock(self, asked: dict[str, Any]) -> None:
        """The clock is moved, and workers have looked for what is due then, as behind the front door."""
        app = self.server.up.app
        with self.server.one_at_a_time:
            app.at = int(datetime.fromisoformat(asked["now"]).timestamp() * 1000)
            app.forget()
            for kind in LOOKS * TIMES:
                work(app.press, json.dumps({"work": kind}))
        self._said(200, {"now": asked["now"], "settled": True})

    def _api(self) -> None:
        headers = {name: self.headers[name] for name in PASSED_ON if name in self.headers}
        with self.server.one_at_a_time:
            answer = self.server.up.call(self.command, self.path, headers=headers, raw=self._body())
            self.server.up.app.forget()  # its clock stands, so it would never look at what is published
        self._send(answer.status, answer.text.encode(), dict(answer.headers))

    def _file(self, path: str) -> None:
        found = site_files.answer(ROOT / "admin", path)
        if found is None:
            self._said(404, {"code": "not-found"})
            return
        file, headers = found
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        self._send(200, file.read_bytes(), {"Content-Type": kind, **headers})

    def _body(self) -> str | None:
        length = int(self.headers.get("Content-Length") or 0)
        return self.rfile.read(length).decode() if length else None

    def _said(self, status: int, body: Any) -> None:
        self._send(status, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class Serving(ThreadingHTTPServer):
    """A house with a port. `one_at_a_time`: moto and the house's container know no threads."""

    def __init__(self, up: House, port: int, schemas: Path) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.up, self.schemas, self.one_at_a_time = up, schemas, threading.Lock()


@contextmanager
def served(up: House, port: int = 0, schemas: Path = SCHEMAS) -> Iterator[str]:
    """Serve the house; its address."""
    server = Serving(up, port, schemas)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def played(up: House, script: str, pictures: Path, *given: str, seconds: int = 840) -> dict[str, Any]:
    """What a browser saw on its way through a story of `admin/console/browser`, played on this house.

    It is kept as `seen.json` beside its pictures.
    """
    console.install()
    shutil.rmtree(pictures, ignore_errors=True)
    with served(up) as url:
        done = subprocess.run(
            [str(console.node()), str(BROWSER / f"{script}.mjs"), f"{url}/admin/", str(pictures), *given],
            capture_output=True, text=True, timeout=seconds, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    told = done.stdout.splitlines()[-1]
    (pictures / "seen.json").write_text(told)
    seen: dict[str, Any] = json.loads(told)
    assert seen["failed"] == [], seen["failed"]
    return seen


def main() -> int:
    """Serve the small pack (or all of it) until interrupted."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--port", type=int, default=8123)
    options.add_argument("--whole", action="store_true", help="the whole pack")
    chosen = options.parse_args()
    with house() if chosen.whole else small_house() as up, served(up, chosen.port) as url:
        print(f"{url}/admin/", flush=True)
        threading.Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
