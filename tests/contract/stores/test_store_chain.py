"""A case's history is a chain over the stored bytes: whoever changes a byte, a row or an order is found out."""

from __future__ import annotations

import random  # noqa: TID251  a fixed seed
from collections.abc import Callable

import pytest

from chalicelib.domain import audit, merkle
from chalicelib.domain.change import Output
from chalicelib.domain.problems import Problem
from chalicelib.stores.attributes import Item
from chalicelib.stores.chain import GENESIS, Verdict, event_sk, link, verify
from chalicelib.stores.dynamo import Key, Write
from tests.builders_stores import NOON, Shelf, case_id, change

LENGTH = 12
Rows = list[Item]


@pytest.fixture
def stored(shelf: Shelf) -> tuple[str, Rows, Item]:
    """A case of twelve events as its rows stand in the table, and its head."""
    identity = case_id()
    chain = None
    for read in range(LENGTH):
        issued = (Output(f"out_{read}", "notice", "drafted", {}),) if read % 3 == 0 else ()
        chain = shelf.cases.commit(change(identity, read, outputs=issued), chain)
    events = list(shelf.dynamo.every(shelf.tables.cases, identity, prefix="E#"))
    (head,) = shelf.dynamo.get(Key(shelf.tables.cases, identity, "HEAD"))
    return identity, events, head


def test_an_untouched_chain_verifies_every_event(shelf, stored):
    identity, _, _ = stored
    verdict = shelf.cases.verify(identity)
    assert (verdict.checked, verdict.broken_at, verdict.holds) == (LENGTH, None, True)


def test_a_chain_longer_than_a_page_is_verified_whole(shelf):
    identity, chain = case_id(), None
    for read in range(0, 120, 20):
        chain = shelf.cases.commit(change(identity, read, count=20), chain)
    assert shelf.cases.verify(identity) == Verdict(120, None)


def test_nothing_checked_is_a_failure(shelf):
    """Lesson 27: a verifier that verified nothing must not say yes."""
    assert not shelf.cases.verify("cas_UNKNOWN").holds
    assert not Verdict(0, None).holds
    assert not verify("cas_UNKNOWN", [], {"seq": 0, "h": GENESIS}).holds


def test_each_mutation_in_the_table_is_found_by_the_store(shelf, stored):
    identity, events, _ = stored
    name, fifth = shelf.tables.cases, events[4]
    for spoilt in (fifth | {"b": fifth["b"] + b"x"}, fifth | {"at": 1}, fifth | {"t": "case.granted"}):
        shelf.put("cases", spoilt)
        assert shelf.cases.verify(identity).broken_at == 5
    shelf.put("cases", fifth)
    assert shelf.cases.verify(identity).holds
    shelf.dynamo.write(Write("gone", name, key=(identity, event_sk(LENGTH))))
    assert shelf.cases.verify(identity).broken_at == LENGTH
    shelf.dynamo.write(Write("gone", name, key=(identity, event_sk(5))))
    assert shelf.cases.verify(identity).broken_at == 5


def test_an_event_without_its_predecessors_hash_is_found(shelf, stored):
    """What a ledger that forgets the link would write: every event hangs on the genesis."""
    identity, events, head = stored
    unlinked = [{**one, "p": GENESIS} for one in events]
    for one in unlinked:
        one["h"] = link(GENESIS, one)
    assert verify(identity, unlinked, head | {"h": unlinked[-1]["h"]}).broken_at == 2


def test_every_event_hangs_on_the_one_before(stored):
    _, events, head = stored
    assert [one["p"] for one in events] == [GENESIS, *(one["h"] for one in events[:-1])]
    assert head["h"] == events[-1]["h"]
    assert len({one["h"] for one in events}) == LENGTH


# --- mutants -----------------------------------------------------------------------------------------------------


def _edit(rows: Rows, dice: random.Random) -> None:
    one = rows[dice.randrange(len(rows))]
    name = dice.choice(
        [name for name in one if name in ("b", "o", "p", "h", "t", "at", "seq", "v", "sk", "pk")]
    )
    value = one[name]
    if isinstance(value, bytes):
        place = dice.randrange(len(value))
        one[name] = value[:place] + bytes([value[place] ^ 1 << dice.randrange(8)]) + value[place + 1 :]
    else:
        one[name] = value + dice.choice([-1, 1]) if isinstance(value, int) else value + "x"


def _resealed(rows: Rows, dice: random.Random) -> None:
    """The body is changed and its hash made to fit: then the next event's link does not."""
    one = rows[dice.randrange(len(rows))]
    one["b"] = bytes(reversed(one["b"]))
    one["h"] = link(one["p"], one)


def _delete(rows: Rows, dice: random.Random) -> None:
    del rows[dice.randrange(len(rows))]


def _strip(rows: Rows, dice: random.Random) -> None:
    one = rows[dice.randrange(len(rows))]
    del one[dice.choice([name for name in one if name not in ("pk", "sk")])]


