"""Decides what comes due and when: escalation rungs, expiry, the maximum of a hold; each once, in order.

Instants come from the same reading as the deadline that people see. They depend on what happened, not on when
somebody looks, so a sweeper that was down finds the same firings, late (camunda #57549, lesson 4).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from chalicelib.domain.clock_reading import Reading
from chalicelib.domain.clock_spans import Clock, Hold, declared
from chalicelib.domain.clock_units import Times

EXPIRY = 100
HOLD_MAXIMUM = 0
MARGIN = 120_000  # ms that a timer row lies ahead of now at least


class Firing(NamedTuple):
    """Something due at `at` (ms): a clock's rung, 100 being its expiry with `event` its on_expiry if it has one;
    or, with rung HOLD_MAXIMUM, the latest end of the hold `id`, which is to be closed. With `part`, a due's.
    """

    id: str
    rung: int
    event: str | None
    at: int
    part: int | None = None  # of a due: the number of the part that this is a rung of (domain.dues)

    @property
    def what(self) -> str:
        return f"hold:{self.id}" if self.rung == HOLD_MAXIMUM else f"clock:{self.id}:{self.rung}"


def pending(
    clocks: Sequence[Clock], declarations: Mapping[str, Any], *, times: Times, holds: Sequence[Hold] = ()
) -> list[Firing]:
    """All that has not fired yet, by instant; at the same instant holds first, then lower rungs."""
    found = [Firing(one["id"], HOLD_MAXIMUM, None, one["max_until"]) for one in holds if one["end"] is None]
    for clock in clocks:
        rungs = _unfired(clock, declared(declarations, "clocks", clock["id"]))
        if rungs:
            found.extend(_of_clock(Reading(clock, declarations, times, holds), rungs))
    return sorted(found, key=lambda one: (one.at, one.rung, one.id))


def next_due(
    clocks: Sequence[Clock], declarations: Mapping[str, Any], *, times: Times, holds: Sequence[Hold] = ()
) -> tuple[int, list[str]] | None:
    """The instant of the case's one timer row (decision 10) and what is due then."""
    firings = pending(clocks, declarations, times=times, holds=holds)
    if not firings:
        return None
    return firings[0].at, [one.what for one in firings if one.at == firings[0].at]


def expired(
    clocks: Sequence[Clock],
    declarations: Mapping[str, Any],
    at: int,
    *,
    times: Times,
    holds: Sequence[Hold] = (),
) -> list[Firing]:
    """All that is due at `at` and has not fired, in order. The first may change the case: apply it, ask again."""
    return [one for one in pending(clocks, declarations, times=times, holds=holds) if one.at <= at]


def mark(clocks: Iterable[Clock], firings: Iterable[Firing]) -> list[Clock]:
    """The clocks with these rungs noted as fired, so that none fires again."""
    rungs = {(one.id, one.rung) for one in firings if one.rung != HOLD_MAXIMUM}
    marked: list[Clock] = []
    for clock in clocks:
        new = {rung for identity, rung in rungs if identity == clock["id"]}
        again = clock.copy()
        again["fired"] = sorted({*clock["fired"], *new})
        marked.append(again)
    return marked


def next_timer(row: int | None, due: int | None, at: int) -> int | None:
    """Where the one timer row of a case stands after `at`; it is moved only when something is due before it.

    A later due date leaves it where it is: the sweeper finds that nothing is due yet and sets it anew, which
    saves a delete and a put on nearly every step (measured by `lifecycle-write-units`). A row never lies within
    two minutes of now, so that no sweep has already passed its place (decisions 10).
    """
    if due is None or (row is not None and row <= due):
        return row
    return max(due, at + MARGIN)


def _unfired(clock: Clock, declaration: Mapping[str, Any]) -> list[int]:
    """Rungs still to come. A stopped clock fires nothing; an observed one is another body's."""
    if clock["stopped_at"] is not None or declaration.get("observed"):
        return []
    rungs = {*declaration.get("rungs", ())}
    if declaration.get("on_expiry"):
        rungs.add(EXPIRY)
    return sorted(rungs - {*clock["fired"]})


def _of_clock(reading: Reading, rungs: Iterable[int]) -> list[Firing]:
    found: list[Firing] = []
    for rung in rungs:
        at = reading.share_reached(rung)
        if at is not None:
            event = reading.declaration.get("on_expiry") if rung == EXPIRY else None
            found.append(Firing(reading.clock["id"], rung, event, at))
    return found
