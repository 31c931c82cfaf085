"""The pack's own draws over two simulated years: goals reached, nobody burdened twice, results recognised both ways.

Nothing of the plans is changed here, neither days nor quotas, but where a test says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.actions import draw_coverage
from chalicelib.domain.draws import bls
from tests.builders import uscc_of
from tests.builders_drawing import DAY, SERIES, Drawn, made_up
from tests.builders_stores import published

ZONE = ZoneInfo("Asia/Shanghai")
URBAN, LIST, VISITS = "urban-order-inspection", "joint-inspection-items", "drawn-visits"
FIRMS = 300
QUARTERS = (
    "2026-01-09", "2026-04-09", "2026-07-08", "2026-10-16", "2027-01-11", "2027-04-09", "2027-07-09", "2027-10-18",
)  # fmt: skip
HALF_YEAR = "2026-07-22"  # the second department's first draw
EVERYBODY = {
    "strata": [{
        "id": "all", "where": {"grade": ["a", "b", "c", "d"]}, "quota": {"num": 1, "den": 1, "min": 0, "max": 4000},
    }]
}  # fmt: skip


def plan_of(series: str) -> dict[str, Any]:
    return dict(published().world[f"draws/{series}"])


def listed() -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in published().world[f"registers/{LIST}"]["records"]}


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp() * 1000)


@pytest.fixture(autouse=True)
def _any_round_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bls, "verified", lambda *_: True)


def district(day: str, firms: int = FIRMS, beside: dict[str, Any] | None = None) -> Drawn:
    """The pack with its list, on a morning; a test's builder otherwise draws every month."""
    shipped = plan_of(SERIES)
    up = Drawn(at(f"{day}T09:30"), beside, every=shipped["every"], effective_from=shipped["effective_from"])
    assert up.definitions.world[f"draws/{SERIES}"] == shipped
    up.fetched = made_up
    for identity, body in listed().items():
        up.record(LIST, identity, body)
    up.registers(firms=firms, inspectors=40)
    return up


def draws(up: Drawn, day: str, series: str = SERIES) -> list[dict[str, Any]]:
    """The draw that falls on this day is done, its visits told: those of this draw."""
    up.hand.at = at(f"{day}T09:30")
    up.until("committed", series=series)
    up.hand.at += 2 * DAY
    up.until("drawn", series=series)
    for _ in range(3):  # visits: asked for, written, noted
        up.tick()
    head = up.drawer().draws.current(series)[0]  # type: ignore[index]
    return [one for one in told(up) if (one["series"], one["number"]) == (series, head["number"])]


def told(up: Drawn) -> Iterator[dict[str, Any]]:
    after = None
    while True:
        page = up.records.list(VISITS, after, 100)
        yield from (dict(one) for one in up.records.many(VISITS, [row.case_id for row in page.rows]).values())
        after = page.after
        if after is None:
            return


def inspect(up: Drawn, visits: list[dict[str, Any]], day: str) -> None:
    """What joint inspections write when they end."""
    for visit in visits:
        if visit["status"] == "drawn":
            known = up.records.read("inspected-firms", visit["uscc"])
            body = {
                "uscc": visit["uscc"], "number": visit["id"], "inspected_on": day, "matters": visit["matters"],
            }  # fmt: skip
            up.record("inspected-firms", visit["uscc"], body, known.revision if known else 0)


def reveal(up: Drawn, series: str = SERIES) -> None:
    up.hand.at += 61 * DAY
    up.until("revealed", series=series)


def quarter(up: Drawn, day: str) -> list[dict[str, Any]]:
    visits = draws(up, day)
    inspect(up, visits, day)
    reveal(up)
    return visits


@pytest.mark.parametrize("series", [SERIES, URBAN])
def test_every_matter_of_a_shipped_draw_is_on_the_list_and_somebody_of_its_department_is_in_the_team(
    series: str,
) -> None:
    plan, items = plan_of(series), listed()
    assert set(plan["matters"]) <= items.keys()
    leads = {items[one]["departments"][0] for one in plan["matters"]}
    assert leads <= {slot["department"] for slot in plan["slots"]}
    assert {items[one]["status"] for one in plan["matters"]} == {"in-force"}


