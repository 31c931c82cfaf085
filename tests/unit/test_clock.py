from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from chalicelib.domain import canonical, clock
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.clock import Clock, Hold
from chalicelib.domain.problems import Problem
from tests.builders_clock import declaration, definitions, item, local, ms, times

INTAKE = declaration(
    id="intake", starts_on=["submitted"], stops_on=["accepted", "deemed_accepted", "correction_requested"],
    restarts_on=["resubmitted"], budget=5, on_expiry="timeout.intake", basis="行政许可法 §32",
)  # fmt: skip
DECISION = declaration(starts_on=["accepted", "deemed_accepted"])
HOURS = declaration(budget=4, unit="office_hour")
STORED = {
    "id", "effect", "unit", "budget", "consumed", "running_since", "started_at", "stopped_at", "extensions",
    "deadline", "provisional", "fired",
}  # fmt: skip


class Desk:
    """A case's clocks and holds as the ledger keeps them, moved by events at local times."""

    def __init__(self, *clocks: dict[str, Any], **limits: dict[str, Any]) -> None:
        self.item = item(*clocks)
        self.limits = limits
        self.clocks: list[Clock] = []
        self.holds: list[Hold] = []

    def event(self, name: str, at: str, backdate: str | None = None) -> Desk:
        self.clocks = clock.advance(
            self.clocks, self.item, {name}, ms(at), times=times(), holds=self.holds, limits=self.limits,
            backdate=ms(backdate) if backdate else None,
        )  # fmt: skip
        return self

    def hold(self, name: str, at: str) -> Desk:
        self.clocks, self.holds = clock.open_hold(
            self.clocks, self.item, name, ms(at), document="notice", times=times(), holds=self.holds
        )
        return self

    def release(self, name: str, at: str) -> Desk:
        self.clocks, self.holds = clock.close_hold(
            self.clocks, self.item, name, ms(at), times=times(), holds=self.holds
        )
        return self

    def extend(self, at: str, by: str = "person:head") -> Desk:
        self.clocks = [
            clock.extend(self.clocks[0], self.item, ms(at), by=by, times=times(), holds=self.holds)
        ]
        return self

    def one(self, name: str = "decision") -> Clock:
        return next(one for one in self.clocks if one["id"] == name)

    def seen(self, at: str, name: str = "decision") -> clock.Projection:
        return clock.project(self.one(name), self.item, ms(at), times=times(), holds=self.holds)

    def deadline(self, name: str = "decision") -> str | None:
        return local(self.one(name)["deadline"])

    def due(self, at: str) -> list[clock.Firing]:
        return clock.expired(self.clocks, self.item, ms(at), times=times(), holds=self.holds)

    def next_due(self) -> tuple[str | None, list[str]] | None:
        found = clock.next_due(self.clocks, self.item, times=times(), holds=self.holds)
        return (local(found[0]), found[1]) if found else None


def accepted(**members: Any) -> Desk:
    return Desk(declaration(**members)).event("accepted", "2026-03-02 10:00")


