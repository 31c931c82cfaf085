"""Outside the draws a firm is inspected for two reasons alone: key supervision, and what triggers it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from chalicelib.actions import campaigning
from chalicelib.actions.working import work
from chalicelib.domain.change import RecordWrite
from tests.builders import uscc_of
from tests.builders_app import House

ITEM = "triggered-inspection"
SECTORS = ("general", "hazardous-chemicals", "food-drugs", "general")


def opened(up: House) -> dict[str, Any]:
    """The forms of what was opened, by firm."""
    heads = [one["pk"] for one in up.rows("cases") if one["sk"] == "HEAD"]
    found = [one for one in up.app.kit.cases.many(heads) if one and one.item == ITEM]
    forms = [up.app.kit.cases.load(one.id).form["form"] for one in found]
    return {one["uscc"]: one for one in forms}


def looked(up: House, instant: str) -> None:
    """The minute's look of this instant, and what workers do of it."""
    up.app.at = int(datetime.fromisoformat(f"{instant}+08:00").timestamp() * 1000)
    up.app.forget()
    for _ in range(2):
        work(up.app.press, json.dumps({"work": campaigning.KIND}))


def test_key_supervision_inspects_every_object_of_its_sectors_once_each_half_year(up: House) -> None:
    for number, sector in enumerate(SECTORS):
        body = {"uscc": uscc_of(number), "name": f"示例企业{number}", "sector": sector}
        write = RecordWrite("supervision-objects", uscc_of(number), 0, body, "2026-01-01")
        up.app.kit.records.write(write, "system:test", up.app.at)
    looked(up, "2026-07-14T08:59:00")
    assert opened(up) == {}
    looked(up, "2026-07-14T09:01:00")  # the tenth working day
    looked(up, "2026-08-20T09:01:00")
    forms = opened(up)
    assert forms.keys() == {uscc_of(1), uscc_of(2)}
    assert {one["origin"] for one in forms.values()} == {"key"}
    assert {one["source"] for one in forms.values()} == {"2026-H2"}
