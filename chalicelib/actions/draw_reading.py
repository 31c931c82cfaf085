"""Does the showing of draws: to all what is public now, to a firm its own row, to all everything in the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.actions import draw_freezing, draw_log
from chalicelib.actions.draw_ports import Body, Drawer
from chalicelib.domain import periods
from chalicelib.domain.draws import beacons, bundle, declared, plan, rosters, slips
from chalicelib.domain.problems import Problem, Text, not_found

PUBLIC = ("commitment", "nonces", "values", "void")
BUNDLE = 4 * 1024 * 1024  # characters of files that one answer carries (decisions 8)


def listed(drawer: Drawer) -> list[Body]:
    """Every series that is declared, and where it stands."""
    found = drawer.kit.catalogue.definitions(drawer.kit.office().pointer, declared.KIND)
    return [
        {
            "id": one["id"], "title": one["title"], "schedule": _schedule(drawer, one),
            "current": _standing(drawer, one["id"]),
        }
        for one in found
    ]  # fmt: skip


def series(drawer: Drawer, identity: str) -> Body:
    """The log of a series as it is signed, the draw that is on its way, and what became of each before it."""
    rows = drawer.draws.log(identity)
    found = drawer.draws.current(identity)
    if found is None:
        raise not_found(Text("此抽查", "such draw"), identity)
    log = draw_log.published(drawer, found[0], rows) if rows else None
    draws = [_told(rows, row) for row in rows if row["entry"]["kind"] == "commitment"]
    return {"id": identity, "current": _standing(drawer, identity), "draws": draws, "log": log}


def _schedule(drawer: Drawer, definition: Mapping[str, Any]) -> Body:
    """When draws begin, and the next one (UTC ms); null where the calendar knows of none."""
    kit = drawer.kit
    calendar = kit.catalogue.calendar(kit.office().pointer)
    due = periods.following(definition["every"], kit.now(), calendar, kit.zone)
    return {"every": dict(definition["every"]), "next_at": due[1] if due else None}


def _told(rows: list[Body], commitment: Body) -> Body:
    """A draw in one line: by which of its declared sources, when, and why it is void."""
    number = int(commitment["entry"]["number"])
    void = draw_log.document(rows, number, "void")
    return {
        "number": number, "committed_at": commitment["entry"]["at"], "source": commitment["document"]["source"],
        "void": void["reason"] if void else None,
    }  # fmt: skip


def one(drawer: Drawer, identity: str, number: int) -> Body:
    """What is public of one draw now. Whom it names, and who stood in, is told after the last visit."""
    rows, _, frozen = _found(drawer, identity, number)
    said = {name: draw_log.document(rows, number, name) for name in PUBLIC}
    revealed = bool(draw_log.rows_of(rows, number, "reveal"))
    hidden = _hidden(drawer, identity, frozen, rows) if revealed else {"result": None, "replacements": None}
    return {
        "id": identity, "number": number, "plan": frozen["plan"], **said,
        "strata": frozen.get("strata", {}), "notice": draw_log.document(rows, number, "result"), **hidden,
        "revealed": revealed,
        "log": draw_log.published(drawer, frozen, rows),
    }  # fmt: skip


def rows(drawer: Drawer, identity: str, number: int, roster: str, chunk: int) -> Body:
    """A chunk of a roster with its salts, once everything is revealed."""
    log, _, frozen = _found(drawer, identity, number)
    _revealed(log, number)
    if roster not in rosters.KEYS:
        raise not_found(Text("此名册", "such roster"), roster)
    some = draw_freezing.chunk(drawer, frozen, roster, chunk)
    more = chunk + 1 if chunk + 1 < frozen["rosters"][roster]["chunks"] else None
    return {"rows": some, "after": more}


def files(drawer: Drawer, identity: str, number: int) -> dict[str, bytes]:
    """All files of the published draw (`verify_draw.md`), once everything is revealed."""
    log, _, frozen = _found(drawer, identity, number)
    _revealed(log, number)
    documents = {name: draw_log.document(log, number, name) for name in PUBLIC}
    documents |= {"plan": frozen["plan"], "log": draw_log.published(drawer, frozen, log)}
    notice = draw_log.document(log, number, "result")
    if notice is not None:
        documents |= {"notice": notice, **_hidden(drawer, identity, frozen, log)}
    return bundle.files(
        documents, {roster: draw_freezing.rows(drawer, frozen, roster) for roster in rosters.KEYS}
    )


def bundle_of(drawer: Drawer, identity: str, number: int) -> Body:
    """The same in one JSON document, `{format, files: name → text}`; a larger one is read chunk by chunk."""
    made = {name: content.decode() for name, content in files(drawer, identity, number).items()}
    size = sum(len(one) for one in made.values())
    if size > BUNDLE:
        said = Text("文件包过大，请分块读取名册", "the bundle is too large: read the rosters chunk by chunk")
        raise Problem("too_large", "bundle-too-large", said, extra={"size": size, "limit": BUNDLE})
    return {"format": "jisheng-draw-bundle-1", "files": made}


def slip(drawer: Drawer, identity: str, number: int, object_id: str) -> Body:
    """What this firm may have from the commitment on; nobody else's row is in it."""
    log, _, frozen = _found(drawer, identity, number)
    place, some = _chunk_of(drawer, frozen, object_id)
    offset = next((n for n, row in enumerate(some) if row["id"] == object_id), None)
    if offset is None:
        raise not_found(Text("名册中的此企业", "such firm in the roster"), object_id)
    index = place * draw_freezing.CHUNK + offset
    leaves, roots = draw_freezing.leaves("objects", some), draw_freezing.chunk_roots(drawer, frozen)
    path = slips.path_in_chunks(roots, leaves, index, draw_freezing.CHUNK)
    documents = {
        "plan": frozen["plan"], "commitment": draw_log.document(log, number, "commitment"),
        "notice": draw_log.document(log, number, "result"),
    }  # fmt: skip
    return slips.slip(documents, some[offset], index, path, draw_log.published(drawer, frozen, log))


