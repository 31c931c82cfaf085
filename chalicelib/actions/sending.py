"""Does the sending of a batch: lanes side by side, each a few deliveries to one endpoint, one after the other.

A lane has one connection, to the address that was checked when it opened. An endpoint that does not answer costs a
lane one wait: what stands behind it is not tried, and nothing is begun that could outlast the function.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

from chalicelib.actions.webhook_ports import Line, Postroom
from chalicelib.domain.deliveries import Said
from chalicelib.domain.subscriptions import Subscription
from chalicelib.domain.webhook_signatures import signed

PATIENT, QUICK = (
    15.0,
    2.0,
)  # s of an attempt in all; in the fast lane: whoever needs longer is asked in the slow one
IN_A_LANE = 5  # deliveries to one endpoint over one connection
SIDE_BY_SIDE = 32  # lanes
BEGINS = 20  # s after which nothing more is begun: the function ends 25 s later
AT_A_TIME = 25  # ends that are handed over together
FIXED = {"Content-Type": "application/json", "User-Agent": "jisheng-webhooks/1"}


@dataclass(frozen=True, slots=True)
class Sent:
    """A claimed delivery and what its receiver said; None: it was not asked, or could not be (`error`)."""

    claimed: Mapping[str, Any]
    said: Said | None
    error: str = ""


def send_all(
    room: Postroom, known: Mapping[str, Subscription], claimed: Sequence[Mapping[str, Any]], *, quick: bool
) -> Iterator[list[Sent]]:
    """Send what is claimed; what has ended meanwhile, together, as soon as something has."""
    lanes, said = _lanes(claimed), SimpleQueue[Sent]()
    if not lanes:
        return
    until = room.seconds() + BEGINS

    def run(lane: Sequence[Mapping[str, Any]]) -> None:
        _send(room, known[lane[0]["subscription"]], lane, QUICK if quick else PATIENT, until, said)

    left = len(claimed)
    with ThreadPoolExecutor(max_workers=min(len(lanes), SIDE_BY_SIDE)) as pool:
        for lane in lanes:
            pool.submit(run, lane)
        while left:
            some = [said.get()]
            while len(some) < AT_A_TIME and not said.empty():
                some.append(said.get())
            left -= len(some)
            yield some


def _lanes(claimed: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    by_endpoint = defaultdict[str, list[Mapping[str, Any]]](list)
    for one in claimed:
        by_endpoint[one["subscription"]].append(one)
    return [
        its[start : start + IN_A_LANE]
        for its in by_endpoint.values()
        for start in range(0, len(its), IN_A_LANE)
    ]


def _send(
    room: Postroom,
    one: Subscription,
    lane: Sequence[Mapping[str, Any]],
    seconds: float,
    until: int,
    said: SimpleQueue[Sent],
) -> None:
    """Whatever happens, each delivery of the lane is handed over once: somebody waits for all of them."""
    left, hangs, line = list(lane), False, room.line(one.url, seconds)
    try:
        while left and not hangs and room.seconds() <= until:
            sent = _tried(room, one, left[0], line, last=len(left) == 1)
            hangs = sent.said is not None and sent.said.why == "time-out"
            said.put(sent)
            left.pop(0)
    finally:
        for claimed in left:
            said.put(Sent(claimed, None))
        line.close()


def _tried(room: Postroom, one: Subscription, claimed: Mapping[str, Any], line: Line, *, last: bool) -> Sent:
    """One attempt. What cannot be signed, or breaks our own code, is an error of this delivery alone."""
    try:
        return Sent(claimed, _attempt(room, one, claimed, line, last=last))
    except Exception as error:
        return Sent(claimed, None, type(error).__name__)


def _attempt(
    room: Postroom, one: Subscription, claimed: Mapping[str, Any], line: Line, *, last: bool
) -> Said:
    """The same bytes as ever, signed anew at the time of this attempt."""
    body = bytes(claimed["body"])
    headers = signed(str(claimed["event_id"]), room.seconds(), body, one.signing(room.kit.now()))
    return line.post({**FIXED, **headers}, body, last=last)
