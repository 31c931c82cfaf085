"""Decides when a document counts as served 送达, whether it may be recorded so, and which clocks that moves.

The definition says which ways are open (`service`), how long after publication a notice counts (`public_service`), and
what service does (`effect_of_service`): clocks that it starts or moves, clocks that it stops, periods that begin. The
ways are those of 民事诉讼法 第87–95条 (行政处罚法 第61条 refers to it): in person, left, entrusted and by post it
counts from the day on the receipt; electronically from the arrival in the recipient's system; by publicity some days
later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from chalicelib.domain import clock, ids
from chalicelib.domain.clock_holds import latest_end
from chalicelib.domain.issued import SERVED, Issued, require_standing
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.process import Move, move_of
from chalicelib.domain.readings import read

if TYPE_CHECKING:
    from chalicelib.domain.change import Body
    from chalicelib.domain.clock_timers import Firing
    from chalicelib.domain.definitions import Definition
    from chalicelib.domain.events import Cause
    from chalicelib.domain.transitions import Course
    from chalicelib.domain.world import World

CONSENT = "/delivery/electronic_consent"  # where forms ask for it; it can be taken back at any time
EFFECTIVE = "service_effective"  # the days after a publication have passed

Kind = Literal["conflict", "invalid"]
Part = Literal["starts", "stops", "both"]

WAYS: Mapping[str, Text] = {
    "electronic": Text("电子送达", "electronic"),
    "in-person": Text("直接送达", "in person"),
    "post": Text("邮寄送达", "by post"),
    "left": Text("留置送达", "left with the recipient"),
    "entrusted": Text("委托送达", "entrusted"),
    "public": Text("公告送达", "by public notice"),
}
_NOTE = {"type": "string", "minLength": 1, "maxLength": 2000}
_RECORD: Mapping[str, Any] = {
    "title": {"zh": "登记送达", "en": "Record service"},
    # Sample default, not from the plan: who hands documents out and who handles the case.
    "by": ["post:window", "post:handler"],
    "emits": SERVED,
    "input": {
        "type": "object", "additionalProperties": False, "required": ["way"],
        "properties": {
            "way": {"enum": list(WAYS)}, "day": {"type": "string", "format": "date"}, "receipt": _NOTE,
            "consent": {"type": "boolean"}, "note": _NOTE,
        },
    },
}  # fmt: skip


@lru_cache(maxsize=1)
def record() -> Move:
    """The act of recording service: no move of a process, judged and kept as one."""
    return move_of("record_service", _RECORD)


def take(course: Course, paper: Issued, given: Body, cause: Cause) -> None:
    """The document is served as `given` says: the event, and what it does to clocks.

    Raises conflicts `service-way-not-allowed`, `service-consent-missing`, `service-day-ahead`, `service-before-issue`,
    `service-backdated`, `already-served`, `document-withdrawn`; as invalid `service-receipt-missing`,
    `service-day-missing`.
    """
    from chalicelib.domain.transitions import Happening

    world = course.world
    service = lawful(world, paper, _consented(given, course.form))
    counts = date.fromisoformat(service["effective"])
    pending = counts > world.today and course.case.outcome is None
    others = tuple(one for one in course.case.serving if one["service"]["document_id"] != paper.id)
    waiting = ({"service": service, "at": _end_of(world, counts), "since": paper.at},) if pending else ()
    moved = _moved(course, paper.document, counts, paper.at, "starts" if pending else "both")
    course.case = replace(course.case, serving=(*others, *waiting))
    typed = {
        name: given[name] for name in ("receipt", "note") if name in given
    }  # shown as any move's input is
    periods = _periods(world, paper.document, counts)
    told = {"service": service, "clocks": moved, "periods": periods, "input": typed}
    course.happen(Happening(None, SERVED, cause, {name: value for name, value in told.items() if value}))


def awaiting(course: Course, clocks: Iterable[clock.Clock], documents: Iterable[str]) -> list[clock.Clock]:
    """The clocks as the event that issues these documents leaves them: one that begins with the service of a document,
    and whose declaration says so (`after_service`), lets nothing lapse until that is served.

    What the applicant has agreed to receive electronically is there the moment it is issued (民事诉讼法 第90条).
    """
    before = {one["id"]: one["started_at"] for one in course.case.clocks if one["stopped_at"] is None}
    named: dict[str, str] = {}
    for document in documents:
        definition = course.world.bundle.documents.get(document, {})
        if "electronic" in definition.get("service", ()) and read(course.form, CONSENT) is True:
            continue
        starts = _named(course.world, definition.get("effect_of_service", {}), "starts")
        issued = ids.derived("out", course.case.id, str(course.case.seq + 1), document)
        named |= {str(one["id"]): issued for one in starts if one.get("after_service")}
    return [
        {**one, "awaits": named[one["id"]]}
        if one["id"] in named and one["stopped_at"] is None and before.get(one["id"]) != one["started_at"]
        else one
        for one in clocks
    ]


def took_effect(course: Course, due: Firing, cause: Cause) -> None:
    """The days after a publication have passed: what service stops stops, and the event says so."""
    from chalicelib.domain.transitions import Happening

    case = course.case
    found = next(one for one in case.serving if one["service"]["document_id"] == due.id)
    course.case = replace(case, serving=tuple(one for one in case.serving if one is not found))
    service = found["service"]
    counts = date.fromisoformat(service["effective"])
    moved = _moved(course, service["document"], counts, int(found["since"]), "stops")
    told = {"service": service, "clocks": moved}
    course.happen(Happening(None, EFFECTIVE, cause, {name: value for name, value in told.items() if value}))


def retold(course: Course, event: Body, papers: Mapping[str, Issued]) -> None:
    """What the event of a service did to clocks, done again: to a case under another release, or played anew.

    `papers`: every document of the case, by id.
    """
    told = event.get("data", {}).get("service")
    if not told or told["document"] not in course.world.bundle.documents:
        return
    counts, recorded = (
        date.fromisoformat(told["effective"]),
        course.world.times.day_of(int(event["recorded_at"])),
    )
    first: Part = "starts" if counts > recorded else "both"
    part: Part = first if event["type"] == f"case.{SERVED}" else "stops"
    _moved(course, told["document"], counts, papers[told["document_id"]].at, part)


def lawful(world: World, paper: Issued, given: Body) -> dict[str, Any]:
    """What the record says: way, day, receipt, and the day from which the document counts as served."""
    require_standing(paper)
    definition, way = world.bundle.documents.get(paper.document, {}), str(given["way"])
    if way not in definition.get("service", ()):
        ways = list(definition.get("service", ()))
        zh, en = f"该文书不能{WAYS[way].zh}", f"this document is not served {WAYS[way].en}"
        raise _refusal("conflict", "service-way-not-allowed", zh, en, ways=ways)
    day = _day(world, paper, given)
    _proven(definition, way, given)
    effective, basis = _effective(world, definition, way, day)
    earlier = paper.services[-1]["effective"] if paper.services else None
    if earlier is not None and earlier <= effective.isoformat():
        zh, en = f"该文书已于 {earlier} 送达", f"this document counts as served on {earlier}"
        raise _refusal("conflict", "already-served", zh, en, effective=earlier)
    said = {
        **paper.named(),
        "way": way,
        "day": day.isoformat(),
        "effective": effective.isoformat(),
        "consent": given.get("consent"),
        "basis": basis,
    }
    return {name: value for name, value in said.items() if value is not None}


def _consented(given: Body, form: Body) -> Body:
    """What is recorded, with the consent that stands in the application where the record says nothing of it."""
    if given["way"] != "electronic" or "consent" in given:
        return given
    return {**given, "consent": read(form, CONSENT) is True}


def _day(world: World, paper: Issued, given: Body) -> date:
    """The day on the receipt, of arrival, of publication: not before the document, not ahead; a machine's is today."""
    today, way = world.today, given["way"]
    if "day" not in given and way != "electronic":
        zh, en = "请填写回证(公告)上的日期", "the day on the receipt, or of the publication, is missing"
        raise _refusal("invalid", "service-day-missing", zh, en)
    day = date.fromisoformat(given["day"]) if "day" in given else today
    first = world.times.day_of(paper.at)
    if day > today:
        zh, en = "送达日期不能晚于今天", "it cannot have been served after today"
        raise _refusal("conflict", "service-day-ahead", zh, en, today=today.isoformat())
    if day < first:
        zh, en = "送达日期不能早于文书日期", "it cannot have been served before it was issued"
        raise _refusal("conflict", "service-before-issue", zh, en, issued=first.isoformat())
    if way == "electronic" and day != today:
        zh, en = (
            "电子送达以到达系统之日为准,不得补登",
            "electronic arrival is seen by the system: no earlier day",
        )
        raise _refusal("conflict", "service-backdated", zh, en, today=today.isoformat())
    return day