def test_by_the_shipped_plan_a_year_reaches_its_goals_and_the_burden_falls_in_the_next() -> None:
    up = district("2026-01-02")
    for day in QUARTERS:
        assert quarter(up, day)
    second, first = _years(up)
    for year in (first, second):
        assert year["draws"] == 4
        assert year["matters"] == {
            "listed": len(listed()),
            "met": len(listed()),
            "share": 10_000,
            "goal": 9_000,
        }
        assert year["firms"]["share"] >= year["firms"]["goal"] == 300
        assert year["reached"]
        assert (year["twice"], year["overloaded"], year["burden"]["most"]) == (0, 0, 1)
        assert year["visits"] == year["firms"]["met"]
        assert 0 < year["most_visits_of_one_inspector"] <= plan_of(SERIES)["cap"]
    assert second["burden"]["visits"] < first["burden"]["visits"]
    _no_two_visits_of_one_firm_lie_within_a_year(up)


def _years(up: Drawn) -> tuple[dict[str, Any], dict[str, Any]]:
    said = draw_coverage.of_year(up.drawer(), SERIES, 2027)
    return said["year"], said["before"]


def _no_two_visits_of_one_firm_lie_within_a_year(up: Drawn) -> None:
    visited = dict[str, list[date]]()
    for one in told(up):
        if one["series"] == SERIES:
            visited.setdefault(one["uscc"], []).append(date.fromisoformat(one["drawn_on"]))
    for days in visited.values():
        some = sorted(days)
        assert all((later - before).days >= 365 for before, later in pairwise(some))


def test_the_second_department_visits_nobody_for_what_a_joint_visit_looked_at_within_half_a_year() -> None:
    """It draws everybody here, so that it draws all whom the joint draws of the year had visited."""
    up = district("2026-01-02", beside={f"draws/{URBAN}": EVERYBODY}, firms=60)
    early = quarter(up, "2026-01-09")
    late = quarter(up, "2026-04-09") + draws(up, "2026-07-08")
    inspect(up, late[-len(late) :], "2026-07-13")
    visits = {one["uscc"]: one for one in draws(up, HALF_YEAR, URBAN)}
    assert len(visits) == 60
    recognised = {uscc for uscc, one in visits.items() if one["status"] == "recognised"}
    assert recognised == {one["uscc"] for one in late}
    assert {one["uscc"] for one in early} & visits.keys() - recognised  # its result is older than half a year
    assert all(visits[uscc]["matters"] == [] for uscc in recognised)
    matters = plan_of(URBAN)["matters"]
    said = draw_coverage.of_year(up.drawer(), URBAN, 2026)["year"]
    assert (said["spared"], said["twice"]) == (len(late) * len(matters), 0)
    assert said["matters"] == {"listed": len(matters), "met": len(matters), "share": 10_000, "goal": 9_000}
    _nobody_is_visited_twice_within_half_a_year_for_one_matter(up)


def _nobody_is_visited_twice_within_half_a_year_for_one_matter(up: Drawn) -> None:
    checked = Counter[tuple[str, str]]()
    for one in told(up):
        if one["status"] == "drawn" and one["drawn_on"] >= "2026-02-01":
            checked.update((one["uscc"], matter) for matter in one["matters"])
    assert max(checked.values()) == 1


def test_a_joint_visit_leaves_out_what_one_department_checked_by_itself_within_half_a_year() -> None:
    up = district("2026-01-02", firms=60)
    for n in range(60):
        body = {
            "uscc": uscc_of(n), "number": f"UM-{n}", "department": "urban-management", "matter": "occupation",
            "checked_on": "2025-12-01" if n % 2 else "2025-06-01",
        }  # fmt: skip
        up.record("department-checks", uscc_of(n), body)
    lately = {uscc_of(n) for n in range(1, 60, 2)}
    visits = draws(up, "2026-01-09")
    assert visits
    for one in visits:
        assert ("occupation" in one["matters"]) is (one["uscc"] not in lately)
        assert len(one["matters"]) == len(listed()) - (one["uscc"] in lately)
        told_of = {(some["matter"], some["on"]) for some in one.get("recognised", ())}
        assert told_of == ({("occupation", "2025-12-01")} if one["uscc"] in lately else set())
