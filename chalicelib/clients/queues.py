"""Puts messages on SQS's queues."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chalicelib.clients.aws import Service

AT_ONCE = 10  # messages a request: SQS's limit


class Queues:
    """Sends; taking messages is Lambda's."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def send(self, queue: str, messages: Sequence[str], waits: Sequence[int] = ()) -> None:
        """Put all of them on the queue at this address; `waits`: seconds until each is seen. Raises RuntimeError."""
        for start in range(0, len(messages), AT_ONCE):
            entries: list[dict[str, Any]] = [
                {"Id": str(number), "MessageBody": message}
                for number, message in enumerate(messages[start : start + AT_ONCE])
            ]
            for entry, wait in zip(entries, waits[start:], strict=False):
                entry["DelaySeconds"] = wait
            answer = self.service.call("SendMessageBatch", {"QueueUrl": queue, "Entries": entries})
            if answer.get("Failed"):  # some of ten may fail alone; nobody else would notice
                raise RuntimeError(f"{len(answer['Failed'])} messages were not taken by the queue")
