"""Decides whether decision tables can be released: in the dialect, one type a column, no gap, no overlap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from chalicelib.domain import canonical, coverage
from chalicelib.domain.jdm import Table, read
from chalicelib.domain.problems import Finding, Problem, Text

MAX_SHOWN = 20  # pairs of overlapping rows that one answer lists
_TYPES = {"money": "integer"}  # a fact's type as a column's; money is integer fen


def findings(
    definition: Mapping[str, Any], facts: Mapping[str, Mapping[str, Any]] | None = None
) -> list[Finding]:
    """Everything wrong with the tables of a `rules` definition, version by version, without running them.

    `facts` are the declarations by id: with them types are compared, and gaps are judged over the declared
    values only. Gaps, overlaps and rows that cannot be reached are exact, each with a witness (decisions 23).
    """
    found: list[Finding] = []
    for index, version in enumerate(definition.get("versions", [])):
        pointer = f"/versions/{index}/table"
        table, wrong = read(version.get("table"), pointer)
        found += wrong
        if table and not wrong:
            found += _typed(table, facts or {}, pointer) or _covered(table, version, facts or {}, pointer)
    return found


def _typed(table: Table, facts: Mapping[str, Mapping[str, Any]], pointer: str) -> list[Finding]:
    found = []
    for index, fact in enumerate(table.inputs):
        types = {cell.type for cell in table.column(index)} - {"any"}
        declared = facts.get(fact, {})
        if "type" in declared:
            types.add(_TYPES.get(declared["type"], declared["type"]))
        if len(types) > 1:
            shown = "、".join(sorted(types)), ", ".join(sorted(types))
            zh, en = f"事实 {fact} 的类型不一致：{shown[0]}", f"fact {fact} is compared as {shown[1]}"
            found.append(_finding(pointer, "column-mixes-types", zh, en, fact=fact))
        named = {value for cell in table.column(index) for value in cell.values}
        for value in sorted(named - set(declared["values"]), key=str) if declared.get("values") else ():
            zh, en = f"事实 {fact} 没有值“{value}”", f"fact {fact} never has the value {value!r}"
            found.append(_finding(pointer, "value-not-declared", zh, en, fact=fact, value=value))
    return found


def _covered(
    table: Table, version: Mapping[str, Any], facts: Mapping[str, Mapping[str, Any]], pointer: str
) -> list[Finding]:
    axes = [
        coverage.axis(fact, table.type_of(index), table.column(index), facts.get(fact, {}))
        for index, fact in enumerate(table.inputs)
    ]
    try:
        return [*_gaps(table, version, axes, pointer), *_doubled(table, version, axes, pointer)]
    except Problem as problem:
        return [Finding(pointer, problem.code, problem.message)]


def _gaps(
    table: Table, version: Mapping[str, Any], axes: Sequence[coverage.Axis], pointer: str
) -> Iterator[Finding]:
    witness = (
        None
        if version.get("may_be_empty") and table.hit == "collect"
        else coverage.gap(axes, len(table.rows))
    )
    if witness is not None:
        yield _finding(
            pointer,
            "table-gap",
            f"没有任何行覆盖：{_said(witness)}",
            f"no row covers {_said(witness)}",
            facts=witness,
        )


def _doubled(
    table: Table, version: Mapping[str, Any], axes: Sequence[coverage.Axis], pointer: str
) -> Iterator[Finding]:
    if table.hit == "collect":
        return
    if not version.get("ordered"):
        for first, second, witness in islice(coverage.overlaps(axes, len(table.rows)), MAX_SHOWN):
            rows = [table.rows[first].id, table.rows[second].id]
            zh = f"行 {rows[0]} 与 {rows[1]} 在 {_said(witness)} 时都命中；请改为互斥，或声明 ordered"
            en = f"rows {rows[0]} and {rows[1]} both match {_said(witness)}: separate them or say `ordered`"
            yield _finding(pointer, "rows-overlap", zh, en, rows=rows, facts=witness)
    for row in coverage.unreachable(axes, len(table.rows)):
        name = table.rows[row].id
        yield _finding(
            pointer, "row-unreachable", f"行 {name} 永远不会命中", f"row {name} can never match", row=name
        )


def _said(witness: Mapping[str, Any]) -> str:
    return ", ".join(f"{fact} = {canonical.dumps(value).decode()}" for fact, value in witness.items())


def _finding(pointer: str, code: str, zh: str, en: str, **params: Any) -> Finding:
    return Finding(pointer, code, Text(zh, en), params)
