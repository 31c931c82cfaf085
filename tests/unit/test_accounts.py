"""What steps of cases make of accounts, in memory: in whatever order, nothing is overdrawn, doubled or lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import accounts, expiry, filing, moves, slots
from chalicelib.domain.accounts import Balance, Everything
from chalicelib.domain.change import Posting
from chalicelib.domain.clock import SHANGHAI
from chalicelib.domain.definitions import Definition
from chalicelib.domain.events import Cause
from chalicelib.domain.filing import Application
from chalicelib.domain.manifests import resolve
from chalicelib.domain.problems import Problem
from chalicelib.domain.transitions import Course
from chalicelib.domain.world import World
from tests.builders_accounts import APPOINTMENT, HALL, OPENING, SHARDS, published
from tests.builders_stores import DAY, NOON, example
from tests.builders_stores import world as pack_world

POT: Definition = {
    "kind": "accounts", "id": "pot", "title": {"zh": "锅", "en": "pot"}, "unit": "use", "key": [], "period": "none",
    "opening": 23, "min": 0, "shards": 5,
}  # fmt: skip


def wallet(item: str = "wallet", at: int = NOON) -> World:
    source = published()
    bundle = resolve(*source.release(str(source.plan.set.releases[item]["release"])))
    times = pack_world("food-licence", at).times
    return World(bundle, times, SHANGHAI, at, lambda identity: source.world[f"accounts/{identity}"])


class District:
    """Cases and one book, as the store keeps it. A decision may not have read the book; a refusal makes it read."""

    def __init__(self, item: str = "wallet") -> None:
        self.world = wallet(item)
        self.book: dict[str, Balance | None] = Everything()
        self.cases: dict[str, Course] = {}
        self.numbers: list[int] = []

    def file(self, form: dict[str, Any], *, blind: bool = False) -> Course:
        identity = f"cas_{len(self.cases):04d}"
        party = {"role": "applicant", "subject": f"person:p{len(self.cases)}"}

        def decide(book: Any) -> Course:
            return filing.open_case(
                self.world, Application(form, (), (party,), "web"), {}, case_id=identity, number="N1",
                release_set=1, cause=self.cause(), records={}, book=book,
            )  # fmt: skip

        return self.decided(identity, decide, blind=blind)

    def move(self, case_id: str, name: str, *, blind: bool = False) -> Course:
        def decide(book: Any) -> Course:
            course = self.course(case_id, book)
            move = self.world.process.moves[name]
            if self.world.process.send(course.case.configuration, name) is None:
                raise Problem("conflict", "move-not-available", move.title)
            moves.make(course, move, {}, self.cause())
            return course

        return self.decided(case_id, decide, blind=blind)

    def wait(self, days: int) -> None:
        self.world = replace(self.world, at=self.world.at + days * DAY)
        for case_id in list(self.cases):
            course = self.course(case_id, self.book)
            if expiry.pass_time(course):
                self.decided(case_id, lambda _, course=course: course, blind=False)

    def course(self, case_id: str, book: Any) -> Course:
        before = self.cases[case_id]
        case = replace(before.case, timer=None)
        return Course(self.world, case, before.form, before.facts, {}, book)

    def decided(self, case_id: str, decide: Any, *, blind: bool) -> Course:
        try:
            course = decide({} if blind else self.book)
            self.book = Everything(accounts.after(self.book, accounts.sent(course.postings)))
        except (accounts.AccountsNeeded, Problem) as refused:
            if isinstance(refused, Problem) and refused.code != "postings-refused":
                raise
            course = decide(self.book)
            try:
                self.book = Everything(accounts.after(self.book, accounts.sent(course.postings)))
            except Problem as again:
                pytest.fail(f"decided on the whole book, and refused: {again.extra}")
        self.cases[case_id] = course
        posted = [one for event in course.events for one in event.body["data"].get("posted", ())]
        self.numbers += [one["number"] for one in posted if "number" in one]
        return course

    def cause(self) -> Cause:
        return Cause({"person": "person:p", "via": "web"}, self.world.at, self.world.at)

    def add_up(self, opening: int = OPENING) -> None:
        """What the rows say is what the cases did, to the fen."""
        purse = {name: one for name, one in self.book.items() if name.startswith("purse") and one}
        till = sum(one.balance for name, one in self.book.items() if name.startswith("till") and one)
        paid = sum(case.form["amount"] for case in self.cases.values() if case.case.outcome == "paid")
        held = sum(part for one in self.cases.values() for hold in one.case.held for _, part in hold["parts"])
        assert all(one.free >= 0 for one in purse.values())
        assert till == paid
        spent = sum(
            accounts.opening(self.world.accounts("purse"), name) - one.balance for name, one in purse.items()
        )
        assert spent == paid
        assert sum(one.balance - one.free for one in purse.values()) == held
        assert paid + held <= opening


@given(
    st.lists(
        st.tuples(st.sampled_from(["hold", "pay", "cancel"]), st.integers(0, 30), st.booleans()), max_size=40
    )
)
@settings(max_examples=40, deadline=None, report_multiple_bugs=False)
def test_whatever_order_steps_come_in_the_purse_is_never_overdrawn_and_the_money_adds_up(steps):
    district = District()
    for what, number, blind in steps:
        try:
            if what == "hold":
                district.file({"purse": "p", "amount": 1 + number * 97}, blind=blind)
            elif district.cases:
                district.move(f"cas_{number % len(district.cases):04d}", what, blind=blind)
        except Problem as refused:
            if refused.code not in {"account-overdrawn", "move-not-available"}:
                raise
        district.add_up()
    assert district.numbers == list(range(1, len(district.numbers) + 1))


@given(
    st.lists(st.tuples(st.integers(1, 9), st.booleans()), max_size=30), st.integers(0, 40), st.integers(1, 8)
)
@settings(deadline=None)
def test_shards_give_together_exactly_what_the_account_has_and_no_more(asked, opening, number):
    pot = {**POT, "opening": opening, "shards": number}
    rows, book, given_ = accounts.shards(pot, "pot"), Everything(), 0
    assert sum(accounts.opening(pot, row) for row in rows) == opening
    for index, (amount, known) in enumerate(asked):
        for seen in ({}, book) if not known else (book,):
            parts = accounts.taken(pot, "pot", amount, f"seed{index}", seen)
            if parts is None:
                assert amount > opening - given_  # nobody is refused what is there
                break
            assert sum(part for _, part in parts) == amount
            taken = [Posting(row, "use", -part, -part, minimum=0, opening=accounts.opening(pot, row))
                     for row, part in parts]  # fmt: skip
            try:
                book = Everything(accounts.after(book, taken))
            except Problem:
                assert seen == {}  # what was not read may ask a shard for more than it has
                continue
            given_ += amount
            break
    assert given_ <= opening


def test_a_hold_is_settled_once_and_given_back_once():
    district = District()
    district.file({"purse": "p", "amount": 700})
    district.move("cas_0000", "pay")
    for name in ("pay", "cancel"):
        with pytest.raises(Problem, match="move-not-available"):
            district.move("cas_0000", name)
    district.add_up()
    assert district.cases["cas_0000"].case.held == ()


def test_a_limit_is_of_its_year_and_a_new_year_begins_anew():
    yearly = {**POT, "period": "year"}
    assert accounts.identity(yearly, ["person:a"], "2026-12-31") == "pot|person:a|2026"
    assert accounts.identity(yearly, ["person:a"], "2027-01-01") == "pot|person:a|2027"
    assert accounts.identity({**POT, "period": "none"}, [], "2027-01-01") == "pot"


@given(st.lists(st.text(min_size=1, max_size=6), min_size=1, max_size=3), st.integers(0, 7))
def test_no_two_keys_make_one_account_and_a_row_always_finds_its_account(parts, shard):
    base = accounts.identity({**POT, "period": "none"}, parts, "2026-03-02")
    assert accounts.base_of(f"{base}~{shard}") == base
    assert accounts.name_of(f"{base}^~{shard}") == "pot"
    assert base.count("|") == len(parts)
    assert accounts.rows(f"{base}~0", lambda _: POT) == accounts.shards(POT, base)


def test_what_is_settled_may_be_less_than_was_held_and_the_rest_goes_back():
    district = District()
    source = dict(district.world.bundle.item)
    posts = [{**source["posts"][0], "settled": 300}]
    district.world = replace(
        district.world, bundle=replace(district.world.bundle, item={**source, "posts": posts})
    )
    district.file({"purse": "p", "amount": 700})
    district.move("cas_0000", "pay")
    purse = [one for name, one in district.book.items() if name.startswith("purse") and one]
    assert sum(one.balance for one in purse) == sum(one.free for one in purse)
    whole = sum(accounts.opening(district.world.accounts("purse"), name)
                for name in district.book if name.startswith("purse"))  # fmt: skip
    assert whole - sum(one.balance for one in purse) == 300


def test_a_hold_that_ends_by_itself_is_given_back_and_moves_the_case():
    district = District(APPOINTMENT)
    form = example(APPOINTMENT)["form"]
    district.file(form)
    account = f"{HALL}|{form['day']}|{form['time']}"
    assert district.book[account] == Balance(6, 5)
    district.wait(10)
    course = district.cases["cas_0000"]
    assert (course.case.outcome, course.case.held) == ("missed", ())
    assert district.book[account] == Balance(6, 6)


def test_an_amount_that_is_not_known_is_refused_before_anything_is_posted():
    district = District()
    source = district.world.bundle.item
    posts = [{**source["posts"][0], "amount": "fact:no-such-fact"}]
    district.world = replace(
        district.world, bundle=replace(district.world.bundle, item={**source, "posts": posts})
    )
    with pytest.raises(Problem, match="posting-amount-unknown"):
        district.file({"purse": "p", "amount": 1})
    assert district.book == {}


def test_an_account_that_is_at_its_maximum_takes_nothing_more():
    district = District()
    till = {**district.world.accounts("till"), "shards": 1, "max": 1_000}
    known = district.world.accounts
    district.world = replace(district.world, accounts=lambda name: till if name == "till" else known(name))
    for number, amount in enumerate((700, 400)):
        district.file({"purse": "p", "amount": amount})
        if number == 0:
            district.move("cas_0000", "pay")
    with pytest.raises(Problem, match="account-full"):
        district.move("cas_0001", "pay")


def test_slots_stand_in_opening_hours_and_on_working_days_only():
    times = pack_world("food-licence").times
    hall = published().world[f"accounts/{HALL}"]
    day = list(slots.of_day(hall, date(2026, 3, 5), times))
    assert (day[0], day[5], day[6], day[-1], len(day)) == (
        "2026-03-05T09:00", "2026-03-05T11:30", "2026-03-05T13:30", "2026-03-05T16:30", 13
    )  # fmt: skip
    assert list(slots.of_day(hall, date(2026, 3, 7), times)) == []
    assert (
        list(slots.of_day(hall, date(2026, 2, 28), times)) != []
    )  # a Saturday that works for the Spring Festival
    assert slots.begins("2026-03-02T12:00", times) == NOON


def test_the_purse_of_these_tests_is_split():
    assert published().world["accounts/purse"]["shards"] == SHARDS
