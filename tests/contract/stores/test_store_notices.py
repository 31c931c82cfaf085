"""A notice and its delivery are one transaction; how people want to be told is sealed; how providers fare, counted."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.actions.ports import CommitRefused
from chalicelib.domain.contacts import Contact
from chalicelib.domain.deliveries import Next
from chalicelib.domain.events import Prompt
from chalicelib.domain.notice_courses import Health
from chalicelib.domain.notices import LOST, Notice
from chalicelib.domain.trigger_effects import Act
from chalicelib.stores.contacts import ContactStore
from chalicelib.stores.deliveries import DeliveryStore
from tests.builders_stores import NOON, Shelf, case_id

PERSON, MOBILE = "person:demo-citizen", "13800138000"
CASE = case_id(NOON)


def notice(number: int = 1, **changes: Any) -> Notice:
    identity = f"ntc_{number:026d}"
    made = Notice(identity, PERSON, "submitted", "v" * 64, NOON, NOON, {"name": "王小明"}, CASE, sent=True)
    return replace(made, **changes)


def put(shelf: Shelf, one: Notice) -> None:
    shelf.notices.put(one, Act(one.id, "", Prompt(None, "evt_x", CASE, 1)))


@pytest.fixture
def deliveries(shelf: Shelf) -> DeliveryStore:
    return DeliveryStore(shelf.dynamo, shelf.tables)


@pytest.fixture
def contacts(shelf: Shelf) -> ContactStore:
    return ContactStore(shelf.dynamo, shelf.tables, shelf.vault)


def due(deliveries: DeliveryStore, until: int) -> list[tuple[int, tuple[str, str]]]:
    return [one for shard in range(8) for one in deliveries.due(shard, until)]


def test_a_notice_its_delivery_and_its_due_row_are_there_together(shelf, deliveries):
    put(shelf, notice())
    found = deliveries.get(notice().place)
    assert found is not None
    assert (found["state"], found["dr"]) == ("pending", NOON + LOST)
    assert due(deliveries, NOON + LOST) == [(NOON + LOST, notice().place)]
    assert shelf.notices.sent_by([bytes(found["body"])]) == [notice()]
    assert shelf.notices.of_case(CASE, None, 10) == ([notice()], None)
    assert shelf.notices.of_subject(PERSON, None, 10) == ([notice()], None)


def test_the_second_time_nothing_is_written(shelf, deliveries):
    put(shelf, notice())
    before = {name: shelf.rows(name) for name in ("records", "deliveries")}
    with pytest.raises(CommitRefused):
        put(shelf, replace(notice(), at=NOON + 5, not_before=NOON + 5))
    assert {name: shelf.rows(name) for name in before} == before


def test_what_is_only_to_be_read_has_no_delivery(shelf):
    put(shelf, notice(sent=False))
    assert shelf.rows("deliveries") == []
    assert shelf.notices.of_case(CASE, None, 10)[0] == [notice(sent=False)]


def test_quiet_hours_stand_in_the_due_index_and_nobody_claims_it_before(shelf, deliveries):
    later = NOON + 9 * 3_600_000
    put(shelf, notice(not_before=later))
    place = notice().place
    assert due(deliveries, later) == [(later, place)]
    assert deliveries.claim_all([place], "me", later - 60_000, 1_000) == []
    assert [one["state"] for one in deliveries.claim_all([place], "me", later, 1_000)] == ["sending"]


def test_a_report_is_noted_where_the_delivery_stands_as_it_was_read(shelf, deliveries):
    put(shelf, notice())
    place = notice().place
    (claimed,) = deliveries.claim_all([place], "me", NOON, 60_000)
    assert deliveries.end_all([(claimed, Next("ok", "accepted"), [{"verdict": "accepted"}], "")]) == [True]
    found = deliveries.get(place)
    again = Next("retry", "undelivered", NOON + 1)
    assert deliveries.report(place, found, again, [*found["attempts"], {"verdict": "undelivered"}])
    assert not deliveries.report(place, found, Next("ok", "delivered"), [])  # who read it before that
    now = deliveries.get(place)
    assert (now["state"], now["due"], len(now["attempts"])) == ("retry", NOON + 1, 2)
    assert (NOON + 1, place) in due(deliveries, NOON + LOST)
    assert deliveries.claim_all([place], "me", NOON + 1, 60_000)


def test_a_report_while_it_is_being_sent_changes_nothing_that_was_read_before(shelf, deliveries):
    put(shelf, notice())
    place = notice().place
    found = deliveries.get(place)
    deliveries.claim_all([place], "me", NOON, 60_000)
    assert not deliveries.report(place, found, Next("ok", "delivered"), [])


def test_pages_of_a_case_are_newest_first(shelf):
    for number in range(5):
        put(shelf, notice(number, at=NOON + number, not_before=NOON + number))
    first, after = shelf.notices.of_case(CASE, None, 3)
    rest, end = shelf.notices.of_case(CASE, after, 3)
    assert [one.at for one in (*first, *rest)] == [NOON + number for number in (4, 3, 2, 1, 0)]
    assert end is None


def test_what_people_ask_for_is_written_over_what_they_saw_and_sealed(shelf, contacts):
    wanted = Contact("en", ("app",), {"mobile": MOBILE})
    assert contacts.of(PERSON) == Contact()
    assert contacts.put(PERSON, wanted)
    assert not contacts.put(PERSON, Contact())  # who had seen nothing yet
    assert contacts.of(PERSON) == replace(wanted, rev=1)
    assert contacts.put(PERSON, replace(wanted, without=(), rev=1))
    (row,) = (one for one in shelf.rows("records") if one["pk"].startswith("CON#"))
    assert MOBILE not in str({name: value for name, value in row.items() if not isinstance(value, bytes)})
    assert MOBILE.encode() not in bytes(row["b"])
    assert PERSON not in str(row)


def test_failures_in_a_row_are_counted_by_whoever_has_them_and_end_with_a_success(contacts):
    way, other = ("sms", "a"), ("sms", "b")
    assert contacts.health([way, other]) == {}
    contacts.fared_well(way)
    workers = [threading.Thread(target=contacts.failed, args=(way, NOON)) for _ in range(3)]
    for one in workers:
        one.start()
        one.join()
    contacts.failed(other, NOON + 1)
    assert contacts.health([way, other]) == {way: Health(3, NOON), other: Health(1, NOON + 1)}
    contacts.fared_well(way)
    assert contacts.health([way])[way].failures == 0
