"""What parties owe: each part fulfilled once or breached once, at its time; the parts are the whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from chalicelib.actions import listing, owing, seeing
from chalicelib.domain import due_steps, dues
from chalicelib.domain.clock import EXPIRY
from chalicelib.domain.office_hours import SHANGHAI
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Problem
from tests.builders_dues import CREDITOR, DEBTOR, MARCH, Debt, instant, lived, staff
from tests.builders_stores import applicant

DAY = 86_400_000


def done(debt: Debt) -> list[str]:
    return [f"{do} {one['part']}" if "part" in one else do for do, _, one in debt.said()]


def days(debt: Debt) -> list[str]:
    at = [datetime.fromtimestamp(one["deadline"] / 1000, SHANGHAI) for one in debt.parts]
    return [one.strftime("%Y-%m-%d %H:%M") for one in at]


def test_a_series_is_dated_by_months_from_its_beginning_and_no_months_end_drifts() -> None:
    debt = Debt(1_000_001, 4, instant("2026-01-31T10:00:00+08:00"))
    # 28 February is a Saturday that is worked (State Council's notice); 31 March, 30 April; 31 May is a Sunday.
    assert days(debt) == ["2026-02-28 17:00", "2026-03-31 17:00", "2026-04-30 17:00", "2026-06-01 17:00"]
    assert [one["amount"] for one in debt.parts] == [250_000, 250_000, 250_000, 250_001]


def test_what_is_brought_settles_the_oldest_part_first_and_all_of_it_clears_the_case() -> None:
    debt = Debt(300, 3)
    assert debt.pay(150) is None
    assert done(debt) == ["made", "fulfilled 1", "paid 2"]
    assert debt.pay(151) == "due-overpaid"
    assert debt.pay(150) is None
    assert done(debt)[3:] == ["fulfilled 2", "fulfilled 3", "cleared"]
    assert debt.case.outcome == "cleared"


def test_a_breach_happens_once_at_its_deadline_however_late_the_sweeper_is() -> None:
    debt = Debt(300, 3)
    debt.hand.at = MARCH + 70 * DAY
    debt.sweep()
    debt.sweep()
    told = [(one["part"], at) for do, at, one in debt.said() if do == "breached"]
    assert told == [(1, debt.parts[0]["deadline"]), (2, debt.parts[1]["deadline"])]
    assert [dues.state_of(one) for one in debt.parts] == ["breached", "breached", "owed"]


def test_what_was_breached_is_still_owed_and_paid_late() -> None:
    debt = Debt(300, 2)
    debt.hand.at = MARCH + 40 * DAY
    assert debt.pay(150) is None
    assert done(debt)[1:] == ["approaching 1", "approaching 1", "breached 1", "fulfilled 1"]
    assert [one.get("late") for do, _, one in debt.said() if do == "fulfilled"] == [True]
    assert debt.case.outcome is None


def test_a_breach_is_noted_in_the_register_under_its_own_key() -> None:
    debt = Debt(301, 2)
    debt.pay(50)
    debt.hand.at = MARCH + 70 * DAY
    debt.sweep()
    keys = [f"{debt.case.number}-instalment-{part}" for part in (1, 2)]
    found = debt.shelf.cases.load(None, records=[("overdue-dues", key) for key in keys]).records
    noted = [found["overdue-dues", key] for key in keys]
    assert [one.body["amount_fen"] for one in noted if one] == [100, 151]
    assert [one.body["due_on"] for one in noted if one] == ["2026-04-02", "2026-05-06"]
    assert noted[0] is not None
    assert (noted[0].body["by"], noted[0].body["to"]) == (DEBTOR, CREDITOR)


def test_a_case_that_ends_follows_what_is_owed_no_longer_and_a_breach_stays_one() -> None:
    debt = Debt(300, 3)
    debt.hand.at = MARCH + 40 * DAY
    debt.move("approval-handler", "hand_over", {"reason": "拒不履行"})
    assert [dues.state_of(one) for one in debt.parts] == ["breached", "ended", "ended"]
    assert debt.case.timer is None


@pytest.mark.parametrize(("whole", "instalments"), [(3, 4), (0, 1)])
def test_a_plan_whose_parts_would_be_nothing_is_refused(whole: int, instalments: int) -> None:
    with pytest.raises(Problem) as refused:
        Debt(whole, instalments)
    assert refused.value.code in {"due-amount-unknown", "form-invalid"}


def lines(debt: Debt, who: Principal, side: str) -> list[dict[str, Any]]:
    return owing.of_subject(debt.kit, who, side, None, 20)[0]


def test_who_owes_and_to_whom_it_is_owed_find_it_and_nobody_else() -> None:
    debt = Debt(300, 3)
    debtor, creditor = applicant(DEBTOR), applicant(CREDITOR)
    (mine,) = lines(debt, debtor, "by")
    assert (mine["case_id"], mine["due"]["amount"]) == (debt.id, 300)
    assert mine["due"]["next_deadline"] == "2026-04-02T17:00:00+08:00"
    assert [one["light"] for one in mine["due"]["parts"]] == ["green", "green", "green"]
    assert lines(debt, creditor, "to") == [mine]
    assert lines(debt, debtor, "to") == lines(debt, creditor, "by") == []
    assert lines(debt, applicant("enterprise:91430100MA4L16JJ8X"), "by") == []


def test_a_list_says_what_is_due_next_and_forgets_what_is_settled() -> None:
    debt = Debt(300, 2)
    debt.pay(150)
    (mine,) = lines(debt, applicant(DEBTOR), "by")
    assert mine["due"]["next_deadline"] == "2026-05-06T17:00:00+08:00"
    assert mine["due"]["paid"] == 150
    debt.pay(150)
    assert lines(debt, applicant(DEBTOR), "by") == lines(debt, applicant(CREDITOR), "to") == []


def test_a_desk_sees_what_is_owed_in_its_cases_and_another_may_not() -> None:
    debt, desk = Debt(300, 2), listing.Desk("administrative-approval", "integrated")
    (line,) = owing.of_desk(debt.kit, staff("approval-supervisor"), desk, None, 20)[0]
    assert line["case_id"] == debt.id
    with pytest.raises(Problem) as refused:
        owing.of_desk(debt.kit, staff("tax-handler"), desk, None, 20)
    assert refused.value.code == "forbidden"


def test_the_case_shows_what_is_owed_with_its_lights() -> None:
    debt = Debt(300, 3)
    debt.hand.at = instant("2026-03-29T10:00:00+08:00")
    (owed,) = seeing.show(seeing.see(debt.kit, applicant(DEBTOR), debt.id))["dues"]
    assert (owed["by"], owed["to"], owed["title"]["en"]) == ("party:debtor", "party:applicant", "Instalments")
    assert [one["light"] for one in owed["parts"]] == ["red", "green", "green"]


def test_a_holiday_notice_tells_the_deadlines_to_come_anew() -> None:
    debt = Debt(300, 3)
    world = debt.kit.office().world(debt.kit.catalogue.bundle(debt.case.release), debt.case.node)
    assert dues.redated(debt.case.dues, world.bundle.item, world.times) == (debt.case.dues, [])
    parts = [dict(one) for one in debt.parts]
    parts[1] |= {"deadline": parts[1]["deadline"] - 5 * DAY}
    before = ({**debt.case.dues[0], "parts": parts},)
    after, moved = dues.redated(before, world.bundle.item, world.times)
    assert after == debt.case.dues
    assert moved == [
        {"owed": "instalment", "part": 2, "old": parts[1]["deadline"], "new": debt.parts[1]["deadline"]}
    ]


def histories(count: int) -> None:
    breached = late = cleared = kept = 0
    for seed in range(count):
        debt, ledger = lived(seed)
        assert ledger.wrong_in(debt) == [], f"seed {seed}"
        breaches = ["breached" in one for one in debt.parts]
        breached, kept = breached + any(breaches), kept + (not any(breaches))
        late += any({"breached", "fulfilled"} <= one.keys() for one in debt.parts)
        cleared += debt.case.outcome == "cleared"
    assert min(breached, late, cleared, kept) > 0  # a test of what never happened would say nothing


def test_in_any_history_each_part_is_fulfilled_once_or_breached_once_at_its_time() -> None:
    histories(30)


@pytest.mark.proof
def test_in_three_hundred_histories_each_part_is_fulfilled_once_or_breached_once_at_its_time() -> None:
    histories(300)


def test_a_breach_that_is_not_marked_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bug planted: what fires is forgotten, and fires again."""
    fire = dues.fire

    def forgetful(course: Any, firing: Any) -> Any:
        before = course.case
        told = fire(course, firing)
        if firing.rung == EXPIRY:
            course.case = replace(course.case, dues=before.dues)
        return told

    monkeypatch.setattr(dues, "fire", forgetful)
    with pytest.raises(AssertionError, match="twice"):
        histories(30)


def test_a_remainder_that_is_dropped_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due_steps, "_shares", lambda amount, count: [amount // count] * count)
    with pytest.raises(AssertionError):
        histories(30)
