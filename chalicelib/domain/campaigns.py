"""Decides what is done every period for each record of a register: which record is meant, in which period, under
which ids.

Declared as a trigger with `{every, for_each, do}`. The same record and period give the same ids, whoever asks and how
often, so two schedules, a message that comes again and a worker that died half way do nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any

from chalicelib.domain import ids, periods, triggers
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.definitions import Definition
from chalicelib.domain.events import Prompt
from chalicelib.domain.periods import Period
from chalicelib.domain.readings import ABSENT, read
from chalicelib.domain.triggers import value_of

PER_ROW = ("record:id", "period:id")


@dataclass(frozen=True, slots=True)
class Row:
    """A record and the period for which it is asked about; `due_on` the day on which that was due."""

    register: str
    record_id: str
    body: Mapping[str, Any]
    period: Period
    due_on: date

    @property
    def once(self) -> tuple[str, ...]:
        return PER_ROW

    def say(self, prefix: str, member: str, /) -> Any:
        if prefix == "period":
            return _of_period(self.period, self.due_on, member)
        if prefix != "record":
            return None
        if member == "id":
            return self.record_id
        value = read(self.body, member)
        return None if value is ABSENT else value


def is_one(trigger: Definition) -> bool:
    return "every" in trigger


def run_id(trigger: Definition, period: Period) -> str:
    """One run a trigger and period, whoever begins it."""
    return named(str(trigger["id"]), period.id)


def named(trigger: str, period: str) -> str:
    """The id of the run of a period by its name."""
    return ids.derived("cmp", trigger, period)


def due(trigger: Definition, now: int, calendar: Calendar, zone: tzinfo) -> tuple[Period, int] | None:
    """The period that is to be done now, and since when; None where nothing is due since the trigger is in force.

    What fell due since its first day is made up for, also where it was released later.
    """
    found = periods.latest(trigger["every"], now, calendar, zone)
    if found is None:
        return None
    day = periods.falls_on(trigger["every"], found[0], calendar)
    return found if day is not None and triggers.in_force(trigger, day) else None


def coming(trigger: Definition, now: int, calendar: Calendar, zone: tzinfo) -> tuple[Period, int] | None:
    """The period that is due next."""
    return periods.following(trigger["every"], now, calendar, zone)


def is_meant(trigger: Definition, row: Row) -> bool:
    """Whether the query finds the record: every field that it names says what it asks for; an absent one does not."""
    where: Mapping[str, Any] = trigger["for_each"]["query"]["where"]
    return all(_same(read(row.body, pointer), value_of(wanted, row)) for pointer, wanted in where.items())


def prompt_of(trigger: Definition, run: str) -> Prompt:
    """What every act says it follows from: the run, which is one matter with all that becomes of it."""
    return Prompt(triggers.version_of(trigger), run, run, 1)


def tells_rows_apart(trigger: Definition) -> bool:
    """Whether no two records may ask for one and the same act."""
    return "record:id" in trigger.get("once_per", PER_ROW)


def _same(found: Any, wanted: Any) -> bool:
    return found is not ABSENT and type(found) is type(wanted) and bool(found == wanted)


def _of_period(period: Period, due_on: date, member: str) -> Any:
    known = {"id": period.id, "first": period.first, "last": period.last, "due_on": due_on}
    value = known[member]
    return value.isoformat() if isinstance(value, date) else value
