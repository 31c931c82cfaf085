"""Does what time asks for: finds cases with something due, lets time pass on each in its own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.actions.deciding import decide_on
from chalicelib.actions.office import Kit, RecordKey
from chalicelib.actions.ports import CLOCKS_DIFFER
from chalicelib.actions.settling import Book, course_of
from chalicelib.domain import expiry
from chalicelib.domain.clock_timers import next_timer
from chalicelib.domain.problems import Problem

SLACK = 2_000  # ms: clocks of machines differ (decisions 12)
# ms swept where no watermark is believed: at the very start, or a clock set back. An outage has a watermark before it,
# and is swept from there however long it was.
FIRST_LOOK = 40 * 86_400_000
FAILURES = 5  # then a row is dead and an alarm rises (decisions 10)


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep of one shard did: rows found, cases in which something fired, rows that failed or died."""

    shard: int
    found: int
    fired: int
    failed: Sequence[str]
    dead: Sequence[str]


def sweep(kit: Kit, shard: int) -> Swept:
    """Fire what is due in one shard, from its watermark to now; the watermark moves when nothing was left behind."""
    until = kit.now() - SLACK
    watermark = kit.timers.watermark(shard)
    believed = watermark is not None and watermark <= until + CLOCKS_DIFFER
    since = watermark if believed and watermark is not None else until - FIRST_LOOK
    if (
        since >= until
    ):  # another machine's clock, or the stack's before it was set back, was ahead: all is swept
        return Swept(shard, 0, 0, (), ())
    found = fired = 0
    failed, dead = list[str](), list[str]()
    for case_id, row in kit.timers.due(shard, since, until):
        found += 1
        try:
            fired += pass_time(kit, case_id, row)
        except Exception as error:  # the other cases of the shard have deadlines of their own
            died = not _passes(error) and kit.timers.fail(case_id, row, FAILURES)
            (dead if died else failed).append(f"{case_id}: {type(error).__name__}")
    if not failed:
        kit.timers.raise_watermark(shard, until, instead_of=None if believed else watermark)
    return Swept(shard, found, fired, failed, dead)


def _passes(error: Exception) -> bool:
    """Throttling, other writers and an outage of KMS are no fault of the row: it is tried again while they last.

    Counted, five minutes without KMS would kill every row that came due in them, and each waits for a person then.
    """
    return isinstance(error, Problem) and (error.kind == "throttled" or error.code == "keys-unavailable")


def pass_time(kit: Kit, case_id: str, row: int) -> bool:
    """Let time pass on one case: fire what is due and set its timer anew. False when nothing was due yet."""
    return decide_on(kit, lambda records, book: _attempt(kit, case_id, row, records, book))


def _attempt(kit: Kit, case_id: str, row: int, records: Sequence[RecordKey], book: Book) -> bool:
    loaded = kit.cases.load(case_id, records=records)
    case = loaded.case
    if case is None or case.timer != row:
        kit.timers.move(case_id, row, None, None)  # a row that no head points to
        return False
    if case.outcome is not None:
        kit.timers.move(case_id, row, None, loaded.chain)
        return False
    office = kit.office(loaded.pointer)
    world = office.world(kit.catalogue.bundle(case.release), case.node)
    course = course_of(world, case, loaded, book)
    if expiry.pass_time(course):
        book.commit(kit, course.change(spent=row), loaded.chain)
        return True
    due = next((one.at for one in world.firings(case)), None)
    kit.timers.move(case_id, row, next_timer(None, due, office.at), loaded.chain)
    return False
