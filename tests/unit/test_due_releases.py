"""What is owed in a case whose release changes: dated anew, ended where nothing declares it, told by a replay."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain import dues, migration, replay
from chalicelib.domain.change import Body
from chalicelib.domain.outcomes import put
from chalicelib.domain.transitions import Course
from chalicelib.domain.world import World
from tests.builders_cases import cause, opened
from tests.builders_dues import MARCH, Debt

DAY = 86_400_000
Edit = Callable[[dict[str, Any]], None]


def two_months(item: dict[str, Any]) -> None:
    next(one for one in item["clocks"] if one["id"] == "instalment").update(budget=2)


def no_dues(item: dict[str, Any]) -> None:
    del item["dues"]
    item["clocks"] = [one for one in item["clocks"] if one["effect"] != "due"]


def nothing(_: dict[str, Any]) -> None:
    pass


def under(debt: Debt, edit: Edit) -> World:
    office, bundle = debt.kit.office(), debt.kit.catalogue.bundle(debt.case.release)
    item = copy.deepcopy(dict(bundle.item))
    edit(item)
    return office.world(replace(bundle, item=item, release="f" * 64), debt.case.node)


def history(debt: Debt) -> list[Body]:
    return list(debt.shelf.cases.events(debt.id, limit=500))


def form(debt: Debt) -> Body:
    stored = debt.shelf.cases.load(debt.id).form
    assert stored is not None
    return stored


def migrated(debt: Debt, edit: Edit) -> Course:
    world = under(debt, edit)
    process: Any = world.bundle.process
    return migration.migrate(
        world, debt.case, form(debt), history(debt), states={}, release_set=2, old=process,
        cause=cause("person:releaser", debt.hand.at), told={},
    )  # fmt: skip


def owed(course: Course) -> list[tuple[str, int]]:
    return [(dues.state_of(one), one["deadline"]) for one in course.case.dues[0]["parts"]]


def breached_once() -> Debt:
    """Three instalments a month apart, the first of them breached."""
    debt = Debt(300, 3)
    debt.hand.at = MARCH + 40 * DAY
    debt.sweep()
    return debt


def test_a_moved_case_owes_by_the_new_releases_clock_and_a_breach_stays_one() -> None:
    debt = breached_once()
    course, slower = migrated(debt, two_months), Debt(300, 6).parts
    assert owed(course) == [
        ("breached", debt.parts[0]["deadline"]), ("owed", slower[3]["deadline"]), ("owed", slower[5]["deadline"]),
    ]  # fmt: skip
    assert migration.deadlines_moved(debt.case, course.case) == 2
    (row,) = course.change().dues
    assert row.deadline == debt.parts[0]["deadline"]
    assert migrated(debt, nothing).case.dues == debt.case.dues


def test_what_the_new_release_declares_no_more_is_owed_no_longer_and_in_no_list() -> None:
    course = migrated(breached_once(), no_dues)
    assert [state for state, _ in owed(course)] == ["breached", "ended", "ended"]
    (row,) = course.change().dues
    assert (row.deadline, row.by, row.to) == (None, None, None)


@pytest.mark.parametrize(
    ("edit", "told"), [(nothing, []), (two_months, [f"deadline:instalment.{part}" for part in (1, 2, 3)])]
)
def test_a_replay_tells_whose_instalments_would_be_due_otherwise(edit: Edit, told: list[str]) -> None:
    debt = Debt(300, 3)
    world = under(debt, edit)
    active = world.process.active(debt.case.configuration)
    assert replay.differences(world, debt.case, form(debt), history(debt), active) == told


def test_what_one_commit_puts_at_one_place_is_one_write() -> None:
    course = opened()
    put(course, ("arrears", "one"), {"status": "performing", "since": "today", "number": None})
    put(course, ("arrears", "one"), {"status": "cleared"})
    (write,) = [one for one in course.written if one.register == "arrears"]
    assert (write.revision, write.body) == (0, {"status": "cleared", "since": "today"})
