"""What the stream brings, handed on by the relay and done by workers, in one process: for tests of what follows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.actions import noticing, working
from chalicelib.edges import background
from tests.builders_app import House


def stream(up: House) -> list[dict[str, Any]]:
    """What the stream would carry: the events of all cases, as their rows stand in the table."""
    rows = [one for one in up.rows("cases") if one["sk"].startswith("E#")]
    return [
        {"dynamodb": {"NewImage": {
            "pk": {"S": one["pk"]}, "sk": {"S": one["sk"]}, "seq": {"N": str(one["seq"])}, "t": {"S": one["t"]},
            **{name: {"N": "1"} for name in ("g", "u") if name in one},
        }}}
        for one in sorted(rows, key=lambda one: (one["at"], one["pk"], one["sk"]))
    ]  # fmt: skip


def relays(up: House, records: Sequence[Mapping[str, Any]], *, notices: bool = False) -> list[str]:
    """The relay reads a batch of the stream; the messages that it hands on to the queue of work. Those that tell
    people of events only with `notices`: most events have some.
    """
    messages: list[str] = []
    with pytest.MonkeyPatch.context() as patch:  # here alone there is a queue: checks are done at once
        patch.setattr(up.app, "config", replace(up.app.config, work_queue="work"))
        patch.setattr(up.app, "hand_over", messages.extend)
        patch.setattr(up.app, "announce_later", messages.extend)
        background.relay({"Records": list(records)}, None)
    return [one for one in messages if notices or json.loads(one)["work"] != noticing.WORK]


def works(up: House, messages: Sequence[str]) -> dict[str, int]:
    """Workers take the messages; what was done, counted."""
    done = Counter[str]()
    for message in messages:
        counts = working.work(up.app.press, message)
        done.update({name: count for name, count in counts.items() if name != "kind"})
    return dict(done)


def told_in(messages: Sequence[str]) -> int:
    """How many events they name, all together."""
    return sum(len(json.loads(message)["events"]) for message in messages)
