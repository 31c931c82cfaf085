"""Decides what one cell of a decision table means: an exact set of values, the one zen-engine would match."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from chalicelib.domain.canonical import MAX_SAFE
from chalicelib.domain.problems import Problem, Text

Interval = tuple[int | None, int | None]  # closed; None is without end

MAX_LENGTH = 1000
# No escapes: zen-engine and we must never disagree on what a quoted text is.
_TEXT = r"""'[^'"\\`\x00-\x1f]*'|"[^'"\\`\x00-\x1f]*\""""
_INTEGER = r"0|-?[1-9][0-9]*"
_DAY = r"""d\('[0-9]{4}-[0-9]{2}-[0-9]{2}'\)"""
_LITERAL = rf"(?:{_TEXT}|{_INTEGER}|true|false|{_DAY})"
_COMPARISON = re.compile(rf"(<=|>=|<|>|==|!=)\s*({_LITERAL})")
_RANGE = re.compile(rf"([\[(])\s*({_LITERAL})\s*\.\.\s*({_LITERAL})\s*([\])])")
_SET = re.compile(rf"(?:(not\s+in|in)\s*\[\s*)?({_LITERAL}(?:\s*,\s*{_LITERAL})*)(\s*\])?")
_ONE = re.compile(_LITERAL)


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: `type` is integer, string, boolean or date; a date's `number` is its ordinal day."""

    type: str
    value: int | str | bool

    @property
    def number(self) -> int:
        return date.fromisoformat(str(self.value)).toordinal() if self.type == "date" else int(self.value)


@dataclass(frozen=True, slots=True)
class Cell:
    """The set of values that a cell lets through. Facts are whole numbers: closed intervals are exact."""

    type: str  # any | integer | date | string | boolean
    engine: str  # what zen-engine is given
    intervals: tuple[Interval, ...] = ()  # integer and date
    values: frozenset[int | str | bool] = frozenset()  # string and boolean
    negated: bool = False

    def holds(self, value: int | str | bool) -> bool:
        """Whether a value of the cell's type (a date as its ordinal) is in the set."""
        if self.type == "any":
            return True
        if self.type in ("integer", "date"):
            inside = any(
                (low is None or low <= int(value)) and (high is None or int(value) <= high)
                for low, high in self.intervals
            )
        else:
            inside = value in self.values
        return inside != self.negated


def literal(text: str) -> Literal | None:
    """The constant that a text says (`5`, `'a'`, `true`, `d('2026-01-01')`), or None when it says none."""
    if not _ONE.fullmatch(text):
        return None
    if text in ("true", "false"):
        return Literal("boolean", text == "true")
    if text[0] in "'\"":
        return Literal("string", text[1:-1])
    if text[0] == "d":
        return _day(text[3:-2])
    return Literal("integer", int(text)) if abs(int(text)) < MAX_SAFE else None


def parse(text: object) -> Cell:
    """The meaning of a cell.

    The dialect: `-` or nothing (any), `5`, `< 5`, `!= 'a'`, `[1..5]`, `(1..5]`, `'a', 'b'`, `in ['a', 'b']`,
    `not in ['a']`, dates as `d('2026-01-01')`. Raises `cell-outside-dialect` for everything else.
    """
    if not isinstance(text, str) or len(text) > MAX_LENGTH:
        raise _outside(text)
    text = text.strip()
    if text in ("", "-"):
        # zen-engine 2.1.3 reads "-" as an expression that never holds; its "any" is the empty cell.
        return Cell("any", "")
    for pattern, read in _FORMS:
        if match := pattern.fullmatch(text):
            return read(text, match)
    raise _outside(text)


def _comparison(text: str, match: re.Match[str]) -> Cell:
    operator, constant = match[1], _constant(match[2], text)
    if constant.type in ("string", "boolean"):
        if operator not in ("==", "!="):
            raise _outside(text)
        return _chosen(text, [constant], operator == "!=")
    number = constant.number
    intervals: dict[str, Interval] = {
        "<": (None, number - 1),
        "<=": (None, number),
        ">": (number + 1, None),
        ">=": (number, None),
    }
    return Cell(constant.type, text, (intervals.get(operator, (number, number)),), negated=operator == "!=")


def _range(text: str, match: re.Match[str]) -> Cell:
    low, high = _constant(match[2], text), _constant(match[3], text)
    if low.type != high.type or low.type not in ("integer", "date"):
        raise _outside(text)
    first, last = low.number + (match[1] == "("), high.number - (match[4] == ")")
    if first > last:
        raise Problem(
            "invalid",
            "cell-empty-range",
            Text(f"区间“{text}”内没有任何值", f"no value lies in the range {text!r}"),
        )
    if low.type == "date":
        # zen-engine 2.1.3 never matches a range of dates, and says nothing; two comparisons it does read.
        text = (
            f"{'>' if match[1] == '(' else '>='} {match[2]} and {'<' if match[4] == ')' else '<='} {match[3]}"
        )
    return Cell(low.type, text, ((first, last),))


def _set(text: str, match: re.Match[str]) -> Cell:
    if bool(match[1]) != bool(match[3]):
        raise _outside(text)
    constants = [_constant(one, text) for one in _ONE.findall(match[2])]
    if len({constant.type for constant in constants}) > 1:
        raise Problem(
            "invalid",
            "cell-mixes-types",
            Text(f"“{text}”混用了不同类型的值", f"{text!r} mixes values of different types"),
        )
    return _chosen(text, constants, (match[1] or "").startswith("not"))


def _chosen(text: str, constants: list[Literal], negated: bool) -> Cell:
    kind = constants[0].type
    if kind in ("integer", "date"):
        points = tuple((constant.number, constant.number) for constant in constants)
        return Cell(kind, text, points, negated=negated)
    return Cell(kind, text, values=frozenset(constant.value for constant in constants), negated=negated)


def _constant(text: str, cell: str) -> Literal:
    constant = literal(text)
    if constant is None:
        raise _outside(cell)
    return constant


def _day(text: str) -> Literal | None:
    try:
        return Literal("date", date.fromisoformat(text).isoformat())
    except ValueError:
        return None


def _outside(text: object) -> Problem:
    return Problem(
        "invalid",
        "cell-outside-dialect",
        Text(
            f"单元格“{text}”不在允许的写法之内：只能用比较、区间、集合或“-”(任意)",
            f"cell {text!r} is outside the dialect: comparisons, ranges, sets or '-' (any) only",
        ),
    )


_FORMS: tuple[tuple[re.Pattern[str], Callable[[str, re.Match[str]], Cell]], ...] = (
    (_COMPARISON, _comparison),
    (_RANGE, _range),
    (_SET, _set),
)
