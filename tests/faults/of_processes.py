"""Faults of processes: names that nobody may send, code in a chart, ways without end, moves of nobody."""

from __future__ import annotations

from typing import Any

from tests.faults.planting import Body, Clean, Place, Random, fault

SAID = {"zh": "栽入", "en": "Planted"}


def leaves(process: Body) -> list[tuple[str, Body, Body]]:
    """Every open state without inner states: its pointer, its body, the level that holds it."""
    found: list[tuple[str, Body, Body]] = []

    def visit(holder: Body, pointer: str) -> None:
        for name, body in holder["states"].items():
            here = f"{pointer}/states/{name}"
            if "states" in body:
                visit(body, here)
            elif not body.get("final"):
                found.append((here, body, holder))

    visit(process["chart"], "/chart")
    return found


def finals(process: Body) -> list[str]:
    return [name for name, body in process["chart"]["states"].items() if body.get("final")]


def leaf(process: Body, rng: Random) -> tuple[str, Body, Body]:
    return rng.choice(leaves(process))


def a_move(**more: Any) -> Body:
    return {"title": SAID, "by": ["post:window"], "emits": "planted", **more}


def name_of(pointer: str) -> str:
    return pointer.rpartition("/")[2]


def arrow(process: Body, rng: Random) -> tuple[str, Body]:
    pointer, state, _ = rng.choice([one for one in leaves(process) if one[1].get("transitions")])
    index = rng.randrange(len(state["transitions"]))
    return f"{pointer}/transitions/{index}", state["transitions"][index]


def sent(process: Body, rng: Random, event: str, target: str | None = None) -> str:
    """A further transition at a seeded state."""
    pointer, state, _ = leaf(process, rng)
    rows = state.setdefault("transitions", [])
    rows.append({"event": event, "target": target or rng.choice(finals(process))})
    return f"{pointer}/transitions/{len(rows) - 1}"


@fault("processes", "move-name-reserved")
def move_that_takes_the_kernels_name(process: Body, clean: Clean, rng: Random) -> Place:
    name = rng.choice(["done", "timeout", "child", "external", "auto", "error"])
    process["moves"][name] = a_move(stays=True, **{"in": [name_of(leaf(process, rng)[0])]})
    return f"/moves/{name}"


@fault("processes", "move-name-reserved")
def move_that_hides_what_a_special_step_makes(process: Body, clean: Clean, rng: Random) -> Place:
    name = rng.choice(["begin_", "end_", "extend_"]) + "planted"
    process["moves"][name] = a_move(stays=True, **{"in": [name_of(leaf(process, rng)[0])]})
    return f"/moves/{name}"


@fault("processes", "shape")
def move_that_sends_what_only_a_clock_may(process: Body, clean: Clean, rng: Random) -> Place:
    """Sent from outside, `done.state.clearing` went straight to the decision with tax still open."""
    name = rng.choice(["done.state.open", "timeout.intake", "auto.grant", "external.paid"])
    process["moves"][name] = a_move()
    return "/moves"


@fault("processes", "shape")
def person_who_makes_an_internal_event(process: Body, clean: Clean, rng: Random) -> Place:
    name = rng.choice(sorted(process["moves"]))
    process["moves"][name]["by"].append("timeout.intake")
    return f"/moves/{name}/by"


@fault("processes", "shape")
def role_that_does_not_exist(process: Body, clean: Clean, rng: Random) -> Place:
    name = rng.choice(sorted(process["moves"]))
    process["moves"][name]["by"] = ["role:emperor"]
    return f"/moves/{name}/by/0"


@fault("processes", "shape")
def move_of_nobody(process: Body, clean: Clean, rng: Random) -> Place:
    name = rng.choice(sorted(process["moves"]))
    process["moves"][name]["by"] = []
    return f"/moves/{name}/by"


