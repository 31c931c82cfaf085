"""Does the writing of documents: draws each issued one from its frozen events, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.actions.office import Kit
from chalicelib.actions.seeing import Seen
from chalicelib.domain import outputs, templates, views
from chalicelib.domain.change import Body
from chalicelib.domain.readings import ABSENT, read

# Which event says the day that a template calls by this name.
DAYS = {
    "submitted_on": ("submitted",),
    "accepted_on": ("accepted", "deemed_accepted"),
    "decided_on": ("granted", "refused", "forwarded"),
}


def of_case(kit: Kit, seen: Seen) -> list[dict[str, Any]]:
    """Every document that the case issued, oldest first, with its text as of the event that issued it."""
    rows = sorted(kit.cases.outputs(seen.case.id), key=lambda row: (row["seq"], row["id"]))
    events = kit.cases.events(seen.case.id, 0, 1_000) if rows else []
    former = kit.cases.former_forms(seen.case.id) if _revised(seen) else []
    return [_document(kit, _as_of(seen, former, int(row["seq"])), row, events) for row in rows]


def _revised(seen: Seen) -> bool:
    moves = seen.office.world(seen.bundle, seen.case.node).process.moves
    return any(moves[name].revises for name in seen.case.done if name in moves)


def _as_of(seen: Seen, former: Sequence[tuple[int, Body]], seq: int) -> Seen:
    """The case with the form that was in force at event `seq`: a receipt says what was received."""
    return replace(seen, form=next((form for until, form in former if seq <= until), seen.form))


def _document(
    kit: Kit, seen: Seen, row: Mapping[str, Any], events: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    definition = seen.bundle.documents.get(row["document"], {})
    shown: dict[str, Any] = {
        "document_id": row["id"],
        "document": row["document"],
        "title": definition.get("title"),
        "state": row["state"],
        "issued_at": views.rfc3339(int(row["at"]), kit.zone),
        "stand_in": True,  # the seal is a stand-in until a seal provider is connected
    }
    if definition:
        rendered = templates.render(definition, _view(kit, seen, row, events, definition))
        shown |= {
            "text": dict(rendered.text),
            "missing": sorted({str(one.params["path"]) for one in rendered.findings}),
        }
    return shown


def _view(
    kit: Kit,
    seen: Seen,
    row: Mapping[str, Any],
    events: Sequence[Mapping[str, Any]],
    definition: Mapping[str, Any],
) -> dict[str, Any]:
    case, form = seen.case, seen.form or {}
    until = [event for event in events if event["seq"] <= row["seq"]]
    issuing = until[-1] if until else {"data": {}}
    node = seen.office.organisation.node(case.node)
    mark, day = node.get("document_mark", ""), _day(kit, int(row["at"]))
    serial = int(case.number.rpartition("-")[2])
    owner = next((party for party in case.parties if party["subject"] == case.owner), {})
    name = owner.get("name") or _named(seen) or case.owner.partition(":")[2]
    days = {field: found for field, names in DAYS.items() if (found := _first(kit, until, names))}
    return outputs.view_of(
        item=seen.bundle.item, organisation=seen.office.organisation, node=case.node,
        case={"number": case.number, **days}, applicant={"name": name, "id": case.owner.partition(":")[2]},
        document={
            "number": outputs.number(definition, mark, datetime.fromisoformat(day).date(), serial), "issued_on": day,
        },
        deadlines={name: _day(kit, due) for name, due in issuing["data"].get("deadlines", {}).items()},
        form=form.get("form", {}), given=issuing["data"].get("input", {}),
        materials=[str(one["id"]) for one in form.get("materials", ())],
    )  # fmt: skip


def _named(seen: Seen) -> Any:
    """How the form calls the owner: where one of their roles says that the name stands, else as an enterprise."""
    form = (seen.form or {}).get("form", {})
    declared = seen.bundle.item.get("parties", {})
    roles = [declared.get(one["role"], {}) for one in seen.case.parties if one["subject"] == seen.case.owner]
    places = [str(role["named"]) for role in roles if "named" in role] or ["form:/enterprise_name"]
    found = read(form, places[0].removeprefix("form:"))
    return None if found is ABSENT else found


def _first(kit: Kit, events: Sequence[Mapping[str, Any]], names: tuple[str, ...]) -> str | None:
    wanted = {f"case.{name}" for name in names}
    found = next((event for event in events if event["type"] in wanted), None)
    return _day(kit, int(found["occurred_at"])) if found else None


def _day(kit: Kit, at: int) -> str:
    return datetime.fromtimestamp(at / 1000, kit.zone).date().isoformat()
