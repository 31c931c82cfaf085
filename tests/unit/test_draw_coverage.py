"""The account of a year of draws: what was reached, who was visited for what one visit could have looked at."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from chalicelib.actions import draw_coverage
from chalicelib.domain.draws import bls, coverage, declared
from chalicelib.domain.draws.coverage import Drawn as Draw
from chalicelib.domain.problems import Problem
from tests.builders_drawing import DAY, KNOWN, SERIES, Drawn, made_up

ZONE = ZoneInfo("Asia/Shanghai")
QUARTERLY = {"period": "quarter", "day": 5, "unit": "working_day", "hour": 9}


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp() * 1000)


def test_the_account_of_a_year_counts_what_the_list_has_in_force_and_only_what_visits_look_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A plan of a matter that nobody listed reaches none that is."""
    monkeypatch.setattr(bls, "verified", lambda *_: True)
    up = Drawn(at("2026-01-09T09:30"), every=QUARTERLY, matters=["of-no-list"])
    up.fetched = made_up
    up.registers(inspectors=40)
    up.until("committed")
    up.hand.at += 2 * DAY
    up.until("drawn")
    for n in range(10):
        body = {"id": f"matter-{n}", "title": f"抽查事项{n}", "status": "in-force" if n else "withdrawn"}
        up.record("joint-inspection-items", f"matter-{n}", body)
    told = draw_coverage.of_year(up.drawer(), SERIES, 2026)
    assert told["before"] is None
    year = told["year"]
    assert (year["year"], year["draws"]) == (2026, 1)
    assert (year["matters"]["listed"], year["matters"]["met"], year["reached"]) == (9, 0, False)
    head = up.drawer().draws.current(SERIES)[0]  # type: ignore[index]
    made = up.drawer().draws.part(SERIES, head["period"], "RESULT") or {}
    said = coverage.report([], 60, [coverage.of_result(["of-no-list"], head["plan"]["cap"], made)])
    same = ("firms", "visits", "twice", "burden", "overloaded", "most_visits_of_one_inspector")
    assert {name: year[name] for name in same} == {name: said[name] for name in same}
    assert draw_coverage.of_year(up.drawer(), SERIES, 2027)["before"] == year
    assert draw_coverage.of_year(up.drawer(), SERIES)["year"] == year
    with pytest.raises(Problem, match="such draw"):
        draw_coverage.of_year(up.drawer(), "another")


def test_a_void_draw_counts_for_nothing() -> None:
    up = Drawn()
    up.registers(inspectors=1)
    up.until("committed")
    up.hand.at = KNOWN + 3_000
    up.until("void")
    told = draw_coverage.of_year(up.drawer(), SERIES, 2023)
    assert (told["year"]["draws"], told["year"]["visits"]) == (0, 0)


def draw(matters: str, *visits: tuple[str, str], cap: int = 2) -> Draw:
    return Draw(frozenset(matters.split()), cap, tuple((firm, tuple(team.split())) for firm, team in visits))


def test_a_second_visit_counts_against_the_plan_only_where_one_could_have_done() -> None:
    draws = [draw("a b", ("x", "i"), ("y", "i")), draw("b c", ("x", "j")), draw("c", ("y", "j"))]
    said = coverage.report(["a", "b", "c", "d"], 100, draws)
    assert said["twice"] == 1
    assert said["matters"] == {"listed": 4, "met": 3, "share": 7_500, "goal": 9_000}
    assert said["firms"]["share"] == 200
    assert not said["reached"]


def test_what_a_recognised_result_stands_for_is_no_second_look() -> None:
    """And where nothing is left there is no visit: neither a burden nor a reach."""
    first = draw("a b", ("x", "i"), ("y", "i"))
    second = Draw(
        frozenset("bc"), 2, (("x", ("j",)), ("y", ("j",))), {"x": frozenset("b"), "y": frozenset("bc")}
    )
    said = coverage.report(["a", "b", "c"], 100, [first, second])
    assert (said["twice"], said["spared"], said["visits"]) == (0, 3, 3)
    assert said["burden"] == {"visits": 300, "most": 2}
    assert said["matters"]["met"] == 3
    assert (
        coverage.report(["c"], 100, [Draw(frozenset("c"), 2, (("y", ("j",)),), {"y": frozenset("c")})])[
            "firms"
        ]["met"]
        == 0
    )


def test_a_draw_that_named_nobody_has_looked_at_nothing() -> None:
    assert coverage.report(["a"], 10, [draw("a")])["matters"]["met"] == 0


def test_more_visits_than_the_cap_are_seen() -> None:
    said = coverage.report(["a"], 10, [draw("a", ("x", "i j"), ("y", "i k"), ("z", "i j"))])
    assert (said["overloaded"], said["most_visits_of_one_inspector"]) == (1, 3)


@pytest.mark.parametrize(
    ("day", "meant"), [("2026-03-01", False), ("2025-03-02", False), ("2025-03-01", True)]
)
def test_a_firm_is_left_in_peace_for_a_year_to_the_day(day: str, meant: bool) -> None:
    without = {"of": "inspected-firms", "at": "/inspected_on", "within_days": 366}
    definition = {"objects": {"register": "r", "fields": {}, "without": without}}
    today = datetime(2026, 3, 2, tzinfo=ZONE).date()
    others = {"inspected-firms": {"inspected_on": day}}
    assert declared.is_meant(definition, "objects", {}, others, today) is meant
    assert declared.is_meant(definition, "objects", {}, {}, today)
