"""Decides the one byte form of a JSON value: a profile of RFC 8785, so that hashes agree everywhere."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Any

import orjson

from chalicelib.domain.problems import Finding, Problem, Text

MAX_SAFE = 2**53  # RFC 8785 §3.2.2.3: beyond this IEEE 754 doubles lose integers
_OPTIONS = orjson.OPT_SORT_KEYS


def dumps(value: Any) -> bytes:
    """Canonical bytes of a value that is already inside the profile (see `check`).

    Sorting by code point equals RFC 8785's sorting by UTF-16 unit because keys are ASCII.
    """
    return orjson.dumps(value, option=_OPTIONS)


def loads(data: bytes | str) -> Any:
    return orjson.loads(data)


def digest(value: Any) -> str:
    """SHA-256 of the canonical bytes, as lower-case hex (64 characters)."""
    return hashlib.sha256(dumps(value)).hexdigest()


def check(value: Any, pointer: str = "") -> None:
    """Refuse what the profile has no room for: floats, unsafe integers, non-ASCII keys, text not in NFC."""
    if isinstance(value, dict):
        for key, member in value.items():
            if not (isinstance(key, str) and key.isascii()):
                raise _outside(pointer, "键必须是 ASCII", "keys must be ASCII")
            check(member, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list | tuple):
        for index, member in enumerate(value):
            check(member, f"{pointer}/{index}")
    else:
        _check_scalar(value, pointer)


def _check_scalar(value: Any, pointer: str) -> None:
    if isinstance(value, str):
        if not unicodedata.is_normalized("NFC", value):
            raise _outside(pointer, "文字必须为 NFC 规范形式", "text must be in Unicode form NFC")
    elif isinstance(value, float):
        raise _outside(
            pointer, "不接受小数,请用字符串或整数", "no floats: use a decimal string or an integer"
        )
    elif isinstance(value, int) and abs(value) >= MAX_SAFE:
        raise _outside(pointer, "整数超出安全范围", "integer beyond 2^53")


def _outside(pointer: str, zh: str, en: str) -> Problem:
    place = pointer or "/"
    said = Text(f"{place}:{zh}", f"{place}: {en}")
    return Problem("invalid", "not-canonical", said, findings=[Finding(pointer, "not-canonical", said)])
