"""Groups of member cases for tests: a bundle of any members in the pack's own process, played in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from random import Random  # noqa: TID251 - seeded: the same order every time
from typing import Any

from chalicelib.domain import facts, filing, joining
from chalicelib.domain.events import Cause
from chalicelib.domain.filing import Application
from chalicelib.domain.members import Report
from chalicelib.domain.transitions import Course
from chalicelib.domain.world import World
from tests.builders_cases import NINE, NoRecords, example, later
from tests.builders_stores import world as world_of

BUNDLE = "utilities-joint-connection"
OWNER = "enterprise:91430112MA4DEM010Y"
HEARD = Cause({"person": "system:children", "via": "system"}, NINE, NINE)


@cache
def world_with(names: tuple[str, ...], joins: str = "all", late: str = "record") -> World:
    """The pack's bundle with other members. `joins`: `all`, `any`, `at_least:<k>`, `quorum:<k>`."""
    kind, _, number = joins.partition(":")
    source = world_of(BUNDLE, NINE)
    group = dict(source.bundle.item["children"]["running"])
    group |= {
        "members": [{"id": name, "item": "water-connection", "map": {}} for name in names],
        "join": {kind: int(number)} if number else kind,
        "late": late,
    }
    group.pop("for_each")
    item = {**source.bundle.item, "children": {"running": group}}
    return replace(source, bundle=replace(source.bundle, item=item))


def begun(names: Sequence[str], joins: str = "all", late: str = "record") -> Course:
    """A case of the bundle whose members have just been planned."""
    return opened(world_with(tuple(names), joins, late))


def opened(world: World, form: Mapping[str, Any] | None = None) -> Course:
    shown = example(BUNDLE)
    filled = form or shown["form"]
    pins = facts.pin_all(world.bundle.facts.values(), filled, {}, world.at)
    application = Application(filled, (), ({"role": "applicant", "subject": OWNER},), "web")
    return filing.open_case(
        world, application, pins, case_id="cas_PARENT", number="AA20260302-0001", release_set=1,
        cause=Cause({"person": OWNER, "via": "web"}, world.at, world.at), records=NoRecords(),
    )  # fmt: skip


def hears(course: Course, *reports: Report) -> Course:
    """The parent after a worker told it how members stand; each telling is a commit of its own."""
    after = later(course, course.world.at)
    joining.note(after, reports, HEARD)
    return after


def lives(names: Sequence[str], outcomes: Mapping[str, str]) -> Iterator[Report]:
    """What could be heard of each member: opened, under way, ended."""
    for name in names:
        yield Report(name, 1, due=NINE + 1)
        yield Report(name, 2, due=NINE + 2)
        yield Report(name, 3, outcomes[name])


def shuffled(reports: Sequence[Report], seed: int) -> list[Report]:
    """In any order, some of them again and again, as a stream that is read twice would have it."""
    rng = Random(seed)
    many = [*reports, *rng.choices(reports, k=len(reports))]
    rng.shuffle(many)
    return many


def state_of(course: Course) -> str:
    (state,) = course.world.process.active(course.case.configuration)
    return state
