"""Decides how a deadline is explained: which days counted, which did not, and why, in two languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from chalicelib.domain.clock_reading import Reading
from chalicelib.domain.clock_spans import Clock, Hold, declared, ends
from chalicelib.domain.clock_units import Times, elapsed
from chalicelib.domain.office_hours import MINUTE
from chalicelib.domain.problems import Text

_FIRST = Text("开始的当天不计入(民法典第201条)", "the first day is not counted (Civil Code, article 201)")
_MOVED = Text(
    "期间最后一日为休息日,顺延至下一工作日(民法典第203条)",
    "the last day is a rest day and moves to the next working day (Civil Code, article 203)",
)
_SAME_DAY = Text("应于当日下班前办结", "to be done by the close of this day")
_STOPPED = Text("停止计时", "the clock was stopped")


def account(
    clock: Clock, declarations: Mapping[str, Any], now: int, *, times: Times, holds: Sequence[Hold] = ()
) -> list[dict[str, Any]]:
    """`{"day", "counted", "why": {zh, en}}` from the first day to the last, or to today if it stands still.

    Days yet to come are shown as they will count. Office hours add `minutes`. The counted days that have ended
    by `now` add up to the projection's `consumed`.
    """
    reading = Reading(clock, declarations, times, holds)
    titles = {one["id"]: _title(one, declarations) for one in reading.holds}
    first = times.hours.day(clock["started_at"])
    days = range(first, max(first, _last(reading, now)) + 1)
    if clock["unit"] == "office_hour":
        until = max(now, reading.deadline or 0)
        return [_minutes(reading, day, titles, until) for day in days]
    return [_whole_day(reading, day, titles) for day in days]


def summed(
    clock: Clock, declarations: Mapping[str, Any], now: int, *, times: Times, holds: Sequence[Hold] = ()
) -> dict[str, Any]:
    """A deadline as a sum: from the day it `starts`, so many days `counted`, others `skipped` and why, until it `ends`.

    `budget` and `extended` are in `unit`; `minutes` only for office hours; days, and the minute at which it ends.
    """
    reading = Reading(clock, declarations, times, holds)
    if reading.deadline is None:
        raise ValueError("a clock that stands still has no end to add up to")
    end = date.fromordinal(times.hours.day(reading.deadline)).isoformat()
    lines = [one for one in account(clock, declarations, now, times=times, holds=holds) if one["day"] <= end]
    skipped: dict[str, dict[str, Any]] = {}
    for one in lines:
        if not one["counted"]:
            row = skipped.setdefault(one["why"]["en"], {"why": one["why"], "days": 0, "from": one["day"]})
            row["days"] += 1
    hours = clock["unit"] == "office_hour"
    return {
        "id": clock["id"], "unit": clock["unit"], "budget": clock["budget"],
        "extended": sum(one["budget"] for one in clock["extensions"]),
        "starts": lines[0]["day"], "counted": sum(one["counted"] for one in lines),
        **({"minutes": sum(one["minutes"] for one in lines)} if hours else {}),
        "skipped": list(skipped.values()), "ends": end,
        "at": (reading.deadline - times.hours.midnight(times.hours.day(reading.deadline))) // MINUTE,
        "provisional": reading.provisional,
    }  # fmt: skip


def _last(reading: Reading, now: int) -> int:
    """The last day to explain: the last of the period, today if that is later or the clock stands still."""
    today = reading.times.hours.day(now)
    if reading.last_day is None or reading.stopped(now) or reading.paused_by(now):
        return today
    return max(today, reading.last_day)


def _whole_day(reading: Reading, day: int, titles: Mapping[str, Text]) -> dict[str, Any]:
    working = reading.times.calendar.works(day)
    end = reading.times.close(day)
    reason = reading.times.calendar.reason(date.fromordinal(day))
    in_working_days = reading.clock["unit"] == "working_day"
    if day == reading.times.hours.day(reading.clock["started_at"]):
        return _line(day, False, _FIRST)
    if in_working_days and not working:
        return _line(day, False, reason)
    if not any(start < end and (stop is None or end <= stop) for start, stop in reading.spans):
        return _line(day, False, _standing(reading, end, titles))
    if reading.total == 0 and day == reading.last_day:
        return _line(day, False, _SAME_DAY)
    if _is_moved(reading, day, end):
        return _line(day, False, _MOVED)
    return _line(day, True, reason)


def _is_moved(reading: Reading, day: int, end: int) -> bool:
    """Whether the day lies between the day on which the period would end and the one it moves to."""
    if reading.clock["unit"] == "working_day" or reading.is_until:
        return False
    before = reading.last_day is None or day < reading.last_day
    return before and elapsed(reading.scale, reading.spans, reading.floor, end) >= reading.total


def _minutes(reading: Reading, day: int, titles: Mapping[str, Text], until: int) -> dict[str, Any]:
    begin, end = reading.times.hours.midnight(day), min(until, reading.times.hours.midnight(day + 1))
    # Rounded on the running sum, so that the minutes of the days add up to the minutes consumed.
    upto = elapsed(reading.scale, reading.spans, reading.floor, end) // MINUTE
    minutes = upto - elapsed(reading.scale, reading.spans, reading.floor, begin) // MINUTE
    reason = reading.times.calendar.reason(date.fromordinal(day))
    if not minutes and reading.times.calendar.works(day):
        reason = _standing(reading, reading.times.close(day), titles)
    return {**_line(day, minutes > 0, reason), "minutes": minutes}


def _standing(reading: Reading, at: int, titles: Mapping[str, Text]) -> Text:
    """Why the clock did not run at that instant."""
    names = [titles[one["id"]] for one in reading.holds if one["start"] < at <= ends(one)]
    if not names or reading.is_until:
        return _STOPPED
    zh, en = "、".join(one.zh for one in names), ", ".join(one.en for one in names)
    return Text(f"特殊环节不计时:{zh}", f"special step, not counted: {en}")


def _title(hold: Hold, declarations: Mapping[str, Any]) -> Text:
    title = declared(declarations, "holds", hold["id"]).get("title", {"zh": hold["id"], "en": hold["id"]})
    return Text(title["zh"], title["en"])


def _line(day: int, counted: bool, why: Text) -> dict[str, Any]:
    return {"day": date.fromordinal(day).isoformat(), "counted": counted, "why": why.as_json()}
