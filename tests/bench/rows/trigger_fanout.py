"""Counts cases a second that a campaign opens: fanned out over the queue, against one worker in a row."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import httpx

from chalicelib.actions import campaigning
from chalicelib.domain import campaigns, periods, triggers
from chalicelib.domain.change import RecordWrite
from chalicelib.wiring import App
from infra.local.stack import Stack
from tests.bench.load import Ask, load
from tests.bench.stage import Inside, stack, token
from tests.builders import Api, ok
from tests.builders_campaigns import CAMPAIGN, HOST, ITEM, REGISTER, tenancy

# As many as a campaign of the district has. Of fewer, the queue's latency and the workers' cold starts are most of it:
# 0.95x of the row's alternative with 2,000 records, 1.08x with 20,000, on two cores.
RECORDS = int(os.environ.get("FANOUT_RECORDS", "20000"))
LOOPED = max(RECORDS // 10, 20)  # filed one by one: each takes as long as the next
APPLICANTS = 20  # a quota would stop one host that files so many
PATIENCE = 600  # seconds
DUE, PERIOD = "2026-04-01T09:00:00+08:00", "2026-Q2"  # the first working day of the quarter
NEXT = "2026-Q3"  # for the worker in a row: the same records, another period
# What two cores allow: the emulator, which is one process, takes most of a core however many workers there are.
GOAL = 1.0


def run() -> dict[str, Any]:
    """Effects a second from the minute's tick to the last case; the run's own count is compared with the register."""
    with stack() as up:
        app = Inside(up).app
        _let_hosts_file(up)
        warm = load(up, _filed(up), 1, 10, 201)
        loop = load(up, _filed(up), 1, LOOPED, 201)
        for number in range(RECORDS):
            body = tenancy(number)
            app.kit.records.write(
                RecordWrite(REGISTER, body["uscc"], 0, body, "2026-01-01"), "system:bench", app.now()
            )
        seconds, found = _campaign(up, app)
        alone, in_a_row = _in_a_row(app)
    rate, slow = found["opened"] / seconds, in_a_row["opened"] / alone
    errors = [*warm.errors, *loop.errors]
    whole = found["opened"] == found["seen"] == in_a_row["opened"] == RECORDS
    return {
        "name": "trigger-fanout",
        "value": round(rate, 1),
        "unit": f"cases/s over {RECORDS:,} records",
        "alternative": "the same chunks by one worker in a row, without a queue",
        "alternative_value": round(slow, 1),
        "ratio": round(rate / slow, 2),
        "floor": None,
        "goal": f"every record once, nothing refused, faster than in a row (> {GOAL:.0f}x)",
        "ok": whole and rate > GOAL * slow and not errors,
        "detail": {
            "counts": {
                name: found[name] for name in ("seen", "meant", "opened", "again", "refused", "chunks")
            },
            "seconds": {"queue": round(seconds, 1), "in a row": round(alone, 1)},
            "filed one by one through the API": loop.as_json(),
            "first errors": errors[:3],
            "shared by client, door, emulator and functions": f"{os.cpu_count()} cores",
            "load average": round(os.getloadavg()[0], 1),
        },
    }


def _in_a_row(app: App) -> tuple[float, Mapping[str, Any]]:
    """The next period's run where there is no queue: whoever begins it goes through every chunk; seconds, counts."""
    press = replace(app.press, later=None)
    kit, _ = press.with_cases()
    trigger = kit.catalogue.definitions(kit.office().pointer, triggers.KIND)
    mine = next(one for one in trigger if one["id"] == CAMPAIGN)
    period = periods.holding("quarter", date(2026, 7, 1))
    identity, due, started = campaigns.named(CAMPAIGN, NEXT), app.now(), time.perf_counter()
    campaigning.begin(press, mine, period, due, identity=identity, mode=campaigning.RUN)
    while True:
        asked, revision = campaigning.kept(press, identity) or ({}, 0)
        result = campaigning.result_of(press, asked)
        if campaigning.is_done(asked, result):
            return time.perf_counter() - started, result
        campaigning.go_on(press, asked, revision)


def _campaign(up: Stack, app: App) -> tuple[float, Mapping[str, Any]]:
    """Move the clock to the day; seconds until the run had gone through every chunk, and its counts."""
    identity, started = campaigns.named(CAMPAIGN, PERIOD), time.perf_counter()
    httpx.post(f"{up.url}/v1/dev/clock", json={"now": DUE}, timeout=60).raise_for_status()
    while time.perf_counter() - started < PATIENCE:
        kept = campaigning.kept(app.press, identity)
        result = campaigning.result_of(app.press, kept[0]) if kept else {}
        if kept and campaigning.is_done(kept[0], result):
            return time.perf_counter() - started, result
        time.sleep(0.2)
    raise TimeoutError(f"the campaign did not end: {result}")


def _let_hosts_file(up: Stack) -> None:
    """Only a trigger opens such cases; the loop needs a release under which a host may file one."""
    path = f"/v1/definitions/items/{ITEM}"
    with Api(up.url) as api:
        body = ok(api.admin.get(path))["definition"] | {"audience": ["enterprise", "staff"]}
        draft = ok(api.admin.post(f"{path}/drafts", {"body": body}), 201)["draft_id"]
        ok(api.releaser.post(f"{path}/drafts/{draft}/releases", {"note": "试验"}), 201)


def _filed(up: Stack) -> Ask:
    """The same cases, as a program would file them that was given the list and a token."""
    hosts = [f"{HOST[:-4]}{number:04d}" for number in range(APPLICANTS)]
    bearers = [token(up.url, f"enterprise:{host}", "citizen") for host in hosts]

    def ask(number: int) -> tuple[str, str, bytes, dict[str, str]]:
        body = tenancy(number)
        form = {"period": PERIOD, **{name: body[name] for name in ("host_uscc", "host_name", "uscc", "name")}}
        headers = {
            "Content-Type": "application/json", "Idempotency-Key": uuid4().hex,
            "Authorization": f"Bearer {bearers[number % APPLICANTS]}",
        }  # fmt: skip
        return (
            "POST",
            f"/v1/items/{ITEM}/cases",
            json.dumps({"form": form, "materials": []}).encode(),
            headers,
        )

    return ask
