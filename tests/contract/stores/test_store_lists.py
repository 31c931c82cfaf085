"""Lists by index, with cursors that concurrent writes cannot shift, and numbers that never collide."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.domain.change import Due, Places
from tests.builders_stores import DAY, NOON, OWNER, Shelf, case_id, change

DESK = ("market-regulation", "registration")
DEBTOR = "enterprise:debtor"


def filed(shelf: Shelf, due: int = NOON + DAY, owner: str = OWNER, number: str | None = None) -> str:
    identity = case_id()
    shelf.cases.commit(change(identity, places=Places((*DESK, due), (owner, NOON), "r" * 64, number)), None)
    return identity


def pages(read, limit=4):
    """Each page as it comes, following the cursor."""
    after = None
    while True:
        page = read(after, limit)
        yield [row.case_id for row in page.rows]
        after = page.after
        if after is None:
            return


def test_a_desks_queue_is_ordered_by_what_is_due_first(shelf):
    late, soon, middle = (filed(shelf, NOON + days * DAY) for days in (9, 1, 5))
    rows = shelf.cases.queue(*DESK, None, 10).rows
    assert [row.case_id for row in rows] == [soon, middle, late]
    assert shelf.cases.queue("market-regulation", "another-window", None, 10).rows == []


def test_a_person_finds_their_own_cases_and_nobody_elses(shelf):
    mine = {filed(shelf, owner="person:me") for _ in range(3)}
    filed(shelf, owner="person:you")
    assert {row.case_id for row in shelf.cases.of_subject("person:me", None, 10).rows} == mine


def test_a_case_is_found_by_its_number(shelf):
    identity = filed(shelf, number="MR20260302-0001")
    filed(shelf, number="MR20260302-0002")
    assert shelf.cases.by_number("MR20260302-0001") == identity
    assert shelf.cases.by_number("MR20260302-0003") is None


def test_heads_are_read_in_the_order_asked_for_with_none_for_the_unknown(shelf):
    first, second = filed(shelf), filed(shelf)
    assert [case and case.id for case in shelf.cases.many([second, "cas_NONE", first])] == [
        second, None, first
    ]  # fmt: skip
    assert shelf.cases.many([]) == []


def test_more_heads_are_read_than_one_request_may_ask_for(shelf):
    first, last = filed(shelf), filed(shelf)
    asked = [first, *(case_id() for _ in range(248)), last]
    shelf.dynamo.requests.clear()
    found = shelf.cases.many(asked)
    assert [case.id for case in found if case] == [first, last]
    assert len(found) == 250
    assert shelf.dynamo.requests == ["BatchGetItem"] * 3


def test_a_cursor_goes_on_after_the_last_row_of_the_page(shelf):
    wanted = [filed(shelf, NOON + number * DAY) for number in range(11)]
    found = list(pages(lambda after, limit: shelf.cases.queue(*DESK, after, limit)))
    assert [identity for page in found for identity in page] == wanted
    assert all(len(page) <= 4 for page in found)


def test_cases_due_at_the_same_instant_or_the_next_are_all_found_once(shelf):
    """Deadlines end when the office closes: whole days of cases share one."""
    wanted = [filed(shelf, NOON + number // 6) for number in range(12)]
    found = [one for page in pages(lambda a, limit: shelf.cases.queue(*DESK, a, limit), 5) for one in page]
    mine = [
        one for page in pages(lambda a, limit: shelf.cases.of_subject(OWNER, a, limit), 5) for one in page
    ]
    assert sorted(found) == sorted(mine) == sorted(wanted)


def test_cases_that_come_and_go_neither_hide_nor_repeat_those_that_stay(shelf):
    staying = {filed(shelf, NOON + number * DAY) for number in range(12)}
    leaving = [filed(shelf, NOON + number * DAY + 1) for number in range(12)]
    found = list[str]()
    for turn, page in enumerate(pages(lambda after, limit: shelf.cases.queue(*DESK, after, limit))):
        found += page
        filed(shelf, NOON + turn * DAY + 2)
        if turn < 3:  # closed while somebody pages: out of the index, the cursor's own row too
            gone = leaving.pop()
            loaded = shelf.cases.load(gone)
            shelf.cases.commit(change(gone, 1, places=Places(None, None, None, None)), loaded.chain)
        if page and page[-1] in leaving:
            leaving.remove(page[-1])
            loaded = shelf.cases.load(page[-1])
            shelf.cases.commit(change(page[-1], 1, places=Places(None, None, None, None)), loaded.chain)
    assert staying <= set(found)
    assert len(found) == len(set(found))


@pytest.mark.needs("threads")
def test_paging_survives_a_writer_that_never_stops(shelf):
    staying = {filed(shelf, NOON + number * DAY) for number in range(30)}
    stop = threading.Event()

    def churn() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            identity = filed(shelf, NOON + (number % 30) * DAY + 1)
            shelf.cases.commit(
                change(identity, 1, places=Places(None, None, None, None)),
                shelf.cases.load(identity).chain,
            )

    writer = threading.Thread(target=churn)
    writer.start()
    try:
        for _ in range(5):
            found = [
                one
                for page in pages(lambda after, limit: shelf.cases.queue(*DESK, after, limit))
                for one in page
            ]
            assert staying <= set(found)
            assert len(found) == len(set(found))
    finally:
        stop.set()
        writer.join(30)


def test_a_container_hands_out_its_leased_numbers_one_by_one_with_one_write_a_block(shelf):
    shelf.dynamo.requests.clear()
    assert [shelf.cases.next_serial("MR", "20260302") for _ in range(40)] == list(range(1, 41))
    assert shelf.dynamo.requests == ["UpdateItem"] * 2
    assert shelf.cases.next_serial("MR", "20260303") == 1
    assert shelf.cases.next_serial("HS", "20260302") == 1


def test_two_containers_in_turn_never_give_the_same_number(shelf):
    other = shelf.another()
    given = [one.cases.next_serial("MR", "20260302") for _ in range(30) for one in (shelf, other)]
    assert len(given) == len(set(given)) == 60


@pytest.mark.needs("threads")
def test_eight_containers_at_once_never_give_the_same_number(shelf):
    containers = [shelf.another() for _ in range(8)]

    def take(one: Shelf) -> list[int]:
        return [one.cases.next_serial("MR", "20260302") for _ in range(50)]

    with ThreadPoolExecutor(8) as pool:
        given = [number for numbers in pool.map(take, containers) for number in numbers]
    assert len(given) == len(set(given)) == 400
    assert min(given) == 1


def test_what_is_owed_is_found_from_either_side_and_by_the_desk_due_first_page_by_page(shelf):
    opened = [(number, owing(shelf, NOON + (12 - number) * DAY // 2)) for number in range(12)]
    wanted = [identity for _, identity in reversed(opened)]  # the last one opened is due first
    assert wanted == [
        one for page in pages(lambda a, limit: shelf.cases.owing("by", DEBTOR, a, limit), 5) for one in page
    ]
    assert wanted == [
        one for page in pages(lambda a, limit: shelf.cases.owing("to", OWNER, a, limit), 5) for one in page
    ]
    assert wanted == [
        one for page in pages(lambda a, limit: shelf.cases.owed_at(*DESK, a, limit), 5) for one in page
    ]
    assert shelf.cases.owing("to", DEBTOR, None, 5).rows == shelf.cases.owing("by", OWNER, None, 5).rows == []
    assert list(pages(lambda a, limit: shelf.cases.of_subject(DEBTOR, a, limit))) == [[]]


def test_what_is_settled_leaves_every_list_and_its_row_stays(shelf):
    identity = owing(shelf, NOON)
    loaded = shelf.cases.load(identity)
    settled = Due("instalment", {"parts": []}, DEBTOR, OWNER, None)
    shelf.cases.commit(change(identity, 1, dues=(settled,)), loaded.chain)
    assert shelf.cases.owing("by", DEBTOR, None, 5).rows == shelf.cases.owed_at(*DESK, None, 5).rows == []
    assert {row["sk"] for row in shelf.rows("cases") if row["sk"].startswith("D#")} == {
        "D#instalment",
        "D#instalment#to",
    }


def owing(shelf, deadline):
    """A case of the desk in which the debtor owes the owner something by then."""
    identity = case_id()
    owed = Due("instalment", {"parts": []}, DEBTOR, OWNER, deadline)
    places = Places((*DESK, NOON), (OWNER, NOON), "release", None)
    shelf.cases.commit(change(identity, places=places, dues=(owed,)), None)
    return identity
