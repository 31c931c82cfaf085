"""Decides how a refusal is said: a stable code, a sentence in two languages, and the places it concerns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "malformed",  # the request cannot be read at all
    "invalid",  # it can be read and is wrong
    "unauthenticated",
    "forbidden",
    "not_found",
    "conflict",  # right in itself, but not now
    "precondition",  # If-Match no longer holds
    "too_large",
    "throttled",
    "unavailable",
]


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in the two languages that every answer must have."""

    zh: str
    en: str

    def as_json(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong at one place: a JSON pointer, a stable kebab-case code, a sentence."""

    pointer: str
    code: str
    message: Text
    params: Mapping[str, Any] = field(default_factory=dict)


class Problem(Exception):
    """A refusal. It knows no HTTP: edges turn `kind` into a status and the rest into RFC 9457 members."""

    def __init__(
        self,
        kind: Kind,
        code: str,
        message: Text,
        *,
        findings: Sequence[Finding] = (),
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message.en}")
        self.kind = kind
        self.code = code
        self.message = message
        self.findings = tuple(findings)
        self.extra = dict(extra or {})


def not_found(what: Text, identity: str) -> Problem:
    return Problem(
        "not_found", "not-found", Text(f"没有找到{what.zh}:{identity}", f"no {what.en} {identity!r}")
    )


def not_available(move: str, available: Iterable[str], states: Iterable[str]) -> Problem:
    """A move that is none now, with those that are."""
    return Problem(
        "conflict",
        "move-not-available",
        Text(f"当前状态下不能进行“{move}”", f"{move!r} is not possible in this state"),
        extra={"moves": sorted(available), "state": list(states)},
    )


def refusing(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that keep a definition from being released; a declared check may only warn (its `severity`)."""
    return tuple(one for one in findings if one.params.get("severity") != "warning")


def finding(pointer: str, code: str, zh: str, en: str, **params: Any) -> Finding:
    """A finding in one line; `params` hold what a program, or a second language, needs of it."""
    return Finding(pointer, code, Text(zh, en), params)
