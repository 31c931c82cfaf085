"""Measures a draw of 100,000 objects: commit to all rows, draw, pair; against Rivest's sampler, which only draws."""

from __future__ import annotations

import time
from typing import Any

from chalicelib.domain.draws import commitment, result, tickets
from chalicelib.domain.draws import plan as plans
from tests.bench.cpu import versions
from tests.bench.drawn import SEED, plan, rows, whole

OBJECTS, SECONDS = 100_000, 5.0


def run() -> dict[str, Any]:
    import consistent_sampler

    objects = list(rows(OBJECTS))
    read = plans.read(plan())
    committing, said = _timed(lambda: commitment.objects(read, objects))
    quotas = read.quotas(said["strata"])
    selecting, drawn = _timed(lambda: tickets.sieve(read, SEED, quotas, objects))
    pairing, places = _timed(lambda: _paired(read, drawn, objects))
    ids = [one["id"] for one in objects]
    sampler = consistent_sampler.sampler
    sampling, _ = _timed(lambda: list(sampler(ids, seed="bench", take=sum(quotas.values()), output="id")))
    ours = committing + selecting
    return {
        "name": "draw-100k",
        "value": round(ours, 2),
        "unit": "s CPU, commit and select",
        "alternative": "consistent_sampler 1.0.10, selecting alone",
        "alternative_value": round(sampling, 2),
        "ratio": round(sampling / selecting, 1),
        "floor": None,
        "goal": f"<= {SECONDS:g} s",
        "ok": ours <= SECONDS,
        "detail": {
            "objects": OBJECTS, "commit_s": round(committing, 2), "select_s": round(selecting, 2),
            "pair_s": round(pairing, 2), "places": places, "inspectors": 400, "drawn": sum(quotas.values()),
            "ratio": "of selecting; ours hashes 2.5 sub-tickets an object, the sampler one ticket",
            "versions": versions("consistent_sampler"),
        },
    }  # fmt: skip


def _paired(read: plans.Plan, drawn: dict[str, list[tickets.Drawn]], objects: list[dict[str, Any]]) -> int:
    some = whole(400).rosters["inspectors"]
    chosen = {one.id for few in drawn.values() for one in few}
    ground = result.Ground(read, SEED, [row for row in objects if row["id"] in chosen], some, [])
    made, short = result.conclude({"series": "bench", "number": 1}, ground, drawn)
    if short:
        raise AssertionError(short)
    return sum(len(visit["team"]) for visit in made["visits"])


def _timed(work: Any) -> tuple[float, Any]:
    before = time.process_time()
    made = work()
    return time.process_time() - before, made