def _insert(rows: Rows, dice: random.Random) -> None:
    place = dice.randrange(len(rows) + 1)
    previous = rows[place - 1]["h"] if place else GENESIS
    new = rows[place - 1] | {"sk": event_sk(place + 1), "seq": place + 1, "p": previous, "t": "case.invented"}
    rows.insert(place, new | {"h": link(previous, new)})


def _swap(rows: Rows, dice: random.Random) -> None:
    first, second = dice.sample(range(len(rows)), 2)
    rows[first], rows[second] = rows[second], rows[first]


def _swap_and_renumber(rows: Rows, dice: random.Random) -> None:
    first = dice.randrange(len(rows) - 1)
    _swap_contents(rows[first], rows[first + 1])


def _swap_contents(one: Item, other: Item) -> None:
    kept = {name: (one[name], other[name]) for name in ("sk", "seq", "p", "h")}
    mixed = dict(one)
    one.clear()
    one.update(other, **{name: mine for name, (mine, _) in kept.items()})
    other.clear()
    other.update(mixed, **{name: theirs for name, (_, theirs) in kept.items()})


def _truncate(rows: Rows, dice: random.Random) -> None:
    del rows[dice.randrange(len(rows)) :]


def _fork(rows: Rows, dice: random.Random) -> None:
    """Another history from some event on, every hash made to fit: only the head still knows the true end."""
    start = dice.randrange(len(rows))
    previous = rows[start - 1]["h"] if start else GENESIS
    for one in rows[start:]:
        one |= {"b": one["b"] + b"!", "p": previous}
        one["h"] = previous = link(previous, one)


MUTANTS: tuple[Callable[[Rows, random.Random], None], ...] = (
    _edit, _resealed, _delete, _strip, _insert, _swap, _swap_and_renumber, _truncate, _fork
)  # fmt: skip


def _undetected(stored: tuple[str, Rows, Item], count: int) -> list[str]:
    identity, events, head = stored
    assert verify(identity, events, head).holds
    assert any("o" in one for one in events)  # outputs are part of what is protected
    dice, missed, tried = random.Random(27), list[str](), 0
    for number in range(count):
        rows = [dict(one) for one in events]
        mutate = MUTANTS[number % len(MUTANTS)]
        mutate(rows, dice)
        assert rows != events, mutate.__name__
        tried += 1
        if verify(identity, rows, head).holds:
            missed.append(mutate.__name__)
    assert tried == count > 0
    return missed


def test_three_hundred_mutants_are_all_found(stored):
    assert _undetected(stored, 300) == []


@pytest.mark.proof
def test_a_thousand_mutants_are_all_found(stored):
    assert _undetected(stored, 1000) == []


def test_a_head_that_was_changed_to_fit_a_shorter_history_changes_its_leaf_in_the_root(stored):
    """Who rewrites head and events together fits the chain; the root that was published does not fit them."""
    identity, events, head = stored
    rewritten = head | {"seq": LENGTH - 1, "h": events[-2]["h"]}
    assert verify(identity, events[:-1], rewritten).holds
    before, after = (merkle.root([audit.leaf(identity, one["seq"], one["h"])]) for one in (head, rewritten))
    assert before != after


# --- erasure -----------------------------------------------------------------------------------------------------


def test_an_erased_case_still_verifies_and_nobody_can_read_it(shelf, stored):
    identity, _, _ = stored
    shelf.cases.erase(identity)
    for container in (shelf, shelf.another()):
        assert container.cases.verify(identity) == Verdict(LENGTH, None)
        loaded = container.cases.load(identity)
        assert (loaded.case, loaded.chain, loaded.form) == (None, None, None)
        assert container.cases.many([identity]) == [None]
        assert container.cases.events(identity) == []
        assert container.cases.outputs(identity) == []
    rows = [row for row in shelf.rows("cases") if row["pk"] == identity]
    assert [name for row in rows for name in row if name in ("k", "opk", "qpk", "npk")] == []


def test_an_erased_body_cannot_be_opened_with_any_other_key(shelf, stored):
    identity, events, head = stored
    with pytest.raises(Problem, match="seal-broken"):
        shelf.vault.open(shelf.vault.new_key(), events[0])
    assert shelf.vault.open(head["k"], events[0])["case"] == identity


def test_a_step_that_was_under_way_does_not_bring_an_erased_key_back(shelf, stored):
    from chalicelib.actions.ports import CommitRefused

    identity, _, _ = stored
    loaded = shelf.cases.load(identity)
    shelf.cases.erase(identity)
    with pytest.raises(CommitRefused) as refused:
        shelf.cases.commit(change(identity, LENGTH), loaded.chain)
    assert refused.value.roles == ("head",)
    assert shelf.cases.load(identity).case is None


def test_an_erased_case_leaves_its_owners_list_and_its_number(shelf):
    from chalicelib.domain.change import Places

    identity = case_id()
    places = Places(("market-regulation", "registration", NOON), ("person:gone", NOON), "r" * 64, "MR-1")
    shelf.cases.commit(change(identity, places=places), None)
    shelf.cases.erase(identity)
    assert shelf.cases.of_subject("person:gone", None, 10).rows == []
    assert shelf.cases.by_number("MR-1") is None
    assert shelf.cases.queue("market-regulation", "registration", None, 10).rows == []
