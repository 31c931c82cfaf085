"""Does the freezing of rosters: records of registers as they are now, salted, sorted, in chunks, under their roots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from chalicelib.actions import registered
from chalicelib.actions.draw_log import rows_of
from chalicelib.actions.draw_ports import Body, Drawer
from chalicelib.domain import merkle
from chalicelib.domain.draws import commitment, declared, plan, rosters
from chalicelib.domain.draws.declared import ROSTERS

CHUNK = 512  # rows: a whole subtree of the roster's tree, and one item of the store

Rows = list[dict[str, Any]]


def freeze(drawer: Drawer, head: Body) -> Body:
    """Write all rosters under a name of this very attempt; what the head has to remember of it.

    What died half way nobody reads: nothing was committed yet.
    """
    attempt, secret = drawer.kit.entropy(8).hex(), bytes.fromhex(head["secret"])
    read = {name: _rows(drawer, head["definition"], name) for name in ROSTERS}
    made: dict[str, Rows] = {name: found for name, (found, _) in read.items()}
    made["departures"] = _departures(drawer, head, made["objects"])
    told = {}
    for roster, found in made.items():
        keys = rosters.KEYS[roster]
        found.sort(key=lambda row: tuple(row[name] for name in keys))
        for row in found:
            row["salt"] = rosters.salt(secret, roster, *(row[name] for name in keys))
        told[roster] = _summary(head, roster, found) | {"chunks": -(-len(found) // CHUNK)}
        _write(drawer, head, attempt, roster, found)
    return {"attempt": attempt, "rosters": told, "registered": read["objects"][1]}


def rows(drawer: Drawer, head: Mapping[str, Any], roster: str) -> Iterator[dict[str, Any]]:
    """Every row of a frozen roster, in order."""
    for part in drawer.draws.parts(head["series"], head["period"], _part(head["attempt"], roster)):
        yield from part["rows"]


def chunk(drawer: Drawer, head: Mapping[str, Any], roster: str, number: int) -> Rows:
    found = drawer.draws.part(
        head["series"], head["period"], _part(head["attempt"], roster) + f"{number:06d}"
    )
    return list(found["rows"]) if found else []


def chunk_roots(drawer: Drawer, head: Mapping[str, Any]) -> list[bytes]:
    """The roots of the chunks of objects, in order: what audit paths begin with at the top."""
    found = drawer.draws.part(head["series"], head["period"], f"T#{head['attempt']}")
    return [bytes.fromhex(one) for one in found["roots"]] if found else []


def leaves(roster: str, some: Sequence[Mapping[str, Any]]) -> list[bytes]:
    return [merkle.leaf_hash(rosters.line(roster, row)) for row in some]


def _rows(drawer: Drawer, definition: Mapping[str, Any], roster: str) -> tuple[Rows, int]:
    """Rows without salts, of every record that the roster's query finds; and how many records there are."""
    if roster not in definition:
        return [], 0
    register, *others = declared.registers(definition, roster)
    found, looked_at = Rows(), 0
    today = datetime.fromtimestamp(drawer.kit.now() / 1000, drawer.kit.zone).date()
    listed = {
        other: set(registered.ids(drawer.kit, other)) for other in others
    }  # few firms are graded, fewer were inspected
    ids = registered.ids(drawer.kit, register)
    while some := list(islice(ids, registered.TOGETHER)):
        bodies = drawer.kit.records.many(register, some)
        beside = {
            other: drawer.kit.records.many(other, [one for one in some if one in known])
            for other, known in listed.items()
        }
        for identity, body in bodies.items():
            of = {other: rows[identity] for other, rows in beside.items() if identity in rows}
            looked_at += 1
            if declared.is_meant(definition, roster, body, of, today):
                found.append(declared.row(definition, roster, body, of))
    return found, looked_at


def _departures(drawer: Drawer, head: Body, now: Rows) -> Rows:
    """Who was in the roster of the draw before and is no longer, and why: the register says it."""
    before = _before(drawer, head)
    if before is None:
        return []
    register = str(head["definition"]["objects"]["register"])
    here = {row["id"] for row in now}
    gone = [row["id"] for row in rows(drawer, before, "objects") if row["id"] not in here]
    found = [{"id": one, "reason": f"not in register {register}"} for one in gone]
    still = {
        identity for identity, _ in registered.bodies(drawer.kit, register, [one["id"] for one in found])
    }
    for one in found:
        if one["id"] in still:
            one["reason"] = f"in register {register}, but not as the plan asks"
    return found


def _before(drawer: Drawer, head: Body) -> Body | None:
    """Where the rosters of the draw before lie."""
    number = int(head["number"]) - 1
    said = rows_of(drawer.draws.log(head["series"]), number, "commitment")
    if not said:
        return None
    period = str(said[0]["period"])
    kept = drawer.draws.part(head["series"], period, "FROZEN")
    return {"series": head["series"], "period": period, **kept} if kept else None


def _summary(head: Body, roster: str, found: Rows) -> dict[str, Any]:
    if roster == "objects":
        return commitment.objects(plan.read(head["plan"]), found)
    return rosters.summary(roster, found)


def _write(drawer: Drawer, head: Body, attempt: str, roster: str, found: Rows) -> None:
    roots = []
    for number in range(0, len(found), CHUNK):
        some = found[number : number + CHUNK]
        name = _part(attempt, roster) + f"{number // CHUNK:06d}"
        drawer.draws.fill(head["series"], head["period"], name, {"rows": some})
        roots.append(merkle.root_of(leaves(roster, some)).hex())
    if roster == "objects":
        drawer.draws.fill(head["series"], head["period"], f"T#{attempt}", {"roots": roots})


def _part(attempt: str, roster: str) -> str:
    return f"R#{attempt}#{roster}#"


def remembered(head: Body) -> Body:
    """What later steps, and the next draw, have to know of this one's rosters."""
    said = {name: head[name] for name in ("attempt", "rosters", "plan", "origin", "number")}
    said["strata"] = declared.strata_titles(head["definition"])
    return {**said, "registered": head.get("registered", head["rosters"]["objects"]["count"])}
