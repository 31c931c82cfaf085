"""Decides where each line of a document stands on A4, and writes it as a PDF that needs no font of its own.

Chinese is set in STSong-Light with the predefined CMap UniGB-UCS2-H (PDF 32000-1 §9.7.5.2): viewers bring the font, so
a document stays some kilobytes, and so it is plain ASCII but for one comment. Latin runs are set in Helvetica.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from chalicelib.domain.pages import LOCALES, Page, side, squares

WIDTH, HEIGHT, MARGIN = 595, 842, 71  # points: A4, 25 mm
SIZE, LEADING = 12, 21
SMALL, TIGHT = 8, 11
CODE = 85  # points: 30 mm
FOOT = CODE + 12
# Helvetica's advance widths in thousandths of an em for the 95 printable signs of ASCII (Adobe's core 14 metrics).
_LATIN = (
    *(278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278),
    *(556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556),
    *(1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778),
    *(667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556),
    *(333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556),
    *(556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584),
)
_RUNS = re.compile(r"[\x20-\x7e]+|[^\x20-\x7e]+")
_PIECES = re.compile(r"[\x21-\x7e]+|\x20+|[^\x20-\x7e]")  # what a line is broken between
_NEVER_FIRST = "，。、；：！？）》」』】〕”’…"  # may stand beyond the margin, not at the beginning of a line
_LONG = 60  # an address has no spaces: it is broken anywhere
_REPLACED = "\u3013"  # 〓, for what the font cannot have

Placed = tuple[float, float, float, str]  # x, y, size, text


def pdf(page: Page) -> bytes:
    """The page as PDF 1.4, byte for byte the same for the same page."""
    import pydyf

    made = pydyf.PDF()
    fonts = _fonts(made)
    sheets = _laid_out(page)
    for number, placed in enumerate(sheets, 1):
        last = number == len(sheets)
        content = pydyf.Stream()
        for x, y, size, text in placed:
            _write(content, x, y, size, text)
        if last:
            _code(content, page.address)
        made.add_object(content)
        made.add_page(_sheet(made, content, fonts))
    made.info["Title"] = _hex(page.heading, mark=True)
    made.catalog["Lang"] = pydyf.String(LOCALES[page.language])
    written = io.BytesIO()
    made.write(written, version=b"1.4")
    return written.getvalue()


def wrapped(text: str, size: float, width: float) -> list[str]:
    """The text in lines no wider than `width` points; what no line may begin with hangs beyond its end."""
    lines, line, used = list[str](), "", 0.0
    for piece in _pieces(text):
        wide = extent(piece, size)
        if used + wide > width and line and piece not in _NEVER_FIRST:
            lines.append(line.rstrip(" "))
            line, used = "", 0.0
            if piece.isspace() and piece.isascii():
                continue
        line, used = line + piece, used + wide
    return [*lines, line]


def extent(text: str, size: float) -> float:
    """How wide the text is, in points."""
    return sum(_LATIN[ord(one) - 32] if " " <= one <= "~" else 1000 for one in text) * size / 1000


def _pieces(text: str) -> Iterator[str]:
    for found in _PIECES.findall(text):
        yield from found if len(found) > _LONG else (found,)


def _laid_out(page: Page) -> list[list[Placed]]:
    """Every line of every sheet; the notes stand at the foot of the last one, beside the code."""
    sheets: list[list[Placed]] = [[]]
    y = float(HEIGHT - MARGIN)
    for size, leading, text, middle in _lines(page):
        y -= leading
        if y < MARGIN:
            sheets.append([])
            y = float(HEIGHT - MARGIN - leading)
        x = (WIDTH - extent(text, size)) / 2 if middle else MARGIN
        sheets[-1].append((x, y, size, text))
    if y < MARGIN + FOOT:
        sheets.append([])
    sheets[-1] += _notes(page)
    for number, sheet in enumerate(sheets, 1):
        if len(sheets) > 1:
            sheet.append((WIDTH / 2 - 8, MARGIN / 2, SMALL, f"{number} / {len(sheets)}"))
    return sheets


def _lines(page: Page) -> Iterator[tuple[int, int, str, bool]]:
    """Size, leading, text and whether it stands in the middle."""
    room = WIDTH - 2 * MARGIN
    if page.withdrawn:
        yield 16, 26, page.says("withdrawn"), True
    lines = page.lines
    named = lines.index(page.heading) if page.heading in lines[:3] else -1
    for index, line in enumerate(lines):
        size, leading = (18, 32) if index == named else (SIZE, LEADING)
        for part in wrapped(line, size, room):
            yield size, leading, part, index <= named


def _notes(page: Page) -> Iterator[Placed]:
    x, y = MARGIN + CODE + 10, float(MARGIN + CODE - SMALL)
    for note in page.notes:
        for part in wrapped(note, SMALL, WIDTH - MARGIN - x):
            yield x, y, SMALL, part
            y -= TIGHT


def _write(content: Any, x: float, y: float, size: float, text: str) -> None:
    """One line: each run in the font that has it; the next goes on where the last one ended."""
    content.begin_text()
    content.set_text_matrix(1, 0, 0, 1, round(x, 2), round(y, 2))
    for run in _RUNS.findall(text):
        latin = run.isascii()
        content.set_font_size("L" if latin else "C", size)
        content.show_text_string(run) if latin else content.stream.append(_hex(run) + " Tj")
    content.end_text()


def _code(content: Any, address: str) -> None:
    module = CODE / side(address)
    for x, y, width in squares(address):
        left, top = MARGIN + x * module, MARGIN + CODE - (y + 1) * module
        content.rectangle(round(left, 3), round(top, 3), round(width * module, 3), round(module, 3))
    content.fill()


def _hex(text: str, *, mark: bool = False) -> str:
    """UCS-2 as a hexadecimal string; what lies beyond it cannot be in the font. `mark`: as a text string begins."""
    plain = "".join(one if one <= "\uffff" else _REPLACED for one in text)
    return f"<{'FEFF' if mark else ''}{plain.encode('utf-16-be').hex().upper()}>"


def _sheet(made: Any, content: Any, fonts: Any) -> Any:
    import pydyf

    return pydyf.Dictionary({
        "Type": "/Page", "Parent": made.pages.reference, "MediaBox": pydyf.Array([0, 0, WIDTH, HEIGHT]),
        "Contents": content.reference, "Resources": pydyf.Dictionary({"Font": fonts.reference}),
    })  # fmt: skip


def _fonts(made: Any) -> Any:
    import pydyf

    def kept(*pairs: tuple[str, Any]) -> Any:
        one = pydyf.Dictionary(dict(pairs))
        made.add_object(one)
        return one

    described = kept(
        ("Type", "/FontDescriptor"), ("FontName", "/STSong-Light"), ("Flags", 6),
        ("FontBBox", pydyf.Array([-25, -254, 1000, 880])), ("ItalicAngle", 0), ("Ascent", 880),
        ("Descent", -120), ("CapHeight", 880), ("StemV", 93),
    )  # fmt: skip
    system = pydyf.Dictionary({
        "Registry": pydyf.String("Adobe"), "Ordering": pydyf.String("GB1"), "Supplement": 4,
    })  # fmt: skip
    song = kept(
        ("Type", "/Font"), ("Subtype", "/CIDFontType0"), ("BaseFont", "/STSong-Light"), ("CIDSystemInfo", system),
        ("FontDescriptor", described.reference), ("DW", 1000),
    )  # fmt: skip
    chinese = kept(
        ("Type", "/Font"), ("Subtype", "/Type0"), ("BaseFont", "/STSong-Light-UniGB-UCS2-H"),
        ("Encoding", "/UniGB-UCS2-H"), ("DescendantFonts", pydyf.Array([song.reference])),
    )  # fmt: skip
    latin = kept(
        ("Type", "/Font"), ("Subtype", "/Type1"), ("BaseFont", "/Helvetica"), ("Encoding", "/WinAnsiEncoding")
    )
    return kept(("C", chinese.reference), ("L", latin.reference))
