"""Counts applications filed a second through the front door, by 1, 10 and 40 users at a time."""

from __future__ import annotations

import json
import os
from typing import Any
from uuid import uuid4

from infra.local.stack import Stack
from tests.bench.load import Ask, load
from tests.bench.stage import APPLICANT, APPLICATION, FOOD, stack, token

USERS = {1: 100, 10: 500, 40: 800}  # users: requests that count
WARM_UP = (
    3  # requests a user before: on AWS too the first call of a container is another matter (`cold-start`)
)
APPLICANTS = 40  # nobody files fifty applications a second: a quota would stop them
GOAL, MEDIAN = 50, 390  # a second at 10 and at 40 users; ms
PUBLISHED = 25  # a second at 10–40 users, median 390–1,200 ms: Open Zaak's own load test


def run() -> dict[str, Any]:
    """Creates a second at 40 users; each is a valid food licence with a key of its own."""
    with stack() as up:
        ask = _application(
            [token(up.url, f"{APPLICANT[:-4]}{number:04d}", "citizen") for number in range(APPLICANTS)]
        )
        found = []
        for users, requests in USERS.items():
            load(up, ask, users, max(users * WARM_UP, 20), 201)
            found.append(load(up, ask, users, requests, 201))
        floor = _floor(up)
    results = [one.as_json() for one in found]
    crowded = [one for one in results if one["users"] > 1]
    busiest = results[-1]
    good = all(one["per_second"] >= GOAL and one["median_ms"] <= MEDIAN for one in crowded)
    return {
        "name": "creates-per-second",
        "value": busiest["per_second"],
        "unit": "creates/s at 40 users",
        "alternative": "Open Zaak, as published, at 10–40 users",
        "alternative_value": PUBLISHED,
        "ratio": round(busiest["per_second"] / PUBLISHED, 1),
        "floor": floor,
        "goal": f">= {GOAL}/s and median <= {MEDIAN} ms at 10 and 40 users, no error",
        "ok": good and not any(one["errors"] for one in results),
        "detail": {
            "runs": results,
            "item": FOOD["id"],
            "floor": "GET /v1/health by 40 users: door, gateway and function without our work",
            "shared by client, door, emulator and functions": f"{os.cpu_count()} cores",
            "load average": round(os.getloadavg()[0], 1),
        },
    }


def _application(bearers: list[str]) -> Ask:
    body = json.dumps(APPLICATION, ensure_ascii=False).encode()
    headers = [{"Content-Type": "application/json", "Authorization": f"Bearer {one}"} for one in bearers]

    def ask(number: int) -> tuple[str, str, bytes, dict[str, str]]:
        own = headers[number % len(headers)] | {"Idempotency-Key": uuid4().hex}
        return "POST", f"/v1/items/{FOOD['id']}/cases", body, own

    return ask


def _floor(up: Stack) -> float:
    return round(load(up, lambda _: ("GET", "/v1/health", None, {}), 40, 800, 200).rate, 1)
