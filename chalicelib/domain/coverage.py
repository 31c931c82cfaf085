"""Decides exactly what a decision table leaves open, decides twice or never reaches, each with a witness."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalicelib.domain.canonical import MAX_SAFE
from chalicelib.domain.cells import Cell
from chalicelib.domain.problems import Problem, Text

MAX_STEPS = 200_000  # bounds the search; a table that needs more is refused, never passed unchecked


@dataclass(frozen=True, slots=True)
class Axis:
    """One input: sample values, one for each way in which the rows can tell values apart.

    `points` holds (value, mask); bit i of the mask says that row i lets the value through. A cell is a
    union of intervals or a set, so one point a segment is exact: nothing between two behaves otherwise.
    """

    fact: str
    type: str
    points: tuple[tuple[Any, int], ...]

    def shown(self, value: Any) -> Any:
        return date.fromordinal(value).isoformat() if self.type == "date" else value


def axis(fact: str, kind: str, column: Sequence[Cell], declaration: Mapping[str, Any]) -> Axis:
    """The axis of one input column; `declaration` is the fact's (its values, minimum, maximum), or empty."""
    distinct: dict[int, Any] = {}
    for value in _samples(kind, column, declaration):
        mask = sum(1 << index for index, cell in enumerate(column) if cell.holds(value))
        distinct.setdefault(mask, value)
    return Axis(fact, kind, tuple((value, mask) for mask, value in distinct.items()))


def gap(axes: Sequence[Axis], rows: int) -> dict[str, Any] | None:
    """Facts that no row covers, or None."""
    return _uncovered(axes, (1 << rows) - 1)


def unreachable(axes: Sequence[Axis], rows: int) -> Iterator[int]:
    """Rows that nothing can reach because the rows above take everything that they would match."""
    for row in range(rows):
        inside = [Axis(a.fact, a.type, tuple(p for p in a.points if p[1] >> row & 1)) for a in axes]
        if any(not a.points for a in inside) or _uncovered(inside, (1 << row) - 1) is None:
            yield row


def overlaps(axes: Sequence[Axis], rows: int) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Pairs of rows that one set of facts matches, with that set of facts."""
    for second in range(rows):
        for first in range(second):
            both = 1 << first | 1 << second
            shared = [next((p for p in a.points if p[1] & both == both), None) for a in axes]
            if all(shared):
                yield first, second, _witness(axes, [p[0] for p in shared if p])


def _uncovered(axes: Sequence[Axis], rows: int) -> dict[str, Any] | None:
    """A point that none of the rows (a mask) covers; remembers what was searched, so grids stay cheap."""
    covered: set[tuple[int, int]] = set()

    def search(depth: int, mask: int) -> list[Any] | None:
        if mask == 0:
            return [a.points[0][0] for a in axes[depth:]]
        if depth == len(axes) or (depth, mask) in covered:
            return None
        if len(covered) > MAX_STEPS:
            raise Problem(
                "too_large",
                "table-too-complex",
                Text("决策表过于复杂，无法逐一核验", "the table is too complex to check exactly"),
            )
        for value, holding in axes[depth].points:
            rest = search(depth + 1, mask & holding)
            if rest is not None:
                return [value, *rest]
        covered.add((depth, mask))
        return None

    point = search(0, rows)
    return None if point is None else _witness(axes, point)


def _witness(axes: Sequence[Axis], point: Sequence[Any]) -> dict[str, Any]:
    return {a.fact: a.shown(value) for a, value in zip(axes, point, strict=True) if value is not None}


def _samples(kind: str, column: Sequence[Cell], declaration: Mapping[str, Any]) -> list[Any]:
    if kind in ("integer", "date"):
        return _numbers(kind, column, declaration)
    if kind == "boolean":
        return [False, True]
    if kind == "any":
        return [None]
    named = sorted({str(value) for cell in column for value in cell.values})
    declared = declaration.get("values")
    return list(declared) if declared else [*named, _unnamed(named)]


def _numbers(kind: str, column: Sequence[Cell], declaration: Mapping[str, Any]) -> list[int]:
    """The first value of every segment that the cells cut the line into, and the lowest value there is."""
    least, most = (1, date.max.toordinal()) if kind == "date" else (1 - MAX_SAFE, MAX_SAFE - 1)
    least = max(least, declaration.get("minimum", least))
    most = min(most, declaration.get("maximum", most))
    starts = {least}
    for low, high in (interval for cell in column for interval in cell.intervals):
        starts |= {low} if low is not None else set()
        starts |= {high + 1} if high is not None else set()
    return sorted(
        (start for start in starts if least <= start <= most), key=lambda start: (abs(start), start)
    )


def _unnamed(named: Sequence[str]) -> str:
    """A text that no cell names: what a value added tomorrow would look like."""
    return "other" if "other" not in named else max(named) + "-other"
