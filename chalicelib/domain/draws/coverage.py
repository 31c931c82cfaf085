"""Decides how far a year's draws have come: which matters and how many firms were reached, who was burdened how often.

Numbers alone: whom a draw named is told after the last visit, how many at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

MATTERS_GOAL = 9_000  # of ten thousand: plan rows S292 (≥ 90 %) and S296 (≥ 3 %)
FIRMS_GOAL = 300


@dataclass(frozen=True, slots=True)
class Drawn:
    """A draw that counted: what its visits look at, who may be given how many, and whom it named.

    `recognised`: by firm, what its visit leaves out because somebody's recent result stands for it.
    """

    matters: frozenset[str]
    cap: int
    visits: tuple[tuple[str, tuple[str, ...]], ...]  # firm, team
    recognised: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def checked(self, firm: str) -> frozenset[str]:
        """What the visit to this firm looks at; nothing where there is no visit."""
        return self.matters - self.recognised.get(firm, frozenset())


def of_result(
    matters: Iterable[str],
    cap: int,
    result: Mapping[str, Any],
    recognised: Mapping[str, Iterable[str]] | None = None,
) -> Drawn:
    visits = tuple((one["object"], tuple(who for _, who in one["team"])) for one in result["visits"])
    spared = {firm: frozenset(some) for firm, some in (recognised or {}).items()}
    return Drawn(frozenset(matters), cap, visits, spared)


def report(listed: Iterable[str], firms: int, draws: Iterable[Drawn]) -> dict[str, Any]:
    """`listed`: matters on the unified list; `firms`: how many there were when the year began. Shares: of ten thousand.

    `twice`: visits to a firm for matters that an earlier visit of the year had looked at already: one could have done.
    `spared`: checks that a recognised result stood for. `burden`: visits to ten thousand firms, and to the one that had
    most. `overloaded`: inspectors who were given more visits in one draw than its cap.
    """
    wanted, met = set(listed), set[str]()
    seen: dict[str, set[str]] = {}
    visited = Counter[str]()
    twice, overloaded, spared, most = 0, 0, 0, 0
    for draw in draws:
        load = Counter(who for firm, team in draw.visits if draw.checked(firm) for who in team)
        most = max([most, *load.values()])
        overloaded += sum(1 for count in load.values() if count > draw.cap)
        for firm, _ in draw.visits:
            checked = draw.checked(firm)
            spared += len(draw.matters - checked)
            if not checked:
                continue
            before = seen.setdefault(firm, set())
            twice += bool(before & checked)
            before |= checked
            met |= checked & wanted
            visited[firm] += 1
    visits = visited.total()
    matters, share = _share(len(met), len(wanted)), _share(len(seen), firms)
    return {
        "matters": {"listed": len(wanted), "met": len(met), "share": matters, "goal": MATTERS_GOAL},
        "firms": {"listed": firms, "met": len(seen), "share": share, "goal": FIRMS_GOAL},
        "visits": visits, "twice": twice, "spared": spared,
        "burden": {"visits": _share(visits, firms), "most": max(visited.values(), default=0)},
        "most_visits_of_one_inspector": most, "overloaded": overloaded,
        "reached": matters >= MATTERS_GOAL and share >= FIRMS_GOAL,
    }  # fmt: skip


def _share(part: int, whole: int) -> int:
    return part * 10_000 // whole if whole else 0
