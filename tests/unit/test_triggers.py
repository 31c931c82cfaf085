"""What a trigger makes of an event: whether it is meant, which ids follow, what goes round and what filters cut."""

from __future__ import annotations

from datetime import UTC, date
from typing import Any

import pytest

from chalicelib.domain import trigger_cycles, triggers
from chalicelib.domain.cases import Case
from chalicelib.domain.definitions import Kinds
from chalicelib.domain.gate import Context
from chalicelib.domain.organisations import Organisation
from chalicelib.domain.process import Configuration
from chalicelib.domain.trigger_checks import findings

AT = 1_772_413_200_000  # 2026-03-02T01:00:00Z
HEADS = {"holders": [{"subject": "person:head", "from": "2026-01-01"}]}
ORGANISATION = Organisation(
    {"id": "o", "nodes": {"tax": {"posts": {"head": HEADS}}, "water": {}}, "views": {"departments": []}}
)
ITEM = {
    "id": "licence", "title": {"zh": "许可", "en": "Licence"}, "nature": "licence",
    "clocks": [{"id": "promised", "effect": "promised", "title": {"zh": "承诺", "en": "Promise"}},
               {"id": "desk", "effect": "internal"}],
}  # fmt: skip


def source(type_: str = "case.granted", node: str = "tax", form: Any = None, **data: Any) -> triggers.Source:
    case = Case(
        id="cas_1", number="T-1", item="licence", release="r", release_set=1, opened_at=AT, node=node, window="desk",
        owner="person:owner", parties=(), channel="web", configuration=Configuration({"in": [], "history": {}}),
    )  # fmt: skip
    event = {"id": "evt_1", "type": type_, "occurred_at": AT, "root": "cas_0", "data": data}
    return triggers.Source(event, case, ITEM, form or {}, ORGANISATION, UTC, date(2026, 3, 2))


def trigger(on: Any, **more: Any) -> dict[str, Any]:
    return {"kind": "triggers", "id": "t", "title": {"zh": "触", "en": "T"}, "on": on, "do": [], **more}


RANG = {"clock": "promised", "rung": 100, "due": AT}


@pytest.mark.parametrize(
    ("on", "happened", "meant"),
    [
        ({"event": "case.granted"}, source(), True),
        ({"event": "case.refused"}, source(), False),
        ({"event": "case.granted", "items": ["licence"]}, source(), True),
        ({"event": "case.granted", "items": ["another"]}, source(), False),
        ({"event": "case.granted", "items": {"not": ["licence"]}}, source(), False),
        ({"event": "case.granted", "items": {"not": ["another"]}}, source(), True),
        ({"event": "case.granted", "natures": ["licence"]}, source(), True),
        ({"event": "case.granted", "natures": {"not": ["licence"]}}, source(), False),
        ({"event": "case.granted", "outcomes": ["completed"]}, source(outcome="completed"), True),
        ({"event": "case.granted", "outcomes": ["completed"]}, source(), False),
        ({"event": "clock.rung"}, source(), False),
        ({"event": "clock.rung"}, source("case.deadline_passed", **RANG), True),
        ({"event": "clock.rung"}, source("case.deemed_accepted", **RANG), True),  # whatever told of it
        ({"event": "case.deemed_accepted"}, source("case.deemed_accepted", **RANG), True),
        ({"event": "clock.rung", "rungs": [100]}, source("case.deadline_approaching", **RANG | {"rung": 50}), False),
        ({"event": "clock.rung", "effects": ["promised"]}, source("case.deadline_passed", **RANG), True),
        ({"event": "clock.rung", "effects": ["promised"]}, source("case.deadline_passed", **RANG | {"clock": "desk"}),
         False),
        ({"event": "clock.rung", "clocks": {"not": ["promised"]}}, source("case.deadline_passed", **RANG), False),
    ],
)  # fmt: skip
def test_a_trigger_is_meant_by_exactly_what_it_declares(
    on: Any, happened: triggers.Source, meant: bool
) -> None:
    assert triggers.matches(trigger(on), happened) is meant


