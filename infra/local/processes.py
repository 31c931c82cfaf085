"""Owns what the launcher holds of the machine: a listening socket, the data folder's lock, the emulator's process."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import aiohttp

ENDING = 5.0  # seconds that the emulator gets to end, beside those of its last save
SAVING = 20.0  # seconds for that save where the emulator does not say how long it may take
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "STACK_LOG_LEVEL", "STACK_SAVE_EVERY")  # of our environment


class StartError(Exception):
    """The stack cannot start on this machine now; the sentence says what to do."""


def listen(port: int) -> socket.socket:
    """Open a listening socket on loopback, and nowhere else."""
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    opened.bind(("127.0.0.1", port))
    opened.listen(512)
    return opened


class Lock:
    """Keeps two stacks from sharing one data folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("a+")

    def take(self) -> None:
        """Take the lock or say who has it; the kernel gives it back when we die."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            busy = f"another stack uses {self.path.parent}: stop it, or give --data"
            raise StartError(busy) from error

    def release(self) -> None:
        """Give the lock back."""
        self._file.close()


class Child:
    """The emulator's process: its own session, our pipe on its standard input, a log file for its errors."""

    def __init__(self, data: Path, persist: bool, enforce_roles: bool = False) -> None:
        self.data = data
        self._options = [
            *([] if persist else ["--no-persist"]),
            *(["--enforce-roles"] if enforce_roles else []),
        ]
        self.log = data / "emulator.log"
        self._listening = self._same_port_as_before()
        self.port = self._listening.getsockname()[1]
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def _same_port_as_before(self) -> socket.socket:
        """Open the emulator's socket: queue addresses, kept in the data, name the port of the first start."""
        remembered = self.data / "port"
        with contextlib.suppress(OSError, ValueError):
            return listen(int(remembered.read_text()))
        opened = listen(0)
        remembered.write_text(str(opened.getsockname()[1]))
        return opened

    def start(self) -> None:
        """Start it; nothing of our environment that could point it, or the Lambdas, at another AWS goes along."""
        (self.data / "saved").unlink(missing_ok=True)
        fd = self._listening.fileno()
        script = str(Path(__file__).with_name("emulator.py"))
        command = [sys.executable, script, "--fd", str(fd), "--data", str(self.data)]
        kept = {name: value for name, value in os.environ.items() if name in KEPT}
        with self.log.open("ab") as errors:
            self._process = subprocess.Popen(
                [*command, *self._options],
                stdin=subprocess.PIPE,
                stderr=errors,
                env={**kept, "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"},
                pass_fds=(fd,),
                start_new_session=True,  # Ctrl-C reaches us alone, and one signal reaches all of its workers
            )
        self._listening.close()
        (self.data / "emulator.pid").write_text(str(self._process.pid))

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    async def answering(self, session: aiohttp.ClientSession) -> None:
        """Wait until it has loaded its state and answers."""
        async with session.get(f"{self.endpoint}/_stack/status") as answer:  # waits in the socket's backlog
            await answer.read()

    async def _saving(self) -> float:
        """Seconds that a save may take of all that the emulator holds now."""
        with contextlib.suppress(aiohttp.ClientError, TimeoutError, ValueError):
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=3)) as session,
                session.get(f"{self.endpoint}/_stack/status") as answer,
            ):
                return float((await answer.json(content_type=None)).get("limit_seconds", SAVING))
        return SAVING

    async def ended(self) -> None:
        """Return once the process is gone."""
        while self._process is None or self._process.poll() is None:
            await asyncio.sleep(0.1)

    async def stop(self) -> bool:
        """End it gently, then by force; return whether it said that everything is saved."""
        process = self._process
        if process is None:
            return True
        asked = self.alive
        if asked:
            patience = ENDING + await self._saving()
            process.terminate()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.ended(), patience)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # whatever is left of its session
        process.wait()
        return asked and (self.data / "saved").exists()
