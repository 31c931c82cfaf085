"""A document counts as served by the way in which it reached its recipient, and that day moves the right clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chalicelib.domain import issued, moves, service
from chalicelib.domain.problems import Problem
from chalicelib.domain.transitions import Course
from tests.builders import application
from tests.builders_app import Answer, House, house
from tests.builders_cases import DAY, HOUR, NINE, cause, later, moved, opened, waited
from tests.builders_clock import ms
from tests.matrix.callers import FIRM
from tests.matrix.world import CODE

GAPS = {"gaps": [{"what": "缺健康证明", "how": "补交"}]}
RECEIPT = {"receipt": "EMS 1234567890123"}


class Told:
    """A case step by step, with every event so far: what the store would hand to the next decision."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.events = [one.body for one in course.events]

    def then(self, course: Course) -> Told:
        self.course = course
        self.events += [one.body for one in course.events]
        return self

    def serve(self, at: int, document: str, **given: Any) -> dict[str, Any]:
        """The last document of the kind is served; what the event says."""
        paper = [one for one in issued.issued(self.course.case.id, self.events) if one.document == document][
            -1
        ]
        after = later(self.course, at)
        service.take(after, paper, given, cause("person:w", at))
        self.then(after)
        return dict(self.events[-1]["data"])

    def deadline(self, clock: str) -> str | None:
        found = {one["id"]: one for one in self.course.case.clocks}[clock]
        world = self.course.world
        return None if found["deadline"] is None else world.times.day_of(found["deadline"]).isoformat()

    def stopped(self, clock: str) -> str | None:
        found = {one["id"]: one for one in self.course.case.clocks}[clock]["stopped_at"]
        return None if found is None else self.course.world.times.day_of(found).isoformat()


def correction() -> Told:
    """Sent back on Tuesday 3 March 2026: ten working days for the correction, until the 17th."""
    case = Told(opened())
    return case.then(moved(case.course, "request_correction", "person:w", GAPS, NINE + DAY))


def granted() -> Told:
    """Granted on Thursday 5 March: to be served within ten working days, until the 19th."""
    case = Told(opened())
    case.then(moved(case.course, "accept", "person:w", None, NINE + HOUR))
    given = {"opinion": "grant", "grounds": "符合"}
    case.then(moved(case.course, "propose", "person:h", given, NINE + DAY))
    case.then(moved(case.course, "pass", "person:r", None, NINE + 2 * DAY))
    return case.then(moved(case.course, "grant", "person:d", None, NINE + 3 * DAY))


NOTICE = "one-time-correction-notice"


# ── what starts with service


@pytest.mark.parametrize(
    ("recorded", "given", "counts", "until"),
    [
        # handed over on the 3rd itself, as the clock was begun
        ("2026-03-03 10:00", {"way": "in-person", "day": "2026-03-03", **RECEIPT}, "2026-03-03", "2026-03-17"),
        # the signature on the receipt says the 5th, the receipt comes back on the 9th
        ("2026-03-09 10:00", {"way": "in-person", "day": "2026-03-05", **RECEIPT}, "2026-03-05", "2026-03-19"),
        ("2026-03-10 10:00", {"way": "post", "day": "2026-03-06", **RECEIPT}, "2026-03-06", "2026-03-20"),
        ("2026-03-10 10:00", {"way": "left", "day": "2026-03-06", **RECEIPT}, "2026-03-06", "2026-03-20"),
        ("2026-03-10 10:00", {"way": "entrusted", "day": "2026-03-06", **RECEIPT}, "2026-03-06", "2026-03-20"),
        # put into the applicant's own space on the 4th, and there it is
        ("2026-03-04 10:00", {"way": "electronic", "consent": True}, "2026-03-04", "2026-03-18"),
        # published on the 4th: thirty days later is the 3rd of April; three days of holiday follow
        ("2026-03-05 10:00", {"way": "public", "day": "2026-03-04", **RECEIPT}, "2026-04-03", "2026-04-20"),
    ],
    ids=lambda one: one["way"] if isinstance(one, dict) else "",
)  # fmt: skip
def test_each_way_has_its_own_day_and_from_that_day_the_time_for_correction_runs(
    recorded, given, counts, until
):
    case = correction()
    assert case.deadline("correction") == "2026-03-17"
    said = case.serve(ms(recorded), NOTICE, **given)
    assert said["service"]["effective"] == counts
    (seen,) = [one for one in case.course.case.clocks if one["id"] == "correction"]
    world = case.course.world
    assert world.times.day_of(max(seen["started_at"], 0)).isoformat() == counts
    if counts != "2026-03-03":
        (clock,) = said["clocks"]
        assert (clock["clock"], world.times.day_of(clock["new"]).isoformat()) == ("correction", until)
        assert world.times.day_of(clock["old"]).isoformat() == "2026-03-17"
    else:
        assert "clocks" not in said


