"""Does the reading of documents: draws each issued one from its frozen event, and holds it against the hash there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.actions.history import whole_history
from chalicelib.actions.office import Kit
from chalicelib.actions.seeing import Seen
from chalicelib.domain import issued, papers, templates, views
from chalicelib.domain.change import Body
from chalicelib.domain.issued import Issued


@dataclass(frozen=True, slots=True)
class Paper:
    """One issued document: its row, what its event said and what became of it (nothing for one older than numbers and
    hashes), its text drawn anew. `definition` is empty where the release no longer names it.
    """

    row: Body
    said: Body
    issued: Issued | None
    definition: Mapping[str, Any]
    drawn: templates.Rendered | None
    case_id: str
    node: str  # whose document it is

    @property
    def intact(self) -> bool:
        """Whether the text that is drawn now is the one whose hash was kept."""
        return self.drawn is not None and papers.digest(self.drawn.text) == self.said.get("sha256")


def of_case(kit: Kit, seen: Seen) -> list[dict[str, Any]]:
    """Every document that the case issued, oldest first, with its text as of the event that issued it."""
    today = seen.office.today.isoformat()
    return [_shown(kit, paper, today) for paper in papers_of(kit, seen)]


def papers_of(kit: Kit, seen: Seen) -> Iterator[Paper]:
    """Every document that the case issued, oldest first."""
    rows = sorted(kit.cases.outputs(seen.case.id), key=lambda row: (row["seq"], row["id"]))
    events = {int(one["seq"]): one for one in whole_history(kit, seen.case)} if rows else {}
    former = kit.cases.former_forms(seen.case.id) if _revised(seen) else []
    told = issued.by_id(seen.case.id, events.values())
    for row in rows:
        yield _paper(kit, seen, former, row, events[int(row["seq"])], told.get(row["id"]))


def _paper(
    kit: Kit,
    seen: Seen,
    former: Sequence[tuple[int, Body]],
    row: Body,
    event: Body,
    became: Issued | None,
) -> Paper:
    bundle = kit.catalogue.bundle(event["release"])  # a case may have moved to another release since
    definition = bundle.documents.get(row["document"], {})
    told = event["data"].get("documents", ())
    said: Body = next((one for one in told if one["document"] == row["document"]), {})
    if not definition:
        return Paper(row, said, became, definition, None, seen.case.id, seen.case.node)
    number = event["data"].get("set")
    organisation = seen.office.organisation if number is None else kit.catalogue.organisation_of(number)
    form = _as_of(seen, former, int(row["seq"])) or {}
    issue = papers.Issue(bundle, organisation, kit.zone, seen.case, form, event)
    drawn = papers.rendered(issue, row["document"], said.get("number"))
    return Paper(row, said, became, definition, drawn, seen.case.id, issue.node)


def _revised(seen: Seen) -> bool:
    moves = seen.office.world(seen.bundle, seen.case.node).process.moves
    return any(moves[name].revises for name in seen.case.done if name in moves)


def _as_of(seen: Seen, former: Sequence[tuple[int, Body]], seq: int) -> Body | None:
    """The form that was in force at event `seq`: a receipt says what was received."""
    return next((form for until, form in former if seq <= until), seen.form)


def _shown(kit: Kit, paper: Paper, today: str) -> dict[str, Any]:
    row, became, seal = paper.row, paper.issued, seal_of(kit, paper)
    shown: dict[str, Any] = {
        "document_id": row["id"],
        "document": row["document"],
        "title": paper.definition.get("title"),
        "state": _state(paper, today),
        "issued_at": views.rfc3339(int(row["at"]), kit.zone),
        "number": paper.said.get("number"),
        "sha256": paper.said.get("sha256"),
        "ways": list(paper.definition.get("service", ())),
        "services": [dict(one) for one in became.services] if became else [],
        "withdrawn_at": views.rfc3339(became.withdrawn, kit.zone) if became and became.withdrawn else None,
        "code": became.code(paper.case_id) if became else None,
        "seal": seal,
        "stand_in": bool(seal and seal["stand_in"]),
    }
    if paper.drawn is not None:
        findings = {str(one.params["path"]) for one in paper.drawn.findings}
        shown |= {"text": dict(paper.drawn.text), "missing": sorted(findings), "intact": paper.intact}
    return shown


def seal_of(kit: Kit, paper: Paper) -> dict[str, Any] | None:
    """The seal under the document, by whom and what it is; None where it bears none."""
    sha256 = paper.said.get("sha256")
    if not paper.definition.get("seal") or sha256 is None:
        return None
    return dict(kit.seals.affix(sha256, paper.node))


def _state(paper: Paper, today: str) -> str:
    """As far as it has come: delivered once it counts as served, sent where that day lies ahead."""
    services = paper.issued.services if paper.issued else ()
    if not services:
        return str(paper.row["state"])
    return "delivered" if services[-1]["effective"] <= today else "sent"
