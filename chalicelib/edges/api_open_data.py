"""Listens for tables to take away, a register as its caller may see it, and open data that anybody may have; for what
is counted of a register."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from chalicelib import wiring
from chalicelib.domain.problems import Problem, Text
from chalicelib.edges.http import Reply, Request, Routes
from chalicelib.edges.late import Late
from chalicelib.edges.reading import RECORD, calendar_year, cursor, given_out

if TYPE_CHECKING:
    from chalicelib.actions.exporting import Page

counting, exporting = Late("counting"), Late("exporting")
route = Routes(__name__)

FORMATS = ("csv", "json")
STAYS = {"Cache-Control": "public, max-age=300"}  # sample default, not from the plan


@route("GET", "/v1/registers/{register_id}/table")
def export_register(request: Request) -> Reply:
    """A part of the whole register, as CSV (the default) or JSON; `Link` says where the next part is."""
    identity = request.path["register_id"]
    after, form = cursor(request, RECORD), _format(request)
    page = exporting.of_register(wiring.app().kit, request.caller, identity, after)
    return _part(request, page, form, identity)


@route("GET", "/v1/registers/{register_id}/figures")
def get_figures(request: Request) -> Reply:
    """What the register declares to be counted, of a calendar year; of this one if none is named."""
    identity, year = request.path["register_id"], calendar_year(request)
    return Reply(counting.of_year(wiring.app().kit, request.caller, identity, year))


@route("GET", "/v1/open-data")
def list_open_data(_: Request) -> Reply:
    return Reply({"open_data": exporting.open_sets(wiring.app().kit)}, headers=STAYS)


@route("GET", "/v1/open-data/{register_id}/{period}")
def get_open_data(request: Request) -> Reply:
    """What was published in a year, a quarter or a month."""
    identity, period = request.path["register_id"], request.path["period"]
    after, form = cursor(request, RECORD), _format(request)
    page = exporting.open_page(wiring.app().kit, identity, period, after)
    answer = _part(request, page, form, f"{identity}-{period}")
    return Reply(answer.body, headers={**answer.headers, **STAYS})


def _part(request: Request, page: Page, form: str, name: str) -> Reply:
    after = given_out(page.after)
    headers = {"Content-Language": request.language}
    if after is not None:
        headers["Link"] = f'<?format={form}&after={quote(after)}>; rel="next"'
    if form == "json":
        from chalicelib.domain.exports import titles

        told = {"columns": titles(page.register, page.names), "rows": page.rows(), "masked": page.masked}
        return Reply(told | {"after": after}, headers=headers)
    headers |= {
        "Content-Type": "text/csv; charset=utf-8; header=present",
        "Content-Disposition": f'attachment; filename="{quote(name)}.csv"',
    }
    return Reply(page.csv(request.language), headers=headers)


def _format(request: Request) -> str:
    form = request.query.get("format", "csv")
    if form not in FORMATS:
        raise Problem("invalid", "query-invalid", Text("format 应为 csv 或 json", "format: csv or json"))
    return form
