"""Does the counting of calls and failures: in memory while it can, in the store when it must.

An ordinary call costs the store nothing. A caller who used up a container's share costs one write a share; a
failure that may be a guess costs one read and one write until it locks, and nothing afterwards.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock as Mutex
from typing import Protocol

from chalicelib.domain.quotas import About, Budget, Lock, Lockout, Use, locked_out, too_often

REMEMBERED = 10_000  # callers a container keeps in mind


class Counters(Protocol):
    """Remembers counters that all containers share. `who` is stored blinded: it may be an address."""

    def take(self, who: str, what: str, window: int, count: int, most: int, until: int) -> bool:
        """Add `count` to the window's counter if it then stands at `most` or less; whether it was added.

        `until` (ms): the row may go when that has passed. A store that is busy refuses nobody: True.
        """

    def add(self, who: str, what: str, window: int, until: int) -> int:
        """Add one; how many there are now."""

    def lock(self, who: str, what: str) -> Lock | None: ...
    def put_lock(self, who: str, what: str, lock: Lock) -> None: ...


@dataclass(slots=True)
class _Tab:
    """What a container may still let through in this window before it asks; `asked`: it has a lease."""

    window: int
    left: int
    asked: bool = False
    spent: bool = False


class Limiter:
    """One a container."""

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._tabs: OrderedDict[tuple[str, Use], _Tab] = OrderedDict()
        self._locks: OrderedDict[tuple[str, About], Lock] = OrderedDict()
        self._mutex = Mutex()

    def spend(self, who: str, use: Use, budget: Budget, at: int) -> None:
        """One call of this budget. Raises throttled `too-many-calls` with the seconds until the next window."""
        with self._mutex:
            tab = self._tab(who, use, budget, at)
            if tab.left > 0:
                tab.left -= 1
                return
            if tab.spent:
                raise too_often(budget, at)
            # The share that was let through unasked is made good with the first lease.
            owed, tab.asked = 0 if tab.asked else budget.share, True
        self._lease(tab, who, use, budget, at, owed)

    def _lease(self, tab: _Tab, who: str, use: Use, budget: Budget, at: int, owed: int) -> None:
        until = (budget.window(at) + 2) * budget.seconds * 1000
        count = min(owed + budget.share, budget.calls)
        given = count > owed and self._counters.take(who, use, tab.window, count, budget.calls, until)
        with self._mutex:
            if not given:
                tab.spent = True
                raise too_often(budget, at)
            tab.left += count - owed - 1

    def _tab(self, who: str, use: Use, budget: Budget, at: int) -> _Tab:
        tab = self._tabs.get((who, use))
        if tab is None or tab.window != budget.window(at):
            tab = self._tabs[(who, use)] = _Tab(budget.window(at), min(budget.share, budget.calls))
        self._tabs.move_to_end((who, use))
        if len(self._tabs) > REMEMBERED:
            self._tabs.popitem(last=False)
        return tab

    def require_open(self, who: str, about: About, at: int) -> None:
        """Raises throttled `locked-out` while a lock holds: one read, or none when this container knows of it."""
        lock = self._locks.get((who, about))
        if lock is None or not lock.holds(at):
            lock = self._counters.lock(who, about)
        if lock is not None and lock.holds(at):
            self._remember(who, about, lock)
            raise locked_out(lock, at)

    def failed(self, who: str, about: About, rule: Lockout, at: int) -> None:
        """A failure that may be a guess. Raises throttled `locked-out` when it comes after the lock."""
        self.require_open(who, about, at)
        window = rule.window(at)
        until = (window + 2) * rule.seconds * 1000
        if self._counters.add(who, about, window, until) >= rule.failures:
            lock = Lock(at, at + rule.locked * 1000)
            self._counters.put_lock(who, about, lock)
            self._remember(who, about, lock)

    def _remember(self, who: str, about: About, lock: Lock) -> None:
        self._locks[(who, about)] = lock
        while len(self._locks) > REMEMBERED:
            self._locks.popitem(last=False)
