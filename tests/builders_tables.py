"""Tables as offices send them: CSV in four encodings, XLSX with merged cells, and ten kinds of wrong lines."""

from __future__ import annotations

import io
import random  # noqa: TID251  by a fixed seed
import zipfile
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from chalicelib.domain.workbooks import letters
from tests.builders import uscc_of

REGISTER = "supervision-objects"
HEADER = ["统一社会信用代码", "名称", "行业标签"]
SECTORS = ["一般行业", "特种设备", "危险化学品", "食品药品", "安全生产"]
Row = list[str]

# kind → (code, column) with which it is reported
KINDS: dict[str, tuple[str, str]] = {
    "no name": ("required", "B"),
    "no sector": ("required", "C"),
    "check character": ("format", "A"),
    "unknown sector": ("enum", "C"),
    "name too long": ("maxLength", "B"),
    "name too short": ("minLength", "B"),
    "one cell too many": ("column-surplus", "D"),
    "the same firm twice": ("duplicate", "A"),
    "control characters": ("control-character", "B"),
    "signs that were lost": ("undecodable", "B"),
}


def firm(number: int) -> Row:
    return [uscc_of(number), f"示例企业{number}", SECTORS[number % 5]]


def spoilt(kind: str, number: int) -> Row:
    """A line of this kind, about a firm of its own (`the same firm twice`: about one that is there)."""
    code, name, sector = firm(number)
    return {
        "no name": [code, "", sector], "no sector": [code, name, ""],
        "check character": [code[:-1] + ("0" if code[-1] != "0" else "1"), name, sector],
        "unknown sector": [code, name, "航天"], "name too long": [code, "长" * 101, sector],
        "name too short": [code, "店", sector], "one cell too many": [code, name, sector, "多"],
        "the same firm twice": [uscc_of(0), name, sector], "control characters": [code, f"示例\x07{number}", sector],
        "signs that were lost": [code, f"示例\ufffd{number}", sector],
    }[kind]  # fmt: skip


def table(count: int, share: int, seed: int = 7) -> tuple[list[Row], dict[int, str]]:
    """`count` lines below the header, every `share`-th spoilt; which lines (as an editor counts) are, and how."""
    chance, rows, bad = random.Random(seed), [firm(0)], dict[int, str]()
    kinds = list(KINDS)
    for number in range(1, count):
        if number % share == share - 1:
            kind = kinds[(number // share) % len(kinds)]
            bad[number + 2] = kind
            rows.append(spoilt(kind, number))
        else:
            rows.append(firm(number))
    chance.random()
    return rows, bad


def csv_of(rows: Sequence[Row], encoding: str = "utf-8", between: str = ",", end: str = "\r\n") -> bytes:
    """`encoding`: utf-8, utf-8-sig (with a mark), gb18030, utf-16. What an encoding cannot say becomes a `?`."""
    text = end.join(between.join(_quoted(cell, between) for cell in row) for row in [HEADER, *rows]) + end
    return text.encode(encoding, "replace")


def _quoted(cell: str, between: str) -> str:
    return f'"{cell}"' if between in cell else cell


def xlsx_of(
    rows: Sequence[Row], merged: Sequence[str] = (), shared: bool = True, errors: Sequence[str] = ()
) -> bytes:
    """The smallest workbook that holds them. `errors`: cells that are `#REF!`."""
    strings = dict[str, int]()
    lines = []
    for number, row in enumerate([HEADER, *rows], 1):
        cells = ""
        for at, value in enumerate(row):
            ref = f"{letters(at)}{number}"
            if ref in errors:
                cells += f'<c r="{ref}" t="e"><v>#REF!</v></c>'
            elif value and shared:
                cells += f'<c r="{ref}" t="s"><v>{strings.setdefault(value, len(strings))}</v></c>'
            elif value:
                cells += f'<c r="{ref}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
        lines.append(f'<row r="{number}">{cells}</row>')
    areas = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    there = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    relations = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    parts = {
        "xl/workbook.xml": f"<workbook {space} {there}><sheets>"
        '<sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships {relations}><Relationship Id="rId1" Type="worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"<worksheet {space}><sheetData>{''.join(lines)}</sheetData>"
        f"<mergeCells>{areas}</mergeCells></worksheet>",
        "xl/sharedStrings.xml": f"<sst {space}>{''.join(f'<si><t>{escape(one)}</t></si>' for one in strings)}</sst>",
    }
    return packed(parts)


def packed(parts: dict[str, Any]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return made.getvalue()
