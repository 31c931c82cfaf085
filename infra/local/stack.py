"""Starts whole stacks for tests and benches: each on its own port and data folder, none left behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
STACK_PYTHON = ROOT / ".local" / "stack" / "bin" / "python"  # the emulator's own environment
PATIENCE = 240.0  # seconds for a first start, which may have to package


def start_stack(
    data_dir: Path,
    port: int = 0,
    persist: bool = False,
    package: Path | None = None,
    project: Path = ROOT,
    enforce_roles: bool = False,
) -> Stack:
    """Start a stack and return once it is ready.

    `enforce_roles` lets functions do only what their roles allow, as on AWS. `package` is a folder that
    `infra/package.py` made; without it the project's is built (or found unchanged).
    """
    stack = Stack(Path(data_dir), port, persist, package, project, enforce_roles)
    stack.start()
    return stack


class Stack:
    """One running stack: `url` is the front door, `endpoint` the emulator's AWS API, `lines` what was printed."""

    def __init__(
        self,
        data: Path,
        port: int,
        persist: bool,
        package: Path | None,
        project: Path,
        enforce_roles: bool = False,
    ) -> None:
        self.data, self.port = data, port
        self.url = ""
        self.lines: list[str] = []
        launcher = str(Path(__file__).with_name("launcher.py"))
        self._command = [str(STACK_PYTHON), launcher, "--tied", "--data", str(data)]
        self._command += ["--project", str(project), "--python", sys.executable]
        self._command += [] if persist else ["--no-persist"]
        self._command += ["--package", str(package)] if package else []
        self._command += ["--enforce-roles"] if enforce_roles else []
        self._process: subprocess.Popen[str] | None = None
        self._emulator: int | None = None

    def start(self) -> None:
        """Start it and wait for `ready`; raise with what it printed if that never comes."""
        ready = threading.Event()
        self.url, self._emulator = "", None
        self._process = subprocess.Popen(
            [*self._command, "--port", str(self.port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._read, args=(self._process, ready), daemon=True).start()
        ready.wait(PATIENCE)
        if not self.url or self._process.poll() is not None:
            self.kill()
            raise RuntimeError("the stack did not start:\n" + "\n".join(self.lines))

    def _read(self, process: subprocess.Popen[str], ready: threading.Event) -> None:
        assert process.stdout is not None  # noqa: S101
        for line in process.stdout:
            self.lines.append(line.rstrip("\n"))
            if line.startswith("ready "):
                self.url = line.split()[1]
                self.port = int(self.url.rpartition(":")[2])
                self._emulator = int((self.data / "emulator.pid").read_text())
                ready.set()
        ready.set()

    @property
    def endpoint(self) -> str:
        """The emulator's address, for SDKs (any region us-east-1, any keys)."""
        return f"http://127.0.0.1:{(self.data / 'port').read_text()}"

    @property
    def outputs(self) -> dict[str, str]:
        """The CloudFormation stack's outputs: names of tables, bucket, queue and functions."""
        found: dict[str, str] = json.loads((self.data / "deployed.json").read_text())["outputs"]
        return found

    @property
    def pids(self) -> list[int]:
        """Every process of this stack that lives: supervisor, emulator, workers of Lambdas."""
        supervisor = [self._process.pid] if self._process and self._process.poll() is None else []
        return supervisor + (session_of(self._emulator) if self._emulator else [])

    @property
    def emulator(self) -> int | None:
        """The emulator's process, once the stack is ready."""
        return self._emulator

    def invoke(self, function: str, event: dict[str, Any] | None = None) -> Any:
        """Run a function (`Root`, `Tick`, …) as a schedule would, and return what it returns."""
        name = self.outputs[f"Function{function}"]
        scope = "000000000000/20260101/us-east-1/lambda/aws4_request"
        signed = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=local"
        request = urllib.request.Request(
            f"{self.endpoint}/2015-03-31/functions/{name}/invocations",
            data=json.dumps(scheduled() | (event or {})).encode(),
            headers={"Authorization": signed},
        )
        with urllib.request.urlopen(request, timeout=300) as answer:
            told = answer.read().decode()
            if "X-Amz-Function-Error" in answer.headers:
                raise RuntimeError(f"{function} failed: {told[-2000:]}")
        return json.loads(told) if told else None

    def status(self) -> dict[str, Any]:
        """How old the last save is, and how much a kill could lose."""
        with urllib.request.urlopen(f"{self.endpoint}/_stack/status", timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def stop(self, patience: float = 300.0) -> int:
        """Send SIGTERM and wait; return the exit code (0: everything saved). The more it holds, the longer it takes."""
        if self._process is None:
            return 0
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(patience)
        finally:
            self.kill()

    def kill(self) -> None:
        """SIGKILL everything, the emulator first, so that it cannot save (unlike a power cut, files stay)."""
        for pid in session_of(self._emulator) if self._emulator else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def restart(self) -> None:
        """Stop gently, if it still runs, and start again with the same port and data. Raises if not all was saved."""
        if self._process is not None and self._process.poll() is None and self.stop() != 0:
            raise RuntimeError("the last save failed: what was not saved before is lost")
        self.start()

    def __enter__(self) -> Stack:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def scheduled() -> dict[str, Any]:
    """What EventBridge sends to a scheduled function."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return {
        "version": "0", "id": "by-hand", "source": "aws.events", "detail-type": "Scheduled Event", "detail": {},
        "account": "000000000000", "region": "us-east-1", "time": now, "resources": [],
    }  # fmt: skip


def session_of(leader: int) -> list[int]:
    """Return the living processes of the session that `leader` leads (Linux; elsewhere the leader alone)."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            if int(fields[3]) == leader and fields[0] != "Z":
                found.append(int(path.parent.name))
    return found or ([leader] if _lives(leader) else [])


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return not Path("/proc").exists()


def wait_until(condition: Any, seconds: float, every: float = 0.05) -> bool:
    """Return whether `condition()` became true within `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(every)
    return bool(condition())