@pytest.mark.parametrize(
    ("budget", "unit", "start", "end"),
    [
        (20, "working_day", "2026-03-02 10:00", "2026-03-30 17:00"),
        (20, "working_day", "2026-03-02 23:00", "2026-03-30 17:00"),
        (20, "working_day", "2026-03-01 10:00", "2026-03-27 17:00"),  # accepted on a Sunday
        (5, "working_day", "2026-02-10 10:00", "2026-02-24 17:00"),  # over Spring Festival
        (0, "working_day", "2026-03-02 10:00", "2026-03-02 17:00"),  # the same day
        (0, "working_day", "2026-03-02 18:00", "2026-03-03 17:00"),  # too late for the same day
        (0, "working_day", "2026-03-01 10:00", "2026-03-02 17:00"),
        (4, "office_hour", "2026-03-02 10:00", "2026-03-02 15:30"),
        (4, "office_hour", "2026-03-02 16:00", "2026-03-03 12:00"),
        (1, "office_hour", "2026-02-13 16:30", "2026-02-14 09:30"),  # a make-up Saturday
        (1, "office_hour", "2026-02-14 16:30", "2026-02-24 09:30"),
        (1, "calendar_day", "2026-03-02 10:00", "2026-03-03 17:00"),
        (5, "calendar_day", "2026-03-02 10:00", "2026-03-09 17:00"),  # Saturday moves to Monday
        (1, "month", "2026-01-31 10:00", "2026-02-28 17:00"),  # a make-up Saturday is a working day
        (1, "year", "2025-10-05 10:00", "2026-10-08 17:00"),
    ],
)
def test_a_limit_ends_at_the_close_of_business_of_its_last_day(
    budget: int, unit: str, start: str, end: str
) -> None:
    desk = Desk(declaration(budget=budget, unit=unit)).event("accepted", start)
    assert desk.deadline() == end
    assert desk.next_due() == (end, ["clock:decision:100"])


def test_a_clock_is_stored_in_the_agreed_shape_as_canonical_json() -> None:
    desk = accepted(rungs=[50, 80, 100])
    assert set(desk.one()) == STORED
    desk.hold("hearing", "2026-03-04 10:00").release("hearing", "2026-03-06 10:00").extend("2026-03-09 10:00")
    assert set(desk.one()) == STORED
    assert set(desk.holds[0]) == {"id", "document", "start", "end", "max_until", "blocks"}
    for stored in (*desk.clocks, *desk.holds):
        canonical.check(stored)
        assert canonical.loads(canonical.dumps(stored)) == stored


def test_only_clocks_that_name_the_milestone_move() -> None:
    desk = Desk(INTAKE, DECISION).event("submitted", "2026-03-02 10:00")
    assert [one["id"] for one in desk.clocks] == ["intake"]
    before = desk.one("intake")
    desk.event("noted", "2026-03-03 10:00")
    assert desk.clocks == [before]
    desk.event("accepted", "2026-03-04 10:00")
    assert desk.one("intake")["stopped_at"] == ms("2026-03-04 10:00")
    assert desk.one("intake")["consumed"] == 1
    assert desk.deadline("intake") is None
    assert desk.deadline() == "2026-04-01 17:00"
    assert [one["id"] for one in clock.running(desk.clocks)] == ["decision"]


def test_lesson_1_ten_days_in_correction_leave_the_same_remaining_working_days() -> None:
    desk = (
        Desk(INTAKE).event("submitted", "2026-03-02 10:00").event("correction_requested", "2026-03-04 15:00")
    )
    sent_back = desk.seen("2026-03-04 15:00", "intake")
    assert (sent_back.remaining, sent_back.deadline_ms, sent_back.light) == (4, None, "stopped")
    assert desk.next_due() is None
    assert desk.seen("2026-03-18 15:00", "intake").remaining == 4
    desk.event("resubmitted", "2026-03-18 15:00")
    assert desk.seen("2026-03-18 15:00", "intake").remaining == 4
    # 18, 19, 20, 23 March: the day of resubmission is a day on which the clock runs at close of business
    assert desk.deadline("intake") == "2026-03-23 17:00"
    assert desk.one("intake")["pauses"] == [[ms("2026-03-04 15:00"), ms("2026-03-18 15:00")]]


def test_a_second_correction_forgets_nothing_of_the_first() -> None:
    desk = (
        Desk(INTAKE).event("submitted", "2026-03-02 10:00").event("correction_requested", "2026-03-04 15:00")
    )
    desk.event("resubmitted", "2026-03-18 15:00").event("correction_requested", "2026-03-19 10:00")
    assert desk.one("intake")["consumed"] == 2  # 3 and 18 March
    desk.event("resubmitted", "2026-03-25 10:00")
    assert desk.deadline("intake") == "2026-03-27 17:00"


