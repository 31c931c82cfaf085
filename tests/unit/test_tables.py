from __future__ import annotations

import itertools
import json
from datetime import date
from typing import Any

import pytest
import zen
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import coverage, jdm, tables
from chalicelib.domain.cells import parse
from chalicelib.domain.problems import Problem

BAD_CELLS = [
    "date('now') > 3",
    "rand(100) < 50",
    "len($) > 1",
    "$ > 1",
    "> 1 and < 3",
    "< 1 or > 5",
    "1 + 1",
    "prior",
    "cleared",
    "null",
    "1.5",
    "1e3",
    "007",
    "-0",
    "9007199254740992",
    "'it\\'s'",
    "'unfinished",
    "[1, 2]",
    "]1..3[",
    "1..3",
    "[1..'a']",
    "['a'..'b']",
    "> 'a'",
    "< true",
    "not 1",
    "not in [1",
    "in 1]",
    "in []",
    "> 1, < 0",
    "> d('2026-02-30')",
    "d('now')",
    "٣",
    "1" * 2000,
]


def graph(rows: list[dict[str, Any]], inputs: list[str], hit: str = "first") -> dict[str, Any]:
    """A decision graph with inputs i0, i1… and one output `answer`; rows give cells by those names."""
    content = {
        "hitPolicy": hit,
        "inputs": [{"id": f"i{n}", "name": field, "field": field} for n, field in enumerate(inputs)],
        "outputs": [{"id": "answer", "name": "answer", "field": "answer"}],
        "rules": [{"_id": f"r{n}", "answer": str(n), **row} for n, row in enumerate(rows)],
    }
    return {
        "contentType": "application/vnd.gorules.decision",
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


def definition(table: Any, **version: Any) -> dict[str, Any]:
    return {"id": "sample", "versions": [{"effective_from": "2026-01-01", "table": table, **version}]}


def codes(table: Any, facts: Any = None, **version: Any) -> list[str]:
    return [found.code for found in tables.findings(definition(table, **version), facts)]


def edited(change: Any) -> dict[str, Any]:
    """A good table of two disjoint rows after `change(table, content)`."""
    table = graph([{"i0": "< 1"}, {"i0": ">= 1"}], ["prior"])
    change(table, table["nodes"][1]["content"])
    return table


integers = st.integers(-6, 6)
words = st.sampled_from(["a", "b", "甲", "a, b", "[1..2]", "-", "not in", "$", "{{x}}", ""])
days = st.dates(min_value=date(2025, 12, 28), max_value=date(2026, 1, 4))


@st.composite
def cells(draw: st.DrawFn) -> tuple[str, str]:
    """A cell of the dialect and the type it compares with."""
    kind = draw(st.sampled_from(["integer", "string", "boolean", "date"]))
    say = {
        "integer": integers.map(str),
        "string": words.map(lambda word: f"'{word}'"),
        "boolean": st.sampled_from(["true", "false"]),
        "date": days.map(lambda day: f"d('{day}')"),
    }[kind]
    several = st.lists(say, min_size=1, max_size=3).map(", ".join)
    shapes = [
        say,
        several,
        several.map("in [{}]".format),
        several.map("not in [ {} ]".format),
        st.just("-"),
        st.just(""),
    ]
    equal = ["==", "!= "] + (["<", "<= ", ">", ">="] if kind in ("integer", "date") else [])
    shapes.append(st.tuples(st.sampled_from(equal), say).map("".join))
    if kind in ("integer", "date"):
        low = draw(integers if kind == "integer" else days)
        high = draw(integers if kind == "integer" else days)
        low, high = sorted([low, high])
        text = "{} .. {}" if kind == "integer" else "d('{}')..d('{}')"
        shapes.append(
            st.sampled_from(["[%s]", "[%s)", "(%s]", "(%s)"]).map(lambda ends: ends % text.format(low, high))
        )
    return kind, draw(st.one_of(shapes))


VALUES = {
    "integer": list(range(-7, 8)),
    "string": ["a", "b", "甲", "a, b", "[1..2]", "-", "not in", "$", "{{x}}", "", "other"],
    "boolean": [True, False],
    "date": [f"2025-12-{day}" for day in range(27, 32)] + [f"2026-01-0{day}" for day in range(1, 6)],
}


def is_empty_range(cell: str) -> bool:
    try:
        parse(cell)
    except Problem as problem:
        return problem.code == "cell-empty-range"
    return False


def zen_matches(cell: str, value: Any) -> bool:
    table, wrong = jdm.read(graph([{"i0": cell}], ["x"]))
    assert table is not None, wrong
    engine = zen.ZenEngine().create_decision(json.dumps(jdm.compiled(table)))
    return engine.evaluate({"x": value})["result"] == {"answer": 0}


def ours(cell: str, kind: str, value: Any) -> bool:
    if kind == "date":
        value = date.fromisoformat(value).toordinal()
    return parse(cell).holds(value)


@settings(max_examples=250, deadline=None)
@given(cells(), st.data())
def test_our_reading_of_a_cell_is_zens_reading(typed: tuple[str, str], data: st.DataObject) -> None:
    kind, cell = typed
    if is_empty_range(cell):
        return
    for value in data.draw(
        st.lists(st.sampled_from(VALUES[kind]), min_size=4, max_size=6, unique=True)
        if kind != "boolean"
        else st.just([True, False])
    ):
        assert ours(cell, kind, value) == zen_matches(cell, value), (cell, value)


SHAPES = [
    "{0}",
    "== {0}",
    "!= {0}",
    "< {0}",
    "<= {0}",
    "> {0}",
    ">= {0}",
    "{0}, {1}",
    "in [{0}]",
    "not in [{0}, {1}]",
]
RANGES = ["[{0}..{1}]", "({0}..{1}]", "[{0}..{1})", "({0}..{1})"]


@pytest.mark.parametrize("shape", SHAPES + RANGES)
def test_every_shape_reads_as_zen_does_on_both_sides_of_its_bounds(shape: str) -> None:
    for value in range(-4, 5):
        cell = shape.format(-2, 1)
        assert ours(cell, "integer", value) == zen_matches(cell, value), (cell, value)
    for day in VALUES["date"]:
        cell = shape.format("d('2025-12-30')", "d('2026-01-02')")
        assert ours(cell, "date", day) == zen_matches(cell, day), (cell, day)


def test_a_dash_means_any_although_bare_zen_never_matches_it() -> None:
    bare = graph([{"i0": "-"}], ["x"])
    assert zen.ZenEngine().create_decision(json.dumps(bare)).evaluate({"x": 1})["result"] == {}
    assert zen_matches("-", 1)


def test_a_range_of_days_holds_although_bare_zen_never_matches_it() -> None:
    cell = "[d('2026-01-01')..d('2026-01-31')]"
    bare = graph([{"i0": cell}], ["x"])
    assert zen.ZenEngine().create_decision(json.dumps(bare)).evaluate({"x": "2026-01-15"})["result"] == {}
    assert zen_matches(cell, "2026-01-15")
    assert not zen_matches(cell, "2026-02-01")


@pytest.mark.parametrize("cell", BAD_CELLS)
def test_a_cell_outside_the_dialect_is_reported_with_its_place_and_a_sentence_in_two_languages(
    cell: str,
) -> None:
    table = graph([{"i0": cell}], ["x"])
    [found] = tables.findings(definition(table))
    assert found.code in ("cell-outside-dialect", "cell-empty-range")
    assert found.pointer == "/versions/0/table/nodes/1/content/rules/0/i0"
    assert "单元格" in found.message.zh
    assert "dialect" in found.message.en


def test_a_range_that_holds_nothing_and_a_set_of_two_types_are_refused() -> None:
    assert codes(graph([{"i0": "(1..2)"}], ["x"])) == ["cell-empty-range"]
    assert codes(graph([{"i0": "1, 'a'"}], ["x"])) == ["cell-mixes-types"]


@pytest.mark.parametrize(
    "output", ["prior + 1", "date('now')", "rand(6)", "1.5", "", "{a: 1}", "[1]", "d('2026-01-01')", "not"]
)
def test_an_output_is_a_constant_or_a_fact(output: str) -> None:
    [found] = tables.findings(definition(graph([{"i0": "-", "answer": output}], ["prior"])))
    assert found.code == "output-not-literal"
    assert found.pointer.endswith("/rules/0/answer")


@pytest.mark.parametrize("output", ["1", "-5", "'甲'", "true", "null", "prior", "other_fact"])
def test_constants_null_and_facts_are_outputs(output: str) -> None:
    assert codes(graph([{"i0": "-", "answer": output}], ["prior"])) == []


@pytest.mark.parametrize(
    "kind", ["functionNode", "expressionNode", "switchNode", "decisionNode", "customNode"]
)
def test_no_node_but_a_table_is_allowed(kind: str) -> None:
    def add(table: dict[str, Any], _content: Any) -> None:
        table["nodes"].append(
            {"id": "f", "type": kind, "name": "f", "content": "export const handler = () => 1"}
        )

    assert codes(edited(add)) == ["node-not-allowed", "graph-not-a-line"]


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("graph-not-a-line", lambda table, _: table["edges"].pop()),
        ("graph-not-a-line", lambda table, _: table["nodes"].append(dict(table["nodes"][1], id="t2"))),
        ("option-not-allowed", lambda table, _: table["nodes"][0].update(content={"schema": "{}"})),
        ("option-not-allowed", lambda _, content: content.update(passThrough=True)),
        ("option-not-allowed", lambda _, content: content.update(executionMode="loop")),
        ("option-not-allowed", lambda _, content: content.update(inputField="items")),
        ("option-not-allowed", lambda _, content: content.update(surprise=1)),
        ("hit-policy", lambda _, content: content.update(hitPolicy="unique")),
        ("table-empty", lambda _, content: content.update(rules=[])),
        ("field-name", lambda _, content: content["inputs"][0].update(field="debts-outstanding")),
        ("field-name", lambda _, content: content["inputs"][0].update(field="not")),
        ("field-name", lambda _, content: content["outputs"][0].update(field="a.b")),
        ("column-repeated", lambda _, content: content["outputs"].append(content["outputs"][0])),
        ("row-cells", lambda _, content: content["rules"][0].pop("i0")),
        ("row-cells", lambda _, content: content["rules"][0].update(i9="-")),
        ("row-cells", lambda _, content: content["rules"][0].pop("_id")),
        ("row-repeated", lambda _, content: content["rules"][1].update(_id="r0")),
        ("table-malformed", lambda table, _: table.pop("nodes")),
        ("table-malformed", lambda table, _: table["nodes"][1].pop("content")),
    ],
)
def test_what_the_dialect_has_no_room_for_is_refused(code: str, change: Any) -> None:
    found = codes(edited(change))
    assert found
    assert set(found) == {code}


