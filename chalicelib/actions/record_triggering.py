"""Does what triggers ask for after a change of a record: the relay hands on what one may wait for, a worker acts.

A change is told by the stream of records alone: unlike an event it has no sweeper behind it. What the stream could
not hand on stands, after its tries, on the queue of the relay's failures, with an alarm.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.actions import conditioning, effecting, proposing, triggering
from chalicelib.actions.office import Kit
from chalicelib.actions.settling import each
from chalicelib.domain import record_changes, triggers
from chalicelib.domain.change import Body
from chalicelib.domain.definitions import Definition
from chalicelib.domain.events import Prompt
from chalicelib.domain.record_changes import Change

if TYPE_CHECKING:
    from chalicelib.actions.releasing import Press

WORK = "record"


class Told(NamedTuple):
    """What the row of a record says in the clear: which revision it is, and the event of the case that wrote it, or
    what the trigger followed from that did."""

    register: str
    record_id: str
    revision: int
    case_id: str | None = None
    seq: int | None = None
    root: str | None = None
    depth: int = 0


def hand_on(kit: Kit, later: Callable[[Sequence[str]], None] | None, told: Iterable[Told]) -> int:
    """Put the changes for which a trigger waits on the queue of work, a message each; how many."""
    changes = list(dict.fromkeys(told))
    if later is None or not changes:
        return 0
    pointer = kit.catalogue.pointer(strong=True)
    published = kit.catalogue.definitions(pointer, triggers.KIND)
    waited = {record_changes.declared(one).get("register") for one in published}
    concerned = [one for one in changes if one.register in waited]
    if concerned:
        later([json.dumps({"work": WORK, **one._asdict()}) for one in concerned])
    return len(concerned)


def respond(press: Press, message: Mapping[str, Any]) -> dict[str, int]:
    """Do what every trigger asks for after this change; counts of `opened`, `proposed`, `written`, `noticed`,
    `missed`, `again`, `undecided`, `too_deep`.

    One trigger or act that fails holds up no other: all are tried, then the message comes back.
    """
    told = Told(**{name: message[name] for name in Told._fields if name in message})
    done = Counter[str]()
    kit, _ = press.with_cases()
    change = _change(kit, told)
    if change is None:
        return {}
    # As the relay saw it: a worker's memory may be five seconds old, and nobody comes again for what it missed.
    pointer = kit.catalogue.pointer(strong=True)
    register = kit.catalogue.live(pointer, "registers", told.register)
    cause = _cause(kit, told, change)

    def answer(trigger: Definition) -> None:
        holds = conditioning.holds(kit, trigger, change, change.body, {}, change.valid_from)
        prompt = Prompt.after(cause, triggers.version_of(trigger))
        made = triggering.follow(
            trigger, holds, lambda number, act: _act(press, trigger, number, act, change, prompt)
        )
        done.update(made)

    declared = kit.catalogue.definitions(pointer, triggers.KIND)
    each([one for one in declared if record_changes.matches(one, change, register)], answer)
    return dict(done)


def _act(
    press: Press, trigger: Definition, number: int, act: Definition, change: Change, prompt: Prompt
) -> list[str]:
    kit, _ = press.with_cases()
    if prompt.depth > triggers.MAX_DEPTH:
        return ["too_deep"]
    if effecting.KINDS & act.keys():
        return [word for _, word in effecting.effect(kit, trigger, number, act, change, prompt)]
    if "propose" in act:
        return [proposing.propose(press, trigger, number, act["propose"], change)]
    case_id = triggers.case_id_of(trigger, number, change)
    done = triggering.open_case(kit, trigger, act["open"], change, case_id, prompt)
    return ["again" if done.seen is None else "opened"]


def _change(kit: Kit, told: Told) -> Change | None:
    """The revision that was told of with the one before it, whatever has become of the record since."""
    versions = {one.revision: one for one in kit.records.history(told.register, told.record_id)}
    now, before = versions.get(told.revision), versions.get(told.revision - 1)
    if now is None or (before is None and told.revision > 1):
        return None
    body = before.body if before else None
    return Change(
        told.register, told.record_id, told.revision, now.body, body, date.fromisoformat(now.valid_from)
    )


def _cause(kit: Kit, told: Told, change: Change) -> Body:
    """The event of the case that wrote the record; the change itself where a trigger or an official did."""
    if told.case_id is not None and told.seq is not None:
        events = kit.cases.events(told.case_id, told.seq - 1, 1)
        if events:
            return events[0]
    return record_changes.cause_of(change, told.root, told.depth)
