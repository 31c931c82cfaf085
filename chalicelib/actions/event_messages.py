"""Does nothing itself: the message in which the relay names events to workers, as it is written and read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

EVENTS = 25  # in a message

Pair = tuple[str, int]  # case, seq


def messages(work: str, pairs: Sequence[Pair]) -> list[str]:
    """These events, 25 a message, for this kind of work."""
    parts = [pairs[start : start + EVENTS] for start in range(0, len(pairs), EVENTS)]
    return [json.dumps({"work": work, "events": part}) for part in parts]


def pairs_of(message: Mapping[str, Any]) -> list[Pair]:
    """The events that a message names; one that the release before this put on the queue names a single one."""
    named = message["events"] if "events" in message else [(message["case"], message["seq"])]
    return [(str(case), int(seq)) for case, seq in named]
