"""What a sweep reads grows with what is due, never with what is open; and nobody has to ask for a timer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.actions import sweeping
from chalicelib.actions.catalogue import Catalogue
from chalicelib.actions.submit import submit
from chalicelib.domain.publishing import Pointer, plan
from chalicelib.stores.keys import TIMER_SHARDS, due_pk, timer_pk, timer_sk
from chalicelib.stores.schema_files import engine_versions
from chalicelib.stores.timers import DAY as PARTITION
from chalicelib.stores.timers import TimerStore
from tests.bench.crowded import AT, DUE, SWEPT, InMemory
from tests.bench.pricing import read_units
from tests.builders_deadline import catalogue, crowd, noon, shard_of
from tests.builders_memory import TABLES, MemoryShelf
from tests.builders_pack import KINDS
from tests.builders_stores import DAY, HOUR, NOON, OWNER, Hand, Published, applicant, kit, submission


@pytest.mark.parametrize("among", [20_000, pytest.param(1_000_000, marks=pytest.mark.proof)])
def test_a_hundred_due_are_read_alike_among_a_thousand_and_among_very_many(among):
    few, many = InMemory(1_000).sweep(), InMemory(among).sweep()
    assert few.exact == many.exact
    assert (many.fired, many.items_read) == (DUE, TIMER_SHARDS + 3 * DUE)  # watermarks; row, head, form


def test_a_sweep_that_reads_all_of_a_day_and_then_chooses_is_seen(monkeypatch):
    def due(self: TimerStore, shard: int, since: int, until: int) -> Any:
        for day in range(since // PARTITION, until // PARTITION + 1):
            for item in self._dynamo.every(self._tables.timers, due_pk(day * PARTITION, shard)):
                at = int(item["sk"].partition("#")[0])
                if since < at <= until:
                    yield str(item["case"]), at

    monkeypatch.setattr(TimerStore, "due", due)
    few, many = InMemory(1_000).sweep(), InMemory(20_000).sweep()
    assert many.fired == DUE
    assert many.items_read > 1.2 * few.items_read


def test_lesson_7_ten_thousand_not_due_and_one_due_the_due_one_fires_in_that_pass():
    """OpenRegister: a sweep read 500 rows, then filtered, and never reached row 501."""
    shelf = MemoryShelf()
    (identity,) = crowd(shelf.cases, noon(), ["cas_01KJPB7WG00000000000DUE"])
    for number in range(10_000):  # of the same partition, half of them before it in order
        at, other = AT + (HOUR if number % 2 else -HOUR), f"cas_{number:05d}"
        shelf.dynamo.put(
            TABLES.timers, {"pk": timer_pk(AT, identity), "sk": timer_sk(at, other), "case": other}
        )
    shelf.timers.raise_watermark(shard_of(identity), AT - HOUR // 2)
    shelf.dynamo.read = 0
    here = replace(kit(Hand(SWEPT), shelf), catalogue=catalogue())
    done = sweeping.sweep(here, shard_of(identity))
    assert (done.found, done.fired, done.failed) == (1, 1, [])
    assert [event["type"] for event in shelf.cases.events(identity)][1:] == ["case.deadline_approaching"]
    assert shelf.dynamo.read <= 10


class Released(Published):
    """The pack, and beside it an item that is published today: a food licence whose intake takes three days."""

    def __init__(self) -> None:
        super().__init__()
        licence = self.world["items/food-licence"]
        clocks = [{**one, "budget": 3} if one["id"] == "intake" else one for one in licence["clocks"]]
        new = {"items/lesson-eight": {**licence, "id": "lesson-eight", "clocks": clocks}}
        self.world = {**self.world, **new}
        manifests = self.plan.manifests
        self.plan = plan(self.plan.set, 2, new, world=self.world, kinds=KINDS, engines=engine_versions())
        self.plan.manifests.update(manifests)
        self.now = Pointer(set=2, last=2, rev=2, live=self.plan.set.live())


def test_lesson_8_what_is_published_with_a_limit_and_applied_for_is_swept_without_being_asked_for():
    """OpenRegister #3350: a timer engine that no production code armed."""
    shelf, hand = MemoryShelf(), Hand(NOON)
    definitions = Released()
    here = replace(kit(hand, shelf), catalogue=Catalogue(definitions, hand.now))
    identity = submit(
        here, applicant(OWNER), replace(submission("food-licence", "k"), item="lesson-eight")
    ).case_id
    case = shelf.cases.load(identity).case
    assert [one["case"] for one in shelf.dynamo.rows(TABLES.timers)] == [identity]
    assert case is not None
    assert [one["deadline"] for one in case.clocks] == [AT]  # the third working day's close
    for day in range(1, 6):
        hand.at = NOON + day * DAY
        for shard in range(TIMER_SHARDS):
            sweeping.sweep(here, shard)
    types = [event["type"] for event in shelf.cases.events(identity)]
    assert "case.deemed_accepted" in types


@pytest.mark.parametrize(
    ("operation", "body", "answer", "units"),
    [
        ("Query", {"ConsistentRead": True}, {"ScannedCount": 0, "Items": []}, 1),
        ("Query", {"ConsistentRead": False}, {"ScannedCount": 0, "Items": []}, 0.5),
        ("Query", {"ConsistentRead": True}, {"ScannedCount": 2, "Items": [{"b": {"S": "x" * 2047}}] * 2}, 1),
        ("Query", {"ConsistentRead": True}, {"ScannedCount": 2, "Items": [{"b": {"S": "x" * 2048}}] * 2}, 2),
        (
            "BatchGetItem",
            {"RequestItems": {"t": {"ConsistentRead": True, "Keys": [{}, {}, {}]}}},
            {"Responses": {"t": [{"b": {"S": "x" * 4095}}, {"b": {"S": "x" * 4096}}]}},
            4,  # one, two, and one for what is not there
        ),
        ("TransactWriteItems", {}, {}, 0),
    ],
)  # fmt: skip
def test_reads_are_priced_by_four_kilobytes(operation, body, answer, units):
    assert read_units(operation, body, answer) == units


def test_a_filter_that_hides_what_was_read_is_no_way_to_read_cheaply():
    with pytest.raises(ValueError, match="paid for"):
        read_units("Query", {}, {"ScannedCount": 500, "Items": []})
