from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.calendar import Calendar, corresponding_day, named
from chalicelib.domain.problems import Problem
from tests.builders_clock import calendar, definitions, works

FIRST, LAST = date(2019, 1, 1), date(2026, 12, 31)

# By hand from the notices: the Saturdays and Sundays on which offices work.
MAKEUP = {
    2019: "0202 0203 0428 0505 0929 1012",
    2020: "0119 0426 0509 0628 0927 1010",
    2021: "0207 0220 0425 0508 0918 0926 1009",
    2022: "0129 0130 0402 0424 0507 1008 1009",
    2023: "0128 0129 0423 0506 0625 1007 1008",
    2024: "0204 0218 0407 0428 0511 0914 0929 1012",
    2025: "0126 0208 0427 0928 1011",
    2026: "0104 0214 0228 0509 0920 1010",
}
BY_HAND = {
    date(year, int(day[:2]), int(day[2:])) for year, listed in MAKEUP.items() for day in listed.split()
}


def every_day(first: date = FIRST, last: date = LAST) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def test_the_make_up_days_are_those_of_the_hand_list() -> None:
    ours = {day for day in every_day() if day.weekday() > 4 and calendar().is_working_day(day)}
    assert ours == BY_HAND
    assert sum(day.year >= 2020 for day in ours) == 46


def test_both_libraries_agree_on_every_day_from_2019_to_2026() -> None:
    other = holidays.country_holidays("CN", years=range(2018, 2028))
    for day in every_day():
        assert calendar().is_working_day(day) is chinese_calendar.is_workday(day), day
        assert calendar().is_working_day(day) is other.is_working_day(day), day


def test_a_naive_weekday_that_is_no_holiday_would_be_wrong_on_46_days() -> None:
    naive = [day for day in every_day(date(2020, 1, 1)) if (day.weekday() < 5) and works(day)]
    right = [day for day in every_day(date(2020, 1, 1)) if calendar().is_working_day(day)]
    assert len(right) - len(naive) == 46


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-03-02", 20, "2026-03-30"),  # no holiday between
        ("2026-02-10", 5, "2026-02-24"),  # Saturday 14 February works, 15–23 rest
        ("2025-09-26", 5, "2025-10-10"),  # Sunday 28 September works, 1–8 October rest
        ("2020-01-22", 5, "2020-02-06"),  # Spring Festival as extended
        ("2024-04-30", 1, "2024-05-06"),  # 1–5 May rest
        ("2024-05-10", 1, "2024-05-11"),  # a make-up Saturday
        ("2026-12-31", 0, "2026-12-31"),
    ],
)
def test_working_days_are_added_as_by_hand(start: str, days: int, end: str) -> None:
    assert calendar().add_working_days(date.fromisoformat(start), days) == (date.fromisoformat(end), False)


@settings(max_examples=150, deadline=None)
@given(st.dates(FIRST + timedelta(days=31), date(2028, 6, 1)), st.integers(1, 300))
def test_adding_and_subtracting_agree_with_a_walk_over_the_days(start: date, n: int) -> None:
    day, left = start, n
    while left:
        day += timedelta(days=1)
        left -= works(day)
    assert calendar().add_working_days(start, n) == (day, day > LAST)
    assert calendar().count_working_days(start, day) == n
    assert calendar().subtract_working_days(day + timedelta(days=1), 1)[0] == day
    assert calendar().add_working_days(day, -1) == calendar().subtract_working_days(day, 1)


@settings(max_examples=150, deadline=None)
@given(st.dates(FIRST, date(2035, 1, 1)))
def test_numbering_and_its_inverse_agree_on_both_sides_of_the_horizon(day: date) -> None:
    index = calendar().index(day.toordinal())
    found, _ = calendar().next_working_day(day)
    assert calendar().works(found.toordinal())
    assert calendar().nth(index + (not works(day))) == found.toordinal()
    assert not any(works(one) for one in every_day(day, found - timedelta(days=1)))


