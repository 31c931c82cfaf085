"""Decides the result of a draw: visits with their teams, what is told of them at once, who stands in when recused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from chalicelib.domain import canonical
from chalicelib.domain.draws.commitment import slots_of
from chalicelib.domain.draws.pairing import Place, Shortage, pair
from chalicelib.domain.draws.plan import Plan
from chalicelib.domain.draws.rosters import Row
from chalicelib.domain.draws.tickets import Drawn, pair_ticket
from chalicelib.domain.problems import Problem, Text

RESULT = "jisheng-draw-result-1"
NOTICE = "jisheng-draw-notice-1"
REPLACEMENT = "jisheng-draw-replacement-1"
VOID = "jisheng-draw-void-1"

Doc = dict[str, Any]


class Ground:
    """What teams are chosen from: the objects drawn, the inspectors, who must not meet."""

    def __init__(
        self,
        plan: Plan,
        seed: bytes,
        objects: Iterable[Row],
        inspectors: Iterable[Row],
        conflicts: Iterable[Row],
    ) -> None:
        self.plan, self.seed = plan, seed
        self.objects = {row["id"]: row for row in objects}
        self.inspectors = {row["id"]: row for row in inspectors}
        self.apart: dict[str, set[str]] = {}
        for row in conflicts:
            self.apart.setdefault(row["object"], set()).add(row["inspector"])
        self._able: dict[tuple[int, str | None, int], list[str]] = {}

    @cached_property
    def caps(self) -> dict[str, int]:
        """Visits that each may be given in one draw: the plan's cap, or less if the inspector's row says so."""
        return {
            one: min(self.plan.cap, row.get("cap", self.plan.cap)) for one, row in self.inspectors.items()
        }

    def eligible(self, place: Place, pool: int) -> list[str]:
        """Who may take this place, of the pool with so many extensions; in the order of ids."""
        row = self.objects[place[0]]
        look = (place[1], row.get("district"), pool)
        if look not in self._able:
            self._able[look] = sorted(one for one in self.inspectors if self._can(one, *look))
        apart = self.apart.get(place[0])
        return [one for one in self._able[look] if one not in apart] if apart else self._able[look]

    def _can(self, inspector: str, slot: int, district: str | None, pool: int) -> bool:
        row, wanted = self.inspectors[inspector], self.plan.slots[slot]
        return (
            row.get("pool", 0) <= pool
            and (wanted.department is None or row.get("department") == wanted.department)
            and wanted.certificates <= set(row.get("certificates", ()))
            and (not row.get("districts") or district in row["districts"])
        )

    def ticket(self, place: Place, inspector: str) -> bytes:
        salts = self.objects[place[0]]["salt"], self.inspectors[inspector]["salt"]
        return pair_ticket(self.seed, salts[0], place[1], salts[1])


def paired(ground: Ground, order: Sequence[str]) -> tuple[int | None, dict[Place, str] | Shortage]:
    """The smallest number of pool extensions with which all places are filled, and how; None and why if none does."""
    places = [(one, slot) for one in order for slot in slots_of(ground.plan, ground.objects[one])]
    made: dict[Place, str] | Shortage = {}
    for pool in range(ground.plan.pools + 1):
        eligible = {place: ground.eligible(place, pool) for place in places}
        made = pair(places, eligible, ground.caps, ground.ticket)
        if not isinstance(made, Shortage):
            return pool, made
    return None, made


def conclude(
    commitment: Mapping[str, Any], ground: Ground, drawn: Mapping[str, Sequence[Drawn]]
) -> tuple[Doc, Shortage | None]:
    """The result; with a shortage its teams are empty, `pool` is null, and the draw has to be declared void."""
    order = sorted((one, stratum) for stratum, some in drawn.items() for one in some)
    pool, teams = paired(ground, [one.id for one, _ in order])
    short = teams if isinstance(teams, Shortage) else None
    visits = []
    for one, stratum in order:
        slots = [] if short else slots_of(ground.plan, ground.objects[one.id])
        team = [[slot, teams[one.id, slot]] for slot in slots]  # type: ignore[index]
        visits.append({"object": one.id, "stratum": stratum, "ticket": one.ticket.hex(), "team": team})
    return {**_head(RESULT, commitment), "seed": ground.seed.hex(), "pool": pool, "visits": visits}, short


def notice(
    plan: Plan, commitment: Mapping[str, Any], result: Doc, drawn: Mapping[str, Sequence[Drawn]]
) -> Doc:
    """What everybody is told at once: the seed, and of each stratum its size, quota and the last ticket that is in.

    The result is told as a hash. Its tickets need the salts, so nobody finds by trying whom it names.
    """
    sizes = commitment["objects"]["strata"]
    strata = [
        {
            "id": one.id, "size": sizes[one.id], "quota": one.quota.of(sizes[one.id]),
            "cutoff": drawn[one.id][-1].ticket.hex() if drawn[one.id] else "",
        }
        for one in plan.strata
    ]  # fmt: skip
    said = {
        "seed": result["seed"],
        "pool": result["pool"],
        "strata": strata,
        "result": canonical.digest(result),
    }
    return {**_head(NOTICE, commitment), **said}


def replacement(
    ground: Ground, result: Doc, before: Sequence[Doc], place: Place, said: Mapping[str, Any]
) -> Doc:
    """Who stands in for a recused inspector (回避): the next smallest ticket of those who still can.

    `said`: reason, approver, at (ms). `before`: the replacements so far, in order. Refused (`draw-nobody-left`).
    """
    teams = {(visit["object"], slot): one for visit in result["visits"] for slot, one in visit["team"]}
    recused: set[str] = set()
    for one in before:
        teams[one["object"], one["slot"]] = one["replacement"]
        if one["object"] == place[0]:
            recused.add(one["recused"])
    leaving = teams[place]
    recused |= {leaving} | {one for (visited, _), one in teams.items() if visited == place[0]}
    load = dict.fromkeys(ground.inspectors, 0)
    for one in teams.values():
        load[one] += 1
    stands_in = _next(
        ground, place, result["pool"], {*recused, *(i for i, n in load.items() if n >= ground.caps[i])}
    )
    return {
        **_head(REPLACEMENT, result), "ordinal": len(before) + 1, "object": place[0], "slot": place[1],
        "recused": leaving, "replacement": stands_in,
        "reason": said["reason"], "approver": said["approver"], "at": said["at"],
    }  # fmt: skip


def _next(ground: Ground, place: Place, pool: int, barred: set[str]) -> str:
    for wider in range(pool, ground.plan.pools + 1):
        able = [one for one in ground.eligible(place, wider) if one not in barred]
        if able:
            return min(able, key=lambda one: (ground.ticket(place, one), one))
    raise Problem(
        "conflict", "draw-nobody-left", Text("没有可替换的执法人员", "no inspector is left to stand in")
    )


def void(commitment: Mapping[str, Any], reason: str, approver: str, would_be: Doc | None) -> Doc:
    """A draw that does not count keeps its number, and says why and what it would have been (a hash, or null)."""
    digest = canonical.digest(would_be) if would_be else None
    return {**_head(VOID, commitment), "reason": reason, "approver": approver, "would_be": digest}


def _head(format: str, of: Mapping[str, Any]) -> Doc:
    return {"format": format, "series": of["series"], "number": of["number"]}
