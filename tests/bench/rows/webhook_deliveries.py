"""Counts webhooks a second that reach a receiver on loopback: written, queued, signed, sent and recorded."""

from __future__ import annotations

import json
import os
import time
from typing import Any
from uuid import uuid4

import httpx

from infra.local.stack import Stack, wait_until
from tests.bench.hooks import Endpoint, reader_of, subscribe
from tests.bench.load import load
from tests.bench.stage import APPLICANT, APPLICATION, FOOD, Inside, stack, token

EVENTS = int(os.environ.get("WEBHOOK_EVENTS", "400"))  # fewer to try the row out
ENDPOINTS = 5
GOAL = 200  # deliveries a second
PATIENCE = 300  # seconds
A_MESSAGE = 25  # events, as the relay packs them
LOST = "Open Zaak, as published: 1,276 of its notifications lost in an outage of 300 s"


def run() -> dict[str, Any]:
    """Deliveries a second, from the first message on the queue of work to the last arrival; each must come."""
    with stack() as up, Endpoint() as there, httpx.Client(base_url=up.url, timeout=60) as http:
        pairs = _cases(up)
        reader = reader_of(http)
        for number in range(ENDPOINTS):
            subscribe(http, reader, there.url(f"in-{number}"), types=["case.submitted"])
        app = Inside(up).app
        time.sleep(6)  # what a container knows of subscriptions may be five seconds old
        messages = [
            json.dumps({"work": "webhooks", "events": pairs[start : start + A_MESSAGE]})
            for start in range(0, len(pairs), A_MESSAGE)
        ]
        began = time.monotonic()
        for start in range(0, len(messages), 10):
            app.queues.service.call(
                "SendMessageBatch",
                {
                    "QueueUrl": up.outputs["QueueAnnouncements"],
                    "Entries": [
                        {"Id": str(number), "MessageBody": one}
                        for number, one in enumerate(messages[start : start + 10])
                    ],
                },
            )
        wanted = len(pairs) * ENDPOINTS
        whole = wait_until(lambda: len(there.firsts()) >= wanted, PATIENCE, every=0.2)
        firsts = there.firsts()
    seconds = max((one.at for one in firsts.values()), default=began + PATIENCE) - began
    rate = len(firsts) / seconds
    return {
        "name": "webhook-deliveries",
        "value": round(rate, 1),
        "unit": f"deliveries/s of {len(pairs):,} events to {ENDPOINTS} endpoints",
        "alternative": LOST,
        "alternative_value": None,
        "ratio": None,
        "floor": None,
        "goal": f">= {GOAL}/s, none lost",
        "ok": whole and rate >= GOAL,
        "detail": {
            "arrived": len(firsts),
            "wanted": wanted,
            "seconds": round(seconds, 2),
            "came again": len(there.heard) - len(firsts),
            "shared by receiver, emulator and functions": f"{os.cpu_count()} cores",
            "load average": round(os.getloadavg()[0], 1),
        },
    }


def _cases(up: Stack) -> list[tuple[str, int]]:
    """The first events of so many new cases, from before anybody subscribed."""
    bearers = [token(up.url, f"{APPLICANT[:-4]}{number:04d}", "citizen") for number in range(20)]
    body = json.dumps(APPLICATION, ensure_ascii=False).encode()

    def ask(number: int) -> tuple[str, str, bytes, dict[str, str]]:
        own = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {bearers[number % len(bearers)]}",
        }
        return "POST", f"/v1/items/{FOOD['id']}/cases", body, own | {"Idempotency-Key": uuid4().hex}

    load(up, ask, 8, EVENTS, 201)
    app, found, after = Inside(up).app, set[tuple[str, int]](), None
    while True:
        page = app.dynamo.scan(up.outputs["TableCases"], "sk = :head", {}, {":head": "HEAD"}, after)
        found |= {(str(row["pk"]), 1) for row in page.items}
        after = page.after
        if after is None:
            return sorted(found)[:EVENTS]
