"""Does the reading of what is published: from memory where nothing can change, two reads at a cold start."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from chalicelib.actions.definition_ports import Definitions, Entries
from chalicelib.domain.definitions import Bundle, Definition
from chalicelib.domain.manifests import resolve
from chalicelib.domain.problems import Problem, Text, not_found
from chalicelib.domain.publishing import ON_POINTER, Pointer, ReleaseSet

if TYPE_CHECKING:
    from datetime import tzinfo

    from chalicelib.domain.calendar import Calendar
    from chalicelib.domain.office_hours import OfficeHours
    from chalicelib.domain.organisations import Organisation

FRESH_FOR = 5_000  # ms; a catalogue page may be this stale, a write never is (decisions 6)
# Kept in memory; a bundle is about 100 KB.
BUNDLES, SETS, VERSIONS, LIVES, DESKS = 128, 4, 512, 4, 256

Versions = tuple[tuple[str, str], ...]  # (key, content hash), sorted


class Catalogue:
    """One a container. `now` is wiring's clock, in milliseconds; it may be moved, in either direction."""

    def __init__(self, store: Definitions, now: Callable[[], int]) -> None:
        self._store = store
        self._now = now
        self._pointer: tuple[int, Pointer] | None = None
        self._shown: tuple[int, Entries] = (-1, ())
        # Immutable by their keys, so kept for ever; a refusal is not kept.
        self._bundle = lru_cache(BUNDLES)(self._read_bundle)
        self._set: Callable[[int], ReleaseSet] = lru_cache(SETS)(store.release_set)
        self._version = lru_cache(VERSIONS)(self._read_version)
        self._kind = lru_cache(LIVES)(self._read_kind)
        self._organisation = lru_cache(LIVES)(self._read_organisation)
        self._calendar = lru_cache(LIVES)(self._read_calendar)
        self._hours = lru_cache(DESKS)(self._read_hours)

    def pointer(self, *, strong: bool) -> Pointer:
        """Strong before any write that does not read the pointer's row itself; else at most 5 s old."""
        if not strong and self._pointer and abs(self._now() - self._pointer[0]) <= FRESH_FOR:
            return self._pointer[1]
        asked_at = self._now()  # what is read may be as old as the question, not as the answer
        if self._pointer is None:  # cold: the catalogue comes in the same read
            pointer, number, entries = self._store.front()
            self._shown = (number, entries)
            return self._remember(pointer, asked_at)
        return self._remember(self._store.pointer(), asked_at)

    @property
    def seen(self) -> Pointer | None:
        """The pointer as this container last saw it, however old: for what must not cost a read."""
        return self._pointer[1] if self._pointer else None

    def pointer_of(self, item: Mapping[str, Any] | None) -> Pointer:
        """The pointer from its row, read together with a case (key `stores.definitions.POINTER`)."""
        return self._remember(self._store.pointer_of(item), self._now())

    def entries(self, pointer: Pointer | None = None) -> Entries:
        """The catalogue of the set that is published, sorted by id."""
        pointer = pointer or self.pointer(strong=False)
        if self._shown[0] != pointer.set:
            self._shown = (pointer.set, self._set(pointer.set).catalogue)
        return self._shown[1]

    def entry(self, item_id: str, pointer: Pointer | None = None) -> Mapping[str, Any]:
        """An item's line: `release` is the hash that a new case runs on, `version` the set it came with."""
        found = next((entry for entry in self.entries(pointer) if entry["id"] == item_id), None)
        if found is None:
            raise not_found(Text("事项", "item"), item_id)
        return found

    def bundle(self, release: str) -> Bundle:
        """What a case that began under `release` runs on, for ever."""
        return self._bundle(release)

    def bundle_at(self, pointer: Pointer, item_id: str, release: str | None = None) -> Bundle:
        """What a new case of an item runs on: today's release, or the older one that a draft began under.

        A draft that was begun before a new version was published is still submitted as what it is (lesson 26).
        """
        today = str(self.entry(item_id, pointer)["release"])
        bundle = self._bundle(release or today)
        if bundle.item["id"] != item_id:
            said = Text("该版本不属于此事项", "this release is of another item")
            raise Problem("invalid", "release-of-another-item", said)
        return bundle

    def expected(self, item_id: str, release: str | None = None) -> Bundle:
        """`bundle_at` the last pointer seen, however old: a guess that saves a read.

        For who reads the true pointer next, together with what this bundle says is needed, and looks again.
        """
        if self._pointer is not None:
            with contextlib.suppress(Problem):  # published since, maybe
                return self.bundle_at(self._pointer[1], item_id, release)
        return self.bundle_at(self.pointer(strong=True), item_id, release)

    def bundle_of(self, item_id: str, release: str | None = None) -> Bundle:
        """`bundle_at` the pointer in memory. Cold, two reads: the front, the bundle."""
        return self.bundle_at(self.pointer(strong=False), item_id, release)

    def live(self, pointer: Pointer, kind: str, identity: str) -> Definition:
        """The published version of any definition; of access, calendars and organisations without a set."""
        key = f"{kind}/{identity}"
        hash_ = self._hashes(kind, pointer).get(key)
        if hash_ is None:
            raise not_found(Text("定义", "definition"), key)
        return self._version(key, hash_)

    def version(self, kind: str, identity: str, hash_: str) -> Definition:
        """A version that was published once, by its content's hash."""
        return self._version(f"{kind}/{identity}", hash_)

    def definitions(self, pointer: Pointer, kind: str) -> list[Definition]:
        """Every published definition of a kind, by id."""
        hashes = self._hashes(kind, pointer)
        return self._kind(tuple(sorted(one for one in hashes.items() if one[0].startswith(f"{kind}/"))))

    def release_set(self, number: int) -> ReleaseSet:
        """One set, for ever the same."""
        return self._set(number)

    def organisation(self, pointer: Pointer) -> Organisation:
        """The district's graph (the gate lets no second one in)."""
        return self._organisation(_of_kind("organisations", pointer.live))

    def organisation_of(self, number: int) -> Organisation:
        """The district's graph as it was published with a set: what a document of that day says of its office."""
        return self._organisation(_of_kind("organisations", self._set(number).live()))

    def hours(self, pointer: Pointer, node: str, zone: tzinfo) -> OfficeHours:
        """When an office is open."""
        return self._hours(_of_kind("organisations", pointer.live), node, zone)

    def calendar(self, pointer: Pointer) -> Calendar:
        """Working days by every notice that is published."""
        return self._calendar(_of_kind("calendars", pointer.live))

    def published_items(
        self,
        q: str | None = None,
        audience: str | None = None,
        domain: str | None = None,
        day: str | None = None,
    ) -> list[Mapping[str, Any]]:
        """Entries that fit, titles that match first, then by id. With `day` (ISO) retired items are left out."""
        words = (q or "").casefold().split()
        ranked = [
            (rank, str(entry["id"]), entry)
            for entry in self.entries()
            if _is_for(entry, audience, domain, day) and (rank := _rank(entry, words)) is not None
        ]
        return [entry for _, _, entry in sorted(ranked, key=lambda one: one[:2])]

    def _remember(self, pointer: Pointer, at: int) -> Pointer:
        self._pointer = (at, pointer)
        return pointer

    def _hashes(self, kind: str, pointer: Pointer) -> Mapping[str, str]:
        return pointer.live if kind in ON_POINTER else self._set(pointer.set).definitions

    def _read_kind(self, versions: Versions) -> list[Definition]:
        found = self._store.versions(dict(versions)) if versions else {}
        return [found[key] for key, _ in versions]

    def _read_organisation(self, versions: Versions) -> Organisation:
        from chalicelib.domain.organisations import Organisation

        if not versions:
            raise not_found(Text("组织图", "organisation"), "organisations")
        return Organisation(self._version(*versions[0]))

    def _read_hours(self, versions: Versions, node: str, zone: tzinfo) -> OfficeHours:
        from chalicelib.domain.office_hours import OfficeHours

        return OfficeHours(self._organisation(versions).node(node).get("office_hours"), zone)

    def _read_calendar(self, versions: Versions) -> Calendar:
        from chalicelib.domain.calendar import Calendar

        return Calendar(self._store.versions(dict(versions)).values())

    def _read_bundle(self, release: str) -> Bundle:
        return resolve(*self._store.release(release))

    def _read_version(self, key: str, hash_: str) -> Definition:
        return self._store.versions({key: hash_})[key]


def _of_kind(kind: str, live: Mapping[str, str]) -> Versions:
    return tuple(sorted(one for one in live.items() if one[0].startswith(f"{kind}/")))


def _is_for(entry: Mapping[str, Any], audience: str | None, domain: str | None, day: str | None) -> bool:
    return (
        (audience is None or audience in entry["audience"])
        and (domain is None or domain == entry["domain"])
        and (day is None or day < str(entry.get("retired_at", "9999")))
    )


def _rank(entry: Mapping[str, Any], words: Sequence[str]) -> int | None:
    """0 when the title has every word, 1 when the words stand anywhere, None when one is missing."""
    title = _words(entry["title"])
    if all(word in title for word in words):
        return 0
    rest = " ".join([title, str(entry["id"]), _words(entry.get("description")), _words(entry.get("topics"))])
    return 1 if all(word in rest for word in words) else None


def _words(value: Any) -> str:
    """All text in a value, folded, in every language."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return " ".join(_words(member) for member in value)
    return str(value or "").casefold()
