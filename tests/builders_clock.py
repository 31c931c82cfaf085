"""Builders for clocks: the pack's calendar, local instants, and an oracle that walks one day at a time.

The oracle shares no code with the domain: working days come from chinesecalendar (Monday to Friday after 2026),
months from dateutil, and every question is answered by looking at each day, or each minute, in turn.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import chinese_calendar
from dateutil.relativedelta import relativedelta

from chalicelib.domain.calendar import Calendar
from chalicelib.domain.clock import OfficeHours, Times

CALENDARS = Path(__file__).parents[1] / "schemas" / "calendars"
CHINA = timezone(timedelta(hours=8))
SESSIONS = ((time(9), time(12)), (time(13, 30), time(17)))
LAST_NOTICE = 2026

HEARING = {"id": "hearing", "title": {"zh": "听证", "en": "Hearing"}, "counts": False,
           "max": {"budget": 400, "unit": "calendar_day"}, "document": "hearing-notice", "basis": "行政许可法 §45",
           "blocks": ["grant"]}  # fmt: skip
EXPERTS = {**HEARING, "id": "experts", "title": {"zh": "专家评审", "en": "Expert review"}, "blocks": []}
MEETING = {**HEARING, "id": "meeting", "title": {"zh": "会商", "en": "Meeting"}, "counts": True}


def definitions() -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted(CALENDARS.glob("cn-*.json"))]


@cache
def calendar() -> Calendar:
    return Calendar(definitions())


@cache
def times() -> Times:
    return Times(calendar(), OfficeHours())


def ms(text: str) -> int:
    """`2026-03-02 10:00`, local, as milliseconds."""
    return in_ms(datetime.fromisoformat(text).replace(tzinfo=CHINA))


def in_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def local(at: int | None) -> str | None:
    if at is None:
        return None
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def declaration(**members: Any) -> dict[str, Any]:
    """A clock that starts when accepted and stops when decided; 20 working days unless said otherwise."""
    return {"id": "decision", "effect": "statutory", "title": {"zh": "审批", "en": "Decision"},
            "starts_on": ["accepted"], "stops_on": ["decided"], "restarts_on": ["resumed"], "budget": 20,
            "unit": "working_day", "on_expiry": "timeout.decision", "basis": "行政许可法 §42",
            "extension": {"budget": 10, "by": ["post:head"], "basis": "行政许可法 第42条"}, **members}  # fmt: skip


def item(*clocks: dict[str, Any]) -> dict[str, Any]:
    return {"clocks": list(clocks) or [declaration()], "holds": [HEARING, EXPERTS, MEETING]}


@cache
def works(day: date) -> bool:
    """The oracle's opinion of a day."""
    return bool(chinese_calendar.is_workday(day)) if day.year <= LAST_NOTICE else day.weekday() < 5


@dataclass(frozen=True)
class History:
    """What happened to one clock: its budget, when it started, when it stood still (local, whole minutes)."""

    unit: str
    budget: int
    start: datetime
    pauses: tuple[tuple[datetime, datetime], ...] = field(default=())

    def paused(self, moment: datetime) -> bool:
        return any(begin < moment <= end for begin, end in self.pauses)

    def deadline(self) -> datetime:
        """The slow answer."""
        if self.unit == "office_hour":
            return self._minutes()
        counts = works if self.unit == "working_day" else bool
        left = self._days()
        for day in _days_after(self.start.date()):
            if counts(day) and not self.paused(_close(day)):
                left -= 1
            if left <= 0 and works(day) and not self.paused(_close(day)):
                return _close(day)
        raise AssertionError("the days never end")

    def _days(self) -> int:
        if self.unit not in ("month", "year"):
            return self.budget
        unit = {f"{self.unit}s": self.budget}
        return (self.start.date() + relativedelta(**unit) - self.start.date()).days

    def _minutes(self) -> datetime:
        left = self.budget * 60
        for day in (self.start.date(), *_days_after(self.start.date(), until=150)):
            for minute in _open_minutes(day):
                if minute > self.start and not self.paused(minute):
                    left -= 1
                    if left == 0:
                        return minute
        raise AssertionError("150 days are not enough for the budgets that are drawn")


def _close(day: date) -> datetime:
    midnight = datetime.combine(day, time(0), CHINA)
    return midnight + (timedelta(hours=17) if works(day) else timedelta(days=1))


def _days_after(day: date, until: int = 3000) -> Iterator[date]:
    return (day + timedelta(days=n) for n in range(1, until))


def _open_minutes(day: date) -> Iterator[datetime]:
    """The end of every minute in which the office is open."""
    for begin, end in SESSIONS if works(day) else ():
        moment, stop = datetime.combine(day, begin, CHINA), datetime.combine(day, end, CHINA)
        while moment < stop:
            moment += timedelta(minutes=1)
            yield moment


def histories(count: int) -> Iterator[History]:
    """Histories drawn from SHA-256, the same in every run: all units, 2019–2026, up to three pauses."""
    for number in range(count):
        draw = Draw(number)
        unit = draw.of(["working_day", "working_day", "calendar_day", "month", "year", "office_hour"])
        most = {"working_day": 60, "calendar_day": 90, "month": 6, "year": 2, "office_hour": 40}[unit]
        start = datetime(2019, 1, 1, tzinfo=CHINA) + timedelta(minutes=draw.below(7 * 366 * 24 * 60))
        pauses = []
        for _ in range(draw.below(4)):
            begin = start + timedelta(minutes=draw.below(20 * 24 * 60) - 60)
            pauses.append((begin, begin + timedelta(minutes=draw.below(12 * 24 * 60))))
        spoken = [] if unit == "office_hour" and draw.below(2) else pauses
        yield History(unit, 1 + draw.below(most), start, tuple(spoken))


class Draw:
    """Numbers drawn from SHA-256: the same for the same number."""

    def __init__(self, number: int) -> None:
        self._state = hashlib.sha256(f"clock history {number}".encode()).digest()

    def below(self, bound: int) -> int:
        self._state = hashlib.sha256(self._state).digest()
        return int.from_bytes(self._state[:8], "big") % bound

    def of(self, choices: list[str]) -> str:
        return choices[self.below(len(choices))]
