"""Decides whether an item does what its examples say: plays each in memory, on a virtual clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from chalicelib.domain import (
    accounts,
    canonical,
    clock,
    expiry,
    facts,
    filing,
    joining,
    judging,
    members,
    moves,
)
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.change import Body
from chalicelib.domain.clock_holds import latest_end
from chalicelib.domain.definitions import Bundle, Definition
from chalicelib.domain.events import Cause
from chalicelib.domain.filing import Application
from chalicelib.domain.office_hours import kept_hours
from chalicelib.domain.organisations import Organisation
from chalicelib.domain.outcomes import with_empty_registers
from chalicelib.domain.problems import Finding, Problem, Text
from chalicelib.domain.process import available_moves
from chalicelib.domain.transitions import Course, Happening, not_available
from chalicelib.domain.world import World

DAY = 86_400_000
SYSTEM_OUTSIDE = "system:example"
OUTSIDE = ("child.", "external.")  # a member case and another system: an example speaks for them


@dataclass(slots=True)
class _Played:
    """The case so far: the course of the last step, what was written and issued by all of them."""

    course: Course
    written: list[str]
    emitted: list[str]
    expired: list[str]
    book: Mapping[str, accounts.Balance | None] = field(default_factory=accounts.Everything)

    def take(self, course: Course) -> None:
        self.course = course
        self.book = accounts.Everything(accounts.after(self.book, accounts.sent(course.postings)))
        self.written += [one.register for one in course.written] + [one.document for one in course.outputs]
        self.emitted += [event.type.removeprefix("case.") for event in course.events]
        data = [event.body["data"] for event in course.events]
        self.expired += [str(one["clock"]) for one in data if one.get("rung") == clock.EXPIRY]
        self.expired += [str(one["expired_hold"]) for one in data if "expired_hold" in one]


def run(
    bundle: Bundle,
    example: Body,
    calendar: Calendar,
    organisation: Organisation,
    expired: list[str] | None = None,
    known: Mapping[str, Definition] | None = None,
) -> list[Finding]:
    """What is not as the example says: pointers lead into the example. `expired` is filled with the ids of clocks

    that ran out on the way. `known`: the definitions of accounts, by id.
    """
    world, expected = _world(bundle, example, calendar, organisation, known), example["expect"]
    try:
        played = _file(world, example, [] if expired is None else expired)
        for index, step in enumerate(example["moves"]):
            refused = _step(played, step)
            if refused is not None:
                return judging.refusal(played.course, expected, refused, f"/moves/{index}")
    except Problem as problem:
        return judging.filing(expected, problem)
    if expected.get("refused"):
        return [judging.found("/expect/refused", "example-not-refused", "没有被拒绝", "nothing was refused")]
    return [
        *judging.state(played.course, expected),
        *judging.deadlines(played.course, expected),
        *judging.outcomes(played.written, expected),
        *judging.accounts_left(played.course, played.book, expected),
    ]


def play(
    bundle: Bundle,
    example: Body,
    calendar: Calendar,
    organisation: Organisation,
    known: Mapping[str, Definition] | None = None,
) -> dict[str, Any]:
    """What becomes of the example, step by step, up to the first that is refused (`refused`: its code, sentence).

    Raises the Problem with which the application itself is refused.
    """
    played = _file(_world(bundle, example, calendar, organisation, known), example, [])
    steps, refused = [_told(played, 0)], None
    for step in example["moves"]:
        before = len(played.emitted)
        refused = _step(played, step)
        steps.append(_told(played, before))
        if refused is not None:
            break
    return {
        "steps": steps,
        "refused": {"code": refused.code, "message": refused.message.as_json()} if refused else None,
        "outcome": played.course.case.outcome,
        "made": list(played.written),
    }


def _told(played: _Played, before: int) -> dict[str, Any]:
    """Where the case stands now, and what happened since so many events."""
    case, world = played.course.case, played.course.world
    deadlines = {
        one["id"]: world.times.day_of(one["deadline"]).isoformat()
        for one in case.clocks
        if one["deadline"] is not None
    }
    return {
        "at": datetime.fromtimestamp(world.at / 1000, world.zone).isoformat(),
        "state": list(world.process.active(case.configuration)),
        "emitted": played.emitted[before:],
        "deadlines": deadlines,
    }


def _world(
    bundle: Bundle,
    example: Body,
    calendar: Calendar,
    organisation: Organisation,
    known: Mapping[str, Definition] | None = None,
) -> World:
    """`accounts` of the example: what is left where the example begins, instead of the opening."""
    definitions = dict(known or {})
    for name, left in example.get("accounts", {}).items():
        if name in definitions:
            floor = int(definitions[name].get("min") or 0)
            definitions[name] = {**definitions[name], "opening": left + floor}
    node = organisation.node(bundle.item["department"])
    hours = kept_hours(canonical.dumps(node.get("office_hours")))
    start = datetime.fromisoformat(example["today"])
    at = int(start.timestamp() * 1000)
    return World(bundle, clock.Times(calendar, hours), clock.SHANGHAI, at, definitions.__getitem__)


def _file(world: World, example: Body, expired: list[str]) -> _Played:
    form, item = example["form"], world.bundle.item
    filing.check_form(world.bundle, form)
    pins = facts.pin_all(world.bundle.facts.values(), form, {}, world.at)
    for name, value in example.get("facts", {}).items():
        if name in world.bundle.facts:
            pins[name] = facts.given(world.bundle.facts[name], value, world.at)
    role = next(iter(item.get("parties") or {"applicant": {}}))
    subject = example.get("applicant", "person:example-applicant")
    materials = tuple({"id": one} for one in example.get("materials", ()))
    parties = ({"role": role, "subject": subject}, *example.get("parties", ()))
    application = Application(form, materials, parties, "web")
    cause = _cause(subject, world.at)
    course = with_empty_registers(
        lambda records: filing.open_case(
            world, application, pins, case_id="cas_EXAMPLE", number="EX20260302-0001",
            release_set=0, cause=cause, records=records, book=accounts.Everything(),
        )
    )  # fmt: skip
    played = _Played(course, [], [], expired)
    played.take(course)
    return played


def _step(played: _Played, step: Body) -> Problem | None:
    """Make one step; the Problem when it was refused."""
    if "after" in step:
        _wait(played, step["after"])
    if "wait" in step:
        _wait(played, step["wait"])
    elif "event" in step and not str(step["event"]).startswith(OUTSIDE):
        _expect_event(played, str(step["event"]))
    else:
        try:
            if "child" in step:
                _end_member(played, str(step["child"]), str(step["outcome"]))
            else:
                _send_event(played, str(step["event"])) if "event" in step else _move(played, step)
        except Problem as problem:
            return problem
    return None


def _move(played: _Played, step: Body) -> None:
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
        course = _next_course(played, records)
        if move.revises and "form" in given:
            filing.check_form(world.bundle, given["form"])
            course.form = given["form"]
        if move.revises and any(token.startswith("party:") for token in move.by):
            course.case = replace(course.case, received_at=world.at)
        moves.make(course, move, given, _cause(person, world.at))
        return course

    played.take(with_empty_registers(play))


def _wait(played: _Played, length: Body) -> None:
    """Let time pass, stopping at every instant at which something is due."""
    until = latest_end(
        int(length["budget"]), length["unit"], played.course.world.at, played.course.world.times
    )
    while (due := _due(played)) is not None and due <= until and played.course.case.outcome is None:
        _at(played, due)

        def pass_time(records: Mapping[tuple[str, str], Any]) -> Course:
            course = _next_course(played, records)
            expiry.pass_time(course)
            return course

        played.take(with_empty_registers(pass_time))
    _at(played, until)


def _expect_event(played: _Played, event: str) -> None:
    """An `auto.` event must have happened by itself; a `timeout.` is waited for."""
    internal = played.course.world.process.internal.get(event)
    emits = internal.emits if internal else ""
    if event.startswith("timeout.") and emits not in played.emitted:
        for _ in range(20):
            due = _due(played)
            if due is None or emits in played.emitted:
                break
            _wait(played, {"budget": max(1, (due - played.course.world.at) // DAY), "unit": "calendar_day"})
    if emits not in played.emitted:
        said = Text(f"{event} 没有发生", f"{event} did not happen")
        raise Problem("invalid", "example-event-missing", said)


def _send_event(played: _Played, event: str) -> None:
    """What a member case or another system reports, as the kernel would send it."""
    world = played.course.world
    internal = world.process.internal.get(event)
    if internal is None:
        raise not_available(
            event, world.process.internal, world.process.active(played.course.case.configuration)
        )
    happening = Happening(event, internal.emits, _cause(SYSTEM_OUTSIDE, world.at), {}, internal.issues)

    def play(records: Mapping[tuple[str, str], Any]) -> Course:
        course = _next_course(played, records)
        course.happen(happening)
        return course

    played.take(with_empty_registers(play))


def _end_member(played: _Played, member: str, outcome: str) -> None:
    """What the case of a member comes to, as its parent hears of it."""
    entry = played.course.case.members.get(member)
    if entry is None:
        said = Text(f"没有成员 {member}", f"there is no member {member!r}")
        raise Problem("conflict", "member-unknown", said)
    report = members.Report(member, int(entry.get("seq", 0)) + 1, outcome)
    world = played.course.world

    def play(records: Mapping[tuple[str, str], Any]) -> Course:
        course = _next_course(played, records)
        joining.note(course, [report], _cause(SYSTEM_OUTSIDE, world.at))
        return course

    played.take(with_empty_registers(play))


def _due(played: _Played) -> int | None:
    return next((one.at for one in played.course.world.firings(played.course.case)), None)


def _at(played: _Played, at: int) -> None:
    played.course.world = replace(played.course.world, at=max(at, played.course.world.at))


def _next_course(played: _Played, records: Mapping[tuple[str, str], Any]) -> Course:
    now = played.course
    return Course(now.world, now.case, now.form, now.facts, records, played.book)


def _person(played: _Played, step: Body) -> str:
    if "person" in step:
        return str(step["person"])
    return played.course.case.owner if step["by"].startswith("party:") else f"person:example-{step['by'][5:]}"


def _cause(person: str, at: int) -> Cause:
    return Cause({"person": person, "via": "web"}, at, at)
