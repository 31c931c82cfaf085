"""Decides how records of a register stand in a table that is given out: which fields, and each cell as people read it.

A CSV is what offices open: UTF-8 with a mark, titles above the columns, choices by their labels. `domain.imports`
reads it again as the same records, where no field holds an object. What anybody may have as open data is declared by
the register (`open_data`): its public fields alone, of rows that are to be had, by the period of one of its days.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from chalicelib.domain import periods
from chalicelib.domain.readings import read

Register = Mapping[str, Any]
Body = Mapping[str, Any]

MARK = "\ufeff"  # Excel takes UTF-8 for GBK without it
# A cell that a spreadsheet would run as a formula is kept from it by an apostrophe; `domain.imports` takes it off.
FORMULA = re.compile(r"[=+\-@\t\r](?![0-9.]*\Z)")
PERIODS = {
    "year": re.compile(r"[0-9]{4}"),
    "quarter": re.compile(r"[0-9]{4}-Q[1-4]"),
    "month": re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])"),
}
BETWEEN = "；"  # `imports.value` parts a list there


def fields(register: Register, *, masked: bool) -> list[str]:
    """Names of the fields that stand in the table, in the order of the form; only the public ones where masked."""
    known: Mapping[str, Any] = register["schema"]["properties"]
    public = {str(pointer).strip("/").split("/")[0] for pointer in register.get("public", ())}
    names = [name for name in known if not masked or name in public]
    return sorted(names, key=lambda name: known[name].get("x-ui", {}).get("order", len(known)))


def titles(register: Register, names: Sequence[str]) -> list[dict[str, Any]]:
    """What is said of each column: `{name, title}`."""
    known = register["schema"]["properties"]
    return [{"name": name, "title": known[name].get("x-title", {"zh": name, "en": name})} for name in names]


def table(
    register: Register, names: Sequence[str], bodies: Iterable[Body], language: str, *, headed: bool
) -> str:
    """CSV (RFC 4180), with mark and header where it begins."""
    written = io.StringIO()
    writer = csv.writer(written)
    if headed:
        written.write(MARK)
        writer.writerow([one["title"][language] for one in titles(register, names)])
    known = register["schema"]["properties"]
    for body in bodies:
        writer.writerow([cell(body.get(name), known[name], language) for name in names])
    return written.getvalue()


def cell(value: Any, schema: Mapping[str, Any], language: str) -> str:
    """One value as it is read by people: a label, yes or no, a list parted by `；`, any other object as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return {"zh": "是否", "en": ("yes", "no")}[language][0 if value else 1]
    if isinstance(value, int):
        return str(value)
    return _guarded(_said(value, schema, language))


def _said(value: Any, schema: Mapping[str, Any], language: str) -> str:
    if isinstance(value, str):
        label = schema.get("x-labels", {}).get(value)
        return str(label[language]) if label else value
    if isinstance(value, list):
        return BETWEEN.join(_said(one, schema.get("items", {}), language) for one in value)
    if isinstance(value, Mapping) and set(value) == {"zh", "en"}:
        return str(value[language])
    if isinstance(value, Mapping) and set(value) == {"title", "value"}:  # a field of a bulletin
        title, said = (_said(value[name], {}, language) for name in ("title", "value"))
        return f"{title}：{said}"
    return json.dumps(value, ensure_ascii=False)


def _guarded(text: str) -> str:
    return f"'{text}" if FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The cell without the apostrophe that keeps it from being run."""
    return text[1:] if text[:1] == "'" and FORMULA.match(text[1:]) else text


def unit_of(period: str) -> str | None:
    """`2026` is a year, `2026-Q1` a quarter, `2026-03` a month; None: no period of open data."""
    return next((unit for unit, form in PERIODS.items() if form.fullmatch(period)), None)


def to_be_had(register: Register, body: Body, period: str) -> bool:
    """Whether a record is open data of this period, as the register declares it."""
    declared, unit = register["open_data"], unit_of(period)
    day = read(body, declared["period"])
    if unit is None or not isinstance(day, str):
        return False
    allowed: Mapping[str, Sequence[str]] = declared.get("only", {})
    if any(read(body, pointer) not in values for pointer, values in allowed.items()):
        return False
    return periods.holding(unit, date.fromisoformat(day)).id == period


def schema(register: Register) -> dict[str, Any]:
    """The JSON Schema of one row of open data: the register's, of its public fields alone."""
    known, names = register["schema"], fields(register, masked=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
        "required": [name for name in known.get("required", ()) if name in names],
        "properties": {name: known["properties"][name] for name in names},
    }
