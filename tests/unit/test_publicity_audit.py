"""Double publicity is audited by a draw like any other: a twentieth of licences and of penalties, case by case."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.change import RecordWrite
from chalicelib.domain.draws import bls
from chalicelib.domain.ids import derived
from tests.builders import states
from tests.builders_app import House
from tests.builders_drawing import DAY, Drawn, made_up
from tests.builders_relay import relays, works
from tests.unit.test_shipped_draws import at

SERIES, SAMPLES, AUDITOR = "publicity-audit", "publicity-samples", "person:demo-approval-handler"
PUBLIC = {"licence": 60, "penalty": 30, "inspection": 50, "": 20}


def bulletin(kind: str, number: int) -> dict[str, Any]:
    made = {
        "id": derived("pub", kind, str(number)), "title": {"zh": "公示", "en": "Public"}, "number": f"{kind}-{number}",
        "item_title": {"zh": "事项", "en": "Item"}, "department": {"zh": "机关", "en": "Body"}, "case": "cas_x",
        "published_on": "2026-06-01", "fields": [], "status": "published", "publicity": "result",
    }  # fmt: skip
    return made | ({"kind": kind} if kind else {})


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Drawn:
    monkeypatch.setattr(bls, "verified", lambda *_: True)
    up = Drawn(at("2026-07-15T09:30"))
    up.fetched = made_up
    for kind, count in PUBLIC.items():
        for n in range(count):
            up.record("bulletins", bulletin(kind, n)["id"], bulletin(kind, n))
    body = {
        "id": "aud-1",
        "department": "administrative-approval",
        "certificates": ["enforcement"],
        "pool": 0,
        "status": "active",
    }
    up.record("inspectors", "aud-1", body)
    return up


def samples(up: Drawn) -> list[dict[str, Any]]:
    page = up.records.list(SAMPLES, None, 100)
    return [dict(one) for one in up.records.many(SAMPLES, [row.case_id for row in page.rows]).values()]


def test_a_twentieth_of_licences_and_of_penalties_is_drawn_and_nothing_else(office: Drawn) -> None:
    office.until("committed", series=SERIES)
    office.hand.at += 2 * DAY
    office.until("drawn", series=SERIES)
    for _ in range(3):
        office.tick()
    drawn = samples(office)
    kinds = {bulletin(kind, n)["id"]: kind for kind, count in PUBLIC.items() for n in range(count)}
    found = sorted(kinds[one["bulletin"]] for one in drawn)
    assert found == ["licence"] * 3 + ["penalty"] * 2
    assert all("uscc" not in one and one["name"].startswith(kinds[one["bulletin"]]) for one in drawn)


def test_a_sample_opens_an_audit_and_the_years_accuracy_is_public(up: House) -> None:
    for n in range(2):
        _told(up, n)
    heads = [one["pk"] for one in up.rows("cases") if one["sk"] == "HEAD"]
    cases = sorted(one.id for one in up.app.kit.cases.many(heads) if one and one.item == SERIES)
    assert len(cases) == 2
    wrong = {"field": "决定日期", "published": "2026-07-01", "source": "2026-06-30"}
    assert _moves(up, cases[0], "find_accurate", {"compared": "名称、代码、日期"}) == ["accurate"]
    assert _moves(up, cases[1], "find_error", wrong) == ["correcting"]
    assert _figure(up) == (1, 2, 5_000, 10_000)
    assert _moves(up, cases[1], "note_correction", {"how": "已更正"}) == ["corrected"]
    assert _figure(up) == (1, 2, 5_000, 10_000)  # a correction makes nothing accurate that was not
    audits = up.call("GET", "/v1/registers/publicity-audits/records").json()["records"]
    assert {one["body"]["result"]: one["body"].get("corrected_on") is not None for one in audits} == {
        "accurate": False, "wrong": True,
    }  # fmt: skip


def _told(up: House, number: int) -> None:
    identity = bulletin("licence", number)["id"]
    body = {
        "id": f"{SERIES}-1-{identity}", "series": SERIES, "number": 1, "bulletin": identity,
        "name": f"licence-{number}",
        "matters": ["published-licences"], "department": "administrative-approval",
        "departments": ["administrative-approval"], "drawn_on": "2026-03-02", "until": "2026-04-01", "status": "drawn",
        "team": [{"role": "auditor", "department": "administrative-approval", "inspector": "aud-1"}],
    }  # fmt: skip
    version = up.app.kit.records.write(
        RecordWrite(SAMPLES, body["id"], 0, body, "2026-03-02"), "system:draw", up.app.at
    )
    keys = {"pk": {"S": f"R#{SAMPLES}#{body['id']}"}, "sk": {"S": "NOW"}, "rev": {"N": str(version.revision)}}
    assert works(up, relays(up, [{"dynamodb": {"NewImage": keys}}]))["opened"] == 1


def _moves(up: House, case: str, move: str, given: Any) -> list[str]:
    headers = up.bearer(AUDITOR, "staff") | {"Idempotency-Key": f"{case}-{move}"}
    up.app.at += 60_000
    answer = up.call("POST", f"/v1/cases/{case}/moves", {"move": move, "input": given}, headers)
    assert answer.status == 200, answer.text
    return states(answer.json())


def _figure(up: House) -> tuple[int, int, int, int]:
    (one,) = up.call("GET", "/v1/registers/publicity-audits/figures?year=2026").json()["figures"]
    return one["count"], one["of"], one["share"], one["goal"]
