"""Nothing is promised that cannot be kept: stages on every path, in every unit, from every day of the calendar."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import item_promises
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.clock_holds import latest_end
from chalicelib.domain.clock_units import Times
from chalicelib.domain.gate import Context
from chalicelib.domain.office_hours import OfficeHours
from chalicelib.domain.schedules import START, Latest, Moment, Schedule, after, is_never_earlier, latest
from chalicelib.domain.stage_paths import Path
from chalicelib.domain.worst_days import excess, worst
from tests.builders_clock import CHINA, History, definitions, in_ms, local, times
from tests.builders_definitions import T, district, item, kinds

UNITS = ["working_day", "office_hour", "calendar_day", "month"]
MOST = {"working_day": 12, "office_hour": 20, "calendar_day": 20, "month": 2}
LENGTHS = st.sampled_from(UNITS).flatmap(lambda unit: st.tuples(st.integers(1, MOST[unit]), st.just(unit)))
CHAINS = st.lists(LENGTHS, min_size=1, max_size=3)
MINUTE = 60_000


def chain(lengths: list[tuple[int, Any]]) -> Moment:
    moment: Moment = START
    for budget, unit in lengths:
        moment = after(moment, unit, budget)
    return moment


# ── the arithmetic: stages one after the other, on the clock's own scales


@settings(max_examples=60, deadline=None)
@given(lengths=CHAINS, minutes=st.integers(0, 7 * 365 * 24 * 60))
def test_stages_one_after_the_other_end_where_a_walk_over_the_days_ends(lengths, minutes):
    start = datetime(2019, 1, 2, tzinfo=CHINA) + timedelta(minutes=minutes)
    end = start
    for budget, unit in lengths:
        end = History(unit, budget, end).deadline()
    assert local(Schedule(times()).at(chain(lengths), in_ms(start))) == local(in_ms(end))


def one_year() -> Schedule:
    """A year with a long February holiday, and office hours that are not the same every day."""
    hours = {"mon-thu": [["09:00", "12:00"], ["13:30", "17:00"]], "fri": [["09:00", "12:00"]]}
    of_2026 = [one for one in definitions() if one["year"] == 2026]
    return Schedule(Times(Calendar(of_2026), OfficeHours(hours)))


YEAR = one_year()


@settings(max_examples=10, deadline=None)
@given(stages=CHAINS, beside=CHAINS, limit=LENGTHS, offset=st.integers(0, 239))
def test_no_start_of_the_year_is_worse_than_the_worst_that_was_found(stages, beside, limit, offset):
    _compare(stages, beside, limit, range(offset, 365 * 24 * 60, 240))


@pytest.mark.proof
@settings(max_examples=150, deadline=None)
@given(stages=CHAINS, beside=CHAINS, limit=LENGTHS)
def test_no_start_of_the_year_is_worse_in_many_more_cases(stages, beside, limit):
    _compare(stages, beside, limit, range(0, 365 * 24 * 60, 15))


def _compare(stages, beside, limit, minutes):
    """These minutes of the year, and the instant after each, against the few that are tried."""
    end, (budget, unit) = latest(chain(stages), chain(beside)), limit
    first = YEAR.times.hours.midnight(YEAR.times.calendar.first.toordinal())
    limits = after(START, unit, budget)
    slowly = max(
        YEAR.at(end, at) - YEAR.at(limits, at)
        for minute in minutes
        for at in (first + minute * MINUTE, first + minute * MINUTE + 1)
    )
    found = worst(YEAR, Path(end, ()), [limit])
    assert found is not None or slowly <= 0
    if "office_hour" not in {unit for _, unit in (*stages, *beside, limit)}:
        assert (found.late if found else 0) >= max(0, slowly)
    elif found:  # of instants that differ by a lunch break another may be a little later
        assert found.late >= slowly - 24 * 60 * MINUTE
    by = excess(Path(end, ()), [limit])
    assert by is None or (by > 0) is (found is not None)
    if found:
        ends = [_walked(lengths, found.start) for lengths in (stages, beside)]
        assert found.ends == max(ends)
        assert found.limit_ends == _walked([limit], found.start)
        assert found.late > 0


def _walked(lengths, at: int) -> int:
    for budget, unit in lengths:
        at = latest_end(budget, unit, at, YEAR.times)
    return at


@settings(max_examples=200, deadline=None)
@given(one=CHAINS, other=CHAINS, minutes=st.integers(0, 360 * 24 * 60))
def test_what_is_seen_from_the_formulas_is_true_at_every_start(one, other, minutes):
    at = YEAR.times.hours.midnight(YEAR.times.calendar.first.toordinal()) + minutes * MINUTE
    first, second = chain(one), chain(other)
    if is_never_earlier(first, second):
        assert YEAR.at(first, at) >= YEAR.at(second, at)
    assert YEAR.at(latest(first, second), at) == max(YEAR.at(first, at), YEAR.at(second, at))
    assert YEAR.at(first, at) == _walked(one, at)


def test_branches_of_which_none_is_surely_longer_are_both_kept():
    days, weeks = after(START, "working_day", 5), after(START, "calendar_day", 8)
    assert latest(days, weeks) == Latest((days, weeks))
    assert latest(days, after(START, "working_day", 6)) == after(START, "working_day", 6)
    assert latest(START, days, START) == days


# ── the paths: a small process with a correction, a loop and two branches

STATES = {
    "received": {
        "initial": True,
        "transitions": [
            {"event": "accept", "target": "examining"},
            {"event": "request_correction", "target": "correction"},
            {"event": "timeout.intake", "target": "examining"},
        ],
    },
    "correction": {"transitions": [{"event": "resubmit", "target": "received"}]},
    "examining": {"transitions": [{"event": "propose", "target": "deciding"}]},
    "deciding": {
        "transitions": [
            {"event": "grant", "target": "granted"},
            {"event": "consult", "target": "asking"},
            {"event": "remand", "target": "examining"},
        ]
    },
    "asking": {"transitions": [{"event": "answer", "target": "deciding"}]},
    "granted": {"final": True},
}


def flow(**bounds: int) -> dict[str, Any]:
    def move(emits: str, **more: Any) -> dict[str, Any]:
        return {"title": T, "by": ["post:window"], "emits": emits, **more}

    return {
        "kind": "processes", "id": "flow", "title": T, "chart": {"states": STATES},
        "moves": {
            "accept": move("accepted"),
            "request_correction": move("correction_requested", at_most=1),
            "resubmit": move("resubmitted"),
            "propose": move("proposed"),
            "grant": move("granted"),
            "consult": move("consulted", at_most=bounds.get("consult", 1)),
            "answer": move("answered"),
            "remand": move("remanded", at_most=bounds.get("remand", 2)),
        },
        "internal": {"timeout.intake": {"title": T, "emits": "deemed_accepted", "backdate": "submitted"}},
        "states": {name: {"title": T} for name in STATES},
    }  # fmt: skip


def clock(identity: str, starts: str, stops: str, budget: int, unit: str = "working_day", **more: Any) -> Any:
    return {
        "id": identity, "effect": more.pop("effect", "internal"), "title": T, "budget": budget, "unit": unit,
        "starts_on": starts.split(), "stops_on": stops.split(), **more,
    }  # fmt: skip


def limit(
    budget: int, unit: str = "working_day", starts: str = "accepted deemed_accepted", **more: Any
) -> Any:
    return clock("decision", starts, more.pop("stops", "granted"), budget, unit, effect="statutory", **more)


EXAMINE = clock("examine", "accepted deemed_accepted remanded", "proposed", 3)
DECIDE = clock("decide", "proposed", "granted remanded", 2)


def findings(*clocks: Any, check: Any = item_promises.against_stages, **bounds: int) -> list[dict[str, Any]]:
    """What the check has to say under the district's calendar of 2019 to 2026."""
    process, mine = flow(**bounds), item(process="flow", clocks=list(clocks))
    world = {key: body for key, body in district().items() if not key.startswith("calendars/")} | {
        f"calendars/{one['id']}": one for one in definitions()
    }
    world |= {"processes/flow": process, "items/deregistration": mine}
    found = check(mine, process, Context(kinds(), world, world.keys(), {}))
    return [{"code": one.code, "pointer": one.pointer, **one.params} for one in found]


