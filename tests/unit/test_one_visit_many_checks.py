"""Journey E07 in one process, over the real API: a table of firms, a draw, joint visits, one exemption, recognition.

What stands in: the values of the beacon are made up (no round of that day is recorded), the stream is handed on here.
"""

from __future__ import annotations

import gzip
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.actions import drawing
from chalicelib.domain.change import RecordWrite
from chalicelib.domain.draws import bls
from tests.builders import states, uscc_of
from tests.builders_app import MORNING, House, house
from tests.builders_drawing import DAY, SERIES, made_up
from tests.builders_relay import relays, works
from tests.builders_tables import REGISTER, SECTORS, csv_of, spoilt
from tests.unit.test_record_triggering import images

FIRMS = 60
HANDLERS = ("person:demo-handler", "person:demo-market-inspector")
PHOTO = {"sha256": "0f" * 32, "taken_at": "2026-03-05T10:00:00+08:00", "place": "普瑞大道 1 号（示例）"}
GOOD = {"matter": "亮照经营", "department": "market-regulation", "result": "conforms"}
BAD = {
    "matter": "门前占道",
    "department": "urban-management",
    "result": "problem",
    "finding": "桌椅六套",
    "photos": [PHOTO],
}


@pytest.fixture(scope="module")
def up() -> Iterator[House]:
    with house() as made, pytest.MonkeyPatch.context() as patch:
        patch.setattr(bls, "verified", lambda *_: True)
        made.app.__dict__["relays"] = made_up
        yield made


def _firms_are_imported(up: House) -> None:
    rows = [[uscc_of(n), f"示例企业{n}", SECTORS[0]] for n in range(FIRMS)]
    table = b64encode(gzip.compress(csv_of([*rows, spoilt("unknown sector", 99)], "gb18030"))).decode()
    path, clerk = f"/v1/registers/{REGISTER}/imports", up.bearer(HANDLERS[0], "staff")
    sent = up.call("POST", path, {"table": table}, clerk)
    assert (sent.status, sent.json()["counts"]) == (202, {"new": FIRMS, "changed": 0, "same": 0, "bad": 1})
    (flaw,) = up.call("GET", f"{path}/{sent.json()['id']}", None, clerk).json()["flaws"]
    assert (flaw["line"], flaw["column"], flaw["code"]) == (FIRMS + 2, "C", "enum")
    assert (
        up.call("POST", path, {"table": table}, up.bearer("enterprise:" + uscc_of(1), "citizen")).status
        == 403
    )
    for n in range(12):
        department = "market-regulation" if n % 3 else "urban-management"
        body = {
            "id": f"ins-{n}",
            "department": department,
            "certificates": ["enforcement"],
            "pool": 0,
            "status": "active",
        }
        up.app.kit.records.write(
            RecordWrite("inspectors", f"ins-{n}", 0, body, "2026-01-01"), "system:import", MORNING
        )


def _drawn(up: House) -> dict[str, Any]:
    """The schedule begins and draws; visit → team."""
    for step, days in (("committed", 2), ("drawn", 0)):
        for _ in range(6):
            drawing.look(up.app.drawer)
            current = up.call("GET", f"/v1/draws/{SERIES}").json()["current"]
            if current["step"] == step:
                break
        assert current["step"] == step
        up.app.at += days * DAY
    for _ in range(3):  # visits: asked for, written, noted; a look more draws nothing
        drawing.look(up.app.drawer)
    assert up.call("GET", f"/v1/draws/{SERIES}").json()["current"]["number"] == 1
    made = up.app.drawer.draws.part(SERIES, "2026-Q1", "RESULT") or {}
    return {one["object"]: one["team"] for one in made["visits"]}


def _opened(up: House) -> dict[str, Any]:
    """Inspections by firm."""
    heads = [one["pk"] for one in up.rows("cases") if one["sk"] == "HEAD"]
    found = [one for one in up.app.kit.cases.many(heads) if one and one.item == "joint-inspection"]
    return {up.app.kit.cases.load(one.id).form["form"]["uscc"]: one.id for one in found}


def _moves(up: House, case: str, who: str, move: str, given: Any, key: str = "") -> Any:
    roles = ("citizen",) if who.startswith("enterprise:") else ("staff",)
    headers = up.bearer(who, *roles) | {"Idempotency-Key": f"{case}-{move}-{who}-{key}"}
    up.app.at += 60_000
    answer = up.call("POST", f"/v1/cases/{case}/moves", {"move": move, "input": given}, headers)
    assert answer.status == 200, answer.text
    return answer.json()


