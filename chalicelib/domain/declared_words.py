"""Decides whether something declared speaks of what it must not: by words, or by values that it tells apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.definitions import escape

# Members that explain what is declared and decide nothing.
EXPLAINS = frozenset(
    {
        "$comment",
        "_description",
        "description",
        "examples",
        "legal_basis",
        "purpose",
        "serves",
        "source",
        "tests",
    }
    | {"x-description", "x-ui"}
)
_LITERAL = re.compile(r"'([^']*)'")  # a text in a cell of a decision table
_FIELD = re.compile(r"(?:.*/properties/[^/]+)(?=/|$)")


@dataclass(frozen=True, slots=True)
class Terms:
    """What is looked for: `words` in any text, but for the phrases `apart_from`; two of the `values` in one list."""

    words: re.Pattern[str] | None
    apart_from: re.Pattern[str] | None
    values: frozenset[str]

    def named(self, text: str) -> bool:
        plain = re.sub(r"[-_]", " ", text.lower())
        if self.apart_from is not None:
            plain = self.apart_from.sub(" ", plain)
        return self.words is not None and self.words.search(plain) is not None

    def tell_apart(self, values: Iterable[Any]) -> bool:
        """One kind alone may be what something is about; who lists two treats them differently."""
        return len({one for one in values if isinstance(one, str)} & self.values) > 1


def terms_of(declared: Mapping[str, Any]) -> Terms:
    """`words` of ASCII letters count as whole words, others wherever they stand; case, `-` and `_` do not matter."""
    return Terms(
        _pattern(declared.get("words", ())),
        _pattern(declared.get("apart_from", ())),
        frozenset(declared.get("values", ())),
    )


def spoken(value: Any, terms: Terms, at: str = "") -> list[str]:
    """Pointers of all that speaks of it, each once; what stands inside a form's field is said of the field."""
    fields = (match[0] if (match := _FIELD.match(one)) else one for one in _spoken(value, terms, at))
    return list(dict.fromkeys(fields))


def _spoken(value: Any, terms: Terms, at: str) -> Iterator[str]:
    if isinstance(value, str) and terms.named(value):
        yield at
    elif isinstance(value, Mapping):
        for name, member in value.items():
            if name not in EXPLAINS:
                place = f"{at}/{escape(name)}"
                yield from [place] if terms.named(name) else _spoken(member, terms, place)
    elif isinstance(value, list):
        told = terms.tell_apart(value) or any(map(terms.tell_apart, _columns(value)))
        members = (_spoken(one, terms, f"{at}/{index}") for index, one in enumerate(value))
        yield from [at] if told else (place for found in members for place in found)


def _columns(rows: Iterable[Any]) -> Iterator[list[str]]:
    """The texts under each name of a list of objects: the cells of a decision table, the constants of a choice."""
    columns: dict[str, list[str]] = {}
    for row in rows:
        for name, cell in row.items() if isinstance(row, Mapping) else ():
            if name not in EXPLAINS and isinstance(cell, str):
                columns.setdefault(name, []).extend(_LITERAL.findall(cell) or [cell])
    yield from columns.values()


def _pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    parts = [re.escape(re.sub(r"[-_]", " ", one.lower())) for one in words]
    bounded = [rf"(?<![a-z]){one}(?![a-z])" if one.isascii() else one for one in parts]
    return re.compile("|".join(bounded)) if bounded else None
