"""Decides what zen-engine says of a table: rows that matched and a whole result, or that nothing matched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from chalicelib.domain import canonical, jdm
from chalicelib.domain.problems import Problem, Text

CACHED = 256  # tables kept ready to run in one container


@dataclass(frozen=True, slots=True)
class Compiled:
    """A table that is ready to run: the facts it reads and the type that its cells compare each with.

    `digest` is that of the graph as it was declared.
    """

    table: jdm.Table
    reads: Mapping[str, str]
    digest: str
    engine: Any


def compiled(graph: Mapping[str, Any]) -> Compiled:
    """The table of a decision graph, made once for each content. Raises `table-outside-dialect`."""
    return _compiled(canonical.dumps(graph))


def evaluate(
    ready: Compiled, context: Mapping[str, Any], *, may_be_empty: bool = False
) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """Rows that matched and the result; None for a gap. What matched is asked of the trace, never of `{}`.

    A `collect` table gives `{"collected": [...]}`; that it is empty is an answer only with `may_be_empty`.
    """
    answer = ready.engine.evaluate(context, {"trace": True})
    matched = answer["trace"]["table"]["traceData"]
    if ready.table.hit == "collect":
        results = [_whole(ready.table, one) for one in answer["result"]]
        return [_row(hit) for hit in matched], {"collected": results} if matched or may_be_empty else None
    if matched is None:
        return [], None
    return [_row(matched)], _whole(ready.table, answer["result"])


@lru_cache(maxsize=CACHED)
def _compiled(body: bytes) -> Compiled:
    import zen

    graph = canonical.loads(body)
    table, wrong = jdm.read(graph, "/table")
    if table is None:
        said = Text("决策表超出允许的写法", "the decision table is outside the dialect")
        raise Problem("invalid", "table-outside-dialect", said, findings=wrong)
    engine = zen.ZenEngine().create_decision(canonical.dumps(jdm.compiled(table)).decode())
    types = {fact: table.type_of(index) for index, fact in enumerate(table.inputs)}
    reads = {fact: types.get(fact, "any") for fact in table.reads}
    return Compiled(table, reads, canonical.digest(graph), engine)


def _row(hit: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": hit["rule"]["_id"], "index": hit["index"]}


def _whole(table: jdm.Table, result: Mapping[str, Any]) -> dict[str, Any]:
    """Every declared output: zen-engine leaves one out when it is null."""
    return {name: _plain(result.get(name)) for name in table.outputs}


def _plain(value: Any) -> Any:
    """No floats (decisions 14): a whole one is an integer, another a decimal string."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else repr(value)
    return value