def test_the_table_is_made_once_and_only_when_days_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Calendar] = []
    tabulate = Calendar._tabulate
    monkeypatch.setattr(Calendar, "_tabulate", lambda self: (made.append(self), tabulate(self)))
    fresh = Calendar(definitions())
    assert fresh.is_working_day(date(2026, 2, 14))
    assert fresh.reason(date(2026, 2, 17)).zh.startswith("放假")
    assert not fresh.ends_soon(date(2026, 3, 2))
    assert made == []
    assert fresh.add_working_days(date(2026, 2, 10), 5) == (date(2026, 2, 24), False)
    assert fresh.nth(fresh.index(date(2026, 2, 24).toordinal())) == date(2026, 2, 24).toordinal()
    assert made == [fresh]


@pytest.mark.parametrize(
    "ask",
    [
        lambda one: one.nth(1) == date(2019, 1, 2).toordinal(),
        lambda one: one.index(date(2019, 1, 3).toordinal()) == 2,
        lambda one: one.add_working_days(date(2026, 12, 31), 1) == (date(2027, 1, 1), True),
        lambda one: one.subtract_working_days(date(2019, 1, 4), 1) == (date(2019, 1, 3), False),
        lambda one: one.next_working_day(date(2019, 1, 1)) == (date(2019, 1, 2), False),
        lambda one: one.count_working_days(date(2019, 1, 1), date(2019, 1, 31)) == 22,
    ],
)
def test_any_question_may_be_the_first(ask: Callable[[Calendar], bool]) -> None:
    assert ask(Calendar(definitions()))


def test_lesson_6_past_the_last_notice_a_date_is_provisional_and_never_silently_weekends_only() -> None:
    last_sure, sure = calendar().add_working_days(date(2026, 12, 24), 5)
    assert (last_sure, sure) == (date(2026, 12, 31), False)
    assert calendar().add_working_days(date(2026, 12, 24), 6) == (date(2027, 1, 1), True)
    assert calendar().is_working_day(date(2027, 1, 1)) is None
    assert calendar().next_working_day(date(2027, 1, 2)) == (date(2027, 1, 4), True)
    assert "暂定" in calendar().reason(date(2027, 1, 1)).zh
    assert calendar().horizon == LAST


def test_lesson_6_the_alarm_rises_sixty_days_before_the_horizon() -> None:
    assert not calendar().ends_soon(LAST - timedelta(days=61))
    assert calendar().ends_soon(LAST - timedelta(days=60))
    assert calendar().ends_soon(LAST + timedelta(days=400))


def test_lesson_6_no_calendar_or_a_missing_year_is_refused() -> None:
    with pytest.raises(Problem) as none:
        Calendar([])
    assert none.value.findings[0].code == "calendar-unknown"
    with pytest.raises(Problem) as gap:
        Calendar(one for one in definitions() if one["year"] != 2023)
    assert gap.value.findings[0].code == "calendar-years-not-consecutive"
    with pytest.raises(Problem) as unknown:
        named("hk", definitions())
    assert unknown.value.kind == "not_found"
    with pytest.raises(Problem) as early:
        calendar().add_working_days(date(2018, 12, 31), 3)
    assert early.value.code == "calendar-not-covered"
    with pytest.raises(Problem):
        calendar().subtract_working_days(date(2019, 1, 3), 5)


def test_before_the_extension_of_2020_the_old_notice_held() -> None:
    before = named("cn", definitions(), known_on=date(2020, 1, 22))
    # as first announced: 31 January and Saturday 1 February were to be worked
    assert before.add_working_days(date(2020, 1, 22), 5) == (date(2020, 2, 4), False)
    assert before.is_working_day(date(2020, 2, 1))
    after = named("cn", definitions(), known_on=date(2020, 1, 27))
    assert after.add_working_days(date(2020, 1, 22), 5) == (date(2020, 2, 6), False)
    assert "延长2020年春节假期" in after.reason(date(2020, 1, 31)).zh
    assert "2020年部分节假日" in before.reason(date(2020, 2, 1)).zh


