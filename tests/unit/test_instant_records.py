"""An application that is decided at once may write a record that is not the case's own, there or not yet."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.builders import ESTABLISHMENT, PROPOSAL, application, new_uscc
from tests.builders_app import Answer, House, house

FILING = "investment-project-filing"


@pytest.fixture(scope="module")
def up() -> Iterator[House]:
    with house() as built:
        yield built


def asks(up: House, who: dict[str, str], path: str, body: Any) -> Answer:
    return up.call("POST", path, body, {**who, "Idempotency-Key": uuid.uuid4().hex})


def established(up: House) -> str:
    """The code of a firm that stands in the register, so that the rule can decide."""
    uscc, founder = new_uscc(), up.bearer("person:demo-founder", "citizen", via="web")
    case = asks(up, founder, f"/v1/items/{ESTABLISHMENT}/cases", application(ESTABLISHMENT, uscc)).json()
    for who, move, given in (
        ("window", "accept", {}), ("handler", "propose", PROPOSAL), ("reviewer", "pass", {}),
        ("decider", "grant", {}), ("window", "serve", {"way": "electronic"}),
    ):  # fmt: skip
        staff = up.bearer(f"person:demo-{who}", "staff", via="web")
        asks(up, staff, f"/v1/cases/{case['case_id']}/moves", {"move": move, "input": given})
    return uscc


def test_a_project_that_is_filed_at_once_is_written_and_written_over(up: House) -> None:
    uscc = established(up)
    firm = up.bearer(f"enterprise:{uscc}", "citizen", via="web")
    for industry in ("食品制造业", "医药制造业"):
        body = application(FILING, uscc)
        body["form"]["project"]["industry"] = industry
        filed = asks(up, firm, f"/v1/items/{FILING}/cases", body)
        assert filed.status == 201, filed.body
        assert [one["id"] for one in filed.json()["state"]] == ["completed"]
        code = body["form"]["project"]["code"]
        record = up.call("GET", f"/v1/registers/investment-projects/records/{code}").json()
        assert record["body"]["industry"] == industry