def test_what_happens_at_the_very_close_of_business_comes_after_it() -> None:
    desk = accepted().hold("hearing", "2026-03-04 17:00").release("hearing", "2026-03-06 17:00")
    assert desk.one()["consumed"] == 2  # 3 and 4 March; not 5, not 6
    days = clock.account(desk.one(), desk.item, ms("2026-03-06 17:00"), times=times(), holds=desk.holds)
    assert [one["day"][-2:] for one in days if one["counted"]][:3] == ["03", "04", "09"]


def test_lesson_2_pauses_shift_the_deadline_and_overlapping_ones_count_once() -> None:
    plain = accepted().deadline()
    assert plain == "2026-03-30 17:00"
    disjoint = accepted().hold("hearing", "2026-03-04 10:00").release("hearing", "2026-03-06 10:00")
    assert disjoint.deadline() == "2026-04-01 17:00"  # 4 and 5 March
    disjoint.hold("experts", "2026-03-10 10:00").release("experts", "2026-03-11 10:00")
    assert disjoint.deadline() == "2026-04-02 17:00"  # 10 March as well
    overlapping = accepted().hold("hearing", "2026-03-04 10:00").hold("experts", "2026-03-05 10:00")
    assert overlapping.seen("2026-03-05 12:00").paused_by == ("hearing", "experts")
    overlapping.release("hearing", "2026-03-06 10:00").release("experts", "2026-03-09 10:00")
    assert overlapping.deadline() == "2026-04-02 17:00"  # 4, 5, 6 March, once each


def test_lesson_2_a_step_that_counts_towards_the_limit_moves_nothing() -> None:
    desk = accepted().hold("meeting", "2026-03-04 10:00").release("meeting", "2026-03-06 10:00")
    assert desk.deadline() == "2026-03-30 17:00"


def test_lesson_3_label_and_arithmetic_come_from_one_ledger() -> None:
    desk = accepted().hold("hearing", "2026-03-04 10:00")
    for day in range(4, 20):
        seen = desk.seen(f"2026-03-{day:02} 18:00")
        assert (seen.light, seen.remaining, seen.deadline_ms) == ("paused", 19, None)
    assert desk.one()["running_since"] is None
    desk.release("hearing", "2026-03-20 10:00")
    assert desk.seen("2026-03-20 10:00").light == "green"
    assert desk.seen("2026-03-20 18:00").remaining == 18


def test_lesson_4_nothing_fires_before_the_remainder_has_elapsed() -> None:
    desk = (
        accepted(rungs=[50, 80, 100])
        .hold("hearing", "2026-03-04 10:00")
        .release("hearing", "2026-06-01 10:00")
    )
    assert desk.due("2026-06-01 10:00") == []
    assert desk.next_due() == ("2026-06-11 17:00", ["clock:decision:50"])
    assert desk.due("2026-06-11 16:59") == []
    assert [one.rung for one in desk.due("2026-06-11 17:00")] == [50]
    assert desk.deadline() == "2026-06-26 17:00"


def test_lesson_5_one_working_day_is_not_24_hours() -> None:
    friday = Desk(declaration(budget=1)).event("accepted", "2026-03-06 16:00")
    hours = Desk(declaration(budget=24, unit="office_hour")).event("accepted", "2026-03-06 16:00")
    assert friday.deadline() == "2026-03-09 17:00"
    assert hours.deadline() == "2026-03-12 14:00"  # 1 h, then 6½ h a day


