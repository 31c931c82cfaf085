"""Counts the write units of a case of eight steps, by AWS's pricing rule, from the requests that were really sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from statistics import mean
from typing import Any

from chalicelib.domain.change import Change
from chalicelib.stores import keys
from infra.local.stack import Stack
from tests.bench import naive
from tests.bench.lifecycle import STEPS, Lifecycles, Moment
from tests.bench.pricing import Bill, Index, Till
from tests.bench.stage import stack
from tests.bench.wire import Wire

CASES = 10
GOAL = 60
BLOCK = 20  # numbers a lease; its one write is shared by as many cases


def run() -> dict[str, Any]:
    """Units a lifecycle: all rows and index entries of ten cases side by side, the relay's feed rows included."""
    wire, changes = Wire(), defaultdict[str, list[Change]](list)
    with stack() as up:
        lives = Lifecycles(up, wire)
        _keep(lives, changes)
        cases = lives.play(CASES)
        till, bill, steps = _till(up), Bill(), defaultdict[str, float](float)
        for moment in lives.played:
            before = bill.total
            _charge(till, bill, moment)
            steps[moment.name] += bill.total - before
        heads = [till.bytes_of(up.outputs["TableCases"], case, keys.HEAD) for case in cases]
    if not any(moment.name == "submit" and _leases(moment) for moment in lives.played):
        bill.add("lease of numbers", CASES / BLOCK)  # leased before the count began
    played = [changes[case] for case in cases]
    ours, theirs = bill.total / CASES, mean(naive.rewritten(one) for one in played)
    return {
        "name": "lifecycle-write-units",
        "value": round(ours, 1),
        "unit": "write units for a case of 8 steps",
        "alternative": "one item rewritten by each step, two full indexes",
        "alternative_value": round(theirs, 1),
        "ratio": round(theirs / ours, 1),
        "floor": len(STEPS),
        "goal": f"<= {GOAL}",
        "ok": ours <= GOAL,
        "detail": {
            "cases side by side": CASES,
            "the design read to the letter": round(mean(naive.literal(one) for one in played), 1),
            "units by row": _each(bill.lines),
            "units by step": _each(steps),
            "events a case": mean(sum(len(change.events) for change in one) for one in played),
            "bytes of the closed head": max(heads),
            "feed": "one relay batch a round of ten cases; alone, each step's event is a feed row: "
            f"{round(ours + sum(moment.name != 'relay' for moment in lives.played) / CASES - bill.lines.get('feed', 0) / CASES, 1)}",
            "not counted": "watermarks of the sweeper: 16 units a minute, however many cases there are",
        },
    }


def _keep(lives: Lifecycles, changes: dict[str, list[Change]]) -> None:
    """Note each change as it is committed: the alternatives write the same."""
    commit = lives.inside.app.cases.commit

    def noted(change: Change, chain: Any) -> Any:
        changes[change.case_id].append(change)
        return commit(change, chain)

    lives.inside.app.cases.commit = noted  # type: ignore[method-assign]


def _till(up: Stack) -> Till:
    indexes = [
        Index(name, (hash_, *(one for one in (range_,) if one != "pk")))
        for name, hash_, range_ in (keys.QUEUE_INDEX, keys.OWNER_INDEX, keys.OPEN_INDEX, keys.NUMBER_INDEX)
    ]
    return Till({up.outputs["TableCases"]: indexes})


def _charge(till: Till, bill: Bill, moment: Moment) -> None:
    for one in moment.requests:
        if one.service == "dynamodb":
            till.charge(bill, one.operation, one.body)


def _leases(moment: Moment) -> bool:
    return any(one.operation == "UpdateItem" for one in moment.requests)


def _each(units: dict[str, float] | Iterable[tuple[str, float]]) -> dict[str, float]:
    return {name: round(much / CASES, 2) for name, much in sorted(dict(units).items(), key=lambda one: -one[1])}
