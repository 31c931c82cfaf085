"""What was handed in is never lost: a correction keeps the form that it replaces."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.domain.transitions import Happening
from tests.builders_cases import NINE, cause, later, opened
from tests.builders_moto import moto_aws
from tests.builders_stores import Counting, Shelf, connection, make_tables


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with moto_aws():
        connected = connection()
        yield Shelf(Counting(connected), make_tables(connected, "former"))


def test_a_correction_keeps_the_form_that_it_replaces(shelf: Shelf) -> None:
    course = opened()
    chain = shelf.cases.commit(course.change(), None)
    revised = later(course, NINE)
    revised.former, revised.form_row = course.form_row, {**(course.form_row or {}), "form": {"changed": True}}
    revised.happen(Happening(None, "corrected_on_spot", cause("person:w", NINE)))
    shelf.cases.commit(revised.change(), chain)
    ((until, former),) = shelf.cases.former_forms(course.case.id)
    assert until == 1
    assert former == course.form_row
    now = shelf.cases.load(course.case.id).form
    assert now is not None
    assert now["form"] == {"changed": True}
