"""The gate finds what is wrong with a process, with a pointer, and finds nothing wrong with a sound one."""

from __future__ import annotations

import copy

import pytest

from chalicelib.domain.soundness import findings
from tests.builders_process import desk, move, regions, state_of, text


def found(definition):
    return {(one.pointer, one.code) for one in findings(definition)}


def codes(definition):
    return {one.code for one in findings(definition)}


@pytest.mark.parametrize("definition", [desk(), regions()], ids=["desk", "regions"])
def test_a_sound_process_has_no_findings(definition):
    before = copy.deepcopy(definition)
    assert findings(definition) == []
    assert definition == before


def test_every_finding_speaks_both_languages():
    definition = desk()
    state_of(definition, "open", "deciding")["transitions"] = []
    for one in findings(definition):
        assert one.message.zh
        assert one.message.en
        assert one.message.zh != one.message.en


# ── what is planted: reachability, endings, loops ──────────────────────────────────────────


def test_a_dead_end_is_found():
    definition = desk()
    state_of(definition, "open", "correction")["transitions"] = []
    del definition["moves"]["resubmit"]
    del definition["internal"]["timeout.correction"]
    assert ("/chart/states/open/states/correction", "dead-end") in found(definition)

    unjoined = regions()  # both regions end, and nothing takes them on from there
    grant = {"event": "grant", "target": "completed", "cond": "In('tax_due')"}
    state_of(unjoined, "clearing")["transitions"] = [grant]
    assert ("/chart/states/clearing/states/tax/states/tax_clear", "dead-end") in found(unjoined)


def test_an_unreachable_state_is_found():
    definition = desk()
    del state_of(definition, "open", "received")["transitions"][1]
    assert ("/chart/states/open/states/correction", "state-unreachable") in found(definition)


def test_a_state_that_only_an_undeclared_event_reaches_is_unreachable():
    definition = desk()
    del definition["moves"]["request_correction"]
    assert {"event-undeclared", "state-unreachable"} <= codes(definition)


def test_a_state_behind_a_guard_that_never_holds_is_unreachable():
    definition = regions()
    bank = state_of(definition, "clearing", "bank", "bank_due")
    bank["transitions"][0]["cond"] = "In('completed')"
    assert {"state-unreachable", "event-without-effect"} <= codes(definition)


def test_a_loop_without_at_most_is_found():
    definition = desk()
    del definition["moves"]["request_correction"]["at_most"]
    assert found(definition) == {("/moves/request_correction", "loop-without-at-most")}
    assert findings(definition)[0].params == {"moves": ["request_correction", "resubmit"]}


def test_a_return_without_at_most_is_a_loop():
    definition = desk()
    del definition["moves"]["return"]["at_most"]
    assert found(definition) == {("/moves/accept", "loop-without-at-most")}


def test_a_rule_that_answers_at_once_does_not_break_a_loop():
    definition = desk()
    state_of(definition, "open", "correction")["transitions"][0]["event"] = "auto.resubmit"
    del definition["moves"]["resubmit"], definition["moves"]["request_correction"]["at_most"]
    definition["internal"]["auto.resubmit"] = {"emits": "resubmitted"}
    assert "loop-without-at-most" in codes(definition)


def test_a_loop_in_which_a_clock_must_expire_is_no_endless_one():
    definition = desk()
    del definition["moves"]["request_correction"]["at_most"], definition["moves"]["resubmit"]
    state_of(definition, "open", "correction")["transitions"] = [
        {"event": "timeout.correction", "target": "received"}
    ]
    assert codes(definition) == {"state-unreachable"}  # only `lapsed`, which nothing reaches any more


def publicity():
    """deciding → publicity → completed by clock; objections lead back."""
    definition = desk()
    state_of(definition, "open", "deciding")["transitions"][1]["target"] = "publicity"
    state_of(definition, "open")["states"] |= {
        "publicity": {
            "transitions": [
                {"event": "timeout.publicity", "target": "completed"},
                {"event": "object", "target": "objection"},
            ]
        },
        "objection": {"transitions": [{"event": "dismiss_objection", "target": "publicity"}]},
    }
    definition["moves"] |= {
        "object": move("objected", "role:citizen", bounded_by="timeout.publicity"),
        "dismiss_objection": move("objection_dismissed"),
    }
    definition["internal"]["timeout.publicity"] = {"emits": "publicity_ended"}
    for name in ("publicity", "objection"):
        definition["states"][name] = {"title": text(name), "waits_for": "role:citizen"}
    return definition


