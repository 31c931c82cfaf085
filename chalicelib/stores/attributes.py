"""Remembers nothing: says items in DynamoDB's words and back, plain values on our side.

PynamoDB's mapped attributes cost 25–80 times as much as key attributes plus one body (`make bench`, `encode-item`).
"""

from __future__ import annotations

from base64 import b64decode
from binascii import b2a_base64
from collections.abc import Mapping
from typing import Any

Item = dict[str, Any]  # attribute → str | int | bytes


def encode(item: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        name: {"S": value}
        if isinstance(value, str)
        else {"B": b2a_base64(value, newline=False).decode("ascii")}
        if isinstance(value, bytes)
        else {"N": str(value)}
        for name, value in item.items()
    }


def decode(item: Mapping[str, Mapping[str, Any]]) -> Item:
    return {name: _plain(*next(iter(typed.items()))) for name, typed in item.items()}


def _plain(kind: str, value: Any) -> Any:
    if kind == "N":
        return int(value)
    return b64decode(value) if kind == "B" else value