def test_before_march_2019_labour_day_was_one_day() -> None:
    before = named("cn", definitions(), known_on=date(2019, 3, 21))
    assert before.is_working_day(date(2019, 5, 2))
    assert before.is_working_day(date(2019, 4, 28)) is False
    assert not calendar().is_working_day(date(2019, 5, 2))


def test_next_years_notice_may_reach_into_this_december() -> None:
    following = {
        **definitions()[-1], "id": "cn-2027", "year": 2027,
        "rest_days": ["2026-12-26", "2026-12-31", "2027-01-01"], "makeup_workdays": ["2026-12-27"],
    }  # fmt: skip
    this = {**definitions()[-1], "makeup_workdays": ["2026-12-26"], "rest_days": ["2026-12-27"]}
    assert Calendar([this]).is_working_day(date(2026, 12, 26))
    both = Calendar([this, following])
    assert both.is_working_day(date(2026, 12, 26)) is False
    assert both.reason(date(2026, 12, 27)).zh.startswith("调休上班")
    assert both.is_working_day(date(2026, 12, 31)) is False
    assert both.is_working_day(date(2026, 12, 27)) is True
    assert calendar().is_working_day(date(2026, 12, 31)) is True


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"makeup_workdays": ["2026-03-04"]}, "makeup-on-weekday"),
        ({"rest_days": ["2026-02-14"], "makeup_workdays": ["2026-02-14"]}, "day-rests-and-works"),
        ({"rest_days": ["2024-02-14"]}, "day-of-another-year"),
        ({"rest_days": ["2027-01-01"]}, "day-of-another-year"),
    ],
)
def test_a_notice_that_contradicts_itself_is_refused_with_the_place(
    changed: dict[str, object], code: str
) -> None:
    with pytest.raises(Problem) as refused:
        Calendar([{**definitions()[-1], **changed}])
    assert [one.code for one in refused.value.findings] == [code]
    assert refused.value.findings[0].pointer.endswith("/0")


@pytest.mark.parametrize(
    ("start", "budget", "unit", "end"),
    [
        (
            "2026-01-31",
            1,
            "month",
            "2026-02-28",
        ),  # no corresponding day: the month's last; a make-up Saturday
        ("2024-01-31", 1, "month", "2024-02-29"),
        ("2024-02-29", 1, "year", "2025-02-28"),
        ("2025-11-30", 3, "month", "2026-02-28"),
        ("2026-01-01", 1, "month", "2026-02-02"),  # 1 February is a Sunday
        ("2025-10-05", 1, "year", "2026-10-08"),  # in the holiday: the first working day after it
        ("2026-04-25", 10, "calendar_day", "2026-05-06"),  # 5 May is a holiday
        ("2026-03-02", 5, "working_day", "2026-03-09"),
    ],
)
def test_periods_end_as_the_civil_code_says(start: str, budget: int, unit: str, end: str) -> None:
    last, provisional = calendar().last_day(date.fromisoformat(start), budget, unit)  # type: ignore[arg-type]
    assert (last.isoformat(), provisional) == (end, False)


@settings(max_examples=100, deadline=None)
@given(st.dates(FIRST, date(2030, 1, 1)), st.integers(0, 60))
def test_the_corresponding_day_agrees_with_dateutil(start: date, months: int) -> None:
    from dateutil.relativedelta import relativedelta

    assert corresponding_day(start, months) == start + relativedelta(months=months)


def test_every_reason_names_its_notice_or_its_weekday() -> None:
    assert "国办发明电〔2025〕7号" in calendar().reason(date(2026, 2, 17)).zh
    assert "调休上班" in calendar().reason(date(2026, 2, 14)).zh
    assert calendar().reason(date(2026, 3, 2)).en == "working day (Monday)"
    assert calendar().reason(date(2026, 3, 1)).zh == "周末休息(星期日)"
