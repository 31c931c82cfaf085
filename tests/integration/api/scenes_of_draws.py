"""Scenes of draws and of tables: what the description of the API is held against, on the embedded stack."""

from __future__ import annotations

import time
from base64 import b64encode
from datetime import datetime, timedelta, timezone
from typing import Any

from infra.local.stack import Stack
from tests.builders import Api, Firm, ok, refused
from tests.builders_tables import csv_of, firm, spoilt

SERIES = "/v1/draws/joint-random-inspection"
IMPORTS = "/v1/registers/supervision-objects/imports"
ZONE = timezone(timedelta(hours=8))
PATIENCE = 120  # seconds for workers


def tables_are_sent(api: Api) -> None:
    handler = api.staff("handler")
    table = b64encode(csv_of([firm(1), firm(2), spoilt("no name", 3)])).decode()
    sent = ok(handler.post(IMPORTS, {"table": table}), 202)
    seen = _until(lambda: ok(handler.get(f"{IMPORTS}/{sent['id']}")), lambda one: one["done"] == one["lines"])
    assert (seen["counts"]["bad"], [one["line"] for one in seen["flaws"]]) == (1, [4])
    refused(Firm(api).person.post(IMPORTS, {"table": table}), 403, "forbidden")
    refused(handler.post(IMPORTS, {"table": "***"}), 422, "sheet-unreadable")
    refused(handler.get(f"{IMPORTS}/none"), 404, "not-found")


def draws_are_read(running: Stack, api: Api) -> None:
    """The first draw is declared void and revealed; in the second a firm that came later finds its row."""
    market, drawn = api.staff("handler"), Firm(api)
    body = {"uscc": drawn.uscc, "name": "示例企业", "sector": "general"}
    ok(market.put(f"/v1/registers/supervision-objects/records/{drawn.uscc}", {"body": body}), 201)
    ok(api.anybody.get("/v1/draws"))
    first = _drawn(running, api, "committed")["number"]
    refused(api.anybody.get(f"{SERIES}/{first}/bundle"), 409, "draw-not-revealed")
    refused(api.admin.post(f"{SERIES}/acts", {"act": "dance"}), 422, "draw-act-unknown")
    ok(api.admin.post(f"{SERIES}/acts", {"act": "declare-void", "reason": "名册有误"}))
    api.set_clock(_next_period(api))
    second = _drawn(running, api, "committed", first)["number"]
    ok(api.anybody.get(f"{SERIES}/{first}"))
    ok(api.anybody.get(f"{SERIES}/{first}/bundle"))
    ok(api.anybody.get(f"{SERIES}/coverage"))
    refused(api.anybody.get(f"{SERIES}/coverage?year=nineteen"), 422, "query-invalid")
    ok(api.anybody.get(f"{SERIES}/{first}/rosters/inspectors"))
    slip = ok(drawn.person.get(f"{SERIES}/{second}/slip"))
    assert slip["row"]["id"] == drawn.uscc
    refused(api.anybody.get(f"{SERIES}/99"), 404, "not-found")


def _next_period(api: Api) -> str:
    """A morning by which the first draw is revealed and the next quarter's is due, wherever the clock was before."""
    last = max(one["at"] for one in ok(api.anybody.get(SERIES))["log"]["entries"])
    day = datetime.fromtimestamp(last / 1000, ZONE) + timedelta(days=110)
    return day.replace(hour=9, minute=0, second=0, microsecond=0).isoformat()


def _drawn(running: Stack, api: Api, step: str, after: int = 0) -> Any:
    """The draw that is on its way, once it is there."""

    def look() -> Any:
        running.invoke("Tick")
        said = api.anybody.get(SERIES)
        return said.json()["current"] if said.is_success else None

    return _until(look, lambda one: bool(one) and one["step"] == step and one["number"] > after)


def _until(look: Any, found: Any) -> Any:
    ends = time.monotonic() + PATIENCE
    while not found(seen := look()):
        assert time.monotonic() < ends, seen
        time.sleep(0.5)
    return seen