@fault("processes", "post-unknown")
def move_of_a_post_that_nobody_has(process: Body, clean: Clean, rng: Random) -> Place:
    name = rng.choice(sorted(process["moves"]))
    process["moves"][name]["by"].append("post:archduke")
    return f"/moves/{name}/by/{len(process['moves'][name]['by']) - 1}"


@fault("processes", "post-unknown")
def wait_for_a_post_that_nobody_has(process: Body, clean: Clean, rng: Random) -> Place:
    state = name_of(leaf(process, rng)[0])
    process["states"][state]["waits_for"] = "post:archduke"
    return f"/states/{state}/waits_for"


@fault("processes", "distinct-from-unknown")
def another_person_than_of_no_move(process: Body, clean: Clean, rng: Random) -> Place:
    name = rng.choice(sorted(process["moves"]))
    process["moves"][name].setdefault("distinct_from", []).append("no_such_move")
    return f"/moves/{name}/distinct_from"


def in_state(name: str, member: str, value: Any) -> None:
    def spoil(process: Body, clean: Clean, rng: Random) -> Place:
        pointer, state, _ = leaf(process, rng)
        state[member] = value
        return f"{pointer}/{member}"

    spoil.__name__ = name
    fault("processes", "shape")(spoil)


in_state("code_on_entering_a_state", "enter", [{"script": "import os"}])
in_state("code_on_leaving_a_state", "exit", [{"script": "import os"}])
in_state("call_out_of_a_state", "invoke", [{"src": "http://example.com"}])
in_state("memory_of_a_state", "history", {"h": {"type": "deep"}})


def in_arrow(name: str, member: str, value: Any, code: str = "shape") -> None:
    def spoil(process: Body, clean: Clean, rng: Random) -> Place:
        pointer, row = arrow(process, rng)
        row[member] = value
        return f"{pointer}/{member}"

    spoil.__name__ = name
    fault("processes", code)(spoil)


in_arrow("transition_on_any_event", "event", "*")
in_arrow("transition_on_a_family_of_events", "event", "child.*")
in_arrow("transition_on_two_events", "event", "accept refuse")
in_arrow("internal_transition", "internal", True)
in_arrow("code_on_a_transition", "on", "import os")
in_arrow("guard_over_facts", "cond", "debts == 0")
in_arrow("guard_without_quotes", "cond", "In(received)")
in_arrow("guard_on_a_state_that_is_not_there", "cond", "In('nowhere')", "guard-unknown-state")
in_arrow("transition_to_nowhere", "target", "nowhere", "target-unknown")


@fault("processes", "shape")
def transition_without_an_event(process: Body, clean: Clean, rng: Random) -> Place:
    pointer, row = arrow(process, rng)
    del row["event"]
    return f"{pointer}/event"


@fault("processes", "shape")
def data_in_a_chart(process: Body, clean: Clean, rng: Random) -> Place:
    process["chart"]["datamodel"] = [{"id": "x", "expr": "1"}]
    return "/chart/datamodel"


@fault("processes", "name-taken")
def state_of_the_engines_own_name(process: Body, clean: Clean, rng: Random) -> Place:
    name = rng.choice(["model", "send", "configuration"])
    process["chart"]["states"][name] = {"final": True}
    process["states"][name] = {"title": SAID, "final": True, "outcome": "planted"}
    return f"/chart/states/{name}"


@fault("processes", "name-taken")
def event_of_the_engines_own_name(process: Body, clean: Clean, rng: Random) -> Place:
    name = rng.choice(["send", "on_accept", "after_accept"])
    process["moves"][name] = a_move()
    return f"{sent(process, rng, name)}/event"


@fault("processes", "event-shadows")
def event_that_answers_for_another(process: Body, clean: Clean, rng: Random) -> Place:
    process["internal"] = process.get("internal", {}) | {
        "auto.planted": {"emits": "planted"}, "auto.planted.more": {"emits": "planted_more"},
    }  # fmt: skip
    sent(process, rng, "auto.planted.more")
    return f"{sent(process, rng, 'auto.planted')}/event"
