"""A draw over a register of 100,000 firms on the stack: sixteen shards by the queue, workers killed, the same result.

The register comes in by tables, as offices send them; the value comes from the fallback, since nothing is reached from
here. Every visit becomes one joint inspection. Whoever verifies the bundle draws all of it again, in one process: only
the same result passes. It says how long each part took; `DRAW_FIRMS` makes the register smaller.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import time
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.draws import beacons, bundle, rosters
from chalicelib.wiring import App
from infra import verify_draw
from infra.local.stack import Stack
from tests.builders import Api, ok, uscc_of
from tests.builders_tables import SECTORS, csv_of
from tests.integration.faults.conftest import Start
from tests.integration.faults.district import kill_a_worker, stores_of

pytestmark = [pytest.mark.stack, pytest.mark.proof]

FIRMS, TABLE = int(os.environ.get("DRAW_FIRMS", "100000")), 25_000  # lines of one table
BASE, SERIES = "joint-random-inspection", "at-scale"
IMPORTS = "/v1/registers/supervision-objects/imports"
LEADS = "market-regulation"
NONCES = {LEADS: bytes(range(32)), "urban-management": bytes(range(32, 64))}
CLERKS = {LEADS: "handler", "urban-management": "urban-handler"}
PATIENCE = 1_500  # seconds for what is done once for each of 100,000 firms
RULE = 150.0  # seconds: the rule of the schedule fires every sixty, beside whatever else runs
SHARDS = 16


@pytest.mark.timeout(5_400)
def test_workers_that_are_killed_change_nothing_of_a_draw_of_a_hundred_thousand(start: Start) -> None:
    drawn_over(start(), FIRMS)


def drawn_over(stack: Stack, firms: int) -> None:
    with Api(stack.url) as api:
        api.http.timeout = 300
        _clock(api, datetime.fromisoformat(api.MORNING))
        with _timed("imported", firms):
            _registers(api, firms)
        _released(api)
        with _timed("begun by the rule of the schedule, nobody looking"):
            _awaited(lambda: api.anybody.get(f"/v1/draws/{SERIES}").is_success, RULE)
        with _timed("frozen", firms):
            _until(api, "frozen")
        at = api.now() + timedelta(hours=30)
        _committed(api, at)
        _until(api, "committed")
        assert ok(api.anybody.get(f"/v1/draws/{SERIES}/1"))["commitment"]["objects"]["count"] == firms
        with _timed("valued and drawn, workers being killed", firms):
            _valued(api, at)
            _until(api, "drawing", "drawn")
            assert sum(_killed(stack, number) for number in range(6))
            _drawn(api)
        with stores_of(stack) as app:
            head, _ = app.drawer.draws.current(SERIES) or ({}, 0)
            parts = list(app.drawer.draws.parts(SERIES, head["period"], "S#"))
            assert sorted(one["shard"] for one in parts) == list(range(SHARDS))
            _visited(app, head, api)
        _a_second_tick_draws_nothing(stack, api)
        _clock(api, api.now() + timedelta(days=3))
        with _timed("revealed, read and verified", firms):
            _until(api, "revealed")
            assert verify_draw.verify(_files(api)).startswith(f"draw 1 of {SERIES}: {{'objects': {firms},")


@contextlib.contextmanager
def _timed(what: str, firms: int = 0) -> Iterator[None]:
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    each = f", {took / firms * 1_000:.2f} ms a firm" if firms else ""
    print(f"{what}: {took:.1f} s{each}", flush=True)


def _a_second_tick_draws_nothing(stack: Stack, api: Api) -> None:
    before = ok(api.anybody.get(f"/v1/draws/{SERIES}"))
    for _ in range(2):
        stack.invoke("Tick")
        time.sleep(2)
    after = ok(api.anybody.get(f"/v1/draws/{SERIES}"))
    assert (after["log"], after["current"]["number"]) == (before["log"], 1)


def _visited(app: App, head: dict[str, Any], api: Api) -> None:
    """One inspection of each firm that was drawn."""
    made = app.drawer.draws.part(SERIES, head["period"], "RESULT") or {}
    firms = [one["object"] for one in made["visits"]]

    def there() -> bool:
        _clock(api, api.now())
        return len(_inspections(app)) >= len(firms)

    with _timed(f"{len(firms)} inspections opened", len(firms)):
        _awaited(there)
    time.sleep(5)  # for one too many
    opened = _inspections(app)
    assert len(opened) == len(firms)
    for firm in firms[:: max(1, len(firms) // 50)]:
        (case,) = app.kit.cases.of_subject(f"enterprise:{firm}", None, 2).rows
        assert case.case_id in opened


def _inspections(app: App) -> set[str]:
    """The cases that lie on the desk of whoever leads a visit."""
    found, after = set[str](), ""
    while after is not None:
        page = app.kit.cases.queue(LEADS, LEADS, after or None, 500)
        found |= {row.case_id for row in page.rows}
        after = page.after
    return found


def _registers(api: Api, firms: int) -> None:
    """Every firm of a general trade; ninety inspectors."""
    market = api.staff("handler")
    for since in range(0, firms, TABLE):
        rows = [[uscc_of(n), f"示例企业{n}", SECTORS[0]] for n in range(since, min(since + TABLE, firms))]
        table = b64encode(gzip.compress(csv_of(rows))).decode()
        place = f"{IMPORTS}/{ok(market.post(IMPORTS, {'table': table}), 202)['id']}"
        _awaited(lambda place=place: _is_done(ok(market.get(place))))
    for n in range(90):
        body = {
            "id": f"ins-{n:03}", "department": "urban-management" if n % 3 == 0 else "market-regulation",
            "certificates": ["enforcement"], "pool": 0, "status": "active",
        }  # fmt: skip
        ok(market.put(f"/v1/registers/inspectors/records/{body['id']}", {"body": body}), 201)


def _is_done(said: dict[str, Any]) -> bool:
    return bool(said["done"] == said["lines"])


def _released(api: Api) -> None:
    """A series of its own: the pack's draw, but by its fallback. It is due as soon as it is released."""
    body = ok(api.admin.get(f"/v1/definitions/draws/{BASE}"))["definition"]
    body.update(id=SERIES, source="fallback", visits_within_days=1, cap=120)
    for one in body["strata"]:
        one["quota"] = {"num": 3, "den": 100, "min": 1, "max": 4_000}
    drafts = f"/v1/definitions/draws/{SERIES}/drafts"
    draft = ok(api.admin.post(drafts, {"body": body}), 201)["draft_id"]
    ok(api.releaser.post(f"{drafts}/{draft}/releases", {"note": "测试"}), 201)


