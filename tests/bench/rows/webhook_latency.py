"""Measures how long it takes from a request that commits a case to the webhook that tells of it."""

from __future__ import annotations

import json
import os
import time
from statistics import median
from typing import Any
from uuid import uuid4

import httpx

from infra.local.stack import wait_until
from tests.bench.hooks import Endpoint, reader_of, subscribe
from tests.bench.stage import APPLICANT, APPLICATION, FOOD, stack, token

CASES = int(os.environ.get("WEBHOOK_CASES", "100"))  # fewer to try the row out
APART = 0.2  # seconds between two: the platform is at work, not at its limit
GOAL = 1.0  # s at p95
WARM_UP = 40  # until nothing on the way starts cold any more; how long that takes is told
PATIENCE = 120  # seconds


def run() -> dict[str, Any]:
    """p95 from the answer of the request that committed to the arrival of its webhook; from its start in detail."""
    with stack() as up, Endpoint() as there, httpx.Client(base_url=up.url, timeout=60) as http:
        subscribe(http, reader_of(http), there.url(), types=["case.submitted"])
        time.sleep(6)  # what a container knows of subscriptions may be five seconds old
        filed = dict[str, tuple[float, float]]()
        bearer = token(up.url, APPLICANT, "citizen")
        for _ in range(WARM_UP + CASES):
            began = time.monotonic()
            headers = {"Authorization": f"Bearer {bearer}", "Idempotency-Key": uuid4().hex}
            answer = http.post(f"/v1/items/{FOOD['id']}/cases", json=APPLICATION, headers=headers)
            filed[str(answer.raise_for_status().json()["case_id"])] = began, time.monotonic()
            time.sleep(max(0.0, began + APART - time.monotonic()))
        whole = wait_until(lambda: len(there.firsts()) >= len(filed), PATIENCE, every=0.2)
        arrived = {str(json.loads(one.body)["case"]): one.at for one in there.firsts().values()}
    counted = list(filed.items())[WARM_UP:]
    answered = sorted(arrived[case] - end for case, (_, end) in counted if case in arrived)
    asked = sorted(arrived[case] - start for case, (start, _) in counted if case in arrived)
    cold = [arrived[case] - end for case, (_, end) in list(filed.items())[:WARM_UP] if case in arrived]
    p95 = _at(answered, 0.95)
    return {
        "name": "webhook-latency",
        "value": round(p95, 3),
        "unit": f"s at p95, commit to received, {1 / APART:.0f} cases/s",
        "alternative": "Lambda looks at a stream four times a second: the longest wait for it",
        "alternative_value": 0.25,
        "ratio": None,
        "floor": None,
        "goal": f"<= {GOAL} s, none lost",
        "ok": whole and p95 <= GOAL,
        "detail": {
            "from the answer": {"median": round(median(answered), 3), "p99": round(_at(answered, 0.99), 3)},
            "from the start of the request": {
                "median": round(median(asked), 3),
                "p95": round(_at(asked, 0.95), 3),
            },
            "cold: the longest of the first": round(max(cold, default=0.0), 3),
            "arrived": len(arrived),
            "filed": len(filed),
            "shared by receiver, emulator and functions": f"{os.cpu_count()} cores",
            "load average": round(os.getloadavg()[0], 1),
        },
    }


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
