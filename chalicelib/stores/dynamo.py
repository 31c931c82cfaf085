"""Remembers items in DynamoDB through PynamoDB's connection: plain values in, plain values out, strong reads.

The stores use its connection, and the codec of `attributes`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

from chalicelib.domain.problems import Problem, Text
from chalicelib.stores.attributes import Item, decode, encode

if TYPE_CHECKING:
    from pynamodb.connection import Connection


@dataclass(frozen=True, slots=True)
class Key:
    table: str
    pk: str
    sk: str


@dataclass(frozen=True, slots=True)
class Page:
    items: list[Item]
    after: Item | None  # exclusive start key of the next page


@dataclass(frozen=True, slots=True)
class Write:
    """One member of a transaction. `role` names it in refusals; `names`/`values` serve the expressions."""

    role: str
    table: str
    item: Item | None = None  # put
    key: tuple[str, str] | None = None  # update, delete or check
    update: str | None = None
    condition: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    check_only: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one member did not hold: DynamoDB's code and the item as it was (ALL_OLD), if it said."""

    role: str
    code: str
    item: Item | None


class TransactionRefused(Exception):
    """The transaction was cancelled; nothing was written."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__(", ".join(f"{r.role}: {r.code}" for r in refusals))
        self.refusals = tuple(refusals)

    @property
    def transient(self) -> bool:
        """True when only timing was against it: another transaction on the same item, or throttling."""
        return all(r.code in TRANSIENT for r in self.refusals)

    def of(self, role: str) -> Refusal | None:
        return next((r for r in self.refusals if r.role == role), None)


# Errors of a whole request that the sender's retries did not outlast, as the reason they would be in a transaction.
BUSY = {
    "TransactionInProgressException": "TransactionConflict",
    "TransactionConflictException": "TransactionConflict",
    "ThrottlingException": "ThrottlingError",
    "RequestLimitExceeded": "ThrottlingError",
    "ProvisionedThroughputExceededException": "ProvisionedThroughputExceeded",
}
TRANSIENT = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})


class Sender(Protocol):
    """Sends one request of DynamoDB's API: `clients.aws.Service`, or whatever stands in its place."""

    def call(self, operation: str, arguments: Mapping[str, Any], /) -> dict[str, Any]: ...


def connection_over(sender: Sender) -> Connection:
    """PynamoDB's connection, whose requests are sent by `sender` instead of botocore's client."""
    from pynamodb.connection import Connection

    class Client:
        def __init__(self) -> None:
            self.sender = sender

        def _make_api_call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
            return sender.call(operation, arguments)

    class Sent(Connection):
        client = Client()

    return Sent()