def test_the_event_has_number_hash_way_and_day_of_the_document():
    case = correction()
    issued = case.events[-1]["data"]["documents"][0]
    said = case.serve(ms("2026-03-10 10:00"), NOTICE, way="post", day="2026-03-06", **RECEIPT)
    assert case.events[-1]["type"] == "case.document_served"
    assert said["service"] == {
        "document_id": said["service"]["document_id"], "document": NOTICE, "number": issued["number"],
        "sha256": issued["sha256"], "way": "post", "day": "2026-03-06", "effective": "2026-03-06",
    }  # fmt: skip


def test_what_was_typed_is_kept_with_the_event_as_any_input_is():
    case = correction()
    said = case.serve(
        ms("2026-03-10 10:00"), NOTICE, way="post", day="2026-03-06", note="邻居代收", **RECEIPT
    )
    assert said["input"] == {**RECEIPT, "note": "邻居代收"}


def consenting(agreed: bool) -> Told:
    """Sent back on Tuesday 3 March; the applicant has (not) agreed to be served electronically."""
    first = opened()
    first.form = {**first.form, "delivery": {**first.form.get("delivery", {}), "electronic_consent": agreed}}
    case = Told(first)
    sent = later(first, NINE + DAY)
    sent.form = first.form
    moves.make(sent, sent.world.process.moves["request_correction"], GAPS, cause("person:w", NINE + DAY))
    return case.then(sent)


def test_nobody_lapses_before_the_notice_counts_as_served_and_the_office_is_told():
    case = consenting(False)
    assert case.deadline("correction") == "2026-03-17"
    case.then(waited(case.course, ms("2026-03-18 09:00")))
    assert (case.course.case.outcome, case.events[-1]["type"]) == (None, "case.deadline_passed")
    assert case.events[-1]["data"]["awaits_service"].startswith("out_")
    before = len(case.events)
    case.then(waited(case.course, ms("2026-03-19 09:00")))
    assert len(case.events) == before, "it is said once"
    # the receipt comes back late: the notice was handed over on the 10th
    case.serve(ms("2026-03-19 10:00"), NOTICE, way="post", day="2026-03-10", **RECEIPT)
    assert case.deadline("correction") == "2026-03-24"
    assert waited(case.course, ms("2026-03-24 16:59")).case.outcome is None
    assert waited(case.course, ms("2026-03-24 17:01")).case.outcome == "lapsed"


def test_a_late_receipt_of_the_day_of_the_notice_lets_the_case_lapse_then():
    case = consenting(False)
    case.then(waited(case.course, ms("2026-03-18 09:00")))
    case.serve(ms("2026-03-19 10:00"), NOTICE, way="in-person", day="2026-03-03", **RECEIPT)
    assert case.course.case.outcome is None
    assert waited(case.course, ms("2026-03-19 10:05")).case.outcome == "lapsed"


def test_what_the_applicant_agreed_to_receive_electronically_is_there_at_once():
    case = consenting(True)
    assert waited(case.course, ms("2026-03-17 17:01")).case.outcome == "lapsed"


def test_who_corrects_an_unserved_notice_goes_on_and_nothing_waits_any_more():
    case = consenting(False)
    case.then(moved(case.course, "resubmit", "person:a", {}, ms("2026-03-30 10:00")))
    assert case.course.case.configuration["in"][-1] == "received"
    assert case.stopped("correction") == "2026-03-30"


def test_nobody_lapses_before_the_moved_deadline_and_everybody_after_it():
    case = correction()
    case.serve(ms("2026-03-10 10:00"), NOTICE, way="post", day="2026-03-06", **RECEIPT)
    assert waited(case.course, ms("2026-03-20 16:59")).case.outcome is None
    assert waited(case.course, ms("2026-03-20 17:01")).case.outcome == "lapsed"


