"""The codec and the one client: values in and out, what is asked of DynamoDB, how its refusals are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from pynamodb.exceptions import CancellationReason, VerboseClientError

from chalicelib.domain.problems import Problem
from chalicelib.stores import dynamo as module
from chalicelib.stores.attributes import decode, encode
from chalicelib.stores.dynamo import Dynamo, Key, Refusal, TransactionRefused, Write

VALUES = st.text() | st.binary() | st.integers(-(10**37), 10**37)


class Fake:
    """A connection that notes what it is asked and answers what it is told to."""

    def __init__(self, *answers: Any) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.answers = list(answers)

    def dispatch(self, operation: str, arguments: dict[str, Any]) -> Any:
        self.asked.append((operation, dict(arguments)))
        answer = self.answers.pop(0) if self.answers else {}
        if isinstance(answer, Exception):
            raise answer
        return answer


def failing(code: str, reasons: list[CancellationReason | None] | None = None) -> VerboseClientError:
    return VerboseClientError({"Error": {"Code": code}}, "Op", {}, cancellation_reasons=reasons or [])


def refused(call: Callable[[], Any]) -> TransactionRefused:
    with pytest.raises(TransactionRefused) as said:
        call()
    return said.value


@given(st.dictionaries(st.text(min_size=1), VALUES))
def test_an_item_comes_back_as_it_was(item):
    assert decode(encode(item)) == item


def test_each_kind_of_value_has_dynamodbs_type():
    assert encode({"s": "a", "b": b"a", "n": 5}) == {"s": {"S": "a"}, "b": {"B": "YQ=="}, "n": {"N": "5"}}


def test_keys_of_several_tables_are_read_strongly_in_one_request_in_the_order_asked():
    rows = {
        "one": [{"pk": {"S": "b"}, "sk": {"S": "1"}, "n": {"N": "2"}}, {"pk": {"S": "a"}, "sk": {"S": "1"}}],
        "two": [],
    }
    fake = Fake({"Responses": rows})
    keys = [Key("one", "a", "1"), Key("two", "x", "1"), Key("one", "b", "1"), Key("one", "a", "1")]
    found = Dynamo(fake).get(*keys)
    assert [item and item["pk"] for item in found] == ["a", None, "b", "a"]
    ((operation, asked),) = fake.asked
    assert operation == "BatchGetItem"
    assert [len(asked["RequestItems"][name]["Keys"]) for name in ("one", "two")] == [2, 1]
    assert all(table["ConsistentRead"] for table in asked["RequestItems"].values())


def test_keys_that_were_not_processed_are_asked_for_again(monkeypatch):
    waits = list[float]()
    monkeypatch.setattr(module.time, "sleep", waits.append)
    left = {"t": {"Keys": [encode({"pk": "a", "sk": "1"})], "ConsistentRead": True}}
    row = {"pk": {"S": "a"}, "sk": {"S": "1"}}
    fake = Fake(
        {"Responses": {}, "UnprocessedKeys": left},
        {"Responses": {}, "UnprocessedKeys": left},
        {"Responses": {"t": [row]}},
    )
    assert Dynamo(fake).get(Key("t", "a", "1")) == [{"pk": "a", "sk": "1"}]
    assert fake.asked[2][1]["RequestItems"] == left
    assert waits == sorted(waits)
    assert len(waits) == 2


def test_a_key_that_is_never_processed_is_an_error_never_an_absent_item(monkeypatch):
    monkeypatch.setattr(module.time, "sleep", lambda _: None)
    left = {"t": {"Keys": [encode({"pk": "a", "sk": "1"})], "ConsistentRead": True}}
    fake = Fake(*[{"Responses": {}, "UnprocessedKeys": left}] * 20)
    with pytest.raises(Problem, match="store-busy"):
        Dynamo(fake).get(Key("t", "a", "1"))
    assert len(fake.asked) < 10


@pytest.mark.parametrize(
    ("how", "condition", "values"),
    [
        ({}, "pk = :pk", {}),
        ({"prefix": "E#"}, "pk = :pk AND begins_with(sk, :from)", {":from": "E#"}),
        (
            {"at_least": "a", "at_most": "b"},
            "pk = :pk AND sk BETWEEN :from AND :to",
            {":from": "a", ":to": "b"},
        ),
        ({"at_least": "a"}, "pk = :pk AND sk >= :from", {":from": "a"}),
        ({"at_most": "b"}, "pk = :pk AND sk <= :to", {":to": "b"}),
    ],
)
def test_a_span_of_a_partition_is_asked_for_by_its_sort_key(how, condition, values):
    fake = Fake({"Items": []})
    Dynamo(fake).query("t", "p", **how)
    asked = fake.asked[0][1]
    assert asked["KeyConditionExpression"] == condition
    assert asked["ExpressionAttributeValues"] == encode({":pk": "p", **values})
    assert asked["ConsistentRead"] is True


def test_an_index_is_asked_by_its_own_names_and_not_strongly():
    fake = Fake({"Items": []})
    Dynamo(fake).query("t", "p", at_least="a", index=("queue", "qpk", "qsk"), forward=False, limit=7)
    asked = fake.asked[0][1]
    assert asked["KeyConditionExpression"] == "qpk = :pk AND qsk >= :from"
    assert (asked["IndexName"], asked["ConsistentRead"], asked["Limit"]) == ("queue", False, 7)
    assert asked["ScanIndexForward"] is False


def test_every_row_of_a_partition_is_read_page_after_page():
    rows = [{"pk": {"S": "p"}, "sk": {"S": str(n)}} for n in range(3)]
    fake = Fake(*({"Items": [row], "LastEvaluatedKey": row} for row in rows), {"Items": []})
    assert [item["sk"] for item in Dynamo(fake).every("t", "p")] == ["0", "1", "2"]
    starts = [asked.get("ExclusiveStartKey") for _, asked in fake.asked]
    assert starts == [None, *rows]


def test_the_members_of_a_transaction_are_sent_in_their_order_with_what_they_ask_back():
    writes = [
        Write("put", "t", item={"pk": "a"}, condition="attribute_not_exists(pk)"),
        Write("update", "t", key=("a", "1"), update="SET n = :n", values={":n": 1}, names={"#a": "at"}),
        Write("delete", "t", key=("a", "2")),
        Write("check", "t", key=("a", "3"), condition="n = :n", values={":n": 1}, check_only=True),
    ]
    fake = Fake({})
    Dynamo(fake).transact(writes, token="once")
    asked = fake.asked[0][1]
    assert [next(iter(one)) for one in asked["TransactItems"]] == [
        "Put",
        "Update",
        "Delete",
        "ConditionCheck",
    ]
    assert asked["ClientRequestToken"] == "once"
    put, update = asked["TransactItems"][0]["Put"], asked["TransactItems"][1]["Update"]
    assert put["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD"
    assert "ReturnValuesOnConditionCheckFailure" not in update
    assert update["ExpressionAttributeNames"] == {"#a": "at"}


WRITES = [Write(role, "t", item={"pk": role}) for role in ("head", "event", "form")]


def test_reasons_are_given_to_the_members_that_failed_with_the_item_as_it_stood():
    old = {"pk": {"S": "x"}, "seq": {"N": "4"}}
    reasons = [
        CancellationReason("ConditionalCheckFailed", None, old),
        None,
        CancellationReason("TransactionConflict"),
    ]
    error = refused(lambda: Dynamo(Fake(failing("TransactionCanceledException", reasons))).transact(WRITES))
    assert error.refusals == (
        Refusal("head", "ConditionalCheckFailed", {"pk": "x", "seq": 4}),
        Refusal("form", "TransactionConflict", None),
    )
    assert not error.transient
    assert error.of("head").item["seq"] == 4
    assert error.of("event") is None


@pytest.mark.parametrize("code", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_what_only_timing_refused_is_transient(code):
    reasons = [None, CancellationReason(code), None]
    error = refused(lambda: Dynamo(Fake(failing("TransactionCanceledException", reasons))).transact(WRITES))
    assert error.transient
    assert [refusal.role for refusal in error.refusals] == ["event"]


def test_a_cancellation_without_reasons_is_taken_for_a_conflict():
    error = refused(lambda: Dynamo(Fake(failing("TransactionCanceledException"))).transact(WRITES))
    assert error.transient


@pytest.mark.parametrize("code", sorted(module.BUSY))
def test_a_request_that_came_at_a_bad_moment_is_a_transient_refusal(code):
    assert refused(lambda: Dynamo(Fake(failing(code))).transact(WRITES)).transient
    assert refused(lambda: Dynamo(Fake(failing(code))).write(WRITES[0])).transient


def test_what_is_wrong_with_the_request_itself_is_not_hidden():
    for call in ("transact", "write"):
        with pytest.raises(ClientError):
            getattr(Dynamo(Fake(failing("ValidationException"))), call)(
                WRITES if call == "transact" else WRITES[0]
            )


def test_a_single_write_that_is_refused_says_so_like_a_transaction():
    error = refused(lambda: Dynamo(Fake(failing("ConditionalCheckFailedException"))).write(WRITES[0]))
    assert [one.role for one in error.refusals] == ["head"]
    assert not error.transient
