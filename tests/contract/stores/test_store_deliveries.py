"""Deliveries at least once: every message three times and out of order, a death at every step, outages of days."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter, defaultdict
from contextlib import ExitStack, suppress
from dataclasses import replace

import pytest

from chalicelib.actions import delivering, redelivering
from chalicelib.actions.announcing import LOST
from chalicelib.actions.delivering import LEASE
from chalicelib.actions.sending import QUICK
from chalicelib.actions.webhook_ports import message_of, places_of
from chalicelib.clients.webhooks import Sender
from chalicelib.domain import ids
from chalicelib.domain.deliveries import FINAL, WAITS, Next
from chalicelib.domain.subscriptions import Health, Secret
from chalicelib.domain.webhook_signatures import secret_of, signed
from infra.local.stack import wait_until
from tests.builders_stores import DAY, HOUR, NOON, Hand
from tests.builders_webhooks import BANK, PERSON, Crash, Depot, Receiver, alone, receiver

FULL = pytest.mark.parametrize(
    "events",
    [
        pytest.param(30, id="30 events"),
        pytest.param(2000, id="2000 events", marks=[pytest.mark.proof, pytest.mark.timeout(1800)]),
    ],
)


@pytest.fixture
def depot(shelf) -> Depot:
    made = Depot(shelf)
    made.scope()
    return made


def shuffled(messages: list[str], seed: int) -> list[str]:
    """The same in an order that looks like none, and is the same each time."""
    numbered = sorted(enumerate(messages), key=lambda one: hash_of(f"{seed}{one}"))
    return [message for _, message in numbered]


def hash_of(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()


def received(receivers: list[Receiver]) -> dict[tuple[int, str], list[bytes]]:
    """(endpoint, webhook-id) → every body that came."""
    found = defaultdict(list)
    for number, one in enumerate(receivers):
        for heard in one.heard:
            found[number, heard.id].append(heard.body)
    return found


@FULL
def test_at_least_once_whatever_is_doubled_reordered_and_cut_off(depot, events):
    """Five endpoints; each message three times, in no order; workers die before and after their requests."""
    with ExitStack() as stack:
        receivers = [stack.enter_context(receiver()) for _ in range(5)]
        for one in receivers:
            depot.subscribe(one.url)
        pairs = [pair for _ in range(events // 10) for pair in depot.case(10)]
        for number, start in enumerate(range(0, len(pairs), 25)):
            _announced_at_last(depot, shuffled_pairs(pairs[start : start + 25]) * 2, number)
        _delivered_with_deaths(depot)
        found = received(receivers)
        assert len(found) == events * 5
        assert all(len(set(bodies)) == 1 for bodies in found.values())
        assert depot.states() == Counter(ok=events * 5)
        assert depot.next_due() is None
        sent = sum(len(one.heard) for one in receivers)
        again = [message_of((row["pk"].split("#")[1], row["sk"])) for row in depot.rows()]
        assert set(depot.deliver(again * 3)) == {"nothing"}  # nothing is sent after `ok` is recorded
        depot.announce(pairs[:25] * 2)
        depot.deliver()
        assert sum(len(one.heard) for one in receivers) == sent
        assert sent > events * 5  # some died between the answer and its record


def shuffled_pairs(pairs):
    return sorted(pairs, key=lambda one: hash_of(repr(one)))


def _announced_at_last(depot: Depot, pairs, seed: int) -> None:
    """The queue of work sends a message again until it is done; here it dies on the way again and again."""
    for attempt in range(6):
        depot.dynamo.dies = {
            depot.dynamo.number + 2 + (attempt * 7 + seed) % 13: ("before", "after")[attempt % 2]
        }
        try:
            depot.announce(pairs)
        except Crash:
            continue
        return
    depot.dynamo.dies = {}
    depot.announce(pairs)


def _delivered_with_deaths(depot: Depot) -> None:
    for turn in range(80):
        waiting = shuffled(sorted(set(alone(one for one, _ in (*depot.fast, *depot.slow)))) * 3, turn)
        depot.fast.clear()
        depot.slow.clear()
        if turn < 4:
            start = depot.dynamo.number
            depot.dynamo.dies = {start + 3 + turn + 7 * n: ("before", "after")[n % 2] for n in range(20_000)}
        for start in range(0, len(waiting), 10):
            try:
                done = delivering.deliver_all(depot.room, waiting[start : start + 10], slow=True)
            except Crash:  # before any of them: the whole batch comes back
                depot.slow += [(one, 0) for one in waiting[start : start + 10]]
                continue
            depot.slow += [
                (one, 0)
                for one, (attempt,) in zip(waiting[start : start + 10], done, strict=True)
                if attempt.outcome == "error"
            ]
        depot.dynamo.dies = {}
        if depot.next_due() is None:
            return
        depot.hand.at += LEASE + 1_000 if depot.slow else LOST
        depot.sweep()
    raise AssertionError(depot.states())


@pytest.mark.parametrize("step", range(1, 8))
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_death_at_any_step_of_an_attempt_loses_nothing_and_changes_no_id(depot, step, when):
    with receiver() as there:
        depot.subscribe(there.url)
        depot.announce(depot.case(1))
        depot.dynamo.dies = {depot.dynamo.number + step: when}
        with suppress(Crash):
            depot.deliver()
        depot.dynamo.dies = {}
        again = depot.restarted()  # the queue's messages are lost with it
        again.until_over()
        assert again.states() == Counter(ok=1)
        assert len({heard.id for heard in there.heard}) == 1
        assert 1 <= len(there.heard) <= 2


@pytest.mark.parametrize("step", range(1, 9))
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_death_at_any_step_of_announcing_is_made_good_by_the_message_that_comes_again(depot, step, when):
    with receiver() as there:
        depot.subscribe(there.url)
        pairs = depot.case(2)
        depot.dynamo.dies = {depot.dynamo.number + step: when}
        with suppress(Crash):
            depot.announce(pairs)
        depot.dynamo.dies = {}
        depot.announce(pairs)
        depot.until_over()
        assert {heard.id for heard in there.heard} == {row["ev"] for row in depot.rows()}
        assert depot.states() == Counter(ok=2)


@pytest.mark.needs("threads")
def test_one_of_eight_who_claim_a_delivery_at_once_gets_it(depot):
    depot.subscribe("https://hooks.example.cn/")
    depot.announce(depot.case(1))
    ((message, _),) = depot.fast
    places, got = places_of(message), list[object]()

    def claim(owner: str) -> None:
        got.extend(depot.room.deliveries.claim_all(places, owner, depot.hand.at, LEASE))

    for _ in range(10):
        threads = [threading.Thread(target=claim, args=(f"o{n}",)) for n in range(8)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        depot.hand.at += LEASE + 2_000  # the lease runs out: the next may try
    assert len(got) == 10


def test_who_was_overtaken_records_nothing(depot):
    with receiver() as there:
        depot.subscribe(there.url)
        depot.announce(depot.case(1))
        places = places_of(depot.fast[0][0])
        (slow,) = depot.room.deliveries.claim_all(places, "slow", depot.hand.at, LEASE)
        depot.hand.at += LEASE + 2_000
        assert depot.deliver() == ["ok"]
        assert slow
        assert depot.room.deliveries.end_all([(slow, Next("dead", "late"), [], "")]) == [False]
        assert depot.states() == Counter(ok=1)


@pytest.mark.parametrize("outage", [300_000, HOUR, 3 * DAY], ids=["300 s", "an hour", "three days"])
def test_an_outage_loses_nothing_and_neither_does_a_restart_in_the_middle(shelf, outage):
    """Lost is what is neither delivered, nor waiting, nor to be had by a replay."""
    depot = Depot(shelf, Hand(NOON))
    depot.scope()
    with receiver() as there:
        until = NOON + outage
        depot.subscribe(there.url)
        pairs = depot.case(8)
        hand = depot.hand
        there.answers = lambda *_: (503 if hand.at < until else 204, {}, b"")
        depot.announce(pairs)
        depot.deliver()
        assert depot.states() == Counter(retry=8)
        depot = depot.restarted()
        depot.until_over()
        assert depot.states() == Counter(ok=8)
        per_id = Counter(heard.id for heard in there.heard)
        assert set(per_id.values()) <= set(range(2, 11))
        bodies = {(heard.id, heard.body) for heard in there.heard}
        assert len(bodies) == 8  # the same bytes in every attempt
        # At the first attempt after it is over, which is no further off than the last wait.
        assert 0 <= depot.hand.at - until <= WAITS[max(per_id.values()) - 1] * 6 // 5 + LOST


def test_after_ten_attempts_it_is_dead_with_its_reason_and_a_replay_still_has_it(depot):
    with receiver(500) as there:
        one = depot.subscribe(there.url)
        depot.announce(depot.case(1))
        depot.until_over()
        (row,) = depot.rows()
        assert (row["st"], row["why"], row["n"], len(there.heard)) == ("dead", "status-500", 10, 10)
        there.says(204)
        asked = {"state": "running", "at": depot.hand.at, "ids": [], "from": NOON, "to": depot.hand.at, "types": [],
                 "states": ["dead"], "counts": {}}  # fmt: skip
        depot.subscriptions.put_replay(one.id, "rpl_1", asked, 0)
        assert redelivering.replay(depot.room, one.id, "rpl_1") == {"sent": 1, "passed": 0, "missing": 0}
        depot.until_over()
        assert depot.states() == Counter(ok=1)
        assert len({(heard.id, heard.body) for heard in there.heard}) == 1


def test_a_hanging_endpoint_holds_up_nobody_but_itself(depot):
    """After its first time-out an endpoint waits in the slow queue; the others' messages never meet it there."""
    release = threading.Event()
    with receiver() as there, receiver() as hangs:
        hangs.answers = lambda *_: ((release.wait(20) and 204) or 204, {}, b"")
        depot.room = replace(depot.room, line=Sender(loopback=True, seconds=0.5).line)
        hanging = depot.subscribe(hangs.url)
        for _ in range(9):
            depot.subscribe(there.url)
        depot.announce(depot.case(1))
        first = depot.deliver(slow=False)
        assert Counter(first) == Counter({"ok": 9, "put-off": 1})
        depot.slow.clear()
        depot.announce(depot.case(1))
        assert [place[0] for message, _ in depot.slow for place in places_of(message)] == [hanging.id]
        assert set(depot.deliver([message for message, _ in depot.fast], slow=False)) == {"ok"}
        depot.fast = list(depot.slow)  # one that was queued before the time-out was noted
        depot.slow.clear()
        assert depot.deliver([message for message, _ in depot.fast], slow=False) == ["put-off"]
        assert len(depot.slow) == 1
        release.set()


