"""Decides what a line of a table says as a record of a register: columns by their titles, cells as the schema has them.

The header names fields as people see them (the title in either language) or by their name. Every reason against a
line is said with its column, so that whoever sent the file mends it there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.domain import exports, workbooks
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.readings import ABSENT, read
from chalicelib.domain.sheets import Line

if TYPE_CHECKING:
    from chalicelib.domain.forms import Form

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069]")
WHOLE = re.compile(r"-?[0-9]{1,15}(\.0+)?")
DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
SERIAL = re.compile(r"[1-9][0-9]{0,6}(\.0+)?")
YES, NO = {"是", "true", "yes", "1", "有"}, {"否", "false", "no", "0", "无"}
EPOCH = date(1899, 12, 30)  # of a workbook's serial days after 1900-02-28
SAYS: Mapping[str, tuple[str, str]] = {
    "quote-open": ("引号未闭合", "a quotation mark is not closed"),
    "merged-cell": ("跨列合并的单元格", "a cell merged over columns"),
    "formula-error": ("公式出错", "a formula in error"),
    "undecodable": ("有无法识别的字符", "signs that cannot be read"),
    "control-character": ("有不可见的控制字符", "control characters"),
    "column-surplus": ("多出的一列没有标题", "a cell beyond the columns"),
    "duplicate": ("与前面的行重复", "the same key as a line before"),
}


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a line is not taken. `column`: as people name it (`A`); `field`: of the register; each may be empty."""

    line: int
    column: str
    field: str
    code: str
    message: Text


class Columns:
    """How the lines under a header are read; refused (`import-header`) where the key or a required field has none."""

    def __init__(self, register: Mapping[str, Any], header: Line) -> None:
        self.schema, self.key = register["schema"], str(register["key"]["field"])
        names = _names(self.schema["properties"])
        self.fields = [names.get(_plain(cell), "") for cell in header.cells]
        missing = sorted({*self.schema.get("required", ()), self.key[1:]} - set(self.fields))
        twice = sorted({one for one in self.fields if one and self.fields.count(one) > 1})
        unknown = [
            cell for cell, one in zip(header.cells, self.fields, strict=True) if cell.strip() and not one
        ]
        if missing or twice or unknown:
            said = Text("表头与登记簿不符", "the header is not as the register wants it")
            extra = {"missing": missing, "twice": twice, "unknown": unknown}
            raise Problem("invalid", "import-header", said, extra=extra)

    @cached_property
    def place(self) -> dict[str, int]:
        return {one: number for number, one in enumerate(self.fields) if one}

    def key_of(self, line: Line) -> str:
        at = self.place[self.key[1:]]
        return _clean(line.cells[at]) if at < len(line.cells) else ""

    def record(self, line: Line, form: Form) -> tuple[dict[str, Any], list[Flaw]]:
        """The record, and all that stands against it."""
        flaws = [self._flaw(line, at, code) for at, code in sorted(line.flaws.items())]
        body = dict[str, Any]()
        for at, cell in enumerate(line.cells):
            text, code = _clean(cell), _sign(cell)
            if code and at not in line.flaws:
                flaws.append(self._flaw(line, at, code))
            if at >= len(self.fields) or not self.fields[at]:
                if text:
                    flaws.append(self._flaw(line, at, "column-surplus"))
            elif text:
                body[self.fields[at]] = value(text, self.schema["properties"][self.fields[at]])
        if not flaws and not form.is_valid(body):
            flaws = [self._wrong(line, one.pointer, one.code, one.message) for one in form.errors(body)]
        return body, flaws

    def duplicate(self, line: Line) -> Flaw:
        return self._flaw(line, self.place[self.key[1:]], "duplicate")

    def _flaw(self, line: Line, at: int, code: str) -> Flaw:
        named = self.fields[at] if at < len(self.fields) else ""
        return Flaw(line.number, workbooks.letters(at), named, code, Text(*SAYS[code]))

    def _wrong(self, line: Line, pointer: str, code: str, message: Text) -> Flaw:
        named = pointer.strip("/").split("/")[0]
        at = self.place.get(named)
        return Flaw(line.number, "" if at is None else workbooks.letters(at), named, code, message)


def value(text: str, schema: Mapping[str, Any]) -> Any:
    """The cell as its field has it; as it is where it cannot be read so, and the schema says what is wrong."""
    labels = schema.get("x-labels", {})
    text = exports.unguarded(text)
    for name, label in labels.items():
        if text in (label["zh"], label["en"]):
            return name
    kind = schema.get("type")
    if kind == "integer":
        return int(text.partition(".")[0]) if WHOLE.fullmatch(text) else text
    if kind == "boolean":
        return text.lower() in YES if text.lower() in YES | NO else text
    if kind == "array":
        parts = [one.strip() for one in re.split(r"[;；、\n]", text)]
        return [value(one, schema.get("items", {})) for one in parts if one]
    return _day(text) if schema.get("format") == "date" else text


def key_of(register: Mapping[str, Any], body: Mapping[str, Any]) -> str:
    found = read(body, str(register["key"]["field"]))
    return "" if found is ABSENT else str(found)


def _names(properties: Mapping[str, Any]) -> dict[str, str]:
    made = dict[str, str]()
    for name, schema in properties.items():
        title = schema.get("x-title", {})
        made |= {_plain(said): name for said in (name, title.get("zh"), title.get("en")) if said}
    return made


def _plain(text: str) -> str:
    return re.sub(r"[\s*]", "", unicodedata.normalize("NFKC", text)).lower()


def _clean(cell: str) -> str:
    return unicodedata.normalize("NFC", cell).strip(" \t\r\n\u3000\xa0\ufeff")


def _sign(cell: str) -> str:
    return "undecodable" if "\ufffd" in cell else "control-character" if CONTROL.search(cell) else ""


def _day(text: str) -> str:
    if found := DAY.fullmatch(text):
        return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}"
    if SERIAL.fullmatch(text):
        return (EPOCH + timedelta(days=int(text.partition(".")[0]))).isoformat()
    return text
