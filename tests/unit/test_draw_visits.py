"""The visits of a draw: one record each, whoever dies on the way; a recusal and a void draw are told in them too."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.actions import draw_visits, drawing
from chalicelib.actions.ports import RecordVersion
from tests.builders import uscc_of
from tests.builders_drawing import DAY, KNOWN, MARKET, SERIES, Drawn, definition
from tests.unit.test_drawing import Mortal, _unhurried

REGISTER = "drawn-visits"


def drawn() -> Drawn:
    up = Drawn()
    up.registers()
    up.until("committed")
    up.hand.at = KNOWN + 3_000
    up.until("drawn")
    for _ in range(3):  # asked for, written, noted
        up.tick()
    return up


def visits(up: Drawn) -> dict[str, RecordVersion]:
    """The records by firm."""
    found, after = list[RecordVersion](), None
    while True:
        page = up.records.list(REGISTER, after, 100)
        found += [one for row in page.rows if (one := up.records.read(REGISTER, row.case_id))]
        after = page.after
        if after is None:
            return {one.body["uscc"]: one for one in found}


def result(up: Drawn) -> dict[str, Any]:
    head = up.drawer().draws.current(SERIES)[0]  # type: ignore[index]
    return up.drawer().draws.part(SERIES, head["period"], "RESULT") or {}


def teams(up: Drawn) -> dict[str, list[str]]:
    return {firm: [one["inspector"] for one in record.body["team"]] for firm, record in visits(up).items()}


def test_every_firm_that_is_drawn_has_one_visit_of_all_departments() -> None:
    up = drawn()
    drawn_now = {one["object"]: [who for _, who in one["team"]] for one in result(up)["visits"]}
    assert teams(up) == drawn_now
    for firm, one in visits(up).items():
        assert one.revision == 1
        assert one.body["id"] == f"{SERIES}-1-{firm}"
        assert one.body["departments"] == ["market-regulation", "urban-management"]
        assert (one.body["drawn_on"], one.body["until"]) == ("2023-08-23", "2023-10-22")
        assert one.body["name"].startswith("示例企业")


def test_a_look_more_writes_nothing() -> None:
    up = drawn()
    before = {one.body["id"]: one.revision for one in visits(up).values()}
    for _ in range(4):
        up.hand.at += drawing.STALLED + 1
        up.tick()
    assert {one.body["id"]: one.revision for one in visits(up).values()} == before


def test_who_stands_in_after_a_recusal_is_told_in_that_visit_alone() -> None:
    up = drawn()
    one = result(up)["visits"][0]
    slot, leaving = one["team"][0]
    up.act(MARKET, "recuse", object=one["object"], slot=slot, recused=leaving, reason="relative")
    before = teams(up)
    for _ in range(3):
        up.tick()
    after = teams(up)
    assert {firm for firm in after if after[firm] != before[firm]} == {one["object"]}
    assert leaving not in after[one["object"]]
    assert [r.revision for r in visits(up).values() if r.revision > 1] == [2]


RECOGNISED = {
    "register": REGISTER,
    "recognised": {
        "of": "inspected-firms", "matters": "/matters", "at": "/inspected_on", "source": "/number", "within_days": 180,
    },
}  # fmt: skip
TWO = ["signboards", "fire-exits"]


def recognising(results: dict[int, tuple[str, list[str]]]) -> Drawn:
    """A draw of everybody for two matters, where some firms (by number) have results: a day, and matters."""
    everybody = {"num": 1, "den": 1, "min": 0, "max": 4000}
    strata = [{**one, "quota": everybody} for one in definition()["strata"]]
    up = Drawn(visits=RECOGNISED, matters=TWO, strata=strata, objects=_objects())
    up.registers(firms=12)
    for n, (day, matters) in results.items():
        body = {"uscc": uscc_of(n), "number": f"MR-{n}", "inspected_on": day, "matters": matters}
        up.record("inspected-firms", uscc_of(n), body)
    up.until("committed")
    up.hand.at = KNOWN + 3_000
    up.until("drawn")
    for _ in range(3):
        up.tick()
    return up


def _objects() -> dict[str, Any]:
    return {name: one for name, one in definition()["objects"].items() if name != "without"}


def test_what_anothers_recent_result_stands_for_is_left_out_of_a_visit() -> None:
    """Within 180 days of the draw, of 2023-08-23; where nothing is left there is no visit to open."""
    up = recognising(
        {
            1: ("2023-08-01", ["signboards", "lifts"]),
            2: ("2023-02-01", ["signboards"]),
            3: ("2023-08-01", ["fire-exits", "signboards"]),
        }
    )
    told = {firm: one.body for firm, one in visits(up).items()}
    assert len(told) == 12
    assert told[uscc_of(1)]["matters"] == ["fire-exits"]
    assert told[uscc_of(1)]["recognised"] == [{"matter": "signboards", "source": "MR-1", "on": "2023-08-01"}]
    assert told[uscc_of(2)]["matters"] == TWO
    assert "recognised" not in told[uscc_of(2)]
    assert (told[uscc_of(3)]["matters"], told[uscc_of(3)]["status"]) == ([], "recognised")
    assert {one["status"] for firm, one in told.items() if firm != uscc_of(3)} == {"drawn"}
    head = up.drawer().draws.current(SERIES)[0]  # type: ignore[index]
    spared = draw_visits.spared(up.drawer(), SERIES, head["period"])
    assert spared == {uscc_of(1): ["signboards"], uscc_of(3): ["fire-exits", "signboards"]}


def test_what_a_visit_was_told_to_check_stays_when_a_recusal_tells_it_anew() -> None:
    up = recognising({1: ("2023-08-01", ["signboards"])})
    for n in range(12):  # results that come later, of the same day
        body = {"uscc": uscc_of(n), "number": "later", "inspected_on": "2023-08-23", "matters": TWO}
        up.record("inspected-firms", uscc_of(n), body, revision=int(n == 1))
    one = next(visit for visit in result(up)["visits"] if visit["object"] == uscc_of(1))
    slot, leaving = one["team"][0]
    up.act(MARKET, "recuse", object=one["object"], slot=slot, recused=leaving, reason="relative")
    for _ in range(3):
        up.tick()
    told = visits(up)[uscc_of(1)]
    assert (told.revision, told.body["matters"]) == (2, ["fire-exits"])
    assert {record.body["status"] for record in visits(up).values()} == {"drawn"}


def test_a_draw_that_is_declared_void_says_so_in_every_visit() -> None:
    up = drawn()
    up.act(MARKET, "declare-void", reason="the register was wrong")
    for _ in range(3):
        up.tick()
    assert {one.body["status"] for one in visits(up).values()} == {"void"}
    up.hand.at += 61 * DAY
    up.tick()
    up.verified()


def test_a_draw_that_was_void_from_the_start_has_no_visits() -> None:
    up = Drawn()
    up.registers(inspectors=1)
    up.until("committed")
    up.hand.at = KNOWN + 3_000
    up.until("void")
    up.tick()
    assert visits(up) == {}


class Visited(Mortal):
    """The same until all visits are told."""

    def finished(self) -> bool:
        found = self.up.drawer().draws.current(SERIES)
        return bool(found and found[0].get("visits_told"))


@pytest.mark.parametrize("every", [60, pytest.param(1, marks=pytest.mark.proof)])
def test_a_container_that_dies_at_any_request_tells_each_visit_once(
    every: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.domain.draws import bls

    monkeypatch.setattr(bls, "verified", lambda *_: True)
    monkeypatch.setattr(drawing, "SHARDS", 4)
    _unhurried(monkeypatch, 8)
    visited, dead = len(teams(Visited(10**9, after=False).run())), 0
    assert visited
    for number in range(1, 2_000, every):
        mortals = [Visited(number, after) for after in (False, True)]
        for one in mortals:
            up = one.run()
            drawn_now = {one["object"]: [who for _, who in one["team"]] for one in result(up)["visits"]}
            assert teams(up) == drawn_now, (
                number
            )  # a later round may have been named: it is this draw's result
            assert len(drawn_now) == visited
            assert {record.revision for record in visits(up).values()} == {1}
        if all(one.left > 0 for one in mortals):
            break
        dead += 1
    assert dead > 100 / every
