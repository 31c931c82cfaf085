"""Listens for what anybody may ask: is it up, what is there, what an item wants or answers, the API itself."""

from __future__ import annotations

from datetime import date
from typing import Any

from chalicelib import wiring
from chalicelib.domain.problems import Problem, Text
from chalicelib.edges.http import Reply, Request, Routes
from chalicelib.edges.late import Late
from chalicelib.edges.reading import OBJECT, TEXT, members

answering = Late("answering")
route = Routes(__name__)

# What a guide shows of an item; rules, facts, outcomes and examples stay inside.
PUBLIC = (
    "id", "mode", "nature", "authority", "title", "description", "domain", "audience", "serves", "codes", "power",
    "legal_basis", "department", "window", "channels", "topics", "parties", "guide", "form", "materials", "process",
    "clocks", "holds", "sums", "effective_from", "retired_at", "stand_in",
)  # fmt: skip


@route("GET", "/v1/health")
def health(_: Request) -> Reply:
    app = wiring.app()
    pointer = app.catalogue.pointer(strong=False)
    return Reply({"status": "ok", "release_set": pointer.set, "stage": app.config.stage})


@route("GET", "/v1/openapi.json")
def openapi(_: Request) -> Reply:
    from chalicelib.edges import openapi

    described, tag = openapi.tagged(wiring.app().catalogue)
    return Reply(described, headers={"ETag": tag, "Cache-Control": "no-cache"})


@route("GET", "/v1/items")
def list_items(request: Request) -> Reply:
    query = request.query
    app = wiring.app()
    today = app.kit.office().today.isoformat()
    found = app.catalogue.published_items(query.get("q"), query.get("audience"), query.get("domain"), today)
    after, limit = query.get("after"), request.limit()
    if after:
        ids = [entry["id"] for entry in found]
        found = found[ids.index(after) + 1 :] if after in ids else []
    page = found[:limit]
    return Reply({"items": page, "after": page[-1]["id"] if len(found) > limit else None})


@route("GET", "/v1/items/{item_id}")
def get_item(request: Request) -> Reply:
    """The item as it is published, or as it was under the `release` that a case runs on."""
    bundle = wiring.app().catalogue.bundle_of(request.path["item_id"], request.query.get("release"))
    item = bundle.item
    body: dict[str, Any] = {name: item[name] for name in PUBLIC if name in item}
    body |= {"item_id": item["id"], "release": bundle.release}
    if bundle.shared:  # what the form's `$ref`s lead to
        body["shared"] = dict(bundle.shared)
    return Reply(body, headers={"ETag": f'"{bundle.release[:32]}"', "Cache-Control": "max-age=5"})


@route("POST", "/v1/items/{item_id}/answers")
def ask_item(request: Request) -> Reply:
    """What an item of the mode `answer` says to a form, as of a day; nothing of it is kept."""
    body = members(request, {"form": OBJECT}, {"as_of": TEXT})
    answer = answering.ask(wiring.app().kit, request.path["item_id"], body["form"], _day(body.get("as_of")))
    return Reply(answer, headers={"Cache-Control": "no-store"})


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError as error:
        said = Text("as_of 应为日期", "as_of must be a date")
        raise Problem("invalid", "body-invalid", said) from error


@route("GET", "/v1/calendars/{calendar_id}/deadlines")
def deadlines(request: Request) -> Reply:
    app = wiring.app()
    calendar = app.catalogue.calendar(app.catalogue.pointer(strong=False))
    try:
        start = date.fromisoformat(request.query.get("from", ""))
        days = int(request.query.get("days", ""))
    except ValueError as error:
        said = Text("from 应为日期,days 应为整数", "from must be a date and days an integer")
        raise Problem("invalid", "query-invalid", said) from error
    unit = request.query.get("unit", "working_day")
    if unit not in {"working_day", "calendar_day"} or not 0 <= days <= 2_000:
        said = Text(
            "unit 应为 working_day 或 calendar_day,days 0–2000",
            "unit: working_day or calendar_day; days 0–2000",
        )
        raise Problem("invalid", "query-invalid", said)
    try:
        if unit == "working_day":
            day, provisional = calendar.add_working_days(start, days)
        else:
            day, provisional = calendar.last_day(start, days, "calendar_day")
    except (OverflowError, ValueError) as error:  # beyond the year 9999
        said = Text("日期超出可计算的范围", "the date lies beyond what can be computed")
        raise Problem("invalid", "query-invalid", said) from error
    body = {
        "from": start.isoformat(),
        "days": days,
        "unit": unit,
        "deadline": day.isoformat(),
        "provisional": provisional,
    }
    return Reply(body)
