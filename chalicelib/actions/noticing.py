"""Does notices: what a trigger tells somebody is put into the outbox once, and read by whom it is to. Reading is quiet:
it changes nothing and tells nobody."""

from __future__ import annotations

from typing import Any

from chalicelib.actions.office import Kit, Office, grant_keys, grants_in
from chalicelib.actions.settling import settle
from chalicelib.domain import notices, trigger_effects, views
from chalicelib.domain.access import asked, notices_resource, place
from chalicelib.domain.definitions import Definition
from chalicelib.domain.notices import Notice
from chalicelib.domain.parties import ANYWHERE, Principal, valid_grant
from chalicelib.domain.scope import around
from chalicelib.domain.trigger_effects import Act
from chalicelib.domain.triggers import Sayer

KIND = "notices"


def tell(kit: Kit, declared: Definition, source: Sayer, act: Act, to: str | None, *, own: bool) -> str:
    """`noticed`, `again`; `missed` where there is nobody to be told. Raises `notice-incomplete`."""
    if to is None:
        return "missed"

    def attempt() -> str:
        found = kit.notices.done(act.id)
        if found is not None:
            return "noticed" if own and found == act.key else "again"
        office = kit.office()
        definition = kit.catalogue.live(office.pointer, KIND, str(declared["notice"]))
        values = trigger_effects.values_of(declared.get("values", {}), source, office.today)
        notice = notices.drafted(
            definition,
            values,
            identity=act.id,
            to=to,
            at=office.at,
            zone=kit.zone,
            case=source.say("case", "id"),
        )
        kit.notices.put(notice, act)
        return "noticed"

    return settle(kit, attempt)


def of_caller(
    kit: Kit, principal: Principal, node: str | None, after: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of the notices to whom the caller stands for, or to an office where they hold a post; newest first.

    Raises forbidden, `mandate-missing`.
    """
    about = f"node:{node}" if node else principal.acting_for or principal.subject
    loaded = kit.cases.load(None, records=grant_keys(principal))
    office = kit.office(loaded.pointer)
    grant = valid_grant(grants_in(loaded.records), principal, KIND, "read_notices", office.today)
    view = _view(office, node) if node else place(ANYWHERE)
    staffed = office.staffed(principal)
    context = asked(staffed, view, grant=grant)
    decision = office.policies.decide(staffed, "read_notices", notices_resource(about), context)
    if not decision.allowed:
        raise office.policies.refusal(staffed, decision)
    found, cursor = kit.notices.of_subject(about, after, limit)
    return [_line(kit, one) for one in found], cursor


def _view(office: Office, node: str) -> dict[str, Any]:
    return place(node, *around(office.organisation, node, node))


def _line(kit: Kit, notice: Notice) -> dict[str, Any]:
    definition = kit.catalogue.version(KIND, notice.template, notice.version)
    return notices.shown(notice, definition) | {"at": views.rfc3339(notice.at, kit.zone)}
