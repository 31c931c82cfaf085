"""How a case begins: its parties, its form kept beside the head, the facts pinned with source and time."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain import filing
from chalicelib.domain.problems import Problem
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
