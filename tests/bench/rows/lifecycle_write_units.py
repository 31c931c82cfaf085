"""Counts the write units of a case of eight steps, by AWS's pricing rule, from the requests that were really sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import mean
from typing import Any

from chalicelib.domain.change import Change
from chalicelib.stores import keys
from infra.local.stack import Stack
from tests.bench import naive
from tests.bench.lifecycle import EIGHT_DAYS, FIVE_DAYS, STEPS, Lifecycles, Moment, events_of
from tests.bench.pricing import Bill, Till
from tests.bench.stage import stack
from tests.bench.stage import till as till_of
from tests.bench.wire import Wire

CASES = 10
GOAL = 60
BLOCK = 20  # numbers a lease; its one write is shared by as many cases


def run() -> dict[str, Any]:
    """Units a lifecycle: all rows and index entries of ten cases side by side, the relay's feed rows included."""
    wire = Wire()
    with stack() as up:
        lives, changes = Lifecycles(up, wire), defaultdict[str, list[Change]](list)
        _keep(lives, changes)
        units, detail = _measured(up, lives, FIVE_DAYS)
        played = [one for one in changes.values() if len(one) == len(STEPS)]
        slower, with_rung = _measured(up, lives, EIGHT_DAYS)
    theirs = mean(naive.rewritten(one) for one in played)
    return {
        "name": "lifecycle-write-units",
        "value": units,
        "unit": "write units for a case of 8 steps",
        "alternative": "one item rewritten by each step, two full indexes",
        "alternative_value": round(theirs, 1),
        "ratio": round(theirs / units, 1),
        "floor": len(STEPS),
        "goal": f"<= {GOAL}",
        "ok": units <= GOAL,
        "detail": {
            "the design read to the letter": round(mean(naive.literal(one) for one in played), 1),
            "in five working days": detail,
            "in eight, which an escalation makes nine events": {"units": slower, **with_rung},
            "not counted": "watermarks of the sweeper: 16 units a minute, however many cases there are",
        },
    }


def _measured(up: Stack, lives: Lifecycles, pace: Sequence[str]) -> tuple[float, dict[str, Any]]:
    """Units a case, and where they go."""
    cases = lives.play(CASES, pace)
    till, bill, steps = till_of(up), Bill(), defaultdict[str, float](float)
    largest = 0
    for moment in lives.played:
        before = bill.total
        _charge(till, bill, moment)
        steps[moment.name] += bill.total - before
        largest = max(largest, till.bytes_of(up.outputs["TableCases"], moment.case or cases[0], keys.HEAD))
    leases = sum(_leases(moment) for moment in lives.played)
    bill.add("lease of numbers", CASES / BLOCK - leases)  # as many as ten cases use up of it
    alone = bill.total - bill.lines["feed"] + sum(len(events_of(one.requests)) for one in lives.played)
    return round(bill.total / CASES, 2), {
        "cases side by side": CASES,
        "units by row": _each(bill.lines),
        "units by step": _each(steps),
        "largest head, bytes, with a wrapped key as long as AWS's": largest,
        "units if each event were relayed alone, not with nine others": round(alone / CASES, 2),
    }


def _keep(lives: Lifecycles, changes: dict[str, list[Change]]) -> None:
    """Note each change as it is committed: the alternatives write the same."""
    commit = lives.inside.app.cases.commit

    def noted(change: Change, chain: Any) -> Any:
        changes[change.case_id].append(change)
        return commit(change, chain)

    lives.inside.app.cases.commit = noted  # type: ignore[method-assign]


def _charge(till: Till, bill: Bill, moment: Moment) -> None:
    for one in moment.requests:
        if one.service == "dynamodb":
            till.charge(bill, one.operation, one.body)


def _leases(moment: Moment) -> bool:
    return moment.name == "submit" and any(one.operation == "UpdateItem" for one in moment.requests)


def _each(units: Mapping[str, float]) -> dict[str, float]:
    return {name: round(much / CASES, 2) for name, much in sorted(units.items(), key=lambda one: -one[1])}
