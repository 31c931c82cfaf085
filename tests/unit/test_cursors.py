"""Cursors: what was given out comes back as it was, from the address as it stands; anything else is refused."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from chalicelib.domain.problems import Problem
from chalicelib.edges.http import Request
from chalicelib.edges.reading import CASE, FEED, RECORD, ROW, STATEMENT, cursor, given_out

CASE_ROW = "001772424000000#cas_01KJP0YFPM8ZH48GAV2BB05ZH0"
PLACES = [
    (CASE, CASE_ROW), (RECORD, "3/91430112MA4DEM010Y"), (RECORD, "0/望城区示例项目"), (RECORD, "15/a b#?&=+%"),
    (FEED, "01KJP0YFPM8ZH48GAV2BB05ZH0.12"), (STATEMENT, f"{CASE_ROW}#00000001~-5~0"), (ROW, "items/food-licence#3"),
]  # fmt: skip


def asked(after: str) -> Request:
    return Request("GET", "/", {}, {"after": after}, {}, b"", "one")


@pytest.mark.parametrize(("row", "place"), PLACES)
def test_a_cursor_goes_into_an_address_as_it_is_and_comes_back(row: re.Pattern[str], place: str) -> None:
    given = given_out(place)
    assert given is not None
    assert quote(given, safe="") == given
    assert cursor(asked(given), row) == place


def test_the_last_page_gives_none_out() -> None:
    assert given_out(None) is None


@pytest.mark.parametrize(
    "after", ["", "x", "中", "====", "a b", CASE_ROW, "__" * 3000, given_out("x/中\n") or ""]
)
@pytest.mark.parametrize("row", [CASE, RECORD, FEED, STATEMENT])
def test_anything_else_is_refused(row: re.Pattern[str], after: str) -> None:
    with pytest.raises(Problem, match="cursor-invalid"):
        cursor(asked(after), row)
