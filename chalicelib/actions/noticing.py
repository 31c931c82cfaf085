"""Does notices: what a trigger or an event tells somebody is put into the outbox once, and read by whom it is to.
Reading is quiet: it changes nothing and tells nobody.

An event is handed on before the feed is told of it: what could not be handed on stays untold, and the sweeper finds
it. A message may come often: the ids of notices are the same each time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.actions.event_messages import Pair, messages
from chalicelib.actions.office import Kit, Office, grant_keys, grants_in
from chalicelib.actions.ports import CommitRefused
from chalicelib.actions.settling import each, settle
from chalicelib.actions.webhook_ports import Place, message_of, messages_of, places_of
from chalicelib.domain import ids, notices, papers, trigger_effects, views
from chalicelib.domain.access import asked, notices_resource, place
from chalicelib.domain.cases import Case
from chalicelib.domain.change import Body
from chalicelib.domain.definitions import Definition
from chalicelib.domain.events import Prompt
from chalicelib.domain.events import unasked as is_unasked
from chalicelib.domain.notices import Notice
from chalicelib.domain.parties import ANYWHERE, Principal, valid_grant
from chalicelib.domain.problems import Problem
from chalicelib.domain.scope import around
from chalicelib.domain.trigger_effects import Act
from chalicelib.domain.triggers import Sayer, Source

KIND, WORK = "notices", "notices"


def hand_on(
    kit: Kit, later: Callable[[Sequence[str]], None] | None, pairs: Sequence[Pair],
    types: Mapping[Pair, str], unasked: Collection[Pair],
) -> int:  # fmt: skip
    """Put the events of which somebody is told on the queue of work, 25 a message; how many.

    Nobody is thanked for an application that a trigger made (`unasked`). Of an event that a sweep found neither that
    nor its type is known: it may be told.
    """
    if later is None or not pairs:
        return 0
    published = kit.catalogue.definitions(kit.catalogue.pointer(strong=True), KIND)
    wanted = {suffix for one in published for suffix in one.get("on", ())}
    told = [
        pair
        for pair in dict.fromkeys(pairs)
        if wanted and pair not in unasked and (not types.get(pair) or types[pair].partition(".")[2] in wanted)
    ]
    if told:
        later(messages(WORK, told))
    return len(told)


def respond(kit: Kit, pairs: Sequence[Pair]) -> dict[str, int]:
    """Tell whoever is to be told of these events; counts of `noticed`, `again`, `missed` (nobody was there) and
    `incomplete` (the event lacks what the template cannot do without).

    One event that fails holds up no other: all are tried, then the message comes back. What is to be sent is handed
    over together: the due rows find what was not.
    """
    done, carried = Counter[str](), list[Place]()

    def keep(waiting: Sequence[tuple[str, int]], _: bool) -> None:
        carried.extend(place for message, _ in waiting for place in places_of(message))

    held = replace(kit, carry=keep) if kit.carry else kit
    office = held.office(kit.cases.load(None).pointer)
    told = kit.cases.told_with_forms(
        [(case, seq) for case, seq in pairs]
    )  # what was erased since is not there
    try:
        each(told.values(), lambda one: done.update(_tell_of(held, office, *one)))
    finally:
        if kit.carry and carried:
            kit.carry([(message, 0) for message in messages_of(carried)], False)
    return dict(done)


def _tell_of(kit: Kit, office: Office, case: Case, event: Body, form: Body | None) -> list[str]:
    if is_unasked(event):
        return []
    day = papers.iso_day(int(event["recorded_at"]), kit.zone)
    told = notices.of_event(kit.catalogue.definitions(office.pointer, KIND), str(event["type"]), day)
    if not told:
        return []
    bundle = kit.catalogue.bundle(str(event["release"]))
    issue = papers.Issue(bundle, office.organisation, kit.zone, case, form or {}, event)
    view, prompt, done = papers.view(issue), Prompt.after(event), list[str]()
    for definition in told:
        for declared in definition["to"]:
            subjects = notices.addressed(str(declared), case, office.organisation, office.today)
            done += [] if subjects else ["missed"]
            for to in subjects:
                # By whom it is to: that somebody joins or leaves changes nobody else's.
                identity = ids.derived("ntc", str(event["id"]), str(definition["id"]), to)
                act = Act(identity, "", prompt)

                def drafted(
                    office: Office, act: Act = act, to: str = to, one: Definition = definition
                ) -> Notice:
                    return _drafted(office, one, view, act, to, case.id, confidential=case.confidential)

                done.append(_said(kit, act, drafted, own=False))
    return done


def _said(kit: Kit, act: Act, drafted: Callable[[Office], Notice], *, own: bool) -> str:
    try:
        return _put(kit, act, drafted, own=own)
    except Problem as problem:
        if problem.code != "notice-incomplete":
            raise
        return "incomplete"


def _drafted(
    office: Office, definition: Definition, values: Mapping[str, Any], act: Act, to: str, case: str | None,
    *, confidential: bool = False,
) -> Notice:  # fmt: skip
    calendar = office.kit.catalogue.calendar(office.pointer)
    return notices.drafted(
        definition, values, identity=act.id, to=to, at=office.at, zone=office.kit.zone, case=case,
        works=lambda day: calendar.works(day.toordinal()), confidential=confidential,
    )  # fmt: skip


def _put(kit: Kit, act: Act, drafted: Callable[[Office], Notice], *, own: bool) -> str:
    """Keep it once, and have it sent. Who dies between the two leaves a due row, and the sweep finds it."""

    def attempt() -> str:
        notice = drafted(kit.office())
        try:
            kit.notices.put(notice, act)
        except CommitRefused:  # done before, as seldom happens: asked only then
            found = kit.notices.done(act.id)
            if found is None:
                raise
            return "noticed" if own and found == act.key else "again"
        if kit.carry is not None and notice.sent and notice.not_before <= notice.at:
            kit.carry([(message_of(notice.place), 0)], False)
        return "noticed"

    return settle(kit, attempt)


def tell(kit: Kit, declared: Definition, source: Sayer, act: Act, to: str | None, *, own: bool) -> str:
    """`noticed`, `again`; `missed` where there is nobody to be told. Raises `notice-incomplete`."""
    if to is None:
        return "missed"

    def drafted(office: Office) -> Notice:
        definition = kit.catalogue.live(office.pointer, KIND, str(declared["notice"]))
        values = trigger_effects.values_of(declared.get("values", {}), source, office.today)
        hidden = isinstance(source, Source) and source.case.confidential
        return _drafted(office, definition, values, act, to, source.say("case", "id"), confidential=hidden)

    return _put(kit, act, drafted, own=own)


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
