"""Decides what becomes of a result that an item makes public 公示: by when, objections, corrections, withdrawal.

`outcomes` of an item say for a state what of its result is published (`publicity`): at once, in the commit that
enters the state, or by somebody's act within some days (双公示: seven working days from the decision). What is public
is a record of the register `bulletins`, beside what documents publish (`domain.bulletins`); each act is an event of
the case, so that a clock of the item may stop on `result_published`. An objection goes to the move that the process
has for it where that can be made; else it suspends the bulletin until it is answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from chalicelib.domain import bulletins, ids
from chalicelib.domain.bulletins import REGISTER
from chalicelib.domain.change import RecordWrite
from chalicelib.domain.clock_holds import latest_end
from chalicelib.domain.masks import Masks, personal_pointers
from chalicelib.domain.outcomes import RecordsNeeded
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.process import Move, move_of

if TYPE_CHECKING:
    from chalicelib.domain.change import Body
    from chalicelib.domain.definitions import Bundle, Definition
    from chalicelib.domain.events import Cause
    from chalicelib.domain.transitions import Course

PUBLISHED = "result_published"
CORRECTED, WITHDRAWN = "publicity_corrected", "publicity_withdrawn"
OBJECTED, ANSWERED = "publicity_objected", "objection_answered"
OPEN, UPHELD, DISMISSED, PASSED_ON = "open", "upheld", "dismissed", "passed-on"

# Sample default, not from the plan: who handles the case publishes and corrects; who decides takes back.
_HANDLING, _DECIDING = ("post:handler",), ("post:decider", "post:head")
_TEXT = {"type": "string", "minLength": 1, "maxLength": 2000}
_NUMBER = {"type": "integer", "minimum": 1}


def _act(zh: str, en: str, by: Iterable[str], emits: str, **members: Any) -> Mapping[str, Any]:
    shape = {
        "type": "object",
        "additionalProperties": False,
        "required": sorted(members),
        "properties": members,
    }
    return {"title": {"zh": zh, "en": en}, "by": list(by), "emits": emits, "input": shape}


_ACTS: Mapping[str, Mapping[str, Any]] = {
    "correct": _act(
        "更正公示", "Correct what is public", (*_HANDLING, *_DECIDING), CORRECTED,
        field=_NUMBER, value={**_TEXT, "maxLength": 500}, reason=_TEXT,
    ),
    "withdraw": _act("撤回公示", "Take back what is public", _DECIDING, WITHDRAWN, reason=_TEXT),
    "answer": _act(
        "答复异议", "Answer an objection", (*_HANDLING, *_DECIDING), ANSWERED,
        objection=_NUMBER, upheld={"type": "boolean"}, reason=_TEXT,
    ),
    "object": _act("提出异议", "Object", (), OBJECTED, reason=_TEXT),
}  # fmt: skip


@lru_cache(maxsize=4)
def act(name: str) -> Move:
    """One of the acts on a bulletin: no move of a process, judged and kept as one."""
    return move_of(f"{name}_publicity", _ACTS[name])


def publishing(block: Mapping[str, Any]) -> Move:
    """The act of publishing this result."""
    by = block.get("by", _HANDLING)
    return move_of("publish_result", _act("公示结果", "Publish the result", by, PUBLISHED))


def blocks(item: Definition) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """What the item publishes: (state, id, the block)."""
    for state, outcomes in item.get("outcomes", {}).items():
        for one in outcomes:
            if "publicity" in one:
                yield state, str(one["publicity"].get("id", "result")), one["publicity"]


def block_of(bundle: Bundle, body: Body) -> Mapping[str, Any]:
    """The declaration of a bulletin: of the item's result, or of the document that it came with."""
    if "publicity" in body:
        return next((one for _, name, one in blocks(bundle.item) if name == body["publicity"]), {})
    return bundle.documents.get(str(body.get("document")), {}).get("bulletin") or {}


def at_once(course: Course, entered: Iterable[str], cause: Cause) -> None:
    """Publish what the states just entered publish by themselves.

    A world without an organisation only compares outcomes (a replay): nothing is written there.
    """
    if course.world.organisation is None or course.case.confidential:
        return
    for state, name, block in blocks(course.world.bundle.item):
        if block.get("at_once") and state in entered:
            place = (REGISTER, bulletin_id(course.case.id, name))
            present = course.records.get(place)
            if present is None or present.body["status"] == "withdrawn":
                system = replace(
                    cause, actor={"person": "system:rules", "via": "system"}, key=None, fingerprint=None
                )
                _publish(course, name, block, course.world.today, system)


