"""Does draws: the minute's look begins what is due, commits, takes the public value, has shards draw, tells the result.

A series has one draw on its way at a time. Every step may be done twice, or die anywhere, to the same effect: before
the commitment nothing counts yet, after it everything follows from what was committed and from the public value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.actions import draw_freezing, draw_log, draw_visits
from chalicelib.actions.draw_announcing import announce
from chalicelib.actions.draw_ports import Body, Drawer
from chalicelib.actions.settling import each
from chalicelib.domain import periods
from chalicelib.domain.definitions import Definition
from chalicelib.domain.draws import announcements, beacons, commitment, declared, plan, result, tickets
from chalicelib.domain.draws.tickets import Drawn

KIND = "draw"
SHARDS = 16
STALLED = 15 * 60_000  # ms: what was handed over is then lost; a message stays hidden for twelve minutes
DAY = 86_400_000

# Where a draw is. Before `committed` it can still be given up without a trace; `drawn` and `void` end it.
ENDED = ("drawn", "void", "revealed")
Asked = Mapping[str, Any]


def look(drawer: Drawer) -> int:
    """Take every series a step further, if its time has come; how many were. One that fails holds up no other."""
    office, touched = drawer.kit.office(), list[bool]()
    declared_ = drawer.kit.catalogue.definitions(office.pointer, declared.KIND)

    def one(definition: Definition) -> Iterator[bool]:
        yield go_on(drawer, definition)

    each(declared_, lambda definition: touched.extend(one(definition)))
    return sum(touched)


def work_part(drawer: Drawer, message: Asked) -> dict[str, int]:
    """What a worker does with one message: look at all series, freeze a roster, draw one shard; counts."""
    if "series" not in message:
        return {"series": look(drawer)}
    found = drawer.draws.current(str(message["series"]))
    if found is None or found[0]["period"] != message["period"]:
        return {}
    head, revision = found
    if message["do"] == "freeze":
        return _freeze(drawer, head, revision)
    if message["do"] == "visit":
        return draw_visits.work(drawer, head, message, SHARDS) if head["step"] in ENDED else {}
    return _draw_shard(drawer, head, int(message["shard"]))


def go_on(drawer: Drawer, definition: Definition) -> bool:
    """One step of one series; whether anything was done."""
    found = drawer.draws.current(str(definition["id"]))
    if found is None:
        return _begin(drawer, definition, None, 0)
    head, revision = found
    step = head["step"]
    if step in {"drawn", "void"} and _reveal(drawer, head, revision):
        return True
    if step in ENDED:
        told = _visit(drawer, head, revision)
        if told is None and step == "revealed":
            return _begin(drawer, definition, head, revision)
        return bool(told)
    does = {"freezing": _again, "frozen": _commit, "committed": _take, "drawing": _again}
    return does[step](drawer, head, revision)


def _begin(drawer: Drawer, definition: Definition, last: Body | None, revision: int) -> bool:
    """A new draw, if a period is due that the last one was not for. It keeps the plan as it is now."""
    kit = drawer.kit
    now, calendar = kit.now(), kit.catalogue.calendar(kit.office().pointer)
    due = periods.latest(definition["every"], now, calendar, kit.zone)
    if due is None or (last and last["due"] >= due[1]):
        return False
    day = periods.falls_on(definition["every"], due[0], calendar)
    if day is None or day.isoformat() < str(definition["effective_from"]):
        return False
    head = {
        "series": definition["id"], "period": due[0].id, "due": due[1], "at": now, "handed_at": now, "step": "freezing",
        "definition": dict(definition), "plan": declared.document(definition), "origin": definition["origin"],
        "number": (int(last["number"]) if last else 0) + 1, "secret": kit.entropy(32).hex(),
        "sealed": {}, "nonces": {}, "lottery": None, "typed": {}, "round": None,
    }  # fmt: skip
    plan.read(head["plan"])
    if not drawer.draws.keep(head["series"], head, revision):
        return False
    _hand_over(drawer, head, [{"do": "freeze"}])
    return True


def _freeze(drawer: Drawer, head: Body, revision: int) -> dict[str, int]:
    if head["step"] != "freezing":
        return {}
    announce(drawer, head, announcements.PLAN, head["plan"])
    frozen = draw_freezing.freeze(drawer, head)
    drawer.draws.keep(head["series"], {**head, **frozen, "step": "frozen"}, revision)
    return {"rows": sum(one["count"] for one in frozen["rosters"].values())}


def _again(drawer: Drawer, head: Body, revision: int) -> bool:
    """Hand over anew what was lost on its way; conclude where only that is left."""
    if head["step"] == "drawing" and len(_shards(drawer, head)) == SHARDS:
        return conclude(drawer, head)
    if drawer.kit.now() - int(head["handed_at"]) <= STALLED:
        return False
    head = {**head, "handed_at": drawer.kit.now()}
    if not drawer.draws.keep(head["series"], head, revision):
        return False
    shards = [{"do": "draw", "shard": shard} for shard in range(SHARDS)]
    _hand_over(drawer, head, [{"do": "freeze"}] if head["step"] == "freezing" else shards)
    return True


# --- the commitment --------------------------------------------------------------------------------------------------


def _commit(drawer: Drawer, head: Body, revision: int) -> bool:
    """Fix everything, and say which value will decide. With sealed nonces or a lottery: once they are there."""
    read, source = plan.read(head["plan"]), str(head["definition"]["source"])
    sources = read.beacons[source]
    if not _prepared(head, sources):
        return False
    rows = drawer.draws.log(head["series"])
    at = max(drawer.kit.now(), *(int(row["entry"]["at"]) for row in rows[-1:]), 0)
    not_before = at + read.lead_ms
    said = head["lottery"] or {}
    given = {"sealed": head["sealed"], **{name: said.get(name) for name in ("issue", "at", "until")}}
    named = [beacons.name(one, not_before, **given) for one in sources]
    before = draw_log.rows_of(rows, head["number"] - 1, "commitment")
    previous = before[0]["entry"]["digest"] if before else commitment.NONE_BEFORE
    summaries = {name: _without(one, "chunks") for name, one in head["rosters"].items()}
    made = commitment.commit(
        read, head["number"], previous, summaries, (at, not_before), source, named
    )  # fmt: skip
    drawer.draws.fill(head["series"], head["period"], "FROZEN", draw_freezing.remembered(head))
    row = draw_log.append(drawer, head, "commitment", at, made)
    announce(drawer, head, announcements.COMMITMENT, row["document"])
    return drawer.draws.keep(
        head["series"], {**head, "step": "committed", "commitment": row["document"]}, revision
    )


def _prepared(head: Body, sources: Any) -> bool:
    kinds = {one["kind"]: one for one in sources}
    sealed = "nonces" not in kinds or sorted(head["sealed"]) == sorted(kinds["nonces"]["departments"])
    named = kinds.keys() <= {"drand"} or head["lottery"] is not None
    return sealed and named


def _without(body: Mapping[str, Any], name: str) -> Body:
    return {key: value for key, value in body.items() if key != name}


# --- the public value ------------------------------------------------------------------------------------------------


def _take(drawer: Drawer, head: Body, revision: int) -> bool:
    """The values, once all are known; the log says them, and the shards draw."""
    said, read = head["commitment"], plan.read(head["plan"])
    sources = read.beacons[said["source"]]
    now = drawer.kit.now()
    if now < beacons.known_at(sources, said["beacons"]):
        return False
    asked = zip(sources, said["beacons"], strict=True)
    values = [one for source, named in asked if (one := _value(drawer, head, source, named)) is not None]
    if len(values) < len(sources):
        return False
    seed = commitment.seed(read, said, values)  # refused where a value is not the one that was named
    row = draw_log.append(drawer, head, "values", now, values)
    head = {**head, "step": "drawing", "values": row["document"], "seed": seed.hex(), "handed_at": now}
    if not drawer.draws.keep(head["series"], head, revision):
        return False
    _hand_over(drawer, head, [{"do": "draw", "shard": shard} for shard in range(SHARDS)])
    return True


def _value(drawer: Drawer, head: Body, source: Asked, named: Asked) -> Body | None:
    if named["kind"] == "drand":
        found = head["round"] or drawer.fetch(source["chain"], int(named["round"]))
        return dict(found) if found else None
    if named["kind"] == "nonces":
        opened = draw_log.document(drawer.draws.log(head["series"]), head["number"], "nonces")
        return dict(opened) if opened else None
    typed = dict(head["typed"])
    return {"kind": "lottery", "issue": named["issue"], "entries": typed} if len(typed) > 1 else None


# --- the draw --------------------------------------------------------------------------------------------------------


def _draw_shard(drawer: Drawer, head: Body, shard: int) -> dict[str, int]:
    """The smallest tickets of every sixteenth chunk; the last shard that is done concludes."""
    if head["step"] != "drawing":
        return {}
    part = f"S#{shard:02d}"
    if drawer.draws.part(head["series"], head["period"], part) is None:
        read, seed = _seed(head)
        quotas = read.quotas(head["commitment"]["objects"]["strata"])
        numbers = range(shard, head["rosters"]["objects"]["chunks"], SHARDS)
        rows = (row for number in numbers for row in draw_freezing.chunk(drawer, head, "objects", number))
        drawn = tickets.sieve(read, seed, quotas, rows)
        told = {name: [[one.ticket.hex(), one.id] for one in some] for name, some in drawn.items()}
        drawer.draws.fill(head["series"], head["period"], part, {"shard": shard, "drawn": told})
    if len(_shards(drawer, head)) == SHARDS:
        conclude(drawer, head)
    return {"shards": 1}


def conclude(drawer: Drawer, head: Body) -> bool:
    """Teams, result, notice: the same whoever does it; with a shortage the draw is void at once, and says so."""
    read, seed = _seed(head)
    said = head["commitment"]
    drawn = tickets.merged(read.quotas(said["objects"]["strata"]), _shards(drawer, head))
    chosen = {one.id for some in drawn.values() for one in some}
    objects = [row for row in draw_freezing.rows(drawer, head, "objects") if row["id"] in chosen]
    ground = result.Ground(
        read, seed, objects, draw_freezing.rows(drawer, head, "inspectors"),
        draw_freezing.rows(drawer, head, "conflicts"),
    )  # fmt: skip
    made, short = result.conclude(said, ground, drawn)
    notice = result.notice(read, said, made, drawn)
    drawer.draws.fill(head["series"], head["period"], "RESULT", made)
    now = drawer.kit.now()
    row = draw_log.append(drawer, head, "result", now, notice)
    announce(drawer, head, announcements.RESULT, row["document"])
    if short is not None:
        reason = f"{short.capacity} visits possible, places: {', '.join(id_ for id_, _ in short.places[:5])}"
        declared_void = draw_log.append(
            drawer, head, "void", now, result.void(said, reason, "platform", made)
        )
        announce(drawer, head, announcements.VOID, declared_void["document"])
    found = drawer.draws.current(head["series"])
    if found is None or found[0]["period"] != head["period"] or found[0]["step"] != "drawing":
        return False
    ended = {"step": "void" if short else "drawn", "was_void": short is not None}
    told = {**found[0], **ended, "drawn_at": int(row["entry"]["at"])}
    return drawer.draws.keep(head["series"], told, found[1])


def _shards(drawer: Drawer, head: Body) -> list[dict[str, list[Drawn]]]:
    parts = drawer.draws.parts(head["series"], head["period"], "S#")
    return [
        {
            name: [Drawn(bytes.fromhex(ticket), id_) for ticket, id_ in some]
            for name, some in one["drawn"].items()
        }
        for one in parts
    ]


def _seed(head: Body) -> tuple[plan.Plan, bytes]:
    """What the value was verified for is not verified again by every shard: a pairing takes a second or two."""
    return plan.read(head["plan"]), bytes.fromhex(head["seed"])


def _reveal(drawer: Drawer, head: Body, revision: int) -> bool:
    """After the last visit everything is shown: rows, weights, salts."""
    now = drawer.kit.now()
    if now < int(head["drawn_at"]) + int(head["definition"]["visits_within_days"]) * DAY:
        return False
    draw_log.append(drawer, head, "reveal", now, {"reveal": head["number"]})
    return drawer.draws.keep(head["series"], {**head, "step": "revealed"}, revision)


def _visit(drawer: Drawer, head: Body, revision: int) -> bool | None:
    """Have the visits written by shards, where the draw names a register; again after each recusal. None where all
    of them are told."""
    asked = draw_visits.ask(drawer, head, SHARDS, STALLED)
    if asked is None:
        return None
    after, messages = asked
    if after == head or not drawer.draws.keep(head["series"], after, revision):
        return False
    _hand_over(drawer, after, messages)
    return True


def _hand_over(drawer: Drawer, head: Body, messages: list[dict[str, Any]]) -> None:
    """All at once: a worker never feeds its own queue (decisions 21)."""
    of = {"work": KIND, "series": head["series"], "period": head["period"]}
    if drawer.later is not None:
        drawer.later([json.dumps({**of, **one}) for one in messages])
        return
    for one in messages:
        work_part(drawer, {**of, **one})
