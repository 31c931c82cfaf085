"""Decides what one step of an example makes of its case, on a virtual clock: moves, waiting, what others report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.domain import accounts, clock, expiry, filing, issued, joining, members, moves, service
from chalicelib.domain.change import Body
from chalicelib.domain.clock_holds import latest_end
from chalicelib.domain.events import Cause
from chalicelib.domain.outcomes import with_empty_registers
from chalicelib.domain.problems import Problem, Text, not_available
from chalicelib.domain.process import available_moves
from chalicelib.domain.transitions import Course, Happening

DAY = 86_400_000
SYSTEM_OUTSIDE = "system:example"
OUTSIDE = ("child.", "external.")  # a member case and another system: an example speaks for them


@dataclass(slots=True)
class Played:
    """The case so far: the course of the last step, what was written and issued by all of them."""

    course: Course
    written: list[str]
    emitted: list[str]
    expired: list[str]
    book: Mapping[str, accounts.Balance | None] = field(default_factory=accounts.Everything)
    told: list[Body] = field(default_factory=list)  # the events so far

    def take(self, course: Course) -> None:
        self.course = course
        self.book = accounts.Everything(accounts.after(self.book, accounts.sent(course.postings)))
        self.written += [one.register for one in course.written] + [one.document for one in course.outputs]
        self.emitted += [event.type.removeprefix("case.") for event in course.events]
        self.told += [event.body for event in course.events]
        data = [event.body["data"] for event in course.events]
        self.expired += [str(one["clock"]) for one in data if one.get("rung") == clock.EXPIRY]
        self.expired += [str(one["expired_hold"]) for one in data if "expired_hold" in one]


def make_step(played: Played, step: Body) -> Problem | None:
    """Make one step; the Problem when it was refused."""
    if "after" in step:
        _wait(played, step["after"])
    if "wait" in step:
        _wait(played, step["wait"])
    elif "event" in step and not str(step["event"]).startswith(OUTSIDE):
        _expect_event(played, str(step["event"]))
    else:
        try:
            _do(played, step)
        except Problem as problem:
            return problem
    return None


def _do(played: Played, step: Body) -> None:
    if "child" in step:
        _end_member(played, str(step["child"]), str(step["outcome"]))
    elif "serve" in step:
        _serve(played, step)
    elif "event" in step:
        _send_event(played, str(step["event"]))
    else:
        _move(played, step)


def _move(played: Played, step: Body) -> None:
    name, case, world = str(step["move"]), played.course.case, played.course.world
    process = world.process
    possible = {move.id: move for move in available_moves(process, case.configuration, case.done)}
    if name not in possible or step["by"] not in possible[name].by:
        raise not_available(name, possible, process.active(case.configuration))
    move, person = possible[name], _person(played, step)
    if case.did(person, move.distinct_from):
        raise Problem("forbidden", "same-person", Text("须由另一人办理", "another person must do this"))
    given = step.get("input", {})

    def play(records: Mapping[tuple[str, str], Any]) -> Course:
        course = next_course(played, records)
        if move.revises and "form" in given:
            filing.check_form(world.bundle, given["form"])
            course.form = given["form"]
        if move.revises and any(token.startswith("party:") for token in move.by):
            course.case = replace(course.case, received_at=world.at)
        moves.make(course, move, given, cause_of(person, world.at))
        return course

    played.take(with_empty_registers(play))


def _serve(played: Played, step: Body) -> None:
    """The last document of that kind is served, as the window records it."""
    found = [
        one for one in issued.issued(played.course.case.id, played.told) if one.document == step["serve"]
    ]
    if not found:
        said = Text(f"没有出具过 {step['serve']}", f"no {step['serve']} was issued")
        raise Problem("conflict", "document-not-issued", said)
    given = {name: step[name] for name in ("way", "day", "receipt", "consent") if name in step}
    world = played.course.world

    def play(records: Mapping[tuple[str, str], Any]) -> Course:
        course = next_course(played, records)
        service.take(course, found[-1], given, cause_of(_person(played, {"by": "post:window"}), world.at))
        return course

    played.take(with_empty_registers(play))


def _wait(played: Played, length: Body) -> None:
    """Let time pass, stopping at every instant at which something is due."""
    until = latest_end(
        int(length["budget"]), length["unit"], played.course.world.at, played.course.world.times
    )
    while (due := next_due(played)) is not None and due <= until and played.course.case.outcome is None:
        go_to(played, due)

        def pass_time(records: Mapping[tuple[str, str], Any]) -> Course:
            course = next_course(played, records)
            expiry.pass_time(course)
            return course

        played.take(with_empty_registers(pass_time))
    go_to(played, until)


def _expect_event(played: Played, event: str) -> None:
    """An `auto.` event must have happened by itself; a `timeout.` is waited for."""
    internal = played.course.world.process.internal.get(event)
    emits = internal.emits if internal else ""
    if event.startswith("timeout.") and emits not in played.emitted:
        for _ in range(20):
            due = next_due(played)
            if due is None or emits in played.emitted:
                break
            _wait(played, {"budget": max(1, (due - played.course.world.at) // DAY), "unit": "calendar_day"})
    if emits not in played.emitted:
        said = Text(f"{event} 没有发生", f"{event} did not happen")
        raise Problem("invalid", "example-event-missing", said)


def _send_event(played: Played, event: str) -> None:
    """What a member case or another system reports, as the kernel would send it."""
    world = played.course.world
    internal = world.process.internal.get(event)
    if internal is None:
        raise not_available(
            event, world.process.internal, world.process.active(played.course.case.configuration)
        )
    happening = Happening(event, internal.emits, cause_of(SYSTEM_OUTSIDE, world.at), {}, internal.issues)

    def play(records: Mapping[tuple[str, str], Any]) -> Course:
        course = next_course(played, records)
        course.happen(happening)
        return course

    played.take(with_empty_registers(play))


def _end_member(played: Played, member: str, outcome: str) -> None:
    """What the case of a member comes to, as its parent hears of it."""
    entry = played.course.case.members.get(member)
    if entry is None:
        said = Text(f"没有成员 {member}", f"there is no member {member!r}")
        raise Problem("conflict", "member-unknown", said)
    report = members.Report(member, int(entry.get("seq", 0)) + 1, outcome)
    world = played.course.world

    def play(records: Mapping[tuple[str, str], Any]) -> Course:
        course = next_course(played, records)
        joining.note(course, [report], cause_of(SYSTEM_OUTSIDE, world.at))
        return course

    played.take(with_empty_registers(play))


def next_due(played: Played) -> int | None:
    return next((one.at for one in played.course.world.firings(played.course.case)), None)


def go_to(played: Played, at: int) -> None:
    played.course.world = replace(played.course.world, at=max(at, played.course.world.at))


def next_course(played: Played, records: Mapping[tuple[str, str], Any]) -> Course:
    now = played.course
    materials = (now.form_row or {}).get("materials", now.materials)
    return Course(now.world, now.case, now.form, now.facts, records, played.book, materials=materials)


def _person(played: Played, step: Body) -> str:
    if "person" in step:
        return str(step["person"])
    return played.course.case.owner if step["by"].startswith("party:") else f"person:example-{step['by'][5:]}"


def cause_of(person: str, at: int) -> Cause:
    return Cause({"person": person, "via": "web"}, at, at)