def test_a_running_clock_may_bound_a_loop():
    assert findings(publicity()) == []


def test_a_clock_that_does_not_run_there_bounds_nothing():
    definition = publicity()
    definition["moves"]["object"]["bounded_by"] = "timeout.correction"
    assert found(definition) == {("/moves/object/bounded_by", "bounded-by-no-clock")}


def test_a_clock_that_leads_back_into_the_loop_bounds_nothing():
    definition = publicity()
    rows = state_of(definition, "open", "publicity")["transitions"]
    rows[0]["target"] = "deciding"
    rows.append({"event": "close", "target": "completed"})
    definition["moves"]["close"] = move("closed")
    assert ("/moves/object/bounded_by", "bounded-by-no-clock") in found(definition)


def test_a_state_that_cannot_be_left_once_moves_are_used_up_is_found():
    definition = desk()
    rows = state_of(definition, "open", "deciding")["transitions"]
    rows[1] = {"event": "grant", "target": "granting"}
    state_of(definition, "open")["states"]["granting"] = {
        "transitions": [{"event": "serve", "target": "completed"}, {"event": "undo", "target": "deciding"}]
    }
    definition["moves"]["grant"]["at_most"] = 1
    definition["moves"] |= {"serve": move("served"), "undo": move("undone", at_most=3)}
    definition["states"]["granting"] = {"title": text("granting"), "waits_for": "post:window"}
    assert found(definition) == {("/chart/states/open/states/received", "stuck-when-used-up"),
                                 ("/chart/states/open/states/deciding", "stuck-when-used-up")}  # fmt: skip


def test_an_event_that_never_changes_anything_is_found():
    definition = desk()
    state_of(definition, "open", "deciding")["transitions"].append({"event": "remark", "target": "deciding"})
    definition["moves"]["remark"] = move("remarked", at_most=1)
    assert found(definition) == {("/chart/states/open/states/deciding/transitions/2", "event-without-effect")}


def test_a_chart_with_too_many_configurations_is_refused_not_half_checked():
    definition = regions()
    region = {
        f"r{n}": {
            "states": {
                f"r{n}_{k}": {
                    "initial": k == 0,
                    "transitions": [{"event": f"go{n}_{k}", "target": f"r{n}_{(k + 1) % 5}"}],
                }
                for k in range(5)
            }
        }
        for n in range(5)
    }
    state_of(definition, "clearing")["states"] |= region
    definition["moves"] |= {f"go{n}_{k}": move("gone") for n in range(5) for k in range(5)}
    assert "too-many-configurations" in codes(definition)


# ── what is planted: who, and what names what ──────────────────────────────────────────────


def test_a_move_that_nobody_may_make_is_found():
    definition = desk()
    definition["moves"]["grant"]["by"] = []
    assert found(definition) == {("/moves/grant/by", "nobody-may-move")}


def test_a_move_without_a_transition_is_found():
    definition = desk()
    definition["moves"]["escalate"] = move("escalated")
    definition["internal"]["timeout.window"] = {"emits": "missed"}
    assert found(definition) == {
        ("/moves/escalate", "event-without-transition"),
        ("/internal/timeout.window", "event-without-transition"),
    }


def test_an_event_that_nobody_sends_is_found():
    definition = desk()
    rows = state_of(definition, "open", "deciding")["transitions"]
    rows.append({"event": "forward", "target": "completed"})
    assert found(definition) == {
        ("/chart/states/open/states/deciding/transitions/2/event", "event-undeclared")
    }


def test_the_end_of_a_state_that_does_not_exist_is_an_event_that_nobody_sends():
    definition = regions()
    state_of(definition, "clearing")["transitions"].append({"event": "done.state.gone", "target": "deciding"})
    assert found(definition) == {("/chart/states/clearing/transitions/1/event", "event-undeclared")}


