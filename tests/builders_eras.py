"""Notices that change the calendar: what was known before and after, for the domain and for the witness."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from chalicelib.domain.calendar import Calendar
from chalicelib.domain.clock import OfficeHours, Times
from tests.builders_clock import definitions, works
from tests.builders_witness import Days

FIRST, LAST = 2019, 2026
SAMPLE = {
    "title": "样例通知",
    "number": "样例",
    "issued": "2025-01-01",
    "url": None,
    "source_verified": False,
}


@dataclass(frozen=True, eq=False)
class Era:
    """What is known of the days at some time: the domain's times, the witness's days."""

    times: Times
    days: Days


@dataclass(frozen=True, eq=False)
class Notice:
    """A change of the calendar, loaded somewhere in `told`, before the first day that it changes."""

    name: str
    before: Era
    after: Era
    told: tuple[date, date]


def turned(*days: str, base: Callable[[date], bool] = works) -> Callable[[date], bool]:
    """The opinion `base` with these days (ISO) the other way round."""
    others = {date.fromisoformat(day) for day in days}
    return lambda day: base(day) is not (day in others)


def known_until(year: int) -> Callable[[date], bool]:
    """Monday to Friday after that year."""
    return lambda day: works(day) if day.year <= year else day.weekday() < 5


def _era(
    sources: Iterable[Mapping[str, Any]],
    opinion: Callable[[date], bool],
    year: int,
    known_on: date | None = None,
) -> Era:
    return Era(Times(Calendar(sources, known_on), OfficeHours()), Days(opinion, date(year, 12, 31)))


@cache
def today() -> Era:
    """All notices there are."""
    return _era(definitions(), works, LAST)


@cache
def notices() -> list[Notice]:
    """Two years that were changed while they ran, each year's own notice in the November before, made-up ones."""
    return [
        _changed("Labour Day 2019", "2019-03-22", "2019-04-27", "2019-04-28", "2019-05-02", "2019-05-03", "2019-05-05",
                 "2020-01-31", "2020-02-01"),  # nobody knew of these either
        _changed("Spring Festival 2020", "2020-01-27", "2020-01-30", "2020-01-31", "2020-02-01"),
        *(_yearly(year) for year in range(FIRST + 1, LAST + 1)),
        _made_up("storm", {"rest_days_added": ["2025-08-13", "2025-08-14", "2025-08-15"],
                           "makeup_workdays_added": ["2025-08-23", "2025-08-30"]}),
        _made_up("a rest given up", {"rest_days_removed": ["2025-10-08"], "makeup_workdays_removed": ["2025-10-11"]}),
        _made_up("a make-up day moved", {"makeup_workdays_removed": ["2025-04-27"],
                                         "makeup_workdays_added": ["2025-04-19"]}),
    ]  # fmt: skip


def _changed(name: str, known_from: str, until: str, *days: str) -> Notice:
    known = date.fromisoformat(known_from)
    before = _era(definitions(), turned(*days), LAST, known - timedelta(days=1))
    return Notice(name, before, today(), (known, date.fromisoformat(until)))


def _yearly(year: int) -> Notice:
    before = _era([one for one in definitions() if one["year"] < year], known_until(year - 1), year - 1)
    after = _era([one for one in definitions() if one["year"] <= year], known_until(year), year)
    return Notice(f"notice for {year}", before, after, (date(year - 1, 11, 1), date(year - 1, 11, 30)))


def _made_up(name: str, change: dict[str, list[str]]) -> Notice:
    """A change of 2025 that never was."""
    days = sorted(day for listed in change.values() for day in listed)
    first = date.fromisoformat(days[0])
    sources = definitions()
    mine = next(one for one in sources if one["year"] == first.year)
    for member in ("rest_days", "makeup_workdays"):
        listed = {*mine[member], *change.get(f"{member}_added", ())} - {*change.get(f"{member}_removed", ())}
        mine[member] = sorted(listed)
    mine["changes"] = [{"notice": SAMPLE, "known_from": str(first - timedelta(days=40)), **change}]
    after = _era(sources, turned(*days), LAST)
    return Notice(name, today(), after, (first - timedelta(days=40), first - timedelta(days=1)))
