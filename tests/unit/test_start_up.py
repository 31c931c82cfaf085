"""Starting an enterprise: six bodies in any order, one form that asks nothing twice, one result, the longest branch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from random import Random  # noqa: TID251 - seeded: the same order every time
from typing import Any

import pytest

from chalicelib.domain.members import Report
from chalicelib.domain.transitions import Course
from tests.builders_cases import NINE, example, moved
from tests.builders_groups import hears, lives, opened, shuffled, state_of
from tests.builders_pack import PACK, leaves
from tests.builders_start_up import BUNDLE, ITEM, MEMBERS, OUTCOMES, SIX
from tests.builders_stores import world as world_of

HOUR = 3_600_000


# ── one form, five materials


def filled(lines: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    """{field of a member's own form: places of the one form that fill it}; the same field of two members is one."""
    found: dict[str, set[str]] = {}
    for line in lines:
        for path, _ in leaves(PACK[f"items/{line['item']}"]["form"]):
            found.setdefault(path, set()).update(
                source.removeprefix("form:") + path.removeprefix(target)
                for target, source in line["map"].items()
                if path == target or path.startswith(f"{target}/")
            )
    return found


def asked_twice(lines: Iterable[Mapping[str, Any]]) -> list[str]:
    return [path for path, places in filled(lines).items() if len(places) > 1]


def test_no_field_of_the_six_forms_is_asked_twice_and_none_is_left_out() -> None:
    asked = [path for path, _ in leaves(ITEM["form"])]
    assert len(asked) == len(set(asked))
    assert asked_twice(MEMBERS.values()) == []
    places = filled(MEMBERS.values())
    # what else is to be arranged with the registration: that is what the bundle itself asks
    assert [path for path, found in places.items() if not found] == ["/services/*"]
    assert {place for found in places.values() for place in found} == set(asked) - {"/matters/*"}
    separately = sum(len(list(leaves(PACK[f"items/{line['item']}"]["form"]))) for line in MEMBERS.values())
    assert separately - len(asked) > 100  # fields that six applications would ask again


def test_a_field_that_two_places_fill_or_nobody_does_would_be_noticed() -> None:
    bank = MEMBERS["bank"]
    other = {**bank, "map": {**bank["map"], "/uscc": "form:/reservation/number"}}
    assert asked_twice([*MEMBERS.values(), other]) == ["/uscc"]
    nobody = {
        **bank,
        "map": {target: source for target, source in bank["map"].items() if target != "/account"},
    }
    missing = [path for path, found in filled([nobody]).items() if not found]
    assert "/account/kind" in missing


def test_the_code_that_is_assigned_in_advance_fills_what_the_other_five_ask() -> None:
    places = {one["map"]["/uscc"] for name, one in MEMBERS.items() if name != "establishment"}
    assert places == {"form:/reservation/uscc"}


def test_fourteen_materials_are_five_and_each_is_handed_in_once() -> None:
    """规划 一篇·一章·一（二）: 申请材料由 14 件压缩至 5 件; which fourteen they were is our reading."""
    theirs = {
        name: [one["id"] for one in PACK[f"items/{line['item']}"]["materials"]]
        for name, line in MEMBERS.items()
    }
    own = [one["id"] for one in ITEM["materials"]]
    assert (sum(map(len, theirs.values())), len(own), len(set(own))) == (14, 5, 5)
    for name, line in MEMBERS.items():
        assert line["materials"] == {one: one for one in theirs[name]}
    assert {one for named in theirs.values() for one in named} == set(own)


# ── the six branches, in memory


def begun() -> Course:
    course = opened(world_of(BUNDLE, NINE), example(BUNDLE)["form"])
    assert tuple(course.case.members) == SIX
    return course


def heard(start: Course, reports: Sequence[Report]) -> tuple[Course, list[str]]:
    """The whole after all was reported, and what happened to it on the way."""
    course, happened = start, list[str]()
    for report in reports:
        course = hears(course, report)
        happened += [event.type.removeprefix("case.") for event in course.events]
    return course, happened


def delivered(course: Course, outcome: str) -> Course:
    if outcome == "completed":
        sent = moved(course, "deliver", "person:h", {}, NINE + HOUR)
    else:
        sent = moved(course, "deliver_partly", "person:h", {"reason": "部分事项未办成"}, NINE + HOUR)
    return moved(sent, "serve", "person:w", {}, NINE + 2 * HOUR)


@pytest.mark.parametrize("ends", OUTCOMES, ids="-".join)
def test_each_of_the_sixty_four_outcomes_ends_rightly_and_undoes_nobody(ends: tuple[str, ...]) -> None:
    outcomes = dict(zip(SIX, ends, strict=True))
    seed = OUTCOMES.index(ends)
    course, happened = heard(begun(), shuffled(list(lives(SIX, outcomes)), seed))
    good = set(ends) == {"granted"}
    assert state_of(course) == "consolidating"
    assert [one for one in happened if one in ("members_closed", "member_refused")] == [
        "members_closed" if good else "member_refused"
    ]
    assert happened.count("member_ended") == 6
    assert {name: course.case.members[name]["outcome"] for name in SIX} == outcomes
    over = delivered(course, "completed" if good else "partly")
    assert over.case.outcome == ("completed" if good else "partly")
    (record,) = [one for one in over.written if one.register == "start-ups"]
    assert record.body["status"] == over.case.outcome


def one_result(count: int) -> None:
    """The six departments in any order, some of them heard twice, one late: the same whole every time."""
    start = begun()
    for seed in range(count):
        outcomes = {
            name: "refused" if (seed >> place) % 4 == 0 else "granted" for place, name in enumerate(SIX)
        }
        wanted, _ = heard(start, list(lives(SIX, outcomes)))
        course, happened = heard(start, shuffled(list(lives(SIX, outcomes)), seed))
        assert happened.count("members_closed") + happened.count("member_refused") == 1
        assert course.case.members == wanted.case.members
        assert state_of(course) == state_of(wanted) == "consolidating"


def test_the_six_in_any_order_twice_and_late_give_one_result() -> None:
    one_result(40)


def deadline(course: Course) -> int | None:
    (found,) = [one for one in course.case.clocks if one["id"] == "promised"]
    return found["deadline"]


def test_the_deadline_is_that_of_the_longest_branch_that_still_runs() -> None:
    dues = {name: NINE + (2 + place) * HOUR // 2 for place, name in enumerate(SIX)}
    for seed in range(60):
        order = list(SIX)
        Random(seed).shuffle(order)
        course = begun()
        for number, name in enumerate(order, 1):
            course = hears(course, Report(name, 1, due=dues[name]))
            assert deadline(course) == max(dues[one] for one in order[:number])
        left = list(SIX)
        for name in order[:-1]:
            course = hears(course, Report(name, 2, "granted" if seed % 2 else "refused"))
            left.remove(name)
            assert deadline(course) == max(dues[one] for one in left)


def test_every_branch_of_a_standard_case_is_promised_within_the_four_hours_of_the_plan() -> None:
    """规划 一篇·一章·一（二）: 全流程 4 小时办结."""
    hours = {}
    for name, line in MEMBERS.items():
        (promise,) = [one for one in PACK[f"items/{line['item']}"]["clocks"] if one["effect"] == "promised"]
        hours[name] = (promise["budget"], promise["unit"])
    assert hours.pop("establishment") == (
        3,
        "working_day",
    )  # of who must be looked at; four hours by its rule
    assert {unit for _, unit in hours.values()} == {"office_hour"}
    assert max(budget for budget, _ in hours.values()) == 4
