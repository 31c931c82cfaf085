from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from typing import Any

import pytest
import zen
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import canonical, evaluation, rules
from chalicelib.domain.facts import PinnedFact
from chalicelib.domain.problems import Problem

DAY = date(2026, 3, 2)
PRIOR = [("< 1", "'exempt'"), ("-", "'penalise'")]  # mechanisms 1: the table that was tried


def table(
    rows: list[tuple[str, ...]], inputs: tuple[str, ...] = ("prior",), hit: str = "first"
) -> dict[str, Any]:
    """A decision graph: each row is its input cells and then its one output."""
    ins = [{"id": f"i{n}", "name": field, "field": field} for n, field in enumerate(inputs)]
    cells = [
        {"_id": f"r{n}", **{f"i{i}": cell for i, cell in enumerate(row[:-1])}, "o": row[-1]}
        for n, row in enumerate(rows)
    ]
    content = {
        "hitPolicy": hit,
        "inputs": ins,
        "outputs": [{"id": "o", "name": "act", "field": "act"}],
        "rules": cells,
    }
    return {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in"},
            {"id": "t", "type": "decisionTableNode", "name": "t", "content": content},
            {"id": "out", "type": "outputNode", "name": "out"},
        ],
        "edges": [
            {"id": "a", "type": "edge", "sourceId": "in", "targetId": "t"},
            {"id": "b", "type": "edge", "sourceId": "t", "targetId": "out"},
        ],
    }


def definition(graph: dict[str, Any], facts: tuple[str, ...] = ("prior",), **version: Any) -> dict[str, Any]:
    return {
        "kind": "rules",
        "id": "sample",
        "facts": list(facts),
        "result": {"type": "object"},
        "versions": [{"effective_from": "2026-01-01", "table": graph, **version}],
        "tests": [],
    }


def known(**values: Any) -> dict[str, PinnedFact]:
    return {fact: PinnedFact(fact, True, value, {"form": f"/{fact}"}, 1) for fact, value in values.items()}


def unknown(fact: str, policy: str = "manual", reason: str = "not-found") -> dict[str, PinnedFact]:
    return {fact: PinnedFact(fact, False, None, {"form": f"/{fact}"}, 1, reason, policy)}


def test_a_decision_names_the_rules_the_version_the_row_and_the_facts() -> None:
    sample = definition(table(PRIOR), ordered=True)
    decision = rules.decide(sample, known(prior=3), DAY)
    assert (decision.result, decision.manual, decision.code) == ({"act": "penalise"}, False, None)
    assert decision.trace == {
        "rules": "sample",
        "version": "2026-01-01",
        "digest": canonical.digest(sample["versions"][0]["table"]),
        "on": "2026-03-02",
        "facts": [{"id": "prior", "known": True, "value": 3, "source": {"form": "/prior"}, "at": 1}],
        "rows": [{"id": "r1", "index": 1}],
        "result": {"act": "penalise"},
    }
    canonical.check(decision.trace)


def test_bare_zen_penalises_whom_nobody_asked_and_we_leave_it_to_a_person() -> None:
    bare = table([("< 1", "'exempt'"), ("", "'penalise'")])
    engine = zen.ZenEngine().create_decision(json.dumps(bare))
    for context in ({}, {"prior": None}, {"prior": "none"}):
        assert engine.evaluate(context)["result"] == {"act": "penalise"}
    sample = definition(table(PRIOR), ordered=True)
    for pins in (
        {},
        unknown("prior"),
        known(prior=None),
        known(prior="none"),
        known(prior=True),
        known(prior=1.5),
    ):
        decision = rules.decide(sample, pins, DAY)
        assert (decision.result, decision.manual, decision.unknown) == (None, True, ("prior",))
        assert decision.trace["rows"] == []
        assert decision.trace["manual"] == "fact-unknown"


def test_an_unknown_never_reaches_a_table_whatever_is_known_beside_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def reached(*_: Any, **__: Any) -> None:
        raise AssertionError("the table was reached")

    monkeypatch.setattr(evaluation, "evaluate", reached)
    sample = definition(table([("-", "-", "'a'")], ("prior", "other")), ("prior", "other"))
    assert rules.decide(sample, known(prior=0) | unknown("other"), DAY).manual
    assert rules.decide(sample, unknown("prior") | known(other=0), DAY).unknown == ("prior",)
    handed_on = definition(table([("-", "other")]), ("prior", "other"))
    assert rules.decide(handed_on, known(prior=0), DAY).unknown == ("other",)


