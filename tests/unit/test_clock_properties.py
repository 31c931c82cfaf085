from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import clock
from chalicelib.domain.clock import Clock, Hold
from chalicelib.domain.clock_reading import Reading
from chalicelib.domain.clock_units import elapsed
from chalicelib.domain.office_hours import MINUTE
from tests.builders_clock import CHINA, History, declaration, histories, in_ms, item, local, times

DAY = 24 * 60
UNITS = ["working_day", "office_hour", "calendar_day", "month", "year"]


def holds_of(history: History) -> list[Hold]:
    return [
        {
            "id": ("hearing", "experts")[n % 2], "document": "notice", "start": in_ms(begin), "end": in_ms(end),
            "max_until": in_ms(end) + DAY * MINUTE, "blocks": [],
        }
        for n, (begin, end) in enumerate(history.pauses)
    ]  # fmt: skip


def check_golden(count: int) -> int:
    """Compare so many drawn histories with the walk over days; the number really compared."""
    compared = 0
    for history in histories(count):
        declared = item(declaration(budget=history.budget, unit=history.unit))
        holds = holds_of(history)
        clocks = clock.advance([], declared, {"accepted"}, in_ms(history.start), times=times(), holds=holds)
        seen = clock.project(clocks[0], declared, in_ms(history.start), times=times(), holds=holds)
        assert local(seen.latest_ms) == local(in_ms(history.deadline())), history
        compared += 1
    return compared


def test_240_golden_dates_agree_with_a_walk_over_the_days() -> None:
    assert check_golden(240) == 240


@pytest.mark.proof
def test_2000_golden_dates_agree_with_a_walk_over_the_days() -> None:
    assert check_golden(2000) == 2000


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["hold", "release", "stop", "restart", "extend", "wait"]),
        st.sampled_from(["hearing", "experts", "meeting"]),
        st.integers(0, 9 * DAY),
    ),
    max_size=12,
)


class Life:
    """One clock that lives through random operations; each is refused or changes the ledger."""

    def __init__(self, unit: str, budget: int, start: datetime) -> None:
        self.item = item(declaration(unit=unit, budget=budget, stops_on=["sent_back"], rungs=[50, 80, 100]))
        self.at = in_ms(start)
        self.holds: list[Hold] = []
        self.clocks: list[Clock] = self._advance("accepted")

    def _advance(self, name: str) -> list[Clock]:
        before = self.clocks if hasattr(self, "clocks") else []
        return clock.advance(before, self.item, {name}, self.at, times=times(), holds=self.holds)

    def apply(self, what: str, hold: str, minutes: int) -> None:
        self.at += minutes * MINUTE
        kept = {"times": times(), "holds": self.holds}
        is_open = any(one["id"] == hold and one["end"] is None for one in self.holds)
        if what == "hold" and not is_open:
            self.clocks, self.holds = clock.open_hold(
                self.clocks, self.item, hold, self.at, document="notice", **kept
            )
        elif what == "release" and is_open:
            self.clocks, self.holds = clock.close_hold(self.clocks, self.item, hold, self.at, **kept)
        elif what in ("stop", "restart"):
            self.clocks = self._advance({"stop": "sent_back", "restart": "resumed"}[what])
        elif what == "extend" and self._may_extend():
            self.clocks = [clock.extend(self.clocks[0], self.item, self.at, by="person:head", **kept)]

    def _may_extend(self) -> bool:
        one = self.clocks[0]
        return not one["extensions"] and one["stopped_at"] is None and not self.seen(self.at).overdue

    def seen(self, at: int) -> clock.Projection:
        return clock.project(self.clocks[0], self.item, at, times=times(), holds=self.holds)

    def stands(self) -> bool:
        return self.clocks[0]["running_since"] is None


def live(unit: str, budget: int, start: int, operations: list[tuple[str, str, int]]) -> None:
    """Live through the operations, checking the ledger after each and the pauses between them."""
    life = Life(unit, budget, datetime(2025, 1, 1, tzinfo=CHINA) + timedelta(minutes=start))
    check(life)
    for operation in operations:
        check_standing(life, operation[2])
        life.apply(*operation)
        check(life)


def check(life: Life) -> None:
    one, seen = life.clocks[0], life.seen(life.at)
    reading = Reading(one, life.item, times(), life.holds)
    assert seen.consumed + seen.remaining == seen.total == reading.in_units(reading.total)
    assert seen.consumed >= 0
    assert one["deadline"] == seen.deadline_ms
    check_account(life, seen)
    check_timer(life, reading)
    if (
        one["running_since"] is not None
        and not seen.overdue
        and reading.clock["unit"] in ("working_day", "office_hour")
    ):
        # What is stored is the closed spans; the running one adds to it.
        since = elapsed(reading.scale, [(one["running_since"], None)], reading.floor, life.at)
        assert abs(one["consumed"] + reading.in_units(since) - seen.consumed) <= (
            one["unit"] == "office_hour"
        )


