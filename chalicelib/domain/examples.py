"""Decides whether an item does what its examples say: plays each in memory, on a virtual clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain import accounts, canonical, clock, facts, filing, judging
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.change import Body
from chalicelib.domain.definitions import Bundle, Definition
from chalicelib.domain.example_steps import Played, cause_of, make_step
from chalicelib.domain.filing import Application
from chalicelib.domain.office_hours import kept_hours
from chalicelib.domain.organisations import Organisation
from chalicelib.domain.outcomes import with_empty_registers
from chalicelib.domain.problems import Finding, Problem
from chalicelib.domain.world import World


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
    world, expected = world_of(bundle, example, calendar, organisation, known), example["expect"]
    try:
        played = begin(world, example, [] if expired is None else expired)
        for index, step in enumerate(example["moves"]):
            refused = make_step(played, step)
            if refused is not None:
                return judging.refusal(played.course, expected, refused, f"/moves/{index}")
    except Problem as problem:
        return judging.filing(expected, problem)
    return _judged(played, expected)


def play(
    bundle: Bundle,
    example: Body,
    calendar: Calendar,
    organisation: Organisation,
    known: Mapping[str, Definition] | None = None,
) -> dict[str, Any]:
    """What becomes of the example, step by step, up to the first that is refused (`refused`: its code, sentence).

    `findings`: where that is not what it expects, if it says what it expects. Raises the Problem with which the
    application itself is refused.
    """
    world, expected = world_of(bundle, example, calendar, organisation, known), example.get("expect")
    played = begin(world, example, [])
    steps, refused, pointer = [_told(played, 0, {})], None, ""
    for index, step in enumerate(example["moves"]):
        before, due = len(played.emitted), _due(played)
        refused, pointer = make_step(played, step), f"/moves/{index}"
        steps.append(_told(played, before, due))
        if refused is not None:
            break
    findings: Sequence[Finding] = ()
    if expected:
        asked = (played.course, expected)
        findings = judging.refusal(*asked, refused, pointer) if refused else _judged(played, expected)
    return {
        "steps": steps,
        "refused": {"code": refused.code, "message": refused.message.as_json()} if refused else None,
        "outcome": played.course.case.outcome,
        "made": list(played.written),
        "findings": [
            {"pointer": one.pointer, "code": one.code, "message": one.message.as_json()} for one in findings
        ],
    }


def _judged(played: Played, expected: Body) -> list[Finding]:
    """What an example that was played to its end is not as it says."""
    if expected.get("refused"):
        return [judging.found("/expect/refused", "example-not-refused", "没有被拒绝", "nothing was refused")]
    return [
        *judging.state(played.course, expected),
        *judging.deadlines(played.course, expected),
        *judging.owed(played.course, expected),
        *judging.outcomes(played.written, expected),
        *judging.accounts_left(played.course, played.book, expected),
    ]


def _told(played: Played, before: int, due: Mapping[str, int]) -> dict[str, Any]:
    """Where the case stands now, what happened since so many events, which deadlines are others than were `due`.

    `decided`: what a table said on the way, as its event keeps it; `sums`: how each new deadline comes about.
    """
    case, world = played.course.case, played.course.world
    data = [event["data"] for event in played.told[before:]]
    fresh = [
        one for one in case.clocks if one["deadline"] is not None and due.get(one["id"]) != one["deadline"]
    ]
    return {
        "at": datetime.fromtimestamp(world.at / 1000, world.zone).isoformat(),
        "state": list(world.process.active(case.configuration)),
        "emitted": played.emitted[before:],
        "deadlines": {name: world.times.day_of(at).isoformat() for name, at in _due(played).items()},
        "decided": [one["decision"] for one in data if one.get("decision")],
        "sums": [
            clock.summed(one, world.bundle.item, world.at, times=world.times, holds=case.holds)
            for one in fresh
        ],
    }


def _due(played: Played) -> dict[str, int]:
    return {one["id"]: one["deadline"] for one in played.course.case.clocks if one["deadline"] is not None}


def world_of(
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
    times = clock.Times(calendar, hours)
    return World(bundle, times, clock.SHANGHAI, at, definitions.__getitem__, organisation)


def begin(world: World, example: Body, expired: list[str]) -> Played:
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
    cause = cause_of(subject, world.at)
    course = with_empty_registers(
        lambda records: filing.open_case(
            world, application, pins, case_id="cas_EXAMPLE", number="EX20260302-0001",
            release_set=0, cause=cause, records=records, book=accounts.Everything(),
        )
    )  # fmt: skip
    played = Played(course, [], [], expired)
    played.take(course)
    return played
