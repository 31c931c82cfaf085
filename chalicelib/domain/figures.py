"""Decides what a register's figures come to: of the records of a year, how many there are and how many are as wanted.

A register declares them (`figures`), over public fields alone: whoever reads a figure could have counted himself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.domain.readings import read

Register = Mapping[str, Any]
TEN_THOUSAND = 10_000


def fields(figure: Mapping[str, Any]) -> dict[str, str]:
    """Every field that it looks at, by where the figure names it."""
    named = {"/on": str(figure["on"])}
    for member in ("of", "among"):
        for field in figure.get(member, {}):
            named[f"/{member}/{field.replace('~', '~0').replace('/', '~1')}"] = field
    return named


def counted(register: Register, bodies: Iterable[Mapping[str, Any]], year: int) -> list[dict[str, Any]]:
    """`{id, title, count, of, share}` of each: `count` of `of` records; `share` of ten thousand, null where there is
    none to count."""
    declared = register.get("figures", ())
    counts = [[0, 0] for _ in declared]
    for body in bodies:
        for figure, count in zip(declared, counts, strict=True):
            if _is_of(body, figure, year):
                count[0] += _holds(body, figure["of"])
                count[1] += 1
    return [_told(figure, *count) for figure, count in zip(declared, counts, strict=True)]


def _is_of(body: Mapping[str, Any], figure: Mapping[str, Any], year: int) -> bool:
    day = read(body, figure["on"])
    return isinstance(day, str) and day.startswith(f"{year:04d}-") and _holds(body, figure.get("among", {}))


def _holds(body: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(read(body, field) in values for field, values in wanted.items())


def _told(figure: Mapping[str, Any], count: int, of: int) -> dict[str, Any]:
    share = count * TEN_THOUSAND // of if of else None
    kept = {name: figure[name] for name in ("id", "title", "indicator", "goal") if name in figure}
    return {**kept, "count": count, "of": of, "share": share}
