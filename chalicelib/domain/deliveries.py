"""Decides how a delivery goes on: what an answer means, when the next attempt is, when an endpoint is given up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

from chalicelib.domain import ids

State = Literal["pending", "sending", "retry", "ok", "dead", "skipped"]
FINAL: frozenset[str] = frozenset({"ok", "dead", "skipped"})

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
# ms before each attempt: ten of them over at least 75 h 35 min, so that an outage of three days loses nothing.
WAITS = (
    0, 5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR,
)  # fmt: skip
LONGEST_WAIT = 24 * HOUR  # of what a receiver asks for by Retry-After
GIVEN_UP_AFTER = 5 * DAY  # of failure, without one success
REPLAYABLE = 14 * DAY
KEPT = 30 * DAY  # sample default, not from the plan
KEPT_OF_ANSWER = 4_096  # bytes
KEPT_ATTEMPTS = 40
_PERSONAL = re.compile(r"\d{11,}[Xx]?")  # an id number, a telephone: whatever a receiver echoes


@dataclass(frozen=True, slots=True)
class Said:
    """What came of one attempt: the status, or why there is none; how long it took, what stood in the answer."""

    status: int | None
    why: str  # `answered`, or what went wrong on the way: `time-out`, `address-forbidden`, …
    ms: int
    retry_after: str = ""
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Next:
    """The state after an attempt; `due` for a retry; `gone`: the receiver wants no more of anything; `unmade`: 1 for
    an attempt that was begun and does not count."""

    state: State
    why: str
    due: int = 0
    gone: bool = False
    unmade: int = 0


def identity(event: str, subscription: str, at: int) -> str:
    """The same delivery for the same event and subscription, sorting by the instant (ms) of the event."""
    return f"dlv_{ids.ulid(at, _digest(event, subscription))}"


def after(attempt: int, said: Said, at: int, chance: int) -> Next:
    """What follows on an attempt (1 is the first) that ended at `at`. `chance`: 32 random bits."""
    if said.status is not None and 200 <= said.status < 300:
        return Next("ok", "delivered")
    why = f"status-{said.status}" if said.status is not None else said.why
    if said.status == 410:
        return Next("dead", why, gone=True)
    if attempt >= len(WAITS):
        return Next("dead", why)
    wait = with_jitter(WAITS[attempt], chance)
    if said.status in {429, 503}:
        wait = max(wait, with_jitter(asked_wait(said.retry_after, at), chance))
    return Next("retry", why, due=at + wait)


def with_jitter(wait: int, chance: int) -> int:
    """0 to 20 % more, never less: with ±20 % a fifth of all deliveries would end before an outage of three days."""
    return wait + wait * (chance & 0xFFFFFFFF) // (5 * 0xFFFFFFFF)


def asked_wait(header: str, at: int) -> int:
    """The ms that a Retry-After asks for, in seconds or as a date (RFC 9110 §10.2.3), at most a day; 0 for none."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]) * SECOND, LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return 0
    whole = until if until.tzinfo else until.replace(tzinfo=UTC)
    since = whole - datetime.fromtimestamp(at / SECOND, UTC)
    return max(0, min(int(since.total_seconds() * SECOND), LONGEST_WAIT))


def given_up(failing_since: int | None, at: int) -> bool:
    """Whether a failure at `at` ends an endpoint that has been failing without a success since then.

    The first and this one are then more than twelve hours apart, so that one bad minute ends nobody.
    """
    return failing_since is not None and at - failing_since >= GIVEN_UP_AFTER


def redacted(text: str) -> str:
    """The part of an answer that is kept: without anything that may be an id number or a telephone."""
    return _PERSONAL.sub("***", text)[:KEPT_OF_ANSWER]


def attempt_line(number: int, said: Said, at: int) -> Mapping[str, int | str | None]:
    """What the log keeps of every attempt: no header, no body, no address."""
    return {"n": number, "at": at, "ms": said.ms, "status": said.status, "why": said.why}


def _digest(*parts: str) -> bytes:
    import hashlib

    return hashlib.sha256("\x1f".join(parts).encode()).digest()[:10]