def test_what_gorules_editor_writes_without_meaning_is_allowed() -> None:
    harmless = {"passThrough": False, "executionMode": "single", "inputField": None, "outputPath": None}
    assert codes(edited(lambda _, content: content.update(harmless))) == []


def test_a_column_compares_with_one_type_and_that_is_the_facts_type() -> None:
    assert codes(graph([{"i0": "1"}, {"i0": "'a'"}], ["x"])) == ["column-mixes-types"]
    whole = graph([{"i0": "< 1"}, {"i0": ">= 1"}], ["x"])
    assert codes(whole, {"x": {"type": "money"}}) == []
    assert codes(whole, {"x": {"type": "string"}}) == ["column-mixes-types"]


def test_a_value_that_a_fact_never_has_is_reported() -> None:
    facts = {"x": {"type": "string", "values": ["a", "b"]}}
    assert codes(graph([{"i0": "'a'"}, {"i0": "'b'"}], ["x"]), facts) == []
    [found] = tables.findings(definition(graph([{"i0": "'a', 'c'"}, {"i0": "'b'"}], ["x"])), facts)
    assert (found.code, found.params["value"]) == ("value-not-declared", "c")


def test_a_gap_is_shown_by_facts_that_fall_into_it() -> None:
    table = graph([{"i0": "< 10", "i1": "-"}, {"i0": "> 10", "i1": "true"}], ["total_x", "clear"])
    [found] = tables.findings(definition(table))
    assert found.code == "table-gap"
    assert found.params["facts"] in (
        {"total-x": 10, "clear": False},
        {"total-x": 11, "clear": False},
        {"total-x": 10, "clear": True},
    )


