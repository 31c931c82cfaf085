"""Decides what the page of a document looks like on paper: the text, the seal, and how to check that it is true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Literal

Language = Literal["zh", "en"]

# What the page says beside the document's own text.
WORDS: Mapping[str, Mapping[str, str]] = {
    "check": {"zh": "扫码或访问以下地址核验", "en": "Scan, or open this address, to check that it is true"},
    "hash": {"zh": "正文摘要（SHA-256）", "en": "Hash of the text (SHA-256)"},
    "stand_in": {
        "zh": "电子印章为模拟，不具有法律效力。",
        "en": "The electronic seal is a stand-in and has no legal effect.",
    },
    "withdrawn": {"zh": "本文书已撤回", "en": "This document has been withdrawn"},
    "mark": {"zh": "签章标识", "en": "Mark of the seal"},
}
LOCALES = {"zh": "zh-CN", "en": "en"}

_STYLE = """
@page { size: A4; margin: 25mm 25mm 20mm; }
body { font: 12pt/1.75 SimSun, "Songti SC", "Noto Serif CJK SC", serif; color: #000;
  max-width: 160mm; margin: 10mm auto; }
h1 { font-size: 18pt; text-align: center; font-weight: normal; margin: 0 0 6mm; }
.body { text-align: center; }
p { margin: 0; min-height: 1.75em; white-space: pre-wrap; overflow-wrap: anywhere; }
.withdrawn { border: 2pt solid #b00; color: #b00; text-align: center; margin-bottom: 6mm; }
footer { display: flex; gap: 6mm; align-items: center; margin-top: 10mm; border-top: .5pt solid #888; padding-top: 4mm;
  font-size: 9pt; line-height: 1.4; break-inside: avoid; }
footer p { min-height: 0; }
svg { flex: none; }
@media print { body { margin: 0; max-width: none; } }
"""


@dataclass(frozen=True, slots=True)
class Page:
    """A document in one language. `heading` is its name, which a line of the text repeats; `address` is where it is
    checked; `sha256` is of the canonical text in both languages; `mark` of the seal, None without one.
    """

    language: Language
    heading: str
    text: str
    address: str
    sha256: str
    mark: str | None = None
    stand_in: bool = False
    withdrawn: bool = False

    @property
    def lines(self) -> list[str]:
        return self.text.rstrip("\n").split("\n")

    @property
    def notes(self) -> list[str]:
        """What stands beside the code: every value on a line of its own."""
        said = [
            f"{self.says('check')}：" if self.language == "zh" else f"{self.says('check')}:",
            self.address,
        ]
        said.append(f"{self.says('hash')}: {self.sha256}")
        if self.mark:
            said.append(f"{self.says('mark')}: {self.mark}")
        return [*said, self.says("stand_in")] if self.stand_in else said

    def says(self, word: str) -> str:
        return WORDS[word][self.language]


def html(page: Page) -> str:
    """The page as HTML that prints: nothing in it is loaded from elsewhere, every value is escaped."""
    banner = f'<p class="withdrawn">{escape(page.says("withdrawn"))}</p>' if page.withdrawn else ""
    notes = "".join(f"<p>{escape(one)}</p>" for one in page.notes)
    return (
        f'<!doctype html>\n<html lang="{LOCALES[page.language]}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(page.heading)}</title>'
        f"<style>{_STYLE}</style></head>\n<body>{banner}<main>{_main(page)}</main>\n"
        f"<footer>{_picture(page.address)}<div>{notes}</div></footer></body></html>\n"
    )


def _main(page: Page) -> str:
    """Line by line; the issuing body above the name of the document, and that name, stand in the middle."""
    lines = page.lines
    named = lines.index(page.heading) if page.heading in lines[:3] else -1
    shown = []
    for index, line in enumerate(lines):
        if index == named:
            shown.append(f"<h1>{escape(line)}</h1>")
        else:
            mark = ' class="body"' if index < named else ""
            shown.append(f"<p{mark}>{escape(line)}</p>")
    return "".join(shown)


def _picture(address: str) -> str:
    """The QR code as SVG, 30 mm wide with its quiet zone."""
    rows, size = squares(address), side(address)
    path = "".join(f"M{x} {y}h{width}v1h-{width}z" for x, y, width in rows)
    return (
        f'<svg width="30mm" height="30mm" viewBox="0 0 {size} {size}" role="img" aria-label="QR">'
        f'<path d="{path}"/></svg>'
    )


QUIET = 4  # modules of margin around a code (ISO/IEC 18004)


def squares(address: str) -> list[tuple[int, int, int]]:
    """The dark runs of the QR code: column, row, length in modules, the quiet zone counted in."""
    runs = []
    for y, row in enumerate(_matrix(address)):
        start = None
        for x, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                runs.append((start + QUIET, y + QUIET, x - start))
                start = None
    return runs


def side(address: str) -> int:
    """How many modules the code is wide, its quiet zone included."""
    return len(_matrix(address)) + 2 * QUIET


def _matrix(address: str) -> list[list[int]]:
    import segno

    return [[int(dark) for dark in row] for row in segno.make_qr(address, error="m").matrix]
