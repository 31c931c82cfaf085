"""Decides what a decision table can answer at all: the outputs of its rows, read without running it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.domain.cells import literal
from chalicelib.domain.jdm import read


def results(definition: Mapping[str, Any], since: str = "") -> Iterator[dict[str, Any]]:
    """The constant outputs of every row, by name, of the versions that hold on the day `since` or later.

    An output that hands on a fact is left out.
    """
    versions = definition.get("versions", ())
    begun = [version["effective_from"] for version in versions if version["effective_from"] <= since]
    for version in versions:
        if version["effective_from"] < max(begun, default=""):
            continue  # replaced before that day
        table, wrong = read(version.get("table"))
        if table is None or wrong:
            continue
        for row in table.rows:
            yield {
                name: constant.value
                for name, text in zip(table.outputs, row.outputs, strict=True)
                if (constant := literal(text)) is not None
            }


def outputs(definition: Mapping[str, Any]) -> set[str]:
    """The names that every version answers with."""
    tables = [read(version.get("table"))[0] for version in definition.get("versions", ())]
    named = [set(table.outputs) for table in tables if table is not None]
    return set.intersection(*named) if named else set()
