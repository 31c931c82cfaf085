"""moto's DynamoDB, asked without detours: what it does for other services' answers costs half of its time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

TYPES = frozenset(("S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"))


@contextmanager
def moto_aws() -> Iterator[None]:
    """`mock_aws`, quicker.

    A value `{"S": "…"}` has its type's name for its only key: for each of the nine others moto would look under all
    the names that any service of AWS might give it.
    """
    import pytest
    from moto import mock_aws
    from moto.core import responses
    from moto.core.serialize import ResponseSerializer
    from moto.dynamodb.models.table import Table

    searched = ResponseSerializer.get_value

    def get_value(self: Any, value: Any, key: str, shape: Any) -> Any:
        if type(value) is dict and len(value) == 1 and key in TYPES and value.keys() <= TYPES:
            return value.get(key)
        return searched(self, value, key, shape)

    def all_items(self: Any) -> list[Any]:
        """In the order of their keys, as text compares: our keys are text, and moto compares value by value."""
        items = [item for rows in self.items.values() for item in rows.values()]
        return sorted(items, key=lambda item: (item.hash_key.value, item.range_key.value))

    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setattr(ResponseSerializer, "get_value", get_value)
        patch.setattr(Table, "all_items", all_items)
        patch.setattr(responses, "method_names_from_class", cache(responses.method_names_from_class))
        yield
