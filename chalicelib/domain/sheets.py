"""Decides what stands in a table that somebody hands in: the lines of a CSV or XLSX file, with what is wrong in them.

A file is what offices have: UTF-8 with or without a mark, UTF-16, GB18030; commas, tabs or semicolons; merged cells.
What cannot be read is said of its line and never costs another one: a quotation mark that nobody closed ends with its
line. Nothing here knows what the columns mean (`domain.imports`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field

from chalicelib.domain.problems import Problem, Text

MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
QUOTED_LINES = 20  # over how many lines one quoted cell may run (sample default, not from the plan)
MOST_CELLS = 200


@dataclass(slots=True)
class Line:
    """`number`: from 1, as an editor shows it. `flaws`: by column (from 0), a code each."""

    number: int
    cells: list[str]
    flaws: dict[int, str] = field(default_factory=dict)


def lines(content: bytes) -> Iterator[Line]:
    """Every line that has anything in it, first the header; refused (`sheet-unreadable`) where it is no table."""
    if content[:4] == b"PK\x03\x04":
        from chalicelib.domain import workbooks

        return workbooks.lines(content)
    return _csv(decoded(content))


def decoded(content: bytes) -> str:
    """The text, by its mark or by whichever of UTF-8 and GB18030 leaves fewer signs unread."""
    for mark, name in MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace")
    for name in ("utf-8", "gb18030"):
        try:
            return content.decode(name)
        except UnicodeDecodeError:
            continue
    tried = [content.decode(name, "replace") for name in ("utf-8", "gb18030")]
    return min(tried, key=lambda text: text.count("\ufffd"))


def unreadable(zh: str, en: str) -> Problem:
    return Problem("invalid", "sheet-unreadable", Text(zh, en))


def _csv(text: str) -> Iterator[Line]:
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    between = max(",\t;", key=rows[0].count)
    at = 0
    while at < len(rows):
        taken, closed = _taken(rows, at)
        cells = next(
            csv.reader(["\n".join(rows[at : at + taken]).replace("\x00", "\ufffd")], delimiter=between), []
        )
        if any(cell.strip() for cell in cells):
            line = Line(at + 1, cells[:MOST_CELLS])
            if not closed:
                line.flaws[next((n for n, cell in enumerate(cells) if '"' in cell), len(cells) - 1)] = (
                    "quote-open"
                )
            yield line
        at += taken


def _taken(rows: list[str], at: int) -> tuple[int, bool]:
    """How many lines the row runs over, and whether its quotation marks are closed."""
    marks = 0
    for more in range(min(QUOTED_LINES, len(rows) - at)):
        marks += rows[at + more].count('"')
        if marks % 2 == 0:
            return more + 1, True
    return 1, False
