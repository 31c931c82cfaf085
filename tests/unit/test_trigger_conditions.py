"""What a trigger asks for beside its event or query: values and a rule's answer; what nobody knows fires in no case."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.actions import triggering
from chalicelib.domain import trigger_conditions
from chalicelib.domain.change import RecordWrite
from chalicelib.domain.problems import Problem, Text
from tests.builders_app import House
from tests.builders_campaigns import CAMPAIGN, District, campaign, row, tenancy
from tests.builders_relay import relays, stream, works
from tests.faults.planting import judged_as
from tests.unit.test_triggering import as_if, files, passes, red_light, supervisions

BAD_RECORD = {"rule": "human-resources-licence-grant", "is": {"reason": "bad-record"}}

FIELDS = ("contact", "confirmed_for", "name")
value = st.one_of(st.none(), st.sampled_from(["a", "b", 1, True]))
filters = st.dictionaries(
    st.sampled_from([f"record:/{name}" for name in FIELDS]),
    st.tuples(st.booleans(), st.lists(st.sampled_from(["a", "b", 1]), min_size=1, max_size=2)),
)


def by_hand(body: dict[str, Any], wanted: dict[str, tuple[bool, list[Any]]]) -> bool | None:
    said = []
    for name, (not_, among) in wanted.items():
        found = body.get(name.removeprefix("record:/"))
        said.append(None if found is None else (found in among) != not_)
    return False if False in said else None if None in said else True


@given(body=st.fixed_dictionaries(dict.fromkeys(FIELDS, value)), wanted=filters)
def test_values_are_true_false_or_unknown_as_three_valued_logic_has_it(body: Any, wanted: Any) -> None:
    declared = {name: {"not": among} if not_ else among for name, (not_, among) in wanted.items()}
    given_ = {name: found for name, found in body.items() if found is not None}
    one = row()
    source = type(one)(one.register, one.record_id, given_, one.period, one.due_on)
    assert trigger_conditions.values_hold({"when": {"values": declared}}, source) is by_hand(body, wanted)


def run(
    when: Any, *bodies: dict[str, Any], firms: tuple[dict[str, Any], ...] = ()
) -> tuple[District, dict[str, Any]]:
    up = District(declared=campaign(when=when))
    for body in bodies:
        up.record(body)
    for firm in firms:
        write = RecordWrite("enterprises", firm["uscc"], 0, firm, "2026-01-01")
        up.records.write(write, "system:import", up.hand.at)
    up.tick()
    up.works()
    return up, up.run()


def test_a_value_that_a_record_has_not_fires_neither_for_nor_against() -> None:
    bodies = (tenancy(1, confirmed_for="2026-Q1"), tenancy(2), tenancy(3, confirmed_for="2025-Q4"))
    for filter_, wanted in ((["2026-Q1"], 1), ({"not": ["2026-Q1"]}, 3)):
        up, counts = run({"values": {"record:/confirmed_for": filter_}}, *bodies)
        assert [one["uscc"] for one in up.opened()] == [tenancy(wanted)["uscc"]]
        assert (counts["seen"], counts["meant"], counts["undecided"]) == (3, 1, 1)


def test_a_rule_decides_by_facts_that_are_read_for_each_record_and_an_unknown_one_fires_nothing() -> None:
    firms = tuple(
        {
            "uscc": tenancy(number)["uscc"],
            "name": "企业",
            "status": "active",
            "abnormal": abnormal,
            "serious_illegal": False,
        }
        for number, abnormal in ((1, True), (2, False))
    )
    up, counts = run(BAD_RECORD, *(tenancy(number) for number in (1, 2, 3)), firms=firms)
    assert [one["uscc"] for one in up.opened()] == [tenancy(1)["uscc"]]
    assert (counts["seen"], counts["meant"], counts["undecided"], counts["opened"]) == (3, 1, 1, 1)


def test_a_rule_that_went_with_a_release_in_the_middle_is_a_reason_and_the_run_ends() -> None:
    up = District(declared=campaign(when=BAD_RECORD))
    up.hosts(range(3))
    up.tick()
    del up.definitions.plan.set.definitions["rules/" + BAD_RECORD["rule"]]
    up.works()
    up.tick()
    run = up.run()
    assert (run["seen"], run["opened"], run["refused"], run["reasons"]) == (3, 0, 3, {"not-found": 3})
    assert run["done_at"] is not None


def test_what_values_exclude_for_certain_is_no_matter_of_not_knowing() -> None:
    _, counts = run({"values": {"record:/contact": ["lost"]}, **BAD_RECORD}, tenancy(1))
    assert (counts["meant"], counts["undecided"]) == (0, 0)


@pytest.mark.parametrize(
    ("when", "pointer", "code"),
    [
        ({"values": {"case:id": ["x"]}}, "/when/values/case:id", "value-unknown"),
        ({"values": {"period:colour": ["x"]}}, "/when/values/period:colour", "value-unknown"),
        ({"values": {"record:/colour": ["x"]}}, "/when/values/record:~1colour", "register-field-unknown"),
        ({"rule": "no-such", "is": {"x": 1}}, "/when/rule", "dangling-reference"),
        ({**BAD_RECORD, "is": {"colour": 1}}, "/when/is/colour", "rule-answer-missing"),
        ({"rule": "food-licence-limit", "is": {"unit": "working_day"}}, "/when/rule", "fact-never-known"),
        ({"rule": "food-licence-limit"}, "/when/is", "shape"),
    ],
)  # fmt: skip
def test_the_gate_refuses_a_condition_that_could_never_be_known(when: Any, pointer: str, code: str) -> None:
    assert (pointer, code) in {(one.pointer, one.code) for one in judged_as(campaign(when=when))}


def test_the_gate_lets_a_condition_pass_that_can() -> None:
    assert judged_as(campaign(when={"values": {"record:/contact": ["kept"]}, **BAD_RECORD})) == []


# ── on an event


@pytest.mark.parametrize(
    ("values", "opened", "undecided"),
    [
        ({"case:item": ["food-licence"]}, 1, 0),
        ({"case:item": {"not": ["food-licence"]}}, 0, 0),
        ({"form:/no_such": {"not": ["x"]}}, 0, 1),
    ],
)
def test_an_event_is_acted_on_where_the_condition_holds(
    up: House, monkeypatch: pytest.MonkeyPatch, values: Any, opened: int, undecided: int
) -> None:
    trigger = red_light(up) | {"on": {"event": "case.submitted", "items": {"not": ["supervision"]}}}
    trigger["when"] = {"values": values}
    trigger["once_per"] = ["case:id"]
    trigger["do"][0]["open"]["form"] |= {"clock": "none", "clock_title": "none", "due_on": "event:on"}
    del trigger["do"][0]["open"]["form"]["effect"]
    as_if(up, monkeypatch, trigger)
    files(up)
    done = works(up, relays(up, stream(up)))
    assert len(supervisions(up)) == opened
    assert (done.get("opened", 0), done.get("undecided", 0)) == (opened, undecided)


def test_a_trigger_whose_condition_cannot_be_read_now_holds_up_no_other(
    up: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    trigger = red_light(up)
    as_if(up, monkeypatch, trigger | {"id": "asks", "when": {"values": {"case:item": ["x"]}}}, trigger)
    files(up)
    passes(up, 8)
    messages, real = relays(up, stream(up)), triggering.condition_holds

    def busy(kit: Any, declared: Any, source: Any) -> bool | None:
        if "when" in declared:
            raise Problem("throttled", "busy", Text("忙", "busy"))
        return real(kit, declared, source)

    monkeypatch.setattr(triggering, "condition_holds", busy)
    failed = 0
    for message in messages:
        try:
            works(up, [message])
        except Problem:
            failed += 1
    assert failed >= 1
    assert len(supervisions(up)) == 1


def test_the_campaign_of_the_pack_has_no_condition_and_is_as_it_was() -> None:
    assert "when" not in campaign()
    assert campaign()["id"] == CAMPAIGN
