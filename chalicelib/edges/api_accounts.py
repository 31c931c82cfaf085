"""Listens for accounts: which slots are free, what was posted, whether it adds up."""

from __future__ import annotations

from datetime import date

from chalicelib import wiring
from chalicelib.domain.problems import Problem, Text
from chalicelib.edges.http import Reply, Request, Routes, whole
from chalicelib.edges.late import Late
from chalicelib.edges.reading import STATEMENT, cursor, given_out

accounting = Late("accounting")
route = Routes(__name__)

WEEK = "7"
MAX_QUERY = 500  # characters of a key


@route("GET", "/v1/accounts/{account_id}/availability")
def get_availability(request: Request) -> Reply:
    """Slots from a day on (today), for so many days."""
    days = whole(request.query.get("days", WEEK))
    if days is None or not 1 <= days <= accounting.MAX_DAYS:
        raise _invalid(f"days 应为 1–{accounting.MAX_DAYS}", f"days must be 1 to {accounting.MAX_DAYS}")
    found = accounting.availability(
        wiring.app().kit, request.path["account_id"], _key(request), _first(request), days
    )
    return Reply(found)


@route("GET", "/v1/accounts/{account_id}/statement")
def get_statement(request: Request) -> Reply:
    found = accounting.statement(
        wiring.app().kit,
        request.caller,
        request.path["account_id"],
        _key(request),
        cursor(request, STATEMENT),
        request.limit(),
    )
    return Reply(found | {"after": given_out(found["after"])})


@route("GET", "/v1/accounts/{account_id}/reconciliation")
def get_reconciliation(request: Request) -> Reply:
    return Reply(
        accounting.reconciliation(wiring.app().kit, request.caller, request.path["account_id"], _key(request))
    )


def _key(request: Request) -> str | None:
    key = request.query.get("key")
    if key is not None and len(key) > MAX_QUERY:
        raise _invalid(f"key 不超过 {MAX_QUERY} 字", f"key has at most {MAX_QUERY} characters")
    return key


def _first(request: Request) -> date | None:
    text = request.query.get("from")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise _invalid("from 应为日期", "from must be a date") from error


def _invalid(zh: str, en: str) -> Problem:
    return Problem("invalid", "query-invalid", Text(zh, en))
