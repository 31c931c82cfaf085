"""Decides when an office is open on a working day, and which instant a day's close of business is.

Which days are working days is the calendar's answer: an office is closed on rest days, open on make-up days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any

from chalicelib.domain import canonical
from chalicelib.domain.problems import Problem, Text

MINUTE = 60_000
DAY = 24 * 60 * MINUTE
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")  # no daylight saving time since 1992
# Sample default, not from the plan: the close of business, 17:00, is where a legal day ends (民法典 第204条).
SAMPLE_HOURS: Mapping[str, Any] = {"mon-fri": [["09:00", "12:00"], ["13:30", "17:00"]]}

_EPOCH = date(1970, 1, 1).toordinal()
_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Sessions = tuple[tuple[int, int], ...]


class OfficeHours:
    """Opening times in minutes of the day, by weekday, in one zone of constant offset.

    Declared as `{"sessions": [{"from", "to"}]}` for every working day alike, or by weekday as
    `{"mon-fri": [["09:00", "12:00"], …], "sat": …}`; a make-up day whose weekday is not named keeps the hours
    of the first weekday that is.
    """

    __slots__ = ("_offset", "_sessions")

    def __init__(self, declared: Mapping[str, Any] | None = None, zone: tzinfo = SHANGHAI) -> None:
        self._offset = _constant_offset(zone)
        self._sessions = _week(declared or SAMPLE_HOURS)

    def day(self, at: int) -> int:
        """The ordinal of the local day in which the instant lies."""
        return (at + self._offset) // DAY + _EPOCH

    def midnight(self, ordinal: int) -> int:
        """The instant at which that local day begins."""
        return (ordinal - _EPOCH) * DAY - self._offset

    def sessions(self, ordinal: int) -> Sessions:
        """Opening times of a working day, as minutes after midnight."""
        return self._sessions[(ordinal - 1) % 7]

    def close(self, ordinal: int, working: bool) -> int:
        """When the legal day ends: at the close of business, or 24:00 without any (民法典 第204条)."""
        sessions = self.sessions(ordinal) if working else ()
        return self.midnight(ordinal) + (sessions[-1][1] if sessions else 24 * 60) * MINUTE

    def opened(self, ordinal: int, until: int) -> int:
        """How many milliseconds a working day's sessions were open before the instant `until`."""
        since = until - self.midnight(ordinal)
        return sum(max(0, min(since, end * MINUTE) - start * MINUTE) for start, end in self.sessions(ordinal))

    def reached(self, ordinal: int, opened: int) -> int:
        """The instant of a working day at which so many milliseconds of its sessions have passed."""
        for start, end in self.sessions(ordinal):
            length = (end - start) * MINUTE
            if opened <= length:
                return self.midnight(ordinal) + start * MINUTE + opened
            opened -= length
        raise ValueError("more than the day holds")


@lru_cache(maxsize=64)
def kept_hours(declared: bytes) -> OfficeHours:
    """The hours that these canonical bytes declare, once: what is counted along them grows day by day and is kept."""
    return OfficeHours(canonical.loads(declared))


def zone_named(name: str) -> tzinfo:
    """The configured zone; the district's own needs no time zone database."""
    if name == "Asia/Shanghai":
        return SHANGHAI
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def day_of(at: int, zone: tzinfo = SHANGHAI) -> date:
    """The local day in which an instant (ms) lies."""
    return date.fromordinal((at + _constant_offset(zone)) // DAY + _EPOCH)


def _constant_offset(zone: tzinfo) -> int:
    """The zone's offset in ms; a zone with daylight saving would make `one day` ambiguous and is refused."""
    offsets = {datetime(2026, month, 1, tzinfo=UTC).astimezone(zone).utcoffset() for month in (1, 7)}
    offset = offsets.pop()
    if offsets or offset is None:
        raise Problem(
            "invalid", "zone-shifts", Text("时区不得有夏令时", "the zone must have a constant offset")
        )
    return int(offset.total_seconds() * 1000)


def _week(declared: Mapping[str, Any]) -> tuple[Sessions, ...]:
    named: dict[int, Sessions] = {}
    for key in sorted(set(declared) - {"source", "sessions"}, key=lambda name: "-" not in name):
        named |= dict.fromkeys(_weekdays(key), _ordered(declared[key]))
    if "sessions" in declared:
        alike = _ordered([[one["from"], one["to"]] for one in declared["sessions"]])
        named = dict.fromkeys(range(7), alike) | named
    ordinary = next((named[day] for day in range(5) if named.get(day)), None)
    if ordinary is None:
        raise _unusable("周一至周五没有任何办公时间", "there are no opening times from Monday to Friday")
    return tuple(named.get(day, ordinary if day > 4 else ()) for day in range(7))


def _weekdays(key: str) -> range:
    first, _, last = key.partition("-")
    if first not in _NAMES or (last or first) not in _NAMES:
        raise _unusable(f"未知的星期“{key}”", f"unknown weekday {key!r}")
    return range(_NAMES.index(first), _NAMES.index(last or first) + 1)


def _ordered(pairs: Sequence[Sequence[str]]) -> Sessions:
    sessions = tuple(sorted((_minute(start), _minute(end)) for start, end in pairs))
    edges = [edge for session in sessions for edge in session]
    if edges != sorted(set(edges)):
        raise _unusable("办公时段重叠或颠倒", "opening times overlap or are reversed")
    return sessions


def _minute(text: str) -> int:
    hour, _, minute = text.partition(":")
    if not (
        hour.isdecimal() and minute.isdecimal() and int(minute) < 60 and int(hour) * 60 + int(minute) <= 1440
    ):
        raise _unusable(f"不是时刻:“{text}”", f"not a time of day: {text!r}")
    return int(hour) * 60 + int(minute)


def _unusable(zh: str, en: str) -> Problem:
    return Problem("invalid", "office-hours-unusable", Text(zh, en))
