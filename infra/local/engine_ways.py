"""Where ministack goes its own way, and how it is brought to do as AWS does; each says what it would do by itself.

Loaded by `emulator.py` before ministack serves. Never packaged.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
import types
import zipfile
from functools import lru_cache
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

LOOKS, BATCH = 0.25, 100  # seconds between two looks at a stream, and records of its batch: as Lambda on AWS


def share_code(cache: Path) -> None:
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


def write_down(path: Path) -> None:
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


def gather(begin: threading.Event) -> None:
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


def read_once() -> None:
    """Parse an expression once, not once for every row that it is asked of: a query tries each row of a partition."""
    from ministack.services import dynamodb

    plain = dynamodb._tokenize
    tokens = lru_cache(4_096)(lambda expression: tuple(plain(expression)))
    dynamodb._tokenize = lambda expression: list(tokens(expression))
    dynamodb._condition_syntax_error = lru_cache(4_096)(dynamodb._condition_syntax_error)


def expire_by_the_stage() -> None:
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