def _visited(up: House, case: str, checks: list[Any], findings: str) -> None:
    for move, given in (
        ("start", {"place": PHOTO["place"]}),
        ("record", {"findings": findings, "mode": "on-site", "checks": checks}),
    ):
        for who in HANDLERS:
            said = _moves(up, case, who, move, given)
    assert "recorded" in states(said)


def test_one_visit_many_checks(up: House) -> None:
    _firms_are_imported(up)
    teams = _drawn(up)
    assert len(teams) == 6  # every firm counts as grade c: a tenth of sixty
    works(up, relays(up, images(up)))
    cases = _opened(up)
    assert cases.keys() == teams.keys()
    assert works(up, relays(up, images(up))).get("opened", 0) == 0  # told again, nothing is opened again
    first, second, *_ = sorted(cases)

    _visited(up, cases[first], [GOOD, BAD], "人行道摆放桌椅六套")
    _moves(up, cases[first], HANDLERS[0], "order_rectification", {"wanted": "恢复通行"})
    promise = {"accepted": True, "promise": "三日内撤出"}
    _moves(up, cases[first], f"enterprise:{first}", "promise", promise)
    _moves(up, cases[first], f"enterprise:{first}", "report", {"report": "已撤出"})
    _moves(up, cases[first], "person:demo-decider", "exempt", {"reason": "首次、轻微、已改正"})
    _visited(up, cases[second], [GOOD], "未发现问题")
    _moves(up, cases[second], HANDLERS[0], "pass", {})
    _moves(up, cases[second], HANDLERS[0], "publish", {})

    results = up.call("GET", "/v1/registers/joint-inspections/records?limit=100").json()["records"]
    assert {one["body"]["uscc"]: one["body"]["status"] for one in results} == {
        first: "exempt",
        second: "closed",
    }
    entries = up.call(
        "GET", "/v1/registers/credit-entries/records?limit=100", None, up.bearer(HANDLERS[0], "staff")
    )
    kinds = {one["body"]["uscc"]: one["body"]["kind"] for one in entries.json()["records"]}
    assert kinds == {first: "exempted", second: "passed"}
    lately = up.call("GET", f"/v1/registers/inspected-firms/records/{second}").json()["body"]
    assert lately["uscc"] == second  # in no roster for a year

    _announced(up, first, second)
    _recognised(up, second, next(one["body"]["number"] for one in results if one["body"]["uscc"] == second))


def _announced(up: House, exempt: str, closed: str) -> None:
    """Plan, commitment and result by the draw, which name nobody; of each inspection who, what for, how it ended."""
    of_the_draw = up.call("GET", "/v1/bulletins?kind=draw").json()["bulletins"]
    assert {one["publicity"] for one in of_the_draw} == {"plan", "commitment", "result"}
    found = up.call("GET", "/v1/bulletins?kind=inspection&limit=100").json()["bulletins"]
    told = {one["publicity"]: {some["title"]["en"]: some["value"] for some in one["fields"]} for one in found}
    assert told.keys() == {"exempt", "closed"}
    for state, firm in (("exempt", exempt), ("closed", closed)):
        assert firm in told[state].values()
        assert any("occupation" in str(value) for value in told[state].values())
    assert all(one["state"] == "standing" and one["in_time"] for one in found)
    assert "桌椅" not in str(found)  # what was written about it stays with the case
    (share,) = up.call("GET", "/v1/registers/inspection-modes/figures?year=2026").json()["figures"]
    assert (share["id"], share["count"], share["of"]) == ("off-site-share", 0, 2)


def _recognised(up: House, firm: str, number: str) -> None:
    """The second department's own inspection of that firm ends without a visit, by the published result."""
    from chalicelib.actions import submit, triggering
    from chalicelib.domain.events import Prompt

    kit = up.app.kit
    trigger = kit.catalogue.live(kit.office().pointer, "triggers", "report-inspection")
    case = "cas_01KJP0Y9M02QEGXTQF3KCHH5ER"
    form = {
        "origin": "report", "source": "UM20260305-0001", "unit": "urban-management", "uscc": firm,
        "enterprise_name": "示例企业", "matter": "occupation",
    }  # fmt: skip
    opening = submit.Opening(
        case_id=case, owner=f"enterprise:{firm}", prompt=Prompt("report-inspection", "evt_x", "cas_x", 1),
        node=None, window=None, links=(),
    )  # fmt: skip
    asked = submit.Submission(
        item="street-inspection", form=form, materials=(), parties=(), key=case, opening=opening
    )
    submit.submit(kit, triggering.triggers.principal_of(trigger), asked)
    said = _moves(up, case, "person:demo-urban-handler", "recognise", {"source": number})
    assert states(said) == ["recognised"]
