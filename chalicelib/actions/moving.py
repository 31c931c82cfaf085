"""Does a caller's move on a case: one strong read, one decision, one transaction; anew if another was faster."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.actions.deciding import decide_on
from chalicelib.actions.looking_up import fetched
from chalicelib.actions.office import Kit, RecordKey, grant_keys
from chalicelib.actions.ports import Chain, Loaded
from chalicelib.actions.seeing import Seen, stand
from chalicelib.actions.settling import Book, course_of
from chalicelib.actions.submit import checked_materials
from chalicelib.domain import canonical, expiry, facts, filing, moves
from chalicelib.domain.cases import Case
from chalicelib.domain.change import Change, Idempotency
from chalicelib.domain.events import Cause, Prompt, told_of
from chalicelib.domain.parties import Principal, actor_of
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.process import Move
from chalicelib.domain.transitions import Course

# ms that a trigger's move is known to have been made; no stream, queue or feed keeps an event longer.
PROMPTED_FOR = 400 * 86_400_000


@dataclass(frozen=True, slots=True)
class MoveRequest:
    """What the caller sent. `if_match` is the sequence number of the version that the caller has seen."""

    case_id: str
    move: str
    given: Mapping[str, Any]
    key: str | None = None
    if_match: int | None = None
    receipt_code: str | None = None
    prompt: Prompt | None = (
        None  # what a trigger's move follows from; `once`: the row that makes it happen once
    )
    once: str | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """The case after the move as the caller stands to it, and the event that it made or once made."""

    seen: Seen
    seq: int
    replayed: bool


# Judges what a call asks for on a case that was read: which declared act it is, and what then makes it true.
Deed = Callable[[Course, Seen, Loaded], tuple[Move, Callable[[Cause], None]]]


def move(kit: Kit, principal: Principal, request: MoveRequest) -> Moved:
    """Make the move, once for one key.

    Problems: not-found (also for who may not see the case), move-not-available with the moves that exist,
    forbidden, input-invalid, precondition `changed-since` when If-Match no longer holds.
    """

    def by_process(course: Course, seen: Seen, loaded: Loaded) -> tuple[Move, Callable[[Cause], None]]:
        declared = moves.authorise(
            course.world,
            course.case,
            seen.office.policies,
            seen.principal,
            seen.scope,
            seen.grant,
            request.move,
        )
        content = moves.checked_input(declared, request.given, seen.bundle.shared)
        if declared.revises:
            _revise(kit, course, content, loaded, declared)
        return declared, lambda cause: moves.make(course, declared, request.given, cause)

    return act(kit, principal, request, by_process)


def act(kit: Kit, principal: Principal, request: MoveRequest, deed: Deed) -> Moved:
    """Do the deed on the case, once for one key: read, judge, commit, anew when another writer was faster."""
    nonce = kit.entropy(8).hex()
    return decide_on(
        kit,
        lambda records, book: _attempt(kit, principal, request, records, nonce, book, deed),
        grant_keys(principal),
    )


def _attempt(
    kit: Kit,
    principal: Principal,
    request: MoveRequest,
    records: Sequence[RecordKey],
    nonce: str,
    book: Book,
    deed: Deed,
) -> Moved:
    loaded = kit.cases.load(request.case_id, idempotency=request.once, records=records)
    seen = stand(kit, principal, loaded, request.case_id, request.receipt_code)
    case, office, principal = seen.case, seen.office, seen.principal
    if loaded.idempotency is not None and request.once:
        return Moved(seen, case.seq, replayed=True)
    # A call without a key has its nonce for one: its answer may be lost as well.
    digest = key_digest(principal, request) or nonce
    made = case.replayed(digest)
    if made is not None:
        return Moved(seen, made, replayed=made_by(kit, request, made) != nonce)
    if request.if_match is not None and request.if_match != case.seq:
        said = Text("办件已被更新,请刷新后重试", "the case has changed since you read it")
        raise Problem("precondition", "changed-since", said, extra={"seq": case.seq})
    world = office.world(seen.bundle, case.node)
    course = course_of(world, case, loaded, book)
    expiry.pass_time(course)  # what fell due before this move happened before it: acceptance by silence, say
    declared, make_true = deed(course, seen, loaded)
    cause = Cause(
        actor_of(principal, *_post(case, principal, declared)).as_json(), office.at, max(office.at, case.at),
        key=digest, fingerprint=fingerprint(request), nonce=nonce, **told_of(request.prompt),
    )  # fmt: skip
    make_true(cause)
    book.beside = _beside(kit, course, seen, declared, request, cause, records, book)
    book.commit(kit, course.change(idempotency=_once(request, nonce, office.at)), loaded.chain)
    scope = office.scope(course.case, request.receipt_code)
    after = replace(seen, case=course.case, scope=scope, form=course.form_row or loaded.form)
    return Moved(after, course.case.replayed(digest) or course.case.seq, replayed=False)


def _beside(
    kit: Kit, course: Course, seen: Seen, declared: Move, request: MoveRequest, cause: Cause,
    records: Sequence[RecordKey], book: Book,
) -> list[tuple[Change, Chain]]:  # fmt: skip
    """What the move makes true of another case, in the same transaction: of the one that this is merged into."""
    if declared.merges is None:
        return []
    from chalicelib.actions import merging

    return merging.beside(kit, course, seen, declared, request.given, cause, list(records), book)


def _revise(kit: Kit, course: Course, given: Mapping[str, Any], loaded: Loaded, declared: Move) -> None:
    """The input's `form` replaces the case's, checked against the release it was filed under; the materials that
    it names are added to those supplied before; facts are pinned anew.
    """
    bundle = course.world.bundle
    if "form" in given:
        filing.check_form(bundle, given["form"])
    form = given.get("form", course.form)
    before = {str(one["id"]): one for one in (loaded.form or {}).get("materials", ())}
    added = checked_materials(bundle, [{"id": one} for one in given.get("materials", ())])
    materials = tuple((before | {str(one["id"]): one for one in added}).values())
    roles = {str(party["role"]): str(party["subject"]) for party in course.case.parties}
    lookups = facts.needed(bundle.facts.values(), form, roles)
    course.form = form
    course.facts = facts.pin_all(bundle.facts.values(), form, fetched(kit, lookups), course.world.at, roles)
    course.form_row, course.former = filing.form_row(form, materials, course.facts), loaded.form
    by_applicant = any(token.startswith("party:") for token in declared.by)
    course.case = replace(
        course.case, facts=facts.digest(course.facts),
        received_at=course.world.at if by_applicant else course.case.received_at,
    )  # fmt: skip


def _post(case: Case, principal: Principal, declared: Move) -> tuple[str | None, str | None]:
    """The node and post at which the act is done: the first post of the caller that the move admits."""
    admitted = {token.partition(":")[2] for token in declared.by if token.startswith(("post:", "above:"))}
    held = [(node, post) for node, post in principal.posts if post in admitted]
    here = [one for one in held if one[0] == case.node] or held
    return here[0] if here else (None, None)


def _once(request: MoveRequest, nonce: str, at: int) -> Idempotency | None:
    """A head remembers its last eight moves: a trigger's, which may be asked for again later, has a row."""
    if request.once is None:
        return None
    return Idempotency(request.once, fingerprint(request), nonce, at + PROMPTED_FOR)


def key_digest(principal: Principal, request: MoveRequest) -> str | None:
    """Scoped by principal and case; short, because a head keeps eight of them (64 bits: a chance of 1 in 10^18)."""
    if request.key is None:
        return None
    return canonical.digest([principal.subject, request.case_id, request.key])[:16]


def fingerprint(request: MoveRequest) -> str:
    return canonical.digest({"move": request.move, "input": dict(request.given)})[:32]


def made_by(kit: Kit, request: MoveRequest, seq: int) -> str | None:
    """The nonce of the call that made the event: our own when only its answer was lost.

    Same key, another body: refused, because one of the two would be lost without a word.
    """
    (event,) = kit.cases.events(request.case_id, seq - 1, 1)
    if event.get("fingerprint") != fingerprint(request):
        raise Problem(
            "invalid", "idempotency-key-reused",
            Text("该 Idempotency-Key 已用于另一份内容", "this Idempotency-Key was used for another body"),
        )  # fmt: skip
    return event.get("nonce")
