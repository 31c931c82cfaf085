from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.clock import OfficeHours, Times, day_of, zone_named
from chalicelib.domain.clock_units import OpenTime
from chalicelib.domain.office_hours import MINUTE
from chalicelib.domain.problems import Problem
from tests.builders_clock import calendar, local, ms

MONDAY, SATURDAY = date(2026, 3, 2).toordinal(), date(2026, 2, 14).toordinal()


def test_a_legal_day_ends_at_the_close_of_business_and_a_rest_day_at_midnight() -> None:
    hours = OfficeHours()
    assert local(hours.close(MONDAY, working=True)) == "2026-03-02 17:00"
    assert local(hours.close(MONDAY - 1, working=False)) == "2026-03-02 00:00"


def test_a_make_up_saturday_keeps_the_hours_of_a_weekday_unless_it_has_its_own() -> None:
    assert OfficeHours().sessions(SATURDAY) == OfficeHours().sessions(MONDAY)
    own = OfficeHours(
        {"mon-fri": [["09:00", "17:00"]], "sat": [["09:00", "12:00"]], "fri": [["09:00", "16:00"]]}
    )
    assert local(own.close(SATURDAY, working=True)) == "2026-02-14 12:00"
    assert own.sessions(MONDAY + 4) == ((540, 960),)
    assert own.sessions(MONDAY) == ((540, 1020),)


def test_hours_of_an_organisation_node_are_read_as_they_are_declared() -> None:
    node = {
        "sessions": [{"from": "08:30", "to": "12:00"}, {"from": "14:00", "to": "17:30"}],
        "source": "sample",
    }
    assert (
        OfficeHours(node).sessions(MONDAY)
        == OfficeHours(node).sessions(SATURDAY)
        == ((510, 720), (840, 1050))
    )


def test_a_saturday_that_is_no_make_up_day_is_closed_even_with_hours() -> None:
    times = Times(calendar(), OfficeHours({"mon-fri": [["09:00", "17:00"]], "sat": [["09:00", "12:00"]]}))
    scale = OpenTime(times)
    assert scale.position(ms("2026-03-07 15:00")) == scale.position(ms("2026-03-06 17:00"))
    assert scale.position(ms("2026-02-14 15:00")) - scale.position(ms("2026-02-13 17:00")) == 180 * MINUTE


def test_an_office_that_is_closed_on_wednesdays_has_no_hours_then_but_the_day_counts() -> None:
    closed = OfficeHours({"mon-tue": [["09:00", "17:00"]], "thu-fri": [["09:00", "17:00"]]})
    assert closed.sessions(MONDAY + 2) == ()
    assert local(closed.close(MONDAY + 2, working=True)) == "2026-03-05 00:00"
    scale = OpenTime(Times(calendar(), closed))
    assert scale.position(ms("2026-03-04 23:00")) == scale.position(ms("2026-03-03 17:00"))


@pytest.mark.parametrize(
    "declared",
    [
        {"mon-fri": [["09:00", "12:00"], ["11:00", "17:00"]]},
        {"mon-fri": [["17:00", "09:00"]]},
        {"mon-fri": [["9am", "17:00"]]},
        {"mon-fri": [["09:00", "24:01"]]},
        {"weekdays": [["09:00", "17:00"]]},
        {"sat": [["09:00", "17:00"]]},
        {"sessions": []},
    ],
)
def test_opening_times_that_cannot_be_kept_are_refused(declared: dict[str, list[list[str]]]) -> None:
    with pytest.raises(Problem) as refused:
        OfficeHours(declared)
    assert refused.value.code == "office-hours-unusable"


def test_the_day_is_the_districts_day_and_zones_that_shift_are_refused() -> None:
    late = int(datetime(2026, 3, 1, 16, 30, tzinfo=UTC).timestamp() * 1000)
    assert day_of(late) == date(2026, 3, 2)
    assert day_of(late, zone_named("UTC")) == date(2026, 3, 1)
    assert OfficeHours(None, ZoneInfo("Asia/Shanghai")).day(late) == MONDAY
    with pytest.raises(Problem) as refused:
        OfficeHours(None, ZoneInfo("Europe/Berlin"))
    assert refused.value.code == "zone-shifts"
