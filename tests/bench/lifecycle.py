"""Plays whole cases of the food licence, step by step, and keeps every request that each step sends.

Eight steps: submit, accept, propose, return, propose, pass, grant, serve, by the people of the demo organisation.
What falls due in between fires, as the sweeper would do it; after each round the relay tells the feed what the
stream would have brought.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any

from infra.local.stack import Stack
from tests.bench.stage import APPLICANT, Inside
from tests.bench.wire import Sent, Wire

WINDOW, HANDLER = "person:demo-food-window", "person:demo-handler"
REVIEWER, DECIDER = "person:demo-reviewer", "person:demo-decider"
STEPS: tuple[tuple[str, str, Any], ...] = (
    (APPLICANT, "submit", None),
    (WINDOW, "accept", {}),
    (HANDLER, "propose", {"opinion": "grant", "grounds": "现场核查符合要求，材料一致"}),
    (REVIEWER, "return", {"reason": "请补充核查照片编号"}),
    (HANDLER, "propose", {"opinion": "grant", "grounds": "已补充核查照片编号"}),
    (REVIEWER, "pass", {"opinion": "同意"}),
    (DECIDER, "grant", {}),
    (WINDOW, "serve", {"way": "electronic"}),
)
# When each step is made, in March 2026. The promise is eight working days from acceptance.
FIVE_DAYS = ("02T09", "02T15", "03T09", "04T09", "05T09", "05T15", "06T09", "06T15")
EIGHT_DAYS = (
    "02T09",
    "03T09",
    "04T09",
    "05T09",
    "06T09",
    "09T09",
    "10T09",
    "11T09",
)  # half the promise is passed
SWEPT_AFTER = 60_000  # ms from a due instant to the sweep that finds it


@dataclass(frozen=True, slots=True)
class Moment:
    """What one step (or firing, or round of the relay) sent. `case` is empty for the relay."""

    name: str
    case: str
    requests: Sequence[Sent]


class Lifecycles:
    """`cases` lifecycles side by side in this process; `played` fills as they go."""

    def __init__(self, up: Stack, wire: Wire) -> None:
        self.inside, self.wire = Inside(up), wire
        self.played: list[Moment] = []
        self._relayed = 0

    def play(self, cases: int, pace: Sequence[str] = FIVE_DAYS) -> list[str]:
        """Their ids. One that warms the process up is played before and not kept."""
        self._rounds([""], pace)
        self.played.clear()
        self._relayed = 0
        return self._rounds([""] * cases, pace)

    def _rounds(self, ids: list[str], pace: Sequence[str]) -> list[str]:
        for hour, (who, move, given) in zip(pace, STEPS, strict=True):
            at = int(datetime.fromisoformat(f"2026-03-{hour}:00:00+08:00").timestamp() * 1000)
            for case in filter(None, ids):
                self._let_time_pass(case, at)
            for number, case in enumerate(ids):
                self.inside.set_clock(at + number * 1_000)
                ids[number] = case or self._moment(move, "", self.inside.submit)["case_id"]
                if case:
                    self._moment(move, case, partial(self.inside.move, case, who, move, given))
            self._relay()
        return ids

    def _let_time_pass(self, case: str, until: int) -> None:
        """Fire the case's timer row as often as it comes due before `until`."""
        from chalicelib.actions import sweeping

        while True:
            found = self.inside.app.cases.load(case).case
            if found is None or found.timer is None or found.timer + SWEPT_AFTER > until:
                return
            self.inside.set_clock(found.timer + SWEPT_AFTER)
            self._moment("timer", case, partial(sweeping.pass_time, self.inside.app.kit, case, found.timer))

    def _relay(self) -> None:
        """One batch of the stream for all that this round wrote: what is written within a second arrives together."""
        from chalicelib.actions import relaying

        pairs = [pair for moment in self.played[self._relayed :] for pair in events_of(moment.requests)]
        self._moment("relay", "", lambda: relaying.relay(self.inside.app.kit, self.inside.app.feed, pairs))
        self._relayed = len(self.played)

    def _moment(self, name: str, case: str, act: Callable[[], Any]) -> Any:
        with self.wire.listening() as requests:
            answer = act()
        case = case or (answer["case_id"] if name == "submit" else "")
        self.played.append(Moment(name, case, requests))
        return answer


def events_of(requests: Sequence[Sent]) -> list[tuple[str, int]]:
    """(case, sequence number) of each event that these transactions wrote: what the stream brings the relay."""
    puts = [
        member["Put"]["Item"]
        for one in requests
        if one.operation == "TransactWriteItems"
        for member in one.body["TransactItems"]
        if "Put" in member
    ]
    return [(item["pk"]["S"], int(item["seq"]["N"])) for item in puts if item["sk"]["S"].startswith("E#")]


def by_name(moments: Sequence[Moment]) -> dict[str, list[Moment]]:
    ordered = sorted(moments, key=lambda one: one.name)
    return {name: list(group) for name, group in groupby(ordered, key=lambda one: one.name)}
