"""Many cases on one deadline: parallel sweeps, deaths at every step boundary and an outage fire each thing once."""

from __future__ import annotations

import inspect
import time
from types import ModuleType
from typing import Any

import pytest

from chalicelib.actions import sweeping
from chalicelib.domain import clock_timers, expiry
from chalicelib.domain.problems import Problem, Text
from chalicelib.stores import ledger, timers
from tests.builders_deadline import DEADLINE, EARLY, OUTAGE, STORY, Deadline
from tests.builders_memory import TABLES
from tests.builders_stores import MINUTE
from tests.builders_turns import Turns

FEW, SHARE, WHOLE = 400, 10_000, 200_000
RATE = 0.008  # of the boundaries somebody dies at: every case is passed by some deaths in its neighbourhood
REQUESTS = {
    "query timers", "get cases", "transact cases", "put timer timers", "update head cases", "delete timer timers",
    "update watermark timers", "get timers",
}  # fmt: skip
BOUNDARIES = {f"{side} {request}" for side in ("before", "after") for request in REQUESTS}


def through_an_outage(count: int, seed: int, rate: float) -> tuple[Deadline, list[Turns]]:
    """Rows ahead of anything due are met; the deadline comes; half way through all dies, for three days."""
    deadline = Deadline(count)
    phases = [Turns(seed + number, switching=0.15, rate=rate) for number in range(4)]
    phases[1].over = lambda: deadline.accepted >= count // 2
    deadline.sweep_all(phases[0], EARLY + MINUTE)
    deadline.sweep_all(phases[1], DEADLINE + MINUTE)
    assert count // 2 <= deadline.accepted <= count // 2 + 2
    for phase in phases[2:]:  # the second time for what was put off by two minutes
        deadline.sweep_all(phase, max(deadline.hand.at + 5 * MINUTE, DEADLINE + OUTAGE + MINUTE))
    return deadline, phases


def _holds(count: int, seed: int, rate: float) -> set[str]:
    started = time.monotonic()
    deadline, phases = through_an_outage(count, seed, rate)
    swept = time.monotonic() - started
    deaths = sum((phase.deaths for phase in phases), start=type(phases[0].deaths)())
    assert deadline.wrong()[:5] == []
    assert len(deadline.told) == count * len(STORY)
    assert all(mark >= DEADLINE + OUTAGE for mark in _watermarks(deadline))
    print(f"\n{count} cases, {sum(phase.boundaries for phase in phases)} boundaries, {deaths.total()} deaths, "
          f"{swept:.0f} s and {time.monotonic() - started - swept:.0f} s to count")  # fmt: skip
    return set(deaths)


def _watermarks(deadline: Deadline) -> list[int]:
    return [int(row["at"]) for row in deadline.dynamo.rows(TABLES.timers, "WATERMARK")]


def test_hundreds_of_timers_on_one_deadline_each_fire_once_through_deaths_and_three_days_of_outage():
    assert {"before transact cases", "after transact cases"} <= _holds(FEW, seed=1, rate=0.02)


@pytest.mark.proof
@pytest.mark.timeout(900)  # about 75 s of one core
@pytest.mark.parametrize("share", range(WHOLE // SHARE), ids="part-{}".format)
def test_two_hundred_thousand_timers_on_one_deadline_each_fire_once(share):
    assert {one for one in BOUNDARIES if "cases" in one} <= _holds(SHARE, seed=100 * share, rate=RATE)


def _small(turns: Turns, workers: int) -> Deadline:
    """Two cases of a shard; one's row stands too early. Swept on its hour, on the deadline and after the outage."""
    deadline = Deadline(2, shard=3)
    deadline.sweep_all(turns, EARLY + MINUTE, workers)
    deadline.sweep_all(turns, DEADLINE + MINUTE, workers)
    deadline.sweep_all(turns, DEADLINE + OUTAGE + MINUTE, workers)
    return deadline


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.proof)])
def test_a_death_at_each_single_boundary_of_a_sweep_is_made_good_by_the_next(workers):
    """By one worker alone too: where two sweep, one may make good what the other lost."""
    whole = Turns(seed=5)
    assert _small(whole, workers).wrong() == []
    seen = set()
    for number in range(whole.boundaries):
        turns = Turns(seed=5, kill_at=number)
        assert _small(turns, workers).wrong() == [], f"killed at {dict(turns.deaths)}"
        assert turns.deaths.total() == 1
        seen |= set(turns.deaths)
    assert seen == BOUNDARIES


