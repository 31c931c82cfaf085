"""Does campaigns: what a trigger declares for every calendar period is done once for each record that its query finds.

The minute's look begins the run of a period that is due, under an id that follows from trigger and period; a
coordinator lists the register's ids in chunks, as many a message as fit well into a function's time, and the next look
lets it go on at its cursor; workers go through chunks. A run is a resource. What is delivered twice, begun by two
schedules or cut off half way does nothing twice: every act's id follows from the record and the period.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from chalicelib.actions import conditioning, effecting, rehearsing, tallying, triggering
from chalicelib.actions.ports import Listed
from chalicelib.actions.settling import PASSES, each
from chalicelib.actions.tallying import Tally
from chalicelib.domain import campaigns, canonical, periods, triggers
from chalicelib.domain.campaigns import Row
from chalicelib.domain.definitions import Definition
from chalicelib.domain.events import Prompt
from chalicelib.domain.periods import Period
from chalicelib.domain.problems import Problem

if TYPE_CHECKING:
    from chalicelib.actions.office import Kit, Office
    from chalicelib.actions.releasing import Press

KIND = "campaign"
CHUNK = 100  # records a message: seconds of work
LISTED = 20_000  # ids that one message lists: seconds as well, and the cursor is kept
STALLED = (
    15 * 60_000
)  # ms after which what was handed over is taken for lost; a message stays hidden for twelve
DRY, RUN = "dry", "run"

Asked = Mapping[str, Any]


def look(press: Press) -> int:
    """Begin what is due and go on with what was left lying; how many runs were touched.

    One campaign that fails holds up no other.
    """
    if press.kit is None or press.work is None:
        return 0
    office, touched = press.kit.office(), list[bool]()
    declared = press.kit.catalogue.definitions(office.pointer, triggers.KIND)
    each(filter(campaigns.is_one, declared), lambda one: touched.extend(_take_up(press, office, one)))
    return sum(touched)


def begin(
    press: Press, trigger: Definition, period: Period, due: int, *, identity: str, mode: str, by: str | None = None
) -> bool:  # fmt: skip
    """Write the run down and have its records listed; False where it was begun before.

    The run keeps the trigger as it was: what is released meanwhile is for the next period.
    """
    _, work = press.with_cases()
    at = press.now()
    asked = {
        "campaign_id": identity, "trigger": trigger["id"], "definition": dict(trigger), "mode": mode,
        "period": period.id, "unit": period.unit, "first": period.first.isoformat(), "due": due, "at": at, "by": by,
        "listed": [], "after": None, "complete": False, "waiting": False, "handed_at": at,
        "done_at": None, "result": None,
    }  # fmt: skip
    if not work.keep(KIND, identity, asked, 0):
        return False
    _hand_over(press, [{"id": identity}])
    return True


def work_part(press: Press, message: Mapping[str, Any]) -> dict[str, int]:
    """What a worker does with one message: look for what is due, list records, go through one chunk; counts."""
    if "id" not in message:
        return {"runs": look(press)}
    identity = str(message["id"])
    if "chunk" in message:
        return _go_through(press, identity, int(message["chunk"]))
    return {"chunks": _list(press, identity)}


def kept(press: Press, identity: str) -> tuple[dict[str, Any], int] | None:
    return press.work.kept(KIND, identity) if press.work else None


def result_of(press: Press, asked: Asked) -> dict[str, Any]:
    """What came of a run so far (`tallying.total`), and how many of its chunks are done."""
    if asked["result"] is not None:
        return dict(asked["result"])
    parts = _done(press, asked)
    chunks = sum(count for _, count in asked["listed"])
    return {"chunks": chunks, "chunks_done": len(parts), **tallying.total(parts)}


def is_done(asked: Asked, result: Mapping[str, Any]) -> bool:
    return bool(asked["complete"]) and result["chunks_done"] == result["chunks"]


def _take_up(press: Press, office: Office, trigger: Definition) -> Iterator[bool]:
    """The period that is due; and the one before it, where its run was begun and something of it is left over."""
    kit, _ = press.with_cases()
    calendar = kit.catalogue.calendar(office.pointer)
    due = campaigns.due(trigger, office.at, calendar, kit.zone)
    if due is None:
        return
    if left_over := kept(press, campaigns.run_id(trigger, periods.before(due[0]))):
        yield go_on(press, *left_over)
    identity = campaigns.run_id(trigger, due[0])
    found = kept(press, identity)
    yield go_on(press, *found) if found else begin(press, trigger, *due, identity=identity, mode=RUN)


def go_on(press: Press, asked: Asked, revision: int) -> bool:
    """Let a run go on that is waiting at its cursor, lost a message, or is done and was not closed yet.

    The minute's look does it for runs, whoever looks at it for a trial.
    """
    if asked["done_at"] is not None:
        return False
    (_, work), identity, now = press.with_cases(), str(asked["campaign_id"]), press.now()
    lost = now - int(asked["handed_at"]) > STALLED
    if not asked["complete"]:
        # A cursor without a message under way is one that was set down; else the message may still be on its way.
        if not lost and not asked["waiting"]:
            return False
        ahead: list[dict[str, Any]] = [{"id": identity}]
    else:
        result = result_of(press, asked)
        if is_done(asked, result):
            return work.keep(KIND, identity, {**asked, "done_at": now, "result": result}, revision)
        if not lost:
            return False
        known = {int(part["chunk"]) for part in _done(press, asked)}
        ahead = [{"id": identity, "chunk": one} for one in range(result["chunks"]) if one not in known]
    if not work.keep(KIND, identity, {**asked, "handed_at": now, "waiting": False}, revision):
        return False
    _hand_over(press, ahead)
    return True


def _list(press: Press, identity: str) -> int:
    """List ids from the cursor on, under a name of this very attempt: what died half way nobody reads."""
    kit, work = press.with_cases()
    asked, revision = _kept(press, identity)
    if asked["complete"]:
        return 0
    register, listing = str(asked["definition"]["for_each"]["query"]["register"]), press.entropy(8).hex()
    before, number, after = sum(count for _, count in asked["listed"]), 0, asked["after"]
    for page in _pages(kit, register, after):
        after = page.after
        if page.rows:
            part = f"rows#{listing}#{number:06d}"
            work.fill(KIND, identity, part, {"records": [row.case_id for row in page.rows]})
            number += 1
    listed = [*asked["listed"], *([[listing, number]] if number else [])]
    told = {
        **asked,
        "listed": listed,
        "after": after,
        "complete": after is None,
        "waiting": after is not None,
    }
    if not work.keep(KIND, identity, {**told, "handed_at": press.now()}, revision):
        return 0  # another delivery of this message was faster: its list counts
    _hand_over(press, [{"id": identity, "chunk": before + chunk} for chunk in range(number)])
    return number


def _pages(kit: Kit, register: str, after: str | None) -> Iterator[Listed]:
    """Pages of the register from a cursor on, as many as one message lists."""
    seen = 0
    while seen < LISTED:
        page = kit.records.list(register, after, CHUNK)
        yield page
        seen, after = seen + len(page.rows), page.after
        if after is None:
            return


def _go_through(press: Press, identity: str, chunk: int) -> dict[str, int]:
    """Every record of one chunk; one that fails holds up no other. What may pass by itself brings the message back."""
    (kit, work), part = press.with_cases(), f"done#{chunk:06d}"
    if work.parts(KIND, identity, part):
        return {}
    asked, _ = _kept(press, identity)
    apart = asked["mode"] == RUN or campaigns.tells_rows_apart(asked["definition"])
    tally, kit = Tally(apart), rehearsing.kit_of(kit) if asked["mode"] == DRY else kit
    each(_records(press, asked, chunk), lambda record_id: _go_over(kit, asked, record_id, tally))
    work.fill(KIND, identity, part, {"chunk": chunk, **tally.as_json()})
    return dict(tally.found)


def _go_over(kit: Kit, asked: Asked, record_id: str, tally: Tally) -> None:
    trigger: Definition = asked["definition"]
    row = _row(kit, asked, record_id)
    if row is None:  # it has gone since it was listed
        return
    tally.found["seen"] += 1
    if not campaigns.is_meant(trigger, row):
        return
    with _refusals(tally, record_id):  # its rule may have gone with a release in the middle of the run
        holds = conditioning.holds(kit, trigger, row, row.body, {}, row.due_on)
        tally.found["undecided"] += holds is None
        tally.found["meant"] += holds is True
        for number, act in enumerate(trigger["do"] if holds else ()):
            with _refusals(tally, record_id):
                for identity, word in _acts(kit, asked, number, act, row):
                    tally.count(word, record_id, identity)


@contextmanager
def _refusals(tally: Tally, record_id: str) -> Iterator[None]:
    """A refusal is counted; what passes by itself is none and brings the message back."""
    try:
        yield
    except Problem as problem:
        if problem.kind in PASSES:
            raise
        tally.refuse(record_id, problem)


def _acts(kit: Kit, asked: Asked, number: int, act: Definition, row: Row) -> Iterator[tuple[str, str]]:
    """(id, what became of it) of everything that an act asks for: done by this run for this record, now or before its
    worker died; `again`: by another one."""
    trigger, run = asked["definition"], str(asked["campaign_id"])
    prompt = campaigns.prompt_of(trigger, run)

    def asker(identity: str) -> str:
        return canonical.digest([run, row.record_id, identity])

    if effecting.KINDS & act.keys():
        yield from effecting.effect(kit, trigger, number, act, row, prompt, asker)
    else:
        identity = triggers.case_id_of(trigger, number, row)
        yield identity, _open(kit, trigger, act["open"], row, identity, prompt, asker(identity))


def _open(
    kit: Kit, trigger: Definition, declared: Definition, row: Row, case_id: str, prompt: Prompt, key: str
) -> str:  # fmt: skip
    done = triggering.open_case(kit, trigger, declared, row, case_id, prompt, key=key)
    if done.seen is not None:
        return "opened"
    first = next(iter(kit.cases.events(case_id, 0, 1)), {})
    return "opened" if first.get("key") == canonical.digest(key)[:16] else "again"


def _row(kit: Kit, asked: Asked, record_id: str) -> Row | None:
    register = str(asked["definition"]["for_each"]["query"]["register"])
    record = kit.records.read(register, record_id)
    if record is None:
        return None
    period = periods.holding(str(asked["unit"]), date.fromisoformat(asked["first"]))
    due_on = datetime.fromtimestamp(int(asked["due"]) / 1000, kit.zone).date()
    return Row(register, record_id, record.body, period, due_on)


def _records(press: Press, asked: Asked, chunk: int) -> list[str]:
    """The ids of one chunk, by its number over all lists of the run."""
    for listing, count in asked["listed"]:
        if chunk < count:
            (found,) = press.with_cases()[1].parts(
                KIND, str(asked["campaign_id"]), f"rows#{listing}#{chunk:06d}"
            )
            return list(found["records"])
        chunk -= count
    raise ValueError("no such chunk")


def _done(press: Press, asked: Asked) -> Sequence[Mapping[str, Any]]:
    return press.with_cases()[1].parts(KIND, str(asked["campaign_id"]), "done#")


def _kept(press: Press, identity: str) -> tuple[dict[str, Any], int]:
    found = kept(press, identity)
    if found is None:
        raise ValueError("no such campaign")  # nobody but ourselves sends these messages
    return found


def _hand_over(press: Press, messages: Sequence[Mapping[str, Any]]) -> None:
    from chalicelib.actions.working import hand_over

    hand_over(press, [json.dumps({"work": KIND, **message}) for message in messages])
