"""Does the long work that requests only ask for: checks, trials, migrations, dates told anew, what triggers ask
for, every period for each record of a register too, members of a case; a message says which.

A request answers 202 and a worker does the rest (decisions 8). Where there is no queue — a check in CI, a unit test —
the work is done at once by whoever asked.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from chalicelib.actions.releasing import Press


def hand_over(press: Press, messages: Sequence[str]) -> None:
    """Give messages to the workers, all at once: a worker never feeds its own queue (decisions 21)."""
    if press.later is not None:
        press.later(messages)
        return
    for message in messages:
        work(press, message)


def work(press: Press, message: str) -> dict[str, Any]:
    """Do what one message asks; its `kind`, and counts of what came of it where there is something to count.

    Every kind may be done twice to the same effect.
    """
    from chalicelib.actions import (
        campaigning,
        drafts,
        membership,
        migrating,
        reprojecting,
        trials,
        triggering,
    )

    asked = json.loads(message)
    kind, counts = str(asked["work"]), dict[str, int]()
    if kind == "check":
        drafts.run_check(press, str(asked["id"]))
    elif kind == "trial":
        trials.run_trial(press, str(asked["id"]))
    elif kind == migrating.KIND:
        migrating.work_chunk(press, asked)
    elif kind == reprojecting.KIND:
        reprojecting.work_part(press, asked)
    elif kind == campaigning.KIND:
        counts = campaigning.work_part(press, asked)
    elif kind == triggering.WORK:
        counts = triggering.respond(press.with_cases()[0], str(asked["case"]), int(asked["seq"]))
    elif kind == membership.WORK:
        counts = membership.respond(press.with_cases()[0], str(asked["case"]), int(asked["seq"]))
    else:
        raise ValueError(f"no such work: {kind}")
    return {"kind": kind, **counts}
