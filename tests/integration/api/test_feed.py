"""The feed: each event once, thin, in order for each case, and only as far as the reader's scope reaches."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.builders import ACCEPT, Api, Firm, Person, grant_record, ok, refused, walk

pytestmark = pytest.mark.stack

THIN = {
    "id",
    "case",
    "seq",
    "type",
    "contract",
    "occurred_at",
    "recorded_at",
    "release",
    "root",
    "dimensions",
    "data",
}


def integrator(api: Api, name: str) -> Person:
    return api.person(f"system:{name}", "integrator", via="integrator")


def feed(reader: Person, limit: int = 50) -> list[dict[str, Any]]:
    """The whole feed, page by page, to the page that brings no further cursor."""
    found, after = list[dict[str, Any]](), ""
    for _ in range(200):
        page = ok(reader.get(f"/v1/events?limit={limit}{after and f'&after={after}'}"))
        found += page["events"]
        if page["after"] is None or page["after"] == after:
            return found
        after = page["after"]
    raise AssertionError("the feed never ends")


@pytest.fixture(scope="module")
def told(api: Api) -> dict[str, Any]:
    """A case with two events, its feed once it has settled, and an integrator with scope over the market office."""
    api.be_on("2026-03-02")
    reader = integrator(api, "credit-platform")
    path, body = grant_record("scope", "node:market-regulation", reader.subject, document="数据共享协议")
    answer = api.admin.put(path, body)
    assert answer.status_code in (201, 412), answer.text
    firm = Firm(api)
    walk(api, case := firm.applies(), [ACCEPT])
    waited = (
        time.monotonic() + 20
    )  # rows younger than ten seconds are not shown, lest a late one falls behind
    while time.monotonic() < waited:
        events = feed(api.auditor)
        if {2} <= {event["seq"] for event in events if event["case"] == case["case_id"]}:
            return {"case": case, "events": events, "reader": reader, "firm": firm}
        time.sleep(0.5)
    raise AssertionError("the events were never told")


def test_each_event_is_told_once_and_in_the_order_of_its_case(told: dict[str, Any]) -> None:
    events = told["events"]
    assert len({event["id"] for event in events}) == len(events)
    mine = [event for event in events if event["case"] == told["case"]["case_id"]]
    assert [(event["seq"], event["type"]) for event in mine] == [(1, "case.submitted"), (2, "case.accepted")]


def test_what_the_feed_tells_is_what_the_timeline_says_without_person_or_content(
    told: dict[str, Any],
) -> None:
    timeline = {event["id"]: event for event in told["firm"].person.events(told["case"])}
    for event in (one for one in told["events"] if one["case"] == told["case"]["case_id"]):
        assert set(event) == THIN
        assert set(event["dimensions"]) == {"item", "department", "channel"}
        whole = timeline[event["id"]]
        assert all(event[name] == whole[name] for name in THIN - {"dimensions", "contract", "data"})
        assert set(event["data"]) <= {"to", "outcome", "issued"}


def test_small_pages_and_large_ones_tell_the_same(api: Api, told: dict[str, Any]) -> None:
    known = {event["id"] for event in told["events"]}
    small = [event["id"] for event in feed(api.auditor, limit=7) if event["id"] in known]
    assert small == [event["id"] for event in told["events"]]


def test_reading_on_from_the_end_brings_nothing_twice(api: Api, told: dict[str, Any]) -> None:
    first = ok(api.auditor.get("/v1/events?limit=3"))
    second = ok(api.auditor.get(f"/v1/events?limit=3&after={first['after']}"))
    assert not {event["id"] for event in first["events"]} & {event["id"] for event in second["events"]}


def test_an_integrator_follows_the_cases_within_its_scope(told: dict[str, Any]) -> None:
    ids = {event["id"] for event in feed(told["reader"])}
    assert {event["id"] for event in told["events"] if event["case"] == told["case"]["case_id"]} <= ids


def test_an_integrator_without_scope_learns_of_no_case(api: Api, told: dict[str, Any]) -> None:
    stranger = integrator(api, "bank-platform")
    assert feed(stranger) == []
    refused(stranger.get(f"/v1/cases/{told['case']['case_id']}"), 404, "case-not-found")


def test_a_scope_over_another_department_is_none_here(api: Api, told: dict[str, Any]) -> None:
    other = integrator(api, "tax-platform")
    path, body = grant_record("scope", "node:tax", other.subject)
    api.admin.put(path, body)
    assert feed(other) == []


def test_scope_is_given_by_the_administrator_alone(api: Api, told: dict[str, Any]) -> None:
    reader = integrator(api, "eager-platform")
    path, body = grant_record("scope", "node:market-regulation", reader.subject)
    for other in (api.staff("window"), api.staff("head"), Firm(api).person, api.auditor):
        refused(other.put(path, body), 403, "forbidden")
    refused(reader.put(path, body), 403, "not-to-oneself")


def test_nobody_else_reads_the_feed(api: Api, told: dict[str, Any]) -> None:
    for other in (Firm(api).person, api.staff("window"), api.staff("head"), api.admin):
        refused(other.get("/v1/events"), 403, "forbidden")


@pytest.mark.parametrize("after", ["x", "u.u", "01KJP0YFPM8ZH48GAV2BB05ZH0.x", ".", "0.0", "-1"])
def test_a_cursor_that_was_never_given_out_is_refused(api: Api, told: dict[str, Any], after: str) -> None:
    refused(api.auditor.get(f"/v1/events?after={after}"), 422, "cursor-invalid")
