"""Does the reading of everything that happened to a case, however much that is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.actions.office import Kit
    from chalicelib.domain.cases import Case
    from chalicelib.domain.change import Body

A_PAGE = 100


def whole_history(kit: Kit, case: Case, after: int = 0) -> Iterator[Body]:
    """Every event of a case in order, from the one that follows `after`; none of a case whose key is erased."""
    while after < case.seq:
        page = kit.cases.events(case.id, after, A_PAGE)
        if not page:
            return
        yield from page
        after = int(page[-1]["seq"])
