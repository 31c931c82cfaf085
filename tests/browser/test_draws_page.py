"""The public page of draws in a real Chromium, over the real API: seen step by step, green when right, red when not."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.draws import bls, bundle
from infra import verify_draw
from tests.builders_app import House, house
from tests.builders_drawing import DAY, made_up
from tests.builders_tampering import tampered
from tests.unit.test_api_draws import _look as look
from tests.unit.test_api_draws import _records as records
from tests.unit.test_draw_verifier import FROZEN

ROOT = Path(__file__).parent.parent.parent
SITE = ROOT / "admin" / "draws"
MODULES = ROOT / ".local" / "browser"  # made by `make setup` from package-lock.json
SHOTS = ROOT / ".local" / "screenshots"
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
LATER = {"committed": 0, "drawn": 2 * DAY, "revealed": 61 * DAY}


def served(up: House) -> HTTPServer:
    """The page, the API behind it, and `/step/<name>`: the clock goes on until the draw is there."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/step/"):
                step = self.path.rsplit("/", 1)[1]
                up.app.at += LATER[step]
                look(up, step)
                return self._say(200, json.dumps({"at": up.app.at}).encode(), "application/json")
            if self.path.startswith("/v1/"):
                answer = up.call("GET", self.path)
                return self._say(answer.status, answer.text.encode(), answer.headers["content-type"])
            file = SITE / (self.path.removeprefix("/draws/") or "index.html")
            if not file.is_file():
                return self._say(404, b"", "text/plain")
            return self._say(200, file.read_bytes(), TYPES[file.suffix])

        def _say(self, status: int, content: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Nothing: pytest shows what the browser says."""

    return HTTPServer(("127.0.0.1", 0), Door)


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What a person saw at the page, from the commitment to a tampered bundle (tests/browser/page.mjs)."""
    from chalicelib.domain.change import RecordWrite
    from tests.builders_app import MORNING

    shutil.rmtree(SHOTS, ignore_errors=True)
    SHOTS.mkdir(parents=True)
    (SHOTS / "valid.zip").write_bytes((FROZEN / "draw-1.zip").read_bytes())
    (SHOTS / "tampered.zip").write_bytes(bundle.zipped(tampered("an inspector gets a certificate", 0)[0]))
    (SHOTS / "none.zip").write_bytes(b"PK no zip")
    with house() as up, pytest.MonkeyPatch.context() as patch:
        patch.setattr(bls, "verified", lambda *_: True)  # no round of that day was recorded
        up.app.__dict__["relays"] = made_up
        for register, identity, body in records():
            write = RecordWrite(register, identity, 0, body, "2026-01-01")
            up.app.kit.records.write(write, "system:test", MORNING)
        server = served(up)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            address = f"http://127.0.0.1:{server.server_port}/draws/"
            command = ["node", str(Path(__file__).parent / "page.mjs"), str(MODULES), address, str(SHOTS)]
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_everybody_sees_the_commitment_and_a_countdown_before_the_value(seen: dict[str, Any]) -> None:
    assert "名册已封存" in seen["texts"]["committed"]
    assert "12 条" in seen["texts"]["committed"]
    assert ":" in seen["countdown"]["committed"]
    assert not seen["checkable"]["committed"]


def test_the_value_and_the_cut_off_are_shown_at_once_and_the_firms_last(seen: dict[str, Any]) -> None:
    drawn, revealed = seen["texts"]["drawn"], seen["texts"]["revealed"]
    assert not seen["countdown"]["drawn"]
    assert "drand 公共随机信标" in drawn
    assert "分数线" in drawn
    assert "自查单" in drawn
    assert "ins-" not in drawn
    assert "ins-" in revealed
    assert not [state for state, text in seen["texts"].items() if "[object" in text or "undefined" in text]
    assert seen["checkable"] == {"committed": False, "drawn": False, "revealed": True}


def test_the_page_is_green_for_a_draw_that_holds_and_red_for_a_tampered_one(seen: dict[str, Any]) -> None:
    green, red = "rgb(20, 108, 54)", "rgb(179, 19, 27)"
    code = str(verify_draw.CODES["inspectors"])
    assert seen["colours"]["valid"] == ["good", green, "0"]
    assert seen["colours"]["frozen"] == ["good", green, "0"]
    assert seen["colours"]["tampered"] == seen["colours"]["dropped"] == ["bad", red, code]
    assert seen["colours"]["none"] == ["bad", red, str(verify_draw.CODES["malformed"])]
    assert "核验通过" in seen["texts"]["verdict-valid"]
    assert "执法人员名册被改动" in seen["texts"]["verdict-tampered"]
    assert (
        "Ed25519" not in seen["texts"]["verdict-valid"]
    )  # Debian's chromium has it: the signature was checked


def test_nothing_serious_is_found_by_axe_and_nothing_scrolls_sideways(seen: dict[str, Any]) -> None:
    assert seen["axe"] == []
    assert [state for state, fits in seen["fits"].items() if not fits] == []


def test_the_page_runs_under_its_own_policy_without_a_complaint(seen: dict[str, Any]) -> None:
    assert seen["problems"] == []
    policy = (SITE / "index.html").read_text()
    assert "default-src 'none'; script-src 'self'" in policy
    assert "unsafe-eval" not in policy


def test_it_speaks_english_and_every_control_is_reached_by_keyboard(seen: dict[str, Any]) -> None:
    assert "1. Commitment: the roster is sealed" in seen["texts"]["english"]
    assert {"language", "check", "file"} <= set(seen["keyboard"])


def test_every_code_has_a_sentence_in_both_languages() -> None:
    words = (SITE / "words.js").read_text().partition("export const FAULTS")[2]
    for name in verify_draw.CODES:
        key = f'"{name}"' if "-" in name else name
        assert f"\n  {key}: [" in words, name


def test_the_local_door_serves_the_page_and_nothing_above_it() -> None:
    python = ROOT / ".local" / "stack" / "bin" / "python"
    paths = (
        "GET /draws", "GET /draws/", "GET /draws/verify/verify.js", "GET /draws/none.js", "POST /draws/",
        "GET /draws/%2e%2e/%2e%2e/requirements.txt", "GET /draws//etc/hostname", "GET /drawsome",
    )  # fmt: skip
    script = Path(__file__).parent / "door_script.py"
    done = subprocess.run([str(python), str(script), *paths], capture_output=True, text=True, check=True)
    found = {
        path: (status, what) for path, (status, what, _) in zip(paths, json.loads(done.stdout), strict=True)
    }
    assert found["GET /draws"] == (301, "/draws/")
    assert found["GET /draws/"] == (200, "text/html")
    assert found["GET /draws/verify/verify.js"] == (200, "text/javascript")
    assert found["POST /draws/"][0] == 405
    assert {found[path][0] for path in (paths[3], *paths[5:])} == {404}
