"""Runs ministack as a child of the launcher: on loopback only, saved every two seconds, gone when its parent is.

Started by `launcher.py` with a listening socket; speaks to nobody but it. Never packaged.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import json
import logging
import os
import shutil
import signal
import socket
import sys
import threading
import time
import types
import zipfile
from collections.abc import Awaitable, Callable
from functools import lru_cache
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import uvicorn
import uvloop

sys.path.insert(0, str(Path(__file__).resolve().parent))
from rights import enforce  # a script's own folder
from snapshots import Snapshots, repair

# Operations that change nothing; everything else that is not a plain GET asks for a save.
READS = ("Get", "Query", "Scan", "BatchGet", "TransactGet", "Describe", "List", "Decrypt", "Encrypt", "Generate",
         "Sign", "Verify")  # fmt: skip
INVOKES = ("/_aws/execute-api/", "/2015-03-31/functions/", "/_stack/", "/_ministack/")
LOOKS, BATCH = 0.25, 100  # seconds between two looks at a stream, and records of its batch: as Lambda on AWS
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
    _share_code(chosen.data / "run" / "code")
    _write_down(chosen.data / "functions.log")
    streams = threading.Event()
    _gather(streams)
    _read_once()
    _expire_by_the_stage()
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


def _share_code(cache: Path) -> None:
    """Unpack an artefact once, not once a worker: the code folder of a worker becomes a link to it.

    On AWS /var/task is read-only and shared by nobody; here 90 MB a worker would be the cost of a cold start.
    """
    from ministack.core import lambda_runtime

    lock = threading.Lock()

    class Shared(zipfile.ZipFile):
        def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:  # noqa: ARG002
            digest = hashlib.sha256(Path(str(self.filename)).read_bytes()).hexdigest()
            unpacked = cache / digest
            with lock:
                if not unpacked.exists():
                    partial = cache / f"{digest}.partial"
                    super().extractall(partial)
                    partial.rename(unpacked)
            Path(path).rmdir()
            Path(path).symlink_to(unpacked)

    # LargeFileError is the name that ministack catches; the standard library has no such thing.
    names = {"BadZipFile": zipfile.BadZipFile, "LargeFileError": zipfile.LargeZipFile}
    lambda_runtime.zipfile = types.SimpleNamespace(ZipFile=Shared, **names)


def _write_down(path: Path) -> None:
    """Append what functions print, and where they fail, to one file that starts anew at 5 MB."""
    from ministack.core import lambda_runtime

    written = logging.getLogger("functions")
    written.propagate = False
    written.addHandler(RotatingFileHandler(path, maxBytes=5_000_000, backupCount=1))
    plain = lambda_runtime.Worker.invoke

    def invoke(worker: Any, *arguments: Any, **named: Any) -> Any:
        result = plain(worker, *arguments, **named)
        for text in (result.get("log"), result.get("trace")):
            if text:
                written.warning("%s %s", worker.func_name, text)
        return result

    lambda_runtime.Worker.invoke = invoke


def _gather(begin: threading.Event) -> None:
    """Look at streams four times a second, as Lambda does, at all that has come, and beside the queues; from when the
    feed has been told of what the last run left untold: else a case's later events would stand before those.

    ministack looks whenever anything is written, a function call for nearly each record, and at no queue meanwhile.
    """
    from ministack.services import dynamodb, lambda_svc

    plain, positions = lambda_svc._poll_dynamodb_streams, lambda_svc._dynamodb_stream_positions

    def behind() -> int:
        """Records that the slowest reader of a stream has yet to read."""
        streams = [esm for _, _, esm in lambda_svc._iter_all_esms() if "/stream/" in esm["EventSourceArn"]]
        tables = [esm["EventSourceArn"].partition("/stream/")[0].rpartition("/")[2] for esm in streams]
        ends = map(dynamodb.stream_end_position, tables)
        return max(
            (end - positions.get(esm["UUID"], 0) for esm, end in zip(streams, ends, strict=True)), default=0
        )

    def look() -> None:
        begin.wait()
        while True:
            time.sleep(LOOKS)
            try:
                for _ in range(1 + behind() // BATCH):
                    plain()
            except Exception:
                logging.getLogger("streams").exception("a stream could not be read")

    lambda_svc._poll_dynamodb_streams = lambda: False
    threading.Thread(target=look, daemon=True).start()


def _read_once() -> None:
    """Parse an expression once, not once for every row that it is asked of: a query tries each row of a partition."""
    from ministack.services import dynamodb

    plain = dynamodb._tokenize
    tokens = lru_cache(4_096)(lambda expression: tuple(plain(expression)))
    dynamodb._tokenize = lambda expression: list(tokens(expression))
    dynamodb._condition_syntax_error = lru_cache(4_096)(dynamodb._condition_syntax_error)


def _expire_by_the_stage() -> None:
    """Take away what has expired by the clock of the stage, which may be moved (decisions 3), not of the machine.

    Rows live by the stage's clock: set back by a year, every delivery and all of the feed would go within a minute.
    """
    from ministack.services import dynamodb

    plain = dynamodb._remove_item

    def offset() -> float:
        """Seconds that the stage is ahead; `wiring.OFFSET_KEY` is where its clock stands."""
        for _, table in list(dynamodb._tables.all_items()):
            found = table["items"].get("DEV#CLOCK", {}).get("OFFSET")
            if found:
                return int(found["ms"]["N"]) / 1000
        return 0.0

    def remove(table: dict[str, Any], pk: str, sk: str) -> Any:
        if threading.current_thread().name == "dynamodb-ttl-reaper":
            row = table["items"].get(pk, {}).get(sk, {})
            if float(row.get("ttl", {}).get("N", 0)) > time.time_ns() / 1e9 + offset():
                return None
        return plain(table, pk, sk)

    dynamodb._remove_item = remove


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
