"""The processes of the library are sound, lawful in what they say, and walked from end to end."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import jsonschema_rs
import pytest

from chalicelib.domain import canonical, soundness
from chalicelib.domain.exploration import Exploration
from chalicelib.domain.process import RESERVED, available_moves, compile_process, timeouts
from tests.builders_pack import PACK

ROOT = Path(__file__).parents[2]
NAMES = [
    *("approval", "commitment", "joint", "ticket", "inspection", "enforcement"),
    *("claim", "deal", "dispute", "task", "review", "activity"),
    *(
        "connection",
        "announced",
        "appointment",
        "supervision",
        "duty",
        "deposit",
        "repayment",
        "confirmation",
    ),
    *("joint-claim", "handling", "pledge", "audit"),
]
TRIED = 287  # transitions of the draft that were walked before the first line of code


@cache
def definition(name):
    return PACK[f"processes/{name}"]


@cache
def meta():
    path = ROOT / "schemas" / "meta" / "processes.schema.json"
    return json.loads(path.read_text(encoding="utf-8"))


@cache
def explored(name):
    return Exploration(compile_process(definition(name)).chart, definition(name))


def every_event(body):
    return {**body["moves"], **body.get("internal", {})}


def walk(name):
    """Every step that a case of this process can take, each from a configuration stored as JSON."""
    process = compile_process(definition(name))
    for active in explored(name).steps:
        stored = json.dumps({"in": active, "history": {}})
        for event in process.enabled(json.loads(stored)):
            yield stored, event, process.send(json.loads(stored), event)


def test_every_process_of_the_library_is_judged_here():
    assert sorted(NAMES) == sorted(path.stem for path in (ROOT / "schemas" / "processes").glob("*.json"))


def test_the_meta_schema_is_a_json_schema():
    jsonschema_rs.meta.validate(meta())


@pytest.mark.parametrize("name", NAMES)
def test_a_process_has_the_shape_of_its_kind(name):
    validator = jsonschema_rs.Draft202012Validator(meta(), validate_formats=True)
    assert [
        f"{error.instance_path}: {error.message}" for error in validator.iter_errors(definition(name))
    ] == []
    assert definition(name)["id"] == name
    canonical.check(definition(name))


def test_every_field_of_the_kind_is_titled_and_drawn():
    """Admin screens come from the meta-schema."""

    def fields(schema):
        if isinstance(schema, dict):
            for key, below in schema.items():
                if key == "properties":
                    yield from below.items()
                yield from fields(below)

    found = list(fields(meta()))
    assert len(found) > 50
    for name, field in found:
        assert field["title"], name
        assert field["x-title"].keys() == {"zh", "en"}, name
        assert {"widget", "order"} <= field["x-ui"].keys(), name


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        (("chart", "datamodel"), {}),
        (("chart", "states", "open", "enter"), []),
        (
            ("moves", "timeout.intake"),
            {"title": {"zh": "甲", "en": "a"}, "by": ["post:window"], "emits": "made"},
        ),
        (("moves", "accept", "by"), ["anyone"]),
        (("moves", "accept", "by"), []),
        (("moves", "accept", "title"), {"zh": "受理"}),
        (("moves", "accept", "input"), {"type": "sometimes"}),
        (("moves", "accept", "in"), ["received"]),
        (("internal", "done.state.open"), {"emits": "made"}),
        (("states", "completed"), {"title": {"zh": "甲", "en": "a"}, "final": True}),
        (("states", "received", "waits_for"), "the desk"),
    ],
)
def test_the_meta_schema_refuses_what_is_not_allowed(pointer, value):
    spoiled = json.loads(json.dumps(definition("approval")))
    holder = spoiled
    for part in pointer[:-1]:
        holder = holder[part]
    holder[pointer[-1]] = value
    assert not jsonschema_rs.Draft202012Validator(meta()).is_valid(spoiled)


@pytest.mark.parametrize("name", NAMES)
def test_a_process_of_the_library_is_sound(name):
    assert soundness.findings(definition(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_state_is_entered_and_every_case_can_end(name):
    """Counted by walking, apart from the gate's own reckoning."""
    process = compile_process(definition(name))
    before, entered = {}, set()
    for stored, _, after in walk(name):
        before.setdefault(json.dumps(after), set()).add(stored)
        entered.update(after["in"], json.loads(stored)["in"])
    assert entered == set(definition(name)["states"])
    ends = {stored for stored in before if process.final(json.loads(stored))}
    can_end = set(ends)
    while ends:
        ends = set().union(*(before.get(stored, set()) for stored in ends)) - can_end
        can_end |= ends
    everywhere = {json.dumps({"in": active, "history": {}}) for active in explored(name).steps}
    assert can_end == everywhere