def only(found: list[dict[str, Any]]) -> dict[str, Any]:
    assert len(found) == 1, found
    return found[0]


def test_the_stages_of_the_longest_path_may_take_all_of_the_limit_and_no_more():
    assert findings(limit(5), EXAMINE, DECIDE, remand=1) != []
    assert findings(limit(10), EXAMINE, DECIDE, remand=1) == []
    found = only(findings(limit(9), EXAMINE, DECIDE, remand=1))
    assert (found["code"], found["pointer"]) == ("stages-exceed-limit", "/clocks/0")
    assert found["stages"] == ["examine", "decide", "examine", "decide"]


@pytest.mark.parametrize("rounds", [1, 2, 4])
def test_a_loop_counts_as_often_as_its_move_may_be_made(rounds):
    assert findings(limit(5 * (1 + rounds)), EXAMINE, DECIDE, remand=rounds) == []
    found = only(findings(limit(5 * (1 + rounds) - 1), EXAMINE, DECIDE, remand=rounds))
    assert found["stages"] == ["examine", "decide"] * (1 + rounds)


def test_two_loops_are_both_gone_to_their_bounds():
    ask = clock("ask", "consulted", "answered", 4)
    longest = 5 + 3 + 2 * 4  # who decides asks twice, and has time to decide meanwhile
    assert findings(limit(longest), EXAMINE, DECIDE, ask, remand=1, consult=2) == []
    found = only(findings(limit(longest - 1), EXAMINE, DECIDE, ask, remand=1, consult=2))
    assert found["stages"].count("ask") == 2