def test_what_was_corrected_before_the_receipt_came_back_stays_corrected():
    case = correction()
    case.then(moved(case.course, "resubmit", "person:a", {}, NINE + 3 * DAY))
    said = case.serve(NINE + 7 * DAY, NOTICE, way="post", day="2026-03-04", **RECEIPT)
    assert "clocks" not in said
    assert case.stopped("correction") == "2026-03-05"


# ── publicity


def test_a_published_notice_starts_the_clock_on_the_day_that_counts_and_an_event_says_so_then():
    case = correction()
    case.serve(
        ms("2026-03-05 10:00"), NOTICE, way="public", day="2026-03-04", receipt="湖南日报 2026-03-04 第6版"
    )
    assert [one["way"] for one in (serving["service"] for serving in case.course.case.serving)] == ["public"]
    assert waited(case.course, ms("2026-04-03 16:59")).events == []
    then = waited(case.course, ms("2026-04-03 17:01"))
    assert [one.type for one in then.events] == ["case.service_effective"]
    assert then.events[0].body["data"]["service"]["way"] == "public"
    assert then.case.serving == ()
    (clock,) = [one for one in then.case.clocks if one["id"] == "correction"]
    assert clock["running_since"] is not None
    assert case.then(then).deadline("correction") == "2026-04-20"
    assert waited(then, ms("2026-04-20 17:01")).case.outcome == "lapsed"


def test_who_is_found_while_the_notice_stands_is_served_then():
    case = correction()
    case.serve(ms("2026-03-05 10:00"), NOTICE, way="public", day="2026-03-04", **RECEIPT)
    said = case.serve(ms("2026-03-12 10:00"), NOTICE, way="in-person", day="2026-03-12", **RECEIPT)
    assert said["service"]["effective"] == "2026-03-12"
    assert case.course.case.serving == ()
    assert case.deadline("correction") == "2026-03-26"


def test_a_publication_that_came_to_its_day_stops_the_clock_of_service_only_then():
    case = granted()
    case.serve(ms("2026-03-09 10:00"), "decision-grant", way="public", day="2026-03-06", **RECEIPT)
    assert case.stopped("service") is None
    case.then(waited(case.course, ms("2026-04-07 17:01")))
    assert case.events[-1]["type"] == "case.service_effective"
    assert case.events[-1]["data"]["clocks"][0]["clock"] == "service"
    assert case.stopped("service") == "2026-04-07"  # 5 April is a Sunday in the holidays of 4 to 6


# ── what stops with service, and what it begins


@pytest.mark.parametrize(
    ("given", "stopped"),
    [
        ({"way": "in-person", "day": "2026-03-05", **RECEIPT}, "2026-03-05"),
        ({"way": "post", "day": "2026-03-10", **RECEIPT}, "2026-03-10"),
        ({"way": "electronic", "consent": True}, "2026-03-16"),
    ],
)
def test_a_decision_that_is_served_stops_the_clock_of_service_on_its_day(given, stopped):
    case = granted()
    assert case.deadline("service") == "2026-03-19"
    said = case.serve(ms("2026-03-16 10:00"), "decision-grant", **given)
    assert case.stopped("service") == stopped
    assert [one["clock"] for one in said["clocks"]] == ["service"]


def test_a_service_in_time_that_is_recorded_late_was_in_time():
    case = granted()
    case.then(waited(case.course, ms("2026-03-20 09:00")))
    case.serve(ms("2026-03-20 10:00"), "decision-grant", way="post", day="2026-03-18", **RECEIPT)
    (clock,) = [one for one in case.course.case.clocks if one["id"] == "service"]
    assert clock["deadline"] is None, "it is not overdue"


def test_a_refusal_that_is_served_says_until_when_the_recipient_may_object():
    case = Told(opened())
    given = {"reasons": ["材料不属实"], "remedies": {"reconsideration": "区政府", "litigation": "某法院"}}
    case.then(moved(case.course, "refuse_acceptance", "person:w", given, NINE + DAY))
    assert case.course.case.outcome == "not_accepted"
    closed = case.course.case.closed_at
    said = case.serve(
        ms("2026-03-11 10:00"), "refusal-to-accept-decision", way="post", day="2026-03-06", **RECEIPT
    )
    # sixty days after 6 March is 5 May, the last of the holidays; six months after it a Sunday
    assert said["periods"] == {"reconsideration": "2026-05-06", "litigation": "2026-09-07"}
    assert "clocks" not in said
    assert (case.course.case.closed_at, case.course.case.outcome) == (closed, "not_accepted")
    assert "outcome" not in said, "it ends nothing a second time"
    assert case.course.change().timer.after is None


