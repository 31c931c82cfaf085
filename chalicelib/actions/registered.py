"""Does the going through of a register: its ids a thousand a query, its records a hundred a request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from chalicelib.actions.office import Kit

LISTED = 1_000  # ids of a query: below a megabyte, as a query answers
TOGETHER = 100  # records of a request


def ids(kit: Kit, register: str) -> Iterator[str]:
    """Of all its records, in their order."""
    after = None
    while True:
        page = kit.records.list(register, after, LISTED)
        yield from (row.case_id for row in page.rows)
        after = page.after
        if after is None:
            return


def bodies(kit: Kit, register: str, wanted: Iterable[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What the records of these ids say now; whatever is not there is left out."""
    ahead = iter(wanted)
    while some := list(islice(ahead, TOGETHER)):
        yield from kit.records.many(register, some).items()
