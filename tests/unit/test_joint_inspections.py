"""Every visit that a draw tells of opens one joint inspection, and what its team finds is as the draw said."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.change import RecordWrite
from tests.builders import uscc_of
from tests.builders_app import House
from tests.builders_relay import relays, works

REGISTER, ITEM = "drawn-visits", "joint-inspection"
TEAM = [
    {"role": "lead", "department": "market-regulation", "inspector": "ins-1"},
    {"role": "joint", "department": "urban-management", "inspector": "ins-3"},
]


def told(up: House, firm: int, revision: int = 0, **changes: Any) -> dict[str, Any]:
    """What the stream says of a visit that the draw wrote."""
    uscc = uscc_of(firm)
    body = {
        "id": f"joint-random-inspection-1-{uscc}", "series": "joint-random-inspection", "number": 1, "uscc": uscc,
        "name": f"示例企业{firm}", "matters": ["joint-random"], "department": "market-regulation",
        "departments": ["market-regulation", "urban-management"], "team": TEAM, "drawn_on": "2026-03-02",
        "until": "2026-04-30", "status": "drawn", **changes,
    }  # fmt: skip
    write = RecordWrite(REGISTER, body["id"], revision, body, "2026-03-02")
    version = up.app.kit.records.write(write, "system:draw", up.app.at)
    image = {
        "pk": {"S": f"R#{REGISTER}#{body['id']}"},
        "sk": {"S": "NOW"},
        "rev": {"N": str(version.revision)},
    }
    return {"dynamodb": {"NewImage": image}}


def opened(up: House) -> list[Any]:
    heads = [one["pk"] for one in up.rows("cases") if one["sk"] == "HEAD"]
    return [one for one in up.app.kit.cases.many(heads) if one and one.item == ITEM]


def test_every_visit_opens_one_inspection_however_often_it_is_told(up: House) -> None:
    said = [told(up, firm) for firm in range(3)]
    done = works(up, relays(up, said) + relays(up, said))
    assert (done["opened"], done["again"]) == (3, 3)
    forms = [up.app.kit.cases.load(one.id).form["form"] for one in opened(up)]
    assert {one["uscc"] for one in forms} == {uscc_of(firm) for firm in range(3)}
    assert all(one["team"] == TEAM and one["until"] == "2026-04-30" for one in forms)


def test_a_team_that_changed_opens_no_second_inspection(up: House) -> None:
    works(up, relays(up, [told(up, 1)]))
    other = [{**TEAM[0], "inspector": "ins-9"}, TEAM[1]]
    assert works(up, relays(up, [told(up, 1, revision=1, team=other)])).get("opened", 0) == 0
    assert len(opened(up)) == 1


def test_nobody_but_the_inspecting_departments_reads_a_visit_before_it_comes(up: House) -> None:
    told(up, 1)
    path = f"/v1/registers/{REGISTER}/records/joint-random-inspection-1-{uscc_of(1)}"
    firm, clerk = f"enterprise:{uscc_of(1)}", up.bearer("person:demo-handler", "staff")
    assert up.call("GET", path, None, clerk).status == 200
    for who in (up.bearer(firm, "citizen"), up.bearer("person:demo-approval-handler", "staff"), {}):
        assert up.call("GET", path, None, who).status in (401, 403, 404)