def test_an_unknown_that_can_be_asked_is_listed_and_still_not_decided() -> None:
    sample = definition(table([("-", "-", "'a'")], ("prior", "other")), ("prior", "other"))
    decision = rules.decide(sample, unknown("prior", "ask") | unknown("other"), DAY)
    assert (decision.ask, decision.unknown, decision.manual) == (("prior",), ("prior", "other"), True)


def test_an_unknown_that_must_be_known_refuses_and_says_why() -> None:
    with pytest.raises(Problem) as refusal:
        rules.decide(definition(table(PRIOR)), unknown("prior", "refuse", "failed"), DAY)
    assert refusal.value.code == "fact-unknown"
    assert refusal.value.findings[0].params == {"reason": "failed"}
    canonical.check(refusal.value.extra["trace"])


def test_a_gap_is_a_decision_for_a_person_and_never_an_empty_answer() -> None:
    decision = rules.decide(definition(table([("< 1", "'exempt'")])), known(prior=1), DAY)
    assert (decision.result, decision.manual, decision.code) == (None, True, "table-gap")
    assert decision.trace["manual"] == "table-gap"


def test_a_row_that_answers_null_is_no_gap() -> None:
    decision = rules.decide(definition(table([("-", "null")])), known(prior=1), DAY)
    assert (decision.result, decision.manual) == ({"act": None}, False)
    assert decision.trace["rows"] == [{"id": "r0", "index": 0}]


def test_a_fact_can_be_handed_on_whole() -> None:
    decision = rules.decide(definition(table([("-", "prior")])), known(prior=2**53 - 1), DAY)
    assert decision.result == {"act": 2**53 - 1}
    assert isinstance(decision.result["act"], int)


def test_a_collect_table_gives_every_row_that_matched_in_order() -> None:
    sample = definition(table([("> 0", "'a'"), ("> 5", "'b'"), ("> 1", "'c'")], hit="collect"))
    decision = rules.decide(sample, known(prior=3), DAY)
    assert decision.result == {"collected": [{"act": "a"}, {"act": "c"}]}
    assert [row["id"] for row in decision.trace["rows"]] == ["r0", "r2"]
    assert rules.decide(sample, known(prior=0), DAY).code == "table-gap"


def test_a_collect_table_may_be_declared_empty() -> None:
    sample = definition(table([("> 0", "'a'")], hit="collect"), may_be_empty=True)
    assert rules.decide(sample, known(prior=0), DAY).result == {"collected": []}


def test_yesterday_has_yesterdays_rules() -> None:
    sample = definition(table([("-", "'old'")]))
    sample["versions"].insert(0, {"effective_from": "2026-03-02", "table": table([("-", "'new'")])})
    answers = {
        day: rules.decide(sample, known(prior=0), day)
        for day in (DAY - timedelta(1), DAY, DAY + timedelta(1))
    }
    assert [answer.result["act"] for answer in answers.values() if answer.result] == ["old", "new", "new"]
    assert [answer.trace["version"] for answer in answers.values()] == [
        "2026-01-01",
        "2026-03-02",
        "2026-03-02",
    ]


def test_before_the_first_version_there_is_no_decision() -> None:
    with pytest.raises(Problem, match="no-version-in-force"):
        rules.decide(definition(table(PRIOR)), known(prior=0), date(2025, 12, 31))


def test_the_facts_to_pin_are_those_of_the_version_in_force() -> None:
    sample = definition(table([("-", "'old'")]))
    sample["versions"].append(
        {"effective_from": "2026-03-02", "table": table([("-", "-", "other")], ("prior", "more_x"))}
    )
    assert rules.reads(sample, date(2026, 3, 1)) == ("prior",)
    assert rules.reads(sample, DAY) == ("prior", "more-x", "other")


def test_a_table_outside_the_dialect_does_not_run() -> None:
    with pytest.raises(Problem, match="table-outside-dialect") as refusal:
        rules.decide(definition(table([("date('now') > 0", "'a'")])), known(prior=0), DAY)
    assert refusal.value.findings[0].code == "cell-outside-dialect"


@settings(max_examples=100, deadline=None)
@given(st.integers(-(10**15), 10**15), st.integers(-3, 3))
def test_the_same_facts_give_the_same_bytes_for_ever(prior: int, bound: int) -> None:
    sample = definition(table([(f"< {bound}", "prior"), (f">= {bound}", "'b'")]))
    first = rules.decide(sample, known(prior=prior), DAY)
    evaluation._compiled.cache_clear()
    second = rules.decide(json.loads(json.dumps(sample)), known(prior=prior), DAY)
    assert canonical.dumps(first.trace) == canonical.dumps(second.trace)
    assert first.trace["rows"][0]["index"] == (0 if prior < bound else 1)


