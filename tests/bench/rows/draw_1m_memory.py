"""Measures the memory in which a million objects are committed to and drawn, row by row; against keeping them all."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from typing import Any

from chalicelib.domain.draws import commitment, tickets
from chalicelib.domain.draws import plan as plans
from tests.bench.drawn import SEED, plan, rows

OBJECTS, MEGABYTES = 1_000_000, 300
# The sampler in a process of its own: a peak cannot be taken back. It is given ids alone.
SAMPLER = f"""
import resource
from consistent_sampler import sampler
list(sampler([f"ent-{{n:07}}" for n in range({OBJECTS})], seed="bench", take=10_000, output="id"))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def run() -> dict[str, Any]:
    read = plans.read(plan())
    empty, before = _peak(), time.process_time()
    said = commitment.objects(read, rows(OBJECTS))
    drawn = tickets.sieve(read, SEED, read.quotas(said["strata"]), rows(OBJECTS))
    seconds, ours = time.process_time() - before, _peak()
    done = subprocess.run([sys.executable, "-c", SAMPLER], capture_output=True, text=True, check=True)
    theirs = int(done.stdout) / 1024
    return {
        "name": "draw-1m-memory",
        "value": round(ours),
        "unit": "MB at the most",
        "alternative": "consistent_sampler 1.0.10, ids alone",
        "alternative_value": round(theirs),
        "ratio": round(theirs / ours, 1),
        "floor": round(empty),
        "goal": f"<= {MEGABYTES} MB",
        "ok": ours <= MEGABYTES,
        "detail": {
            "objects": OBJECTS, "drawn": sum(map(len, drawn.values())), "cpu_s": round(seconds, 1),
            "floor": "the process before the first row", "cpu": "making the rows twice is in it",
        },
    }  # fmt: skip


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
