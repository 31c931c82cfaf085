"""Does the year's account of a series: which matters and how many firms its draws reached, who was burdened how often.

Numbers alone: whom a draw named is told after the last visit, how many at once. A draw that was declared void counts
for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from chalicelib.actions import draw_log, draw_visits, registered
from chalicelib.actions.draw_ports import Body, Drawer
from chalicelib.domain.definitions import Definition
from chalicelib.domain.draws import coverage, declared
from chalicelib.domain.draws.coverage import Drawn
from chalicelib.domain.problems import Text, not_found


def of_year(drawer: Drawer, identity: str, year: int | None = None) -> Body:
    """`{id, year, before}` of a calendar year, this one if none is named; `before` is null where nothing was drawn.

    A draw is of the year in which its result was logged; `firms` are those of the register when the year's first
    roster was frozen.
    """
    definition = _declared(drawer, identity)
    wanted = year or _year(drawer, drawer.kit.now())
    listed = list(_listed(drawer, definition))
    this, last = (_report(drawer, identity, listed, one) for one in (wanted, wanted - 1))
    return {"id": identity, "year": this, "before": last if last["draws"] else None}


def _report(drawer: Drawer, identity: str, listed: list[str], year: int) -> Body:
    draws, firms = list[Drawn](), 0
    for drawn, there in _draws(drawer, identity, year):
        draws.append(drawn)
        firms = firms or there
    return {"year": year, "draws": len(draws), **coverage.report(listed, firms, draws)}


def _draws(drawer: Drawer, identity: str, year: int) -> Iterator[tuple[Drawn, int]]:
    """Every draw of the year that counts, in order, with how many firms were registered then."""
    rows = drawer.draws.log(identity)
    for row in (one for one in rows if one["entry"]["kind"] == "result"):
        number, period = int(row["entry"]["number"]), str(row["period"])
        if _year(drawer, int(row["entry"]["at"])) != year or draw_log.rows_of(rows, number, "void"):
            continue
        frozen = drawer.draws.part(identity, period, "FROZEN") or {}
        made = drawer.draws.part(identity, period, "RESULT") or {"visits": []}
        said = frozen["plan"]
        spared = draw_visits.spared(drawer, identity, period)
        registered = frozen.get("registered", frozen["rosters"]["objects"]["count"])
        yield coverage.of_result(said["matters"], said["cap"], made, spared), int(registered)


def _listed(drawer: Drawer, definition: Definition) -> Iterator[str]:
    """The matters of the unified list that are in force; of a plan without one, its own."""
    if "coverage" not in definition:
        yield from definition["matters"]
        return
    kit, register = drawer.kit, str(definition["coverage"]["matters"]["register"])
    for one, body in registered.bodies(kit, register, registered.ids(kit, register)):
        if declared.is_listed(definition, body):
            yield one


def _declared(drawer: Drawer, identity: str) -> Definition:
    found = drawer.kit.catalogue.definitions(drawer.kit.office().pointer, declared.KIND)
    for one in found:
        if one["id"] == identity:
            return one
    raise not_found(Text("此抽查", "such draw"), identity)


def _year(drawer: Drawer, at: int) -> int:
    return datetime.fromtimestamp(at / 1000, drawer.kit.zone).year
