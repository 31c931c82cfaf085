"""Decides how a GoRules decision graph (JDM) is read and given to zen-engine: one table, nothing else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.cells import Cell, literal, parse
from chalicelib.domain.problems import Finding, Problem, Text

FIELD = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
# Words of zen-engine's own language: as a field it silently reads nothing.
RESERVED = frozenset({"and", "or", "not", "in", "true", "false", "null"})
# What GoRules' editor writes and leaves the meaning alone; every other value or option is refused.
HARMLESS = {"passThrough": False, "executionMode": "single", "inputField": None, "outputPath": None}
_PARTS = {"hitPolicy", "inputs", "outputs", "rules"}
_LINE = ("inputNode", "decisionTableNode", "outputNode")


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    cells: tuple[Cell, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table that has been read: fact ids of its inputs, names of its outputs, rows in order."""

    hit: str  # first | collect
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rows: tuple[Row, ...]

    def column(self, index: int) -> list[Cell]:
        return [row.cells[index] for row in self.rows]

    def type_of(self, index: int) -> str:
        """What the cells of an input compare with: integer, date, string, boolean; any when none compares."""
        return next((cell.type for cell in self.column(index) if cell.type != "any"), "any")

    @property
    def reads(self) -> tuple[str, ...]:
        """Every fact that the table needs, those that it only hands on included."""
        handed_on = (fact_of(text) for row in self.rows for text in row.outputs if FIELD.fullmatch(text))
        return tuple(dict.fromkeys([*self.inputs, *(fact for fact in handed_on if fact not in RESERVED)]))


def field_of(fact: str) -> str:
    """A fact's name in a table. To zen-engine `debts-outstanding` is a subtraction: it would read nothing."""
    return fact.replace("-", "_")


def fact_of(field: str) -> str:
    return field.replace("_", "-")


def read(graph: Any, pointer: str = "") -> tuple[Table | None, list[Finding]]:
    """The table inside a decision graph, and all that is outside the dialect; no table when there is any."""
    try:
        found = list(_graph(graph, pointer))
        if found:
            return None, found
        index = next(i for i, node in enumerate(graph["nodes"]) if node["type"] == "decisionTableNode")
        return _content(graph["nodes"][index]["content"], f"{pointer}/nodes/{index}/content")
    except (
        KeyError,
        TypeError,
        AttributeError,
    ):  # shapes are the meta-schema's matter; here they only stop us
        return None, [
            _finding(pointer, "table-malformed", "决策表结构不完整", "the decision table is malformed")
        ]


def compiled(table: Table) -> dict[str, Any]:
    """The graph that zen-engine is given, rebuilt from what was read, so that nothing unread can ever run."""
    rows = [
        {
            "_id": row.id,
            **{f"i{index}": cell.engine for index, cell in enumerate(row.cells)},
            **{f"o{index}": text for index, text in enumerate(row.outputs)},
        }
        for row in table.rows
    ]
    inputs = [
        {"id": f"i{index}", "name": fact, "field": field_of(fact)} for index, fact in enumerate(table.inputs)
    ]
    outputs = [{"id": f"o{index}", "name": name, "field": name} for index, name in enumerate(table.outputs)]
    content = {"hitPolicy": table.hit, "inputs": inputs, "outputs": outputs, "rules": rows}
    at = {"x": 0, "y": 0}
    return {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in", "position": at},
            {"id": "table", "type": "decisionTableNode", "name": "table", "position": at, "content": content},
            {"id": "out", "type": "outputNode", "name": "out", "position": at},
        ],
        "edges": [
            {"id": "a", "type": "edge", "sourceId": "in", "targetId": "table"},
            {"id": "b", "type": "edge", "sourceId": "table", "targetId": "out"},
        ],
    }


def _graph(graph: Any, pointer: str) -> Iterator[Finding]:
    nodes, edges = graph["nodes"], graph["edges"]
    for index, node in enumerate(nodes):
        place = f"{pointer}/nodes/{index}"
        if node["type"] not in _LINE:
            zh, en = (
                f"不允许“{node['type']}”节点，只能用决策表",
                f"a {node['type']} is not allowed: decision tables only",
            )
            yield _finding(place, "node-not-allowed", zh, en)
        elif node["type"] == "inputNode" and (node.get("content") or {}).get("schema"):
            yield _finding(
                place,
                "option-not-allowed",
                "输入节点不得带校验规则，事实已有类型",
                "facts are typed: no input schema",
            )
    by_type = {node["type"]: node["id"] for node in nodes}
    lines = [(edge["sourceId"], edge["targetId"]) for edge in edges]
    first, middle, last = (by_type.get(kind) for kind in _LINE)
    if len(nodes) != len(_LINE) or lines not in (
        [(first, middle), (middle, last)],
        [(middle, last), (first, middle)],
    ):
        yield _finding(
            pointer,
            "graph-not-a-line",
            "只能是“输入→决策表→输出”一条线",
            "the graph must be input → one table → output",
        )


