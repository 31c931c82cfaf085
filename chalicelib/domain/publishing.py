"""Decides what is published: release sets, the pointer to one, what a release changes, what a pack may."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from chalicelib.domain import canonical
from chalicelib.domain.definitions import SOURCE, Definition, Kinds, ancestors, content_hash, key_of
from chalicelib.domain.manifests import manifest, pinned_keys, release_hash
from chalicelib.domain.problems import Problem, Text

# Live kinds that every write needs: their hashes ride on the pointer, so that a write reads no set for them.
ON_POINTER = ("access", "calendars", "organisations")
SUBMISSIONS = "submissions"  # the kill switch that closes every item at once

EARLIER = 50  # releases of an item that a set remembers before the present one

_LISTED = (
    *("title", "description", "audience", "domain", "topics", "mode", "department", "nature", "channels"),
    "codes",  # no two items share one: the gate looks here
)
_DATED = ("effective_from", "retired_at")


@dataclass(frozen=True, slots=True)
class Pointer:
    """`published → set N` and all that must never be stale on a write (decisions 5, 6).

    `rev` counts the writes of the pointer itself and guards them; `last` is the highest set that ever was,
    after a rollback not `set`. `live` maps a key of the kinds in ON_POINTER to its content hash.
    """

    set: int = 0
    last: int = 0
    rev: int = 0
    at: int = 0
    by: str = ""
    live: Mapping[str, str] = field(default_factory=dict)
    hard_stops: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    kill_switches: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def access(self) -> dict[str, str]:
        """Id → content hash of every access definition: what a decision must have been made with."""
        return {key.partition("/")[2]: hash_ for key, hash_ in self.live.items() if key.startswith("access/")}


@dataclass(frozen=True, slots=True)
class ReleaseSet:
    """Set N: every definition by content hash, every item's release, and the catalogue as people search it.

    `releases` maps an item to `{"release": hash, "version": set in which it was released, "uses": [keys],
    "earlier": [hashes, newest first]}`; `references` a definition to the keys that it names (where-used, inverted).
    """

    number: int = 0
    definitions: Mapping[str, str] = field(default_factory=dict)
    releases: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    catalogue: Sequence[Mapping[str, Any]] = ()
    references: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """One hash over all that is in force under this set; a roll-back to it leads to the same one."""
        releases = {item: release["release"] for item, release in self.releases.items()}
        return canonical.digest({"definitions": dict(self.definitions), "releases": releases})

    def users(self, key: str) -> list[str]:
        """Keys of the definitions that name this one."""
        return sorted(user for user, named in self.references.items() if key in named)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"catalogue": list(self.catalogue)}

    def live(self) -> dict[str, str]:
        return {k: hash_ for k, hash_ in self.definitions.items() if k.partition("/")[0] in ON_POINTER}


@dataclass(frozen=True, slots=True)
class Plan:
    """A release that is decided and not yet written. `manifests` maps a new release's hash to its manifest."""

    set: ReleaseSet
    changed: tuple[str, ...]
    items: tuple[str, ...]
    manifests: Mapping[str, Mapping[str, str]]

    def gated(self) -> tuple[str, ...]:
        """Keys that pass the gate: what changes and every item that uses it."""
        return tuple(dict.fromkeys([*self.changed, *(f"items/{item}" for item in self.items)]))


def dependents(current: ReleaseSet, changed: Collection[str]) -> list[str]:
    """Items released with any of `changed`; a shared process brings its items along (decisions 5)."""
    keys = set(changed)
    return sorted(item for item, release in current.releases.items() if not keys.isdisjoint(release["uses"]))


def affected(current: ReleaseSet, changed: Collection[str]) -> list[str]:
    """Items that get a new release: those that change and those that use what changes."""
    own = {key.partition("/")[2] for key in changed if key.startswith("items/")}
    return sorted(own.union(dependents(current, changed)))


def plan(
    current: ReleaseSet,
    number: int,
    changes: Mapping[str, Definition],
    *,
    world: Mapping[str, Definition],
    kinds: Kinds,
    engines: Mapping[str, str],
) -> Plan:
    """Set `number` = `current` + all of `changes`. `world` has those and all that affected items use.

    Raises conflict `nothing-to-release` when every change is already what is published.
    """
    hashes = {key: content_hash(body) for key, body in changes.items()}
    changed = sorted(key for key, hash_ in hashes.items() if current.definitions.get(key) != hash_)
    if not changed:
        raise Problem(
            "conflict",
            "nothing-to-release",
            Text("没有可发布的变化", "nothing differs from what is published"),
        )
    releases, catalogue = dict(current.releases), {entry["id"]: entry for entry in current.catalogue}
    manifests: dict[str, Mapping[str, str]] = {}
    items: list[str] = []
    for item in affected(current, changed):
        key, before = f"items/{item}", releases.pop(item, {})
        catalogue.pop(item, None)
        if world[key].get("abstract"):  # a basic item: others extend it, nobody applies for it
            continue
        contents = manifest(key, world, kinds, engines)
        hash_ = release_hash(contents)
        items.append(item)
        manifests[hash_] = contents
        uses = sorted({*pinned_keys(contents), *ancestors(key, world)})
        releases[item] = {
            "release": hash_,
            "version": number,
            "uses": uses,
            "earlier": _earlier(before, hash_),
        }
        catalogue[item] = _entry(world[key], number, hash_)
    written = {key: world.get(SOURCE + key, world[key]) for key in changed}
    named = {key: sorted({one.key for one in kinds.references(body)}) for key, body in written.items()}
    new = ReleaseSet(
        number=number,
        definitions=dict(sorted((dict(current.definitions) | hashes).items())),
        releases=releases,
        catalogue=[catalogue[item] for item in sorted(catalogue)],
        references={**current.references, **named},
    )
    return Plan(new, tuple(changed), tuple(items), manifests)


