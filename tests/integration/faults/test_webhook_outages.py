"""An endpoint is down for minutes, an hour, three days, and the whole stack restarts meanwhile: nothing is lost."""

from __future__ import annotations

import json
import time
from collections import Counter
from contextlib import ExitStack
from datetime import datetime, timedelta

import httpx
import pytest

from chalicelib.domain.deliveries import WAITS
from chalicelib.wiring import App
from infra.local.stack import Stack, wait_until
from tests.bench.hooks import reader_of, subscribe
from tests.builders_webhooks import Receiver, receiver
from tests.integration.faults.conftest import Start
from tests.integration.faults.district import TODAY, District, scanned, stores_of

SECOND, MINUTE, HOUR, DAY = 1, 60, 3_600, 86_400
OUTAGES = {"300 s": 300, "an hour": HOUR, "three days": 3 * DAY}
# Seconds after the events at which time stands still and the minute's sweep runs: a little behind each attempt, with
# the jitter of a fifth that each wait may have.
LOOKS = (MINUTE, 8 * MINUTE, 50 * MINUTE, 210 * MINUTE, 10 * HOUR, 23 * HOUR, 40 * HOUR, 65 * HOUR, 95 * HOUR)
CASES = 3
PATIENCE = 120  # seconds for an answer of a stack that has just begun


def _at(seconds: int) -> str:
    return (datetime.fromisoformat(TODAY) + timedelta(seconds=seconds)).isoformat()


def _answers(there: Receiver, clock: dict[str, int], until: int) -> None:
    there.answers = lambda *_: (503 if clock["at"] < until else 204, {}, b"")


def _states(app: App, one: str) -> Counter[str]:
    """How the deliveries to a subscription stand; `due` for those that are to be tried by now."""
    now, found = app.now(), Counter[str]()
    for row in scanned(app, app.config.tables.deliveries):
        if str(row["pk"]).startswith(f"DLV#{one}#"):
            due = row["st"] in ("pending", "sending") or (row["st"] == "retry" and int(row["due"]) <= now)
            found["due" if due else str(row["st"])] += 1
    return found


def _looked(stack: Stack, seconds: int) -> None:
    """The clock is moved, and the minute comes."""
    District(stack.url, PATIENCE).set_clock(_at(seconds))
    stack.invoke("Tick")


@pytest.mark.timeout(600)
def test_three_outages_and_a_restart_of_the_whole_stack_lose_nothing(start: Start) -> None:
    """Lost is what is neither delivered nor waiting nor to be had by a replay; what comes has one id and one body."""
    stack = start(persist=True)
    clock = {"at": 0}
    District(stack.url, PATIENCE).set_clock(TODAY)
    with ExitStack() as scene:
        http = scene.enter_context(httpx.Client(base_url=stack.url, timeout=PATIENCE))
        app = scene.enter_context(stores_of(stack))
        by = reader_of(http)
        receivers = [scene.enter_context(receiver()) for _ in OUTAGES]
        for there, until in zip(receivers, OUTAGES.values(), strict=True):
            _answers(there, clock, until)
        ones = [subscribe(http, by, there.url, types=["case.submitted"]) for there in receivers]
        time.sleep(6)  # what a container knows of subscriptions may be five seconds old
        person = District(stack.url, PATIENCE)
        cases = {person.submit().raise_for_status().json()["case_id"] for _ in range(CASES)}
        assert wait_until(lambda: all(len(there.heard) >= CASES for there in receivers), 60)
        for number, seconds in enumerate(LOOKS):
            if number == 2:  # in the middle of the second outage
                assert [_states(app, one)["retry"] for one in ones] == [0, CASES, CASES]
                stack.restart()
            clock["at"] = seconds
            _looked(stack, seconds)
            assert wait_until(lambda: not any(_states(app, one)["due"] for one in ones), 90, every=0.5), (
                seconds
            )
        for one, there in zip(ones, receivers, strict=True):
            assert _states(app, one) == Counter(ok=CASES)
            assert {json.loads(heard.body)["case"] for heard in there.heard} == cases
            assert len({(heard.id, heard.body) for heard in there.heard}) == CASES
        attempts = [len(there.heard) for there in receivers]
        assert CASES * 2 <= attempts[0] < attempts[1] < attempts[2] <= CASES * len(WAITS)
