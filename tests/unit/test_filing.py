"""How a case begins: its parties, its form kept beside the head, the facts pinned with source and time."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain import filing
from chalicelib.domain.problems import Problem
from chalicelib.domain.scope import readers_of
from tests.builders_cases import NINE, opened

SELLER: dict[str, Any] = {
    "subject": ["enterprise"],
    "cardinality": [1, 1],
    "title": {"zh": "卖方", "en": "Seller"},
}
BUYERS: dict[str, Any] = {
    "subject": ["person"],
    "cardinality": [1, None],
    "title": {"zh": "买方", "en": "Buyer"},
}
ITEM = {"parties": {"seller": SELLER, "buyer": BUYERS}}


def party(role: str, subject: str) -> dict[str, str]:
    return {"role": role, "subject": subject}


def test_the_declared_parties_are_accepted_in_any_order() -> None:
    parties = (party("buyer", "person:b"), party("seller", "enterprise:s"), party("buyer", "person:c"))
    filing.check_parties(ITEM, parties)


@pytest.mark.parametrize(
    ("parties", "codes"),
    [
        ((party("seller", "enterprise:s"),), ["party-count"]),
        ((party("seller", "person:s"), party("buyer", "person:b")), ["party-kind"]),
        (
            (party("seller", "enterprise:s"), party("buyer", "person:b"), party("bank", "enterprise:k")),
            ["party-unknown"],
        ),
        ((), ["party-count", "party-count"]),
    ],
)
def test_everything_wrong_with_the_parties_is_said_at_once(parties: Any, codes: list[str]) -> None:
    with pytest.raises(Problem) as refused:
        filing.check_parties(ITEM, parties)
    assert [finding.code for finding in refused.value.findings] == codes


def test_only_an_item_for_unnamed_people_takes_one_and_only_as_the_first_party() -> None:
    unnamed = ITEM | {"anonymous": True}
    filing.check_parties(unnamed, (party("seller", "anonymous"), party("buyer", "person:b")))
    for item, parties in (
        (ITEM, (party("seller", "anonymous"), party("buyer", "person:b"))),
        (unnamed, (party("seller", "enterprise:s"), party("buyer", "anonymous"))),
        (unnamed, (party("seller", "anonymous"), party("buyer", "anonymous"))),
        (unnamed, (party("seller", "anonymous"),)),
        (unnamed, ()),
    ):
        with pytest.raises(Problem):
            filing.check_parties(item, parties)


@pytest.mark.parametrize(
    ("item", "readers"),
    [
        ({}, ["party:applicant", "receipt", "post:handler", "post:reviewer", "post:decider"]),
        (ITEM, ["party:seller", "receipt", "post:handler", "post:reviewer", "post:decider"]),
        (ITEM | {"readers": ["post:head"]}, ["post:head"]),
    ],
)
def test_a_confidential_case_is_read_by_whom_its_item_names_else_by_who_brought_it_and_who_decides(
    item: dict[str, Any], readers: list[str]
) -> None:
    assert readers_of(item) == readers


def test_form_materials_and_pinned_facts_are_kept_beside_the_head() -> None:
    row = opened().form_row
    assert row is not None
    assert row["form"]["food_category"] == "catering"
    assert row["facts"]["food-category"]["known"] is True
    assert row["facts"]["food-category"]["at"] == NINE


def test_the_head_keeps_the_hash_of_its_facts() -> None:
    one, other = opened(), opened(known={})
    assert one.case.facts is not None
    assert one.case.facts != other.case.facts


def test_the_owner_sits_in_the_head_and_every_other_party_gets_a_row() -> None:
    course = opened()
    mediator = party("mediator", "person:m")
    application = filing.Application(
        course.form, (), (party("applicant", course.case.owner), mediator), "web"
    )
    change = filing.as_change(course, application, None)
    assert [(row.subject, row.role) for row in change.parties] == [("person:m", "mediator")]
