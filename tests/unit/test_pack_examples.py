"""The examples of the pack's items fill in their forms and walk their process to the state that they promise.

A second opinion without clocks, access or stores: the gate plays the same examples through the whole domain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta

from chalicelib.domain import facts, rules
from chalicelib.domain.booking import WAITLISTED
from chalicelib.domain.forms import compile_form
from chalicelib.domain.process import compile_process
from chalicelib.domain.special_steps import DERIVED, with_special_steps
from tests.builders_clock import History
from tests.builders_pack import ITEMS, KINDS, PACK, walk
from tests.builders_processes import finals

EXAMPLES = [(item, example) for item in ITEMS for example in item["examples"]]
# Every item shows every end of its process, save those that are left to one item or another of the process
# (tests/unit/test_processes.py sees that one does); some show a state on the way besides.
LEFT_TO_OTHERS = {
    "approval": finals("approval") - {"completed", "refused", "lapsed"},
    "connection": finals("connection") - {"completed", "refused", "lapsed"},
    "joint": {"withdrawn", "terminated"},
    "review": {"exception", "withdrawn"},
    "ticket": {"merged", "redirected", "reopened", "withdrawn"},
}
ON_THE_WAY = {"appointment": {"waiting"}, "deposit": {"returning"}}
by_id = pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["id"])
# What an account refuses, or what is owed no longer, the process itself would let pass.
OF_ACCOUNTS = frozenset({"account-overdrawn", "slot-unknown", "due-overpaid"})

by_example = pytest.mark.parametrize(
    ("item", "example"), EXAMPLES, ids=[f"{item['id']}-{n}" for n, (item, _) in enumerate(EXAMPLES)]
)


@by_id
def test_an_item_shows_how_its_process_ends_a_refusal_and_a_time_out(item):
    states = [example["expect"]["state"] for example in item["examples"]]
    process = item["process"]
    wanted = finals(process) - LEFT_TO_OTHERS.get(process, set()) | ON_THE_WAY.get(process, set())
    assert wanted <= set(states)
    assert any(example["expect"]["refused"] for example in item["examples"])
    assert any("wait" in step for example in item["examples"] for step in example["moves"])
    assert len({example["applicant"] for example in item["examples"]}) >= 5
    assert len({example["name"] for example in item["examples"]}) == len(states)


@by_example
def test_an_example_fills_in_the_form_and_names_known_materials(item, example):
    form = compile_form(item["form"], KINDS.shared)
    assert [f"{one.pointer}: {one.message.en}" for one in form.errors(example["form"])] == []
    known = {material["id"] for material in item["materials"]}
    assert set(example["materials"]) <= known
    for step in example["moves"]:
        assert set(step.get("input", {}).get("materials", ())) <= known


@by_example
def test_an_example_states_the_facts_that_its_form_gives(item, example):
    assert example["facts"].keys() <= set(item["facts"])
    for name, value in example["facts"].items():
        declared = PACK[f"facts/{name}"]
        stated = facts.given(declared, value)
        if "form" in declared["source"]:
            pinned = facts.pin(declared, example["form"], {}, 0)
            assert (pinned.known, pinned.value) == (stated.known, stated.value), name


@by_example
def test_an_example_is_applied_for_by_one_who_may(item, example):
    kind, _, code = example["applicant"].partition(":")
    first = next(iter(item["parties"].values()))
    assert kind in first["subject"]
    assert kind == "person" or code in list(walk(example["form"]))


@by_example
def test_an_example_walks_the_process_to_the_state_that_it_expects(item, example):
    walker = Walker(item, example)
    refused = None
    for step in example["moves"]:
        assert refused is None, "only the last step may be refused"
        refused = walker.step(step)
    wanted = example["expect"]["refused"]
    assert refused == (None if wanted in OF_ACCOUNTS else wanted)
    if wanted in OF_ACCOUNTS:
        return
    assert walker.process.active(walker.configuration) == (example["expect"]["state"],)


class Walker:
    """Moves, their inputs, how often and by whom; a wait fires the time-out of the state it meets.

    A rule that the item names for a state is asked whenever the state is entered, save when silence led back to
    the beginning: on the same facts it would only say the same again.
    """

    def __init__(self, item: Mapping[str, Any], example: Mapping[str, Any]) -> None:
        self.item, self.example = item, example
        self.process = compile_process(with_special_steps(PACK[f"processes/{item['process']}"], item))
        self.configuration = self.process.initial()
        self.beginning = self.process.active(self.configuration)
        self.doers: dict[str, list[str]] = {}
        self.people: dict[str, set[str]] = {}  # who made it or signed it
        self.signed: dict[str, set[str]] = {}  # of moves that not all have signed
        self.happened: list[str] = []
        self.owed: dict[str, int] = {}
        self.group = Group(item, example)
        if 0 in example.get("accounts", {}).values() and WAITLISTED in self.process.internal:
            self.send(WAITLISTED)
        self.ask(self.beginning)

    def ask(self, entered: Iterable[str]) -> None:
        for state in entered:
            rule = self.item["rules"].get(state)
            if rule is None and state in self.beginning:
                rule = self.item["rules"].get("intake")
            for event in _named(rule, self.item, self.example) if isinstance(rule, str) else ():
                if self.send(event) is not None:
                    break

    def step(self, step: Mapping[str, Any]) -> str | None:
        if "serve" in step:  # it moves clocks and no state
            return self.example["expect"]["refused"] if step is self.example["moves"][-1] else None
        if "wait" in step:
            fired = [name for name in self.process.enabled(self.configuration) if name.startswith("timeout.")]
            assert len(fired) == 1, "the wait lets exactly one clock expire"
            return self.send(fired[0])
        silent = step.get("event", "").startswith("timeout.") and step["event"] not in self.happened
        if silent or step.get("event", "").startswith(("child.", "external.")):
            return self.send(step["event"])
        if "event" in step:
            assert step["event"] in self.happened, "a rule made it happen"
            return None
        if "child" in step:
            self.group.ended[step["child"]] = step["outcome"]
            return self.join()
        return self.move(step)

    def join(self) -> str | None:
        said = self.group.says()
        return self.send(said) if said and self.process.send(self.configuration, said) else None

    def move(self, step: Mapping[str, Any]) -> str | None:
        move = self.process.moves[step["move"]]
        assert step["by"] in move.by
        person = step.get("person", step["by"])
        said = self.forbidden(move, person, step.get("input", {}))
        if said is not None:
            return said
        self.people.setdefault(move.id, set()).add(person)
        self.signed.setdefault(move.id, set()).add(person)
        if len(self.signed[move.id]) < move.signers:  # one more is needed, where the move is possible
            return None if move.id in self.process.enabled(self.configuration) else "move-not-available"
        self.doers.setdefault(move.id, []).append(person)
        member = step.get("input", {}).get("item")
        if move.id == "drop_member" and member in self.group.ended:
            return "member-ended"
        self.group.changed(move.id, step.get("input", {}))
        if move.stays is not None:
            return self.paid(move.emits, step.get("input", {})) or self.join()
        return self.send(move.id) or self.join()

    def forbidden(self, move: Any, person: str, given: Mapping[str, Any]) -> str | None:
        """Why this person may not make the move with this input, whatever the state is."""
        schema = move.input or {"type": "object", "additionalProperties": False}
        if compile_form(schema, KINDS.shared).errors(given):
            return "input-invalid"
        if any(person in self.people.get(other, ()) for other in move.distinct_from):
            return "same-person"
        if move.at_most is not None and len(self.doers.get(move.id, ())) >= move.at_most:
            return "move-not-available"
        return None

    def paid(self, emits: str, given: Mapping[str, Any]) -> str | None:
        """A move that leaves the case where it is; once all that is owed is paid, the kernel goes on."""
        for due in self.item.get("dues", ()):
            if emits in due["fulfilled_by"]:
                left = self.owed.get(
                    due["id"], self.example["form"].get(due["amount"].removeprefix("form:/"))
                )
                self.owed[due["id"]] = left - given[due["paid"].removeprefix("input:/")]
                if not self.owed[due["id"]]:
                    return self.send(due["on_fulfilled"])
        return None

    def send(self, event: str) -> str | None:
        before, after = self.configuration, self.process.send(self.configuration, event)
        if after is None:
            return "move-not-available"
        self.configuration, self.signed = after, {}
        self.happened.append(event)
        entered = set(after["in"]) - set(before["in"])
        self.group.entered(entered)
        self.ask(entered - set(self.beginning) if event.startswith("timeout.") else entered)
        return None


class Group:
    """Who takes part now, who has ended: the join read off the declaration by hand, `all` of those that count."""

    def __init__(self, item: Mapping[str, Any], example: Mapping[str, Any]) -> None:
        self.item, self.example = item, example
        self.state, self.declared = next(iter(item.get("children", {}).items()), ("", {}))
        self.members: set[str] = set()
        self.given: Mapping[str, Any] = {}
        self.ended: dict[str, str] = {}
        self.stages = [one["id"] for one in self.declared.get("stages", ())]

    def entered(self, states: set[str]) -> None:
        """The first stage that has members which are called for begins; without stages all of them do."""
        if self.state not in states:
            return
        called, self.members = self.called(), set()
        if "open" in self.declared:
            self.members = called
            return
        while called and not self.members:
            stage = self.stages.pop(0) if self.stages else None
            mine = [one for one in self.declared["members"] if one.get("stage") == stage]
            self.members = {
                one.get("id", one["item"])
                for one in mine
                if one.get("counts", True) and {one.get("id"), one["item"]} & called
            }
            called = called if self.stages else set()

    def called(self) -> set[str]:
        for_each = self.declared.get("for_each")
        if for_each is None:
            return {one.get("id", one["item"]) for one in self.declared["members"]}
        if for_each["list"].startswith("input:/"):
            return set(self.given.get(for_each["list"].removeprefix("input:/"), ()))
        if "rule" not in for_each:
            entries = self.example["form"].get(for_each["list"].removeprefix("form:/"), ())
            return {one[for_each["key"].strip("/")] if "key" in for_each else one for one in entries}
        stated = self.example["facts"]
        rule = PACK[f"rules/{for_each['rule']}"]
        result = rules.trial(rule, stated, date.fromisoformat(self.example["today"][:10])).result
        return set(str((result or {}).get(for_each["list"]) or "").split())

    def changed(self, move: str, given: Mapping[str, Any]) -> None:
        self.given, member = given, given.get("item")
        if move == "add_member" and member:
            self.members.add(member)
        if move == "drop_member" and member:
            self.members.discard(member)

    def says(self) -> str | None:
        if not self.members or self.members - self.ended.keys():
            return None
        good = all(self.ended[one] in self.declared.get("good", ["granted"]) for one in self.members)
        return str(self.declared["events"]["joined" if good else "refused"])


def _named(rule_id: str, item: Mapping[str, Any], example: Mapping[str, Any]) -> list[str]:
    """The events that a rule names on the example's facts and those of its form; else a person's turn."""
    rule = PACK[f"rules/{rule_id}"]
    read = facts.pin_all((PACK[f"facts/{name}"] for name in rule["facts"]), example["form"], {}, 0)
    stated = {name: one.value for name, one in read.items() if one.known} | {
        name: value for name, value in example["facts"].items() if name in rule["facts"]
    }
    result = rules.trial(rule, stated, date.fromisoformat(example["today"][:10])).result
    return ((result or {}).get("event") or "auto.manual").split()


# What is decided after a public notice waits for other things than days: its dates are in test_pack_people. Those of
# clocks that stood still or were extended are in test_special_steps, by hand.
by_plain_example = pytest.mark.parametrize(
    ("item", "example"),
    [
        pytest.param(item, example, id=f"{item['id']}-{n}")
        for n, (item, example) in enumerate(EXAMPLES)
        if item["process"] != "announced"
        and not any(step.get("move", "").startswith(DERIVED) for step in example["moves"])
    ],
)


@by_plain_example
def test_the_deadlines_of_an_example_agree_with_a_calendar_that_is_not_ours(item, example):
    clocks = {clock["id"]: clock for clock in item["clocks"]}
    day = date.fromisoformat(example["today"][:10])
    before = sum(step.get("after", {}).get("budget", 0) for step in example["moves"])
    for name, deadline in example["expect"].get("deadlines", {}).items():
        if "until" in clocks[name]:  # a day that the parties agreed on; nothing moves it
            revised = [step["input"]["form"] for step in example["moves"] if "form" in step.get("input", {})]
            agreed = [example["form"], *revised]
            assert deadline == _of(agreed[-1], clocks[name]["until"]), name
        else:
            budget, unit = _limit(clocks[name], example, day)
            assert _last(example, day, before, budget, unit).isoformat() == deadline, name


def _last(example: Mapping[str, Any], day: date, before: int, budget: int, unit: str) -> date:
    """民法典 §201: the first day does not count. Silence starts the clock on the day of receipt (行政许可法 §32)."""
    from chinese_calendar import is_workday

    if unit == "office_hour":
        assert before == 0, "hours are counted from the application on"
        return History(unit, budget, datetime.fromisoformat(example["today"])).deadline().date()
    served = _served(example)  # what a document begins runs from the day that counts, whatever came before
    last, before = (day, before) if served is None else (served, 0)
    ahead = (one for one in _days_after(last) if is_workday(one))
    for _ in range(before + (budget if unit == "working_day" else 0)):
        last = next(ahead)
    if unit != "working_day":
        last += timedelta(days=budget) if unit == "calendar_day" else relativedelta(months=budget)
    while not is_workday(last):  # 民法典 §203
        last += timedelta(days=1)
    return last


def _of(form: Mapping[str, Any], pointer: str) -> Any:
    value: Any = form
    for part in pointer.removeprefix("form:/").split("/"):
        value = value[part]
    return value


def _days_after(day: date) -> Iterable[date]:
    return (day + timedelta(days=n) for n in count(1))


def _served(example: Mapping[str, Any]) -> date | None:
    """The day from which the document that the last step serves counts."""
    from chinese_calendar import is_workday

    step = example["moves"][-1] if example["moves"] else {}
    if "serve" not in step:
        return None
    last = date.fromisoformat(example["today"][:10])
    left = sum(one.get("after", {}).get("budget", 0) for one in example["moves"])
    while left:  # electronically: the day on which it arrives
        last += timedelta(days=1)
        left -= is_workday(last)
    last = date.fromisoformat(step["day"]) if "day" in step else last
    if step["way"] == "public":
        last += timedelta(days=30)
        while not is_workday(last):
            last += timedelta(days=1)
    return last


def _limit(clock: Mapping[str, Any], example: Mapping[str, Any], on: date) -> tuple[int, str]:
    if "limit" not in clock:
        return clock["budget"], clock["unit"]
    rule = PACK[f"rules/{clock['limit'].removeprefix('rule:')}"]
    result = rules.trial(rule, {fact: example["facts"][fact] for fact in rule["facts"]}, on).result
    return result["budget"], result["unit"]
