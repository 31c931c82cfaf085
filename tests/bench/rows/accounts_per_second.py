"""Counts holds a second on a hot account by eight writers: over escrow shards, against one row, read and written."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from chalicelib.actions.ports import CommitRefused
from chalicelib.domain import accounts
from chalicelib.domain.change import Posting
from chalicelib.wiring import App
from tests.bench.stage import Inside, stack
from tests.builders_stores import case_id, change

WRITERS, SHARDS, ROUNDS = 8, 8, 4
HOLDS = int(os.environ.get("ACCOUNT_HOLDS", "400"))  # of each way, in rounds that take turns
GOAL = 3.0  # times what read-then-write makes
ENOUGH = 1_000_000  # so that nobody is refused for want of it: what is measured is the row, not its bound

Hold = Callable[[App, str], Posting]


def run() -> dict[str, Any]:
    """Each hold opens a case of its own, so that all else is alike; the sums are checked afterwards."""
    ways = {"shards": _sharded, "hot": _conditioned, "naive": _read_first}
    seconds, met = dict.fromkeys(ways, 0.0), {name: Counter[str]() for name in ways}
    with stack() as up:
        app = Inside(up).app
        _holds(app, "warm", _conditioned, WRITERS * 2)
        for number in range(ROUNDS):
            for name, hold in ways.items():
                took, refused = _holds(app, f"{name}-{number}", hold, HOLDS // ROUNDS)
                seconds[name] += took
                met[name] += refused
    rate = {name: HOLDS // ROUNDS * ROUNDS / seconds[name] for name in ways}
    ratio = rate["shards"] / rate["naive"]
    return {
        "name": "accounts-per-second",
        "value": round(rate["shards"], 1),
        "unit": f"holds/s on one account in {SHARDS} shards by {WRITERS} writers",
        "alternative": "one hot row: read the balance, write if it is unchanged, else again",
        "alternative_value": round(rate["naive"], 1),
        "ratio": round(ratio, 1),
        "floor": None,
        "goal": f">= {GOAL:.0f}x, every hold once, none tried again",
        "ok": ratio >= GOAL and not met["shards"] and not met["hot"],
        "detail": {
            "holds": HOLDS,
            "holds/s on one hot row, its bound in the commit": round(rate["hot"], 1),
            "shards against that hot row": round(rate["shards"] / rate["hot"], 1),
            "refused and tried again": {name: dict(found) for name, found in met.items()},
            "shared by writers and emulator": f"{os.cpu_count()} cores",
            "load average": round(os.getloadavg()[0], 1),
        },
    }


def _holds(app: App, account: str, hold: Hold, number: int) -> tuple[float, Counter[str]]:
    """So many holds of one; the seconds they took, and what was refused on the way."""
    refused, lock = Counter[str](), threading.Lock()

    def one(_: int) -> None:
        while True:
            try:
                app.cases.commit(change(case_id(), postings=(hold(app, account),)), None)
            except CommitRefused as said:
                with lock:
                    refused.update({"transient": 1} if said.transient else {"moved on": 1})
            else:
                return

    started = time.perf_counter()
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(one, range(number)))
    seconds = time.perf_counter() - started
    rows = app.kit.accounts.balances([account, *(f"{account}~{shard}" for shard in range(SHARDS))])
    taken = sum(ENOUGH - row.free for row in rows.values() if row)
    if taken != number:
        raise AssertionError(f"{number} holds were made, {taken} are there")
    return seconds, refused


def _conditioned(_: App, account: str) -> Posting:
    return Posting(account, "use", 0, -1, minimum=0, opening=ENOUGH)


def _sharded(_: App, account: str) -> Posting:
    rows = [f"{account}~{shard}" for shard in range(SHARDS)]
    return _conditioned(_, accounts.chosen(rows, case_id()))


def _read_first(app: App, account: str) -> Posting:
    """What a service without conditions on amounts does: the row must be as it was read.

    `expected` compares the balance, so an entry stands for the hold.
    """
    found = app.kit.accounts.balances([account])[account]
    return Posting(account, "use", -1, -1, opening=ENOUGH, expected=found.balance if found else ENOUGH)
