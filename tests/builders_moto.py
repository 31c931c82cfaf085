"""moto's DynamoDB, asked without detours: what it does for other services' answers costs half of its time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

TYPES = frozenset(("S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"))


@contextmanager
def moto_aws() -> Iterator[None]:
    """`mock_aws`. A value `{"S": "…"}` has its type's name for its only key: for each of the nine others moto would

    look under all the names that any service of AWS might give it.
    """
    import pytest
    from moto import mock_aws
    from moto.core.serialize import ResponseSerializer

    searched = ResponseSerializer.get_value

    def get_value(self: Any, value: Any, key: str, shape: Any) -> Any:
        if type(value) is dict and len(value) == 1 and key in TYPES and value.keys() <= TYPES:
            return value.get(key)
        return searched(self, value, key, shape)

    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setattr(ResponseSerializer, "get_value", get_value)
        yield