def test_more_than_one_commit_can_hold_goes_on_in_the_next_sweep(monkeypatch):
    monkeypatch.setattr(expiry, "MAX_FIRINGS", 2)
    assert _put_off().wrong() == []


def _put_off() -> Deadline:
    deadline = Deadline(6)
    for minutes in range(0, 30, 5):
        deadline.sweep_all(Turns(seed=3), DEADLINE + OUTAGE + (minutes + 1) * MINUTE)
    return deadline


# --- planted bugs: each must be seen -------------------------------------------------------------------------------


def with_bug(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, *changes: tuple[str, str]
) -> None:
    """Put a function (`sweep`, `TimerStore.move`) back with words of its source changed."""
    owner, _, attribute = name.rpartition(".")
    place: Any = getattr(module, owner) if owner else module
    source = inspect.cleandoc("\n" + inspect.getsource(getattr(place, attribute)))
    for old, new in changes:
        assert old in source, f"{name} no longer says {old!r}"
        source = source.replace(old, new)
    scope: dict[str, Any] = {}
    exec(  # noqa: S102
        compile("from __future__ import annotations\n" + source, module.__file__ or "", "exec"),
        vars(module),
        scope,
    )
    monkeypatch.setattr(place, attribute, scope[attribute])


def _stumbling() -> Deadline:
    """A deadline on which the store is too busy for one of the cases, the first time."""
    deadline, stumbled = Deadline(4), []

    class Stumbles(Turns):
        def step(self, what: str, effect: Any) -> Any:
            if what == "transact cases" and not stumbled:
                stumbled.append(what)
                raise Problem("throttled", "store-busy", Text("", ""))
            return super().step(what, effect)

    deadline.sweep_all(Stumbles(seed=1), DEADLINE + MINUTE, workers=1)
    deadline.sweep_all(Turns(seed=2), DEADLINE + OUTAGE + MINUTE)
    return deadline


def test_a_store_that_is_busy_once_costs_no_case_its_deadline():
    assert _stumbling().wrong() == []


def test_a_watermark_that_passes_a_row_which_failed_is_seen(monkeypatch):
    with_bug(monkeypatch, sweeping, "sweep", ("if not failed:", "if True:"), ("failed, dead)", "(), dead)"))
    assert _stumbling().wrong()


def test_a_commit_without_its_condition_is_seen(monkeypatch):
    with_bug(monkeypatch, ledger, "Ledger._head", ("seq = :read AND ", ""), (" AND {row}", ""))
    with_bug(monkeypatch, ledger, "Ledger._event", (", condition=_NEW", ""))
    deadline = Deadline(30)
    deadline.sweep_all(Turns(seed=1), DEADLINE + MINUTE)
    assert any("written 2 times" in one for one in deadline.wrong(STORY[:5]))


def test_without_that_bug_the_same_turns_are_right():
    deadline = Deadline(30)
    deadline.sweep_all(Turns(seed=1), DEADLINE + MINUTE)
    assert deadline.wrong(STORY[:5]) == []


def test_a_row_taken_away_before_the_new_one_stands_is_seen(monkeypatch):
    with_bug(
        monkeypatch, timers, "TimerStore.move",
        ("for write in new:", "for write in [old]:"),
        ("self._dynamo.write(old)", "[self._dynamo.write(one) for one in new]"),
    )  # fmt: skip
    whole = Turns(seed=5)
    assert _small(whole, 1).wrong() == []
    assert any(_small(Turns(seed=5, kill_at=number), 1).wrong() for number in range(whole.boundaries))


def test_a_row_written_behind_the_watermark_is_seen(monkeypatch):
    monkeypatch.setattr(expiry, "MAX_FIRINGS", 1)
    monkeypatch.setattr(clock_timers, "MARGIN", -10 * OUTAGE)
    assert _put_off().wrong()


def test_a_rung_that_is_not_marked_is_seen(monkeypatch):
    monkeypatch.setattr("chalicelib.domain.clock.mark", lambda clocks, _: list(clocks))
    deadline = Deadline(1)
    deadline.sweep_all(Turns(seed=1), DEADLINE + MINUTE)
    assert deadline.wrong(STORY[:5])
