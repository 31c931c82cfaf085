"""Does the counting of a register's figures over a year: numbers alone, to whoever may see its public fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from chalicelib.actions import keeping
from chalicelib.actions.office import Kit
from chalicelib.domain import figures
from chalicelib.domain.parties import Principal

MOST = 20_000  # records that one answer counts (sample default, not from the plan); what lies beyond is said
LISTED, TOGETHER = 1_000, 100  # ids of a query; records of a request


def of_year(kit: Kit, principal: Principal, register_id: str, year: int | None) -> dict[str, Any]:
    """`{register_id, year, figures, complete}` of a calendar year, this one if none is named.

    `complete` is false where the register holds more records than are counted. Refused as its list would be.
    """
    office, register = keeping.open_register(kit, register_id)
    keeping.may_read(office, principal, register)
    wanted = year or datetime.fromtimestamp(office.at / 1000, kit.zone).year
    declared = bool(register.get("figures"))
    ids = list(islice(_ids(kit, register_id), MOST + 1)) if declared else []
    found = figures.counted(register, _bodies(kit, register_id, ids[:MOST]), wanted)
    return {"register_id": register_id, "year": wanted, "figures": found, "complete": len(ids) <= MOST}


def _ids(kit: Kit, register_id: str) -> Iterator[str]:
    after = None
    while True:
        page = kit.records.list(register_id, after, LISTED)
        yield from (row.case_id for row in page.rows)
        after = page.after
        if after is None:
            return


def _bodies(kit: Kit, register_id: str, ids: list[str]) -> Iterator[Mapping[str, Any]]:
    for start in range(0, len(ids), TOGETHER):
        yield from kit.records.many(register_id, ids[start : start + TOGETHER]).values()