# ── what is not lawful


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"way": "post", "day": "2026-03-02", **RECEIPT}, "service-before-issue"),
        ({"way": "in-person", "day": "2026-03-11", **RECEIPT}, "service-day-ahead"),
        ({"way": "public", "day": "2026-03-11", **RECEIPT}, "service-day-ahead"),
        ({"way": "electronic", "day": "2026-03-09", "consent": True}, "service-backdated"),
        ({"way": "electronic", "consent": False}, "service-consent-missing"),
        ({"way": "post", "day": "2026-03-06"}, "service-receipt-missing"),
        ({"way": "public", "day": "2026-03-06"}, "service-receipt-missing"),
        ({"way": "post", **RECEIPT}, "service-day-missing"),
    ],
)
def test_what_is_not_lawful_is_refused_and_moves_nothing(given, code):
    case = correction()
    before = case.course.case
    with pytest.raises(Problem) as refused:
        case.serve(ms("2026-03-10 10:00"), NOTICE, **given)
    assert refused.value.code == code
    assert case.course.case == before


@pytest.mark.parametrize("agreed", [True, False, None])
def test_electronic_consent_is_what_the_application_says_unless_the_record_says_otherwise(agreed):
    case = correction()
    form = {**case.course.form, "delivery": {} if agreed is None else {"electronic_consent": agreed}}
    case.course.form = form
    if agreed:
        assert case.serve(ms("2026-03-04 10:00"), NOTICE, way="electronic")["service"]["consent"] is True
        return
    with pytest.raises(Problem, match="consent"):
        case.serve(ms("2026-03-04 10:00"), NOTICE, way="electronic")


def test_a_document_that_says_nothing_of_consent_needs_it():
    case = correction()
    world = case.course.world
    notice = {**world.bundle.documents[NOTICE]}
    del notice["electronic_needs_consent"]
    bundle = replace(world.bundle, documents={**world.bundle.documents, NOTICE: notice})
    case.course.world = replace(world, bundle=bundle)
    with pytest.raises(Problem, match="consent"):
        case.serve(ms("2026-03-04 10:00"), NOTICE, way="electronic", consent=False)
    assert case.serve(ms("2026-03-04 10:00"), NOTICE, way="electronic", consent=True)["service"]["consent"]


def test_a_document_is_served_only_in_the_ways_that_it_names():
    case = Told(opened())
    with pytest.raises(Problem) as refused:
        case.serve(NINE + DAY, "receipt", way="public", day="2026-03-02", **RECEIPT)
    assert refused.value.code == "service-way-not-allowed"
    assert refused.value.extra == {"ways": ["electronic", "post", "in-person"]}


def test_what_counts_as_served_is_not_served_again():
    case = correction()
    case.serve(ms("2026-03-05 10:00"), NOTICE, way="in-person", day="2026-03-04", **RECEIPT)
    with pytest.raises(Problem) as refused:
        case.serve(ms("2026-03-10 10:00"), NOTICE, way="post", day="2026-03-05", **RECEIPT)
    assert refused.value.code == "already-served"
    assert refused.value.extra == {"effective": "2026-03-04"}


def test_another_release_hears_of_the_service_as_it_was():
    """A migration and a replay work the clocks out anew: what service moved stays moved."""
    case = correction()
    before = case.course
    case.serve(ms("2026-03-10 10:00"), NOTICE, way="post", day="2026-03-06", **RECEIPT)
    again = later(before, ms("2026-03-11 10:00"))
    service.retold(again, case.events[-1], issued.by_id(again.case.id, case.events))
    (moved_clock,) = [one for one in again.case.clocks if one["id"] == "correction"]
    assert again.world.times.day_of(moved_clock["deadline"] or 0) == date(2026, 3, 20)
    assert replace(again.case, at=0).clocks == replace(case.course.case, at=0).clocks


# ── through the API


@pytest.fixture(scope="module")
def up() -> Iterator[House]:
    with house() as made:
        yield made


@pytest.fixture
def sent_back(up: House) -> Iterator[Sent]:
    yield Sent(up)
    up.rewind()