def test_lesson_6_past_the_horizon_a_deadline_is_provisional_and_a_new_notice_moves_it() -> None:
    desk = Desk(declaration()).event("accepted", "2026-12-21 10:00")
    assert desk.one()["provisional"]
    assert desk.deadline() == "2027-01-18 17:00"
    following = {**definitions()[-1], "year": 2027, "rest_days": ["2027-01-01"], "makeup_workdays": []}
    known = clock.Times(Calendar([*definitions(), following]), times().hours)
    again, moved = clock.reproject(desk.clocks, desk.item, ms("2026-12-22 10:00"), times=known)
    assert local(again[0]["deadline"]) == "2027-01-19 17:00"
    assert not again[0]["provisional"]
    assert moved == [{"clock": "decision", "old": ms("2027-01-18 17:00"), "new": ms("2027-01-19 17:00")}]
    assert clock.reproject(again, desk.item, ms("2026-12-22 11:00"), times=known) == (again, [])


def test_the_extension_of_spring_festival_in_2020_moved_running_clocks() -> None:
    desk = Desk(declaration(budget=5)).event("accepted", "2020-01-22 10:00")
    assert desk.deadline() == "2020-02-06 17:00"
    old = clock.Times(Calendar(definitions(), known_on=date(2020, 1, 22)), times().hours)
    first, _ = clock.reproject(desk.clocks, desk.item, ms("2020-01-22 10:00"), times=old)
    assert local(first[0]["deadline"]) == "2020-02-04 17:00"
    _, moved = clock.reproject(first, desk.item, ms("2020-01-27 10:00"), times=times())
    assert [local(one["new"]) for one in moved] == ["2020-02-06 17:00"]


def test_silence_makes_the_decision_clock_start_on_the_day_of_receipt() -> None:
    desk = Desk(INTAKE, DECISION).event("submitted", "2026-03-02 10:00")
    firing = desk.due("2026-03-09 17:00")[0]
    assert (firing.id, firing.event, local(firing.at)) == ("intake", "timeout.intake", "2026-03-09 17:00")
    desk.event("deemed_accepted", "2026-03-09 17:01", backdate="2026-03-02 10:00")
    assert desk.one()["started_at"] == ms("2026-03-02 10:00")
    assert desk.deadline() == "2026-03-30 17:00"
    assert desk.seen("2026-03-09 17:01").consumed == 5
    assert desk.one("intake")["stopped_at"] == ms("2026-03-09 17:01")
    assert desk.seen("2026-03-10 10:00", "intake").overdue


def test_a_clock_may_insist_on_the_event_itself() -> None:
    desk = Desk(declaration(starts_on=["deemed_accepted"], starts_from="event"))
    desk.event("deemed_accepted", "2026-03-09 17:01", backdate="2026-03-02 10:00")
    assert desk.one()["started_at"] == ms("2026-03-09 17:01")


def test_a_new_start_of_a_stopped_clock_is_a_new_budget() -> None:
    party = declaration(
        id="correction", starts_on=["correction_requested"], stops_on=["resubmitted"], budget=10
    )
    desk = (
        Desk(party).event("correction_requested", "2026-03-02 10:00").event("resubmitted", "2026-03-10 10:00")
    )
    assert desk.one("correction")["consumed"] == 5
    desk.event("correction_requested", "2026-03-16 10:00")
    assert desk.seen("2026-03-16 10:00", "correction").remaining == 10
    assert "pauses" not in desk.one("correction")


def test_a_start_on_a_running_clock_changes_nothing() -> None:
    desk = accepted()
    assert desk.event("accepted", "2026-03-12 10:00").one()["started_at"] == ms("2026-03-02 10:00")


def test_an_event_may_start_and_stop_a_clock_at_once() -> None:
    desk = Desk(INTAKE)
    desk.clocks = clock.advance(
        [], desk.item, {"submitted", "accepted"}, ms("2026-03-02 10:00"), times=times()
    )
    assert desk.one("intake")["stopped_at"] == ms("2026-03-02 10:00")
    assert desk.next_due() is None