def test_who_has_no_time_in_the_fast_lane_is_asked_in_the_slow_one_and_that_counts_as_no_attempt(depot):
    """Of five deliveries to an endpoint that hangs one is tried in a lane; the others are put off with it."""
    answers = threading.Event()
    with receiver() as there:
        there.answers = lambda *_: ((answers.is_set() or time.sleep(0.8) or True) and 204, {}, b"")
        depot.room = replace(depot.room, line=lambda url, _: Sender(loopback=True).line(url, 0.4))
        one = depot.subscribe(there.url)
        depot.announce(depot.case(5))
        assert depot.deliver(slow=False) == ["put-off"] * 5
        assert len(there.heard) == 1
        assert {(row["st"], row["n"]) for row in depot.rows()} == {("retry", 0)}
        assert depot.seen(one.id).health.timed_out_at == depot.hand.at
        answers.set()
        assert depot.deliver() == ["ok"] * 5
        assert Counter(row["n"] for row in depot.rows()) == {1: 5}
        assert depot.seen(one.id).health.timed_out_at is None


def test_whoever_hangs_in_the_slow_lane_too_costs_it_one_wait_a_lane(depot):
    with receiver() as there:
        there.answers = lambda *_: (time.sleep(0.6) or 204, {}, b"")
        depot.room = replace(depot.room, line=lambda url, _: Sender(loopback=True).line(url, 0.3))
        depot.subscribe(there.url)
        depot.announce(depot.case(5))
        began = time.monotonic()
        assert Counter(depot.deliver(slow=True)) == {"retry": 1, "put-off": 4}
        assert time.monotonic() - began < 5
        assert Counter(row["n"] for row in depot.rows()) == {1: 1, 0: 4}


