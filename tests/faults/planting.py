"""Plants one fault at a seeded place of the clean pack and asks the real release what it finds.

A kind of fault is a function that spoils one definition in place and returns the pointer at which the gate must
find it (or `(key, pointer)` where another definition bears it), or None when this definition cannot have the
fault. It must know nothing of particular items, so that it keeps working as the pack grows.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from random import Random  # noqa: TID251 - seeded: the same faults every time
from typing import Any

from chalicelib.actions.releasing import Prepared, Press, prepare
from chalicelib.domain.definitions import SOURCE
from chalicelib.domain.expansion import expand
from chalicelib.domain.gate import Context, gate
from chalicelib.domain.problems import Finding
from chalicelib.stores.schema_files import load_pack
from infra.gate import SCHEMAS, press_of
from tests.shipped import judged as judged_pack

Body = dict[str, Any]
Place = str | tuple[str, str] | None
Spoil = Callable[[Body, "Clean", Random], Place]


@dataclass(frozen=True)
class Clean:
    """The pack, each definition put together from its parts, and the release of it."""

    pack: Mapping[str, Body]
    press: Press
    released: Prepared

    def of(self, kind: str) -> list[Body]:
        return [body for key, body in sorted(self.pack.items()) if key.startswith(f"{kind}/")]

    def users(self, key: str) -> list[Body]:
        """Items that a release of `key` takes along."""
        releases = self.released.plan.set.releases
        return [self.pack[f"items/{item}"] for item in sorted(releases) if key in releases[item]["uses"]]


PARTS = ("includes", "extends", "overrides")  # a fault is planted into the whole, as an editor could write it


@cache
def clean() -> Clean:
    pack = load_pack(SCHEMAS)
    press = press_of(SCHEMAS, pack)
    whole = {
        key: {name: member for name, member in body.items() if name not in PARTS}
        for key, body in expand(pack.definitions).world.items()
        if not key.startswith(SOURCE) and not body.get("abstract")
    }
    bodies = json.loads(json.dumps(whole))
    return Clean(bodies, replace(press, store=Stored(pack.definitions)), judged_pack())


class Stored:
    """The store of a district in which the clean pack is published."""

    def __init__(self, bodies: Mapping[str, Any]) -> None:
        self.bodies = bodies

    def versions(self, hashes: Mapping[str, str]) -> Mapping[str, Body]:
        return {key: self.bodies[key] for key in hashes}


@dataclass(frozen=True)
class Kind:
    """One kind of fault: in which kind of definition, and the codes of which one must be found.

    With `whole` the entire pack is judged anew: what the change of a live definition does to those that use it.
    """

    name: str
    of: str
    codes: tuple[str, ...]
    spoil: Spoil
    whole: bool = False
    every_mode: bool = False  # of items: also one that opens no cases can have it


@dataclass(frozen=True)
class Planted:
    kind: Kind
    change: Body
    bears: str  # the key of the definition that the finding must be about
    pointer: str

    def __str__(self) -> str:
        return f"{self.kind.name} in {self.change['kind']}/{self.change['id']} → {self.bears}{self.pointer}"


KINDS: dict[str, Kind] = {}


def fault(of: str, *codes: str, whole: bool = False, every_mode: bool = False) -> Callable[[Spoil], Spoil]:
    """Enter a kind of fault into the catalogue; its name is the function's."""

    def enter(spoil: Spoil) -> Spoil:
        name = spoil.__name__.replace("_", " ")
        assert name not in KINDS, name
        KINDS[name] = Kind(name, of, codes, spoil, whole, every_mode)
        return spoil

    return enter


def plant(kind: Kind, seed: int) -> Planted | None:
    """The fault at a place that the seed chooses; None when nothing in the pack can have it."""
    rng = Random(f"{kind.name}:{seed}")
    bodies = clean().of(kind.of) if kind.of != "*" else list(clean().pack.values())
    rng.shuffle(bodies)
    for body in bodies:
        if kind.of == "items" and body["mode"] != "case" and not kind.every_mode:
            continue
        change = copy.deepcopy(body)
        place = kind.spoil(change, clean(), rng)
        if place is not None:
            own = f"{body['kind']}/{body['id']}"
            bears, pointer = place if isinstance(place, tuple) else (own, place)
            return Planted(kind, change, bears, pointer)
    return None


def judged(planted: Planted) -> list[Finding]:
    """What a release of the spoilt definition is refused for."""
    key = f"{planted.change['kind']}/{planted.change['id']}"
    if not planted.kind.whole:
        return judged_as(planted.change)
    world = {**clean().released.world, key: planted.change}
    catalogue = clean().released.plan.set.catalogue
    departments = {entry["id"]: entry["department"] for entry in catalogue}
    context = Context(clean().press.kinds, world, clean().pack.keys(), departments, clean().press.powers)
    return gate(dict.fromkeys([key, planted.bears]), context)


def judged_as(change: Body, **more: Any) -> list[Finding]:
    """What a release of this one definition is refused for; `more` are further members of the press."""
    key = f"{change['kind']}/{change['id']}"
    press = replace(clean().press, **more)
    return list(prepare(press, clean().released.plan.set, 2, {key: change}).findings)


def is_found(planted: Planted, findings: list[Finding]) -> bool:
    """Whether one of them is about the right definition and place, under the right code, said in both languages."""
    return any(
        one.params["definition"] == planted.bears
        and (one.pointer == planted.pointer or one.pointer.startswith(f"{planted.pointer.rstrip('/')}/"))
        and one.code in planted.kind.codes
        and one.message.zh
        and one.message.en
        and any("\u4e00" <= letter <= "\u9fff" for letter in one.message.zh)
        for one in findings
    )


@dataclass(frozen=True)
class Tally:
    planted: Counter[str]
    missed: Counter[str]
    examples: list[str]

    def table(self) -> str:
        rows = [
            f"{self.planted[name]:4} {self.missed[name]:6}  {KINDS[name].of:13} {name}"
            for name in sorted(self.planted)
        ]
        total = sum(self.planted.values())
        head = f"{total} faults of {len(rows)} kinds, {total - sum(self.missed.values())} found\n"
        return head + "planted missed in            kind\n" + "\n".join(rows)


def sow(count: int, seed: int) -> Tally:
    """Plant `count` faults, every kind in turn, at seeded places; tell which were missed."""
    tally = Tally(Counter(), Counter(), [])
    for planted in _stream(count, seed):
        findings = judged(planted)
        tally.planted[planted.kind.name] += 1
        if not is_found(planted, findings):
            tally.missed[planted.kind.name] += 1
            tally.examples.append(f"{planted}: {[(one.pointer, one.code) for one in findings][:6]}")
    return tally


def _stream(count: int, seed: int) -> Iterator[Planted]:
    names, turn = list(KINDS), 0
    Random(seed).shuffle(names)
    while count and turn < 100:
        for name in names:
            planted = plant(KINDS[name], seed + turn)
            if planted is not None and count:
                count -= 1
                yield planted
        turn += 1