def publish(course: Course, name: str, history: Iterable[Body], cause: Cause) -> None:
    """The result `name` is published by an act, also of a case that is over; `history`: its events, oldest first.

    Conflicts `nothing-to-publish` before the state was reached, `already-published`.
    """
    state, block = next(
        (state, block) for state, one, block in blocks(course.world.bundle.item) if one == name
    )
    days = [int(one["occurred_at"]) for one in history if state in one.get("data", {}).get("to", ())
            and state not in one["data"].get("from", ())]  # fmt: skip
    if not days or course.case.confidential:
        raise _conflict(
            "nothing-to-publish", "还没有可以公示的结果", "there is no result yet that could be published"
        )
    present = _read(course, bulletin_id(course.case.id, name))
    if present is not None and present.body["status"] != "withdrawn":
        raise _conflict("already-published", "该结果已公示", "this result is public already")
    _publish(course, name, block, course.world.times.day_of(days[-1]), cause)


def bulletin_id(case_id: str, name: str) -> str:
    """One bulletin for each result of a case."""
    return ids.derived("pub", case_id, name)


def _publish(course: Course, name: str, block: Mapping[str, Any], decided: date, cause: Cause) -> None:
    from chalicelib.domain.transitions import Happening

    world, case = course.world, course.case
    item, today, identity = world.bundle.item, world.today, bulletin_id(case.id, name)
    place = world.organisation.node(case.node)["title"] if world.organisation else item["title"]
    body: dict[str, Any] = {
        "id": identity, "publicity": name, "kind": block.get("kind"), "title": block.get("title", item["title"]),
        "number": case.number, "item_title": item["title"], "department": place, "case": case.id,
        "decided_on": decided.isoformat(), "due_on": _after(course, decided, block["within"]),
        "published_on": today.isoformat(), "until": _after(course, today, block.get("stands")),
        "fields": bulletins.fields_of(course, world.bundle, block["fields"]),
        "objections": block.get("objections"), "clock": block.get("until"), "status": "published",
    }  # fmt: skip
    body["in_time"] = body["published_on"] <= body["due_on"]
    kept = {member: value for member, value in body.items() if value is not None}
    _write(course, identity, kept)
    told: dict[str, Any] = {name: kept[name] for name in ("kind", "decided_on", "due_on") if name in kept}
    said = told | {"bulletin_id": identity, "in_time": kept["in_time"]}
    course.happen(Happening(None, PUBLISHED, cause, {"publicity": said}))


def correct(course: Course, identity: str, given: Body, cause: Cause) -> None:
    """One field says something else from today on; what it said before stays in the record's history.

    Conflict `bulletin-withdrawn`; invalid `field-unknown`; `field-masked` for what is personal, which nobody types in.
    """
    body = standing(course, identity)
    place = int(given["field"]) - 1
    if place >= len(body["fields"]):
        raise Problem("invalid", "field-unknown", Text("没有这一栏", "there is no such field"))
    if place in _personal(course, body):
        raise _conflict(
            "field-masked",
            "个人信息栏目由系统遮盖,不能手工填写",
            "a personal field is masked and never typed in",
        )
    fields = [dict(one) for one in body["fields"]]
    fields[place]["value"] = given["value"]
    today = course.world.today.isoformat()
    _write(course, identity, {**body, "fields": fields, "corrected_on": today})
    _tell(course, CORRECTED, identity, given, cause)


def withdraw(course: Course, identity: str, given: Body, cause: Cause) -> None:
    """It is public no longer. What came with a document is withdrawn with the document: conflict `of-a-document`."""
    body = standing(course, identity)
    if "publicity" not in body:
        raise _conflict("of-a-document", "请撤回对应的文书", "withdraw the document that it came with")
    _write(course, identity, _withdrawn(course, body))
    _tell(course, WITHDRAWN, identity, given, cause)


