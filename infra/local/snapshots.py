"""Remembers the emulator's state on disk, so that a kill loses seconds, not the day (decisions 1).

ministack saves on a graceful stop only, and a save from a thread meets half-written tables. So the process forks
itself *in the event loop*, between two requests, and the child, a frozen and consistent copy, writes in its own time.
A generation is a folder; `current` is a link that moves only once the child has written all of it.
"""

from __future__ import annotations

import asyncio
import copy
import gc
import json
import logging
import os
import re
import shutil
import signal
import sys
import time
import types
import warnings
from collections.abc import Callable
from pathlib import Path

EVERY = float(os.environ.get("STACK_SAVE_EVERY", "2"))  # seconds between saves while something changed
LIMIT = 20.0  # seconds a child may take: it can hang on a lock that another thread held at the fork
ROWS = 4_000  # that a child writes in a second at the slowest: a table of 100,000 may take as much longer
ALARM = 10.0  # seconds without a good save, while something changed
SAID_WINDOW = 5.0  # the loss window that the README states; a longer one is printed
DATA = frozenset({"dynamodb", "dynamodb_streams", "s3", "sqs", "kms", "secretsmanager", "ssm"})
# These grow without end and hold no state of ours.
NEVER = frozenset({"cloudwatch_logs", "cloudwatch", "cloudtrail"})


def repair(state: Path) -> Path | None:
    """Make the last whole generation fit to be loaded; return its folder, None on the first start.

    ministack saves the *positions* in the streams but not the records: kept, they skip as many new records.
    """
    current = state / "current"
    if not current.exists():
        return None
    generation = current.resolve()
    functions = generation / "lambda.json"
    if functions.exists():
        saved = json.loads(functions.read_text())
        saved["payload"]["dynamodb_stream_positions"] = {}
        functions.write_text(json.dumps(saved))
        _prune(state, functions.read_text(), keep=generation)
    return generation


def _prune(state: Path, functions: str, keep: Path) -> None:
    """Delete code that no function names any more, and generations that were never finished."""
    wanted = set(re.findall(r"[0-9a-f]{64}", functions))
    for blob in (state / "lambda-blobs").glob("*.zip"):
        if blob.stem not in wanted:
            blob.unlink()
    for folder in state.glob("gen-*"):
        if folder != keep:
            shutil.rmtree(folder)


