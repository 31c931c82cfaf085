"""Breaks connections on purpose: a DynamoDB that throttles, cancels and falls silent, and a wire that eats answers."""

from __future__ import annotations

import asyncio
import json
import random  # noqa: TID251  faults by a fixed seed
import threading
from collections import Counter
from collections.abc import Callable
from typing import Self

HEAD_END = b"\r\n\r\n"
Reader, Writer = asyncio.StreamReader, asyncio.StreamWriter


class Wire:
    """A proxy on loopback in a thread of its own; `faults` counts what it did to whom. Seeded: it can be repeated."""

    def __init__(self, seed: int, target: Callable[[], int] | None = None) -> None:
        self.target, self.random = target, random.Random(seed)
        self.faults: Counter[str] = Counter()
        self.port = 0
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)

    async def _serve(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._served, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._over.wait()
        server.close()

    async def _served(self, reader: Reader, writer: Writer) -> None:
        ahead: Writer | None = None
        try:
            assert self.target, "nobody said where the wire leads"
            back, ahead = await asyncio.open_connection("127.0.0.1", self.target())
            while await self.exchange(reader, writer, back, ahead):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            for each in (writer, ahead):
                if each is not None:
                    each.close()

    async def exchange(self, reader: Reader, writer: Writer, back: Reader, ahead: Writer) -> bool:
        """One request and its answer; False ends the connection."""
        request = await message(reader)
        ahead.write(request)
        answer = await message(back)
        if self.random.random() < 0.5:
            self.faults["answer eaten"] += 1
            return False
        writer.write(answer)
        await writer.drain()
        return True


class FaultyDynamo(Wire):
    """What stands between Lambdas and the emulator's DynamoDB; `rate` of the writes of cases meet a fault."""

    def __init__(self, seed: int, rate: float = 0.2) -> None:
        super().__init__(seed)
        self.rate = rate

    async def exchange(self, reader: Reader, writer: Writer, back: Reader, ahead: Writer) -> bool:
        request = await message(reader)
        fault = self._fault(request)
        if fault == "request lost":
            return False
        if fault in REFUSALS:
            writer.write(refusal(REFUSALS[fault]))
        else:
            ahead.write(request)
            answer = await message(back)
            if fault == "answer lost":
                return False
            writer.write(answer)
        await writer.drain()
        return True

    def _fault(self, request: bytes) -> str | None:
        writes = b"x-amz-target: dynamodb_20120810.transactwriteitems" in request[:2_000].lower()
        reads = b"x-amz-target: dynamodb_20120810.batchgetitem" in request[:2_000].lower()
        if not self.random.random() < (self.rate if writes else self.rate / 10 if reads else 0):
            return None
        fault = self.random.choice(WRITE_FAULTS if writes else ("throttled",))
        self.faults[fault] += 1
        return fault


WRITE_FAULTS = ("throttled", "conflict", "answer lost", "request lost")
_TYPE = "com.amazonaws.dynamodb.v20120810#"
REFUSALS = {
    "throttled": {"__type": _TYPE + "ThrottlingException", "message": "Rate of requests exceeds the allowed"},
    # Amazon's own words; ministack never says them (stack.md).
    "conflict": {
        "__type": _TYPE + "TransactionCanceledException",
        "Message": "Transaction cancelled, please refer cancellation reasons for specific reasons",
        "CancellationReasons": [
            {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}
        ],
    },
}


def refusal(body: dict[str, object]) -> bytes:
    content = json.dumps(body).encode()
    head = f"HTTP/1.1 400 Bad Request\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {len(content)}"
    return head.encode() + HEAD_END + content


async def message(reader: Reader) -> bytes:
    """One HTTP/1.1 message, whole, as it came."""
    head = await reader.readuntil(HEAD_END)
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
    if fields.get(b"transfer-encoding") == b"chunked":
        return head + await _chunks(reader)
    return head + await reader.readexactly(int(fields.get(b"content-length", b"0")))


async def _chunks(reader: Reader) -> bytes:
    whole = b""
    while True:
        size = await reader.readuntil(b"\r\n")
        whole += size + await reader.readexactly(int(size, 16) + 2)
        if int(size, 16) == 0:
            return whole