def test_limits_come_from_rules_with_the_declared_budget_as_fallback() -> None:
    bare = {
        name: value
        for name, value in declaration(limit="rule:some").items()
        if name not in ("budget", "unit")
    }
    ruled = Desk(bare, decision={"budget": 1, "unit": "office_hour"}).event("accepted", "2026-03-02 10:00")
    assert ruled.deadline() == "2026-03-02 11:00"
    assert (
        Desk(declaration(limit="rule:some")).event("accepted", "2026-03-02 10:00").deadline()
        == "2026-03-30 17:00"
    )
    with pytest.raises(Problem) as refused:
        Desk(bare).event("accepted", "2026-03-02 10:00")
    assert refused.value.code == "limit-unknown"
    assert [one["id"] for one in clock.starting([], item(bare), {"accepted"})] == ["decision"]
    assert clock.starting(ruled.clocks, item(bare), {"accepted"}) == []


def test_a_clock_until_a_day_is_moved_by_nothing() -> None:
    until = {name: value for name, value in declaration().items() if name not in ("budget", "unit")}
    desk = Desk({**until, "until": "2026-05-02"}).event("accepted", "2026-03-02 10:00")  # a rest day
    assert desk.deadline() == "2026-05-03 00:00"
    desk.hold("hearing", "2026-03-04 10:00")
    assert desk.deadline() == "2026-05-03 00:00"
    assert desk.seen("2026-03-05 10:00").light == "green"
    resolved = Desk({**until, "until": "form:/term"}, decision={"until": "2026-05-06"}).event(
        "accepted", "2026-03-02 10:00"
    )
    assert resolved.deadline() == "2026-05-06 17:00"
    with pytest.raises(Problem):
        Desk({**until, "until": "form:/term"}).event("accepted", "2026-03-02 10:00")


def test_an_over_long_pause_resumes_by_itself_even_if_nobody_looks() -> None:
    short = {**item()["holds"][0], "max": {"budget": 3, "unit": "working_day"}}
    desk = accepted()
    desk.item = {**desk.item, "holds": [short]}
    desk.hold("hearing", "2026-03-04 10:00")
    assert desk.next_due() == ("2026-03-09 17:00", ["hold:hearing"])
    assert local(desk.seen("2026-03-05 10:00").latest_ms) == "2026-04-03 17:00"
    later = desk.seen("2026-03-12 18:00")  # nobody closed it: 10, 11, 12 March count
    assert (later.light, later.remaining, local(later.deadline_ms)) == ("green", 16, "2026-04-03 17:00")
    assert clock.open_holds(desk.holds, ms("2026-03-09 16:59")) == desk.holds
    assert clock.open_holds(desk.holds, ms("2026-03-09 17:00")) == []
    desk.release("hearing", "2026-03-20 10:00")
    assert local(desk.holds[0]["end"]) == "2026-03-09 17:00"
    assert desk.deadline() == "2026-04-03 17:00"


def test_a_hold_pauses_only_the_clocks_that_it_names() -> None:
    desk = Desk(declaration(), declaration(id="promised"))
    desk.item["holds"][0] = {**desk.item["holds"][0], "clocks": ["decision"]}
    desk.event("accepted", "2026-03-02 10:00").hold("hearing", "2026-03-04 10:00")
    assert desk.seen("2026-03-05 10:00").light == "paused"
    assert desk.seen("2026-03-05 10:00", "promised").light == "green"


@pytest.mark.parametrize(
    ("hold", "code"),
    [("seance", "hold-not-declared"), ("hearing", "hold-already-open"), ("experts", "hold-not-open")],
)
def test_holds_are_refused_when_they_make_no_sense(hold: str, code: str) -> None:
    desk = accepted().hold("hearing", "2026-03-04 10:00")
    act = desk.release if code == "hold-not-open" else desk.hold
    with pytest.raises(Problem) as refused:
        act(hold, "2026-03-05 10:00")
    assert refused.value.code == code


