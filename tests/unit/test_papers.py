"""An issued document has its number and the hash of its text in the event that issued it, for ever the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain import accounts, papers
from chalicelib.domain.organisations import Organisation
from chalicelib.domain.transitions import Course
from chalicelib.domain.world import World
from tests.builders import application
from tests.builders_app import House, house
from tests.builders_cases import DAY, HOUR, NINE, later, moved, opened
from tests.builders_pack import PACK
from tests.builders_stores import world as world_of
from tests.matrix.callers import FIRM
from tests.matrix.world import CODE

BOOK = "account|2026"
SERIES = {"prefix": "收字", "per": "year", "account": "account", "source": "test"}
NUMBERS: Mapping[str, Any] = {
    "id": "account",
    "unit": "number",
    "key": [],
    "period": "year",
    "title": {"zh": "", "en": ""},
}


def told(course: Course, index: int = -1) -> list[dict[str, Any]]:
    return list(course.events[index].body["data"].get("documents", ()))


def drawn(course: Course, document: str, number: str | None, organisation: Organisation | None = None) -> str:
    """The hash of the text as somebody draws it who has the case, its form and the event."""
    form = {"form": course.form, "materials": course.form_row["materials"] if course.form_row else []}
    world, event = course.world, course.events[-1].body
    at = organisation or world.organisation
    assert at is not None
    issue = papers.Issue(world.bundle, at, world.zone, course.case, form, event)
    return papers.digest(papers.rendered(issue, document, number).text)


def without_gaps() -> World:
    """The food licence, its receipts numbered by an account."""
    world = world_of("food-licence")
    receipt = {**world.bundle.documents["receipt"], "series": SERIES}
    bundle = replace(world.bundle, documents={**world.bundle.documents, "receipt": receipt})
    return replace(world, bundle=bundle, accounts=lambda _: dict(NUMBERS))


def test_the_event_that_issues_a_document_has_its_number_and_the_hash_of_its_text():
    course = opened()
    (receipt,) = told(course)
    assert receipt["document"] == "receipt"
    assert receipt["number"] == "望市监收字〔2026〕03020001号"
    assert receipt["sha256"] == drawn(course, "receipt", receipt["number"])


def test_what_the_text_says_otherwise_has_another_hash():
    course = opened()
    (receipt,) = told(course)
    assert drawn(course, "receipt", "望市监收字〔2026〕2号") != receipt["sha256"]
    definition = PACK["organisations/wangcheng"]
    node = {**definition["nodes"]["market-regulation"], "title": {"zh": "另一机关", "en": "Another"}}
    other = Organisation({**definition, "nodes": {**definition["nodes"], "market-regulation": node}})
    assert drawn(course, "receipt", receipt["number"], other) != receipt["sha256"]


def test_a_document_of_an_outcome_is_told_by_the_event_that_reached_it():
    course = opened("general-deregistration")
    last = [one["document"] for one in told(course)]
    assert last == ["service-receipt", "completion-notice", "deregistration-notice"]
    assert len({one["sha256"] for event in range(4) for one in told(course, event)}) == 6


def test_no_two_documents_of_a_kind_have_one_number():
    course = moved(opened(), "accept", "person:w", at=NINE + HOUR)
    why = {"reason": "需要检验"}
    first = moved(course, "begin_testing", "person:h", why, NINE + DAY)
    second = moved(moved(first, "end_testing", "person:h", None, NINE + 2 * DAY), "begin_testing", "person:h",
                   why, NINE + 3 * DAY)  # fmt: skip
    numbers = [told(one)[0]["number"] for one in (first, second)]
    assert numbers == ["望市监特字〔2026〕03020001号", "望市监特字〔2026〕03020001-2号"]
    definition = PACK["documents/special-procedure-notice"]
    another = replace(course.case, number="MR20260303-0001")
    assert papers.serial_number(definition, "望市监", another, 1) == "望市监特字〔2026〕03030001号"
    daily = {**definition, "series": {"prefix": "特字", "per": "day"}}
    assert papers.serial_number(daily, "望市监", another, 1) == "望市监特字〔20260303〕0001号"
    assert papers.serial_number({}, "望市监", another, 1) is None


def test_a_notice_of_a_special_step_says_which_and_until_when():
    course = moved(moved(opened(), "accept", "person:w"), "begin_testing", "person:h", {"reason": "检验"})
    assert course.world.organisation
    issue = papers.Issue(
        course.world.bundle, course.world.organisation, course.world.zone, course.case, {"form": course.form},
        course.events[-1].body,
    )  # fmt: skip
    text = papers.rendered(issue, "special-procedure-notice", None)
    assert [one.params["path"] for one in text.findings] == ["document.number"] * 2
    hold = next(one for one in course.world.bundle.item["holds"] if one["id"] == "testing")
    assert hold["title"]["zh"] in text.text["zh"]
    assert hold["basis"] in text.text["zh"]


def test_a_series_that_names_an_account_is_counted_without_a_gap():
    world = without_gaps()
    with pytest.raises(accounts.AccountsNeeded):
        opened(world=world)
    first = opened(world=replace(world), book={BOOK: None})
    assert told(first)[0]["number"] == "望市监收字〔2026〕1号"
    assert first.events[-1].body["data"]["posted"] == [{"do": "entry", "account": "account", "number": 1}]
    (posting,) = first.change().postings
    assert (posting.account, posting.balance, posting.expected) == (BOOK, 1, 0)
    second = opened(world=world, book=accounts.after({BOOK: None}, [posting]))
    assert told(second)[0]["number"] == "望市监收字〔2026〕2号"
    with pytest.raises(Exception, match="posting"):  # the store refuses who counted on what another has taken
        accounts.after({BOOK: accounts.Balance(2, 2)}, second.change().postings)


def test_a_day_that_a_template_asks_for_is_kept_in_the_head_and_no_other():
    assert moved(opened(), "accept", "person:w").case.days == {}
    world = world_of("food-licence")
    notice = {
        **world.bundle.documents["acceptance-notice"],
        "template": {"zh": "{{case.accepted_on}}", "en": "-"},
    }
    asks = replace(
        world, bundle=replace(world.bundle, documents={**world.bundle.documents, "acceptance-notice": notice})
    )
    course = moved(opened(world=asks), "accept", "person:w", at=NINE + DAY)
    assert course.case.days == {"accepted_on": [2, "2026-03-03"]}
    assert course.case.body()["days"] == course.case.days
    issue = papers.Issue(
        course.world.bundle,
        asks.organisation,
        asks.zone,
        course.case,
        {},
        course.events[-1].body,  # type: ignore[arg-type]
    )
    assert papers.rendered(issue, "acceptance-notice", None).text["zh"] == "2026年3月3日"
    before = papers.Issue(
        issue.bundle, issue.organisation, issue.zone, issue.case, {}, {**issue.event, "seq": 1}
    )
    assert papers.rendered(before, "acceptance-notice", None).text["zh"] == ""


def test_the_case_read_again_writes_what_it_wrote():
    """What is decided twice, because another writer was faster, has the same hash."""
    course = moved(opened(), "accept", "person:w", at=NINE + HOUR)
    again = moved(later(opened(), NINE), "accept", "person:w", at=NINE + HOUR)
    assert told(course) == told(again) != []


# ── through the API


@pytest.fixture(scope="module")
def up() -> Iterator[House]:
    with house() as made:
        yield made


def test_every_document_of_a_case_is_shown_with_number_and_hash_and_is_intact(up):
    headers = {**up.bearer(FIRM, "citizen"), "Idempotency-Key": "papers"}
    case = up.call("POST", "/v1/items/food-licence/cases", application("food-licence", CODE), headers).json()
    path = f"/v1/cases/{case['case_id']}"
    (receipt,) = up.call("GET", f"{path}/documents", None, headers).json()["documents"]
    assert receipt["intact"] is True
    assert receipt["number"] in receipt["text"]["zh"]
    (event,) = up.call("GET", f"{path}/events", None, headers).json()["events"]
    assert [(one["number"], one["sha256"]) for one in event["data"]["documents"]] == [
        (receipt["number"], receipt["sha256"])
    ]
    up.rewind()