def test_a_trial_takes_plain_values_and_refuses_a_misspelt_fact() -> None:
    sample = definition(table(PRIOR), ordered=True)
    assert rules.trial(sample, {"prior": 0}, DAY).result == {"act": "exempt"}
    assert rules.trial(sample, {"prior": {"unknown": True}}, DAY).unknown == ("prior",)
    assert rules.trial(sample, {}, DAY).unknown == ("prior",)
    with pytest.raises(Problem, match="fact-not-read"):
        rules.trial(sample, {"prior": 0, "piror": 1}, DAY)
    declared = {"prior": {"id": "prior", "type": "integer", "minimum": 0}}
    with pytest.raises(Problem, match="fact-wrong-type"):
        rules.trial(sample, {"prior": -1}, DAY, declared)


def case(facts: dict[str, Any], row: Any, expect: Any, on: str = "2026-03-02") -> dict[str, Any]:
    return {"name": "case", "on": on, "facts": facts, "row": row, "expect": expect}


GOOD = [case({"prior": 0}, "r0", {"act": "exempt"}), case({"prior": 1}, "r1", {"act": "penalise"})]


def codes(tests: list[dict[str, Any]], **change: Any) -> list[str]:
    sample = definition(table([("< 1", "'exempt'"), (">= 1", "'penalise'")])) | {"tests": tests} | change
    return [found.code for found in rules.findings(sample)]


def test_rules_with_a_passing_test_for_every_row_can_be_released() -> None:
    assert codes(GOOD) == []
    assert (
        codes([*GOOD, {"name": "nobody knows", "on": "2026-03-02", "facts": {}, "undecided": ["prior"]}])
        == []
    )


def test_a_row_without_a_test_is_reported() -> None:
    assert codes(GOOD[:1]) == ["row-untested"]
    assert codes([]) == ["row-untested", "row-untested"]


@pytest.mark.parametrize(
    "broken",
    [
        case({"prior": 1}, "r1", {"act": "exempt"}),
        case({"prior": 1}, "r0", {"act": "penalise"}),
        case({"prior": {"unknown": True}}, "r1", {"act": "penalise"}),
        {"name": "case", "on": "2026-03-02", "facts": {"prior": 1}, "undecided": ["prior"]},
        {"name": "case", "on": "2026-03-02", "facts": {"prior": 1}},
    ],
)
def test_a_test_that_fails_is_reported_and_proves_no_row(broken: dict[str, Any]) -> None:
    found = codes([GOOD[0], broken])
    assert "test-failed" in found
    assert found[-1] == "row-untested"


def test_a_test_that_cannot_run_is_reported_as_what_it_is() -> None:
    assert codes([*GOOD, case({"piror": 0}, "r0", {})]) == ["fact-not-read"]
    assert codes([*GOOD, case({"prior": 0}, "r0", {}, on="2020-01-01")]) == ["no-version-in-force"]
    assert codes([*GOOD, case({"prior": 0}, "r0", {}, on="2026-02-30")]) == ["no-such-day"]


def test_rows_of_every_version_are_tested() -> None:
    versions = [
        {"effective_from": day, "table": table([("-", "'exempt'")])} for day in ("2025-01-01", "2026-01-01")
    ]
    test = case({"prior": 0}, "r0", {"act": "exempt"})
    assert codes([test], versions=versions) == ["row-untested"]
    assert codes([test, test | {"on": "2025-06-01"}], versions=versions) == []
    assert codes([test], versions=[versions[0], versions[0]]) == ["version-repeated"]


def test_facts_are_listed_as_they_are_read_and_results_fit_their_shape() -> None:
    assert codes(GOOD, facts=["prior", "other"]) == ["facts-not-as-read"]
    assert "result-not-as-declared" in codes(GOOD, result={"type": "object", "required": ["budget"]})


def test_a_gap_keeps_rules_from_release_before_any_test_runs() -> None:
    sample = definition(table([("< 1", "'exempt'")])) | {"tests": GOOD[:1]}
    assert [found.code for found in rules.findings(sample)] == ["table-gap"]


def test_a_test_may_show_that_an_unknown_refuses() -> None:
    declared = {"prior": {"id": "prior", "type": "integer", "unknown": "refuse"}}
    undecided = {
        "name": "must know",
        "on": "2026-03-02",
        "facts": {"prior": {"unknown": True}},
        "undecided": ["prior"],
    }
    sample = definition(table([("< 1", "'exempt'"), (">= 1", "'penalise'")])) | {"tests": [*GOOD, undecided]}
    assert rules.findings(sample, declared) == []


def test_importing_rules_loads_no_engine() -> None:
    script = "import sys, chalicelib.domain.rules; print([m for m in ('zen', 'jsonschema_rs') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
