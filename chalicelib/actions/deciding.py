"""Does a decision on a case that is open: reads what it turns out to rest on, outlasts other writers, and lets who
waits for what it gave back move up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from chalicelib.actions.office import Kit, RecordKey
from chalicelib.actions.ports import CommitRefused
from chalicelib.actions.promoting import move_up
from chalicelib.actions.settling import Book, settle
from chalicelib.domain.outcomes import RecordsNeeded

Result = TypeVar("Result")


def decide_on(
    kit: Kit, attempt: Callable[[Sequence[RecordKey], Book], Result], known: Iterable[RecordKey] = ()
) -> Result:
    """Run `attempt` (read the case with these records, decide, commit by the book) until it is written.

    `known` are records that every try reads. An ending that rewrites records, and a refusal that names some, add
    theirs. Raises what `attempt` raises, and Problem `busy` after five tries (`settle`).
    """
    needed, book = set(known), Book()

    def once() -> Result:
        while True:
            try:
                return book.decided(kit, lambda: attempt(sorted(needed), book))
            except RecordsNeeded as more:
                needed.update(more.keys)
            except CommitRefused as refused:
                needed.update(refused.records)
                raise

    done = settle(kit, once)
    if book.freed:
        move_up(kit, book.freed)
    return done
