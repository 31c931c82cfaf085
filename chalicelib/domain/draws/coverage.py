"""Decides how far a year's draws have come: which matters and how many firms were reached, who was burdened how often.

Numbers alone: whom a draw named is told after the last visit, how many at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MATTERS_GOAL = 9_000  # of ten thousand: plan rows S292 (≥ 90 %) and S296 (≥ 3 %)
FIRMS_GOAL = 300


@dataclass(frozen=True, slots=True)
class Drawn:
    """A draw that counted: what its visits look at, who may be given how many, and whom it named."""

    matters: frozenset[str]
    cap: int
    visits: tuple[tuple[str, tuple[str, ...]], ...]  # firm, team


def of_result(matters: Iterable[str], cap: int, result: Mapping[str, Any]) -> Drawn:
    visits = tuple((one["object"], tuple(who for _, who in one["team"])) for one in result["visits"])
    return Drawn(frozenset(matters), cap, visits)


def report(listed: Iterable[str], firms: int, draws: Iterable[Drawn]) -> dict[str, Any]:
    """`listed`: matters on the unified list; `firms`: how many there were when the year began. Shares: of ten thousand.

    `twice`: visits to a firm for matters that an earlier visit of the year had looked at already: one could have done.
    `overloaded`: inspectors who were given more visits in one draw than its cap.
    """
    wanted, met = set(listed), set[str]()
    seen: dict[str, set[str]] = {}
    twice, overloaded, visits, most = 0, 0, 0, 0
    for draw in draws:
        load = Counter(who for _, team in draw.visits for who in team)
        most = max([most, *load.values()])
        overloaded += sum(1 for count in load.values() if count > draw.cap)
        met |= draw.matters & wanted if draw.visits else set()
        for firm, _ in draw.visits:
            before = seen.setdefault(firm, set())
            twice += bool(before & draw.matters)
            before |= draw.matters
            visits += 1
    matters, share = _share(len(met), len(wanted)), _share(len(seen), firms)
    return {
        "matters": {"listed": len(wanted), "met": len(met), "share": matters, "goal": MATTERS_GOAL},
        "firms": {"listed": firms, "met": len(seen), "share": share, "goal": FIRMS_GOAL},
        "visits": visits, "twice": twice, "most_visits_of_one_inspector": most, "overloaded": overloaded,
        "reached": matters >= MATTERS_GOAL and share >= FIRMS_GOAL,
    }  # fmt: skip


def _share(part: int, whole: int) -> int:
    return part * 10_000 // whole if whole else 0
