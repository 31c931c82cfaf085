"""A register's figures: so many of so many, of a year, over what is public; a share of nothing is none."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.actions import counting
from chalicelib.domain import figures
from tests.builders_app import House

SHARE = {
    "id": "share", "title": {"zh": "占比", "en": "Share"}, "on": "/on", "of": {"/mode": ["off-site"]},
    "among": {"/kind": ["joint", "street"]}, "indicator": "K088", "goal": 5_000,
}  # fmt: skip
MODES = "inspection-modes"


def counted(*bodies: dict[str, Any], year: int = 2026) -> dict[str, Any]:
    (told,) = figures.counted({"figures": [SHARE]}, bodies, year)
    return told


def row(mode: str, on: str = "2026-03-02", kind: str = "joint") -> dict[str, Any]:
    return {"mode": mode, "on": on, "kind": kind}


def test_a_share_is_of_the_year_and_of_what_it_is_among() -> None:
    told = counted(
        row("off-site"), row("on-site"), row("on-site", kind="street"), row("off-site", "2025-12-31"),
        row("off-site", "2027-01-01"), row("off-site", kind="triggered"), {"mode": "off-site"},
    )  # fmt: skip
    assert (told["count"], told["of"], told["share"]) == (1, 3, 3_333)
    assert (told["indicator"], told["goal"]) == ("K088", 5_000)


def test_a_share_of_nothing_is_none() -> None:
    assert counted(row("off-site", "2025-03-02"))["share"] is None


def test_yes_is_not_one() -> None:
    """A register of booleans is counted by booleans."""
    figure = {**SHARE, "of": {"/mode": [True]}, "among": {}}
    (told,) = figures.counted({"figures": [figure]}, [{"mode": True, "on": "2026-01-01"}], 2026)
    assert told["count"] == 1


def modes(up: House, *some: tuple[str, str]) -> None:
    from chalicelib.domain.change import RecordWrite

    for n, (mode, day) in enumerate(some):
        body = {"number": f"MR-{n}", "kind": "joint", "mode": mode, "began_on": day}
        up.app.kit.records.write(RecordWrite(MODES, body["number"], 0, body, day), "system:test", up.app.at)


def test_anybody_reads_the_share_of_inspections_made_off_site(up: House) -> None:
    modes(up, ("off-site", "2026-01-05"), ("on-site", "2026-02-01"), ("on-site", "2025-02-01"))
    answer = up.call("GET", f"/v1/registers/{MODES}/figures?year=2026")
    assert answer.status == 200
    said = answer.json()
    (figure,) = said["figures"]
    assert (said["year"], said["complete"]) == (2026, True)
    assert (figure["indicator"], figure["count"], figure["of"], figure["share"]) == ("K088", 1, 2, 5_000)
    assert "goal" not in figure  # the plan gives none


def test_what_lies_beyond_the_bound_is_said(up: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST", 2)
    modes(up, *[("off-site", "2026-01-05")] * 3)
    said = up.call("GET", f"/v1/registers/{MODES}/figures?year=2026").json()
    assert (said["complete"], said["figures"][0]["of"]) == (False, 2)


def test_a_register_that_one_may_not_read_tells_no_figures(up: House) -> None:
    assert up.call("GET", "/v1/registers/publicity-samples/figures").status == 401
    assert up.call("GET", "/v1/registers/no-such-register/figures").status == 404
    assert up.call("GET", f"/v1/registers/{MODES}/figures?year=1").status == 422
