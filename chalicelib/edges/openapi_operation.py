"""Listens to nothing: what is said of a route, and the parts that many say alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PUBLIC, OPTIONAL, REQUIRED = "public", "optional", "required"  # whether a caller signs in


@dataclass(frozen=True, slots=True)
class Operation:
    """One route. `takes` names shared parameters, `gives` response headers, `codes` the problem codes by status.

    `body` and `answer` name schemas; a body whose name ends in `?` may be left out. What follows from the rest
    (401 where one signs in, 413 where there is a body, …) is not said here.
    """

    id: str
    tag: str
    zh: str
    en: str
    answer: str | None = None
    status: int = 200
    body: str | None = None
    takes: str = ""
    gives: str = ""
    caller: str = REQUIRED
    codes: Mapping[int, str] = field(default_factory=dict)
    pages: str = ""  # media types other than JSON in which it answers, as text
    creates: bool = False  # answers 201 as well, when there was nothing before


PAGE = "after limit"
WRITTEN = {403: "forbidden", 404: "not-found"}