@pytest.mark.parametrize(
    ("dates", "meant"),
    [
        ({}, True),
        ({"effective_from": "2026-03-02"}, True),
        ({"effective_from": "2026-03-03"}, False),
        ({"retired_at": "2026-03-02"}, False),
        ({"retired_at": "2026-03-03"}, True),
    ],
)
def test_a_trigger_acts_on_what_happens_while_it_is_in_force(dates: Any, meant: bool) -> None:
    assert triggers.matches(trigger({"event": "case.granted"}, **dates), source()) is meant


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        ("case:number", "T-1"), ("case:body", "node:tax"), ("case:title", "许可"), ("case:opened_on", "2026-03-02"),
        ("event:id", "evt_1"), ("event:on", "2026-03-02"), ("form:/a/b", 5), ("form:/a/c", None),
        ("post:head", "person:head"), ("post:decider", None), ("red", "red"), (7, 7),
        ("clock:id", "promised"), ("clock:title", "承诺"), ("clock:effect", "promised"), ("clock:due_on", "2026-03-02"),
        ({"x": {"y": "case:id", "z": "form:/none"}}, {"x": {"y": "cas_1"}}), (["case:id", 1], ["cas_1", 1]),
    ],
)  # fmt: skip
def test_a_value_comes_from_where_it_says_and_what_is_not_there_is_left_out(
    declared: Any, value: Any
) -> None:
    assert triggers.value_of(declared, source("case.deadline_passed", form={"a": {"b": 5}}, **RANG)) == value


def test_every_value_that_the_gate_knows_has_a_source_and_no_more() -> None:
    for name, members in triggers.KNOWN.items():
        for member in members:
            triggers.value_of(f"{name}:{member}", source("case.deadline_passed", **RANG))
        with pytest.raises(KeyError):
            triggers.value_of(f"{name}:colour", source("case.deadline_passed", **RANG))


def test_ids_follow_from_the_keys_and_from_nothing_else() -> None:
    rings = source("case.deadline_passed", **RANG)
    per_clock = trigger({"event": "clock.rung"}, once_per=["case:id", "clock:id"])
    known = triggers.case_id_of(per_clock, 0, rings)
    assert known == triggers.case_id_of(per_clock | {"title": {"zh": "改", "en": "changed"}}, 0, rings)
    later = source("case.deadline_passed", **RANG)
    later = triggers.Source({**later.event, "id": "evt_2"}, *[getattr(later, n) for n in later.__slots__[1:]])
    assert known == triggers.case_id_of(per_clock, 0, later)
    others = {
        triggers.case_id_of(per_clock, 1, rings),
        triggers.case_id_of(per_clock | {"id": "another"}, 0, rings),
        triggers.case_id_of(per_clock, 0, source("case.deadline_passed", **RANG | {"clock": "desk"})),
    }
    assert len(others | {known}) == 4
    by_event = trigger({"event": "clock.rung"})
    assert triggers.case_id_of(by_event, 0, rings) != triggers.case_id_of(by_event, 0, later)
    assert triggers.once_row(by_event, 0, rings, "cas_1") != triggers.once_row(by_event, 0, rings, "cas_2")


def test_every_act_is_one_deeper_than_its_event() -> None:
    event = source().event
    assert triggers.prompt_of(trigger({}), event).depth == 1
    assert triggers.prompt_of(trigger({}), {**event, "depth": 7}).depth == 8
    assert (triggers.prompt_of(trigger({}), event).root, triggers.prompt_of(trigger({}), event).caused_by) == (
        "cas_0", "evt_1",
    )  # fmt: skip


def test_a_triggers_identity_is_none_that_a_token_could_claim() -> None:
    from chalicelib.clients.tokens import principal_of
    from chalicelib.domain.problems import Problem

    principal = triggers.principal_of(trigger({}))
    assert (principal.subject, principal.internal) == ("trigger:t", True)
    for claims in ({"sub": "trigger:t"}, {"sub": "person:x", "roles": ["trigger"]}):
        with pytest.raises(Problem):
            principal_of(claims)


# ── circles


def process(identity: str, **moves: str) -> dict[str, Any]:
    """A process with these moves and what they emit; a final state `done`."""
    return {
        "kind": "processes", "id": identity, "internal": {"timeout.x": {"emits": "ran_out"}},
        "moves": {name: {"emits": emits, "by": ["role:trigger"]} for name, emits in moves.items()},
        "states": {"done": {"final": True}, "open": {}},
    }  # fmt: skip


def item(identity: str, nature: str = "licence", **clock: Any) -> dict[str, Any]:
    clocks = [{"id": "c", "effect": "promised", "rungs": [100], **clock}]
    return {"kind": "items", "id": identity, "process": f"p-{identity}", "nature": nature, "clocks": clocks}


def opens(identity: str, on: Any, *items: str) -> dict[str, Any]:
    do = [{"open": {"item": one, "form": {}, "party": "case:owner"}} for one in items]
    return {"kind": "triggers", "id": identity, "on": on, "do": do}


def makes(identity: str, on: Any, move: str, of: Any) -> dict[str, Any]:
    return {"kind": "triggers", "id": identity, "on": on, "do": [{"move": {"of": of, "move": move}}]}


