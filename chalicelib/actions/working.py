"""Does the long work that requests only ask for: checks, trials, migrations, dates told anew, what triggers ask
for, every period for each record of a register too, draws, members of a case, deliveries of webhooks, notices, what
outside systems said, what a day with them came to, releases whose time has come; a message says which.

A request answers 202 and a worker does the rest (decisions 8). Where there is no queue — a check in CI, a unit test —
the work is done at once by whoever asked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.actions.event_messages import pairs_of
from chalicelib.actions.notice_ports import Dispatch
from chalicelib.actions.releasing import Press
from chalicelib.actions.webhook_ports import Postroom

Does = Callable[[Press, Mapping[str, Any]], dict[str, int] | None]


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
    asked = json.loads(message)
    kind = str(asked["work"])
    does = _kinds().get(kind)
    if does is None:
        raise ValueError(f"no such work: {kind}")
    return {"kind": kind, **(does(press, asked) or {})}


def _kinds() -> Mapping[str, Does]:
    from chalicelib.actions import (
        announcing,
        campaigning,
        drafts,
        drawing,
        importing,
        membership,
        migrating,
        notice_receipts,
        noticing,
        promoting,
        receiving,
        reconciling,
        record_triggering,
        redelivering,
        reprojecting,
        scheduling,
        trials,
        triggering,
    )

    def check(press: Press, asked: Mapping[str, Any]) -> None:
        drafts.run_check(press, str(asked["id"]))

    return {
        "check": check,
        "trial": lambda press, asked: trials.run_trial(press, str(asked["id"])),
        migrating.KIND: migrating.work_chunk,
        reprojecting.KIND: reprojecting.work_part,
        campaigning.KIND: campaigning.work_part,
        drawing.KIND: lambda press, asked: drawing.work_part(press.drawer, asked) if press.drawer else None,
        importing.KIND: lambda press, asked: (
            importing.work_part(press.importer, asked) if press.importer else None
        ),
        promoting.WORK: lambda press, _: {"moved_up": promoting.sweep(press.with_cases()[0])},
        triggering.WORK: lambda press, asked: triggering.respond(press, pairs_of(asked)),
        record_triggering.WORK: record_triggering.respond,
        announcing.WORK: lambda press, asked: announcing.announce(_postroom(press), pairs_of(asked)),
        noticing.WORK: lambda press, asked: noticing.respond(press.with_cases()[0], pairs_of(asked)),
        notice_receipts.WORK: lambda press, asked: notice_receipts.note(_dispatch(press), asked),
        announcing.PROBE: lambda press, asked: announcing.send_test(
            _postroom(press), str(asked["subscription"]), str(asked["event"]), int(asked["at"])
        ),
        redelivering.SWEEP: lambda press, _: redelivering.sweep(_postroom(press)),
        redelivering.REPLAY: lambda press, asked: redelivering.replay(
            _postroom(press), str(asked["subscription"]), str(asked["replay"])
        ),
        reconciling.WORK: lambda press, _: reconciling.sweep(_postroom(press)),
        scheduling.WORK: lambda press, _: scheduling.sweep(press),
        receiving.WORK: lambda press, asked: receiving.settle(
            _postroom(press), str(asked["connector"]), str(asked["matter"])
        ),
        membership.WORK: lambda press, asked: membership.respond(
            press.with_cases()[0], str(asked["case"]), int(asked["seq"])
        ),
    }


def _dispatch(press: Press) -> Dispatch:
    if press.dispatch is None:
        raise ValueError("no notices are sent from here")
    return press.dispatch()


def _postroom(press: Press) -> Postroom:
    if press.postroom is None:
        raise ValueError("no webhooks are sent from here")
    return press.postroom()