def _committed(api: Api, at: datetime) -> None:
    for one, nonce in NONCES.items():
        _act(api, CLERKS[one], act="seal", department=one, sealed=beacons.sealed(one, nonce))
    until = _ms(at - timedelta(hours=1))
    _act(api, None, act="name-lottery", issue="2026001", at=_ms(at), until=until)


def _valued(api: Api, at: datetime) -> None:
    for one, nonce in NONCES.items():
        _act(api, CLERKS[one], act="open", department=one, nonce=nonce.hex())
    _clock(api, at + timedelta(minutes=5))
    for who in ("one", "two"):
        typed = {"act": "type-lottery", "numbers": "01 02 03 04 05 06 07"}
        ok(api.person(f"person:{who}", "admin").post(f"/v1/draws/{SERIES}/acts", typed))


def _act(api: Api, clerk: str | None, **asked: Any) -> None:
    who = api.staff(clerk) if clerk else api.admin
    ok(who.post(f"/v1/draws/{SERIES}/acts", asked))


def _killed(stack: Stack, number: int) -> bool:
    time.sleep(0.5)
    return kill_a_worker(stack, number)


def _until(api: Api, *steps: str) -> None:
    """A minute's look after the other, as the schedule has them."""

    def there() -> bool:
        _clock(api, api.now())
        found = api.anybody.get(f"/v1/draws/{SERIES}")
        return found.is_success and found.json()["current"]["step"] in steps

    _awaited(there)


def _clock(api: Api, at: datetime) -> None:
    """Move it, and look once. Whether the timers' sweeps have ended by then is of no concern to a draw."""
    api.http.post("/v1/dev/clock", json={"now": at.isoformat()}).raise_for_status()


def _drawn(api: Api) -> None:
    """What a killed worker had is handed over again a quarter of an hour later: by the stack's clock, that is now."""

    def there() -> bool:
        _clock(api, api.now() + timedelta(minutes=16))
        return bool(ok(api.anybody.get(f"/v1/draws/{SERIES}"))["current"]["step"] == "drawn")

    _awaited(there)


def _files(api: Api) -> dict[str, bytes]:
    """The published files of the draw, read chunk by chunk as anybody may."""
    said = ok(api.anybody.get(f"/v1/draws/{SERIES}/1"))
    names = ("plan", "commitment", "nonces", "values", "notice", "result", "replacements", "void", "log")
    documents = {name: said[name] for name in names}
    return bundle.files(documents, {roster: _rows(api, roster) for roster in rosters.KEYS})


def _rows(api: Api, roster: str) -> Iterator[dict[str, Any]]:
    after: int | None = 0
    while after is not None:
        page = ok(api.anybody.get(f"/v1/draws/{SERIES}/1/rosters/{roster}?after={after}"))
        yield from page["rows"]
        after = page["after"]


def _awaited(there: Any, patience: float = PATIENCE) -> None:
    ends = time.monotonic() + patience
    while not there():
        assert time.monotonic() < ends
        time.sleep(0.5)


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