def circles(*declared: dict[str, Any], a: Any = None, b: Any = None) -> list[tuple[str, ...]]:
    a, b = a or item("a"), b or item("b", "internal")
    bodies = [
        *declared,
        a,
        b,
        process("p-a", grant="granted"),
        process("p-b", reply="replied", close="closed"),
    ]
    world = {f"{one['kind']}/{one['id']}": one for one in bodies}
    catalogue = [{"id": one["id"], "nature": one["nature"]} for one in (a, b)]
    return trigger_cycles.found(Context(Kinds({}), world, world.keys(), {}, catalogue=catalogue))


@pytest.mark.parametrize(
    ("on", "round_"),
    [
        ({"event": "case.submitted"}, True),  # a case that is opened says so
        ({"event": "case.replied"}, True),  # a person may say it, in the case that was opened
        ({"event": "case.granted"}, False),  # nobody says that in b
        ({"event": "case.submitted", "items": ["a"]}, False),
        ({"event": "case.submitted", "items": {"not": ["b"]}}, False),
        ({"event": "case.submitted", "natures": ["licence"]}, False),
        ({"event": "case.submitted", "natures": {"not": ["licence"]}}, True),
        ({"event": "case.closed", "outcomes": ["done"]}, True),
        ({"event": "case.closed", "outcomes": ["never"]}, False),
        ({"event": "clock.rung"}, True),
        ({"event": "clock.rung", "rungs": [50]}, False),
        ({"event": "clock.rung", "effects": ["statutory"]}, False),
        ({"event": "clock.rung", "clocks": {"not": ["c"]}}, False),
    ],
)
def test_an_opening_that_may_lead_back_is_a_circle_unless_a_filter_cuts_it(on: Any, round_: bool) -> None:
    assert circles(opens("t", on, "b")) == ([("t",)] if round_ else [])


def test_a_circle_through_several_triggers_is_found_and_shown_as_a_way() -> None:
    ring = [
        opens("one", {"event": "case.granted"}, "b"),
        opens("two", {"event": "case.replied"}, "a"),
        opens("aside", {"event": "case.closed", "items": ["b"]}, "b"),
    ]
    assert circles(*ring) == [("aside",), ("one", "two")]
    assert circles(*ring[:2]) == [("one", "two")]
    assert circles(ring[0]) == circles(ring[1]) == []


def test_a_move_that_says_what_its_own_trigger_waits_for_is_a_circle() -> None:
    assert circles(makes("t", {"event": "case.replied"}, "reply", "source")) == [("t",)]
    assert circles(makes("t", {"event": "case.granted"}, "reply", "source")) == []
    assert circles(makes("t", {"event": "case.replied", "items": ["a"]}, "reply", {"rel": "about"})) == [
        ("t",)
    ]


def test_a_move_may_set_clocks_ringing() -> None:
    assert circles(makes("t", {"event": "clock.rung"}, "reply", "source")) == [("t",)]


def test_the_finding_says_the_way_round() -> None:
    ring = [opens("one", {"event": "case.granted"}, "b"), opens("two", {"event": "case.replied"}, "a")]
    bodies = [*ring, item("a"), item("b"), process("p-a", grant="granted"), process("p-b", reply="replied")]
    for one in bodies[2:4]:
        one |= {
            "mode": "case",
            "form": {},
            "parties": {"applicant": {"subject": ["person"], "cardinality": [1, 1]}},
        }
    world = {f"{one['kind']}/{one['id']}": one for one in bodies}
    context = Context(Kinds({}), world, world.keys(), {}, catalogue=[])
    for one, way in ((ring[0], "one → two → one"), (ring[1], "two → one → two")):
        (found,) = findings(one, context)
        assert (found.pointer, found.code, found.params["cycle"]) == ("/do", "trigger-cycle", way)


@pytest.mark.parametrize(
    ("party", "subjects", "fits"),
    [
        ("form:/object", ["enterprise"], True),  # of which kind it is, the case will tell
        ("form:/object", ["system"], False),
        ("case:owner", ["node"], True),
        ("case:body", ["enterprise"], False),
        ("post:head", ["enterprise"], False),
    ],
)
def test_a_party_that_somebody_filled_in_may_be_of_any_kind_of_subject(
    party: str, subjects: list[str], fits: bool
) -> None:
    opened = item("b", "internal") | {
        "parties": {"object": {"subject": subjects, "cardinality": [1, 1]}},
        "mode": "case",
        "form": {"type": "object", "properties": {}},
    }
    declared = opens("t", {"event": "case.granted"}, "b")
    declared["do"][0]["open"]["party"] = party
    world = {
        f"{one['kind']}/{one['id']}": one
        for one in (declared, opened, process("p-a", grant="granted"), process("p-b"))
    }
    found = findings(declared, Context(Kinds({}), world, world.keys(), {}))
    assert [one.code for one in found if one.code == "party-kind"] == ([] if fits else ["party-kind"])
