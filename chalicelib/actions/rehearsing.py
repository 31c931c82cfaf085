"""Does rehearsals: actions run as they would, with the stores' real reads, and nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from chalicelib.actions.office import Kit
from chalicelib.actions.ports import Cases, Chain, Loaded
from chalicelib.domain.change import Change


class Rehearsal:
    """Cases as they are, where what is committed is only remembered: a second one under that id is none.

    What an account's row would refuse shows only when it is written: a rehearsal does not foresee that.
    """

    def __init__(self, cases: Cases) -> None:
        self._cases = cases
        self._committed = dict[str, Change]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cases, name)

    def load(self, case_id: str | None, **more: Any) -> Loaded:
        loaded = self._cases.load(case_id, **more)
        made = self._committed.get(case_id or "")
        if made is None or loaded.case is not None:
            return loaded
        from chalicelib.domain.cases import of_body

        return replace(loaded, case=of_body(made.head))

    def events(self, case_id: str, after: int = 0, limit: int = 100) -> list[Any]:
        made = self._committed.get(case_id)
        if made is None:
            return self._cases.events(case_id, after, limit)
        return [one.body for one in made.events if one.seq > after][:limit]

    def commit(self, change: Change, chain: Chain | None) -> Chain:
        change.check()
        self._committed[change.case_id] = change
        return chain or Chain(change.seq, b"", b"")

    def commit_together(self, changes: Sequence[tuple[Change, Chain]]) -> None:
        for change, chain in changes:
            self.commit(change, chain)

    def next_serial(self, *_: str) -> int:
        return 0


def kit_of(kit: Kit) -> Kit:
    """The same kit, whose cases are rehearsed."""
    return replace(kit, cases=cast("Cases", Rehearsal(kit.cases)))
