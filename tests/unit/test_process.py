"""A process answers which moves exist now, takes only those, and never trusts a name from outside."""

from __future__ import annotations

import json
import time

import pytest

from chalicelib.domain.problems import Problem
from chalicelib.domain.process import available_moves, compile_process, timeouts, waits
from tests.builders_process import desk, move, regions, state_of

RECEIVED = {"in": ["open", "received"], "history": {}}
DECIDING = {"in": ["open", "deciding"], "history": {}}


def refusal(call, *args):
    with pytest.raises(Problem) as caught:
        call(*args)
    return caught.value


def test_a_case_begins_in_the_initial_state():
    process = compile_process(desk())
    assert process.initial() == RECEIVED
    assert process.active(process.initial()) == ("received",)
    assert process.final(process.initial()) is None


def test_a_move_leads_to_the_next_configuration():
    process = compile_process(desk())
    assert process.take(RECEIVED, "accept") == DECIDING
    done = process.take(DECIDING, "grant")
    assert done == {"in": ["completed"], "history": {}}
    assert process.final(done) == "completed"
    assert process.states["completed"].outcome == "granted"


def test_a_case_goes_on_from_what_was_stored():
    """Restored from JSON: the engine would take a plain list for one odd state (it wants an OrderedSet)."""
    process = compile_process(regions())
    stored = json.dumps(process.take(process.initial(), "clear_tax"))
    config = process.take(json.loads(stored), "clear_bank")
    assert process.active(config) == ("deciding",)


def test_the_order_of_the_stored_states_does_not_matter():
    process = compile_process(regions())
    config = process.initial()
    backwards = {"in": config["in"][::-1], "history": {}}
    assert process.send(backwards, "clear_tax") == process.send(config, "clear_tax")


def test_an_event_that_changes_nothing_is_none_and_never_silence():
    """The engine ignores an unknown event without an error; the 409 is ours."""
    process = compile_process(desk())
    assert process.send(RECEIVED, "grant") is None
    assert process.send(RECEIVED, "no_such_event") is None
    problem = refusal(process.take, RECEIVED, "grant")
    assert (problem.kind, problem.code) == ("conflict", "move-not-now")
    assert problem.extra == {"state": ["received"], "moves": ["accept", "note", "request_correction"]}


@pytest.mark.parametrize(
    "event", ["done.state.clearing", "timeout.correction", "auto.grant", "error.execution"]
)
def test_reserved_events_are_no_moves_of_a_caller(event):
    process = compile_process(desk())
    correction = process.take(RECEIVED, "request_correction")
    problem = refusal(process.take, correction, event)
    assert (problem.kind, problem.code) == ("conflict", "move-unknown")
    assert problem.extra["moves"] == ["resubmit"]


def test_a_time_out_is_the_kernels_to_send():
    process = compile_process(desk())
    correction = process.take(RECEIVED, "request_correction")
    assert process.send(correction, "timeout.correction") == {"in": ["lapsed"], "history": {}}


def test_a_forged_end_of_the_clearances_does_not_reach_the_decision():
    """processes.md: sent from outside, done.state.clearing went straight to the decision with tax still open."""
    process = compile_process(regions())
    assert process.chart.step(process.chart.initial(), "done.state.clearing") is not None  # the engine would
    assert process.send(process.initial(), "done.state.clearing") is None


def test_a_name_is_matched_exactly_although_the_engine_matches_by_prefix():
    process = compile_process(desk())
    assert process.chart.step(("open", "received"), "accept.at.once") is not None  # the engine would
    assert process.send(RECEIVED, "accept.at.once") is None


def test_what_is_enabled_evaluates_the_guards():
    """The engine's allowed_events lists clear_bank as well, and its internal names."""
    process = compile_process(regions())
    assert process.enabled(process.initial()) == ("clear_tax",)
    assert process.enabled(process.take(process.initial(), "clear_tax")) == ("clear_bank",)


def test_enabled_lists_internal_events_and_available_moves_do_not():
    process = compile_process(desk())
    correction = process.take(RECEIVED, "request_correction")
    assert process.enabled(correction) == ("resubmit", "timeout.correction")
    assert [one.id for one in available_moves(process, correction, {})] == ["resubmit"]


def test_moves_are_offered_in_the_order_of_the_definition():
    process = compile_process(desk())
    assert [one.id for one in available_moves(process, RECEIVED, {})] == [
        "accept",
        "note",
        "request_correction",
    ]


