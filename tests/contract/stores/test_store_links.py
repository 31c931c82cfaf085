"""Exclusive links, by the real actions: a record is pledged once, whoever races for it, and again once it is free."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib.actions import moving
from chalicelib.actions.submit import submit
from chalicelib.domain.problems import Problem
from tests.builders_stores import NOON, Hand, Shelf, applicant, kit, submission

ITEM = "movable-asset-pledge"
ASSET = "YS-2026-000301"
END = f"record:movable-assets/{ASSET}"
BANKS = [f"enterprise:BANK{number}" for number in range(6)]


def equipped(shelf: Shelf) -> Any:
    return kit(Hand(NOON), shelf)


def offered(kit_: Any, bank: str, firm: str = "enterprise:FIRM") -> str:
    """A pledge of the asset to the bank, waiting for its word."""
    parties = ({"role": "pledgee", "subject": bank},)
    return submit(kit_, applicant(firm), submission(ITEM, f"to {bank} by {firm}", parties=parties)).case_id


def says(kit_: Any, bank: str, case_id: str, name: str = "confirm", key: str = "k", **given: Any) -> str:
    """What came of the bank's move: the state, or the code of the refusal."""
    try:
        return moving.move(
            kit_, applicant(bank), moving.MoveRequest(case_id, name, given, key)
        ).seen.case.configuration["in"][-1]
    except Problem as problem:
        return problem.code


def pledges(kit_: Any) -> list[tuple[str, bool]]:
    """Every pledge of the asset: the case, and whether it is over."""
    return [(one.target, one.valid_to is not None) for one in kit_.cases.links(END)]


def test_a_pledged_record_is_pledged_to_no_other_and_the_second_is_told_so(shelf):
    desk = equipped(shelf)
    first, second = offered(desk, BANKS[0]), offered(desk, BANKS[1])
    assert says(desk, BANKS[0], first) == "pledged"
    assert says(desk, BANKS[1], second) == "link-taken"
    assert pledges(desk) == [(first, False)]
    record = desk.records.read("movable-assets", ASSET)
    assert (record.body["status"], record.revision) == ("pledged", 1)  # the refused one wrote nothing
    assert (
        says(desk, BANKS[1], second, "decline") == "input-invalid"
    )  # it is still open, and its bank may decline


def test_a_released_record_is_free_for_the_next_and_its_first_pledge_is_remembered(shelf):
    desk = equipped(shelf)
    first, second = offered(desk, BANKS[0]), offered(desk, BANKS[1])
    says(desk, BANKS[0], first)
    assert says(desk, BANKS[0], first, "release", "r") == "released"
    assert says(desk, BANKS[1], second) == "pledged"
    assert sorted(pledges(desk)) == sorted([(first, True), (second, False)])


def test_the_same_word_twice_pledges_once(shelf):
    desk = equipped(shelf)
    case_id = offered(desk, BANKS[0])
    assert [says(desk, BANKS[0], case_id) for _ in range(2)] == ["pledged", "pledged"]
    assert pledges(desk) == [(case_id, False)]


def test_other_things_are_pledged_side_by_side(shelf):
    desk = equipped(shelf)
    first = offered(desk, BANKS[0])
    other = submission(ITEM, "other", parties=({"role": "pledgee", "subject": BANKS[1]},))
    form = {**other.form, "asset": {**other.form["asset"], "number": "YS-2026-000302"}}
    second = submit(
        desk, applicant("enterprise:FIRM"), submission(ITEM, "other", parties=other.parties, form=form)
    ).case_id
    assert [says(desk, BANKS[0], first), says(desk, BANKS[1], second)] == ["pledged", "pledged"]


@pytest.mark.needs("threads")
def test_of_pledges_that_race_one_wins_and_every_other_gets_a_clear_no(shelf):
    desk = equipped(shelf)
    cases = {bank: offered(desk, bank) for bank in BANKS}
    with ThreadPoolExecutor(len(BANKS)) as pool:
        said = list(pool.map(lambda one: says(equipped(shelf), *one), cases.items()))
    assert sorted(said) == ["link-taken"] * (len(BANKS) - 1) + ["pledged"]
    (winner,) = [case for case, word in zip(cases.values(), said, strict=True) if word == "pledged"]
    assert pledges(desk) == [(winner, False)]
