"""Decides what a subscription asks for, which secrets sign, and what its subscriber is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from chalicelib.domain.problems import Finding, Problem, Text, finding
from chalicelib.domain.webhook_signatures import key_of, secret_of

MOST = 20  # subscriptions of one subscriber; sample default, not from the plan
MOST_NAMES = 100  # in one filter; sample default, not from the plan
MOST_SECRETS = 5  # in force at once: each makes a signature in a header
OVERLAP = 86_400_000  # ms that an old secret goes on to sign after a rotation
BYTES = 32  # of a secret
SHARED, PAIR = "hmac-sha256", "ed25519"  # both sides hold it, or one signs and the other verifies
KINDS = (SHARED, PAIR)
_NAME = re.compile(r"[a-z][A-Za-z0-9_.-]{0,127}")
FILTERS = ("types", "items", "departments")


@dataclass(frozen=True, slots=True)
class Secret:
    """What signs, until when (ms); None: until it is rotated."""

    text: str
    since: int
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """What became of deliveries lately, in ms; None where nothing of the kind happened."""

    failing_since: int | None = None
    failed_at: int | None = None
    delivered_at: int | None = None
    timed_out_at: int | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """One address of one subscriber. An empty filter asks for everything that the subscriber may see."""

    id: str
    owner: str
    url: str
    title: str
    created_at: int
    secrets: tuple[Secret, ...]
    types: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    state: str = "active"  # or `paused`, `disabled`
    why: str = ""  # it was disabled
    health: Health = field(default_factory=Health)
    rev: int = 0

    def wants(self, type_: str, item: str | None, department: str | None) -> bool:
        """Whether the filters let an event through: each of them that names something must name this."""
        asked = ((self.types, type_), (self.items, item), (self.departments, department))
        return all(not names or value in names for names, value in asked)

    def signing(self, at: int) -> list[str]:
        """The secrets in force, the newest first: both sign for a day after a rotation, then only the new one."""
        return in_force(self.secrets, at)

    def rotated(self, entropy: bytes, at: int, kind: str = SHARED) -> Subscription:
        """With a new secret; what signed alone until now ends in a day. Problem when too many would sign at once."""
        return replace(self, secrets=rotated(self.secrets, entropy, at, kind))


def in_force(secrets: Sequence[Secret], at: int) -> list[str]:
    """The secrets that sign at an instant, the newest first."""
    held = [one for one in secrets if one.until is None or one.until > at]
    return [one.text for one in sorted(held, key=lambda one: -one.since)]


def rotated(secrets: Sequence[Secret], entropy: bytes, at: int, kind: str = SHARED) -> tuple[Secret, ...]:
    """With a new one, of 32 random bytes; what signed alone until now ends in a day. Problem `rotated-too-often`."""
    kept = [replace(one, until=one.until or at + OVERLAP) for one in secrets]
    kept = [one for one in kept if (one.until or 0) > at]
    if len(kept) >= MOST_SECRETS:
        said = Text("一天内更换密钥次数过多", "the secret was rotated too often within a day")
        raise Problem("conflict", "rotated-too-often", said)
    return (*kept, Secret((key_of if kind == PAIR else secret_of)(entropy), at))


def checked_filters(
    asked: Mapping[str, Sequence[str]], known_types: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """The three filters, each name once. Problem `subscription-invalid` names every one that cannot be meant."""
    known, found = frozenset(known_types), list[Finding]()
    for name in FILTERS:
        given = asked.get(name, ())
        if len(given) > MOST_NAMES:
            found.append(finding(f"/{name}", "too-many", f"最多 {MOST_NAMES} 项", f"at most {MOST_NAMES}"))
        for number, one in enumerate(given[:MOST_NAMES]):
            if not _NAME.fullmatch(one):
                found.append(finding(f"/{name}/{number}", "name-invalid", "名称无效", "this is no name"))
            elif name == "types" and one not in known:
                found.append(
                    finding(f"/{name}/{number}", "event-type-unknown", "没有这种事件", "no such event type")
                )
    if found:
        said = Text("订阅条件有误", "the filters of the subscription are wrong")
        raise Problem("invalid", "subscription-invalid", said, findings=found)
    return {name: tuple(sorted(set(asked.get(name, ())))) for name in FILTERS}
