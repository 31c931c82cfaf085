"""Puts a stack under load: so many users, each sending its next request when the last was answered."""

from __future__ import annotations

import asyncio
import os
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
PATIENCE = 60  # seconds for one answer


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
    """Send `requests` in all. An answer of another status than `expected` is an error.

    One thread and bare streams: what the crowd takes of the machine, the platform under test has not got.
    """
    result, left = Result(users), iter(range(requests))
    address = urlsplit(up.url)

    async def user() -> None:
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        for number in left:
            asked = _bytes(address.netloc, *ask(number))
            started = time.perf_counter()
            writer.write(asked)
            status, told = await asyncio.wait_for(_answer(reader), PATIENCE)
            result.latencies.append(time.perf_counter() - started)
            if status != expected:
                result.errors.append(f"{status} {told[:300].decode(errors='replace')}")
        writer.close()

    async def crowd() -> None:
        await asyncio.gather(*(user() for _ in range(users)))

    before, started = ticks(up), time.perf_counter()
    asyncio.run(crowd())
    result.seconds = time.perf_counter() - started
    after = ticks(up)
    spent = {pid: used - before.get(pid, 0) for pid, used in after.items()}
    names = {up.pids[0]: "front door", up.emulator: "emulator"}
    for pid, used in spent.items():
        name = names.get(pid, "functions")
        result.cpu[name] = round(result.cpu.get(name, 0) + used / TICKS * 1000 / requests, 1)
    result.workers = len(after) - len(names)
    return result


def _bytes(host: str, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> bytes:
    sent = {"Host": host, "Content-Length": str(len(body or b"")), **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + (body or b"")


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0])
    return int(head[9:12]), await reader.readexactly(length)


def ticks(up: Stack) -> dict[int, int]:
    """Clock ticks that each process of the stack has used, user and system."""
    used = {}
    for pid in up.pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        used[pid] = int(fields[11]) + int(fields[12])
    return used
