"""Does what a trigger declares beside cases, once: it writes a record under the register's own rules, it tells
somebody.

What was done is marked in the same transaction, under an id that follows from the source (`trigger_effects`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chalicelib.actions import keeping, noticing
from chalicelib.actions.office import Kit, Office
from chalicelib.actions.settling import settle
from chalicelib.domain import canonical, trigger_effects, triggers
from chalicelib.domain.change import RecordWrite
from chalicelib.domain.definitions import Definition
from chalicelib.domain.events import Prompt
from chalicelib.domain.trigger_effects import Act
from chalicelib.domain.triggers import Sayer

KINDS = frozenset({"write", "notice"})

Keys = Callable[[str], str]  # of the id of an act: who asks for it


def effect(
    kit: Kit,
    trigger: Definition,
    number: int,
    act: Definition,
    source: Sayer,
    prompt: Prompt,
    asker: Keys | None = None,
) -> Iterator[tuple[str, str]]:
    """(id, what became of it) of everything that the act asks for.

    `written`, `noticed`, `missed` (nobody was there to be told); `again` where another one had done it. With `asker`
    what the same asker did before counts as done now: a run whose worker died half way counts what it did.
    """
    own = asker is not None

    def once(identity: str) -> Act:
        return Act(identity, canonical.digest(asker(identity) if asker else identity)[:32], prompt)

    if "notice" in act:
        for identity, to in trigger_effects.told_by(trigger, number, act["notice"], source):
            yield identity, noticing.tell(kit, act["notice"], source, once(identity), to, own=own)
    else:
        one = once(trigger_effects.write_id_of(trigger, number, source))
        yield one.id, _write(kit, trigger, act["write"], source, one, own=own)


def _write(
    kit: Kit, trigger: Definition, declared: Definition, source: Sayer, act: Act, *, own: bool
) -> str:  # fmt: skip
    """Raises what the register refuses: forbidden, `changes-only-by-cases`, `record-invalid`, `record-misplaced`."""

    def attempt() -> str:
        found = kit.records.done(act.id)
        if found is not None:
            return "written" if own and found == act.key else "again"
        office = kit.office()
        record = _record(kit, office, trigger, declared, source)
        kit.records.write(record, triggers.principal_of(trigger).subject, office.at, act)
        return "written"

    return settle(kit, attempt)


def _record(
    kit: Kit, office: Office, trigger: Definition, declared: Definition, source: Sayer
) -> RecordWrite:
    register = kit.catalogue.live(office.pointer, "registers", str(declared["register"]))
    keeping.require_writer(office, triggers.principal_of(trigger), register)
    record_id = trigger_effects.record_id_of(declared, source, office.today)
    present = kit.records.read(register["id"], record_id)
    body = trigger_effects.record_of(
        declared, register, record_id, present.body if present else None, source, office.today
    )
    keeping.check_record(kit, register, record_id, body)
    revision, key = (present.revision, present.key) if present else (0, None)
    return RecordWrite(str(register["id"]), record_id, revision, body, office.today.isoformat(), key)
