"""Does the reading of what is public: bulletins, each as it stands today."""

from __future__ import annotations

from datetime import date
from typing import Any

from chalicelib.actions.office import Kit, Office
from chalicelib.actions.ports import RecordVersion
from chalicelib.domain import bulletins
from chalicelib.domain.cases import Case
from chalicelib.domain.change import Body

HIDDEN = ("case", "clock", "status")  # how it is kept, not what is published


def published(
    kit: Kit, state: str | None, after: str | None, limit: int, kind: str | None = None
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of bulletins, of one state and kind where asked for; a short page is legal. Anybody may ask."""
    listed = kit.records.list(bulletins.REGISTER, after, limit)
    found = [kit.records.read(bulletins.REGISTER, row.case_id) for row in listed.rows]
    there = [one for one in found if one]
    ids = [str(one.body["case"]) for one in there if "case" in one.body]  # a draw has none
    cases = dict(zip(ids, kit.cases.many(ids), strict=True))
    shown = [_shown(kit, one, cases.get(str(one.body.get("case")))) for one in there]
    wanted = [one for one in shown if state in (None, one["state"]) and kind in (None, one.get("kind"))]
    return wanted, listed.after


def standing(kit: Kit, office: Office, body: Body, case: Case | None) -> tuple[bulletins.State, date | None]:
    """Whether it stands today, and until when, by the clocks of its case."""
    clocks = case.clocks if case else ()
    times = office.world(kit.catalogue.bundle(case.release), case.node).times if case else None
    days = {
        one["id"]: times.day_of(one["deadline"]) for one in clocks if times and one["deadline"] is not None
    }
    return bulletins.standing(body, case, office.today, days)


def _shown(kit: Kit, version: RecordVersion, case: Case | None) -> dict[str, Any]:
    body = version.body
    state, until = standing(kit, kit.office(), body, case)
    kept = {name: value for name, value in body.items() if name not in HIDDEN}
    if "due_on" in body:
        kept["in_time"] = body["published_on"] <= body["due_on"]
    return kept | {"state": state, "until": until.isoformat() if until else None}