def test_bounds_and_values_of_facts_close_a_gap() -> None:
    table = graph([{"i0": "[0..4]"}], ["x"])
    assert codes(table) == ["table-gap"]
    assert codes(table, {"x": {"type": "integer", "minimum": 0, "maximum": 4}}) == []


def test_a_category_added_tomorrow_is_a_gap_today() -> None:
    [found] = tables.findings(definition(graph([{"i0": "'other'"}, {"i0": "'b'"}], ["x"])))
    assert found.code == "table-gap"
    assert found.params["facts"]["x"] not in ("other", "b")


def test_rows_that_overlap_need_an_order_that_was_meant() -> None:
    table = graph([{"i0": "< 5"}, {"i0": "-"}], ["x"])
    [found] = tables.findings(definition(table))
    assert found.code == "rows-overlap"
    assert found.params["rows"] == ["r0", "r1"]
    assert found.params["facts"]["x"] < 5
    assert codes(table, ordered=True) == []


def test_a_row_below_a_row_that_takes_all_is_unreachable() -> None:
    table = graph([{"i0": "< 5"}, {"i0": ">= 0"}, {"i0": "[1..9]"}], ["x"])
    [found] = tables.findings(definition(table, ordered=True))
    assert (found.code, found.params) == ("row-unreachable", {"row": "r2"})


