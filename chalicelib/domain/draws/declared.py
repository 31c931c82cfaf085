"""Decides how a declared draw is read: its plan as protocol 1 wants it, records of registers as rows of its rosters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from chalicelib.domain.definitions import Definition
from chalicelib.domain.draws import plan
from chalicelib.domain.draws.plan import Plan
from chalicelib.domain.readings import ABSENT, read

KIND = "draws"
ROSTERS = (
    "objects",
    "inspectors",
    "conflicts",
)  # each is made of a register; departures follow from the draw before
HOUR = 3_600_000
COPIED = ("matters", "weights", "strata", "slots", "cap", "pools", "beacons")

Of = Mapping[str, Mapping[str, Any]]  # register → the record of the same key in it
_NONE: Of = {}


def document(definition: Definition) -> dict[str, Any]:
    """The plan as it is committed and published."""
    said = {name: definition[name] for name in COPIED}
    said["strata"] = [
        {name: value for name, value in one.items() if name != "title"} for one in said["strata"]
    ]
    lead = int(definition["lead_hours"]) * HOUR
    return {"format": plan.FORMAT, "algo": plan.ALGO, "series": definition["id"], "lead_ms": lead, **said}


def strata_titles(definition: Definition) -> dict[str, Any]:
    """Id of a stratum → what people call it; one without a title is called by its id."""
    return {one["id"]: one["title"] for one in definition["strata"] if "title" in one}


def plan_of(definition: Definition) -> Plan:
    """The same, read; refused (`draw-plan`) where it could be read in two ways."""
    return plan.read(document(definition))


def registers(definition: Definition, roster: str) -> tuple[str, ...]:
    """The register of a roster, then those that its fields are looked up in."""
    said = definition.get(roster)
    if said is None:
        return ()
    others = {one["of"] for one in [*said["fields"].values(), said.get("without", {})] if "of" in one}
    return (str(said["register"]), *sorted(others))


def is_meant(
    definition: Definition, roster: str, body: Mapping[str, Any], others: Of = _NONE, today: date = date.min
) -> bool:
    """Whether the roster's query finds the record: as `where` asks, and not left out by `without` on this day."""
    where = definition[roster].get("where", {})
    if not all(read(body, pointer) == wanted for pointer, wanted in where.items()):
        return False
    without = definition[roster].get("without")
    return without is None or not _lately(without, others.get(without["of"]), today)


def _lately(without: Mapping[str, Any], other: Mapping[str, Any] | None, today: date) -> bool:
    """Whether the other register has a day of it within so many days: what was visited lately is left in peace."""
    said = read(other or {}, without["at"])
    if not isinstance(said, str):
        return False
    return date.fromisoformat(said) + timedelta(days=int(without["within_days"])) > today


def object_field(definition: Definition) -> str:
    """What the object is called in the record of its visit: a firm's code, where the plan says nothing else."""
    return str(definition["visits"].get("object", "uscc"))


def is_listed(definition: Definition, body: Mapping[str, Any]) -> bool:
    """Whether a record of the unified list is a matter that the year's draws have to reach."""
    where = definition["coverage"]["matters"].get("where", {})
    return all(read(body, pointer) == wanted for pointer, wanted in where.items())


def recognised(
    definition: Definition, other: Mapping[str, Any] | None, today: date
) -> tuple[frozenset[str], dict[str, Any]]:
    """Matters of the draw that a visit leaves out, because another's result of them is recent; whose, and of when."""
    said = definition.get("visits", {}).get("recognised")
    if said is None or other is None or not _lately(said, other, today):
        return frozenset(), {}
    found = read(other, said["matters"])
    known = frozenset(found if isinstance(found, list) else [found]) & frozenset(definition["matters"])
    named = {"source": read(other, said["source"]), "on": read(other, said["at"])}
    return known, {name: value for name, value in named.items() if value is not ABSENT}


def row(definition: Definition, roster: str, body: Mapping[str, Any], others: Of) -> dict[str, Any]:
    """A row without its salt: what the fields read in the record and in those of other registers; an absent one is
    its default, or is left out."""
    made = {name: _value(one, body, others) for name, one in definition[roster]["fields"].items()}
    return {name: value for name, value in made.items() if value is not ABSENT}


def _value(field: Mapping[str, Any], body: Mapping[str, Any], others: Of) -> Any:
    if "value" in field:
        return field["value"]
    found = read(others.get(field["of"], {}) if "of" in field else body, field["at"])
    return field.get("default", ABSENT) if found is ABSENT else found
