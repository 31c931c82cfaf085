"""Faults of the ways through a process: no end, no bound, nobody, nothing that hears."""

from __future__ import annotations

from tests.faults.of_processes import SAID, a_move, arrow, finals, leaf, leaves, name_of, sent
from tests.faults.planting import Body, Clean, Place, Random, fault


@fault("processes", "state-unreachable")
def state_that_nothing_reaches(process: Body, clean: Clean, rng: Random) -> Place:
    pointer, _, level = leaf(process, rng)
    level["states"]["planted"] = {"transitions": [{"event": "plant", "target": rng.choice(finals(process))}]}
    process["states"]["planted"] = {"title": SAID, "waits_for": "post:window"}
    process["moves"]["plant"] = a_move()
    return f"{pointer.rpartition('/')[0]}/planted"


@fault("processes", "dead-end")
def state_without_a_way_out(process: Body, clean: Clean, rng: Random) -> Place:
    _, state, _ = leaf(process, rng)
    process["chart"]["states"]["planted"] = {"transitions": []}
    state.setdefault("transitions", []).append({"event": "plant", "target": "planted"})
    process["states"]["planted"] = {"title": SAID, "waits_for": "post:window"}
    process["moves"]["plant"] = a_move()
    return "/chart/states/planted"


@fault("processes", "loop-without-at-most")
def loop_without_a_bound(process: Body, clean: Clean, rng: Random) -> Place:
    _, state, level = leaf(process, rng)
    here = next(name for name, body in level["states"].items() if body is state)
    process["chart"]["states"]["planted"] = {
        "transitions": [
            {"event": "go_back", "target": here},
            {"event": "close_planted", "target": finals(process)[0]},
        ]
    }
    state.setdefault("transitions", []).append({"event": "go_round", "target": "planted"})
    process["states"]["planted"] = {"title": SAID, "waits_for": "post:window"}
    process["moves"] |= {name: a_move() for name in ("go_back", "go_round", "close_planted")}
    return "/moves"


@fault("processes", "stuck-when-used-up")
def bound_that_gets_a_case_stuck(process: Body, clean: Clean, rng: Random) -> Place:
    _, state, level = leaf(process, rng)
    here = next(name for name, body in level["states"].items() if body is state)
    process["chart"]["states"]["planted"] = {"transitions": [{"event": "go_back", "target": here}]}
    state.setdefault("transitions", []).append({"event": "go_round", "target": "planted"})
    process["states"]["planted"] = {"title": SAID, "waits_for": "post:window"}
    process["moves"] |= {"go_back": a_move(at_most=1), "go_round": a_move()}
    return "/chart/states/planted"


@fault("processes", "bounded-by-no-clock")
def loop_bounded_by_a_clock_that_does_not_run(process: Body, clean: Clean, rng: Random) -> Place:
    name = rng.choice([name for name, move in process["moves"].items() if not move.get("stays")])
    process["moves"][name]["bounded_by"] = "timeout.never"
    return f"/moves/{name}/bounded_by"


@fault("processes", "event-undeclared")
def event_that_nobody_sends(process: Body, clean: Clean, rng: Random) -> Place:
    return f"{sent(process, rng, 'nobody_sends')}/event"


@fault("processes", "event-without-transition")
def move_that_leads_nowhere(process: Body, clean: Clean, rng: Random) -> Place:
    process["moves"]["plant"] = a_move()
    return "/moves/plant"


@fault("processes", "event-without-effect")
def move_that_changes_nothing(process: Body, clean: Clean, rng: Random) -> Place:
    pointer, state, level = leaf(process, rng)
    here = next(name for name, body in level["states"].items() if body is state)
    state.setdefault("transitions", []).append({"event": "plant", "target": here})
    process["moves"]["plant"] = a_move(at_most=1)
    return f"{pointer}/transitions/{len(state['transitions']) - 1}"


@fault("processes", "stays-nowhere")
def move_that_stays_where_the_case_is_over(process: Body, clean: Clean, rng: Random) -> Place:
    process["moves"]["plant"] = a_move(stays=True, **{"in": [rng.choice(finals(process))]})
    return "/moves/plant/in"


