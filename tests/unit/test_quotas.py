"""Who calls too often is asked to wait, who guesses is locked out for a while, and everybody else pays nothing."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.actions.limiting import Limiter
from chalicelib.domain.problems import Problem
from chalicelib.domain.quotas import USUAL, Budget, Lock, Lockout, limits_of
from chalicelib.stores.quotas import QuotaStore
from chalicelib.stores.sealing import Vault
from tests.builders_app import MORNING, House, house
from tests.builders_moto import moto_aws
from tests.builders_pack import PACK
from tests.builders_stores import Counting, LocalKeys, connection, make_tables

MINUTE = 60_000
AT = MORNING - MORNING % MINUTE  # the beginning of a window
SMALL = Budget(40)  # a share of two
WHO = "person:somebody"


class Shared:
    """What DynamoDB does, under one mutex, so that many threads may hurry."""

    def __init__(self) -> None:
        self.counters: dict[tuple[str, str, int], int] = defaultdict(int)
        self.locks: dict[tuple[str, str], Lock] = {}
        self.asked = 0
        self._mutex = threading.Lock()

    def take(self, who: str, what: str, window: int, count: int, most: int, until: int) -> bool:
        with self._mutex:
            self.asked += 1
            if self.counters[who, what, window] + count > most:
                return False
            self.counters[who, what, window] += count
            return True

    def add(self, who: str, what: str, window: int, until: int) -> int:
        with self._mutex:
            self.asked += 1
            self.counters[who, what, window] += 1
            return self.counters[who, what, window]

    def lock(self, who: str, what: str) -> Lock | None:
        self.asked += 1
        return self.locks.get((who, what))

    def put_lock(self, who: str, what: str, lock: Lock) -> None:
        self.asked += 1
        self.locks[who, what] = lock


def passed(limiter: Limiter, calls: int, budget: Budget = SMALL, at: int = AT, who: str = WHO) -> int:
    """How many of so many calls get through."""
    through, codes = 0, set[str]()
    for _ in range(calls):
        try:
            limiter.spend(who, "writes", budget, at)
        except Problem as refused:
            codes.add(refused.code)
        else:
            through += 1
    assert codes <= {"too-many-calls"}
    return through


# ── budgets


def test_one_container_lets_exactly_the_budget_through() -> None:
    for calls in (1, 2, 19, 40, 1_200):
        assert passed(Limiter(Shared()), calls + 50, Budget(calls)) == calls


def test_a_budget_is_whole_again_in_the_next_window_and_the_refusal_says_when() -> None:
    limiter = Limiter(Shared())
    assert passed(limiter, 100, at=AT + 15_500) == 40
    with pytest.raises(Problem) as refused:
        limiter.spend(WHO, "writes", SMALL, AT + 15_500)
    assert refused.value.extra["retry_after"] == 44.5
    assert passed(limiter, 1, at=AT + MINUTE - 1) == 0
    assert passed(limiter, 100, at=AT + MINUTE) == 40


def test_reads_and_writes_have_budgets_of_their_own_and_so_has_everybody() -> None:
    limiter = Limiter(Shared())
    assert passed(limiter, 50) == 40
    limiter.spend(WHO, "reads", SMALL, AT)
    assert passed(limiter, 1, who="person:another") == 1


@given(containers=st.integers(1, 6), calls=st.integers(1, 300), order=st.randoms(use_true_random=False))
def test_no_more_passes_than_the_documented_bound_whatever_the_order(
    containers: int, calls: int, order: Any
) -> None:
    budget, shared = Budget(calls), Shared()
    fleet = [Limiter(shared) for _ in range(containers)]
    through = sum(
        passed(order.choice(fleet), 1, budget) for _ in range(2 * calls + containers * budget.share)
    )
    assert through <= calls + (containers - 1) * budget.share


def test_hurrying_threads_do_not_get_more_than_the_bound() -> None:
    shared, budget, through = Shared(), Budget(200), list[int]()
    fleet = [Limiter(shared) for _ in range(4)]
    crowd = [
        threading.Thread(target=lambda one=one: through.append(passed(one, 100, budget)))
        for one in fleet
        for _ in range(4)
    ]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert 180 <= sum(through) <= 200 + 3 * budget.share


def test_ordinary_use_asks_the_store_nothing_and_heavy_use_once_a_share() -> None:
    shared, budget = Shared(), USUAL.budgets["citizen"]["writes"]
    limiter = Limiter(shared)
    assert passed(limiter, budget.share, budget) == budget.share
    assert shared.asked == 0
    assert passed(limiter, budget.calls, budget) == budget.calls - budget.share
    assert shared.asked <= budget.calls // budget.share


def test_a_container_keeps_only_so_many_callers_in_mind() -> None:
    from chalicelib.actions import limiting

    limiter = Limiter(Shared())
    for number in range(limiting.REMEMBERED + 500):
        limiter.spend(f"person:{number}", "reads", SMALL, AT)
    assert len(limiter._tabs) == limiting.REMEMBERED


# ── lock-outs

RULE = Lockout(failures=3, seconds=600, locked=900)


def fails(limiter: Limiter, at: int = AT, who: str = WHO) -> str:
    try:
        limiter.failed(who, "receipt", RULE, at)
    except Problem as refused:
        return refused.code
    return "counted"


def test_after_so_many_failures_the_door_is_locked_and_opens_by_time() -> None:
    limiter = Limiter(Shared())
    assert [fails(limiter) for _ in range(5)] == ["counted"] * 3 + ["locked-out"] * 2
    with pytest.raises(Problem) as refused:
        limiter.require_open(WHO, "receipt", AT + 100_000)
    assert refused.value.extra["retry_after"] == 800
    limiter.require_open(WHO, "case", AT)  # what else they do is another matter
    limiter.require_open("person:another", "receipt", AT)
    limiter.require_open(WHO, "receipt", AT + 900_000)
    assert fails(limiter, AT + 900_000) == "counted"


def test_a_lock_holds_in_every_container_and_costs_the_one_that_knows_of_it_nothing() -> None:
    shared = Shared()
    first, second = Limiter(shared), Limiter(shared)
    assert [fails(first), fails(second), fails(first), fails(second)] == ["counted"] * 3 + ["locked-out"]
    asked = shared.asked
    assert {fails(second) for _ in range(50)} == {"locked-out"}
    assert shared.asked == asked


def test_failures_of_long_ago_are_forgotten() -> None:
    limiter = Limiter(Shared())
    assert [fails(limiter, AT + number * 600_000) for number in range(20)] == ["counted"] * 20


def test_a_clock_that_was_moved_back_locks_nobody() -> None:
    limiter = Limiter(Shared())
    for _ in range(3):
        fails(limiter, AT + 86_400_000)
    assert fails(limiter, AT + 86_400_000) == "locked-out"
    assert fails(limiter, AT) == "counted"


# ── the store


def test_the_counters_of_dynamodb_hold_the_limit_and_name_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with moto_aws():
        dynamo = Counting(connection())
        tables = make_tables(dynamo.connection, "quotas")
        store = QuotaStore(dynamo, tables, Vault(LocalKeys()))
        assert [store.take("192.0.2.7", "reads", 5, 10, 25, AT) for _ in range(3)] == [True, True, False]
        assert store.take("192.0.2.7", "reads", 6, 25, 25, AT)
        assert [store.add(WHO, "case", 5, AT) for _ in range(3)] == [1, 2, 3]
        assert store.lock(WHO, "case") is None
        store.put_lock(WHO, "case", Lock(AT, AT + 5))
        assert store.lock(WHO, "case") == Lock(AT, AT + 5)
        rows = dynamo.connection.dispatch("Scan", {"TableName": tables.records})["Items"]
        assert len(rows) == 4
        assert all("ttl" in row for row in rows)
        assert "192.0.2.7" not in str(rows)
        assert WHO not in str(rows)


# ── over HTTP


@pytest.fixture(scope="module")
def up() -> Iterator[House]:
    with house() as made:
        yield made


@pytest.fixture(autouse=True)
def afresh(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "up" in request.fixturenames:
        made: House = request.getfixturevalue("up")
        made.app.at = MORNING
        made.rewind()


@pytest.fixture
def tight(up: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The same API where a district allows little; the smallest that a release may say is sixty."""
    few = {"calls": 60, "seconds": 60}
    every = {role: {"reads": few, "writes": few} for role in ("anonymous", "citizen", "staff")}
    lock = {"failures": 3, "seconds": 600, "locked": 900}
    declared = {"limits": {"budgets": every, "lockouts": dict.fromkeys(("receipt", "case", "token"), lock)}}
    monkeypatch.setattr(type(up.app), "limits", lambda _: limits_of(declared))
    return up


