"""Does what becomes of what is public: a result is published, corrected, taken back; anybody entitled objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.actions import bulletins as reading
from chalicelib.actions.deciding import decide_on
from chalicelib.actions.history import whole_history
from chalicelib.actions.moving import Moved, MoveRequest, act, fingerprint, key_digest, made_by
from chalicelib.actions.office import Kit, Office, RecordKey, grant_keys, grants_in
from chalicelib.actions.ports import Loaded
from chalicelib.actions.seeing import Seen
from chalicelib.actions.settling import Book, course_of
from chalicelib.domain import expiry, moves, publicity
from chalicelib.domain.access import asked, item_resource, place
from chalicelib.domain.bulletins import REGISTER
from chalicelib.domain.cases import Case
from chalicelib.domain.change import Body
from chalicelib.domain.events import Cause
from chalicelib.domain.parties import Principal, actor_of, valid_grant
from chalicelib.domain.problems import Problem, Text, not_found
from chalicelib.domain.process import Move
from chalicelib.domain.transitions import Course

_BULLETIN = Text("公示", "bulletin")
_TAKES: Mapping[str, Callable[[Course, str, Body, Cause], None]] = {
    "correct": publicity.correct, "withdraw": publicity.withdraw, "answer": publicity.answer,
}  # fmt: skip


def publish(
    kit: Kit, principal: Principal, case_id: str, given: Mapping[str, Any],
    *, key: str | None = None, if_match: int | None = None,
) -> Moved:  # fmt: skip
    """Publish the result that `given` names, once for one key; on a case that is over as well.

    Problems: not-found for a result that the item does not publish, forbidden, those of `publicity.publish`.
    """
    request = MoveRequest(case_id, "publish_result", dict(given), key=key, if_match=if_match)

    def deed(course: Course, seen: Seen, _: Loaded) -> tuple[Move, Callable[[Cause], None]]:
        name = str(given["publicity"])
        block = next((one for _, found, one in publicity.blocks(seen.bundle.item) if found == name), None)
        if block is None:
            raise not_found(Text("公示事项", "published result"), name)
        declared = publicity.publishing(block)
        moves.require(course.case, seen.office.policies, seen.principal, seen.scope, seen.grant, declared)
        history = whole_history(kit, seen.case)
        return declared, lambda cause: publicity.publish(course, name, history, cause)

    return act(kit, principal, request, deed)


def change(
    kit: Kit, principal: Principal, what: str, bulletin_id: str, given: Mapping[str, Any],
    *, key: str | None = None, if_match: int | None = None,
) -> Moved:  # fmt: skip
    """`correct`, `withdraw` or `answer` an objection, once for one key.

    Problems: not-found, forbidden, input-invalid, those of the act in `domain.publicity`.
    """
    declared = publicity.act(what)
    content = {"bulletin_id": bulletin_id, **given}
    request = MoveRequest(_case_of(kit, bulletin_id), declared.id, content, key=key, if_match=if_match)

    def deed(course: Course, seen: Seen, _: Loaded) -> tuple[Move, Callable[[Cause], None]]:
        moves.require(course.case, seen.office.policies, seen.principal, seen.scope, seen.grant, declared)
        checked = moves.checked_input(declared, given, seen.bundle.shared)
        return declared, lambda cause: _TAKES[what](course, bulletin_id, checked, cause)

    return act(kit, principal, request, deed)


def object_to(
    kit: Kit, principal: Principal, bulletin_id: str, given: Mapping[str, Any], *, key: str | None = None
) -> dict[str, Any]:
    """Object to what is public, once for one key: what the objector is told. Nothing of the case is shown.

    Problems: not-found, sign-in-needed, forbidden for whom the declaration does not entitle (`objectors`), conflict
    `bulletin-not-standing`, those of `publicity.object_to`.
    """
    declared, nonce = publicity.act("object"), kit.entropy(8).hex()
    content = {"bulletin_id": bulletin_id, **given}
    request = MoveRequest(_case_of(kit, bulletin_id), declared.id, content, key=key)
    digest = key_digest(principal, request) or nonce

    def attempt(records: Sequence[RecordKey], book: Book) -> dict[str, Any]:
        loaded = kit.cases.load(request.case_id, records=records)
        case, office = loaded.case, kit.office(loaded.pointer)
        present = loaded.records.get((REGISTER, bulletin_id))
        if case is None or present is None:
            raise not_found(_BULLETIN, bulletin_id)
        course = course_of(office.world(kit.catalogue.bundle(case.release), case.node), case, loaded, book)
        _entitle(office, principal, loaded, case, publicity.block_of(course.world.bundle, present.body))
        if (made := case.replayed(digest)) is not None:
            made_by(kit, request, made)
            (event,) = kit.cases.events(case.id, made - 1, 1)
            return _told(bulletin_id, event["data"]["publicity"]["objection"], office)
        checked = moves.checked_input(declared, given, course.world.bundle.shared)
        _require_standing(kit, office, present, case)
        expiry.pass_time(course)
        cause = Cause(actor_of(principal).as_json(), office.at, max(office.at, case.at), key=digest,
                      fingerprint=fingerprint(request), nonce=nonce)  # fmt: skip
        number = publicity.object_to(course, bulletin_id, checked, cause)
        book.commit(kit, course.change(), loaded.chain)
        return _told(bulletin_id, number, office)

    return decide_on(kit, attempt, [*grant_keys(principal), (REGISTER, bulletin_id)])


def _case_of(kit: Kit, bulletin_id: str) -> str:
    """What a draw announces has none: it is a part of a log that nobody corrects, takes back or objects to."""
    found = kit.records.read(REGISTER, bulletin_id)
    if found is None or "case" not in found.body:
        raise not_found(_BULLETIN, bulletin_id)
    return str(found.body["case"])


def _entitle(
    office: Office, principal: Principal, loaded: Loaded, case: Case, block: Mapping[str, Any]
) -> None:
    """Whoever may object may, as one may apply for an item: by the kind of subject that the declaration names."""
    grant = valid_grant(grants_in(loaded.records), principal, case.item, "open_case", office.today)
    # Sample default, not from the plan: any person, and any firm.
    audience = list(block.get("objectors", ("person", "enterprise")))
    context = asked(principal, place(case.node), grant=grant)
    resource = item_resource({"id": case.item, "audience": audience})
    decision = office.policies.decide(principal, "open_case", resource, context)
    if not decision.allowed:
        raise office.policies.refusal(principal, decision)


def _require_standing(kit: Kit, office: Office, present: Any, case: Case) -> None:
    state, _ = reading.standing(kit, office, present.body, case)
    if state not in {"standing", "suspended"}:
        said = Text("公示已结束或已撤回,不再接受异议", "it does not stand any more: objections are over")
        raise Problem("conflict", "bulletin-not-standing", said, extra={"state": state})


def _told(bulletin_id: str, number: int, office: Office) -> dict[str, Any]:
    return {"bulletin_id": bulletin_id, "objection": number, "received_on": office.today.isoformat()}
