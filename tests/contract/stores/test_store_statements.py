"""What can be asked of accounts: free slots, statements by pages, reconciliations that find what was tampered with."""

from __future__ import annotations

from datetime import date

import pytest

from chalicelib.actions import accounting, moving
from chalicelib.actions.submit import submit
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Problem
from chalicelib.stores.accounts import account_place
from tests.builders_accounts import DAY, HALL, OPENING, TIME, Ticking, booking, payment, published
from tests.builders_stores import NOON, Shelf, applicant, kit

AUDITOR = Principal("person:demo-auditor", "", frozenset({"auditor"}), "web")
SLOT = f"{DAY}|{TIME}"


@pytest.fixture
def desk(shelf: Shelf):
    return kit(Ticking(NOON), shelf, published(opening=2))


def filed(desk, key: str, amount: int, purse: str = "p") -> str:
    return submit(desk, applicant("person:a"), payment(key, purse, amount)).case_id


def move(desk, case_id: str, name: str) -> None:
    moving.move(desk, applicant("person:a"), moving.MoveRequest(case_id, name, {}, "w"))


def lived(desk) -> list[str]:
    cases = [filed(desk, f"k{number}", 100 + number) for number in range(6)]
    for number, case_id in enumerate(cases[:5]):
        move(desk, case_id, "cancel" if number == 2 else "pay")
    return cases


def test_a_statement_tells_every_entry_with_what_there_was_before_and_after(desk):
    cases = lived(desk)
    told = accounting.statement(desk, AUDITOR, "purse", "p", None, 50)
    assert (told["account"], told["unit"], told["opening"], told["after"]) == ("purse", "fen", OPENING, None)
    assert {one["case_id"] for one in told["entries"]} == set(cases)
    assert [one["posted"] for one in told["entries"]].count(["hold"]) == 6
    before = {"balance": OPENING, "free": OPENING}
    for one in told["entries"]:
        assert one["before"] == before
        before = one["after"]
        assert before["balance"] == one["before"]["balance"] + one["balance"]
        assert before["free"] == one["before"]["free"] + one["free"]
    assert before == {
        "balance": OPENING - (100 + 101 + 103 + 104),
        "free": OPENING - (100 + 101 + 103 + 104 + 105),
    }


def test_a_statement_page_by_page_is_the_same_statement(desk):
    lived(desk)
    whole = accounting.statement(desk, AUDITOR, "purse", "p", None, 50)["entries"]
    pages, after = [], None
    for _ in range(len(whole) + 1):
        page = accounting.statement(desk, AUDITOR, "purse", "p", after, 3)
        assert len(page["entries"]) <= 3
        pages += page["entries"]
        after = page["after"]
        if after is None:
            break
    assert pages == whole


def test_a_reconciliation_agrees_and_finds_what_was_tampered_with(desk, shelf):
    lived(desk)
    sound = accounting.reconciliation(desk, AUDITOR, "purse", "p")
    assert (sound["agrees"], sound["unbalanced"], sound["entries"]) == (True, [], 11)
    assert accounting.reconciliation(desk, AUDITOR, "till", None)["agrees"]
    row = next(
        row for row in shelf.rows("records") if row["pk"].startswith("ACC#purse") and row["sk"] == "BALANCE"
    )
    shelf.put("records", row | {"bal": row["bal"] + 1})
    assert [
        one["difference"] for one in accounting.reconciliation(desk, AUDITOR, "purse", "p")["rows"]
    ].count(1) == 1
    shelf.put("records", row)
    entry = next(
        row for row in shelf.rows("records") if row["pk"].startswith("ACC#till") and row["sk"] != "BALANCE"
    )
    shelf.put("records", entry | {"bal": entry["bal"] - 7})
    found = accounting.reconciliation(desk, AUDITOR, "purse", "p")
    assert [(one["case_id"], one["off_by"]) for one in found["unbalanced"]] == [(entry["case"], -7)]
    assert not found["agrees"]


def test_slots_say_what_is_left_and_a_full_one_says_none(desk):
    asked = {"account_id": HALL, "key": None, "first": date.fromisoformat(DAY), "days": 1}
    free = accounting.availability(desk, **asked)
    assert free["waiting_list"]
    assert [one["time"] for one in free["slots"]][:3] == ["09:00", "09:30", "10:00"]
    assert len(free["slots"]) == 13
    assert {one["left"] for one in free["slots"]} == {2}
    for number in range(3):
        submit(desk, applicant(f"person:p{number}"), booking("k"))
    left = {one["time"]: one["left"] for one in accounting.availability(desk, **asked)["slots"]}
    assert (left[TIME], left["10:00"]) == (0, 2)


def test_there_are_no_slots_at_the_weekend_in_the_past_or_too_far_ahead(desk):
    def days(first: str, number: int) -> list[str]:
        found = accounting.availability(desk, HALL, None, date.fromisoformat(first), number)["slots"]
        return sorted({one["day"] for one in found})

    assert days("2026-03-06", 4) == ["2026-03-06", "2026-03-09"]
    assert days("2026-02-27", 4) == ["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"]
    assert days("2026-03-16", 7) == ["2026-03-16"]
    assert days("9999-12-31", 14) == []
    with pytest.raises(Problem, match="slot-unknown"):
        submit(desk, applicant("person:a"), booking("k", day="2026-03-17"))
    with pytest.raises(Problem, match="slot-unknown"):
        submit(desk, applicant("person:a"), booking("l", day="2026-03-02", time="11:30"))


def test_what_was_posted_is_for_the_auditor_and_a_persons_is_noted_first(desk, shelf):
    with pytest.raises(Problem, match="forbidden"):
        accounting.statement(desk, applicant("person:a"), HALL, SLOT, None, 5)
    with pytest.raises(Problem, match="not-found"):
        accounting.statement(desk, AUDITOR, "no-such-account", None, None, 5)
    with pytest.raises(Problem, match="query-invalid"):
        accounting.statement(desk, AUDITOR, HALL, DAY, None, 5)
    accounting.statement(desk, AUDITOR, "interest-subsidy-cap", "person:example-a|2025", None, 5)
    (noted,) = shelf.records.reads_about("person:example-a", 5)
    assert (noted["by"], noted["purpose"]) == (AUDITOR.subject, "account:interest-subsidy-cap")


def test_nothing_in_the_tables_says_in_the_clear_whose_account_it_is(desk, shelf):
    filed(desk, "k", 5, purse="purse-of-somebody")
    assert account_place(shelf.vault, "purse|purse-of-somebody~0") != "ACC#purse|purse-of-somebody~0"
    clear = str([{k: v for k, v in row.items() if not isinstance(v, bytes)} for row in shelf.rows("records")])
    assert "somebody" not in clear
