"""A robot official builds a decision table and the item that it decides, from nothing but the screen and a one-page
brief; a second person releases both, the table first. Through the public API one firm is served at once; another,
beyond the limit, goes to people, who refuse it with its remedies.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import GRANT, SERVE, TO_DECISION, application, new_uscc, states
from tests.builders_app import House
from tests.builders_robots import (
    asks_what_the_brief_adds,
    built,
    filed,
    line,
    lines,
    moved,
    new_fields,
    released,
    seen,
    stands_before_the_public,
    walked,
)

pytestmark = pytest.mark.timeout(900)  # a browser beside all other tests takes its time

ESTABLISHMENT = "enterprise-establishment"
PACK = (
    "items/employment-filing", f"items/{ESTABLISHMENT}", "registers/powers", "documents/one-time-correction-notice",
)  # fmt: skip


@pytest.mark.parametrize("brief", ["instant.md", pytest.param("instant-changed.md", marks=pytest.mark.proof)])
def test_a_robot_builds_a_table_and_the_item_that_it_decides_at_once(brief):
    with built("instant", brief, *PACK) as (up, _):
        stands_before_the_public(up, brief)
        declared = released(up, "items", line(brief, "事项编号"))
        asks_what_the_brief_adds(declared, brief)
        assert declared["rules"]["intake"] == line(brief, "规则编号")
        decides_as_the_brief_says(up, brief)
        firm, most = established(up), at_once_up_to(brief)
        granted = applies(up, declared, firm, most)
        assert (granted["outcome"], states(granted)) == ("completed", ["completed"])
        passed_on = applies(up, declared, firm, most + 1)
        assert (passed_on["outcome"], states(passed_on)) == (None, ["received"])
        (refusal,) = [one for one in declared["examples"] if one["expect"]["state"] == "refused"]
        assert walked(up, declared, passed_on, refusal["moves"])["outcome"] == "refused"


def at_once_up_to(brief: str) -> int:
    """How many people are filed at once for a firm that is active."""
    (limit,) = [one for one in lines(brief, "改条件") if one.startswith("filed，")]
    return int(limit.rpartition("，")[2])


def decides_as_the_brief_says(up: House, brief: str) -> None:
    """Every trial of the brief, asked of the released table through its own route."""
    official = up.bearer("person:demo-admin", "admin")
    for name, status, people, row in (one.split("，") for one in lines(brief, "试算")):
        facts = {"enterprise-status": status.split()[1], "hires-filed": int(people.split()[1])}
        asked = {"facts": facts, "on": "2026-03-02"}
        said = up.call("POST", f"/v1/rules/{line(brief, '规则编号')}/trials", asked, official).json()
        assert [one["id"] for one in said["trace"]["rows"]] == [row], name
        assert (said["result"]["event"] is not None) == ("当场" in name), name


def established(up: House) -> str:
    """The code of a firm that stands in the register, put there by its establishment."""
    uscc = new_uscc()
    body = application(ESTABLISHMENT, uscc)
    named = [one["id"] for one in body["materials"]]
    case = filed(up, ESTABLISHMENT, "person:demo-founder", body["form"], named)
    for who, move, given in (*TO_DECISION, GRANT, SERVE):
        case = moved(up, case, move, given, f"person:demo-{who}")
    assert case["outcome"] == "completed"
    return uscc


def applies(up: House, declared: dict[str, Any], uscc: str, people: int) -> dict[str, Any]:
    """A firm files so many people; its case as it stands when the answer comes."""
    example = declared["examples"][0]
    new = new_fields(declared, example)
    assert new, "the brief's fields are in the form"
    form = {**example["form"], **new, "uscc": uscc}
    form["hires"] = {**form["hires"], "count": people}
    owner = f"enterprise:{uscc}"
    case: dict[str, Any] = filed(up, declared["id"], owner, form, example["materials"])
    assert seen(up, case, owner, "citizen")["form"].items() >= new.items()
    return case
