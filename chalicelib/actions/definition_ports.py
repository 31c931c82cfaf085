"""Does nothing itself: says what the actions on definitions need from a store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal, Protocol

from chalicelib.domain.definitions import Definition
from chalicelib.domain.publishing import Pointer, ReleaseSet


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole snapshot of a definition that somebody works on. `rev` is its ETag; `editors` all who wrote it.

    `base_hash` is the content hash that was published when the draft began, None for a new definition.
    """

    draft_id: str
    kind: str
    id: str
    author: str
    editors: tuple[str, ...]
    base_hash: str | None
    body: Definition
    at: int
    rev: int = 1
    note: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.id}"

    def as_json(self) -> dict[str, Any]:
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return values | {"editors": list(self.editors), "body": dict(self.body)}


@dataclass(frozen=True, slots=True)
class Publication:
    """What one transaction writes, if the pointer's `rev` is still `expected`.

    `act` is the row of the history, with an id of its own; `shown` the set that the pointer now leads to;
    `new` whether that set is stored by this; `drafts` (id, rev) what it uses up; `pack` the pack's marker;
    `ends` the schedule that is over with it, as it is kept from then on.
    """

    expected: int
    pointer: Pointer
    act: Mapping[str, Any]
    shown: ReleaseSet | None = None
    new: bool = False
    drafts: tuple[tuple[str, int], ...] = ()
    pack: Mapping[str, Any] | None = None
    ends: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    rows: Sequence[Mapping[str, Any]]
    after: str | None


Outcome = Literal["written", "moved", "draft-changed", "schedule-over"]
Entries = Sequence[Mapping[str, Any]]


class Definitions(Protocol):
    """Remembers definitions. What is stored by hash is immutable and written before anything points to it."""

    def front(self) -> tuple[Pointer, int, Entries]:
        """The pointer, and the catalogue with the number of its set: one read."""

    def pointer(self) -> Pointer: ...
    def pointer_of(self, item: Mapping[str, Any] | None) -> Pointer: ...
    def release_set(self, number: int) -> ReleaseSet: ...
    def versions(self, hashes: Mapping[str, str]) -> dict[str, Definition]:
        """Key → body, for key → content hash."""

    def release(self, hash_: str) -> tuple[dict[str, str], dict[str, Definition]]:
        """A release's manifest and the bodies of all that it names: one read."""

    def keep_versions(self, versions: Mapping[str, Definition]) -> None: ...
    def keep_releases(
        self, manifests: Mapping[str, Mapping[str, str]], definitions: Mapping[str, Definition]
    ) -> None: ...
    def publish(self, publication: Publication) -> Outcome: ...
    def history(self, after: str | None, limit: int) -> Listing: ...
    def pack(self) -> Mapping[str, Any] | None: ...
    def drafts(self, draft_ids: Sequence[str]) -> list[Draft]: ...
    def list_drafts(self, after: str | None, limit: int) -> Listing: ...
    def put_draft(self, draft: Draft, expected: int) -> bool:
        """Whether it was written: `expected` is the revision that was read, 0 for a new draft."""

    def drop_draft(self, draft_id: str, expected: int) -> bool: ...
    def put_check(self, check: Mapping[str, Any]) -> None: ...
    def check(self, check_id: str) -> Mapping[str, Any] | None: ...
    def put_scheduled(self, scheduled: Mapping[str, Any]) -> None: ...
    def scheduled(self, schedule_id: str) -> Mapping[str, Any] | None: ...
    def list_scheduled(self, after: str | None, limit: int) -> Listing: ...
    def due(self, until: int) -> list[str]:
        """Schedules that wait for a time up to `until` (ms), in its order."""

    def end_scheduled(self, ended: Mapping[str, Any]) -> bool:
        """Whether it was waiting still, and has ended so."""


class Work(Protocol):
    """Remembers long work as resources: what was asked with a revision that guards it, and parts, each filled once."""

    def keep(self, kind: str, identity: str, body: Mapping[str, Any], expected: int) -> bool: ...
    def kept(self, kind: str, identity: str) -> tuple[dict[str, Any], int] | None: ...
    def fill(self, kind: str, identity: str, part: str, body: Mapping[str, Any]) -> bool: ...
    def parts(self, kind: str, identity: str, prefix: str) -> list[dict[str, Any]]: ...


class Running(Protocol):
    """Which cases a release touches."""

    def open_cases(self, release: str) -> Iterator[str]: ...
    def recent(self, now: int) -> Iterator[str]: ...