@pytest.mark.parametrize(
    "name",
    [
        "done.state.open",
        "timeout.intake",
        "child.refused",
        "external.paid",
        "auto.grant",
        "error.execution",
        "done",
        "auto",
    ],
)
def test_a_reserved_name_is_no_move(name):
    definition = desk()
    definition["moves"][name] = move("made", stays=True, **{"in": ["received"]})
    assert found(definition) == {(f"/moves/{name}", "move-name-reserved")}


@pytest.mark.parametrize(
    "name", ["done.state.open", "error.execution", "grant_now", "timeout", "timeout.", "timeout.A"]
)
def test_an_internal_event_has_a_reserved_name_that_the_engine_does_not_make(name):
    definition = desk()
    definition["internal"][name] = {"emits": "made", "stays": True, "in": ["received"]}
    assert found(definition) == {(f"/internal/{name}", "internal-name-malformed")}


@pytest.mark.parametrize(
    "name", ["send", "model", "configuration", "on_accept", "after_accept", "done_state_open"]
)
def test_a_name_that_the_engine_uses_itself_is_refused(name):
    """`on_accept` as an event is called by convention whenever `accept` happens: the case moved twice."""
    definition = desk()
    state_of(definition, "open", "deciding")["transitions"].append({"event": name, "target": "completed"})
    definition["moves"][name] = move("made")
    assert ("/chart/states/open/states/deciding/transitions/2/event", "name-taken") in found(definition)


def test_a_move_that_stays_may_not_take_the_engines_names_either():
    definition = desk()
    definition["moves"]["send"] = move("sent", stays=True, **{"in": ["received"]})
    definition["moves"]["Send It"] = move("sent", stays=True, **{"in": ["received"]})
    assert found(definition) == {("/moves/send", "name-taken"), ("/moves/Send It", "move-name-malformed")}


def test_a_state_named_like_the_engines_own_attribute_is_refused():
    definition = desk()
    chart = definition["chart"]["states"]
    chart["model"] = chart.pop("lapsed")
    state_of(definition, "open", "correction")["transitions"][1]["target"] = "model"
    assert found(definition) == {("/chart/states/model", "name-taken")}


def test_another_person_than_of_an_unknown_move_is_found():
    definition = desk()
    definition["moves"]["grant"]["distinct_from"] = ["propose"]
    assert found(definition) == {("/moves/grant/distinct_from", "distinct-from-unknown")}


def test_a_state_without_a_title_is_found():
    definition = desk()
    del definition["states"]["correction"]
    assert found(definition) == {
        ("/states/correction", "state-without-title"),
        ("/states/correction/waits_for", "state-waits-for-nobody"),
    }


def test_a_title_for_a_state_that_the_chart_does_not_have_is_found():
    definition = desk()
    definition["states"]["gone"] = {"title": text("gone")}
    assert found(definition) == {("/states/gone", "state-unknown")}


def test_what_is_final_is_final_in_both_places():
    definition = desk()
    definition["states"]["lapsed"]["final"] = False
    definition["states"]["received"]["final"] = True
    assert found(definition) == {
        ("/states/lapsed/final", "final-contradicts"),
        ("/states/received/final", "final-contradicts"),
    }


def test_a_move_that_stays_says_where_and_has_no_transition():
    definition = desk()
    definition["moves"]["note"]["in"] = ["lapsed", "gone"]
    definition["moves"]["accept"] |= {"stays": True, "in": ["received"]}
    assert found(definition) == {
        ("/moves/note/in", "stays-nowhere"),
        ("/moves/accept/stays", "stays-with-transition"),
    }


# ── the subset: a chart is data ────────────────────────────────────────────────────────────


@pytest.mark.parametrize("member", ["datamodel", "name", "script"])
def test_a_chart_holds_states_only(member):
    definition = desk()
    definition["chart"][member] = {}
    assert found(definition) == {(f"/chart/{member}", "not-in-subset")}