def _proven(definition: Definition, way: str, given: Body) -> None:
    """民事诉讼法 第87条: there must be a proof of service; 第90条: electronically only who agreed, unless the
    definition says that this document needs no consent.
    """
    asks = definition.get("electronic_needs_consent", True)
    if way == "electronic" and asks and given.get("consent") is not True:
        zh, en = "电子送达须经受送达人同意", "electronic service needs the recipient's consent"
        raise _refusal("conflict", "service-consent-missing", zh, en)
    if way != "electronic" and not given.get("receipt"):
        zh, en = "请填写回证、回执或公告的编号(载体)", "name the receipt, or where it was published"
        raise _refusal("invalid", "service-receipt-missing", zh, en)


def _effective(world: World, definition: Definition, way: str, day: date) -> tuple[date, str | None]:
    if way != "public":
        return day, None
    after = definition["public_service"]
    end = latest_end(int(after["budget"]), after["unit"], _start_of(world, day), world.times)
    return world.times.day_of(end), after.get("basis")


def _moved(course: Course, document: str, counts: date, since: int, part: Part) -> list[dict[str, Any]]:
    """What service does to the clocks of an open case, put into the course; old and new deadline of each that moved.

    A clock that it starts has begun with the event that issued the document, as the item declares: it begins anew with
    the day that counts. One that has stopped meanwhile, and one that the item does not have, is left alone.
    """
    case, world = course.case, course.world
    if case.outcome is not None:
        return []
    effect = world.bundle.documents[document].get("effect_of_service", {})
    new = {one["id"]: one for one in case.clocks}
    at = max(_start_of(world, counts), since)
    for declared in _named(world, effect, "starts") if part != "stops" else ():
        limits = {**declared, **case.limits.get(declared["id"], {})}
        begun = clock.served_from(
            new.get(declared["id"]),
            world.bundle.item,
            limits,
            at,
            world.at,
            times=world.times,
            holds=case.holds,
        )
        new |= {declared["id"]: begun} if begun else {}
    for declared in _named(world, effect, "stops") if part != "starts" else ():
        if declared["id"] in new:
            new[declared["id"]] = clock.stopped_by(
                new[declared["id"]],
                world.bundle.item,
                at,
                world.at,
                since,
                times=world.times,
                holds=case.holds,
            )
    before = {one["id"]: one for one in case.clocks}
    course.case = replace(case, clocks=tuple(new.values()))
    return [_told(course, before.get(name), one) for name, one in new.items() if before.get(name) != one]