def test_all_transitions_are_walked_after_reload_from_a_stored_configuration():
    changing = [
        (name, stored, event)
        for name in NAMES
        for stored, event, after in walk(name)
        if json.dumps(after) != stored
    ]
    arrows = {
        (name, arrow.source, arrow.event)
        for name in NAMES
        for arrow in compile_process(definition(name)).chart.arrows
    }
    taken = {(name, source, event) for name, stored, event in changing for source in json.loads(stored)["in"]}
    assert arrows <= taken
    assert len(changing) > TRIED


def test_what_was_remembered_is_what_a_fresh_machine_answers():
    for name in NAMES:
        chart = compile_process(definition(name)).chart
        for active, steps in explored(name).steps.items():
            for event, after in steps.items():
                assert chart.run(active, event) == after


@pytest.mark.parametrize("name", NAMES)
def test_no_internal_event_is_a_move(name):
    body = definition(name)
    assert not [move for move in body["moves"] if move.startswith(RESERVED)]
    assert all(event.startswith(RESERVED) for event in body.get("internal", {}))


@pytest.mark.parametrize("name", NAMES)
def test_a_number_that_no_law_gives_says_so(name):
    for move, body in definition(name)["moves"].items():
        if "at_most" in body:
            assert "basis" in body or "source" in body or body["at_most"] == 1, move


@pytest.mark.parametrize("name", NAMES)
def test_what_a_move_asks_for_can_be_drawn_in_both_languages(name):
    for move, body in every_event(definition(name)).items():
        asked = body.get("input", {"properties": {}})
        for field, schema in asked["properties"].items():
            assert schema["x-title"].keys() == {"zh", "en"}, (move, field)
            assert "widget" in schema["x-ui"], (move, field)
        if asked["properties"]:
            assert asked["additionalProperties"] is False, move
        if body.get("revises"):
            assert asked["properties"]["form"] == {**asked["properties"]["form"], "type": "object"}, move


# ── what practice demands of an approval (行政许可法) ──────────────────────────────────────


def after(path, name="approval"):
    process = compile_process(definition(name))
    config = process.initial()
    for event in path.split():
        config = process.send(config, event)
        assert config is not None, event
    return process, config


@pytest.mark.parametrize(
    ("answer", "state", "document"),
    [
        ("accept", "examining", "acceptance-notice"),
        ("correct_on_spot", "received", None),
        ("request_correction", "correction", "one-time-correction-notice"),
        ("not_required", "not_required", "not-required-notice"),
        ("redirect", "redirected", "redirect-notice"),
        ("refuse_acceptance", "not_accepted", "refusal-to-accept-decision"),
    ],
)
def test_intake_has_its_answers_each_with_its_document(answer, state, document):
    """行政许可法 §32."""
    process, config = after(answer)
    assert process.active(config) == (state,)
    assert process.moves[answer].by == ("post:window",)
    assert document is None or document in process.moves[answer].issues


def test_silence_at_intake_is_acceptance_back_dated_to_receipt():
    process, config = after("timeout.intake")
    assert process.active(config) == ("examining",)
    assert process.internal["timeout.intake"].emits == "deemed_accepted"
    assert process.internal["timeout.intake"].backdate == "submitted"


def test_the_applicants_silence_lapses_and_is_no_refusal():
    process, config = after("request_correction timeout.correction")
    assert process.final(config) == "lapsed"
    assert process.states["lapsed"].outcome == "lapsed"