@pytest.mark.parametrize("member", ["enter", "exit", "invoke", "history", "donedata", "value"])
def test_a_state_holds_no_code_calls_or_memory(member):
    definition = desk()
    state_of(definition, "open", "received")[member] = [{"script": "import os"}]
    assert found(definition) == {(f"/chart/states/open/states/received/{member}", "not-in-subset")}


@pytest.mark.parametrize("member", ["unless", "internal", "initial", "on", "before", "after"])
def test_a_transition_runs_nothing(member):
    definition = desk()
    state_of(definition, "open", "received")["transitions"][0][member] = "x"
    assert found(definition) == {
        (f"/chart/states/open/states/received/transitions/0/{member}", "not-in-subset")
    }


@pytest.mark.parametrize(
    "cond", ["debts == 0", "In(received)", "In('received') and True", "", ["In('received')"], 1]
)
def test_a_guard_over_facts_is_refused(cond):
    """A missing fact is silently false to the engine; and `In(x)` without quotes is silently always true."""
    definition = desk()
    state_of(definition, "open", "received")["transitions"][0]["cond"] = cond
    assert found(definition) == {
        ("/chart/states/open/states/received/transitions/0/cond", "guard-not-in-state")
    }


def test_a_guard_over_a_state_that_does_not_exist_is_refused():
    definition = desk()
    state_of(definition, "open", "received")["transitions"][0]["cond"] = "In('gone')"
    assert found(definition) == {
        ("/chart/states/open/states/received/transitions/0/cond", "guard-unknown-state")
    }


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"target": "completed"}, "transition-without-event"),
        ({"event": " ", "target": "completed"}, "transition-without-event"),
        ({"event": "*", "target": "completed"}, "event-name-malformed"),
        ({"event": "child.*", "target": "completed"}, "event-name-malformed"),
        ({"event": "grant accept", "target": "completed"}, "event-name-malformed"),
        ({"event": "grant"}, "transition-without-target"),
        ({"event": "grant", "target": "gone"}, "target-unknown"),
        ({"event": "grant", "target": "completed lapsed"}, "target-unknown"),
        ("grant", "not-an-object"),
    ],
)
def test_a_transition_has_one_plain_event_and_one_target(row, code):
    definition = desk()
    state_of(definition, "open", "received")["transitions"][0] = row
    assert codes(definition) == {code}


def test_an_event_may_not_answer_for_another_by_prefix():
    definition = desk()
    rows = state_of(definition, "open", "deciding")["transitions"]
    rows += [{"event": "child", "target": "lapsed"}, {"event": "child.refused", "target": "completed"}]
    assert found(definition) == {("/chart/states/open/states/deciding/transitions/2/event", "event-shadows")}


def test_each_level_has_one_initial_state():
    definition = desk()
    del state_of(definition, "open", "received")["initial"]
    assert found(definition) == {("/chart/states/open/states", "initial-not-one")}


def test_a_state_is_named_once():
    definition = desk()
    definition["chart"]["states"]["received"] = {"final": True}
    assert ("/chart/states/received", "state-twice") in found(definition)


def test_a_final_state_is_the_end():
    definition = desk()
    definition["chart"]["states"]["lapsed"] |= {
        "transitions": [{"event": "resubmit", "target": "received"}],
        "states": {"inside": {"initial": True}},
    }
    assert {"final-with-transitions", "final-with-states"} <= codes(definition)


@pytest.mark.parametrize(
    "chart",
    [
        *(None, [], "states", {}, {"states": {}}, {"states": []}, {"states": {"a": None}}),
        {"states": {"a": {"initial": "yes", "transitions": {}}}},
        {"states": {"A B": {"initial": True}}},
    ],
)
def test_any_shape_is_answered_with_findings(chart):
    assert findings({**desk(), "chart": chart})


@pytest.mark.parametrize("section", ["moves", "internal", "states"])
def test_an_overlay_of_another_shape_is_answered_with_findings(section):
    assert found({**desk(), section: []}) == {(f"/{section}", "overlay-malformed")}
    assert found({**desk(), section: {"accept": 1}}) == {(f"/{section}", "overlay-malformed")}