def check_account(life: Life, seen: clock.Projection) -> None:
    """The days that counted and have ended are what was consumed; every day is accounted for, once."""
    days = clock.account(life.clocks[0], life.item, life.at, times=times(), holds=life.holds)
    ordinals = [datetime.fromisoformat(one["day"]).toordinal() for one in days]
    assert ordinals == list(range(ordinals[0], ordinals[0] + len(days)))
    if life.clocks[0]["unit"] == "office_hour":
        ended = [
            one["minutes"]
            for one, day in zip(days, ordinals, strict=True)
            if times().hours.midnight(day + 1) <= life.at
        ]
        assert sum(ended) <= seen.consumed
        return
    ended = [one for one, day in zip(days, ordinals, strict=True) if times().close(day) <= life.at]
    assert sum(one["counted"] for one in ended) == seen.consumed


def check_timer(life: Life, reading: Reading) -> None:
    """The timer fires on what is seen: expiry at the deadline, rungs before it, in order, once marked never again."""
    firings = clock.pending(life.clocks, life.item, times=times(), holds=life.holds)
    assert [one.at for one in firings] == sorted(one.at for one in firings)
    expiry = [one.at for one in firings if one.event]
    assert expiry == ([] if reading.clock["stopped_at"] is not None else [reading.deadline])
    assert clock.mark(clock.mark(life.clocks, firings), firings) == clock.mark(life.clocks, firings)
    left = clock.pending(clock.mark(life.clocks, firings), life.item, times=times(), holds=life.holds)
    assert all(one.rung == clock.HOLD_MAXIMUM for one in left)


def check_standing(life: Life, minutes: int) -> None:
    """While it stands still, nothing is consumed and nothing but a hold's maximum can come due."""
    until = life.at + minutes * MINUTE
    limit = min((hold["max_until"] for hold in life.holds if hold["end"] is None), default=until)
    if not life.stands() or until > limit:
        return
    assert life.seen(until).remaining == life.seen(life.at).remaining
    before = clock.expired(life.clocks, life.item, life.at, times=times(), holds=life.holds)
    after = clock.expired(life.clocks, life.item, until, times=times(), holds=life.holds)
    assert [one for one in after if one.rung] == [one for one in before if one.rung]


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(UNITS), st.integers(0, 30), st.integers(0, 500 * DAY), OPERATIONS)
def test_the_ledger_balances_after_every_operation(
    unit: str, budget: int, start: int, operations: Any
) -> None:
    live(unit, min(budget, 3) if unit in ("month", "year") else budget, start, operations)


@pytest.mark.proof
@settings(max_examples=5000, deadline=None)
@given(st.sampled_from(UNITS), st.integers(0, 30), st.integers(0, 500 * DAY), OPERATIONS)
def test_the_ledger_balances_over_5000_histories(unit: str, budget: int, start: int, operations: Any) -> None:
    live(unit, min(budget, 3) if unit in ("month", "year") else budget, start, operations)


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(["working_day", "office_hour"]),
    st.integers(1, 20),
    st.lists(st.tuples(st.integers(0, 20 * DAY), st.integers(1, 9 * DAY)), min_size=1, max_size=4),
)
def test_a_union_of_overlapping_holds_is_what_one_merged_hold_would_be(
    unit: str, budget: int, pieces: list[tuple[int, int]]
) -> None:
    start = datetime(2025, 9, 1, 10, tzinfo=CHINA)
    moments = [(start + timedelta(minutes=a), start + timedelta(minutes=a + b)) for a, b in pieces]
    merged: list[tuple[datetime, datetime]] = []
    for begin, end in sorted(moments):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    assert (
        History(unit, budget, start, tuple(moments)).deadline()
        == History(unit, budget, start, tuple(merged)).deadline()
    )
    declared = item(declaration(unit=unit, budget=budget))
    ends = set()
    for pauses in (moments, merged, list(reversed(moments))):
        holds = holds_of(History(unit, budget, start, tuple(pauses)))
        clocks = clock.advance([], declared, {"accepted"}, in_ms(start), times=times(), holds=holds)
        ends.add(clock.project(clocks[0], declared, in_ms(start), times=times(), holds=holds).latest_ms)
    assert len(ends) == 1