def _earlier(before: Mapping[str, Any], now: str) -> list[str]:
    """Releases under which cases of the item may still run, newest first."""
    known = [before["release"], *before.get("earlier", ())] if before else []
    return [hash_ for hash_ in dict.fromkeys(known) if hash_ != now][:EARLIER]


def _entry(item: Definition, version: int, release: str) -> dict[str, Any]:
    """What a list of items shows of one: small, because the whole catalogue is one stored item."""
    shown = {name: item[name] for name in (*_LISTED, *_DATED) if name in item}
    return {"id": item["id"], **shown, "version": version, "release": release}


def point(pointer: Pointer, to: ReleaseSet, by: str, at: int) -> Pointer:
    """The pointer after a release (a new set) or a rollback (an older one). Hard stops stay as they are."""
    return replace(
        pointer, set=to.number, last=max(pointer.last, to.number), rev=pointer.rev + 1,
        at=at, by=by, live=to.live(),
    )  # fmt: skip


def forbid_own_release(releaser: str, authors: Collection[str]) -> None:
    """Four eyes: whoever wrote any part of a draft does not release it."""
    if releaser in authors:
        raise Problem(
            "forbidden",
            "author-is-releaser",
            Text("起草人不能发布自己起草的内容", "whoever wrote a draft cannot release it"),
        )


def forbid_nobodys(editors: Collection[str]) -> None:
    """What a trigger proposed is taken up by a person, who saves it, before another one may release it."""
    if all(editor.startswith("trigger:") for editor in editors):
        raise Problem(
            "forbidden",
            "proposal-not-taken-up",
            Text(
                "系统提出的草稿须先由一人采纳（保存），再由另一人发布",
                "a proposal is taken up by one person, released by another",
            ),
        )


def closed_because(item: Definition, pointer: Pointer, day: str) -> Problem | None:
    """Why an item takes no new case on `day` (ISO), or None. Running cases are never touched by it."""
    return opens_no_case(item) or stopped_because(item, pointer, day)


def opens_no_case(item: Definition) -> Problem | None:
    """What is said to an application for an item that answers or guides; None where it takes cases."""
    if item.get("mode", "case") == "case":
        return None
    said = Text("该事项不受理申请", "this item opens no cases")
    return Problem("conflict", "item-opens-no-case", said, extra={"mode": item["mode"]})


def stopped_because(item: Definition, pointer: Pointer, day: str) -> Problem | None:
    """Why an item is not in use on `day` (ISO), whatever it does; None when it is."""
    stop = pointer.hard_stops.get(str(item["id"])) or pointer.kill_switches.get(SUBMISSIONS)
    declared_stop = item.get("hard_stop")
    if stop is None and declared_stop is not None and str(declared_stop["at"])[:10] <= day:
        stop = declared_stop
    if stop is not None:
        said = Text("该事项已暂停受理新申请", "this item takes no new applications at present")
        return Problem(
            "conflict", "item-stopped", said, extra={"reason": stop.get("reason"), "since": stop["at"]}
        )
    if day < str(item.get("effective_from", "")):
        from_day = item["effective_from"]
        said = Text(f"该事项自 {from_day} 起受理", f"this item takes applications from {from_day}")
        return Problem("conflict", "item-not-yet-effective", said)
    if "retired_at" in item and day >= str(item["retired_at"]):
        said = Text("该事项已停止办理", "this item has been retired")
        return Problem("conflict", "item-retired", said)
    return None


def is_open_for_submissions(item: Definition, pointer: Pointer, day: str) -> bool:
    return closed_because(item, pointer, day) is None


@dataclass(frozen=True, slots=True)
class Pack:
    """What the code ships: definitions by key, and one hash over them all."""

    definitions: Mapping[str, Definition]
    hash: str

    @property
    def author(self) -> str:
        return f"pack@{self.hash[:12]}"

    def hashes(self) -> dict[str, str]:
        return {key: content_hash(body) for key, body in self.definitions.items()}


def pack_of(definitions: Sequence[Definition]) -> Pack:
    by_key = {key_of(one): one for one in definitions}
    hashes = {key: content_hash(one) for key, one in sorted(by_key.items())}
    return Pack(by_key, release_hash(hashes))


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What a pack may do by itself, and what it must leave to people."""

    release: tuple[str, ...]
    offer: tuple[str, ...]


def upgrade(pack: Mapping[str, str], previous: Mapping[str, str], current: Mapping[str, str]) -> Upgrade:
    """Compare three maps of key → hash: the new pack, the pack loaded before, and what is published.

    Released only where what is published is still the previous pack's, or was never there; where an official
    changed it and the pack changed as well, the pack's version is offered as a draft (decisions 26).
    """
    release: list[str] = []
    offer: list[str] = []
    for key, new in sorted(pack.items()):
        before, now = previous.get(key), current.get(key)
        if new in (before, now):
            continue  # the pack brings nothing new, or what it brings is there already
        (release if now == before else offer).append(key)
    return Upgrade(tuple(release), tuple(offer))
