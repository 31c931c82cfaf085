"""Counts the DynamoDB round trips of each step of a case, from the requests that were really sent."""

from __future__ import annotations

from statistics import mean
from typing import Any

from tests.bench.lifecycle import Lifecycles, Moment, by_name
from tests.bench.stage import stack
from tests.bench.wire import Sent, Wire, by_operation, of

CASES = 10
GOAL = 2.0


def run() -> dict[str, Any]:
    """The worst of the eight steps, in requests a step; the lease of case numbers falls on one submission in 20."""
    wire = Wire()
    with stack() as up:
        lives = Lifecycles(up, wire)
        lives.play(CASES)
    steps = [moment for moment in lives.played if moment.case]
    trips = {name: mean(_trips(one) for one in moments) for name, moments in by_name(steps).items()}
    naive = {name: mean(_one_by_one(one) for one in moments) for name, moments in by_name(steps).items()}
    made = [name for name in trips if name != "timer"]  # what the sweeper does is no step
    worst = max(made, key=lambda name: (trips[name], naive[name]))
    leases = sum(
        one.operation == "UpdateItem"
        for moment in steps
        if moment.name == "submit"
        for one in moment.requests
    )
    return {
        "name": "transition-round-trips",
        "value": round(trips[worst], 2),
        "unit": f"DynamoDB requests a step (worst of 8: {worst})",
        "alternative": "one request a row read or written",
        "alternative_value": round(naive[worst], 1),
        "ratio": round(naive[worst] / trips[worst], 1),
        "floor": 2,
        "goal": f"<= {GOAL:.0f}, and a lease of numbers once in 20 submissions",
        "ok": all(trips[name] <= GOAL + (leases / CASES if name == "submit" else 0) for name in made),
        "detail": {
            "cases": CASES,
            "leases of 20 numbers": leases,
            "requests a step": {name: round(value, 2) for name, value in trips.items()},
            "requests by operation": by_operation(one for moment in steps for one in moment.requests),
            "KMS, counted apart": by_operation(one for moment in steps for one in of("kms", moment.requests)),
        },
    }


def _trips(moment: Moment) -> int:
    return len(of("dynamodb", moment.requests))


def _one_by_one(moment: Moment) -> int:
    return sum(_rows(one) for one in of("dynamodb", moment.requests))


def _rows(one: Sent) -> int:
    if one.operation == "BatchGetItem":
        return sum(len(table["Keys"]) for table in one.body["RequestItems"].values())
    return len(one.body["TransactItems"]) if one.operation == "TransactWriteItems" else 1
