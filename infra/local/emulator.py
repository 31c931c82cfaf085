"""Runs ministack as a child of the launcher: on loopback only, saved every two seconds, gone when its parent is.

Started by `launcher.py` with a listening socket; speaks to nobody but it. Never packaged.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvicorn
import uvloop

sys.path.insert(0, str(Path(__file__).resolve().parent))
import engine_ways  # neighbours in a script's own folder
from rights import enforce
from snapshots import Snapshots, repair

# Operations that change nothing; everything else that is not a plain GET asks for a save.
READS = ("Get", "Query", "Scan", "BatchGet", "TransactGet", "Describe", "List", "Decrypt", "Encrypt", "Generate",
         "Sign", "Verify")  # fmt: skip
INVOKES = ("/_aws/execute-api/", "/2015-03-31/functions/", "/_stack/", "/_ministack/")
DRAIN = 2.0  # seconds that requests in flight get at the end

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def main() -> None:
    """Serve until SIGTERM, or until the launcher's end of our standard input closes."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--fd", type=int, required=True, help="the listening socket")
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--no-persist", action="store_true")
    options.add_argument("--enforce-roles", action="store_true")
    chosen = options.parse_args()
    listening = socket.socket(fileno=chosen.fd)
    state = chosen.data / "state"
    state.mkdir(parents=True, exist_ok=True)
    generation = None if chosen.no_persist else repair(state)
    _environment(chosen.data, state, listening.getsockname()[1], persist=not chosen.no_persist)
    if chosen.enforce_roles:
        enforce(chosen.data / "rights.jsonl")
    from ministack.core import persistence
    from ministack.services import lambda_svc  # noqa: F401  takes the folder of code blobs from STATE_DIR, once

    if generation:
        persistence.STATE_DIR = str(generation)
    engine_ways.share_code(chosen.data / "run" / "code")
    engine_ways.write_down(chosen.data / "functions.log")
    streams = threading.Event()
    engine_ways.gather(streams)
    engine_ways.read_once()
    engine_ways.expire_by_the_stage()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(listening, chosen.data, None if chosen.no_persist else state, streams))


def _environment(data: Path, state: Path, port: int, persist: bool) -> None:
    temporary = data / "run" / "tmp"
    shutil.rmtree(data / "run", ignore_errors=True)  # code folders of workers that a kill left behind
    temporary.mkdir(parents=True)
    os.environ |= {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PERSIST_STATE": "1" if persist else "0",
        "S3_PERSIST": "1" if persist else "0",
        "STATE_DIR": str(state),
        "S3_DATA_DIR": str(data / "s3"),
        "TMPDIR": str(temporary),
        "DOCKER_HOST": "unix:///nowhere",
        "AWS_DEFAULT_REGION": "us-east-1",
        "LOG_LEVEL": os.environ.get("STACK_LOG_LEVEL", "WARNING"),
    }


class Server(uvicorn.Server):
    """Ends when it is told to; signals are the emulator's own affair."""

    def capture_signals(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()


async def _serve(listening: socket.socket, data: Path, state: Path | None, streams: threading.Event) -> None:
    """Serve ministack by uvicorn's parsers in C: those in pure Python that it brings take a third of its CPU."""
    from ministack import app as ministack

    snapshots = Snapshots(state, lambda line: print(line, flush=True)) if state else None
    gate = Gate(ministack.app, snapshots, streams)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_reader(0, lambda: os.read(0, 1) or (loop.remove_reader(0), stop.set()))
    saving = asyncio.create_task(snapshots.run()) if snapshots else None
    server = Server(
        uvicorn.Config(
            gate, http="httptools", ws="none", lifespan="on", log_config=None, access_log=False,
            server_header=False, date_header=False, proxy_headers=False,
            timeout_keep_alive=75, timeout_graceful_shutdown=1,
        )
    )  # fmt: skip
    serving = asyncio.create_task(server.serve([listening]))
    await asyncio.wait([asyncio.create_task(stop.wait()), serving], return_when=asyncio.FIRST_COMPLETED)
    if saving:
        saving.cancel()
    if await gate.close():
        (data / "saved").touch()  # tells the launcher that this end was a good one
    ministack.PERSIST_STATE = False  # ours is written; ministack's own would overwrite it in place
    server.should_exit = True
    await serving
    # A stream may have been polled once more meanwhile: then a new worker has a folder.
    shutil.rmtree(data / "run" / "tmp", ignore_errors=True)
    os.killpg(0, signal.SIGKILL)  # a session of our own: a worker stuck in a handler ends here, and so do we


class Gate:
    """Stands before ministack: notes what changes, answers the launcher, and shuts so that no answer is unsaved."""

    def __init__(
        self, app: Callable[..., Awaitable[None]], snapshots: Snapshots | None, streams: threading.Event
    ) -> None:
        self.app, self.snapshots, self.streams = app, snapshots, streams
        self.running = 0
        self.closing = self.saved = False

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Serve one request of ASGI 3."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        if self.closing:
            return await _answer(send, 503, {"message": "the local stack is stopping"})
        if scope["path"].startswith("/_stack/"):
            return await self._control(scope["path"], send)
        self.running += 1
        try:
            await self.app(scope, receive, self._only_while_open(send))
        finally:
            self.running -= 1
            if self.snapshots and _changes(scope):
                self.snapshots.mark()

    def _only_while_open(self, send: Send) -> Send:
        async def guarded(message: dict[str, Any]) -> None:
            if self.saved:  # written after the last save: an answer would promise what is not on disk
                raise ConnectionResetError("the local stack has stopped")
            await send(message)

        return guarded

    async def _control(self, path: str, send: Send) -> None:
        if path == "/_stack/streams":
            self.streams.set()
        good = path != "/_stack/save" or self.snapshots is None or await self.snapshots.save(everything=True)
        told = self.snapshots.status() if self.snapshots else {"persist": False}
        await _answer(send, 200 if good else 500, told)

    async def close(self) -> bool:
        """Let requests in flight end, end the workers, save everything; return whether that is done."""
        from ministack.core import lambda_runtime

        self.closing = True
        for _ in range(int(DRAIN / 0.02)):
            if not self.running:
                break
            await asyncio.sleep(0.02)
        await asyncio.to_thread(lambda_runtime.reset)
        self.saved = True
        if self.snapshots is None:
            return True
        return await self.snapshots.save(everything=True) or await self.snapshots.save(everything=True)


def _changes(scope: dict[str, Any]) -> bool:
    if scope["method"] in ("GET", "HEAD") or scope["path"].startswith(INVOKES):
        return False
    target = next((value for name, value in scope["headers"] if name == b"x-amz-target"), b"")
    return not target.decode("latin-1").rpartition(".")[2].startswith(READS)


async def _answer(send: Send, status: int, body: dict[str, Any]) -> None:
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})


if __name__ == "__main__":
    main()
