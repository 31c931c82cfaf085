"""What a change becomes before it is sent: members in the order in which refusals are worth reading, each guarded."""

from __future__ import annotations

import pytest

from chalicelib.actions.ports import Chain
from chalicelib.domain.change import (
    Due,
    External,
    Idempotency,
    Link,
    Output,
    Party,
    Places,
    Posting,
    RecordWrite,
    Timer,
)
from chalicelib.domain.problems import Problem
from chalicelib.stores.keys import Tables
from chalicelib.stores.ledger import Ledger
from chalicelib.stores.sealing import Vault
from tests.builders_stores import DAY, HOUR, NOON, LocalKeys, change

TABLES = Tables("definitions", "cases", "timers", "records", "deliveries")


class Noting:
    """Takes a transaction and says that it is written."""

    def __init__(self) -> None:
        self.writes: list = []

    def transact(self, writes, token=None) -> None:
        self.writes = list(writes)


def sent(change_, chain=None) -> list:
    noting = Noting()
    Ledger(noting, TABLES, Vault(LocalKeys())).commit(change_, chain)
    return noting.writes


def following(seq: int) -> Chain:
    return Chain(seq, b"h" * 32, LocalKeys().generate()[1])


def test_members_stand_in_the_order_in_which_refusals_are_worth_reading():
    writes = sent(
        change(
            "cas_A", count=2, form={}, links=(Link("cas_A", "parent", "cas_B"),),
            parties=(Party("person:b", "agent", 1),),
            dues=(Due("fee", {}),), postings=(Posting("a", "use", 1, 1),), outputs=(Output("o", "n", "drafted", {}),),
            records=(RecordWrite("r", "1", 0, {}, "2026-03-02"),), timer=Timer(None, NOON),
            idempotency=Idempotency("k", "f", "n", NOON), external=External("s", "1"),
        )
    )  # fmt: skip
    assert [write.role for write in writes] == [
        "head", "event", "event", "idempotency", "external", "form", "due", "party", "link", "link",
        "account:a", "entry", "record:r/1", "history", "member", "timer",
    ]  # fmt: skip


def test_no_head_is_ever_put_without_a_condition():
    (new, *_), (next_, *_) = sent(change("cas_A")), sent(change("cas_A", 3), following(3))
    assert new.condition == "attribute_not_exists(pk)"
    assert "seq = :read" in next_.condition
    assert next_.values[":read"] == 3


def test_a_head_is_conditioned_on_the_timer_row_and_the_key_that_were_read():
    head, *_ = sent(change("cas_A", 3, timer=Timer(NOON, NOON)), following(3))
    assert "tm = :row" in head.condition
    assert head.values[":row"] == NOON
    assert "attribute_exists(k)" in head.condition
    head, *_ = sent(change("cas_A", 3, timer=Timer(None, NOON)), following(3))
    assert "attribute_not_exists(tm)" in head.condition


def test_rows_that_must_be_new_say_so():
    writes = sent(
        change("cas_A", external=External("s", "1"), records=(RecordWrite("r", "1", 0, {}, "2026-03-02"),))
    )
    for write in writes:
        if write.role in ("event", "external", "history", "entry") or write.role.startswith("record:"):
            assert write.condition == "attribute_not_exists(pk)", write.role


def test_a_timer_that_stays_costs_no_write():
    assert "timer" not in [
        write.role for write in sent(change("cas_A", 3, timer=Timer(NOON, NOON)), following(3))
    ]
    moved = [
        write
        for write in sent(change("cas_A", 3, timer=Timer(NOON, NOON + HOUR)), following(3))
        if write.role == "timer"
    ]
    assert [write.item is None for write in moved] == [True, False]
    gone = [
        write
        for write in sent(change("cas_A", 3, timer=Timer(NOON, None)), following(3))
        if write.role == "timer"
    ]
    assert [write.item for write in gone] == [None]


def test_a_place_that_is_none_leaves_its_index():
    head, *_ = sent(change("cas_A", places=Places(None, None, None, None)))
    assert head.item.keys().isdisjoint({"qpk", "qsk", "opk", "osk", "rpk", "rsk", "npk"})
    head, *_ = sent(change("cas_A", places=Places(("d", "w", DAY), ("person:a", NOON), "r", "MR-1")))
    assert {"qpk", "qsk", "opk", "osk", "rpk", "rsk", "npk"} <= head.item.keys()
    assert "person:a" not in repr(head.item)


def test_one_data_key_seals_a_case_and_a_new_record_gets_its_own():
    keys = LocalKeys()
    noting = Noting()
    Ledger(noting, TABLES, Vault(keys)).commit(
        change("cas_A", form={}, records=(RecordWrite("r", "1", 0, {}, "2026-03-02"),)), None
    )
    assert keys.generated == 2
    by_role = {write.role: write.item for write in noting.writes}
    assert by_role["record:r/1"]["k"] == by_role["history"]["k"] != by_role["head"]["k"]


def test_events_hang_on_the_chain_that_was_read():
    chain = following(3)
    first, second = (
        write.item for write in sent(change("cas_A", 3, count=2), chain) if write.role == "event"
    )
    assert first["p"] == chain.hash
    assert second["p"] == first["h"] != first["p"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"events": ()}, "change-broken"),
        ({"postings": (Posting("a", "fen", 1, 1),)}, "postings-unbalanced"),
        ({"postings": (Posting("a", "use", 1, 1), Posting("a", "use", 1, 1))}, "change-broken"),
        ({"dues": tuple(Due(str(n), {}) for n in range(24))}, "change-too-large"),
    ],
)
def test_a_change_that_contradicts_itself_or_is_too_large_is_not_sent(wrong, code):
    noting = Noting()
    with pytest.raises(Problem, match=code):
        Ledger(noting, TABLES, Vault(LocalKeys())).commit(change("cas_A", **wrong), None)
    assert noting.writes == []


@pytest.mark.parametrize("start", [1, 3, 5])
def test_event_numbers_must_follow_what_was_read(start):
    from tests.builders_stores import events

    with pytest.raises(Problem, match="change-broken"):
        change("cas_A", 3, events=events("cas_A", start)).check()
