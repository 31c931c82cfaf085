"""Does the counting of a register's figures over a year: numbers alone, to whoever may see its public fields."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import Any

from chalicelib.actions import keeping, registered
from chalicelib.actions.office import Kit
from chalicelib.domain import figures
from chalicelib.domain.parties import Principal

MOST = 20_000  # records that one answer counts (sample default, not from the plan); what lies beyond is said


def of_year(kit: Kit, principal: Principal, register_id: str, year: int | None) -> dict[str, Any]:
    """`{register_id, year, figures, complete}` of a calendar year, this one if none is named.

    `complete` is false where the register holds more records than are counted. Refused as its list would be.
    """
    office, register = keeping.open_register(kit, register_id)
    keeping.may_read(office, principal, register)
    wanted = year or datetime.fromtimestamp(office.at / 1000, kit.zone).year
    declared = bool(register.get("figures"))
    ids = list(islice(registered.ids(kit, register_id), MOST + 1)) if declared else []
    bodies = (body for _, body in registered.bodies(kit, register_id, ids[:MOST]))
    found = figures.counted(register, bodies, wanted)
    return {"register_id": register_id, "year": wanted, "figures": found, "complete": len(ids) <= MOST}