class Dynamo:
    """One DynamoDB, whichever engine: every method is one HTTP request unless it says otherwise."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        arguments.setdefault("ReturnConsumedCapacity", "NONE")
        return dict(self.connection.dispatch(operation, arguments))

    def get(self, *keys: Key) -> list[Item | None]:
        """Strong reads of up to 100 items of any tables in one round trip, in the order asked."""
        wanted = list(dict.fromkeys(keys))
        request: dict[str, Any] = {}
        for key in wanted:
            table = request.setdefault(key.table, {"Keys": [], "ConsistentRead": True})
            table["Keys"].append(encode({"pk": key.pk, "sk": key.sk}))
        found: dict[Key, Item] = {}
        for attempt in range(6):
            answer = self.call("BatchGetItem", RequestItems=request)
            for table, items in answer["Responses"].items():
                for raw in items:
                    item = decode(raw)
                    found[Key(table, item["pk"], item["sk"])] = item
            request = answer.get("UnprocessedKeys") or {}
            if not request:
                return [found.get(key) for key in keys]
            time.sleep(0.02 * 2**attempt)  # AWS asks for back-off on unprocessed keys
        said = Text("读取繁忙,请稍后重试", "the store is busy, please retry")
        raise Problem("throttled", "store-busy", said, extra={"retry_after": 1})

    def query(
        self,
        table: str,
        pk: str,
        *,
        prefix: str | None = None,
        at_least: str | None = None,
        at_most: str | None = None,
        index: tuple[str, str, str] | None = None,
        limit: int = 100,
        after: Item | None = None,
        forward: bool = True,
    ) -> Page:
        """One page of a partition, by sort key; `index` is (name, hash attribute, range attribute)."""
        name, hash_name, range_name = index or ("", "pk", "sk")
        condition, values = f"{hash_name} = :pk", {":pk": pk}
        if prefix is not None:
            condition += f" AND begins_with({range_name}, :from)"
            values[":from"] = prefix
        elif at_least is not None and at_most is not None:
            condition += f" AND {range_name} BETWEEN :from AND :to"
            values |= {":from": at_least, ":to": at_most}
        elif at_least is not None:
            condition += f" AND {range_name} >= :from"
            values[":from"] = at_least
        elif at_most is not None:
            condition += f" AND {range_name} <= :to"
            values[":to"] = at_most
        arguments: dict[str, Any] = {
            "TableName": table, "KeyConditionExpression": condition,
            "ExpressionAttributeValues": encode(values), "Limit": limit, "ScanIndexForward": forward,
            "ConsistentRead": not index,
        }  # fmt: skip
        if index:
            arguments["IndexName"] = name
        if after:
            arguments["ExclusiveStartKey"] = encode(after)
        answer = self.call("Query", **arguments)
        more = answer.get("LastEvaluatedKey")
        return Page([decode(raw) for raw in answer["Items"]], decode(more) if more else None)

    def every(self, table: str, pk: str, **how: Any) -> Iterator[Item]:
        """All of a partition that `query` would find, page after page: one request a page."""
        after: Item | None = None
        while True:
            page = self.query(table, pk, after=after, **how)
            yield from page.items
            after = page.after
            if after is None:
                return

    def scan(
        self,
        table: str,
        condition: str,
        names: Mapping[str, str],
        values: Mapping[str, Any],
        after: Item | None,
    ) -> Page:
        """One page of a whole table: for start-up passes and checks, never on a request's way."""
        arguments: dict[str, Any] = {
            "TableName": table, "FilterExpression": condition, "ExpressionAttributeValues": encode(values),
            "ConsistentRead": True,
        }  # fmt: skip
        if names:
            arguments["ExpressionAttributeNames"] = dict(names)
        if after:
            arguments["ExclusiveStartKey"] = encode(after)
        answer = self.call("Scan", **arguments)
        more = answer.get("LastEvaluatedKey")
        return Page([decode(raw) for raw in answer["Items"]], decode(more) if more else None)

    def transact(self, writes: Sequence[Write], token: str | None = None) -> None:
        """All of it or nothing. TransactionRefused names each member that did not hold and why."""
        from pynamodb.exceptions import VerboseClientError

        arguments: dict[str, Any] = {
            "TransactItems": [_member(write) for write in writes],
            "ClientRequestToken": token
            or uuid4().hex,  # the same in every try: a lost answer is asked for again
        }
        try:
            self.call("TransactWriteItems", **arguments)
        except VerboseClientError as error:
            code = error.response["Error"]["Code"]
            if code == "TransactionCanceledException":
                raise TransactionRefused(_refusals(writes, error.cancellation_reasons)) from error
            if code in BUSY:
                raise TransactionRefused([Refusal("transaction", BUSY[code], None)]) from error
            raise

    def write(self, write: Write, returns: str = "NONE") -> Item:
        """One conditional write outside a transaction; raises TransactionRefused like `transact`."""
        from pynamodb.exceptions import VerboseClientError

        ((action, arguments),) = _member(write).items()
        operation = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}[action]
        try:
            answer = self.call(operation, **arguments, ReturnValues=returns)
        except VerboseClientError as error:
            code = error.response["Error"]["Code"]
            if code not in {"ConditionalCheckFailedException", *BUSY}:
                raise
            refusal = Refusal(write.role, BUSY.get(code, "ConditionalCheckFailed"), None)
            raise TransactionRefused([refusal]) from error
        return decode(answer.get("Attributes") or {})

    def held(self, write: Write) -> bool:
        """`write`, where it is no failure that its condition does not hold: whether it did."""
        try:
            self.write(write)
        except TransactionRefused as refused:
            if refused.transient:
                raise
            return False
        return True

    def drop(self, table: str, keys: Sequence[tuple[str, str]]) -> None:
        """Take these rows away, 25 a request and in no order; what the table is too busy for stays."""
        from pynamodb.exceptions import VerboseClientError

        for start in range(0, len(keys), 25):
            gone = [
                {"DeleteRequest": {"Key": encode({"pk": pk, "sk": sk})}}
                for pk, sk in keys[start : start + 25]
            ]
            try:
                self.call("BatchWriteItem", RequestItems={table: gone})
            except VerboseClientError as error:
                if error.response["Error"]["Code"] not in BUSY:
                    raise


def _member(write: Write) -> dict[str, dict[str, Any]]:
    arguments: dict[str, Any] = {"TableName": write.table}
    if write.item is not None:
        action, arguments["Item"] = "Put", encode(write.item)
    else:
        pk, sk = write.key or ("", "")
        arguments["Key"] = encode({"pk": pk, "sk": sk})
        action = "Update" if write.update else "ConditionCheck" if write.check_only else "Delete"
        if write.update:
            arguments["UpdateExpression"] = write.update
    if write.condition:
        arguments["ConditionExpression"] = write.condition
        arguments["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    if write.names:
        arguments["ExpressionAttributeNames"] = dict(write.names)
    if write.values:
        arguments["ExpressionAttributeValues"] = encode(write.values)
    return {action: arguments}


def _refusals(writes: Sequence[Write], reasons: Sequence[Any]) -> list[Refusal]:
    """DynamoDB gives one reason a member, in the order that was sent; None where the member held."""
    return [
        Refusal(write.role, reason.code, decode(reason.raw_item) if reason.raw_item else None)
        for write, reason in zip(writes, reasons, strict=False)
        if reason is not None
    ] or [Refusal("transaction", "TransactionConflict", None)]
