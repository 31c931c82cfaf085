"""Sweeps a hundred due timers among 1,000 and among 100,000 open ones, and in memory among a million."""

from __future__ import annotations

from typing import Any

from infra.local.stack import Stack
from tests.bench.crowded import DAYS, DUE, InMemory, OnStack, pairs
from tests.bench.stage import Inside, stack, till
from tests.bench.wire import Wire

FEW, MANY, MILLION = 1_000, 100_000, 1_000_000
PAIRS = 30
GOAL = 1.2
PAGE = 4_096  # bytes of a read unit


def run() -> dict[str, Any]:
    """What a sweep of the hundred costs among many, over what it costs among few: the worst of all ratios."""
    wire = Wire()
    with stack() as up:
        small, large = (_side(up, wire, among) for among in (FEW, MANY))
        found = pairs(small, large, PAIRS)
        one_day = pairs(*(_side(up, wire, among, days=1) for among in (FEW, MANY)), 3)
    memory = pairs(InMemory(FEW), InMemory(MILLION), PAIRS)
    units = found["among many"]["read_units"]
    scan = large.bytes / PAGE
    ratios = [one["ratios"][name] for one in (found, one_day, memory) for name in one["ratios"]]
    worst = max(ratio for ratio in [*ratios, found[TIME], memory[TIME]] if ratio is not None)
    return {
        "name": "sweep-cost",
        "value": worst,
        "unit": f"x: {DUE} due among {MANY:,} open timers over {DUE} among {FEW:,}, the worst of reads, units, time",
        "alternative": f"read all {MANY:,} and filter: read units",
        "alternative_value": round(scan),
        "ratio": round(scan / units, 1),
        "floor": 1.0,
        "goal": f"<= {GOAL}",
        "ok": worst <= GOAL,
        "detail": {
            f"embedded stack, {FEW:,} and {MANY:,}": found,
            "embedded stack, all of them due later on the very day of the sweep": one_day,
            "the time among those": "the emulator tries every row of a partition; AWS reads by key",
            f"in memory, {FEW:,} and {MILLION:,}": memory,
            "one sweep": f"all shards, from a minute before; {DUE} cases fire their first rung, an event each",
            "not counted": "KMS: the data keys are warm, as in the container that opened the cases",
        },
    }


TIME = "time, median of the ratios"


def _side(up: Stack, wire: Wire, among: int, days: int = DAYS) -> OnStack:
    app = Inside(up).app
    return OnStack(app.kit, app.dynamo, app.config.tables, app.vault, till(up), wire, among, days)
