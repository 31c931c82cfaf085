"""Members and their parent: planned in the parent's commit, heard of in any order, joined once, never undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from chalicelib.domain import children, joining, members, migration, moves, replay
from chalicelib.domain.members import Report
from chalicelib.domain.problems import Problem
from chalicelib.domain.transitions import Course
from tests.builders_cases import DAY, NINE, cause, later, moved
from tests.builders_groups import BUNDLE, HEARD, begun, hears, lives, opened, shuffled, state_of
from tests.builders_stores import world as world_of

SIX = ("licence", "seal", "tax", "insurance", "fund", "account")
TWELVE = tuple(f"department-{number:02d}" for number in range(1, 13))


def types(courses: Sequence[Course]) -> list[str]:
    return [event.type.removeprefix("case.") for course in courses for event in course.events]


def told(start: Course, reports: Sequence[Report]) -> list[Course]:
    """The parent after each report, in order; the first is the parent as it was."""
    courses = [start]
    for report in reports:
        courses.append(hears(courses[-1], report))
    return courses


def test_entering_the_state_plans_the_members_in_the_parents_own_event() -> None:
    course = opened(world_of(BUNDLE, NINE))
    assert state_of(course) == "running"
    last = course.events[-1]
    assert last.type == "case.menu_confirmed"
    assert last.body["data"]["members"] == {"planned": ["water", "electricity", "gas"]}
    assert {members.standing(one) for one in course.case.members.values()} == {"planned"}
    assert last.of_group
    assert not course.events[0].of_group  # nobody need look at the submission


def test_only_those_take_part_whom_the_list_names() -> None:
    world = world_of(BUNDLE, NINE)
    form = {"connections": ["gas", "water"]}
    assert list(opened(world, form).case.members) == ["water", "gas"]


def test_the_id_of_a_members_case_follows_from_parent_state_and_member() -> None:
    course = begun(SIX)
    identities = [children.case_id(course.case.id, one, course.case.members[one]) for one in SIX]
    assert len(set(identities)) == 6
    assert [children.member_of(course.case, one) for one in identities] == list(SIX)
    assert children.member_of(course.case, "cas_ANOTHER") is None
    other = replace(course.case, id="cas_OTHER")
    assert children.case_id(other.id, "tax", other.members["tax"]) not in identities


@pytest.mark.parametrize("outcome", list(product(("granted", "refused"), repeat=6)))
def test_all_sixty_four_ends_of_a_bundle_of_six_are_joined_once_and_rightly(outcome: tuple[str, ...]) -> None:
    outcomes = dict(zip(SIX, outcome, strict=True))
    courses = told(begun(SIX), list(lives(SIX, outcomes)))
    happened = types(courses[1:])
    wanted = "members_closed" if set(outcome) == {"granted"} else "member_refused"
    assert [one for one in happened if one in ("members_closed", "member_refused")] == [wanted]
    assert happened.count("member_ended") == 6
    last = courses[-1]
    assert state_of(last) == "consolidating"
    assert {one: last.case.members[one]["outcome"] for one in SIX} == outcomes


def one_result(count: int) -> None:
    outcomes = {name: "refused" if name.endswith("7") else "granted" for name in TWELVE}
    start = begun(TWELVE)
    for seed in range(count):
        courses = told(start, shuffled(list(lives(TWELVE, outcomes)), seed))
        happened = types(courses[1:])
        assert happened.count("member_refused") == 1
        assert happened.count("members_closed") == 0
        assert happened.count("member_ended") == 12
        assert state_of(courses[-1]) == "consolidating"


def test_twelve_departments_in_any_order_move_the_parent_once() -> None:
    one_result(20)


def test_what_is_heard_twice_is_no_event() -> None:
    once = hears(begun(SIX), Report("tax", 3, "granted"))
    assert types([once]) == ["member_ended"]
    assert types([hears(once, Report("tax", 3, "granted"), Report("tax", 1, due=NINE))]) == []


def test_a_failing_branch_undoes_no_other() -> None:
    course = hears(begun(SIX), Report("tax", 3, "granted"), Report("seal", 0, code="form-invalid"))
    after = hears(course, Report("fund", 3, "refused"))
    assert state_of(after) == "running"
    assert after.case.members["tax"] == course.case.members["tax"]
    assert members.standing(after.case.members["seal"]) == "failed"
    assert course.events[0].body["data"]["members"]["failed"] == [{"member": "seal", "code": "form-invalid"}]


def test_who_ends_after_the_join_is_taken_down_and_moves_nothing() -> None:
    joined = hears(begun(SIX, "any"), Report("tax", 3, "granted"))
    assert state_of(joined) == "consolidating"
    late = hears(joined, Report("seal", 3, "refused"))
    assert types([late]) == ["member_ended"]
    assert late.events[0].body["data"]["members"]["ended"] == [
        {"member": "seal", "outcome": "refused", "late": True}
    ]
    assert state_of(late) == "consolidating"


def test_a_group_that_refuses_late_ends_drops_who_still_runs_and_hears_no_more_of_them() -> None:
    joined = hears(begun(SIX, "any", "refuse"), Report("tax", 3, "granted"))
    assert joined.events[-1].body["data"]["members"]["dropped"] == [one for one in SIX if one != "tax"]
    assert joined.events[-1].of_group  # so that their cases are withdrawn
    assert types([hears(joined, Report("seal", 3, "refused"))]) == []


def test_a_parent_that_is_over_hears_nothing() -> None:
    course = begun(SIX)
    over = moved(course, "withdraw", "person:a", {}, NINE + DAY)
    assert over.case.outcome == "withdrawn"
    heard = later(over, NINE + DAY)
    assert not joining.note(heard, [Report("tax", 3, "granted")], HEARD)
    assert heard.events == []


def changed(course: Course, move: str, given: dict[str, Any]) -> Course:
    return moved(course, move, "person:w", given, NINE)


def test_a_member_that_is_dropped_is_waited_for_no_longer() -> None:
    course = hears(begun(("a", "b")), Report("a", 3, "granted"))
    after = changed(course, "drop_member", {"item": "b", "reason": "误选"})
    assert types([after]) == ["member_dropped", "members_closed"]
    assert after.events[0].body["data"]["members"] == {"dropped": ["b"]}
    assert state_of(after) == "consolidating"


def test_a_member_that_is_put_back_gets_a_case_of_its_own() -> None:
    course = begun(("a", "b"))
    before = children.case_id(course.case.id, "b", course.case.members["b"])
    after = changed(changed(course, "drop_member", {"item": "b", "reason": "x"}), "add_member", {"item": "b"})
    assert after.events[0].body["data"]["members"] == {"planned": ["b"]}
    assert children.case_id(after.case.id, "b", after.case.members["b"]) != before
    assert children.member_of(after.case, before) is None  # whatever becomes of the old one concerns nobody


@pytest.mark.parametrize(
    ("move", "member", "code"),
    [
        ("add_member", "nobody", "member-unknown"),
        ("add_member", "a", "member-there-already"),
        ("drop_member", "nobody", "member-unknown"),
        ("drop_member", "b", "member-ended"),
    ],
)
def test_who_may_not_be_added_or_dropped(move: str, member: str, code: str) -> None:
    course = hears(begun(("a", "b")), Report("b", 3, "granted"))
    given = {"item": member} | ({"reason": "x"} if move == "drop_member" else {})
    with pytest.raises(Problem) as refused:
        changed(course, move, given)
    assert refused.value.code == code


def test_a_callers_word_never_says_that_members_are_joined() -> None:
    course = begun(SIX)
    assert not {"child.all_closed", "child.refused"} & course.world.process.moves.keys()
    with pytest.raises(KeyError):
        moves.make(course, course.world.process.moves["child.all_closed"], {}, cause("person:a", NINE))


# ── the group's clock


def promised(course: Course) -> dict[str, Any] | None:
    return next((dict(one) for one in course.case.clocks if one["id"] == "promised"), None)


def test_the_clock_of_the_whole_ends_with_its_longest_member() -> None:
    course = begun(("a", "b"))
    assert promised(course) is None  # nobody knows yet how long it takes
    both = hears(course, Report("a", 1, due=NINE + 3 * DAY), Report("b", 1, due=NINE + 5 * DAY))
    found = promised(both)
    assert found is not None
    assert (found["deadline"], found["budget"], found["unit"]) == (NINE + 5 * DAY, 5, "calendar_day")
    shorter = promised(hears(both, Report("b", 2, "granted")))
    assert shorter is not None
    assert shorter["deadline"] == NINE + 3 * DAY


def test_without_its_longest_member_the_whole_ends_with_the_next() -> None:
    both = hears(begun(("a", "b")), Report("a", 1, due=NINE + 3 * DAY), Report("b", 1, due=NINE + 5 * DAY))
    found = promised(changed(both, "drop_member", {"item": "b", "reason": "误选"}))
    assert found is not None
    assert found["deadline"] == NINE + 3 * DAY


def test_it_stands_still_while_no_member_runs_and_goes_on_with_the_next_deadline() -> None:
    running = hears(begun(("a", "b")), Report("a", 1, due=NINE + 3 * DAY))
    paused = promised(hears(running, Report("a", 2)))
    assert paused is not None
    assert (paused["running_since"], paused["deadline"]) == (None, None)
    on = promised(hears(hears(running, Report("a", 2)), Report("a", 3, due=NINE + 9 * DAY)))
    assert on is not None
    assert on["deadline"] == NINE + 9 * DAY
    assert on["running_since"] is not None


def test_it_stops_with_the_join() -> None:
    course = hears(begun(("a",)), Report("a", 1, due=NINE + 3 * DAY))
    found = promised(hears(course, Report("a", 2, "granted")))
    assert found is not None
    assert found["stopped_at"] is not None


def test_a_deadline_that_a_members_clock_moved_is_an_event_of_the_whole() -> None:
    course = hears(begun(("a", "b")), Report("a", 1, due=NINE + 3 * DAY))
    moved_on = hears(course, Report("a", 2, due=NINE + 4 * DAY))
    assert types([moved_on]) == ["members_dated"]


def test_every_rung_of_the_clock_of_the_whole_fires_at_its_share_of_the_longest_member() -> None:
    course = hears(begun(("a",)), Report("a", 1, due=NINE + 10 * DAY))
    after = later(course, NINE + 6 * DAY)
    firing = [one for one in after.world.firings(after.case) if one.id == "promised"]
    assert [one.rung for one in firing] == [50, 80, 100]
    assert firing[-1].at == NINE + 10 * DAY


# ── forms


def test_a_members_form_is_filled_from_the_parents_and_nothing_else() -> None:
    course = opened(world_of(BUNDLE, NINE))
    group = children.of_state(course.world.bundle.item, "running")
    assert group is not None
    for name, own in (("water", "water"), ("electricity", "power"), ("gas", "gas")):
        pattern = children.pattern_of(group, name)
        assert pattern is not None
        form = children.form_of(pattern, children.Source(course.case, course.form))
        assert form[own] == course.form[own]
        assert set(form) == {*group_fields(group), own}


def group_fields(group: Any) -> set[str]:
    return {pointer.strip("/") for pointer in group["share"]["fields"]}


def test_a_case_for_each_entry_of_a_list_knows_its_entry() -> None:
    group = {
        "for_each": {"list": "form:/called", "key": "/node"},
        "open": {"item": "task", "map": {"/what": "each:/what", "/from/number": "case:number", "/kind": "whistle"},
                 "department": "each:/node"},
    }  # fmt: skip
    form = {"called": [{"node": "fire", "what": "look"}, {"node": "health", "what": "ask"}, {"node": "fire"}]}
    source = children.Source(begun(("a",)).case, form)
    assert children.chosen(group, source, None, {}) == ["fire", "health"]
    health = replace(source, element=children.element_of(group, source, "health"))
    assert children.form_of(group["open"], health) == {
        "what": "ask", "from": {"number": source.parent.number}, "kind": "whistle",
    }  # fmt: skip
    assert children.value_of(group["open"]["department"], health) == "health"
    assert children.element_of(group, source, "police") == "police"  # added by a move: it stands in no list


def test_stages_begin_one_after_another() -> None:
    item = world_of("industrial-project", NINE).bundle.item
    group = item["children"]["running"]
    menu = "construction-planning-permit construction-permit water-connection"
    source = children.Source(begun(("a",)).case, {})
    first = children.chosen(group, source, menu, {})
    assert first == ["construction-planning-permit"]
    table = members.planned({}, "running", dict.fromkeys(first, True))
    assert children.chosen(group, source, menu, table) == ["construction-permit", "water-connection"]
    assert not children.counts(group, "water-connection")


def test_a_parent_keeps_its_table_in_its_head_and_reads_it_back() -> None:
    from chalicelib.domain.cases import of_body

    course = hears(begun(SIX), Report("tax", 3, "granted"))
    again = of_body(course.case.body())
    assert again.members == course.case.members


# ── played anew


def history(courses: Sequence[Course]) -> list[Any]:
    return [event.body for course in courses for event in course.events]


def test_a_case_with_members_is_replayed_to_the_same_end() -> None:
    start = opened(world_of(BUNDLE, NINE))
    first, names = start.form_row, list(start.case.members)
    ends = dict.fromkeys(names, "granted")
    courses = told(start, [*lives(names, ends), Report("gas", 2)])
    last = courses[-1]
    assert first is not None
    active = last.world.process.active(last.case.configuration)
    assert active == ("consolidating",)
    assert replay.differences(start.world, last.case, first, history(courses), active) == []
    assert replay.differences(start.world, last.case, first, history(courses[:-3]), active) != []


def test_a_migration_keeps_the_clock_of_the_whole_and_everybody_in_it() -> None:
    running = hears(opened(world_of(BUNDLE, NINE)), Report("gas", 1, due=NINE + 3 * DAY))
    moved_on = migration.migrate(
        running.world, running.case, {"form": running.form}, history([running]), states={}, release_set=2,
        old=running.world.bundle.process or {}, cause=cause("person:x", NINE), told={},
    )  # fmt: skip
    assert promised(moved_on) == promised(running)
    assert moved_on.case.members == running.case.members


def test_a_whole_that_is_withdrawn_calls_off_who_still_runs_and_leaves_what_ended() -> None:
    course = hears(opened(world_of(BUNDLE, NINE)), Report("gas", 3, "granted"))
    over = moved(course, "withdraw", "person:a", {}, NINE + DAY)
    assert over.events[-1].body["data"]["members"] == {"dropped": ["water", "electricity"]}
    assert over.events[-1].of_group  # so that their cases are withdrawn as well
    assert members.standing(over.case.members["gas"]) == "closed"


def test_a_department_that_answered_may_be_called_again() -> None:
    group = {"for_each": {"list": "input:/called"}, "open": {"item": "task", "map": {}}}
    source = children.Source(begun(("a",)).case, {}, {"called": ["fire", "health"]})
    table = members.planned({}, "running", {"fire": True, "health": True})
    table = members.merged(table, [Report("fire", 3, "done")])
    assert children.chosen(group, source, None, table) == ["fire"]  # health is still at it
    again = members.planned(table, "running", {"fire": True})
    assert children.case_id("cas_P", "fire", again["fire"]) != children.case_id(
        "cas_P", "fire", table["fire"]
    )


def test_the_head_of_a_parent_of_twelve_stays_under_a_kilobyte() -> None:
    import zlib

    from chalicelib.domain import canonical

    course = begun(TWELVE)
    for number, name in enumerate(TWELVE):
        course = hears(course, Report(name, 1 + number % 3, due=NINE + number * DAY))
    assert len(zlib.compress(canonical.dumps(course.case.body()))) < 1024
