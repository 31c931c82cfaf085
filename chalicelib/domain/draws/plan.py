"""Decides how the plan of a draw is read: strata with quotas, weights, slots, caps; exact, in integers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain import canonical
from chalicelib.domain.draws.rosters import Row, refused
from chalicelib.domain.problems import Problem, Text

FORMAT = "jisheng-draw-plan-1"
ALGO = "jisheng-draw-1"
MAX_WEIGHT = 1_000  # sub-tickets of one row: each is a hash that everybody has to compute


@dataclass(frozen=True, slots=True)
class Quota:
    """⌈size·num/den⌉, at least `min`, at most `max`, never more than there are."""

    num: int
    den: int
    min: int
    max: int

    def of(self, size: int) -> int:
        share = -(-size * self.num // self.den)
        return min(size, self.max, max(self.min, share))


@dataclass(frozen=True, slots=True)
class Stratum:
    """The rows whose fields all have one of the values given here."""

    id: str
    where: Mapping[str, frozenset[str]]
    quota: Quota


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the team of a visit. With a department it is needed where that department has something to check."""

    role: str
    department: str | None
    certificates: frozenset[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """A draw's plan, read. `pools`: how many extensions of the pool of inspectors are declared."""

    series: str
    weight_field: str
    weights: Mapping[str, int]
    strata: tuple[Stratum, ...]
    slots: tuple[Slot, ...]
    cap: int
    pools: int
    lead_ms: int
    beacons: Mapping[str, Sequence[Mapping[str, Any]]]
    digest: str

    def weight(self, row: Row) -> int:
        """The sub-tickets of a row: what its grade says; refused if the plan does not know the grade."""
        weight = self.weights.get(row.get(self.weight_field, ""))
        if weight is None:
            raise refused("objects", f"{row['id']} has no weight")
        return weight

    def sorter(self) -> Callable[[Row], str]:
        """Row → id of the one stratum that holds it. Rows that look alike are judged once."""
        fields = sorted({name for stratum in self.strata for name in stratum.where})
        known: dict[Any, str] = {}
        alone = fields[0] if len(fields) == 1 else None

        def stratum_of(row: Row) -> str:
            look = row.get(alone) if alone else tuple([row.get(name) for name in fields])
            found = known.get(look)
            if found is None:
                found = known[look] = self._stratum(row)
            return found

        return stratum_of

    def _stratum(self, row: Row) -> str:
        found = [one.id for one in self.strata if all(row.get(name) in ok for name, ok in one.where.items())]
        if len(found) != 1:
            raise refused("objects", f"{row['id']} is in {len(found)} strata")
        return found[0]

    def quotas(self, sizes: Mapping[str, int]) -> dict[str, int]:
        return {one.id: one.quota.of(sizes.get(one.id, 0)) for one in self.strata}


def read(said: Mapping[str, Any]) -> Plan:
    """The plan in a JSON document; refused (`draw-plan`) where it could be read in two ways or not at all."""
    canonical.check(dict(said))
    try:
        plan = _read(said)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise wrong(f"{type(error).__name__} {error}") from error
    _sound(plan)
    if said["format"] != FORMAT or said["algo"] != ALGO:
        raise wrong("format")
    return plan


def _read(said: Mapping[str, Any]) -> Plan:
    strata = tuple(
        Stratum(
            one["id"],
            {name: frozenset(values) for name, values in one["where"].items()},
            Quota(**one["quota"]),
        )
        for one in said["strata"]
    )
    slots = tuple(
        Slot(one["role"], one.get("department"), frozenset(one.get("certificates", ())))
        for one in said["slots"]
    )
    return Plan(
        said["series"], said["weights"]["field"], said["weights"]["of"], strata, slots,
        said["cap"], said["pools"], said["lead_ms"], said["beacons"], canonical.digest(said),
    )  # fmt: skip


def _sound(plan: Plan) -> None:
    names = [one.id for one in plan.strata]
    if not names or len(set(names)) < len(names) or not plan.slots:
        raise wrong("strata or slots")
    if not all(type(one) is int and 1 <= one <= MAX_WEIGHT for one in plan.weights.values()):
        raise wrong("weights")
    numbers = [(q.num, q.den, q.min, q.max) for q in (one.quota for one in plan.strata)]
    whole = all(type(one) is int for four in numbers for one in four)
    if not whole or not all(0 <= num <= den and den and 0 <= low <= high for num, den, low, high in numbers):
        raise wrong("quota")
    if not all(type(one) is int and one >= 0 for one in (plan.cap, plan.pools, plan.lead_ms)):
        raise wrong("cap, pools or lead")


def wrong(what: str) -> Problem:
    return Problem("invalid", "draw-plan", Text(f"抽查方案有误:{what}", f"the draw's plan is wrong: {what}"))