class Sent:
    """A food licence filed on Monday 2 March and sent back the next day."""

    def __init__(self, up: House) -> None:
        self.up = up
        headers = {**up.bearer(FIRM, "citizen"), "Idempotency-Key": "service"}
        up.app.at = ms("2026-03-02 09:00")
        filed = up.call("POST", "/v1/items/food-licence/cases", application("food-licence", CODE), headers)
        self.case_id = filed.json()["case_id"]
        asked = {"move": "request_correction", "input": GAPS}
        answer = self.call("2026-03-03 09:00", "person:demo-food-window", "POST", "moves", asked)
        assert answer.status == 200, answer.text

    def call(self, when: str, who: str, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        self.up.app.at = ms(when)
        role = "citizen" if who == FIRM else "staff"
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.up.call(method, f"/v1/cases/{self.case_id}/{path}".rstrip("/"), body,
                            {**self.up.bearer(who, role), **said})  # fmt: skip

    def documents(self, when: str) -> dict[str, Any]:
        answer = self.call(when, FIRM, "GET", "documents").json()
        return {one["document"]: one for one in answer["documents"]}

    def serve(self, when: str, who: str, given: Any, **headers: str) -> Answer:
        identity = self.documents(when)[NOTICE]["document_id"]
        return self.call(when, who, "POST", f"documents/{identity}/service-records", given, **headers)


WINDOW = "person:demo-food-window"
BY_POST = {"way": "post", "day": "2026-03-06", **RECEIPT}


def test_the_window_records_a_service_by_post_and_all_see_it(sent_back):
    answer = sent_back.serve("2026-03-10 10:00", WINDOW, BY_POST)
    assert answer.status == 200, answer.text
    clocks = {one["id"]: one for one in answer.json()["clocks"]}
    assert clocks["correction"]["deadline"] == "2026-03-20T17:00:00+08:00"
    shown = sent_back.documents("2026-03-10 11:00")[NOTICE]
    assert shown["state"] == "delivered"
    assert [(one["way"], one["day"]) for one in shown["services"]] == [("post", "2026-03-06")]
    assert "public" in shown["ways"]
    assert sent_back.documents("2026-03-10 11:00")["receipt"]["state"] == "drafted"
    events = sent_back.call("2026-03-10 11:00", FIRM, "GET", "events").json()["events"]
    assert events[-1]["type"] == "case.document_served"
    assert events[-1]["data"]["service"]["sha256"] == shown["sha256"]


def test_the_same_record_under_the_same_key_is_made_once(sent_back):
    first = sent_back.serve("2026-03-10 10:00", WINDOW, BY_POST, Idempotency_Key="once")
    again = sent_back.serve("2026-03-10 10:01", WINDOW, BY_POST, Idempotency_Key="once")
    assert (again.status, again.headers["idempotency-replayed"]) == (200, "true")
    assert again.json()["event_seq"] == first.json()["event_seq"]
    other = sent_back.serve(
        "2026-03-10 10:02", WINDOW, BY_POST | {"day": "2026-03-09"}, Idempotency_Key="once"
    )
    assert other.code == "idempotency-key-reused"
    assert sent_back.serve("2026-03-10 10:03", WINDOW, BY_POST).code == "already-served"


@pytest.mark.parametrize(
    ("who", "code"),
    [(FIRM, "forbidden"), ("person:demo-decider", "forbidden"), ("person:stranger", "case-not-found")],
)
def test_only_the_window_and_the_handler_record_it(sent_back, who, code):
    assert sent_back.serve("2026-03-10 10:00", who, BY_POST).code == code


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"way": "pigeon", "day": "2026-03-06"}, "input-invalid"),
        ({"way": "post", "day": "2026-02-30", **RECEIPT}, "input-invalid"),
        ({"way": "post", "day": 6}, "body-invalid"),
        ({}, "body-invalid"),
        ({"way": "post", "day": "2026-03-06"}, "service-receipt-missing"),
    ],
)
def test_a_record_that_says_too_little_is_refused(sent_back, given, code):
    answer = sent_back.serve("2026-03-10 10:00", WINDOW, given)
    assert (answer.status, answer.code) == (422, code)


def test_a_document_that_the_case_never_issued_is_not_there(sent_back):
    answer = sent_back.call("2026-03-10 10:00", WINDOW, "POST", "documents/out_0/service-records", BY_POST)
    assert (answer.status, answer.code) == (404, "not-found")
    stale = sent_back.serve("2026-03-10 10:00", WINDOW, BY_POST, If_Match='"1"')
    assert (stale.status, stale.code) == (412, "changed-since")
