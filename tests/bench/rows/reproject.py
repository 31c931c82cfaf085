"""Releases a holiday notice while fifty thousand cases are open: how long until each of them knows its new dates."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from chalicelib.stores.sealing import Vault
from chalicelib.wiring import App
from infra.local.stack import Stack, wait_until
from tests.bench.load import TICKS, ticks
from tests.bench.retold import Inspection, Release, announce, deliver_again, drained, heads
from tests.bench.stage import Inside, stack
from tests.builders import Api
from tests.builders_population import NOW, Keys, Play, Population, plays, spread, write_down
from tests.builders_releases import retire_supervision

OPEN = int(os.environ.get("REPROJECT_CASES", "50000"))  # fewer to try the row out
FINISHED = OPEN // 20
GOAL = 300  # seconds
PATIENCE = 1_200  # seconds, so that a miss has a figure too
FORGOTTEN = 10  # of each so many chunks nobody remembers that it was done, when the announcement comes twice


def run() -> dict[str, Any]:
    """Seconds from the releaser's request to the last case; every case is looked at afterwards."""
    took = dict[str, float]()
    with stack() as up, Api(up.url) as api:
        api.set_clock(NOW)
        # A population written down at once is late at once: thousands of supervisions would be what is measured.
        retire_supervision(api)
        app = Inside(up).app
        vault = Vault(Keys(app.vault._keys))
        with _timed(took, "to play them"):
            found = plays(app.kit, [str(one["id"]) for one in app.catalogue.entries()])
        with _timed(took, "to write them down"):
            people = _people(app, vault, found)
        with _timed(took, "until the stream had told the feed of them"):
            wait_until(lambda: len(app.feed.ever_told()) >= people.events, 600, every=5)
        before = ticks(up)
        release = announce(api, PATIENCE)
        spent = _spent(up, before)
        with _timed(took, "to look at every case"):
            seen = Inspection(app, vault, people, release).look()
        with _timed(took, "for the second delivery"):
            seen.wrong += _twice(up, app, people, release)
    return _row(
        found, people, release, seen, {"seconds": took, "CPU seconds from the draft to the end": spent}
    )


def _people(app: App, vault: Vault, found: Sequence[Play]) -> Population:
    over = [play for play in found if play.case.outcome]
    still = [play for play in found if not play.case.outcome]
    counts = {
        id(play): count
        for some, all_ in ((still, OPEN), (over, FINISHED))
        for play, count in spread(some, all_)
    }
    return write_down(app.dynamo, app.config.tables, vault, [(play, counts[id(play)]) for play in found])


def _twice(up: Stack, app: App, people: Population, release: Release) -> Iterator[str]:
    """The same announcement once more: not one row of any case may differ."""
    before = heads(app.dynamo, app.config.tables, people.cases)
    queue = up.outputs["QueueWork"]
    deliver_again(app, queue, release, FORGOTTEN)
    if not wait_until(lambda: drained(app, queue, release), PATIENCE, every=1):
        yield "the second delivery did not end"
    after = heads(app.dynamo, app.config.tables, people.cases)
    changed = sum(after[one] != before[one] for one in before)
    if changed:
        yield f"{changed} cases were changed by the second delivery"


def _spent(up: Stack, before: Mapping[int, int]) -> dict[str, float]:
    """Seconds of CPU by process."""
    spent = Counter[str]()
    for pid, used in ticks(up).items():
        spent["emulator" if pid == up.emulator else "door and functions"] += used - before.get(pid, 0)
    return {name: round(used / TICKS, 1) for name, used in spent.items()}


@contextmanager
def _timed(took: dict[str, float], what: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    took[what] = round(time.perf_counter() - started, 1)
    print(f"{took[what]:8.1f} s {what}", file=sys.stderr, flush=True)


def _row(
    found: Sequence[Play], people: Population, release: Release, seen: Inspection, cost: dict[str, Any]
) -> dict[str, Any]:
    seconds, told = round(release.seconds, 1), seen.counts["told once"]
    items = Counter(play.case.item for play in people.cases.values() if not play.case.outcome)
    for sentence in seen.wrong[:20]:
        print("WRONG", sentence, file=sys.stderr)
    return {
        "name": "reproject",
        "value": seconds,
        "unit": f"s for {seen.counts['open']:,} open cases",
        "alternative": None,
        "alternative_value": None,
        "ratio": None,
        "floor": None,
        "goal": f"<= {GOAL} s, one event a case whose dates move, none elsewhere, run twice as run once",
        "ok": seconds <= GOAL and not seen.wrong and len(items) >= 5 and told > 0,
        "detail": {
            "wrong": seen.wrong[:20],
            "wrong in all": len(seen.wrong),
            "cases a second": round(seen.counts["open"] / seconds, 1),
            "cases": dict(seen.counts),
            "open cases by item": dict(items),
            "told by the resource": dict(release.progress),
            "how they were opened": (
                f"{len(found)} different plays of the pack's own examples (every prefix, from three days on, each "
                "special step and extension that was offered) by the real decisions, in memory; each written down "
                "many times under names of its own by the real ledger (rows, chain, seals, a data key from KMS each), "
                "25 rows a request instead of a transaction a step; not one by one through the API"
            ),
            "rows written": people.rows,
            "supervision": "the trigger of the red light is retired here: its work is not what is measured",
            "the notice": "made up; drafted and checked by one person, released by another, through the API",
            "the check counted": {
                name: told for name, told in release.counted.items() if isinstance(told, int)
            },
            "a second delivery": f"all messages again; of each {FORGOTTEN}th chunk its mark had been taken away",
            **cost,
            "load average": round(os.getloadavg()[0], 1),
        },
    }
