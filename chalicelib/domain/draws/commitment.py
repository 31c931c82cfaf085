"""Decides what is committed before the public value exists: rosters, plan, the commitment before, the value to come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chalicelib.domain import canonical
from chalicelib.domain.draws import beacons
from chalicelib.domain.draws.plan import Plan
from chalicelib.domain.draws.rosters import KEYS, Growing, Row, line, ordered, refused

FORMAT = "jisheng-draw-commitment-1"
NONE_BEFORE = "00" * 32  # what the first draw of a series names as the commitment before it


def objects(plan: Plan, rows: Iterable[Row]) -> dict[str, Any]:
    """`{count, root, strata: {id: size}}` of the objects in one pass; each has a stratum, a weight, a team to come."""
    tree, stratum_of = Growing(), plan.sorter()
    sizes = {one.id: 0 for one in plan.strata}
    for row in ordered("objects", rows):
        tree.add(line("objects", row))
        sizes[stratum_of(row)] += 1
        plan.weight(row)
        if not slots_of(plan, row):
            raise refused("objects", f"nobody would visit {row['id']}")
    return {"count": tree.count, "root": tree.root().hex(), "strata": sizes}


def slots_of(plan: Plan, row: Row) -> list[int]:
    """Numbers of the slots of a visit to this object: those of everybody, and of departments with business there."""
    return [
        n
        for n, slot in enumerate(plan.slots)
        if slot.department is None or slot.department in row.get("departments", ())
    ]


def departures(before: Iterable[Row], now: Iterable[Row], reasons: Mapping[str, str]) -> list[dict[str, str]]:
    """Who was in the roster of the draw before and is no longer, each with a reason; refused where one has none."""
    gone = sorted({row["id"] for row in before} - {row["id"] for row in now})
    for one in gone:
        if not reasons.get(one):
            raise refused("departures", f"{one} left without a reason")
    return [{"id": one, "reason": reasons[one]} for one in gone]


def commit(
    plan: Plan,
    number: int,
    previous: str,
    rosters: Mapping[str, Mapping[str, Any]],
    when: tuple[int, int],
    source: str,
    named: Sequence[beacons.Named],
) -> dict[str, Any]:
    """The commitment to one draw.

    `rosters`: the summaries of all four rosters. `when`: committed at, and not before; ms. `source`: `primary` or
    `fallback`, as the plan declares them: which of the two is chosen now, never once a value could be known.
    """
    committed_at, not_before = when
    if set(rosters) != set(KEYS):
        raise refused("rosters", "one is missing")
    if number < 1 or (number == 1) != (previous == NONE_BEFORE):
        raise beacons.refused("number and commitment before do not fit")
    if not_before < committed_at + plan.lead_ms:
        raise beacons.refused("the lead is shorter than the plan's")
    beacons.check_named(plan.beacons.get(source, ()), named, committed_at, not_before)
    return {
        "format": FORMAT, "series": plan.series, "number": number, "previous": previous, "plan": plan.digest,
        **{name: dict(rosters[name]) for name in KEYS},
        "committed_at": committed_at, "not_before": not_before, "source": source,
        "beacons": [dict(one) for one in named],
    }  # fmt: skip


def seed(plan: Plan, commitment: Mapping[str, Any], values: Sequence[beacons.Value]) -> bytes:
    """The seed of the draw: from the commitment and the values that it named, verified."""
    sources = plan.beacons[commitment["source"]]
    return beacons.seed(canonical.digest(commitment), sources, commitment["beacons"], values)
