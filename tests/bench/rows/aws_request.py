"""Measures one DynamoDB request as the client's CPU: `clients.aws` under PynamoDB against botocore under PynamoDB."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from typing import Any

from pynamodb.connection import Connection

from chalicelib.clients.aws import Service
from chalicelib.stores.dynamo import Dynamo, Key, connection_over
from tests.bench.cpu import alone, compare, versions

GOAL = 10.0
KEYS = [Key("jisheng-cases", f"cas_{number:026d}", "HEAD") for number in range(4)]
BODY = b'{"Responses":{"jisheng-cases":[{"pk":{"S":"cas_0"},"sk":{"S":"HEAD"},"b":{"B":"%s"}}]}}' % (
    b"AAAA" * 250
)
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: %d\r\n\r\n%s" % (
    len(BODY), BODY,
)  # fmt: skip


def run() -> dict[str, Any]:
    """Microseconds of CPU of a strong read of four items: encode, sign, send, read, decode."""
    with _answering() as url:
        os.environ |= {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s"}
        ours = Dynamo(connection_over(Service("dynamodb", "cn-north-1", url)))
        theirs = Connection(region="cn-north-1", host=url)
        asked = {"RequestItems": {KEYS[0].table: {"ConsistentRead": True, "Keys": [
            {"pk": {"S": key.pk}, "sk": {"S": key.sk}} for key in KEYS]}}}  # fmt: skip
        pair = compare(
            lambda: ours.get(*KEYS), lambda: theirs.dispatch("BatchGetItem", dict(asked)), rounds=25
        )
        floor = alone(_bare(url))
    return {
        "name": "aws-request",
        "value": round(pair.ours, 1),
        "unit": "µs CPU",
        "alternative": "PynamoDB's connection over botocore",
        "alternative_value": round(pair.theirs, 1),
        "ratio": round(pair.ratio, 1),
        "floor": round(floor, 1),
        "goal": f"ratio >= {GOAL:.0f}",
        "ok": pair.ratio >= GOAL,
        "detail": {
            "floor": "the same bytes over a bare socket",
            "versions": versions("pynamodb", "botocore", "urllib3", "httptools"),
        },
    }


def _bare(url: str) -> Any:
    connected = socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])))
    asked = b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"

    def once() -> None:
        connected.sendall(asked)
        left = len(ANSWER)
        while left:
            left -= len(connected.recv(65536))

    return once


@contextlib.contextmanager
def _answering() -> Iterator[str]:
    """A process of its own, so that its CPU is nobody's here: answers each request on each connection alike."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        child = os.fork()
        if child == 0:
            _serve(listening)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            os.kill(child, 9)
            os.waitpid(child, 0)


def _serve(listening: socket.socket) -> None:
    while True:
        threading.Thread(target=_answer, args=(listening.accept()[0],), daemon=True).start()


def _answer(connected: socket.socket) -> None:
    kept = b""
    while more := connected.recv(65536):
        kept += more
        head, found, body = kept.partition(b"\r\n\r\n")
        length = (
            int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0) if found else 0
        )
        if found and len(body) >= length:
            kept = b""
            connected.sendall(ANSWER)
