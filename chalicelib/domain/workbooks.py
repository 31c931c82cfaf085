"""Decides what stands in the first sheet of an XLSX workbook (ECMA-376): its lines, merged cells, cells in error.

A workbook comes from a stranger: declarations of entities are refused, and what unpacks to more than a limit.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.parsers import expat

from chalicelib.domain.sheets import MOST_CELLS, Line, unreadable

UNPACKED = 256 * 1024 * 1024  # bytes of all parts that are read (sample default, not from the plan)
CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
RELATIONS = "xl/_rels/workbook.xml.rels"

Opened = Callable[[str, Mapping[str, str]], None]


def lines(content: bytes) -> Iterator[Line]:
    """Every line that has anything in it, in order."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            if sum(one.file_size for one in book.infolist()) > UNPACKED:
                raise unreadable("工作簿过大", "the workbook is too large")
            names = set(book.namelist())
            shared = (
                Strings().read(book.read("xl/sharedStrings.xml")) if "xl/sharedStrings.xml" in names else []
            )
            sheet = Sheet(shared)
            sheet.read(book.read(_first_sheet(book)))
    except (zipfile.BadZipFile, KeyError, expat.ExpatError, ValueError, NotImplementedError) as error:
        raise unreadable("不是有效的工作簿", "it is no workbook that can be read") from error
    sheet.merge()
    for number in sorted(sheet.rows):
        cells = sheet.rows[number]
        line = Line(number, [cells.get(n, "") for n in range(max(cells) + 1)], sheet.flaws.get(number, {}))
        if any(cell.strip() for cell in line.cells):
            yield line


def column(letters: str) -> int:
    """`A` is 0, `AA` 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def letters(number: int) -> str:
    """The other way round: how people name a column."""
    name = ""
    while number >= 0:
        name, number = chr(65 + number % 26) + name, number // 26 - 1
    return name


class Reader:
    """What every part has: no declarations of its own, and text as it is gathered."""

    def __init__(self) -> None:
        self.text: list[str] | None = None

    def parse(self, content: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refused
        parser.StartElementHandler = lambda name, given: self.opened(name.rpartition("}")[2], given)
        parser.EndElementHandler = lambda name: self.closed(name.rpartition("}")[2])
        parser.CharacterDataHandler = self._said
        parser.Parse(content, True)

    def opened(self, name: str, given: Mapping[str, str]) -> None: ...

    def closed(self, name: str) -> None: ...

    def _said(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)


class Strings(Reader):
    """The shared strings: plain runs joined, readings of signs (`rPh`) left out."""

    def read(self, content: bytes) -> list[str]:
        self.made: list[str] = []
        self._parts: list[str] = []
        self._aside = 0
        self.parse(content)
        return self.made

    def opened(self, name: str, _: Mapping[str, str]) -> None:
        if name == "si":
            self._parts = []
        self._aside += name == "rPh"
        if name == "t" and not self._aside:
            self.text = []

    def closed(self, name: str) -> None:
        self._aside -= name == "rPh"
        if name == "t" and self.text is not None:
            self._parts.append("".join(self.text))
            self.text = None
        if name == "si":
            self.made.append("".join(self._parts))


class Sheet(Reader):
    """Cells by line and column; `areas`: which were merged."""

    def __init__(self, shared: list[str]) -> None:
        super().__init__()
        self.shared = shared
        self.rows: dict[int, dict[int, str]] = {}
        self.flaws: dict[int, dict[int, str]] = {}
        self.areas: list[tuple[int, int, int, int]] = []  # first and last line, first and last column
        self._at, self._kind, self._value = (0, 0), "n", ""

    def read(self, content: bytes) -> None:
        self.parse(content)

    def opened(self, name: str, given: Mapping[str, str]) -> None:
        if name == "c":
            named = CELL.fullmatch(given.get("r", ""))
            row, last = self._at
            self._at = (int(named[2]), column(named[1])) if named else (row, last + 1)
            self._kind, self._value = given.get("t", "n"), ""
        elif name == "row":
            self._at = (int(given.get("r", self._at[0] + 1)), -1)
        elif name in {"v", "t"}:
            self.text = []
        elif name == "mergeCell":
            self._area(given.get("ref", ""))

    def closed(self, name: str) -> None:
        if name in {"v", "t"} and self.text is not None:
            self._value += "".join(self.text)
            self.text = None
        elif name == "c":
            self._keep()

    def _keep(self) -> None:
        row, col = self._at
        if col >= MOST_CELLS:
            return
        value = self.shared[int(self._value)] if self._kind == "s" and self._value else self._value
        if self._kind == "b":
            value = {"1": "true", "0": "false"}.get(value, value)
        if value:
            self.rows.setdefault(row, {})[col] = value
        if self._kind == "e":
            self.flaws.setdefault(row, {})[col] = "formula-error"

    def _area(self, ref: str) -> None:
        first, last = (CELL.fullmatch(one) for one in (ref.partition(":")[0], ref.partition(":")[2]))
        if first and last:
            self.areas.append((int(first[2]), int(last[2]), column(first[1]), column(last[1])))

    def merge(self) -> None:
        """A cell merged over lines stands in each of them; merged over columns it could mean any of them: a flaw."""
        for first, last, left, right in self.areas:
            value = self.rows.get(first, {}).get(left, "")
            for row in (row for row in range(first, min(last, first + 100_000) + 1) if row in self.rows):
                for col in range(left, min(right, MOST_CELLS) + 1):
                    if left == right:
                        self.rows[row][col] = value
                    else:
                        self.flaws.setdefault(row, {})[col] = "merged-cell"


class _Relations(Reader):
    def __init__(self) -> None:
        super().__init__()
        self.targets: dict[str, str] = {}
        self.first = ""

    def opened(self, name: str, given: Mapping[str, str]) -> None:
        if name == "Relationship":
            self.targets[given["Id"]] = given["Target"]
        elif name == "sheet" and not self.first:
            self.first = next((value for key, value in given.items() if key.endswith("}id")), "")


def _first_sheet(book: zipfile.ZipFile) -> str:
    found = _Relations()
    found.parse(book.read("xl/workbook.xml"))
    found.parse(book.read(RELATIONS))
    target = found.targets[found.first]
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _refused(*_: Any) -> None:
    raise ValueError("declarations are not read")