def test_beyond_the_budget_the_answer_is_429_with_the_seconds_to_wait(tight: House) -> None:
    person = tight.bearer("person:eager", "citizen")
    answers = [tight.call("GET", "/v1/cases", None, person) for _ in range(62)]
    assert [one.status for one in answers] == [200] * 60 + [429] * 2
    last = answers[-1]
    assert last.code == "too-many-calls"
    assert 1 <= int(last.headers["retry-after"]) <= 60
    assert tight.call("GET", "/v1/cases", None, tight.bearer("person:calm", "citizen")).status == 200
    discarded = tight.call("DELETE", "/v1/drafts/app_1", None, person)
    assert discarded.status == 204  # writes are counted apart
    tight.app.at += int(last.headers["retry-after"]) * 1000
    assert tight.call("GET", "/v1/cases", None, person).status == 200


def test_who_did_not_sign_in_is_counted_by_the_address_that_the_gateway_saw(tight: House) -> None:
    lies = {"X-Forwarded-For": "203.0.113.9"}
    statuses = [tight.call("GET", "/v1/items", None, lies, source="192.0.2.9").status for _ in range(61)]
    assert statuses == [200] * 60 + [429]
    assert tight.call("GET", "/v1/items", None, source="192.0.2.10").status == 200
    signed_in = tight.bearer("person:calm", "citizen")
    assert tight.call("GET", "/v1/items", None, signed_in, source="192.0.2.9").status == 200
    assert "192.0.2.9" not in str(tight.rows("records"))


