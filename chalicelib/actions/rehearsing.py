"""Does rehearsals: actions run as they would, with the stores' real reads, and nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from chalicelib.actions.office import Kit
from chalicelib.actions.ports import Cases, Chain, CommitRefused, Loaded, Notices, Records, RecordVersion
from chalicelib.domain.change import Change, RecordWrite
from chalicelib.domain.notices import Notice
from chalicelib.domain.trigger_effects import Act


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


class RehearsedRecords:
    """Records as they are, and over them those that were written here, each act once."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._written = dict[tuple[str, str], RecordVersion]()
        self._done = dict[str, str]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)

    def read(self, register: str, record_id: str, as_of: str | None = None) -> RecordVersion | None:
        written = None if as_of else self._written.get((register, record_id))
        return written or self._records.read(register, record_id, as_of)

    def done(self, act: str) -> str | None:
        return self._done.get(act) or self._records.done(act)

    def write(self, record: RecordWrite, _author: str, _at: int, act: Act | None = None) -> RecordVersion:
        if act:
            self._done[act.id] = act.key
        place = (record.register, record.record_id)
        self._written[place] = RecordVersion(
            *place, record.revision + 1, record.valid_from, record.body, record.key
        )
        return self._written[place]


class RehearsedNotices:
    """An outbox into which nothing is put."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices
        self._done = dict[str, str]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._notices, name)

    def done(self, act: str) -> str | None:
        return self._done.get(act) or self._notices.done(act)

    def put(self, _notice: Notice, act: Act) -> None:
        if self.done(act.id) is not None:
            raise CommitRefused(("act",), transient=False)
        self._done[act.id] = act.key


def kit_of(kit: Kit) -> Kit:
    """The same kit, whose cases, records and notices are rehearsed."""
    return replace(
        kit, cases=cast("Cases", Rehearsal(kit.cases)), records=cast("Records", RehearsedRecords(kit.records)),
        notices=cast("Notices", RehearsedNotices(kit.notices)), carry=None,
    )  # fmt: skip
