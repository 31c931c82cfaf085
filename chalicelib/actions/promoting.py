"""Does the moving up of who waits: what one case gives back, the first in line takes, in a commit of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib.actions.settling import Book, course_of, settle
from chalicelib.domain import accounts
from chalicelib.domain.cases import Case
from chalicelib.domain.events import Cause
from chalicelib.domain.postings import PROMOTED
from chalicelib.domain.problems import Problem
from chalicelib.domain.transitions import Happening

if TYPE_CHECKING:
    from chalicelib.actions.office import Kit

SYSTEM = {"person": "system:accounts", "via": "system"}
EVENT = "external.promoted"  # moves the chart, where the process knows it
FOLLOWS = "promoted"


def move_up(kit: Kit, freed: Sequence[str]) -> int:
    """Give what was freed to who waits for it, in order of arrival; how many moved up.

    It runs behind the commit that freed it. Should it die there, nobody loses what they hold or their place in the
    line; but it is the next one given back that moves the line up, and until then a newcomer may find it free.
    """
    moved = 0
    for account in dict.fromkeys(map(accounts.base_of, freed)):
        definition = kit.office().account(accounts.name_of(account))
        if definition.get("waiting"):
            moved += _line(
                kit, accounts.shards(definition, account), accounts.waiting_list(definition, account)
            )
    return moved


def _line(kit: Kit, rows: Sequence[str], line: Sequence[str]) -> int:
    moved = 0
    for case_id in kit.accounts.waiting(line):
        try:
            moved += _promote(kit, case_id, rows, line)
        except (
            Problem
        ):  # nothing is free any more, or the slot has begun: what was given back is not undone by it
            break
    return moved


def _promote(kit: Kit, case_id: str, rows: Sequence[str], line: Sequence[str]) -> bool:
    book = Book()

    def attempt() -> bool:
        loaded = kit.cases.load(case_id)
        case = loaded.case
        post = _waits_for(case, line) if case else None
        if case is None or post is None:
            return False
        office = kit.office(loaded.pointer)
        book.read(kit, list(rows))
        world = office.world(kit.catalogue.bundle(case.release))
        course = course_of(world, case, loaded, book)
        known = world.process.internal.get(EVENT)
        event = EVENT if known and world.process.send(case.configuration, EVENT) is not None else None
        cause = Cause(SYSTEM, office.at, max(office.at, case.at))
        course.happen(Happening(event, known.emits if known else FOLLOWS, cause, {PROMOTED: post}))
        book.commit(kit, course.change(), loaded.chain)
        return True

    return settle(kit, attempt)


def _waits_for(case: Case, line: Sequence[str]) -> str | None:
    """The posting for which the case stands in this line, if it still does."""
    return next(
        (str(one["post"]) for one in case.held if one.get("waiting") and one["parts"][0][0] in line), None
    )
