"""Does the moving up of who waits: what one case gives back, the first in line takes, in a commit of its own.

A sweep does it where whoever gave it back died before: the waiting lists that somebody joined are on record.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib.actions.settling import Book, course_of, settle
from chalicelib.domain import accounts, slots
from chalicelib.domain.cases import Case
from chalicelib.domain.clock import Times
from chalicelib.domain.definitions import Definition
from chalicelib.domain.events import Cause
from chalicelib.domain.postings import PROMOTED
from chalicelib.domain.problems import Problem
from chalicelib.domain.transitions import Happening

if TYPE_CHECKING:
    from chalicelib.actions.office import Kit, Office

SYSTEM = {"person": "system:accounts", "via": "system"}
WORK = "lines"
EVENT = "external.promoted"  # moves the chart, where the process knows it
FOLLOWS = "promoted"


def move_up(kit: Kit, freed: Sequence[str]) -> int:
    """Give what was freed to who waits for it, in order of arrival; how many moved up.

    It runs behind the commit that freed it. Should it die there, nobody loses what they hold or their place in the
    line: the minute's sweep moves it up, and until then a newcomer may find it free.
    """
    moved = 0
    for account in dict.fromkeys(map(accounts.base_of, freed)):
        definition = kit.office().account(accounts.name_of(account))
        if definition.get("waiting"):
            moved += _line(
                kit, accounts.shards(definition, account), accounts.waiting_list(definition, account)
            )
    return moved


def sweep(kit: Kit) -> int:
    """Move up whoever waits for what is free: what a caller who died did not, and what a release added."""
    office, moved = kit.office(), 0
    for definition in kit.catalogue.definitions(office.pointer, "accounts"):
        for account, last in kit.accounts.lines(str(definition["id"])) if definition.get("waiting") else ():
            moved += _swept(kit, office, definition, account, last)
    return moved


def _swept(kit: Kit, office: Office, definition: Definition, account: str, last: str) -> int:
    rows, line = accounts.shards(definition, account), accounts.waiting_list(definition, account)
    if _is_over(kit, office, definition, account):
        kit.accounts.forget_line(account, last, office.at)
        return 0
    if not accounts.standing(definition, rows, kit.accounts.balances(rows))["available"]:
        return 0
    moved = _line(kit, rows, line)
    if not kit.accounts.waiting(line):
        kit.accounts.forget_line(account, last, office.at)
    return moved


def _is_over(kit: Kit, office: Office, definition: Definition, account: str) -> bool:
    """Whether it is a slot that has begun: nobody can take it any more."""
    if "slots" not in definition:
        return False
    key = account.split("|")[1 : 1 + len(definition["key"])]
    hours = kit.catalogue.hours(office.pointer, str(definition.get("department", "")), kit.zone)
    times = Times(kit.catalogue.calendar(office.pointer), hours)
    return slots.begins(slots.named(key), times) <= office.at


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
