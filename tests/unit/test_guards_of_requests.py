"""Guards of single requests, on stores in memory: one key one body, and no event of the kernel on a caller's word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from moto import mock_aws

from chalicelib.actions import moving, submit
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Problem
from tests.builders_stores import (
    Counting,
    Hand,
    Shelf,
    applicant,
    connection,
    example,
    kit,
    make_tables,
    submission,
)

ITEM = "food-licence"
PERSON = applicant(example(ITEM)["applicant"])
CLERK = Principal("person:demo-window", "示例", frozenset({"staff"}), "web")


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        connected = connection()
        yield Shelf(Counting(connected), make_tables(connected, "guards"))


def test_a_submission_under_a_used_key_with_another_body_is_refused_and_opens_nothing(shelf: Shelf) -> None:
    first = submission(ITEM, "one")
    made = submit.submit(kit(Hand(), shelf), PERSON, first)
    again = submit.submit(kit(Hand(), shelf), PERSON, first)
    assert (again.case_id, again.replayed) == (made.case_id, True)
    with pytest.raises(Problem, match="idempotency-key-reused"):
        submit.submit(kit(Hand(), shelf), PERSON, replace(first, form={**first.form, "online": True}))
    assert [row["pk"] for row in shelf.rows("cases") if row["sk"] == "HEAD"] == [made.case_id]


@pytest.mark.parametrize("caller", [PERSON, CLERK], ids=["party", "clerk"])
@pytest.mark.parametrize("event", ["timeout.intake", "auto.accept_instant", "done.state.open", "submitted"])
def test_an_event_of_the_kernel_is_no_callers_word(shelf: Shelf, caller: Principal, event: str) -> None:
    case_id = submit.submit(kit(Hand(), shelf), PERSON, submission(ITEM, "one")).case_id
    with pytest.raises(Problem, match="move-not-available"):
        moving.move(kit(Hand(), shelf), caller, moving.MoveRequest(case_id, event, {}, "k"))
    assert shelf.cases.verify(case_id).checked == 1