def _content(content: dict[str, Any], pointer: str) -> tuple[Table | None, list[Finding]]:
    found = [*_options(content, pointer), *_columns(content, pointer), *_row_keys(content, pointer)]
    if found:
        return None, found
    rows = []
    for index, rule in enumerate(content["rules"]):
        place = f"{pointer}/rules/{index}"
        cells = [_cell(rule[column["id"]], f"{place}/{column['id']}", found) for column in content["inputs"]]
        found += _outputs(content, rule, place)
        outputs = tuple(rule[column["id"]].strip() for column in content["outputs"])
        rows.append(Row(rule["_id"], tuple(cells), outputs))
    inputs = tuple(fact_of(column["field"]) for column in content["inputs"])
    outputs = tuple(column["field"] for column in content["outputs"])
    table = Table(content["hitPolicy"], inputs, outputs, tuple(rows))
    return (None if found else table), found


def _options(content: Mapping[str, Any], pointer: str) -> Iterator[Finding]:
    if content["hitPolicy"] not in ("first", "collect"):
        yield _finding(
            f"{pointer}/hitPolicy", "hit-policy", "命中策略只能是 first 或 collect", "first or collect only"
        )
    for key in sorted(set(content) - _PARTS):
        if key not in HARMLESS or content[key] != HARMLESS[key]:
            yield _finding(
                f"{pointer}/{key}",
                "option-not-allowed",
                f"不允许的表格选项 {key}",
                f"table option {key} not allowed",
            )
    if not content["rules"] or not content["inputs"] or not content["outputs"]:
        yield _finding(
            pointer, "table-empty", "决策表缺少输入、输出或行", "the table lacks inputs, outputs or rows"
        )


def _columns(content: Mapping[str, Any], pointer: str) -> Iterator[Finding]:
    for side in ("inputs", "outputs"):
        for index, column in enumerate(content[side]):
            name = column.get("field")
            if not (isinstance(name, str) and FIELD.fullmatch(name)) or name in RESERVED:
                zh, en = f"字段名“{name}”须为小写字母、数字和下划线", f"field {name!r} must be snake_case"
                yield _finding(f"{pointer}/{side}/{index}/field", "field-name", zh, en)
        for key, place in (("field", f"{pointer}/{side}"), ("id", f"{pointer}/{side}")):
            for name in _repeated([str(column.get(key)) for column in content[side]]):
                yield _finding(place, "column-repeated", f"列“{name}”重复", f"column {name!r} is there twice")


def _row_keys(content: Mapping[str, Any], pointer: str) -> Iterator[Finding]:
    wanted = {column["id"] for side in ("inputs", "outputs") for column in content[side]}
    for index, rule in enumerate(content["rules"]):
        for key in sorted((wanted | {"_id"}) ^ (set(rule) - {"_description"})):
            zh, en = (
                f"第 {index + 1} 行缺少或多出“{key}”",
                f"row {index + 1} lacks or has unexpectedly {key!r}",
            )
            yield _finding(f"{pointer}/rules/{index}", "row-cells", zh, en)
    for name in _repeated([str(rule.get("_id")) for rule in content["rules"]]):
        yield _finding(
            f"{pointer}/rules", "row-repeated", f"行号“{name}”重复", f"row id {name!r} is there twice"
        )


def _cell(text: Any, pointer: str, found: list[Finding]) -> Cell:
    try:
        return parse(text)
    except Problem as problem:
        found.append(Finding(pointer, problem.code, problem.message))
        return Cell("any", "")


def _outputs(content: Mapping[str, Any], rule: Mapping[str, Any], pointer: str) -> Iterator[Finding]:
    for column in content["outputs"]:
        text = rule[column["id"]].strip()
        constant = literal(text)
        named = FIELD.fullmatch(text) and text not in RESERVED
        if not (text == "null" or named or (constant and constant.type != "date")):
            zh = f"输出“{text}”只能是常量或已声明的事实"
            yield _finding(
                f"{pointer}/{column['id']}", "output-not-literal", zh, f"{text!r}: a constant or a fact only"
            )


def _repeated(names: Sequence[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _finding(pointer: str, code: str, zh: str, en: str) -> Finding:
    return Finding(pointer, code, Text(zh, en))