def _chunk_of(drawer: Drawer, frozen: Body, object_id: str) -> tuple[int, list[Body]]:
    """The chunk that would hold this id, found by halving: rows are in the order of ids."""
    low, high = 0, int(frozen["rosters"]["objects"]["chunks"])
    place, some = 0, list[Body]()
    while low < high:
        place = (low + high) // 2
        some = draw_freezing.chunk(drawer, frozen, "objects", place)
        if object_id < some[0]["id"]:
            high = place
        elif object_id > some[-1]["id"]:
            low = place + 1
        else:
            break
    return place, some


def _standing(drawer: Drawer, identity: str) -> Body | None:
    """The draw that is on its way, in the clear: when its value comes, and nothing of whom it is about."""
    found = drawer.draws.current(str(identity))
    if found is None:
        return None
    head = found[0]
    said, value_at = head.get("commitment"), None
    if said is not None:
        sources = plan.read(head["plan"]).beacons[said["source"]]
        value_at = beacons.known_at(sources, said["beacons"])
    return {"number": head["number"], "period": head["period"], "step": head["step"], "value_at": value_at}


def _found(drawer: Drawer, identity: str, number: int) -> tuple[list[Body], str, Body]:
    """The log, the period of a committed draw, and where its rosters are frozen."""
    log = drawer.draws.log(identity)
    said = draw_log.rows_of(log, number, "commitment")
    frozen = drawer.draws.part(identity, str(said[0]["period"]), "FROZEN") if said else None
    if frozen is None:
        raise not_found(Text("此次抽查", "such draw"), f"{identity}/{number}")
    period = str(said[0]["period"])
    return log, period, {**frozen, "series": identity, "period": period}


def _hidden(drawer: Drawer, identity: str, frozen: Mapping[str, Any], log: list[Body]) -> Body:
    made = drawer.draws.part(identity, str(frozen["period"]), "RESULT")
    stood_in = draw_log.rows_of(log, int(frozen["number"]), "replacement")
    return {"result": made, "replacements": [one["document"] for one in stood_in] if made else None}


def _revealed(log: list[Body], number: int) -> None:
    if not draw_log.rows_of(log, number, "reveal"):
        said = Text("检查结束后公布", "told after the last visit")
        raise Problem("conflict", "draw-not-revealed", said)