def test_a_collect_table_may_overlap_and_is_empty_only_when_that_is_an_answer() -> None:
    table = graph([{"i0": "> 1"}, {"i0": "> 2"}], ["x"], "collect")
    assert codes(table) == ["table-gap"]
    assert codes(table, may_be_empty=True) == []


def test_a_table_too_large_to_check_is_refused_and_not_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "MAX_STEPS", 3)
    rows = [{f"i{n}": f"{'>' if row >> n & 1 else '<='} 0" for n in range(6)} for row in range(64)]
    assert codes(graph(rows, [f"x{n}" for n in range(6)])) == ["table-too-complex"]


small_cell = {
    0: st.sampled_from(["-", "< 1", ">= 1", "0", "[1..2]", "not in [1]", "3", "in [0, 2]"]),
    1: st.sampled_from(["-", "true", "false"]),
    2: st.sampled_from(["-", "'a'", "'b'", "'a', 'c'", "not in ['a']", "!= 'b'"]),
}
small_row = st.fixed_dictionaries({f"i{n}": cell for n, cell in small_cell.items()})
FACTS = {"x": {"minimum": 0, "maximum": 3}, "y": {}, "z": {"values": ["a", "b", "c"]}}
GRID = [dict(zip("xyz", point, strict=True)) for point in itertools.product(range(4), (False, True), "abc")]


@settings(max_examples=300, deadline=None)
@given(st.lists(small_row, min_size=1, max_size=6))
def test_gaps_overlaps_and_unreachable_rows_are_those_that_trying_every_point_finds(
    rows: list[dict[str, str]],
) -> None:
    table, _ = jdm.read(graph(rows, ["x", "y", "z"]))
    assert table is not None
    matching = {
        index: [
            row
            for row in range(len(rows))
            if all(c.holds(v) for c, v in zip(table.rows[row].cells, point.values(), strict=True))
        ]
        for index, point in enumerate(GRID)
    }
    found = tables.findings(definition(graph(rows, ["x", "y", "z"])), FACTS)
    uncovered = [GRID[index] for index, hits in matching.items() if not hits]
    gaps = [one.params["facts"] for one in found if one.code == "table-gap"]
    assert bool(gaps) == bool(uncovered)
    for witness in gaps:
        assert any(witness.items() <= point.items() for point in uncovered)
    pairs = {pair for hits in matching.values() for pair in itertools.combinations(hits, 2)}
    assert {
        tuple(int(row[1:]) for row in one.params["rows"]) for one in found if one.code == "rows-overlap"
    } == pairs
    first = {hits[0] for hits in matching.values() if hits}
    unreachable = {int(one.params["row"][1:]) for one in found if one.code == "row-unreachable"}
    assert unreachable == set(range(len(rows))) - first