class Snapshots:
    """Saves generations of the emulator's state; `report` is given every sentence that a person should read."""

    def __init__(self, state: Path, report: Callable[[str], None]) -> None:
        self.state, self.report = state, report
        self.dirty_since: float | None = None
        self.saved_at = time.monotonic()
        self.seconds = self.items = self.saves = self.failures = 0.0
        self._alarmed = False
        self._one_at_a_time = asyncio.Lock()
        numbers = [int(p.name[4:]) for p in state.glob("gen-*")]
        self._number = max(numbers, default=0)

    def mark(self) -> None:
        """Say that something changed."""
        if self.dirty_since is None:
            self.dirty_since = time.monotonic()

    def status(self) -> dict[str, float | bool]:
        """Tell how old the last good save is and how much a kill could lose."""
        return {
            # What a save under way is writing is not on disk before it ends.
            "dirty": self.dirty_since is not None or self._one_at_a_time.locked(),
            "age_seconds": round(time.monotonic() - self.saved_at, 3),
            "save_seconds": round(self.seconds, 3),
            "items": self.items,
            "saves": self.saves,
            "failures": self.failures,
            "loss_window_seconds": round(self.loss_window, 1),
            "limit_seconds": round(self.limit, 3),
        }

    @property
    def loss_window(self) -> float:
        """Seconds of acknowledged writes that a kill can lose: the wait for the next fork, and its save."""
        return max(EVERY, self.seconds) + self.seconds

    @property
    def limit(self) -> float:
        """Seconds that a save of what there is now may take."""
        return LIMIT + _count_items() / ROWS

    async def run(self) -> None:
        """Save every two seconds while something changes, for ever."""
        while True:
            await asyncio.sleep(EVERY)
            # Before the first deployment is saved whole there is nothing that a restart could use.
            if self.dirty_since is not None and (self.state / "current").exists():
                await self.save()
            self._alarm()

    def _alarm(self) -> None:
        late = self.dirty_since is not None and time.monotonic() - self.saved_at > ALARM
        late = late and time.monotonic() - (self.dirty_since or 0) > ALARM
        if late and not self._alarmed:
            self.report(f"ALARM the last good save is {time.monotonic() - self.saved_at:.0f} s old")
        self._alarmed = late

    async def save(self, everything: bool = False) -> bool:
        """Write one generation (data only, or the deployment too); return whether it is now the current one."""
        async with self._one_at_a_time:
            before, self.dirty_since = self.dirty_since, None
            self._number += 1
            target = self.state / f"gen-{self._number:08d}"
            started = time.monotonic()
            good = await self._collect(self._fork(target, everything), target)
            if not good:
                self.failures += 1
                self.dirty_since = before or started
                shutil.rmtree(target, ignore_errors=True)
                self.report("a save of the local data failed and will be tried again (see emulator.log)")
                return False
            self._commit(target)
            self.saved_at, self.seconds = started, time.monotonic() - started
            self.saves += 1
            if self.loss_window > SAID_WINDOW:
                self.report(f"{self.items:.0f} items: a kill can now lose {self.loss_window:.0f} s of writes")
            return True

    def _commit(self, target: Path) -> None:
        self.items = json.loads((target / "summary").read_text())["items"]
        link = self.state / "next"
        link.unlink(missing_ok=True)
        link.symlink_to(target.name)
        link.replace(self.state / "current")  # atomic: a kill leaves the old generation or the new one
        for folder in self.state.glob("gen-*"):
            if folder != target:
                shutil.rmtree(folder, ignore_errors=True)

    def _fork(self, target: Path, everything: bool) -> int:
        with warnings.catch_warnings():
            # Python warns that other threads vanish in the child: it only reads, and is killed if it hangs.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid:
            return pid
        code = 1
        try:
            code = self._child(target, everything)
        finally:
            os._exit(code)

    def _child(self, target: Path, everything: bool) -> int:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        os.closerange(3, 1 << 16)  # neither sockets of clients nor pipes of workers are the child's to hold
        gc.disable()
        return 0 if write(target, None if everything else DATA, self.state / "current") else 1

    async def _collect(self, pid: int, target: Path) -> bool:
        limit = self.limit
        deadline = time.monotonic() + limit
        while True:
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status) == 0 and (target / "summary").exists()
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
                self.report(f"a save took longer than {limit:.0f} s and was stopped")
                deadline += limit
            await asyncio.sleep(0.01)


def write(target: Path, only: frozenset[str] | None, previous: Path) -> bool:
    """Write the services' state into `target`, linking what is not written anew; return whether all succeeded."""
    from ministack import app
    from ministack.core import persistence
    from ministack.services import dynamodb, lambda_svc

    target.mkdir()
    failures = _Failures()
    logging.getLogger("persistence").addHandler(failures)
    persistence.STATE_DIR = str(target)
    # Pruning here would take code from the generation that is still the current one; `repair` prunes.
    lambda_svc._prune_orphan_code_blobs = lambda _referenced: None
    dynamodb.copy = types.SimpleNamespace(
        deepcopy=lambda rows: rows, copy=copy.copy
    )  # nobody else writes here
    services = app._build_persistence_save_dict()
    wanted = {name for name in services if name not in NEVER and (only is None or name in only)}
    persistence.save_all({name: services[name] for name in wanted})
    for old in previous.glob("*.json") if previous.exists() else ():
        if not (target / old.name).exists():
            os.link(old, target / old.name)
    (target / "summary").write_text(json.dumps({"items": _count_items()}))
    return not failures.seen


def _count_items() -> int:
    tables = sys.modules.get("ministack.services.dynamodb")
    if tables is None:
        return 0
    return sum(len(rows) for _, table in tables._tables.all_items() for rows in table["items"].values())


class _Failures(logging.Handler):
    """Sees the errors that ministack's save only logs."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen = False

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002
        self.seen = True