def test_correction_is_asked_for_once():
    process = compile_process(desk())
    done = {"request_correction": {"count": 1, "last": "person:a"}}
    assert "request_correction" not in [one.id for one in available_moves(process, RECEIVED, done)]
    problem = refusal(process.take, RECEIVED, "request_correction", done)
    assert problem.code == "move-used-up"
    assert problem.extra["moves"] == ["accept", "note"]


def test_a_move_may_stay_where_it_is_allowed():
    process = compile_process(desk())
    assert process.take(RECEIVED, "note") == RECEIVED
    assert "note" in process.enabled(DECIDING)
    correction = process.take(RECEIVED, "request_correction")
    assert refusal(process.take, correction, "note").code == "move-not-now"


def test_an_internal_event_may_stay_as_well():
    definition = desk()
    definition["internal"]["timeout.window"] = {"emits": "window_missed", "stays": True, "in": ["deciding"]}
    process = compile_process(definition)
    assert process.send(DECIDING, "timeout.window") == DECIDING
    assert process.send(RECEIVED, "timeout.window") is None


def test_an_ended_case_makes_no_move():
    process = compile_process(desk())
    assert process.enabled({"in": ["lapsed"], "history": {}}) == ()


def test_a_demanded_reason_is_part_of_the_input():
    given = compile_process(desk()).moves["return"].input
    assert given["required"] == ["reason"]
    assert given["properties"]["reason"]["minLength"] == 1
    assert given["additionalProperties"] is False


def test_a_demanded_reason_is_added_to_what_a_move_asks_for():
    definition = desk()
    asked = {"type": "object", "required": ["to"], "properties": {"to": {"type": "string"}}}
    definition["moves"]["grant"] = move("granted", reason=True, input=asked)
    given = compile_process(definition).moves["grant"].input
    assert given["required"] == ["reason", "to"]
    assert list(asked["properties"]) == ["to"]


def test_history_is_refused_because_it_lives_in_memory_only():
    """Reloaded between suspend and resume, a case would land in the default state: use holds."""
    definition = desk()
    state_of(definition, "open")["history"] = {"back": {"type": "shallow"}}
    problem = refusal(compile_process, definition)
    assert [(f.pointer, f.code) for f in problem.findings] == [
        ("/chart/states/open/history", "not-in-subset")
    ]


@pytest.mark.parametrize(
    "stored",
    [
        ["received"],
        ["open"],
        ["open", "received", "deciding"],
        ["open", "gone"],
        ["open", "open"],
        [],
        ["lapsed", "open"],
    ],
)
def test_half_a_configuration_is_refused(stored):
    process = compile_process(desk())
    problem = refusal(process.send, {"in": stored, "history": {}}, "accept")
    assert problem.code == "configuration-not-legal"


def test_a_region_missing_from_the_stored_configuration_is_refused():
    process = compile_process(regions())
    stored = [name for name in process.initial()["in"] if not name.startswith("bank")]
    assert refusal(process.active, {"in": stored, "history": {}}).code == "configuration-not-legal"


def test_an_incomplete_definition_is_a_problem():
    definition = desk()
    del definition["moves"]["accept"]["title"]
    assert refusal(compile_process, definition).code == "process-malformed"
    assert refusal(compile_process, {"id": "x"}).findings[0].code == "not-an-object"


def test_the_same_definition_is_compiled_once():
    assert compile_process(desk()) is compile_process(desk())


def test_the_order_of_keys_does_not_change_behaviour():
    """Stored definitions come back with their keys sorted; document order decides between regions."""
    shuffled = json.loads(json.dumps(regions(), sort_keys=True))
    assert compile_process(shuffled) is compile_process(regions())


def test_compiling_many_drafts_keeps_no_class_of_each():
    """The engine registers every class by its name for ever; ours all have one name."""
    from statemachine.registry import _REGISTRY

    for number in range(5):
        compile_process({**desk(), "id": f"desk-{number}"})
    assert sum("Process" in name for name in _REGISTRY) == 1


def test_restoring_and_sending_costs_less_than_two_milliseconds():
    chart = compile_process(desk()).chart
    best = min(timed(lambda: chart.run(("open", "received"), "accept")) for _ in range(30))
    assert best < 0.002


def timed(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def test_waits_are_the_states_that_say_whom_they_wait_for():
    assert waits(desk()) == ["received", "correction", "deciding"]


def test_timeouts_are_what_a_clock_may_send():
    assert timeouts(desk()) == {"timeout.correction"}
