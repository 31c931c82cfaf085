"""Decides how the answer about a page reads on the telephone that scanned it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from chalicelib.domain.pages import LOCALES, WORDS, Language

_STATUS: Mapping[str, Mapping[str, str]] = {
    "valid": {"zh": "文书真实有效", "en": "This document is true"},
    "withdrawn": {"zh": "文书已撤回，不再有效", "en": "This document was withdrawn and is no longer true"},
    "unknown": {"zh": "查无此文书", "en": "There is no such document"},
}
_FIELDS: Mapping[str, Mapping[str, str]] = {
    "title": {"zh": "文书", "en": "Document"},
    "number": {"zh": "文号", "en": "Number"},
    "department": {"zh": "出具机关", "en": "Issued by"},
    "issued_on": {"zh": "出具日期", "en": "Issued on"},
    "withdrawn_on": {"zh": "撤回日期", "en": "Withdrawn on"},
    "sha256": {
        "zh": "正文摘要（SHA-256），请与纸面核对",
        "en": "Hash of the text (SHA-256): compare it with the page",
    },
}
_STYLE = """
body { font: 16px/1.6 system-ui, sans-serif; max-width: 34em; margin: 1.5em auto; padding: 0 1em; color: #111; }
h1 { font-size: 1.4em; padding: .5em .7em; border-left: .3em solid #b00; }
h1.valid { border-color: #080; }
dt { color: #555; } dd { margin: 0 0 .7em; overflow-wrap: anywhere; }
"""


def html(said: Mapping[str, Any], language: Language) -> str:
    """The answer of `actions.printing.verify` as a page; it loads nothing, every value is escaped."""
    status = str(said["status"])
    heading = escape(_STATUS[status][language])
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in _rows(said, language)
    )
    note = f"<p>{escape(WORDS['stand_in'][language])}</p>" if said.get("stand_in") else ""
    return (
        f'<!doctype html>\n<html lang="{LOCALES[language]}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{heading}</title><style>{_STYLE}</style></head>\n'
        f'<body><h1 class="{status}">{heading}</h1><dl>{rows}</dl>{note}</body></html>\n'
    )


def _rows(said: Mapping[str, Any], language: Language) -> Iterator[tuple[str, str]]:
    for name, words in _FIELDS.items():
        value = said.get(name)
        if value is not None:
            yield words[language], str(value[language] if isinstance(value, Mapping) else value)
