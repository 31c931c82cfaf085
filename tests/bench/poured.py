"""Pours events into a running stack: cases of the pack's own examples, step by step, by the real ledger.

    python -m tests.bench.poured --data <folder of the stack> --rate 100 --start 1

Two cores answer a few dozen requests a second, and what is to be shown is what becomes of a hundred events. So the
decisions are made once, in memory (`tests.builders_population`), and each step of each case is committed as always:
one transaction, conditioned on the one before. Prints `<case> <seq>` for each that was acknowledged; goes on through
an outage; ends when its standard input does.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chalicelib.actions.ports import Chain
from chalicelib.domain import ids
from chalicelib.domain.change import Change
from chalicelib.wiring import App
from infra.local.stack import ROOT, Stack
from tests.builders_population import NOW, Copy, at, plays
from tests.integration.faults.district import LICENCE, stores_of

WRITERS = 4
PAUSE = 0.5  # seconds before a step is looked for, and tried again
TOLD_EVERY = 60  # tries of one step, after which its last error is told
RUNG = {"clock.rung", "case.deadline_approaching", "case.deadline_passed"}  # what triggers wait for


class Pour:
    """Steps at a rate, each until it is written; none is taken for written that is not."""

    def __init__(self, app: App, rate: float) -> None:
        self._app, self._rate = app, rate
        self._began, self._numbers = time.monotonic(), itertools.count()
        self.over, self._telling = threading.Event(), threading.Lock()

    def run(self, numbers: Iterator[int]) -> None:
        """Case after case, begun by several writers."""
        found = plays(self._app.kit, [LICENCE], starts=("2026-03-02",))
        copies = [Copy(play) for play in found if not RUNG & {e.type for c in play.changes for e in c.events}]
        whole = [copy for copy in copies if copy.steps == max(one.steps for one in copies)]
        threads = [threading.Thread(target=self._write, args=(whole, numbers)) for _ in range(WRITERS)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()

    def _write(self, copies: list[Copy], numbers: Iterator[int]) -> None:
        while not self.over.is_set():
            number = next(numbers)
            identity = ids.new("cas", at(NOW), number.to_bytes(10, "big"))
            chain: Chain | None = None
            for change in copies[number % len(copies)].under(identity, number):
                self._wait_for_its_time()
                chain = self._committed(change, chain)
                with self._telling:
                    print(identity, change.seq, flush=True)

    def _wait_for_its_time(self) -> None:
        due = self._began + next(self._numbers) / self._rate
        late = time.monotonic() - due
        if late < 0:
            time.sleep(-late)
        elif late > 1:  # what an outage held up is not made up for
            self._began += late

    def _committed(self, change: Change, chain: Chain | None) -> Chain:
        for tries in itertools.count(1):
            try:
                return self._app.cases.commit(change, chain)
            except Exception as error:
                found = self._stands(change)
                if found is not None and found.seq >= change.seq:
                    return found
                if tries % TOLD_EVERY == 0:
                    print(f"{change.case_id} {change.seq}: {tries} tries, {error!r}", file=sys.stderr)
            time.sleep(PAUSE)
        raise AssertionError("tried for ever")

    def _stands(self, change: Change) -> Chain | None:
        """How far the case is; None where nobody answers, or nothing is there."""
        try:
            return self._app.cases.load(change.case_id).chain
        except Exception:
            return None


def main() -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--rate", type=float, default=100)
    options.add_argument("--start", type=int, default=1, help="the first case's number")
    chosen = options.parse_args()
    with stores_of(Stack(chosen.data, 0, True, None, ROOT)) as app:
        pour = Pour(app, chosen.rate)

        def end(_: Any = None) -> None:
            sys.stdin.read()
            pour.over.set()

        threading.Thread(target=end, daemon=True).start()
        pour.run(itertools.count(chosen.start))
    return 0


if __name__ == "__main__":
    sys.exit(main())
