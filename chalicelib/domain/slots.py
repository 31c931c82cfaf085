"""Decides which slots a resource offers: opening hours cut into lengths, on the working days of the calendar.

A slot is `<day>T<hh:mm>` in the district's time; how many it takes is the account's opening. Nothing is stored for a
slot until somebody books it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from chalicelib.domain.clock_units import Times
from chalicelib.domain.definitions import Definition
from chalicelib.domain.problems import Problem, Text

MINUTES = 60


def named(key: Sequence[str]) -> str:
    """The slot that an account's key names: its last two parts are the day and the time."""
    return "T".join(key[-2:])


def of_day(definition: Definition, day: date, times: Times) -> Iterator[str]:
    """The slots of a day, in order; none on a day that does not work, or one of the week that is not offered."""
    declared = definition["slots"]
    if not times.calendar.works(day.toordinal()):
        return
    if day.isoweekday() not in declared.get("weekdays", range(1, 8)):
        return
    for opens, closes in declared["hours"]:
        at, end = _minutes(opens), _minutes(closes)
        while at + declared["length"] <= end:
            yield f"{day.isoformat()}T{at // MINUTES:02d}:{at % MINUTES:02d}"
            at += declared["length"]


def offered(definition: Definition, times: Times, at: int, first: date, days: int) -> list[str]:
    """The slots that can still be booked at `at` (ms), from a day on; as far ahead as the resource takes bookings."""
    today = times.day_of(at)
    last = today + timedelta(days=int(definition["slots"]["ahead"]))
    start = max(first, today)
    asked = [start + timedelta(days=number) for number in range(min(days, (last - start).days + 1))]
    return [slot for day in asked for slot in of_day(definition, day, times) if begins(slot, times) > at]


def check(definition: Definition, slot: str, times: Times, at: int) -> None:
    """Raises Problem `slot-unknown` for what is no slot, has begun, or lies too far ahead."""
    try:
        day = date.fromisoformat(slot.partition("T")[0])
        known = slot in offered(definition, times, at, day, 1)
    except ValueError:
        known = False
    if not known:
        said = Text(f"没有可预约的时段“{slot}”", f"there is no slot {slot!r} to book")
        raise Problem("conflict", "slot-unknown", said, extra={"account": definition["id"], "slot": slot})


def begins(slot: str, times: Times) -> int:
    """The instant (ms) at which a slot begins."""
    day, _, clock = slot.partition("T")
    midnight = times.hours.midnight(date.fromisoformat(day).toordinal())
    return midnight + _minutes(clock) * 60_000


def _minutes(clock: str) -> int:
    read = datetime.strptime(clock, "%H:%M")  # noqa: DTZ007  a time of day has no zone
    return read.hour * MINUTES + read.minute
