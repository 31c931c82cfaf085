"""Puts a stack under load: so many users, each sending its next request when the last was answered."""

from __future__ import annotations

import http.client
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from infra.local.stack import Stack

Ask = Callable[[int], tuple[str, str, bytes | None, dict[str, str]]]  # number → method, path, body, headers
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Result:
    """What came of it. `cpu`: ms of CPU a request, by process."""

    users: int
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    cpu: dict[str, float] = field(default_factory=dict)
    workers: int = 0

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def as_json(self) -> dict[str, Any]:
        ordered = sorted(self.latencies)
        return {
            "users": self.users, "requests": len(ordered), "per_second": round(self.rate, 1),
            "median_ms": round(median(ordered) * 1000), "p95_ms": round(ordered[int(len(ordered) * 0.95)] * 1000),
            "errors": len(self.errors), "first_error": self.errors[0] if self.errors else None,
            "worker_processes": self.workers, "cpu_ms_a_request": self.cpu,
        }  # fmt: skip


def load(up: Stack, ask: Ask, users: int, requests: int, expected: int) -> Result:
    """Send `requests` in all. An answer of another status than `expected` is an error."""
    result, left, lock = Result(users), iter(range(requests)), threading.Lock()
    address = urlsplit(up.url)

    def user() -> None:
        connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=60)
        while True:
            with lock:
                number = next(left, None)
            if number is None:
                return
            method, path, body, headers = ask(number)
            started = time.perf_counter()
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            told = answer.read()
            with lock:
                result.latencies.append(time.perf_counter() - started)
                if answer.status != expected:
                    result.errors.append(f"{answer.status} {told[:300].decode(errors='replace')}")

    before, started = _cpu(up), time.perf_counter()
    crowd = [threading.Thread(target=user) for _ in range(users)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    result.seconds = time.perf_counter() - started
    after = _cpu(up)
    _, emulator, *_ = up.pids
    spent = {pid: ticks - before.get(pid, 0) for pid, ticks in after.items()}
    names = {up.pids[0]: "front door", emulator: "emulator"}
    for pid, ticks in spent.items():
        name = names.get(pid, "functions")
        result.cpu[name] = round(result.cpu.get(name, 0) + ticks / TICKS * 1000 / requests, 1)
    result.workers = len(after) - len(names)
    return result


def _cpu(up: Stack) -> dict[int, int]:
    """Clock ticks that each process of the stack has used, user and system."""
    used = {}
    for pid in up.pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        used[pid] = int(fields[11]) + int(fields[12])
    return used
