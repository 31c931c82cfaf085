"""Counts the requests that really leave this process: what a client is about to send, and what came back."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import botocore.handlers


@dataclass(frozen=True, slots=True)
class Sent:
    """One HTTP request of one service, retries included; `status` is what was answered."""

    service: str
    operation: str
    body: dict[str, Any]
    status: int


class Wire:
    """While `listening()`, keeps every request. Attach one before the first client is made."""

    def __init__(self) -> None:
        self._kept: list[Sent] | None = None
        self._under_way = threading.local()
        # Every client that is made copies these (`clients.aws`, botocore's own): none can be made that is not heard.
        botocore.handlers.BUILTIN_HANDLERS.append(("before-send", self._before))
        botocore.handlers.BUILTIN_HANDLERS.append(("response-received", self._after))

    @contextmanager
    def listening(self) -> Iterator[list[Sent]]:
        before, self._kept = self._kept, []
        try:
            yield self._kept
        finally:
            self._kept = before

    def _before(self, request: Any, event_name: str, **_: Any) -> None:
        self._under_way.body = request.body

    def _after(self, event_name: str, response_dict: Any = None, **_: Any) -> None:
        if self._kept is None:
            return
        _, service, operation = event_name.split(".")
        status = response_dict["status_code"] if response_dict else 0
        self._kept.append(Sent(service, operation, json.loads(self._under_way.body or b"{}"), status))


def by_operation(requests: Iterable[Sent]) -> dict[str, int]:
    """`{"dynamodb.BatchGetItem": 3, …}`."""
    return dict(sorted(Counter(f"{one.service}.{one.operation}" for one in requests).items()))


def of(service: str, requests: Iterable[Sent]) -> list[Sent]:
    return [one for one in requests if one.service == service]
