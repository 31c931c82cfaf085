"""A ledger that has lived through anything still balances; and each bug planted in it is found in a moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

from chalicelib.domain import clock, clock_reading, clock_spans, clock_timers
from chalicelib.domain.clock import Clock, Firing, Hold
from chalicelib.domain.clock_reading import Reading
from chalicelib.domain.clock_units import CalendarDays, Span, WorkingDays, reach
from tests.builders_eras import notices
from tests.builders_histories import play
from tests.builders_witness import midnight

EACH = 6_250  # sixteen of these are 10⁵
FIND = 300  # histories, about a second: what is planted is found within them
# What must have happened in one history of a hundred at least, or they would prove little.
SEEN = {
    "hold", "release", "two at once", "hold-not-open", "hold-already-open", "stood still", "sent_back", "resumed",
    "accepted", "extend", "extension-already-used", "extension-after-expiry", "clock-not-running", "notice",
    "notice moved", "late look", "fired", "overdue", "provisional",
}  # fmt: skip


def lived(numbers: Iterable[int]) -> Counter[str]:
    """Play these histories; how often each thing was seen in all of them."""
    seen: Counter[str] = Counter()
    for number in numbers:
        seen += play(number)
    return seen


def test_the_witness_knows_the_days_of_every_notice_without_the_domain() -> None:
    for notice in notices():
        for era in (notice.before, notice.after):
            calendar = era.times.calendar
            days = range(calendar.first.toordinal(), calendar.first.toordinal() + 12 * 365)
            ours = [era.times.close(day) for day in days if calendar.works(day)]
            theirs = [at for at in era.days.worked if midnight(days[0]) < at < midnight(days[-1] + 1)]
            assert ours == theirs, notice.name


def test_the_ledger_balances_through_1000_histories() -> None:
    seen = lived(range(1000))
    assert {name for name in SEEN if seen[name] < 10} == set()


@pytest.mark.proof
@pytest.mark.timeout(900)  # about 40 s of one core
@pytest.mark.parametrize("part", range(16), ids="part-{}".format)
def test_the_ledger_balances_through_a_hundred_thousand_histories(part: int) -> None:
    seen = lived(range(part * EACH, (part + 1) * EACH))
    assert seen["notice"] == EACH  # each has one, so all of them were played
    assert {name for name in SEEN if seen[name] < EACH / 100} == set()


# --- planted bugs --------------------------------------------------------------------------------------------------

Plant = Callable[[pytest.MonkeyPatch], None]
Pauses = Iterable[tuple[int, int]]


def pause_ignored(patch: pytest.MonkeyPatch) -> None:
    """A special step changes the label and moves no date (lesson 2)."""
    patch.setattr(clock_spans, "_without", lambda start, stop, pauses: [(start, stop)])


def first_day_counted(patch: pytest.MonkeyPatch) -> None:
    for scale in (WorkingDays, CalendarDays):
        right = scale.floor
        patch.setattr(scale, "floor", lambda self, start, right=right: right(self, start) - 1)


def double_pause(patch: pytest.MonkeyPatch) -> None:
    """Two special steps at the same time are subtracted one after the other."""

    def one_after_the_other(start: int, stop: int | None, pauses: Pauses) -> list[Span]:
        spans: list[Span] = []
        for paused, resumed in pauses:
            if stop is not None and max(paused, start) >= stop:
                break
            if paused > start:
                spans.append((start, paused))
            start = max(start, paused) + (resumed - paused)
        return [*spans, (start, stop)] if stop is None or start < stop else spans

    patch.setattr(clock_spans, "_without", one_after_the_other)


def resume_fires_at_once(patch: pytest.MonkeyPatch) -> None:
    """Timers are silent during a special step, but keep the instants that they had before it (lesson 4)."""
    right = clock_timers._of_clock

    def as_of_before(reading: Reading, rungs: Iterable[int]) -> list[Firing]:
        if any(hold["end"] is None for hold in reading.holds):
            return []
        return right(Reading(reading.clock, {"clocks": [reading.declaration]}, reading.times, ()), rungs)

    patch.setattr(clock_timers, "_of_clock", as_of_before)


def correction_counted(patch: pytest.MonkeyPatch) -> None:
    """Time goes on while the citizen corrects: what a restart remembers is not read (lesson 1)."""
    right = clock_spans.running_spans

    def without_restarts(one: Clock, declarations: Any, holds: Sequence[Hold]) -> list[Span]:
        forgetful = one.copy()
        forgetful.pop("pauses", None)
        return right(forgetful, declarations, holds)

    patch.setattr(clock_reading, "running_spans", without_restarts)


def notice_moves_nobody(patch: pytest.MonkeyPatch) -> None:
    """The calendar is edited, and what is stored stays as it was (lesson 9)."""
    patch.setattr(clock, "reproject", lambda clocks, *_, **__: (list(clocks), []))


def fired_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(clock, "mark", lambda clocks, _: list(clocks))


def late_look_skips(patch: pytest.MonkeyPatch) -> None:
    """After an outage only the latest of what is due fires."""
    right = clock_timers.expired
    patch.setattr(clock, "expired", lambda *given, **kept: right(*given, **kept)[-1:])


def rest_day_ends_it(patch: pytest.MonkeyPatch) -> None:
    """A rung that needs the last day fires on the rest day from which the deadline moves away."""

    def unmoved(self: Reading, percent: int) -> int | None:
        share = -(-self.total * percent // 100)
        target = reach(self.scale, self.spans, self.floor, share)
        return self.deadline if percent == 100 else None if target is None else self.scale.instant(target)

    patch.setattr(Reading, "share_reached", unmoved)


PLANTED: tuple[Plant, ...] = (
    pause_ignored, first_day_counted, double_pause, resume_fires_at_once, correction_counted, notice_moves_nobody,
    fired_is_forgotten, late_look_skips, rest_day_ends_it,
)  # fmt: skip


@pytest.mark.parametrize("bug", PLANTED, ids=lambda bug: bug.__name__)
def test_a_planted_bug_is_found_within_300_histories_in_which_nothing_else_is_wrong(
    bug: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        bug(patch)
        found = next((number for number in range(FIND) if wrong(number)), None)
    assert found is not None
    assert wrong(found) == ""


def wrong(number: int) -> str:
    """What is wrong with a history; empty for nothing. Only an assertion counts, not a crash."""
    try:
        play(number)
    except AssertionError as said:
        return str(said)
    return ""
