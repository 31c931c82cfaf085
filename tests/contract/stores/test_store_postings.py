"""What cases post to accounts, by the real actions: never overdrawn, never doubled, numbered without a gap."""

from __future__ import annotations

import random  # noqa: TID251  a fixed seed
import threading
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.actions import deciding, moving, promoting
from chalicelib.actions.submit import submit
from chalicelib.domain import accounts
from chalicelib.domain.problems import Problem
from tests.builders_accounts import (
    DAY,
    HALL,
    OPENING,
    TIME,
    Died,
    Lossy,
    Ticking,
    booking,
    cases_of,
    payment,
    published,
    wrong_in,
)
from tests.builders_stores import NOON, Shelf, applicant, kit

HALL_AT = f"{HALL}|{DAY}|{TIME}"
WORKERS = 8


def equipped(shelf: Shelf, **hall: int):
    return kit(Ticking(NOON), shelf, published(**hall))


def move(kit_, case_id: str, name: str, key: str, person: str = "person:a") -> moving.Moved:
    return moving.move(kit_, applicant(person), moving.MoveRequest(case_id, name, {}, key))


def filed(kit_, key: str, purse: str, amount: int) -> str:
    return submit(kit_, applicant("person:a"), payment(key, purse, amount)).case_id


def left(kit_, purse: str) -> tuple[int, int]:
    """Balance and free of a purse, over its shards."""
    rows = [f"purse|{purse}~{shard}" for shard in range(4)]
    found = kit_.accounts.balances(rows)
    known = [one or accounts.Balance(OPENING // 4, OPENING // 4) for one in found.values()]
    return sum(one.balance for one in known), sum(one.free for one in known)


def test_a_hold_is_settled_once_and_the_money_stands_on_the_other_side(shelf):
    desk = equipped(shelf)
    case_id = filed(desk, "k", "p", 700)
    assert left(desk, "p") == (OPENING, OPENING - 700)
    first, again = (move(desk, case_id, "pay", "w") for _ in range(2))
    assert (first.replayed, again.replayed) == (False, True)
    assert left(desk, "p") == (OPENING - 700, OPENING - 700)
    till = [one for one in desk.accounts.balances([f"till~{shard}" for shard in range(8)]).values() if one]
    assert till == [accounts.Balance(700, 700)]
    assert wrong_in(shelf) == []


def test_a_hold_is_given_back_once_and_can_be_held_again(shelf):
    desk = equipped(shelf)
    case_id = filed(desk, "k", "p", OPENING)  # more than one shard has: taken from all of them
    with pytest.raises(Problem, match="account-overdrawn"):
        filed(desk, "l", "p", 1)
    move(desk, case_id, "cancel", "w")
    with pytest.raises(Problem, match="move-not-available"):
        move(desk, case_id, "cancel", "x")
    assert left(desk, "p") == (OPENING, OPENING)
    filed(desk, "m", "p", OPENING)
    assert left(desk, "p") == (OPENING, 0)


def test_who_asks_for_more_than_there_is_is_told_what_is_left_and_nothing_is_written(shelf):
    desk = equipped(shelf)
    filed(desk, "k", "p", 9_000)
    with pytest.raises(Problem) as refused:
        filed(desk, "l", "p", 1_500)
    problem = refused.value
    assert (problem.kind, problem.code) == ("conflict", "account-overdrawn")
    assert problem.extra == {"account": "purse", "unit": "fen", "asked": 1_500, "left": 1_000}
    assert "剩余人民币10.00元" in problem.message.zh
    assert "额度不足" in problem.message.zh
    assert len(cases_of(shelf)) == 1
    filed(desk, "m", "p", 1_000)
    assert left(desk, "p") == (OPENING, 0)


def test_a_step_without_postings_asks_nothing_of_accounts(shelf):
    desk = kit(Ticking(NOON), shelf)
    shelf.dynamo.requests.clear()
    from tests.builders_stores import submission

    submit(desk, applicant("enterprise:91430112MA4DEM010Y"), submission("food-licence", "k"))
    assert Counter(shelf.dynamo.requests) == {"BatchGetItem": 1, "UpdateItem": 1, "TransactWriteItems": 1}


def test_a_hold_and_its_settling_are_two_round_trips_each(shelf):
    desk = equipped(shelf)
    filed(desk, "warm", "q", 1)
    shelf.dynamo.requests.clear()
    case_id = filed(desk, "k", "p", 700)
    assert Counter(shelf.dynamo.requests) == {"BatchGetItem": 1, "TransactWriteItems": 1}
    shelf.dynamo.requests.clear()
    move(desk, case_id, "cancel", "w")
    assert Counter(shelf.dynamo.requests) == {"BatchGetItem": 1, "TransactWriteItems": 1}


def test_numbers_follow_each_other_without_a_gap_whatever_was_cancelled_between(shelf):
    desk = equipped(shelf)
    numbers = []
    for number in range(9):
        case_id = filed(desk, f"k{number}", "p", 10)
        moved = move(desk, case_id, "cancel" if number % 3 == 0 else "pay", "w")
        numbers += numbers_of(desk, case_id, moved.seq)
    assert numbers == [1, 2, 3, 4, 5, 6]


def numbers_of(desk, case_id: str, seq: int) -> list[int]:
    (event,) = desk.cases.events(case_id, seq - 1, 1)
    return [one["number"] for one in event["data"].get("posted", ()) if "number" in one]


def test_a_full_slot_has_a_waiting_list_that_moves_up_in_order_of_arrival(shelf):
    desk = equipped(shelf, opening=2)
    booked = [submit(desk, applicant(f"person:p{n}"), booking("k")).case_id for n in range(5)]
    states = [desk.cases.load(one).case.configuration["in"][-1] for one in booked]
    assert states == ["booked", "booked", "waiting", "waiting", "waiting"]
    line = [f"{HALL_AT}{accounts.WAITING}"]
    assert desk.accounts.waiting(line) == booked[2:]
    move(desk, booked[3], "cancel", "w", "person:p3")  # leaves the line
    move(desk, booked[0], "cancel", "w", "person:p0")
    assert desk.cases.load(booked[2]).case.configuration["in"][-1] == "booked"
    assert desk.accounts.waiting(line) == booked[4:]
    assert desk.cases.events(booked[2])[-1]["type"] == "case.promoted"
    assert desk.accounts.balances([HALL_AT])[HALL_AT] == accounts.Balance(2, 0)
    assert wrong_in(shelf) == []


def killed_between(desk, case_id: str, person: str, monkeypatch) -> None:
    """The case gives its place back, and whoever did it dies before the line moves up."""

    def dies(*_):
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(deciding, "move_up", dies)
        with pytest.raises(Died):
            move(desk, case_id, "cancel", "killed", person)


def state_of(desk, case_id: str) -> str:
    return str(desk.cases.load(case_id).case.configuration["in"][-1])


def test_whoever_dies_before_the_line_moved_up_leaves_it_to_the_sweep(shelf, monkeypatch):
    desk = equipped(shelf, opening=2)
    booked = [submit(desk, applicant(f"person:p{n}"), booking("k")).case_id for n in range(5)]
    killed_between(desk, booked[0], "person:p0", monkeypatch)
    assert [state_of(desk, one) for one in booked[2:]] == ["waiting"] * 3
    assert promoting.sweep(desk) == 1
    assert [state_of(desk, one) for one in booked[2:]] == ["booked", "waiting", "waiting"]
    assert promoting.sweep(desk) == 0  # nothing is free
    killed_between(desk, booked[1], "person:p1", monkeypatch)
    killed_between(desk, booked[2], "person:p2", monkeypatch)
    assert promoting.sweep(desk) == 2
    assert [state_of(desk, one) for one in booked[3:]] == ["booked", "booked"]
    assert [desk.cases.events(one)[-1]["type"] for one in booked[3:]] == ["case.promoted"] * 2
    assert desk.accounts.balances([HALL_AT])[HALL_AT] == accounts.Balance(2, 0)
    assert wrong_in(shelf) == []


def test_a_sweep_forgets_a_line_in_which_nobody_stands_and_finds_it_when_somebody_joins(shelf, monkeypatch):
    desk = equipped(shelf, opening=1)
    one, two = (submit(desk, applicant(f"person:p{n}"), booking("k")).case_id for n in range(2))
    ((account, last),) = desk.accounts.lines(HALL)
    assert account == HALL_AT
    killed_between(desk, one, "person:p0", monkeypatch)
    promoting.sweep(desk)
    assert (state_of(desk, two), desk.accounts.lines(HALL)) == ("booked", [])
    three = submit(desk, applicant("person:p3"), booking("k")).case_id
    assert not desk.accounts.forget_line(
        account, last, NOON
    )  # who looked before may not forget who came after
    assert [found for found, _ in desk.accounts.lines(HALL)] == [HALL_AT]
    killed_between(desk, two, "person:p1", monkeypatch)
    assert promoting.sweep(desk) == 1
    assert state_of(desk, three) == "booked"


def test_a_slot_that_has_begun_is_nobodys_to_wait_for(shelf, monkeypatch):
    desk = equipped(shelf, opening=1)
    one, two = (submit(desk, applicant(f"person:p{n}"), booking("k")).case_id for n in range(2))
    killed_between(desk, one, "person:p0", monkeypatch)
    later = kit(Ticking(NOON + 30 * 86_400_000), shelf, published(opening=1))
    assert promoting.sweep(later) == 0
    assert (state_of(desk, two), desk.accounts.lines(HALL)) == ("waiting", [])


def test_the_line_names_nobody_in_the_clear(shelf):
    desk = equipped(shelf, opening=1)
    for number in range(2):
        submit(desk, applicant(f"person:p{number}"), booking("k"))
    (row,) = [one for one in shelf.rows("records") if one["pk"].startswith("LINE#")]
    assert TIME not in row["sk"]
    assert "person:" not in str({name: one for name, one in row.items() if not isinstance(one, bytes)})


# ── Everybody at once ────────────────────────────────────────────────────────────────────────────────────────


class Crowd:
    """Callers on containers of their own, over wires that lose one transaction in so many."""

    def __init__(self, shelf: Shelf, operations: int, rate: float) -> None:
        self.purses = [f"purse-{number}" for number in range(max(2, operations // 200))]
        self.done, self.lock = Counter[str](), threading.Lock()
        self.share = operations // WORKERS
        self.wires = [Lossy(shelf.another(), seed, rate) for seed in range(WORKERS)]

    def rage(self) -> None:
        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(self._work, range(WORKERS)))

    def _work(self, worker: int) -> None:
        desk, dice = equipped(self.wires[worker].shelf), random.Random(worker)
        open_cases, made = list[str](), 0
        while made < self.share:
            made += 1
            key = f"{worker}-{made}"
            if open_cases and dice.random() < 0.6:
                case_id = open_cases.pop(dice.randrange(len(open_cases)))
                name = dice.choice(("pay", "pay", "cancel"))
                self._until_told(
                    name, lambda case_id=case_id, name=name, key=key: move(desk, case_id, name, key)
                )
            else:
                purse, amount = dice.choice(self.purses), dice.randrange(1, 400)
                told = self._until_told(
                    "hold", lambda key=key, purse=purse, amount=amount: filed(desk, key, purse, amount)
                )
                open_cases += [told] if isinstance(told, str) else []

    def _until_told(self, what: str, act):
        """Ask again with the same key while nobody answers, unless the caller is killed."""
        for _ in range(12):
            try:
                told = act()
            except Died:
                self._count("killed")
                return None
            except ConnectionError:
                self._count("asked again")
            except Problem as problem:
                if problem.code != "busy":
                    self._count(problem.code)
                    return None
                self._count("busy")
            else:
                self._count(what)
                return told
        return None

    def _count(self, what: str) -> None:
        with self.lock:
            self.done[what] += 1


def _ten_thousand(shelf: Shelf, operations: int) -> None:
    crowd = Crowd(shelf, operations, rate=0.08)
    crowd.rage()
    met = sum((wire.met for wire in crowd.wires), Counter[str]())
    print(f"\n{operations} operations: {dict(crowd.done)}; {dict(met)}")
    assert {"request lost", "answer lost", "killed before", "killed after"} <= met.keys()
    assert crowd.done["pay"] > 0
    assert crowd.done["account-overdrawn"] > 0  # else nothing was ever at its bound
    assert wrong_in(shelf) == []
    _holds_are_of_open_cases(shelf)
    _numbers_have_no_gap(shelf)


def _holds_are_of_open_cases(shelf: Shelf) -> None:
    """What the purses hold is exactly what open cases hold, each once; a case that ended holds nothing."""
    cases = cases_of(shelf)
    held = sum(part for case in cases for one in case.held for _, part in one["parts"])
    rows = [
        row for row in shelf.rows("records") if row["sk"] == "BALANCE" and row["pk"].startswith("ACC#purse")
    ]
    assert sum(row["held"] for row in rows) == held
    assert not [case.id for case in cases if case.outcome and case.held]


def _numbers_have_no_gap(shelf: Shelf) -> None:
    desk = equipped(shelf)
    series = defaultdict[str, list[int]](list)  # each purse numbers its own payments
    for case in cases_of(shelf):
        if case.outcome == "paid":
            form = desk.cases.load(case.id).form
            assert form is not None
            series[form["form"]["purse"]] += numbers_of(desk, case.id, case.seq)
    assert series
    for numbers in series.values():
        assert sorted(numbers) == list(range(1, len(numbers) + 1))


@pytest.mark.needs("threads")
def test_operations_side_by_side_with_kills_and_lost_answers_add_up_to_the_fen(shelf):
    _ten_thousand(shelf, 400)


@pytest.mark.proof
@pytest.mark.needs("threads")
@pytest.mark.timeout(1800)
def test_ten_thousand_operations_with_kills_and_lost_answers_add_up_to_the_fen(shelf):
    _ten_thousand(shelf, 10_000)


def _race(shelf: Shelf, people: int, places: int) -> None:
    """All at once for the same slot, on rows that share its places."""
    hall = {"opening": places, "shards": 8}
    definition = published(**hall).world[f"accounts/{HALL}"]
    hand = Ticking(NOON)
    desks = [kit(hand, shelf.another(), published(**hall)) for _ in range(WORKERS)]

    def book(number: int) -> str:
        for _ in range(50):
            try:
                return submit(desks[number % WORKERS], applicant(f"person:p{number}"), booking("k")).case_id
            except Problem as problem:
                if problem.code != "busy":
                    raise
        raise AssertionError("never told")

    with ThreadPoolExecutor(WORKERS) as pool:
        asked = list(pool.map(book, range(people)))
    cases = {case.id: case for case in cases_of(shelf)}
    assert set(asked) == set(cases)
    waiting = [case for case in cases.values() if case.held[0].get("waiting")]
    assert (len(cases) - len(waiting), len(waiting)) == (places, people - places)
    line = accounts.waiting_list(definition, HALL_AT)
    in_order = [case.id for case in sorted(waiting, key=lambda case: (case.opened_at, case.id))]
    assert desks[0].accounts.waiting(line) == in_order
    rows = desks[0].accounts.balances(accounts.shards(definition, HALL_AT))
    assert [one.free for one in rows.values() if one] == [0] * 8
    assert sum(one.balance for one in rows.values() if one) == places
    assert wrong_in(shelf) == []


@pytest.mark.needs("threads")
def test_many_people_race_for_few_places_and_the_rest_wait_in_order(shelf):
    _race(shelf, people=120, places=12)


@pytest.mark.proof
@pytest.mark.needs("threads")
@pytest.mark.timeout(1800)
def test_five_thousand_people_race_for_five_hundred_places(shelf):
    _race(shelf, people=5_000, places=500)
