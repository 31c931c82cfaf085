"""The console over the API in this process, on a port of its own: what a browser needs, without an emulator.

    python -m tests.builders_console [--port 8123]

The pages come as the front door sends them, the API is the handler that Lambda calls (`builders_app`), sign-in mints a
token for a demo person as `make run` does.
"""

from __future__ import annotations

import argparse
import json
import mimetypes
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from infra.gate import ROOT, SCHEMAS
from tests.builders_app import House, house

LOCAL = ROOT / "infra" / "local"
sys.path.insert(0, str(LOCAL))
import demo  # noqa: E402 - a script's neighbour, as the launcher imports it
import site_files  # noqa: E402

PASSED_ON = ("authorization", "content-type", "accept-language", "if-match", "if-none-match", "idempotency-key")


@contextmanager
def served(up: House, port: int = 0, schemas: Path = SCHEMAS) -> Iterator[str]:
    """Serve the house; its address."""
    one_at_a_time = threading.Lock()  # moto and the house's container know no threads

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """A test says what it wants to be known."""

        def do_GET(self) -> None:
            bare = self.path.partition("?")[0]
            if bare == "/v1/dev/people":
                self._said(200, {"people": demo.people(schemas)})
            elif bare.startswith("/v1/"):
                self._api()
            else:
                self._file(bare)

        def do_POST(self) -> None:
            if self.path == "/v1/dev/tokens":
                self._token(json.loads(self._body() or "{}"))
            else:
                self._api()

        do_PUT = do_DELETE = do_PATCH = do_POST

        def _token(self, asked: dict[str, Any]) -> None:
            claims = {name: asked[name] for name in ("name", "department") if asked.get(name)}
            header = up.bearer(asked["subject"], *asked.get("roles", ["citizen"]), **claims)
            self._said(200, {"token": header["Authorization"].removeprefix("Bearer ")})

        def _api(self) -> None:
            headers = {name: self.headers[name] for name in PASSED_ON if name in self.headers}
            with one_at_a_time:
                answer = up.call(self.command, self.path, headers=headers, raw=self._body())
                up.app.forget()
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

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def main() -> int:
    """Serve the whole pack until interrupted."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--port", type=int, default=8123)
    with house() as up, served(up, options.parse_args().port) as url:
        print(f"{url}/admin/", flush=True)
        threading.Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
