"""What DynamoDB does on a bad day, injected: conflicts, throttling, answers that are lost on their way."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ConnectionClosedError

from chalicelib.actions import moving
from chalicelib.actions.ports import CommitRefused
from chalicelib.actions.settling import TRIES, settle
from chalicelib.actions.submit import submit
from chalicelib.domain.problems import Problem
from tests.builders_stores import Hand, Shelf, applicant, case_id, change, example, kit, submission

ITEM = "enterprise-establishment"
WRITE = "TransactWriteItems"


@pytest.fixture
def hook(shelf: Shelf):
    """Register handlers on the events of what sends this shelf's requests; they are gone when the test is."""
    taken: list[tuple[str, Any]] = []
    events = shelf.service.events

    def register(event: str, handler: Any) -> None:
        taken.append((event, handler))
        events.register_first(event, handler)

    yield register
    for event, handler in taken:
        events.unregister(event, handler)


class Answer(NamedTuple):
    status_code: int
    content: bytes
    headers: dict[str, str]


def answer(code: str, **members: Any) -> Answer:
    told = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": code, **members}
    return Answer(400, json.dumps(told).encode(), {})


def conflict(members: int) -> Answer:
    """What no engine ever says by itself: another transaction is at work on the first member."""
    reasons = [{"Code": "TransactionConflict"}, *({"Code": "None"} for _ in range(members - 1))]
    return answer("TransactionCanceledException", CancellationReasons=reasons)


def first(count: int, what: Callable[[], Any]) -> Callable[..., Any]:
    """A handler of `before-send` that answers the first `count` requests itself."""
    left = [count]

    def handler(**_: Any) -> Any:
        left[0] -= 1
        return what() if left[0] >= 0 else None

    handler.left = left  # type: ignore[attr-defined]
    return handler


def once_done(shelf: Shelf, hand: Hand) -> None:
    identity = case_id()
    settle(kit(hand, shelf), lambda: shelf.cases.commit(change(identity), None))
    assert shelf.cases.verify(identity).checked == 1
    assert shelf.cases.verify(identity).holds


def test_a_conflict_of_transactions_is_refused_as_transient_naming_its_member(shelf, hook):
    hook(f"before-send.dynamodb.{WRITE}", first(1, lambda: conflict(2)))
    with pytest.raises(CommitRefused) as refused:
        shelf.cases.commit(change(case_id()), None)
    assert (refused.value.roles, refused.value.transient) == (("head",), True)


def test_a_conflict_of_transactions_is_tried_again_with_growing_pauses(shelf, hook):
    hand = Hand()
    hook(f"before-send.dynamodb.{WRITE}", first(TRIES - 1, lambda: conflict(2)))
    once_done(shelf, hand)
    assert len(hand.waits) == TRIES - 1
    assert hand.waits[-1] > hand.waits[0] > 0


def test_five_conflicts_are_enough_then_the_caller_is_told_that_it_is_busy(shelf, hook):
    hand, handler = Hand(), first(99, lambda: conflict(2))
    hook(f"before-send.dynamodb.{WRITE}", handler)
    identity = case_id()
    with pytest.raises(Problem, match="busy") as told:
        settle(kit(hand, shelf), lambda: shelf.cases.commit(change(identity), None))
    assert told.value.kind == "throttled"
    assert told.value.extra["retry_after"] >= 1
    assert 99 - handler.left[0] == TRIES
    assert shelf.cases.load(identity).case is None


def test_a_submission_in_a_storm_of_conflicts_makes_one_case(shelf, hook):
    hook(f"before-send.dynamodb.{WRITE}", first(3, lambda: conflict(5)))
    made = submit(kit(Hand(), shelf), applicant(example(ITEM)["applicant"]), submission(ITEM, "k"))
    assert not made.replayed
    assert len([row for row in shelf.rows("cases") if row["sk"] == "HEAD"]) == 1


@pytest.mark.needs("wire")
@pytest.mark.parametrize("code", ["ThrottlingException", "ProvisionedThroughputExceededException"])
def test_throttling_is_outlasted(shelf, hook, code, monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda _: None)  # the back-off
    hook(f"before-send.dynamodb.{WRITE}", first(3, lambda: answer(code)))
    once_done(shelf, Hand())


@pytest.mark.needs("wire")
def test_throttling_that_does_not_end_says_busy_not_failure(shelf, hook, monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda _: None)
    hook(f"before-send.dynamodb.{WRITE}", first(999, lambda: answer("ThrottlingException")))
    with pytest.raises(Problem, match="busy"):
        once_done(shelf, Hand())


