"""Does the reading of what is public: bulletins, each as it stands today."""

from __future__ import annotations

from typing import Any

from chalicelib.actions.office import Kit
from chalicelib.actions.ports import RecordVersion
from chalicelib.domain import bulletins
from chalicelib.domain.cases import Case

HIDDEN = ("case", "clock", "status")  # how it is kept, not what is published


def published(
    kit: Kit, state: str | None, after: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of bulletins, of one state where it is asked for; a short page is legal. Anybody may ask."""
    listed = kit.records.list(bulletins.REGISTER, after, limit)
    found = [kit.records.read(bulletins.REGISTER, row.case_id) for row in listed.rows]
    there = [one for one in found if one]
    cases = kit.cases.many([str(one.body["case"]) for one in there])
    shown = [_shown(kit, one, case) for one, case in zip(there, cases, strict=True)]
    return [one for one in shown if state in (None, one["state"])], listed.after


def _shown(kit: Kit, version: RecordVersion, case: Case | None) -> dict[str, Any]:
    office, body = kit.office(), version.body
    clocks = case.clocks if case else ()
    times = office.world(kit.catalogue.bundle(case.release), case.node).times if case else None
    days = {
        one["id"]: times.day_of(one["deadline"]) for one in clocks if times and one["deadline"] is not None
    }
    state, until = bulletins.standing(body, case, office.today, days)
    kept = {name: value for name, value in body.items() if name not in HIDDEN}
    return kept | {"state": state, "until": until.isoformat() if until else None}
