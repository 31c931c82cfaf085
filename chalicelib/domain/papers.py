"""Decides what a document says on the day it is issued: its number, its text in both languages, the text's hash.

All of it is drawn from what never changes afterwards: the event that issues it, the form as it was then, the release of
the case, the organisation of that day. So whoever draws the text again later has the same bytes, and the hash that
stands in the event proves it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any

from chalicelib.domain import canonical, outputs, templates
from chalicelib.domain.readings import ABSENT, read

if TYPE_CHECKING:
    from chalicelib.domain.cases import Case
    from chalicelib.domain.change import Body
    from chalicelib.domain.definitions import Bundle, Definition
    from chalicelib.domain.organisations import Organisation

# Which event says the day that a template calls by this name; the head keeps it where a template asks for it.
DAYS = {
    "accepted_on": ("accepted", "deemed_accepted"),
    "decided_on": ("granted", "refused", "forwarded"),
}


@dataclass(frozen=True, slots=True)
class Issue:
    """All that a document is drawn from. `form` is the row beside the head: `{"form", "materials", …}`."""

    bundle: Bundle
    organisation: Organisation
    zone: tzinfo
    case: Case
    form: Body
    event: Body

    @property
    def at(self) -> int:
        """When it is issued, in ms."""
        return int(self.event["recorded_at"])

    @property
    def day(self) -> str:
        return iso_day(self.at, self.zone)

    @property
    def node(self) -> str:
        """Who handled the case on that day."""
        return str(self.event["dimensions"]["department"])


def rendered(issue: Issue, document: str, number: str | None) -> templates.Rendered:
    """The text of a document, in both languages, and what its template asks for in vain."""
    return templates.render(issue.bundle.documents[document], view(issue, number))


def digest(text: Mapping[str, str]) -> str:
    """SHA-256 of the canonical text `{"en", "zh"}`, as lower-case hex."""
    return canonical.digest({language: text[language] for language in templates.LANGUAGES})


def serial_number(definition: Definition, mark: str, case: Case, times: int) -> str | None:
    """文号 out of the case's own number, where the definition names no account: unique, never counted, with gaps.

    The serial of a case begins anew each day, so the day stands before it; a second document of the kind in the same
    case says that it is the second.
    """
    series = definition.get("series")
    if not series:
        return None
    head, _, serial = case.number.rpartition("-")
    year, day = head[-8:-4], head[-4:]
    named = f"〔{year}〕{day}{serial}" if series["per"] == "year" else f"〔{year}{day}〕{serial}"
    again = f"-{times}" if times > 1 else ""
    return f"{mark}{series['prefix']}{named}{again}号"


def days_told(bundle: Bundle) -> frozenset[str]:
    """The days of DAYS for which a template of this release asks; of most none does."""
    if "days_told" not in bundle.kept:
        asked = {path for one in bundle.documents.values() for path in templates.paths(one)}
        bundle.kept["days_told"] = frozenset(name for name in DAYS if f"case.{name}" in asked)
    found: frozenset[str] = bundle.kept["days_told"]
    return found


def days_after(case: Case, bundle: Bundle, emits: str, seq: int, on: date) -> Body:
    """The case's days after an event, each with the number of the event that said it first."""
    new = {name for name in days_told(bundle) if emits in DAYS[name]} - case.days.keys()
    return {**case.days, **{name: [seq, on.isoformat()] for name in new}} if new else case.days


def view(issue: Issue, number: str | None = None) -> dict[str, Any]:
    """All that a template may ask for, of a document with this number, or of a notice."""
    case, data = issue.case, issue.event["data"]
    days = {name: day for name, (seq, day) in case.days.items() if seq <= issue.event["seq"]}
    return outputs.view_of(
        item=issue.bundle.item, organisation=issue.organisation, node=issue.node,
        case={"number": case.number, "submitted_on": iso_day(case.opened_at, issue.zone), **days},
        applicant={"name": _name(issue), "id": case.owner.partition(":")[2]},
        document={"number": number, "issued_on": issue.day},
        deadlines={name: iso_day(due, issue.zone) for name, due in data.get("deadlines", {}).items()},
        form=issue.form.get("form", {}), given=data.get("input", {}), event=_told(issue),
        materials=[str(one["id"]) for one in issue.form.get("materials", ())], hold=_hold(issue),
    )  # fmt: skip


def _told(issue: Issue) -> dict[str, Any]:
    """What happened: a member named as the event is (`deemed_accepted`), for a template to ask for."""
    return {str(issue.event["type"]).removeprefix("case."): True}


def _hold(issue: Issue) -> dict[str, Any] | None:
    """The special step that the event began or ended, with its latest end where it began."""
    data = issue.event["data"]
    declared = next(
        (one for one in issue.bundle.item.get("holds", ()) if one["id"] == data.get("hold")), None
    )
    if declared is None:
        return None
    until = iso_day(data["until"], issue.zone) if "until" in data else None
    return {"title": declared["title"], "basis": declared["basis"], "until": until}


def _name(issue: Issue) -> str:
    """How the owner is called: as a party, where one of their roles says that the name stands, as an enterprise."""
    case, form = issue.case, issue.form.get("form", {})
    own = [one for one in case.parties if one["subject"] == case.owner]
    named = next((str(one["name"]) for one in own if one.get("name")), None)
    if named:
        return named
    found = read(form, _place(issue.bundle.item, own).removeprefix("form:"))
    return case.owner.partition(":")[2] if found is ABSENT or not found else str(found)


def _place(item: Mapping[str, Any], own: Sequence[Body]) -> str:
    declared = item.get("parties", {})
    roles = [declared.get(one["role"], {}) for one in own]
    return next((str(role["named"]) for role in roles if "named" in role), "form:/enterprise_name")


def iso_day(at: int, zone: tzinfo) -> str:
    """The ISO day of an instant."""
    return datetime.fromtimestamp(at / 1000, zone).date().isoformat()