def test_reads_that_are_only_half_answered_are_asked_again_never_taken_for_absent(shelf, hook, monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda _: None)
    identity = case_id()
    shelf.cases.commit(change(identity), None)
    keys = {
        shelf.tables.cases: {"Keys": [{"pk": {"S": identity}, "sk": {"S": "HEAD"}}], "ConsistentRead": True}
    }
    unanswered = {"Responses": {}, "UnprocessedKeys": keys}
    left = [2]

    def handler(**_: Any) -> Any:
        left[0] -= 1
        return Answer(200, json.dumps(unanswered).encode(), {}) if left[0] >= 0 else None

    hook("before-send.dynamodb.BatchGetItem", handler)
    assert shelf.cases.load(identity).case.id == identity
    left[0] = 99
    with pytest.raises(Problem, match="store-busy"):
        shelf.cases.load(identity)


@pytest.mark.needs("wire")
def test_an_answer_lost_on_the_wire_is_asked_for_again_with_the_same_token(shelf, hook):
    """Written, then the connection breaks: it is repeated, DynamoDB knows the token and says yes once more."""
    tokens = list[str]()

    def handler(request: Any, **_: Any) -> None:
        tokens.append(json.loads(request.body)["ClientRequestToken"])
        if len(tokens) == 1:
            shelf.service.send(request)
            raise ConnectionClosedError(endpoint_url=request.url)

    hook(f"before-send.dynamodb.{WRITE}", handler)
    identity = case_id()
    chain = shelf.cases.commit(change(identity), None)
    assert chain.seq == 1
    assert len(tokens) == 2
    assert len(set(tokens)) == 1
    assert shelf.cases.verify(identity).checked == 1


def test_an_answer_that_never_comes_is_an_error_and_the_same_key_finds_the_case(shelf, hook):
    hand, person = Hand(), applicant(example(ITEM)["applicant"])

    def lose(**_: Any) -> None:
        raise ConnectionClosedError(endpoint_url="http://127.0.0.1")

    events = shelf.service.events
    events.register(f"response-received.dynamodb.{WRITE}", lose)
    try:
        with pytest.raises(ConnectionClosedError):
            submit(kit(hand, shelf), person, submission(ITEM, "k"))
    finally:
        events.unregister(f"response-received.dynamodb.{WRITE}", lose)
    again = submit(kit(hand, shelf), person, submission(ITEM, "k"))
    assert again.replayed
    (head,) = [row for row in shelf.rows("cases") if row["sk"] == "HEAD"]
    assert (again.case_id, head["seq"]) == (head["pk"], 1)


def test_a_create_repeated_without_its_token_is_recognised_by_its_nonce(shelf, monkeypatch):
    """After ten minutes DynamoDB forgets a token: the repeat is refused, by what the first one wrote."""
    _twice(shelf, monkeypatch)
    made = submit(kit(Hand(), shelf), applicant(example(ITEM)["applicant"]), submission(ITEM, "k"))
    assert not made.replayed  # it is our own, not somebody's earlier one
    (head,) = [row for row in shelf.rows("cases") if row["sk"] == "HEAD"]
    assert (made.case_id, head["seq"]) == (head["pk"], 1)


@pytest.mark.parametrize("key", ["w", None])
def test_a_move_repeated_without_its_token_is_recognised_with_and_without_a_key(shelf, monkeypatch, key):
    hand, person = Hand(), applicant(example(ITEM)["applicant"])
    identity = submit(kit(hand, shelf), person, submission(ITEM, "k")).case_id
    _twice(shelf, monkeypatch)
    moved = moving.move(kit(hand, shelf), person, moving.MoveRequest(identity, "withdraw", {}, key))
    assert (moved.seq, moved.replayed) == (2, False)
    assert [event["type"] for event in shelf.cases.events(identity)][1:] == ["case.withdrawn"]
    assert shelf.cases.verify(identity).checked == 2


def test_the_same_key_makes_a_move_once_and_another_body_is_refused(shelf):
    hand, person = Hand(), applicant(example(ITEM)["applicant"])
    identity = submit(kit(hand, shelf), person, submission(ITEM, "k")).case_id
    request = moving.MoveRequest(identity, "withdraw", {}, "w")
    first_time, second = (moving.move(kit(hand, shelf), person, request) for _ in range(2))
    assert (first_time.seq, first_time.replayed) == (2, False)
    assert (second.seq, second.replayed) == (2, True)
    with pytest.raises(Problem, match="idempotency-key-reused"):
        moving.move(kit(hand, shelf), person, moving.MoveRequest(identity, "supplement", {}, "w"))


def _twice(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next transaction is written, its answer lost, and sent once more as if it were new."""
    plain, left = shelf.dynamo.call, [1]

    def call(operation: str, **arguments: Any) -> dict[str, Any]:
        if operation == WRITE and left[0]:
            left[0] = 0
            plain(operation, **dict(arguments))
        return plain(operation, **arguments)

    monkeypatch.setattr(shelf.dynamo, "call", call)
