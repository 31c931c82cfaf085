"""Does the visits of a draw: each is a record of the register that the draw names, and whoever waits for it acts.

So no draw knows of inspections: a trigger on that register opens their cases. Only the register's readers learn of a
visit before it comes (decisions 28). After a recusal its record names who stood in; a draw that was declared void after
its result says so in all of them. What another's recent result stands for is left out of a visit 结果互认, and where
that is all of it there is none; what a visit was once told to check it keeps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.actions import draw_log
from chalicelib.actions.draw_ports import Body, Drawer
from chalicelib.actions.ports import RecordVersion
from chalicelib.domain.change import RecordWrite
from chalicelib.domain.draws import declared

AUTHOR = "system:draw"
PAGE = 100
TOLD = "V#"  # parts in which a worker says what it told


def ask(drawer: Drawer, head: Body, shards: int, stalled: int) -> tuple[Body, list[dict[str, Any]]] | None:
    """The draw as it is to be kept, and what workers are to be asked for; None where all is told. The draw is as it
    was where workers are at it."""
    told, asked = head.get("visits_told"), head.get("visits_asked")
    if "visits" not in head["definition"] or (asked is None and head.get("was_void")):
        return None
    now = _edition(drawer, head)
    if told == now:
        return None
    done = drawer.draws.parts(head["series"], head["period"], _part(now))
    if sum(1 for _ in done) == shards:
        return {**head, "visits_told": now}, []
    if asked == now and drawer.kit.now() - int(head["handed_at"]) <= stalled:
        return head, []
    head = {**head, "visits_asked": now, "handed_at": drawer.kit.now()}
    return head, [{"do": "visit", "shard": shard, "edition": now} for shard in range(shards)]


def work(drawer: Drawer, head: Body, message: Mapping[str, Any], shards: int) -> dict[str, int]:
    """What one message asks for; nothing where something newer is to be told."""
    now, shard = int(message["edition"]), int(message["shard"])
    if _edition(drawer, head) != now:
        return {}
    written, spared = put(drawer, head, shard, shards)
    told = {"written": written, "recognised": spared}
    drawer.draws.fill(head["series"], head["period"], f"{_part(now)}{shard:02d}", told)
    return {"visits": written}


def spared(drawer: Drawer, series: str, period: str) -> dict[str, list[str]]:
    """By firm, the matters that its visit leaves out: the same however often the visits were told."""
    parts = drawer.draws.parts(series, period, TOLD)
    return {firm: some for part in parts for firm, some in part.get("recognised", {}).items()}


def _part(edition: int) -> str:
    return f"{TOLD}{edition:04d}#"


def _edition(drawer: Drawer, head: Body) -> int:
    """How often what the records say has changed: 1 with the result, one more for each recusal and for `void`."""
    rows, number = drawer.draws.log(head["series"]), int(head["number"])
    changes = [len(draw_log.rows_of(rows, number, kind)) for kind in ("replacement", "void")]
    return 1 + sum(changes)


def put(drawer: Drawer, head: Body, shard: int, shards: int) -> tuple[int, dict[str, list[str]]]:
    """Write every visit of this shard as it stands now: how many were new or had changed, and what is left out of
    which. Twice is once."""
    made = drawer.draws.part(head["series"], head["period"], "RESULT") or {"visits": []}
    mine, register = made["visits"][shard::shards], str(head["definition"]["visits"]["register"])
    stood_in = _stood_in(drawer, head)
    written, left_out = 0, dict[str, list[str]]()
    for start in range(0, len(mine), PAGE):
        some = mine[start : start + PAGE]
        ids = [one["object"] for one in some]
        names, results = _names(drawer, head, ids), _results(drawer, head, ids)
        for visit in some:
            firm = visit["object"]
            known = drawer.kit.records.read(register, _id(head, firm))
            team = [[slot, stood_in.get((firm, slot), who)] for slot, who in visit["team"]]
            checks = _kept(known.body) if known else _checks(drawer, head, results.get(firm))
            body = _body(drawer, head, visit, team, names, checks)
            written += _written(drawer, register, body, known)
            if "recognised" in checks:
                left_out[firm] = [one["matter"] for one in checks["recognised"]]
    return written, left_out


def _written(drawer: Drawer, register: str, body: Body, known: RecordVersion | None) -> bool:
    if known is not None and known.body == body:
        return False
    revision = known.revision if known else 0
    write = RecordWrite(register, body["id"], revision, body, body["drawn_on"])
    drawer.kit.records.write(write, AUTHOR, drawer.kit.now())
    return True


def _checks(drawer: Drawer, head: Body, result: Mapping[str, Any] | None) -> dict[str, Any]:
    """`matters` that the visit looks at, and what is `recognised` instead, judged on the day of the draw."""
    definition, day = head["definition"], _day(drawer, int(head["drawn_at"]))
    known, named = declared.recognised(definition, result, day)
    left = [one for one in definition["matters"] if one not in known]
    if not known:
        return {"matters": left}
    return {"matters": left, "recognised": [{"matter": one, **named} for one in sorted(known)]}


def _kept(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in ("matters", "recognised") if name in body}


def _results(drawer: Drawer, head: Body, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """The last published result of each firm in the register whose results the plan recognises."""
    said = head["definition"]["visits"].get("recognised")
    return drawer.kit.records.many(str(said["of"]), ids) if said else {}


def _id(head: Body, firm: str) -> str:
    return f"{head['series']}-{head['number']}-{firm}"


def _body(
    drawer: Drawer,
    head: Body,
    visit: Body,
    team: Sequence[Any],
    names: Mapping[str, str],
    checks: Mapping[str, Any],
) -> dict[str, Any]:
    definition, drawn = head["definition"], _day(drawer, int(head["drawn_at"]))
    slots = head["plan"]["slots"]
    departments = [slots[slot].get("department", definition["department"]) for slot, _ in team]
    status = "drawn" if checks["matters"] else "recognised"
    return {
        "id": _id(head, visit["object"]),
        "series": head["series"], "number": int(head["number"]), declared.object_field(definition): visit["object"],
        "name": names.get(visit["object"], visit["object"]), **checks,
        "department": definition["department"], "departments": sorted(set(departments)),
        "team": [
            {"role": slots[slot]["role"], "department": department, "inspector": who}
            for (slot, who), department in zip(team, departments, strict=True)
        ],
        "drawn_on": drawn.isoformat(),
        "until": (drawn + timedelta(days=int(definition["visits_within_days"]))).isoformat(),
        "status": "void" if head.get("was_void") else status,
    }  # fmt: skip


def _stood_in(drawer: Drawer, head: Body) -> dict[tuple[str, int], str]:
    rows = draw_log.rows_of(drawer.draws.log(head["series"]), int(head["number"]), "replacement")
    said = [row["document"] for row in rows]
    return {(one["object"], int(one["slot"])): str(one["replacement"]) for one in said}


def _names(drawer: Drawer, head: Body, ids: Sequence[str]) -> dict[str, str]:
    """What firms are called now; who has left the register since is called by the id."""
    found = drawer.kit.records.many(str(head["definition"]["objects"]["register"]), ids)
    rows = {one: declared.row(head["definition"], "objects", body, {}) for one, body in found.items()}
    return {one: str(row["name"]) for one, row in rows.items() if "name" in row}


def _day(drawer: Drawer, at: int) -> date:
    return datetime.fromtimestamp(at / 1000, drawer.kit.zone).date()