FULL_LOAD = pytest.mark.parametrize(
    ("steps", "apart"),
    [pytest.param(5, 0.6, id="5 events"), pytest.param(60, 1.0, id="60 events", marks=pytest.mark.proof)],
)


@pytest.mark.needs("threads")
@FULL_LOAD
def test_one_of_a_hundred_endpoints_that_hangs_holds_up_none_of_the_others(depot, steps, apart):
    """Five functions take batches from the fast queue and five from the slow one, as the event sources have it."""
    release = threading.Event()
    with receiver() as there, receiver() as hangs:
        hangs.answers = lambda *_: ((release.wait(20) and 204) or 204, {}, b"")
        others = [depot.subscribe(f"{there.url}?n={number}") for number in range(99)]
        last = depot.subscribe(there.url)
        baseline = _latencies(depot, there, steps, apart, len(others))
        assert depot.subscriptions.put(replace(depot.seen(last.id), url=hangs.url), depot.seen(last.id).rev)
        hanging = _latencies(depot, there, steps, apart, len(others))
        release.set()
    assert len(hangs.heard) > 0
    assert len(hanging) == steps * len(others)
    print(
        f"p99 of the others: {baseline[-len(baseline) // 100]:.2f} s, {hanging[-len(hanging) // 100]:.2f} s beside it"
    )
    if steps >= 60:  # of few events the first wait is a large part
        assert hanging[-len(hanging) // 100] <= 2 * baseline[-len(baseline) // 100]
    assert hanging[-1] <= baseline[-1] + QUICK + 1


def _latencies(depot: Depot, there: Receiver, steps: int, apart: float, others: int) -> list[float]:
    """Seconds from an event to its arrival at each endpoint that answers, in order."""
    began, before, over = dict[str, float](), len(there.heard), threading.Event()
    arrived = dict[tuple[str, str], float]()
    plain = there.answers

    def noted(number, heard):
        arrived.setdefault((heard.path, heard.id), time.monotonic())
        return plain(number, heard)

    there.answers = noted
    lock, functions = threading.Lock(), list[threading.Thread]()

    def function(slow: bool) -> None:
        while not over.is_set():
            with lock:
                queue = depot.slow if slow else depot.fast
                batch = [message for message, _ in queue[:10]]
                del queue[:10]
            if batch:
                delivering.deliver_all(depot.room, batch, slow=slow)
            else:
                time.sleep(0.01)

    for slow in (False, True) * 5:
        functions.append(threading.Thread(target=function, args=(slow,), daemon=True))
        functions[-1].start()
    for _ in range(steps):
        depot.hand.at += 1_000
        (pair,) = depot.case(1)
        began[ids.derived("evt", pair[0], "1")] = time.monotonic()
        depot.announce([pair])
        time.sleep(apart)
    wait_until(lambda: sum("?" in path for path, _ in list(arrived)) >= steps * others, 60)
    over.set()
    there.answers = plain
    assert len(there.heard) > before
    return sorted(at - began[identity] for (path, identity), at in arrived.items() if "?" in path)


def test_a_poison_event_blocks_nobody(depot):
    """One case whose key is gone cannot be read: the others' events are announced, and the message comes back."""
    with receiver() as there:
        depot.subscribe(there.url)
        good, bad = depot.case(2), depot.case(1)
        (row,) = [
            row for row in depot.shelf.rows("cases") if row["pk"] == bad[0][0] and row["sk"].startswith("E#")
        ]
        depot.shelf.put("cases", row | {"b": b"poison"})
        with pytest.raises(Exception, match=r"seal|key|stored|written"):
            depot.announce([good[0], bad[0], good[1]])
        depot.until_over()
        assert depot.states() == Counter(ok=2)
        assert len(there.heard) == 2


def test_neither_number_nor_telephone_nor_name_leaves_the_house_or_stands_in_a_row(depot):
    """The events carry all three; a receiver that knows them echoes them in its answer."""
    with receiver() as there:
        there.says(500, {}, f"no such person {PERSON}".encode())
        depot.subscribe(there.url)
        depot.announce(depot.case(3))
        depot.deliver()
        assert len(there.heard) == 3
        from chalicelib.stores.encoding import unpack_body

        rows = depot.rows()
        kept = [unpack_body(row["a"]) for row in rows]
        assert all("no such person" in one["answer"] for one in kept)  # it was looked at
        for part in ("11010519491231002X", "13800138000"):
            assert part not in repr(kept)
            assert part.encode() not in b"".join(heard.body for heard in there.heard)
            assert part not in repr(rows)
        assert "王小明".encode() not in b"".join(heard.body for heard in there.heard)


def test_a_receiver_that_sorts_by_case_and_seq_rebuilds_every_chain(depot):
    with receiver() as there:
        depot.subscribe(there.url)
        pairs = [pair for _ in range(3) for pair in depot.case(6)]
        depot.announce(shuffled_pairs(pairs))
        depot.deliver(shuffled(alone(message for message, _ in depot.fast) * 2, 7))
        told = {heard.id: json.loads(heard.body) for heard in there.heard}
        rebuilt = sorted((one["case"], one["seq"]) for one in told.values())
        assert rebuilt == sorted(pairs)
        arrived = [
            (one["case"], one["seq"]) for one in map(json.loads, (heard.body for heard in there.heard))
        ]
        assert arrived != sorted(arrived)  # else this shows nothing


def test_what_is_new_is_watched_a_hundred_in_a_row_and_leaves_nothing_behind(depot):
    with receiver() as there:
        for _ in range(3):
            depot.subscribe(there.url)
        depot.announce([pair for _ in range(4) for pair in depot.case(10)])
        watching = [row for row in depot.shelf.rows("deliveries") if row["pk"].startswith("WNEW#")]
        assert len(watching) == 2  # a hundred, and twenty
        depot.deliver()
        assert depot.states() == Counter(ok=120)
        depot.sweep()
        assert depot.next_due() is not None  # it is too early to look
        depot.hand.at += LOST + 1
        assert depot.sweep() == {}
        assert depot.next_due() is None


def test_a_delivery_that_nobody_took_up_is_found_by_what_watches_it(depot):
    """The queue loses every message; one of the deliveries is held by somebody who is still at it."""
    with receiver() as there:
        depot.subscribe(there.url)
        depot.announce(depot.case(3))
        places = [place for message, _ in depot.fast for place in places_of(message)]
        depot.fast.clear()
        depot.hand.at += LOST + 1
        (held,) = depot.room.deliveries.claim_all(places[:1], "somebody", depot.hand.at, LEASE)
        assert depot.sweep() == {"queued": 2, "waiting": 1}
        assert depot.deliver() == ["ok"] * 2
        assert depot.room.deliveries.end_all([(held, Next("ok", "delivered"), [], "")]) == [True]
        depot.until_over()
        assert depot.states() == Counter(ok=3)
        assert len(there.heard) == 2
        assert depot.next_due() is None


def test_one_that_another_took_keeps_none_of_its_batch_from_being_claimed_or_recorded(depot):
    depot.subscribe("https://hooks.example.cn/")
    depot.announce(depot.case(8))
    places = [place for message, _ in depot.fast for place in places_of(message)]
    store, now = depot.room.deliveries, depot.hand.at
    claimable = store.many

    def taken_meanwhile(asked):
        found = claimable(asked)
        if len(asked) > 1:  # between reading and writing another is quicker with one of them
            assert len(store.claim_all(places[3:4], "another", now, LEASE)) == 1
        return found

    store.many = taken_meanwhile
    ours = store.claim_all(places, "us", now, LEASE)
    store.many = claimable
    assert {one["id"] for one in ours} == {place[1] for place in places} - {places[3][1]}
    depot.hand.at += LEASE + 2_000
    assert len(store.claim_all(places[:1], "a successor", depot.hand.at, LEASE)) == 1
    held = store.end_all([(one, Next("ok", "delivered"), [], "") for one in ours])
    assert [not done for done in held] == [one["id"] == places[0][1] for one in ours]
    assert depot.states() == Counter(ok=6, sending=2)


def test_whoever_was_given_up_is_taken_up_again_and_has_what_it_missed(depot):
    """The same ids, the same bytes, the secret of the day; the replay says nothing of its health."""
    with receiver(410) as there:
        one = depot.subscribe(there.url)
        depot.announce(depot.case(1))
        depot.deliver()
        depot.announce(depot.case(3))
        assert depot.states() == Counter(dead=1, skipped=3)
        first = there.heard[0]
        there.says(204)
        given_up = depot.seen(one.id)
        secret = Secret(secret_of(bytes(32)), depot.hand.at)
        again = replace(given_up, state="active", why="", health=Health(), secrets=(secret,))
        assert depot.subscriptions.put(again, given_up.rev)
        depot.hand.at += DAY
        asked = {"state": "running", "at": depot.hand.at, "ids": [], "from": NOON, "to": depot.hand.at, "types": [],
                 "states": ["dead", "skipped"], "counts": {}}  # fmt: skip
        depot.subscriptions.put_replay(one.id, "rpl_1", asked, 0)
        assert redelivering.replay(depot.room, one.id, "rpl_1")["sent"] == 4
        depot.until_over()
        assert depot.states() == Counter(ok=4)
        second = next(heard for heard in there.heard[1:] if heard.id == first.id)
        assert second.body == first.body
        seconds = int(second.headers["webhook-timestamp"])
        assert dict(second.headers).items() >= signed(first.id, seconds, first.body, [secret.text]).items()
        assert depot.seen(one.id).health == Health()


def test_nothing_lies_in_the_due_index_but_what_has_not_ended(depot):
    with receiver(500) as there:
        depot.subscribe(there.url)
        depot.announce(depot.case(4))
        depot.deliver()
        waiting = {
            row["sk"].split("#")[2] for row in depot.shelf.rows("deliveries") if row["pk"].startswith("WDUE#")
        }
        assert waiting == {row["sk"] for row in depot.rows() if row["st"] not in FINAL}
        there.says(204)
        depot.until_over()
        assert depot.next_due() is None


def test_whoever_has_no_scope_over_a_case_is_sent_nothing_of_it(depot):
    with receiver() as there, receiver() as other:
        depot.subscribe(there.url)
        depot.subscribe(other.url, owner="system:stranger")
        depot.announce(depot.case(2))
        depot.until_over()
        assert (len(there.heard), len(other.heard)) == (2, 0)


def test_filters_name_types_items_and_departments(depot):
    with receiver() as there:
        depot.subscribe(there.url, types=("case.submitted",))
        depot.subscribe(there.url, items=("food-licence",))
        depot.subscribe(there.url, items=("another",))
        depot.subscribe(there.url, departments=("tax",))
        depot.announce(depot.case(3))
        depot.until_over()
        assert len(there.heard) == 1 + 3
        assert depot.subscriptions.wanted_types() == {"case.submitted", "*"}


def test_health_is_noted_and_an_endpoint_is_given_up_once_after_five_days(depot):
    with receiver(500) as there:
        one = depot.subscribe(there.url)
        depot.announce(depot.case(1))
        depot.deliver()
        assert depot.seen(one.id).health.failing_since == NOON
        depot.hand.at = NOON + 5 * DAY
        depot.announce(depot.case(6))
        done = delivering.deliver_all(depot.room, [message for message, _ in depot.fast], slow=True)
        assert (
            sum(attempt.disabled for attempts in done for attempt in attempts) == 1
        )  # one of six tells of it
        assert (depot.seen(one.id).state, depot.seen(one.id).why) == ("disabled", "failing")
        depot.fast.clear()
        before = len(there.heard)
        depot.announce(depot.case(1))
        depot.until_over()
        assert len(there.heard) == before
        assert depot.states()["skipped"] >= 1


def test_a_success_clears_the_record_of_failures(depot):
    with receiver(500) as there:
        one = depot.subscribe(there.url)
        depot.announce(depot.case(1))
        depot.deliver()
        there.says(204)
        depot.until_over()
        health = depot.seen(one.id).health
        assert (health.failing_since, health.failed_at) == (None, None)
        assert health.delivered_at


def test_410_gives_an_endpoint_up_at_once(depot):
    with receiver(410) as there:
        one = depot.subscribe(there.url)
        depot.announce(depot.case(1))
        assert depot.deliver() == ["dead"]
        assert (depot.seen(one.id).state, depot.seen(one.id).why) == ("disabled", "gone")
        assert one.owner == BANK