def _named(world: World, effect: Mapping[str, Any], member: str) -> Iterator[Mapping[str, Any]]:
    wanted = set(effect.get(member, ()))
    return (one for one in world.bundle.item.get("clocks", ()) if one["id"] in wanted)


def _told(course: Course, old: clock.Clock | None, new: clock.Clock) -> dict[str, Any]:
    world = course.world
    now = clock.project(new, world.bundle.item, world.at, times=world.times, holds=course.case.holds)
    told = {"clock": new["id"], "old": old["deadline"] if old else None, "new": now.latest_ms}
    stopped = {"stopped": new["stopped_at"]} if new["stopped_at"] is not None else {}
    return {name: value for name, value in (told | stopped).items() if value is not None}


def _periods(world: World, document: str, counts: date) -> dict[str, str]:
    """The last day of each period that begins with service: what the recipient may still do, and until when."""
    effect = world.bundle.documents[document].get("effect_of_service", {})
    start = _start_of(world, counts)
    return {
        str(one["id"]): world.times.day_of(
            latest_end(int(one["budget"]), one["unit"], start, world.times)
        ).isoformat()
        for one in effect.get("periods", ())
    }


def _start_of(world: World, day: date) -> int:
    return world.times.hours.midnight(day.toordinal())


def _end_of(world: World, day: date) -> int:
    return world.times.close(day.toordinal())


def _refusal(kind: Kind, code: str, zh: str, en: str, **extra: Any) -> Problem:
    return Problem(kind, code, Text(zh, en), extra=extra)