def test_an_extension_adds_its_days_once_and_says_who_granted_it() -> None:
    desk = accepted().extend("2026-03-30 16:59")
    assert desk.deadline() == "2026-04-14 17:00"
    assert desk.one()["extensions"] == [{"budget": 10, "by": "person:head", "at": ms("2026-03-30 16:59")}]
    assert desk.seen("2026-03-30 18:00").total == 30
    with pytest.raises(Problem) as twice:
        desk.extend("2026-03-31 10:00")
    assert twice.value.code == "extension-already-used"


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (accepted, "extension-after-expiry"),
        (lambda: accepted(extension=None), "extension-not-provided"),
        (lambda: accepted().event("decided", "2026-03-20 10:00"), "clock-not-running"),
    ],
)
def test_an_extension_after_expiry_is_refused_with_the_article(prepare: Any, code: str) -> None:
    with pytest.raises(Problem) as refused:
        prepare().extend("2026-03-30 17:00")
    assert refused.value.code == code
    assert "行政许可法" in refused.value.message.zh
    assert refused.value.extra["article"]


def test_a_paused_clock_can_still_be_extended() -> None:
    desk = accepted().hold("hearing", "2026-03-04 10:00").extend("2026-03-31 10:00")
    assert desk.release("hearing", "2026-04-01 10:00").seen("2026-04-01 10:00").remaining == 29


def test_rungs_fire_once_in_order_however_long_the_scheduler_was_down() -> None:
    desk = Desk(INTAKE, declaration(starts_on=["submitted"], rungs=[50, 80, 100])).event(
        "submitted", "2026-03-02 10:00"
    )
    fired = []
    while due := desk.due("2026-05-20 10:00"):
        fired.append((due[0].what, local(due[0].at), due[0].event))
        desk.clocks = clock.mark(desk.clocks, due[:1])
    assert fired == [
        ("clock:intake:100", "2026-03-09 17:00", "timeout.intake"),
        ("clock:decision:50", "2026-03-16 17:00", None),
        ("clock:decision:80", "2026-03-24 17:00", None),
        ("clock:decision:100", "2026-03-30 17:00", "timeout.decision"),
    ]
    assert desk.one()["fired"] == [50, 80, 100]
    assert desk.next_due() is None


def test_half_of_five_days_is_the_close_of_the_third() -> None:
    desk = Desk(declaration(budget=5, rungs=[50])).event("accepted", "2026-03-02 10:00")
    assert desk.next_due() == ("2026-03-05 17:00", ["clock:decision:50"])


def test_a_rung_that_needs_the_last_day_waits_with_it_for_the_next_working_day() -> None:
    desk = Desk(declaration(budget=2, unit="calendar_day", rungs=[50, 80])).event(
        "accepted", "2026-03-05 10:00"
    )
    assert desk.deadline() == "2026-03-09 17:00"  # Saturday moves to Monday
    assert [(one.rung, local(one.at)) for one in desk.due("2026-03-09 17:00")] == [
        (50, "2026-03-06 17:00"), (80, "2026-03-09 17:00"), (100, "2026-03-09 17:00"),
    ]  # fmt: skip
    assert [desk.seen(at).light for at in ("2026-03-06 17:00", "2026-03-08 12:00")] == ["yellow", "yellow"]


def test_a_stopped_or_observed_clock_fires_nothing() -> None:
    stopped = accepted(rungs=[50]).event("decided", "2026-04-20 10:00")
    assert stopped.due("2026-05-20 10:00") == []
    assert stopped.seen("2026-05-20 10:00").overdue  # the breach stays visible
    observed = accepted(observed=True, rungs=[50])
    assert observed.due("2026-05-20 10:00") == []


def test_a_case_that_is_over_arms_nothing() -> None:
    desk = accepted(rungs=[50]).hold("hearing", "2026-03-04 10:00").release("hearing", "2026-03-05 10:00")
    desk.clocks = clock.stop_all(
        desk.clocks, desk.item, ms("2026-03-06 18:00"), times=times(), holds=desk.holds
    )
    assert desk.next_due() is None
    assert desk.one()["consumed"] == 3  # 3, 5 and 6 March
    assert clock.running(desk.clocks) == []