@fault("processes", "stays-with-transition")
def move_that_stays_and_goes(process: Body, clean: Clean, rng: Random) -> Place:
    going = sorted(name for name, move in process["moves"].items() if not move.get("stays"))
    name = rng.choice(going)
    process["moves"][name] |= {"stays": True, "in": [name_of(leaf(process, rng)[0])]}
    return f"/moves/{name}/stays"


@fault("processes", "final-contradicts")
def state_that_is_final_in_one_place_only(process: Body, clean: Clean, rng: Random) -> Place:
    name = name_of(leaf(process, rng)[0])
    process["states"][name] |= {"final": True, "outcome": "planted"}
    return f"/states/{name}/final"


@fault("processes", "state-unknown")
def title_of_a_state_that_is_not_there(process: Body, clean: Clean, rng: Random) -> Place:
    process["states"]["planted"] = {"title": SAID}
    return "/states/planted"


@fault("processes", "state-without-title")
def state_without_a_title(process: Body, clean: Clean, rng: Random) -> Place:
    name = name_of(leaf(process, rng)[0])
    del process["states"][name]
    return f"/states/{name}"


@fault("processes", "state-waits-for-nobody")
def state_that_waits_for_nobody(process: Body, clean: Clean, rng: Random) -> Place:
    name = name_of(leaf(process, rng)[0])
    process["states"][name].pop("waits_for")
    return f"/states/{name}/waits_for"


@fault("processes", "initial-not-one")
def two_states_to_begin_in(process: Body, clean: Clean, rng: Random) -> Place:
    level = process["chart"]
    next(body for body in level["states"].values() if not body.get("initial"))["initial"] = True
    return "/chart/states"


@fault("processes", "final-with-transitions")
def end_that_goes_on(process: Body, clean: Clean, rng: Random) -> Place:
    name = rng.choice(finals(process))
    process["chart"]["states"][name]["transitions"] = [arrow(process, rng)[1]]
    return f"/chart/states/{name}"


@fault("processes", "state-twice")
def state_that_is_there_twice(process: Body, clean: Clean, rng: Random) -> Place:
    nested = [one for one in leaves(process) if one[2] is not process["chart"]]
    if not nested:
        return None
    name = name_of(rng.choice(nested)[0])
    process["chart"]["states"][name] = {"final": True}
    return f"/chart/states/{name}"


@fault("processes", "milestone-unknown")
def effect_from_a_day_that_never_was(process: Body, clean: Clean, rng: Random) -> Place:
    if not process.get("internal"):
        return None
    name = rng.choice(sorted(process["internal"]))
    process["internal"][name]["backdate"] = "never_happened"
    return f"/internal/{name}/backdate"


@fault("processes", "placeholder-not-given")
def document_that_prints_what_nobody_is_asked(process: Body, clean: Clean, rng: Random) -> Place:
    decided = [(n, m) for n, m in process["moves"].items() if "input" in m and m.get("issues")]
    for name, move in rng.sample(decided, len(decided)):
        for index, document in enumerate(move["issues"]):
            text = clean.pack[f"documents/{document}"]["template"]["zh"]
            for field in sorted(move["input"].get("properties", {})):
                if f"{{{{input.{field}}}}}" in text and f"#input.{field}" not in text:
                    del move["input"]["properties"][field]
                    move["input"]["required"] = [f for f in move["input"].get("required", ()) if f != field]
                    return f"/moves/{name}/issues/{index}"
    return None


@fault("processes", "expiry-event-unknown")
def process_that_no_longer_hears_a_clock(process: Body, clean: Clean, rng: Random) -> Place:
    for item in clean.users(f"processes/{process['id']}"):
        for index, clock in enumerate(item.get("clocks", ())):
            if clock.get("on_expiry") in process.get("internal", {}):
                del process["internal"][clock["on_expiry"]]
                return f"items/{item['id']}", f"/clocks/{index}/on_expiry"
    return None


@fault("processes", "party-undeclared")
def process_that_begins_to_need_a_party(process: Body, clean: Clean, rng: Random) -> Place:
    users = clean.users(f"processes/{process['id']}")
    if not users:
        return None
    name = rng.choice(sorted(process["moves"]))
    process["moves"][name]["by"] = ["party:godparent"]
    return f"items/{rng.choice(users)['id']}", "/parties"