def object_to(course: Course, identity: str, given: Body, cause: Cause) -> int:
    """Somebody objects; the number of the objection. Whoever calls has judged that it stands, and who may.

    Where the process has a move for it that can be made now, the case goes that way: its clock stops as that says.
    """
    from chalicelib.domain import moves

    body = standing(course, identity)
    block, before = block_of(course.world.bundle, body), [dict(one) for one in body.get("objected", ())]
    if "objections" not in block:
        raise _conflict("objections-not-taken", "该公示不接受异议", "no objections are taken to this")
    process, name = course.world.process, block.get("objection_move")
    move = process.moves.get(name) if name else None
    if move is not None and process.send(course.case.configuration, move.id) is None:
        move = None
    today, number = course.world.today.isoformat(), len(before) + 1
    told = {"number": number, "on": today, "state": PASSED_ON if move else OPEN}
    _write(course, identity, {**body, "objected": [*before, told]})
    _tell(course, OBJECTED, identity, given, cause, objection=number)
    if move is not None:
        asked = (move.input or {}).get("properties", {})
        filled: dict[str, Any] = {
            **block.get("objection_input", {}),
            **{one: given[one] for one in given if one in asked},
        }
        moves.make(course, move, filled, cause)
    return number


def answer(course: Course, identity: str, given: Body, cause: Cause) -> None:
    """An objection is upheld, and what was published withdrawn; or dismissed, and it stands again.

    Conflict `objection-not-open` for one that is answered, or that the process itself decides.
    """
    body = standing(course, identity)
    known = [dict(one) for one in body.get("objected", ())]
    found = next((one for one in known if one["number"] == given["objection"]), None)
    if found is None or found["state"] != OPEN:
        raise _conflict("objection-not-open", "没有待答复的该项异议", "no such objection waits for an answer")
    found |= {
        "state": UPHELD if given["upheld"] else DISMISSED,
        "answered_on": course.world.today.isoformat(),
    }
    after = {**body, "objected": known}
    _write(course, identity, _withdrawn(course, after) if given["upheld"] else after)
    _tell(course, ANSWERED, identity, given, cause, objection=found["number"], upheld=given["upheld"])


def standing(course: Course, identity: str) -> Body:
    """What the bulletin says; conflict `bulletin-withdrawn`. Raises RecordsNeeded to have it read."""
    present = _read(course, identity)
    if present is None or present.body["status"] == "withdrawn":
        raise _conflict("bulletin-withdrawn", "该公示已撤回", "this was withdrawn")
    body: Body = present.body
    return body


def _read(course: Course, identity: str) -> Any:
    key = (REGISTER, identity)
    if key not in course.records:
        raise RecordsNeeded([key])
    return course.records[key]


def _write(course: Course, identity: str, body: Body) -> None:
    present = course.records.get((REGISTER, identity))
    revision, key = (present.revision, present.key) if present else (0, None)
    course.written.append(
        RecordWrite(REGISTER, identity, revision, body, course.world.today.isoformat(), key)
    )


def _withdrawn(course: Course, body: Body) -> Body:
    return {**body, "status": "withdrawn", "withdrawn_on": course.world.today.isoformat()}


def _tell(course: Course, emits: str, identity: str, given: Body, cause: Cause, **more: Any) -> None:
    from chalicelib.domain.transitions import Happening

    told = {"publicity": {"bulletin_id": identity, **more}, "input": dict(given)}
    course.happen(Happening(None, emits, cause, told))


def _after(course: Course, day: date, length: Mapping[str, Any] | None) -> str | None:
    """The last day of a period that begins with `day`, which does not count itself (民法典 第201条)."""
    if length is None:
        return None
    times = course.world.times
    start = times.hours.midnight(day.toordinal())
    return times.day_of(latest_end(int(length["budget"]), length["unit"], start, times)).isoformat()


def _personal(course: Course, body: Body) -> frozenset[int]:
    """The places of fields that the form marks as personal, or that lie within one."""
    bundle = course.world.bundle
    marked = personal_pointers(bundle.item["form"], Masks(shared=bundle.shared))
    places = bulletins.places_of(course, bundle, block_of(bundle, body).get("fields", ()))
    hidden = [any(f"{place}/".startswith(f"{one}/") for one in marked) for place in places]
    return frozenset(number for number, one in enumerate(hidden) if one)


def _conflict(code: str, zh: str, en: str) -> Problem:
    return Problem("conflict", code, Text(zh, en))
