"""What is announced of a draw: plan, commitment, result, why it is void; each once, and never whom it named."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.actions import bulletins, draw_reading, drawing, publicising
from chalicelib.domain import canonical
from chalicelib.domain.bulletins import REGISTER
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Problem
from tests.builders_drawing import KNOWN, MARKET, SERIES, Drawn
from tests.unit.test_drawing import Mortal, _unhurried


def public(up: Drawn) -> dict[str, dict[str, Any]]:
    """The bulletins of draws, by what they are about."""
    found, after = bulletins.published(up.drawer().kit, None, None, 100, "draw")
    assert after is None
    assert len({one["publicity"] for one in found}) == len(found)
    return {one["publicity"]: one for one in found}


def fields(bulletin: dict[str, Any]) -> dict[str, Any]:
    return {one["title"]["en"]: one["value"] for one in bulletin["fields"]}


def drawn(inspectors: int = 24) -> Drawn:
    up = Drawn()
    up.registers(inspectors=inspectors)
    up.until("committed")
    assert public(up).keys() == {"plan", "commitment"}
    up.hand.at = KNOWN + 3_000
    return up


def test_plan_commitment_and_result_are_public_with_the_hashes_that_the_log_has() -> None:
    up = drawn()
    up.until("drawn")
    told, one = public(up), draw_reading.one(up.drawer(), SERIES, 1)
    assert told.keys() == {"plan", "commitment", "result"}
    assert {bulletin["number"] for bulletin in told.values()} == {f"{SERIES}/1"}
    assert {bulletin["state"] for bulletin in told.values()} == {"standing"}
    assert fields(told["plan"])["Hash of the plan"] == one["commitment"]["plan"]
    assert fields(told["commitment"])["Hash of the commitment"] == canonical.digest(one["commitment"])
    assert fields(told["commitment"])["Objects"] == one["commitment"]["objects"]["count"] == 60
    assert fields(told["result"])["Hash of the result"] == one["notice"]["result"]
    assert fields(told["result"])["Seed"] == one["notice"]["seed"]


def test_no_bulletin_names_a_firm_or_an_inspector() -> None:
    """Nor may anything be recognised by its salt: a visit comes unannounced (decisions 28)."""
    up = drawn()
    up.until("drawn")
    head = up.drawer().draws.current(SERIES)[0]  # type: ignore[index]
    made = up.drawer().draws.part(SERIES, head["period"], "RESULT") or {}
    said = json.dumps(list(public(up).values()), ensure_ascii=False)
    assert made["visits"]
    for visit in made["visits"]:
        assert visit["object"] not in said
        assert visit["ticket"] not in said
        assert not any(who in said for _, who in visit["team"])


@pytest.mark.parametrize("inspectors", [1, 24])
def test_a_void_draw_says_why(inspectors: int) -> None:
    """The platform's reason where places could not be filled; an official's, who declares it."""
    up = drawn(inspectors)
    if inspectors == 1:
        up.until("void")
        assert "visits possible" in fields(public(up)["void"])["Reason"]
    else:
        up.act(MARKET, "declare-void", reason="名册有误")
        assert fields(public(up)["void"])["Reason"] == "名册有误"


@pytest.mark.parametrize("what", ["correct", "withdraw", "answer"])
def test_nobody_corrects_or_takes_back_what_a_draw_announced(what: str) -> None:
    up = drawn()
    official = Principal(MARKET[0], "", frozenset({"staff"}), "web", posts=((MARKET[1], "decider"),))
    given = {"field": 1, "value": "x", "reason": "x", "objection": 1, "upheld": True}
    with pytest.raises(Problem) as refused:
        publicising.change(up.drawer().kit, official, what, public(up)["plan"]["id"], given)
    assert refused.value.code == "not-found"


@pytest.mark.parametrize("every", [60, pytest.param(5, marks=pytest.mark.proof)])
def test_a_container_that_dies_at_any_request_announces_each_once(
    every: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.domain.draws import bls

    monkeypatch.setattr(bls, "verified", lambda *_: True)
    monkeypatch.setattr(drawing, "SHARDS", 4)
    _unhurried(monkeypatch, 8)
    for number in range(1, 2_000, every):
        mortals = [Mortal(number, after) for after in (False, True)]
        for one in mortals:
            up = one.run()
            told = public(up)
            assert told.keys() == {"plan", "commitment", "result"}, number
            assert {up.records.read(REGISTER, some["id"]).revision for some in told.values()} == {1}  # type: ignore[union-attr]
        if all(one.left > 0 for one in mortals):
            break
