"""Builds cases in memory from the real pack: the course that opens one, moves by named people, time passing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.domain import expiry, facts, filing, moves
from chalicelib.domain.events import Cause
from chalicelib.domain.filing import Application
from chalicelib.domain.outcomes import RecordsNeeded
from chalicelib.domain.transitions import Course
from chalicelib.domain.world import World
from tests.builders_pack import PACK
from tests.builders_stores import world as world_of

NINE = 1_772_413_200_000  # 2026-03-02T09:00:00+08:00, a Monday
HOUR = 3_600_000
DAY = 24 * HOUR


def example(item: str, index: int = 0) -> dict[str, Any]:
    """A fresh copy of an item's example, to be spoiled at will."""
    found: dict[str, Any] = json.loads(json.dumps(PACK[f"items/{item}"]["examples"][index]))
    return found


def cause(person: str, at: int, key: str | None = None) -> Cause:
    return Cause({"person": person, "via": "web"}, at, at, key=key)


def opened(
    item: str = "food-licence",
    at: int = NINE,
    known: Mapping[str, Any] | None = None,
    world: World | None = None,
    index: int = 0,
    book: Mapping[str, Any] | None = None,
) -> Course:
    """A case just submitted with the form of an example; `known` states facts that the form does not give."""
    shown = example(item, index)
    world = world or world_of(item, at)
    pins = facts.pin_all(world.bundle.facts.values(), shown["form"], {}, at)
    stated = shown["facts"] if known is None else known
    pins |= {name: facts.given(world.bundle.facts[name], value, at) for name, value in stated.items()}
    owner = shown["applicant"]
    application = Application(shown["form"], (), ({"role": "applicant", "subject": owner},), "web")
    return filing.open_case(
        world, application, pins, case_id="cas_TEST", number="MR20260302-0001", release_set=1,
        cause=cause(owner, at, key="first"), records=NoRecords(), book=book,
    )  # fmt: skip


class NoRecords(dict[tuple[str, str], Any]):
    """Every register is empty: whatever an ending writes is a first version."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: tuple[str, str]) -> None:
        return None


def later(course: Course, at: int) -> Course:
    """The same case read again at a later instant: nothing has happened in the new course yet."""
    timer = course.change().timer.after
    return Course(
        replace(course.world, at=at),
        replace(course.case, timer=timer),
        course.form,
        course.facts,
        NoRecords(),
    )


def moved(
    course: Course, move: str, person: str, given: Mapping[str, Any] | None = None, at: int | None = None
) -> Course:
    """The case after a move, whoever may make it: rights are another test's question."""
    after = later(course, course.world.at if at is None else at)
    moves.make(after, after.world.process.moves[move], given, cause(person, after.world.at))
    return after


def waited(course: Course, until: int) -> Course:
    """The case after the sweeper let time pass on it at `until`."""
    after = later(course, until)
    expiry.pass_time(after)
    return after


__all__ = [
    "DAY",
    "HOUR",
    "NINE",
    "NoRecords",
    "RecordsNeeded",
    "cause",
    "example",
    "later",
    "moved",
    "opened",
    "waited",
]
