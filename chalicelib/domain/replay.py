"""Decides what a case that really happened would have become under another release: the same acts, in memory.

What is compared are states, endings and deadlines; nobody who drafts sees more of it than numbers (decisions 25).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.domain import expiry, filing, issued, joining, moves, service
from chalicelib.domain.accounts import Everything
from chalicelib.domain.cases import Case
from chalicelib.domain.change import Body
from chalicelib.domain.events import Cause
from chalicelib.domain.facts import PinnedFact
from chalicelib.domain.filing import Application
from chalicelib.domain.members import Report
from chalicelib.domain.migration import deadlines
from chalicelib.domain.outcomes import with_empty_registers
from chalicelib.domain.problems import Problem, Text, not_available
from chalicelib.domain.transitions import Course
from chalicelib.domain.world import World

MAX_PASSES = 64  # a clock that never comes to rest is a fault of the draft, not a reason to spin


def differences(
    world: World, case: Case, first: Body, history: Sequence[Body], active: Sequence[str]
) -> list[str]:
    """What comes out otherwise under `world`'s release, as stable words; empty: all the same.

    `state`, `outcome`, `deadline:<clock>`, `deadline:<due>.<part>`, or `stuck:<code>` where an act that was made
    is refused. `first` is the form row as it was first handed in, `active` the innermost states that the case
    really has.
    """
    try:
        course = _played(world, case, first, history)
    except Problem as problem:
        return [f"stuck:{problem.code}"]
    found = []
    if list(course.world.process.active(course.case.configuration)) != list(active):
        found.append("state")
    if course.case.outcome != case.outcome:
        found.append("outcome")
    was, now = deadlines(case), deadlines(course.case)
    return found + [f"deadline:{name}" for name in sorted({*was, *now}) if was.get(name) != now.get(name)]


def _played(world: World, case: Case, first: Body, history: Sequence[Body]) -> Course:
    pins = {name: PinnedFact.from_json(pin) for name, pin in first.get("facts", {}).items()}
    form = dict(first.get("form", {}))
    filing.check_form(world.bundle, form)
    materials = tuple(first.get("materials", ()))
    application = Application(form, materials, case.parties, case.channel, receipt=case.receipt)
    opened = replace(world, at=case.opened_at)
    course = with_empty_registers(
        lambda records: filing.open_case(
            opened, application, pins, case_id=case.id, number=case.number, release_set=0,
            cause=Cause(history[0]["actor"], case.opened_at, case.opened_at), records=records, book=Everything(),
        )
    )  # fmt: skip
    papers = issued.by_id(course.case.id, history)
    for event in history[1:]:
        course = _until(course, int(event["recorded_at"]))
        name = event.get("data", {}).get("move")
        if name is not None:
            course = _moved(course, str(name), event)
        service.retold(course, event, papers)
        heard = joining.reports_in(event.get("data", {}).get("members", {}), course.case.members)
        if heard:
            course = _heard(course, heard, event)
    return course


def _heard(course: Course, reports: Sequence[Report], event: Body) -> Course:
    """What was heard of members, as it was: their cases are other cases, which this one's release does not change."""
    at = int(event["recorded_at"])

    def hear(records: Mapping[tuple[str, str], Any]) -> Course:
        again = _next(course, records)
        joining.note(again, reports, Cause(event["actor"], at, at))
        return again

    return with_empty_registers(hear)


def _moved(course: Course, name: str, event: Body) -> Course:
    declared = course.world.process.moves.get(name)
    if declared is None:
        raise not_available(name, (), ())
    given: Mapping[str, Any] = event["data"].get("input", {})
    at = int(event["recorded_at"])

    def make(records: Mapping[tuple[str, str], Any]) -> Course:
        again = _next(course, records)
        if declared.revises and "form" in given:
            filing.check_form(again.world.bundle, given["form"])
            again.form = given["form"]
        moves.make(again, declared, given, Cause(event["actor"], at, at))
        return again

    return with_empty_registers(make)


def _until(course: Course, at: int) -> Course:
    """Let time pass, stopping at every instant at which something is due."""
    for _ in range(MAX_PASSES):
        due = next((one.at for one in course.world.firings(course.case)), None)
        if due is None or due > at or course.case.outcome is not None:
            break
        course.world = replace(course.world, at=max(due, course.world.at))
        now = course

        def fire(records: Mapping[tuple[str, str], Any], now: Course = now) -> Course:
            again = _next(now, records)
            expiry.pass_time(again)
            return again

        course = with_empty_registers(fire)
    else:
        raise Problem("conflict", "clock-spins", Text("时限反复触发", "a clock fires again and again"))
    course.world = replace(course.world, at=at)
    return course


def _next(course: Course, records: Mapping[tuple[str, str], Any]) -> Course:
    return Course(course.world, course.case, course.form, course.facts, records, Everything())
