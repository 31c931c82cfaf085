"""What outside systems said is kept once, sealed, by its id and by the matter, whoever else writes at that moment."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from chalicelib.domain.connectors import Message
from chalicelib.domain.subscriptions import OVERLAP, in_force, rotated
from chalicelib.stores.dynamo import Dynamo
from chalicelib.stores.inbound import InboundStore
from tests.builders_stores import NOON

DAY = "2026-03-02"
HOTLINE, STORY = "hotline-12345", "王小明 13800138000 反映的情况"


@pytest.fixture
def inbound(shelf) -> InboundStore:
    return InboundStore(shelf.dynamo, shelf.tables, shelf.vault)


def message(number: int = 1, matter: str = "T-1", **changes: object) -> Message:
    made = Message(f"msg_{number}", "ticket.filed", matter, number, NOON + number, {"story": STORY})
    return replace(made, **changes)


def test_a_message_is_kept_once_and_found_by_its_matter(inbound):
    assert inbound.put(HOTLINE, message(), "f1", DAY) is None
    assert inbound.put(HOTLINE, message(2), "f2", DAY) is None
    assert inbound.put(HOTLINE, message(3, "T-2"), "f3", DAY) is None
    assert inbound.put("city-platform", message(), "f4", DAY) is None  # another system's own ids
    assert inbound.of_matter(HOTLINE, "T-1") == [message(), message(2)]
    assert inbound.of_matter(HOTLINE, "T-9") == []


def test_an_id_that_comes_again_says_with_what_it_came_before(inbound):
    assert inbound.put(HOTLINE, message(), "f1", DAY) is None
    assert inbound.put(HOTLINE, message(matter="T-2", body={}), "other", DAY) == ("f1", "T-1")
    assert inbound.of_matter(HOTLINE, "T-2") == []


def test_whoever_dies_after_taking_the_id_leaves_what_the_next_attempt_completes(inbound, monkeypatch):
    held = Dynamo.held

    def dying(dynamo, write):
        if write.role == "message":
            raise ConnectionError
        return held(dynamo, write)

    monkeypatch.setattr(Dynamo, "held", dying)
    with pytest.raises(ConnectionError):
        inbound.put(HOTLINE, message(), "f1", DAY)
    monkeypatch.undo()
    assert inbound.of_matter(HOTLINE, "T-1") == []
    assert inbound.put(HOTLINE, message(), "f1", DAY) == ("f1", "T-1")
    assert inbound.of_matter(HOTLINE, "T-1") == [message()]


def test_what_became_of_a_message_is_noted_and_nothing_is_noted_of_none(inbound, shelf):
    inbound.put(HOTLINE, message(), "f1", DAY)
    done = message(state="done", case="cas_1")
    inbound.note(HOTLINE, done)
    inbound.note(HOTLINE, done)
    inbound.note(HOTLINE, message(2, state="done"))
    assert inbound.of_matter(HOTLINE, "T-1") == [done]


def test_neither_what_was_said_nor_a_secret_stands_readable(inbound, shelf):
    secrets = rotated((), bytes(32), NOON)
    assert inbound.put_secrets(HOTLINE, secrets, 0)
    inbound.put(HOTLINE, message(), "f1", DAY)
    stored = repr(shelf.everything())
    assert "INB#hotline-12345#X#T-1" in stored
    for hidden in (secrets[0].text.removeprefix("whsec_"), "13800138000", "王小明"):
        assert hidden not in stored


def test_a_secret_is_rotated_by_whoever_read_the_newest(inbound):
    assert inbound.secrets(HOTLINE) == ((), 0)
    first = rotated((), b"1" * 32, NOON)
    assert inbound.put_secrets(HOTLINE, first, 0)
    assert not inbound.put_secrets(HOTLINE, rotated((), b"2" * 32, NOON), 0)
    assert inbound.secrets(HOTLINE) == (first, 1)
    second = rotated(first, b"3" * 32, NOON + 1)
    assert inbound.put_secrets(HOTLINE, second, 1)
    kept, revision = inbound.secrets(HOTLINE)
    assert revision == 2
    assert len(in_force(kept, NOON + OVERLAP)) == 2
    assert in_force(kept, NOON + 1 + OVERLAP) == [second[-1].text]


@pytest.mark.needs("threads")
def test_of_eight_who_bring_one_message_at_once_one_is_first(inbound):
    for number in range(10):
        answers = list[object]()
        threads = [
            threading.Thread(target=lambda: answers.append(inbound.put(HOTLINE, message(number), "f", DAY)))  # noqa: B023
            for _ in range(8)
        ]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert sorted(map(repr, answers)) == sorted(["None", *[repr(("f", "T-1"))] * 7])
    assert len(inbound.of_matter(HOTLINE, "T-1")) == 10