def test_the_citizens_correction_does_not_use_up_a_limit_that_stands_still_meanwhile():
    correct = clock("correct", "correction_requested", "resubmitted", 30)
    intake = clock("read", "submitted resubmitted", "accepted correction_requested", 2)
    standing = limit(9, starts="submitted", stops="granted correction_requested", restarts_on=["resubmitted"])
    running = limit(9, starts="submitted")
    assert findings(standing, intake, correct, EXAMINE, DECIDE, remand=0) == []
    found = only(findings(running, intake, correct, EXAMINE, DECIDE, remand=0))
    assert found["stages"] == ["read", "correct", "read", "examine", "decide"]
    found = only(findings({**standing, "budget": 8}, intake, correct, EXAMINE, DECIDE, remand=0))
    assert found["stages"] == ["read", "correct", "read", "examine", "decide"]


def test_while_a_limit_in_other_units_stands_still_its_end_moves_with_the_calendar():
    correct = clock("correct", "correction_requested", "resubmitted", 2, "month")
    intake = clock("read", "submitted resubmitted", "accepted correction_requested", 1)
    standing = {
        "starts": "submitted",
        "stops": "granted correction_requested",
        "restarts_on": ["resubmitted"],
    }
    assert findings(limit(60, "calendar_day", **standing), intake, correct, EXAMINE, remand=0) == []
    found = only(findings(limit(6, "calendar_day", **standing), intake, correct, EXAMINE, remand=0))
    assert found["stages"][-1] == "examine"


def test_silence_takes_the_time_of_its_own_clock_and_what_it_begins_is_back_dated():
    silent = clock("intake", "submitted", "accepted deemed_accepted", 5, effect="statutory",
                   on_expiry="timeout.intake")  # fmt: skip
    since_receipt = limit(6, starts="submitted")
    assert findings(since_receipt, silent, {**EXAMINE, "budget": 6}, remand=0) == []
    late = {**EXAMINE, "budget": 2, "starts_from": "event"}
    found = only(findings(since_receipt, silent, late, remand=0))
    assert found["stages"] == ["intake", "examine"]


def test_a_stage_in_which_the_limit_can_be_met_at_any_moment_delays_nothing():
    aside = clock("aside", "proposed", "remanded", 90)
    assert findings(limit(5), EXAMINE, aside, remand=0) == []
    assert findings(limit(5), EXAMINE, {**aside, "stops_on": ["remanded", "granted"]}, remand=0) != []