def test_everything_missing_is_told_at_once_and_once():
    process, config = after("request_correction resubmit")
    asked = process.moves["request_correction"]
    assert asked.at_most == 1
    assert not jsonschema_rs.Draft202012Validator(asked.input).is_valid({"gaps": []})
    done = {"request_correction": {"count": 1, "last": "person:a"}}
    assert [one.id for one in available_moves(process, config, done)] == [
        *("accept", "correct_on_spot", "not_required", "redirect", "refuse_acceptance", "withdraw", "void")
    ]


def test_three_different_people_propose_check_and_decide():
    """承办 ≠ 审核 ≠ 批准."""
    moves = compile_process(definition("approval")).moves
    assert "propose" in moves["pass"].distinct_from
    assert "pass" in moves["propose"].distinct_from
    for decision in ("grant", "refuse", "forward", "remand"):
        assert set(moves[decision].distinct_from) == {"propose", "pass"}
        assert moves[decision].by == ("post:decider",)


@pytest.mark.parametrize(
    ("name", "move"),
    [
        ("approval", "refuse"),
        ("approval", "refuse_acceptance"),
        ("claim", "refuse"),
        ("enforcement", "penalise"),
    ],
)
def test_a_refusal_states_its_remedies(name, move):
    asked = jsonschema_rs.Draft202012Validator(definition(name)["moves"][move]["input"])
    told = {
        "reasons": ["不符合条件"],
        "remedies": {"reconsideration": "区人民政府", "litigation": "区人民法院"},
    }
    if move == "penalise":
        told = {"decision": "罚款", "remedies": told["remedies"]}
    assert asked.is_valid(told)
    assert not asked.is_valid({**told, "remedies": {}})
    assert not asked.is_valid({key: value for key, value in told.items() if key != "remedies"})


def test_an_instant_case_that_rules_cannot_decide_goes_to_a_person():
    for event in ("auto.manual", "timeout.instant"):
        process, config = after(f"auto.accept_instant {event}")
        assert process.active(config) == ("examining",)


def test_an_instant_case_is_granted_and_served_without_a_person():
    process, config = after("auto.accept_instant auto.grant auto.serve")
    assert process.final(config) == "completed"


def test_a_decided_case_can_no_longer_be_withdrawn():
    process, config = after("accept propose pass grant")
    assert [one.id for one in available_moves(process, config, {})] == ["serve"]


def test_decision_and_service_are_two_things():
    process, config = after("accept propose pass refuse")
    assert process.final(config) is None
    assert "service-receipt" in process.moves["serve"].issues
    assert process.final(process.send(config, "serve")) == "refused"


def test_the_case_can_be_withdrawn_terminated_voided_and_forwarded():
    for path, final in [
        ("withdraw", "withdrawn"),
        ("accept withdraw", "withdrawn"),
        ("accept terminate", "terminated"),
        ("void", "voided"),
        ("accept propose pass forward", "forwarded"),
    ]:
        process, config = after(path)
        assert process.final(config) == final


def test_what_clocks_may_do_to_an_approval():
    assert timeouts(definition("approval")) == {"timeout.intake", "timeout.correction", "timeout.instant"}


def test_who_approves_a_claim_does_not_pay_it():
    moves = compile_process(definition("claim")).moves
    assert {"approve", "approve_unpublished"} <= set(moves["order"].distinct_from)


def test_inspectors_come_in_twos():
    """行政处罚法 §42."""
    assert compile_process(definition("inspection")).moves["start"].signers == 2
    assert compile_process(definition("enforcement")).moves["propose"].signers == 2


def test_who_investigated_neither_reviews_nor_decides_nor_hears():
    moves = compile_process(definition("enforcement")).moves
    assert "propose" in moves["pass"].distinct_from
    assert "propose" in moves["report"].distinct_from
    assert {"propose", "pass"} <= set(moves["penalise"].distinct_from)


def test_an_unsatisfied_ticket_becomes_a_successor():
    process, config = after("answer dissatisfied", "ticket")
    assert process.final(config) == "reopened"