def test_two_containers_share_one_budget(tight: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib import wiring

    person, through = tight.bearer("person:eager", "citizen"), 0
    other = tight.app.another()
    for number in range(140):
        container = other if number % 2 else tight.app
        monkeypatch.setattr(wiring, "app", lambda container=container: container)
        through += tight.call("GET", "/v1/cases", None, person).status == 200
    assert 60 <= through <= 63  # one share of three beyond the budget


def test_wrong_receipt_codes_lock_the_address_and_time_opens_it(tight: House) -> None:
    def look(code: str, source: str = "192.0.2.9") -> tuple[int, str]:
        answer = tight.call("GET", "/v1/cases/MR20260302-0001", None, {"X-Receipt-Code": code}, source=source)
        return answer.status, answer.code

    assert [look(f"{number:020x}") for number in range(3)] == [(401, "sign-in-needed")] * 3
    assert look("f" * 20) == (429, "locked-out")
    assert look("f" * 20, "192.0.2.10") == (401, "sign-in-needed")
    assert tight.call("GET", "/v1/items", None, source="192.0.2.9").status == 200  # only the guessing stops
    signed_in = tight.bearer("person:calm", "citizen")
    assert tight.call("GET", "/v1/cases", None, signed_in, source="192.0.2.9").status == 200
    tight.app.at += 899_000
    assert look("f" * 20) == (429, "locked-out")
    tight.app.at += 1_000
    assert look("f" * 20) == (401, "sign-in-needed")


def test_guessed_case_numbers_lock_the_guesser_and_nobody_beside_them(tight: House) -> None:
    guesser = tight.bearer("person:guesser", "citizen")

    def look(number: int, who: dict[str, str] = guesser) -> str:
        return tight.call("GET", f"/v1/cases/MR20260302-{number:04d}", None, who).code

    assert [look(number) for number in range(5)] == ["case-not-found"] * 3 + ["locked-out"] * 2
    assert look(7, tight.bearer("person:another", "citizen")) == "case-not-found"
    assert tight.call("GET", "/v1/cases", None, guesser).status == 200
    tight.app.at += 900_000
    assert look(8) == "case-not-found"


def test_refused_tokens_lock_further_tries_but_no_colleague_at_the_same_address(tight: House) -> None:
    bad = {"Authorization": "Bearer a.b.c"}
    codes = [tight.call("GET", "/v1/items", None, bad).code for _ in range(5)]
    assert codes == ["unauthenticated"] * 3 + ["locked-out"] * 2
    assert int(tight.call("GET", "/v1/items", None, bad).headers["retry-after"]) == 900
    assert tight.call("GET", "/v1/cases", None, tight.bearer("person:calm", "citizen")).status == 200
    tight.app.at += 900_000
    assert tight.call("GET", "/v1/items", None, bad).code == "unauthenticated"


def test_an_ordinary_call_sends_the_store_nothing_more(up: House, monkeypatch: pytest.MonkeyPatch) -> None:
    person = up.bearer("person:calm", "citizen")
    sent: dict[str, list[str]] = {}
    for name in ("unlimited", "limited"):
        if name == "unlimited":
            monkeypatch.setattr(Limiter, "spend", lambda *_: None)
        else:
            monkeypatch.undo()
        up.call("GET", "/v1/cases", None, person)
        up.app.dynamo.requests.clear()  # type: ignore[attr-defined]
        assert up.call("GET", "/v1/cases", None, person).status == 200
        assert up.call("DELETE", "/v1/drafts/app_1", None, person).status == 204
        sent[name] = list(up.app.dynamo.requests)  # type: ignore[attr-defined]
    assert sent["limited"] == sent["unlimited"]


# ── limits are data


def test_the_districts_limits_are_those_of_its_access_definition(up: House) -> None:
    shipped = limits_of(PACK["access/district"] | {"limits": _shipped()})
    up.call("GET", "/v1/health")
    assert up.app.limits() == shipped
    assert shipped.budget({"citizen"}, "writes").calls == 1_200
    assert shipped.budget({"citizen", "staff"}, "writes").calls == 2_400  # the most generous of their roles
    assert shipped.budget(set(), "reads") == shipped.budgets["citizen"]["reads"]
    assert limits_of({}) == USUAL


def test_no_release_can_set_limits_under_which_nobody_could_work() -> None:
    from jsonschema_rs import validator_for

    from tests.builders_pack import KINDS

    judge = validator_for({**KINDS.meta("access")["$defs"]["Limits"], "$defs": KINDS.meta("access")["$defs"]})
    assert judge.is_valid(_shipped())
    for wrong in ({"calls": 0, "seconds": 60}, {"calls": 59, "seconds": 60}, {"calls": 60, "seconds": 3_600}):
        budgets = {"staff": {"reads": wrong, "writes": {"calls": 60, "seconds": 60}}}
        assert not judge.is_valid(_shipped() | {"budgets": budgets})
    for locked in (
        {"failures": 0, "seconds": 600, "locked": 900},
        {"failures": 9, "seconds": 600, "locked": 10**9},
    ):
        assert not judge.is_valid(_shipped() | {"lockouts": {"token": locked}})
    assert not judge.is_valid(_shipped() | {"source": ""})


def _shipped() -> dict[str, Any]:
    import json

    from tests.builders_pack import SCHEMAS

    found: dict[str, Any] = json.loads((SCHEMAS / "access" / "limits.json").read_text(encoding="utf-8"))
    return found