@pytest.mark.parametrize(
    ("at", "light"),
    [
        ("2026-03-02 10:00", "green"),
        ("2026-03-16 16:59", "green"),
        ("2026-03-16 17:00", "yellow"),
        ("2026-03-24 17:00", "red"),
        ("2026-03-30 16:59", "red"),
        ("2026-03-30 17:00", "overdue"),
    ],
)
def test_the_light_follows_the_rungs_to_the_minute(at: str, light: str) -> None:
    assert accepted().seen(at).light == light


def test_overdue_is_counted_on_and_never_stored() -> None:
    desk = accepted()
    assert desk.seen("2026-04-01 18:00").remaining == -2
    assert desk.one()["fired"] == []


def test_office_hours_are_consumed_in_minutes_of_opening_time() -> None:
    desk = Desk(HOURS).event("accepted", "2026-03-02 11:30").hold("hearing", "2026-03-02 14:00")
    assert desk.one()["consumed"] == 60
    desk.release("hearing", "2026-03-03 09:30")
    assert desk.deadline() == "2026-03-03 14:00"
    assert desk.seen("2026-03-03 10:00").remaining == 150


def test_the_account_says_which_days_counted_and_why() -> None:
    desk = Desk(declaration(budget=5)).event("accepted", "2026-02-10 10:00")
    desk.hold("hearing", "2026-02-11 10:00").release("hearing", "2026-02-12 10:00")
    days = clock.account(desk.one(), desk.item, ms("2026-02-12 10:00"), times=times(), holds=desk.holds)
    assert [one["day"] for one in days if one["counted"]] == [
        "2026-02-12", "2026-02-13", "2026-02-14", "2026-02-24", "2026-02-25",
    ]  # fmt: skip
    why = {one["day"]: one["why"]["zh"] for one in days}
    assert "第201条" in why["2026-02-10"]
    assert why["2026-02-11"] == "特殊环节不计时:听证"
    assert why["2026-02-14"].startswith("调休上班")
    assert why["2026-02-17"].startswith("放假")
    assert days[-1]["day"] == "2026-02-25"


def test_the_account_of_calendar_days_shows_the_day_that_moved() -> None:
    desk = Desk(declaration(budget=5, unit="calendar_day")).event("accepted", "2026-03-02 10:00")
    days = clock.account(desk.one(), desk.item, ms("2026-03-02 10:00"), times=times())
    assert [one["counted"] for one in days] == [False, True, True, True, True, False, False, True]
    assert "第203条" in days[5]["why"]["zh"]
    assert (desk.seen("2026-03-08 12:00").remaining, desk.seen("2026-03-09 17:00").remaining) == (1, 0)


def test_the_account_of_a_correction_shows_the_days_that_stood_still() -> None:
    desk = (
        Desk(INTAKE).event("submitted", "2026-03-02 10:00").event("correction_requested", "2026-03-04 15:00")
    )
    desk.event("resubmitted", "2026-03-18 15:00")
    days = clock.account(desk.one("intake"), desk.item, ms("2026-03-18 15:00"), times=times())
    assert [one["day"][-2:] for one in days if one["counted"]] == ["03", "18", "19", "20", "23"]
    assert [one["why"]["zh"] for one in days if one["day"] == "2026-03-05"] == ["停止计时"]


def test_the_account_of_office_hours_gives_minutes() -> None:
    desk = Desk(HOURS).event("accepted", "2026-03-06 15:00")
    days = clock.account(desk.one(), desk.item, ms("2026-03-06 15:00"), times=times())
    assert [(one["day"][-2:], one["minutes"]) for one in days] == [
        ("06", 120),
        ("07", 0),
        ("08", 0),
        ("09", 120),
    ]
