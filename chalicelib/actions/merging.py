"""Does the merging of a case into a leading one: both heads become true in one transaction, or neither does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.actions.office import Kit, RecordKey
from chalicelib.actions.ports import Chain, Loaded
from chalicelib.actions.seeing import Seen, stand
from chalicelib.actions.settling import Book, course_of
from chalicelib.domain import expiry, linking, merging, moves
from chalicelib.domain.change import Change
from chalicelib.domain.events import Cause
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.process import Move
from chalicelib.domain.readings import read
from chalicelib.domain.scope import readers_of
from chalicelib.domain.transitions import Course


def beside(
    kit: Kit, course: Course, seen: Seen, move: Move, given: Mapping[str, Any], cause: Cause,
    records: list[RecordKey], book: Book,
) -> list[tuple[Change, Chain]]:  # fmt: skip
    """What the leading case becomes when `course` merges its own into it, to be written together with it.

    `seen` is the merged case as it was read. Raises not-found for a leading case that the caller may not see,
    forbidden where they may not make this move there, and what `domain.merging` refuses.
    """
    if move.merges is None or course.case.outcome is None:  # not signed by all yet
        return []
    named = str(read(given, move.merges["into"]) or "").strip()
    found = named if named.startswith("cas_") else kit.cases.by_number(named)
    loaded = kit.cases.load(found or named, records=records)
    there = stand(kit, seen.principal, loaded, named)
    merging.require_mergeable(seen.case, there.case, readers_of(there.bundle.item))
    moves.require(there.case, there.office.policies, there.principal, there.scope, there.grant, move)
    lead = _up_to_now(kit, there, loaded, book)
    relation = linking.relation_of(course.world.bundle.definitions, move.merges["rel"])
    parties = merging.absorb(lead, seen.case, relation, _following(cause, course, lead))
    linking.put(course, move.merges["rel"], course.case.id, lead.case.id)
    change = lead.change(parties=parties)
    return [(change, _chain(loaded))]


def _up_to_now(kit: Kit, there: Seen, loaded: Loaded, book: Book) -> Course:
    """The leading case after what fell due in it before this: a commit of its own, for it is no part of the merge.

    So that the merge itself posts to no account but those of the merged case: a transaction takes no row twice.
    """
    world = there.office.world(there.bundle, there.case.node)
    course = course_of(world, there.case, loaded, book)
    if expiry.pass_time(course):
        book.beside = []
        book.commit(kit, course.change(), loaded.chain)
        said = Text("主单刚刚有变动，请重试", "the leading case has just changed, please retry")
        raise Problem("conflict", "changed-meanwhile", said)
    return course


def _following(cause: Cause, course: Course, lead: Course) -> Cause:
    """The same act, as the leading case tells of it: caused by what happened in the merged one."""
    at = max(cause.recorded_at, lead.case.at)
    return Cause(cause.actor, cause.occurred_at, at, caused_by=course.events[-1].id)


def _chain(loaded: Loaded) -> Chain:
    if loaded.chain is None:  # `stand` has refused what is not there
        raise Problem("not_found", "case-not-found", Text("没有找到该办件", "no such case"))
    return loaded.chain
