"""moto's DynamoDB, asked without detours: what it does besides answering costs most of its time."""

from __future__ import annotations

import base64
import copy
import inspect
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

TYPES = frozenset(("S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"))
ACCOUNT, REGION = "123456789012", "us-east-1"  # moto's own, and the one that tests connect to
LARGEST = 405_000  # bytes of an item, where moto draws the line


@contextmanager
def moto_aws() -> Iterator[None]:
    """`mock_aws`, quicker; what it answers is the same."""
    import pytest
    from moto import mock_aws

    with pytest.MonkeyPatch.context() as patch, mock_aws():
        _serialize_values(patch)
        _read_partitions(patch)
        _weigh_items_once(patch)
        _keep_what_a_transaction_touches(patch)
        yield


def put_all(table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Put rows, as a scan answers them, into a table that is empty."""
    from moto.dynamodb.models import dynamodb_backends

    found = dynamodb_backends[ACCOUNT][REGION].tables[table]
    for row in rows:
        found.put_item({name: _as_kept(value) for name, value in row.items()}, overwrite=True)


def _as_kept(value: Mapping[str, Any]) -> dict[str, Any]:
    """A value as moto keeps it: bytes for what goes over the wire as base64."""
    ((kind, held),) = value.items()
    if kind == "B":
        return {kind: base64.b64decode(held)}
    if kind == "M":
        return {kind: {name: _as_kept(one) for name, one in held.items()}}
    return {kind: [_as_kept(one) for one in held] if kind == "L" else held}


def _serialize_values(patch: pytest.MonkeyPatch) -> None:
    """A value `{"S": "…"}` has its type's name for its only key: for each of the nine others moto would look under all
    the names that any service of AWS might give it."""
    from moto.core import responses
    from moto.core.serialize import ResponseSerializer

    searched = ResponseSerializer.get_value

    def get_value(self: Any, value: Any, key: str, shape: Any) -> Any:
        if type(value) is dict and len(value) == 1 and key in TYPES and value.keys() <= TYPES:
            return value.get(key)
        return searched(self, value, key, shape)

    patch.setattr(ResponseSerializer, "get_value", get_value)
    patch.setattr(responses, "method_names_from_class", cache(responses.method_names_from_class))


def _read_partitions(patch: pytest.MonkeyPatch) -> None:
    """A query of a table looks at its partition, not at every item; keys are text, and compare as text does."""
    from moto.dynamodb.models.table import Table

    plain, signature = Table.query, inspect.signature(Table.query)

    def all_items(self: Any) -> list[Any]:
        items = [item for rows in self.items.values() for item in rows.values()]
        return sorted(items, key=lambda item: (item.hash_key.value, item.range_key.value))

    def query(self: Any, hash_key: Any, *given: Any, **named: Any) -> Any:
        asked = signature.bind(self, hash_key, *given, **named)
        if asked.arguments.get("index_name") is not None:
            return plain(self, hash_key, *given, **named)
        self.all_items = lambda: list(self.items.get(hash_key, {}).values())
        try:
            return plain(self, hash_key, *given, **named)
        finally:
            del self.all_items

    patch.setattr(Table, "all_items", all_items)
    patch.setattr(Table, "query", query)


def _weigh_items_once(patch: pytest.MonkeyPatch) -> None:
    """An item is weighed when it is whole, not anew at each attribute."""
    from moto.dynamodb.exceptions import ItemSizeTooLarge
    from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict

    def begin(self: Any, hash_key: Any, range_key: Any, attrs: Mapping[str, Any]) -> None:
        self.hash_key, self.range_key, self.attrs = hash_key, range_key, LimitedSizeDict()
        for name, value in attrs.items():
            dict.__setitem__(self.attrs, name, DynamoType(value))
        if self.size() > LARGEST:
            raise ItemSizeTooLarge

    patch.setattr(Item, "__init__", begin)


def _keep_what_a_transaction_touches(patch: pytest.MonkeyPatch) -> None:
    """A transaction that is refused puts back the items that it names.

    moto would copy the whole table beforehand, once for each of the transaction's members.
    """
    from moto.dynamodb.models import DynamoDBBackend
    from moto.dynamodb.models.table import Table

    plain = DynamoDBBackend.transact_write_items

    def transact_write_items(self: Any, transact_items: list[dict[str, Any]]) -> None:
        before = [
            (table, pk, sk, copy.deepcopy(table.items.get(pk, {}).get(sk)))
            for table, pk, sk in _touched(self.tables, transact_items)
        ]
        with _uncopied(Table):
            try:
                plain(self, transact_items)
            except Exception:
                for table, pk, sk, item in before:
                    if item is None:
                        table.items.get(pk, {}).pop(sk, None)
                    else:
                        table.items[pk][sk] = item
                raise

    patch.setattr(DynamoDBBackend, "transact_write_items", transact_write_items)


def _touched(
    tables: Mapping[str, Any], members: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[Any, Any, Any]]:
    """(table, pk, sk) of everything that a transaction names."""
    from moto.dynamodb.models.dynamo_type import DynamoType

    for one in (one for member in members for one in member.values()):
        table, named = tables.get(one.get("TableName")), one.get("Key") or one.get("Item") or {}
        if table is not None and {"pk", "sk"} <= named.keys():
            yield table, DynamoType(named["pk"]), DynamoType(named["sk"])


@contextmanager
def _uncopied(kind: type) -> Iterator[None]:
    """Within, a copy of one of this kind is itself."""
    kind.__deepcopy__ = lambda self, _: self  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del kind.__deepcopy__  # type: ignore[attr-defined]