def test_of_stages_side_by_side_the_longest_counts():
    beside = clock("beside", "accepted deemed_accepted", "granted", 4)
    assert findings(limit(5), EXAMINE, DECIDE, beside, remand=0) == []
    found = only(findings(limit(5), EXAMINE, DECIDE, {**beside, "budget": 6}, remand=0))
    assert found["stages"] == ["beside"]


def test_stages_in_other_units_than_the_limit_are_judged_on_the_worst_day_of_the_calendar():
    """Fourteen working days are under twenty days in most weeks of the year, and not over a long holiday."""
    stage = {**EXAMINE, "budget": 14}
    assert findings(limit(40, "calendar_day"), stage, remand=0) == []
    found = only(findings(limit(20, "calendar_day"), stage, remand=0))
    assert found["stages"] == ["examine"]
    assert found["worst_day"] < found["limit_ends"] < found["ends"]


def test_the_worst_day_can_be_checked_by_hand():
    """From 2020-01-22 one day ends on Thursday the 23rd; the second working day came after the longest holiday."""
    found = only(findings(limit(1, "calendar_day"), {**EXAMINE, "budget": 2}, remand=0))
    days = {"worst_day": "2020-01-22", "ends": "2020-02-03", "limit_ends": "2020-01-23"}
    path = found.pop("path")
    assert found == {
        "code": "stages-exceed-limit", "pointer": "/clocks/0", "stages": ["examine"], "limit": "decision", **days,
    }  # fmt: skip
    assert "event" not in path[0]
    assert [one for one in path if set(one) - {"state", "event"}] == []


def test_a_promise_that_fails_is_told_with_the_states_and_events_of_its_path():
    found = only(
        findings(
            limit(5), EXAMINE, DECIDE, clock("beside", "accepted deemed_accepted", "granted", 6), remand=0
        )
    )
    path = found["path"]
    assert [one["state"] for one in path][-1] != path[0]["state"]
    assert all(one["event"] for one in path[1:])
    events = [one["event"] for one in path[1:]]
    assert len(events) == len(path) - 1


def test_office_hours_are_judged_at_the_worst_hour_of_the_day():
    hours = {**EXAMINE, "budget": 3, "unit": "office_hour"}
    found = only(findings(limit(2, "office_hour"), hours, remand=0))
    assert (found["stages"], found["limit"]) == (["examine"], "decision")
    assert findings(limit(1), {**hours, "budget": 6}, remand=0) == []
    found = only(findings(limit(1), {**hours, "budget": 7}, remand=0))
    assert found["ends"] > found["limit_ends"]


def test_hours_that_run_over_into_the_next_day_are_worse_than_any_that_begin_in_the_morning():
    """Two hours and a working day are thirteen hours from nine o'clock; from one minute past three they are more."""
    read = clock("read", "accepted deemed_accepted", "proposed", 2, "office_hour")
    decide = {**DECIDE, "budget": 1}
    found = only(findings(limit(13, "office_hour"), read, decide, remand=0))
    assert found["stages"] == ["read", "decide"]
    assert findings(limit(15, "office_hour"), read, decide, remand=0) == []


# ── a promise against the law


def test_a_promise_in_other_units_than_the_law_is_judged_on_every_day():
    def judged(budget: int, unit: str, law: int, of: str) -> list[dict[str, Any]]:
        mine = clock("promised", "accepted deemed_accepted", "granted", budget, unit, effect="promised")
        return findings(limit(law, of), mine, check=item_promises.against_law)

    assert judged(10, "working_day", 30, "calendar_day") == []
    found = only(judged(15, "working_day", 20, "calendar_day"))
    assert (found["code"], found["budget"], found["limit"]) == ("promise-longer-than-law", 15, "decision")
    assert found["worst_day"] < found["limit_ends"] < found["ends"]
    assert judged(7, "calendar_day", 7, "calendar_day") == []
    assert judged(8, "calendar_day", 7, "calendar_day") != []
    assert judged(1, "month", 31, "calendar_day") == []
    assert (
        judged(31, "calendar_day", 1, "month") != []
    )  # from 31 January it ends in March, the month in February
    assert judged(4, "office_hour", 1, "working_day") == []
    assert judged(1, "working_day", 4, "office_hour") != []
