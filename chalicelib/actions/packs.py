"""Does the loading of the shipped pack, at first start and at every upgrade, and undoes nobody's work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from chalicelib.actions.definition_ports import Draft, Publication
from chalicelib.actions.office import Kit
from chalicelib.actions.releasing import Press, act, prepare, publish, released, store_parts
from chalicelib.actions.reviewed import looked_up
from chalicelib.actions.settling import settle
from chalicelib.domain import ids
from chalicelib.domain.change import RecordWrite
from chalicelib.domain.definitions import Definition
from chalicelib.domain.expansion import expand
from chalicelib.domain.problems import Finding, Problem, Text
from chalicelib.domain.publishing import Pack, Pointer, ReleaseSet, point, upgrade

RELEASER = "system:pack"


@dataclass(frozen=True, slots=True)
class Seeded:
    """What loading a pack did: the set it made (None: none), what it released, what it left to people."""

    set: int | None
    released: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


def seed(press: Press, pack: Pack) -> Seeded:
    """Load the pack; once it is loaded, one read and nothing else (decisions 26).

    Raises invalid `pack-refused` when the gate refuses the very first load. On an upgrade a refusal leaves
    all of it as drafts, because it is the officials' changes that it does not go together with.
    """
    loaded, done = press.store.pack(), Seeded(None)
    if loaded is not None and loaded["hash"] == pack.hash:
        return done

    def decide(pointer: Pointer) -> Publication:
        nonlocal done
        marker = press.store.pack()  # again: another container may have loaded this pack just now
        publication, done = _decide(press, pack, pointer, marker["definitions"] if marker else {})
        return publication

    publish(press, decide)
    return done


def seed_records(kit: Kit, pack: Pack, at: int) -> int:
    """Write the records that registers of the pack bring along, where there are none yet; how many were written.

    They come before the definitions, because the gate asks the register of powers. A write whose answer was lost, or
    that another container was faster with, is looked for and tried again.
    """
    today, written = datetime.fromtimestamp(at / 1000, kit.zone).date().isoformat(), 0
    for register in (one for one in pack.definitions.values() if one["kind"] == "registers"):
        for body in register.get("records", ()):
            record_id = str(body[str(register["key"]["field"]).strip("/")])
            record = RecordWrite(str(register["id"]), record_id, 0, body, today)
            written += settle(kit, partial(_written, kit, record, pack.author, at))
    return written


def _written(kit: Kit, record: RecordWrite, author: str, at: int) -> bool:
    if kit.records.read(record.register, record.record_id) is not None:
        return False
    kit.records.write(record, author, at)
    return True


def _decide(
    press: Press, pack: Pack, pointer: Pointer, previous: Mapping[str, str]
) -> tuple[Publication, Seeded]:
    current, hashes = press.store.release_set(pointer.set), pack.hashes()
    wanted = upgrade(hashes, previous, current.definitions)
    changes = {key: pack.definitions[key] for key in wanted.release}
    unreviewed = _unreviewed(press, current, changes)
    changes = {key: body for key, body in changes.items() if key not in unreviewed}
    prepared = prepare(press, current, pointer.last + 1, changes) if changes else None
    findings = prepared.refusals if prepared else ()
    if findings and pointer.set == 0:
        text = Text("随代码发布的定义未通过发布检查", "the shipped definitions do not pass the gate")
        raise Problem("invalid", "pack-refused", text, findings=findings)
    blocked = wanted.release if findings else unreviewed
    offered = (*wanted.offer, *blocked)
    _offer(press, pack, offered, current.definitions)
    # What was blocked counts as not loaded, so that the next pack releases it by itself when it passes.
    kept = {key: previous.get(key) if key in blocked else hash_ for key, hash_ in hashes.items()}
    marker = {"hash": pack.hash, "definitions": {key: hash_ for key, hash_ in kept.items() if hash_}}
    at = press.now()
    said = act(
        press, RELEASER, "pack_loaded", at, from_set=pointer.set,
        pack=pack.hash, author=pack.author, offered=list(offered),
    )  # fmt: skip
    if prepared is None or findings:
        moved = replace(pointer, rev=pointer.rev + 1)
        publication = Publication(pointer.rev, moved, {**said, "set": pointer.set}, pack=marker)
        return publication, Seeded(None, (), offered, findings)
    store_parts(press, prepared, changes)
    new, changed = prepared.plan.set, prepared.plan.changed
    said |= {"set": new.number, "state": new.state, "changes": list(changed), "items": released(prepared)}
    moved = point(pointer, new, RELEASER, at)
    publication = Publication(pointer.rev, moved, said, shown=new, new=True, pack=marker)
    return publication, Seeded(new.number, changed, offered)


def _unreviewed(press: Press, current: ReleaseSet, changes: Mapping[str, Definition]) -> tuple[str, ...]:
    """What a check wants reviewed before it is released: people see to that, whoever wrote the draft."""
    found = looked_up(press, current, changes, expand(changes).world).missing
    return tuple(dict.fromkeys(str(one.params["definition"]) for one in found))


def _offer(press: Press, pack: Pack, keys: Sequence[str], published: Mapping[str, str]) -> None:
    """A draft for each, by the pack, on what is published: people see the difference and decide."""
    for key in keys:
        kind, _, identity = key.partition("/")
        draft = Draft(
            draft_id=ids.derived("drf", pack.hash, key),
            kind=kind,
            id=identity,
            author=pack.author,
            editors=(pack.author,),
            base_hash=published.get(key),
            body=pack.definitions[key],
            at=press.now(),
            note=f"{pack.author}: {key}",
        )
        press.store.put_draft(draft, 0)
