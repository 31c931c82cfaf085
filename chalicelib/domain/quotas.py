"""Decides how often somebody may call and after how many failures they are locked out: budgets and locks as data.

A budget is a number of calls in a window of time. So that ordinary calls cost no write, a container lets a *share*
of the budget through by itself and then leases further shares from one counter that all containers have in common.
No more than `calls + (containers - 1) * share` calls can pass in a window, whatever is tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from chalicelib.domain.problems import Problem, Text

Use = Literal["reads", "writes"]
About = Literal["receipt", "case", "token"]

SHARES = 20  # a budget is leased in so many parts (sample default, not from the plan)
UNNAMED = "anonymous"


@dataclass(frozen=True, slots=True)
class Budget:
    """`calls` in each window of `seconds`; windows are aligned to the epoch."""

    calls: int
    seconds: int = 60

    @property
    def share(self) -> int:
        return max(1, self.calls // SHARES)

    def window(self, at: int) -> int:
        """The number of the window in which the instant `at` (ms) lies."""
        return at // (self.seconds * 1000)

    def left(self, at: int) -> float:
        """Seconds until the next window."""
        return self.seconds - at % (self.seconds * 1000) / 1000


@dataclass(frozen=True, slots=True)
class Lockout:
    """`failures` within one window of `seconds` lock for `locked` seconds from the last of them."""

    failures: int
    seconds: int
    locked: int

    def window(self, at: int) -> int:
        return at // (self.seconds * 1000)


@dataclass(frozen=True, slots=True)
class Lock:
    """Locked from `since` until before `until` (ms). Before `since` it does not hold: the clock was moved back."""

    since: int
    until: int

    def holds(self, at: int) -> bool:
        return self.since <= at < self.until


# What holds until a district declares something else (sample default, not from the plan).
_USUAL_BUDGETS: Mapping[str, Mapping[str, Budget]] = {
    UNNAMED: {"reads": Budget(3_000), "writes": Budget(300)},
    "citizen": {"reads": Budget(3_000), "writes": Budget(1_200)},
    "staff": {"reads": Budget(6_000), "writes": Budget(2_400)},
}
_USUAL_LOCKOUTS: Mapping[str, Lockout] = {
    "receipt": Lockout(10, 600, 900),
    "case": Lockout(60, 600, 900),
    "token": Lockout(100, 600, 900),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Budgets by role (`anonymous` is counted by address), and what locks out."""

    budgets: Mapping[str, Mapping[str, Budget]] = field(default_factory=lambda: _USUAL_BUDGETS)
    lockouts: Mapping[str, Lockout] = field(default_factory=lambda: _USUAL_LOCKOUTS)

    def budget(self, roles: Iterable[str], use: Use) -> Budget:
        """The most generous one of the caller's roles; a role that has none counts as a citizen."""
        own = [self.budgets[role][use] for role in roles if role in self.budgets]
        return max(own, key=lambda one: one.calls / one.seconds) if own else self.budgets["citizen"][use]


USUAL = Limits()


def limits_of(definition: Mapping[str, Any]) -> Limits:
    """The limits of an access definition; what it does not declare stays as usual."""
    declared = definition.get("limits", {})
    budgets = {
        role: {use: Budget(one["calls"], one["seconds"]) for use, one in uses.items()}
        for role, uses in declared.get("budgets", {}).items()
    }
    lockouts = {
        about: Lockout(one["failures"], one["seconds"], one["locked"])
        for about, one in declared.get("lockouts", {}).items()
    }
    return Limits({**_USUAL_BUDGETS, **budgets}, {**_USUAL_LOCKOUTS, **lockouts})


def too_often(budget: Budget, at: int) -> Problem:
    said = Text("请求过于频繁,请稍后再试", "too many calls: try again later")
    extra = {"limit": budget.calls, "seconds": budget.seconds, "retry_after": budget.left(at)}
    return Problem("throttled", "too-many-calls", said, extra=extra)


def locked_out(lock: Lock, at: int) -> Problem:
    said = Text("失败次数过多,请稍后再试", "too many failures: try again later")
    return Problem("throttled", "locked-out", said, extra={"retry_after": (lock.until - at) / 1000})
