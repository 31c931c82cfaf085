"""Decides who visits whom: each place in turn takes the smallest ticket that leaves every later place fillable.

Places are units of a flow place → (object, inspector), at most one → inspector, at most his cap: two places of one
object need two people, which a plain bipartite matching does not see. A full flow is kept all along; a place changes
hands only if the others can be rearranged around it. The pairing is random, but not uniform over all that are possible.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

Place = tuple[str, int]  # object, number of the slot


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why it cannot be done: these places have only these inspectors, who can take fewer."""

    places: tuple[Place, ...]
    inspectors: tuple[str, ...]
    capacity: int


@dataclass(slots=True)
class _Flow:
    """Who holds which place. `open` are the places that may still be moved."""

    eligible: Mapping[Place, Sequence[str]]
    caps: Mapping[str, int]
    holder: dict[Place, str] = field(default_factory=dict)
    held: dict[tuple[str, str], Place] = field(default_factory=dict)  # (object, inspector) → place
    load: dict[str, dict[Place, None]] = field(default_factory=dict)
    settled: set[Place] = field(default_factory=set)
    # Full inspectors whom only these places can have: a failed search proves it, and it stays true.
    closed: dict[str, set[Place]] = field(default_factory=dict)

    def put(self, place: Place, inspector: str) -> None:
        self.holder[place] = inspector
        self.held[place[0], inspector] = place
        self.load.setdefault(inspector, {})[place] = None

    def lift(self, place: Place) -> str:
        inspector = self.holder.pop(place)
        del self.held[place[0], inspector]
        del self.load[inspector][place]
        return inspector

    def free(self, inspector: str) -> bool:
        return len(self.load.get(inspector, ())) < self.caps[inspector]

    def give(self, place: Place, choice: Sequence[str]) -> set[Place] | None:
        """Put the place on one of these, moving others where it must; None, or else the places that hold all ways."""
        came: dict[Place, tuple[Place, str] | None] = {place: None}
        seen, queue = set[str](), deque[tuple[Place, Sequence[str]]]([(place, choice)])
        while queue:
            at, options = queue.popleft()
            # Whoever is free is looked for first: asking who would have to move is what costs.
            free = next((one for one in options if (at[0], one) not in self.held and self.free(one)), None)
            if free is not None:
                self._shift(at, free, came)
                return None
            for inspector in options:
                for mover in self._movers(inspector, self.held.get((at[0], inspector)), seen):
                    if mover not in came and mover not in self.settled:
                        came[mover] = (at, inspector)
                        queue.append((mover, self.eligible[mover]))
        reached = set(came)
        self.closed.update({inspector: reached for inspector in seen})  # noqa: C420  one set for all of them
        return reached

    def _movers(self, inspector: str, other: Place | None, seen: set[str]) -> Collection[Place]:
        """Who would have to leave: the object's own place with him, or whoever holds a full inspector."""
        if other is not None:
            return (other,)
        if inspector in seen:
            return ()
        seen.add(inspector)
        return tuple(self.load[inspector]) if inspector in self.load else ()

    def _shift(self, at: Place, inspector: str, came: Mapping[Place, tuple[Place, str] | None]) -> None:
        """Along the way back each takes what the next one leaves."""
        moves: list[tuple[Place, str]] = [(at, inspector)]
        while (step := came[at]) is not None:
            at, inspector = step
            moves.append((at, inspector))
        for place, _ in moves:
            if place in self.holder:
                self.lift(place)
        for place, taken in moves:
            self.put(place, taken)


def pair(
    places: Sequence[Place],
    eligible: Mapping[Place, Sequence[str]],
    caps: Mapping[str, int],
    ticket: Callable[[Place, str], bytes],
) -> dict[Place, str] | Shortage:
    """Place → inspector, places in their order of precedence; or why there is none.

    `eligible`: who may take each place at all; `caps`: visits that each may still take; ticket ties go by id.
    """
    # In the order of their tickets from the start, so that hardly anybody has to move when places are settled.
    wanted = {
        place: [one for _, one in sorted((ticket(place, one), one) for one in eligible[place])]
        for place in places
    }
    flow = _Flow(wanted, caps)
    for place in places:
        stuck = flow.give(place, wanted[place])
        if stuck is not None:
            return _shortage(stuck, eligible, caps)
    flow.closed.clear()
    for place in places:
        _settle(flow, place, wanted[place])
    return flow.holder


def _settle(flow: _Flow, place: Place, wanted: Sequence[str]) -> None:
    """Give the place to the first of these who can have it; it is not moved again."""
    has = flow.lift(place)
    for inspector in wanted:
        if inspector == has:
            break
        closed = flow.closed.get(inspector)
        if closed is not None and place not in closed:
            continue
        if flow.give(place, (inspector,)) is None:
            flow.settled.add(place)
            return
    flow.put(place, has)
    flow.settled.add(place)


def _shortage(
    stuck: Collection[Place], eligible: Mapping[Place, Sequence[str]], caps: Mapping[str, int]
) -> Shortage:
    inspectors = sorted({one for place in stuck for one in eligible[place]})
    return Shortage(tuple(sorted(stuck)), tuple(inspectors), sum(caps[one] for one in inspectors))
