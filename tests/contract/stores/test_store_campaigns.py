"""A campaign on a real engine: workers side by side, killed at any write; every record gets its one case."""

from __future__ import annotations

import random  # noqa: TID251  a fixed seed
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.actions import campaigning
from chalicelib.actions.releasing import Press
from chalicelib.actions.working import work
from chalicelib.domain import campaigns, triggers
from chalicelib.domain.change import RecordWrite
from chalicelib.domain.problems import Problem
from chalicelib.stores.schema_files import engine_versions
from chalicelib.stores.work import WorkStore
from tests.builders_campaigns import CAMPAIGN, MINUTE, NINE, REGISTER, campaign, row, tenancy
from tests.builders_pack import KINDS
from tests.builders_stores import Hand, Shelf, kit, published
from tests.builders_turns import Killed

WORKERS, PERIOD = 4, "2026-Q2"
WRITES = ("TransactWriteItems", "PutItem", "UpdateItem")


class Deadly:
    """A container whose worker may be killed before or after any write; the next one has its own."""

    def __init__(self, shelf: Shelf, dice: random.Random, rate: float, met: Counter[str]) -> None:
        self.shelf, self.dice, self.rate, self.met = shelf, dice, rate, met
        self._call = shelf.dynamo.call
        shelf.dynamo.call = self  # type: ignore[method-assign]

    def __call__(self, operation: str, **arguments: Any) -> dict[str, Any]:
        unlucky = operation in WRITES and self.dice.random() < self.rate
        after = unlucky and self.dice.random() < 0.5
        if unlucky and not after:
            self.met["killed before"] += 1
            raise Killed(operation)
        answer = self._call(operation, **arguments)
        if after:
            self.met["killed after"] += 1
            raise Killed(operation)
        return answer


class Crew:
    """Workers on one queue; a message that nobody finished comes back."""

    def __init__(self, shelf: Shelf, rate: float) -> None:
        self.shelf, self.rate, self.hand = shelf, rate, Hand(NINE)
        self.queue, self.lock, self.met = list[str](), threading.Lock(), Counter[str]()
        self.errors = list[BaseException]()

    def press(self, shelf: Shelf) -> Press:
        store: Any = published()
        return Press(
            store=store, kinds=KINDS, engines=engine_versions(), permit=lambda *_: None, now=self.hand.now,
            entropy=self.hand.entropy, work=WorkStore(shelf.dynamo, shelf.tables.definitions),
            later=self.hand_over, kit=kit(self.hand, shelf, store),
        )  # fmt: skip

    def hand_over(self, messages: Any) -> None:
        with self.lock:
            self.queue += messages

    def messages(self) -> Iterator[str]:
        while True:
            with self.lock:
                if not self.queue:
                    return
                message = self.queue.pop(0)
            yield message

    def works(self, seed: int) -> None:
        dice = random.Random(seed)
        wire = Deadly(self.shelf.another(), dice, self.rate, self.met)
        for message in self.messages():
            try:
                work(self.press(wire.shelf), message)
            except (Killed, Problem):
                self.hand_over([message])
                wire = Deadly(self.shelf.another(), dice, self.rate, self.met)
            except BaseException as failure:
                self.errors.append(failure)
                raise

    def run(self) -> dict[str, Any]:
        """The whole run; between two looks long enough passes that what was lost is missed."""
        calm = self.press(self.shelf)
        for seed in range(0, 500, WORKERS):
            campaigning.look(calm)
            threads = [threading.Thread(target=self.works, args=(seed + one,)) for one in range(WORKERS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert self.errors == []
            self.hand.at += 16 * MINUTE
            campaigning.look(calm)
            asked, _ = campaigning.kept(calm, campaigns.named(CAMPAIGN, PERIOD)) or ({}, 0)
            if asked["done_at"] is not None:
                return campaigning.result_of(calm, asked)
        raise AssertionError("the campaign did not end")


def _opens_one_each(shelf: Shelf, records: int, rate: float) -> None:
    for number in range(records):
        body = tenancy(number)
        shelf.records.write(RecordWrite(REGISTER, body["uscc"], 0, body, "2026-01-01"), "system:test", NINE)
    crew = Crew(shelf, rate)
    found = crew.run()
    print(f"\n{records} records: {dict(crew.met)}; {found['chunks']} chunks")
    assert sum(crew.met.values()) > 0  # else nobody was killed
    heads = [one["pk"] for one in shelf.rows("cases") if one["sk"] == "HEAD"]
    assert sorted(heads) == sorted(
        triggers.case_id_of(campaign(), 0, row(number)) for number in range(records)
    )
    assert (found["seen"], found["opened"], found["again"], found["refused"]) == (records, records, 0, 0)


@pytest.mark.needs("threads")
def test_a_campaign_whose_workers_are_killed_opens_one_case_for_each_record(shelf, monkeypatch):
    monkeypatch.setattr(campaigning, "CHUNK", 10)
    _opens_one_each(shelf, 60, 0.1)


@pytest.mark.proof
@pytest.mark.needs("threads")
@pytest.mark.timeout(1800)
def test_a_campaign_over_two_thousand_records_on_an_engine_with_workers_killed(shelf):
    """20,000 are counted in memory (tests/unit/test_campaigning.py): here an engine judges the conditions."""
    _opens_one_each(shelf, 2_000, 0.004)
