"""Imports 100,000 firms, one in a hundred spoilt in ten ways, cut off in the middle: requests, CPU, and none is lost.

The store is the one in memory, with the real seals and transactions. On AWS a line waits for its requests, so those are
compared; the CPU of both ways stands in the detail (chunks and results are written and sealed beside the records).
"""

from __future__ import annotations

import json
import os
import resource
import time
from contextlib import suppress
from typing import Any

from chalicelib.actions import importing, keeping
from chalicelib.domain.change import RecordWrite
from chalicelib.domain.problems import Problem
from tests.builders_tables import KINDS, REGISTER, csv_of, table
from tests.unit.test_importing import Office

LINES = int(os.environ.get("IMPORT_LINES", "100000"))
BY_ONE = 2_000  # lines of the alternative
GOAL = 10.0  # times fewer requests than one by one


def run() -> dict[str, Any]:
    rows, bad = table(LINES, 100)
    content, office = csv_of(rows, "gb18030"), Counting()
    bad = {
        line: kind for line, kind in bad.items() if kind != "signs that were lost"
    }  # GB18030 can say them all
    importer = office.importer(queued=True)
    started = time.process_time()
    sent = importing.begin(importer, REGISTER, content, "system:import")
    read = time.process_time() - started
    _half(importer, office)
    office.queue.clear()  # the container is gone, and its messages with it
    importing.go_on(importer, sent["id"])
    _work(importer, office)
    seconds = time.process_time() - started
    done = importing.standing(importer, sent["id"])
    said = {one["line"]: (one["code"], one["column"]) for one in importing.flaws(importer, sent["id"])}
    right = {line: KINDS[kind] for line, kind in bad.items()}
    whole = done["counts"]["new"] + len(said) == LINES and all(
        said.get(line) == one for line, one in right.items()
    )
    requests, (by_one, cpu_by_one) = office.requests * 1_000 / LINES, _by_one(rows)
    return {
        "name": "import-100k",
        "value": round(requests, 1),
        "unit": f"requests for 1,000 lines, of {LINES:,} in GB18030, 1 % spoilt in ten ways, cut off half way",
        "alternative": f"each line checked and written by itself ({BY_ONE:,} of them, reckoned up)",
        "alternative_value": round(by_one, 1),
        "ratio": round(by_one / requests, 1),
        "floor": None,
        "goal": f"0 good lines lost, every bad one named; {GOAL:.0f}x fewer requests",
        "ok": whole and by_one / requests >= GOAL,
        "detail": {
            "CPU seconds": round(seconds, 1),
            "CPU seconds one by one, reckoned up": round(cpu_by_one, 1),
            "lines a second of one core": round(LINES / seconds),
            "counts": done["counts"],
            "bad lines named with line, column and reason": len(said),
            "seconds to read and cut it into chunks": round(read, 1),
            "peak memory in MB, the store with it": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            // 1024,
            "load average": round(os.getloadavg()[0], 1),
        },
    }


class Counting(Office):
    """Counts what is asked of the store."""

    def __init__(self) -> None:
        super().__init__()
        self.requests = 0
        self.dynamo.step = self._step

    def _step(self, _: str, effect: Any) -> Any:
        self.requests += 1
        return effect()


def _half(importer: Any, office: Office) -> None:
    for message in office.queue[: len(office.queue) // 2]:
        importing.work_part(importer, json.loads(message))


def _work(importer: Any, office: Office) -> None:
    for message in office.queue:
        importing.work_part(importer, json.loads(message))


def _by_one(rows: list[list[str]]) -> tuple[float, float]:
    """Requests for a thousand lines, CPU seconds for all."""
    office = Counting()
    kit = office.importer().kit
    register = kit.catalogue.live(kit.office().pointer, "registers", REGISTER)
    started = time.process_time()
    for code, name, *_ in rows[:BY_ONE]:
        body = {"uscc": code, "name": name, "sector": "general"}
        with suppress(Problem):
            keeping.check_record(kit, register, code, body)
            if kit.records.read(REGISTER, code) is None:
                kit.records.write(RecordWrite(REGISTER, code, 0, body, "2026-03-02"), "system:import", 0)
    return office.requests * 1_000 / BY_ONE, (time.process_time() - started) * LINES / BY_ONE
