"""A district full of cases, quickly and by the real parts: played a few hundred times, written down many times.

The gate's own player plays the pack's examples step by step, from several days on, and beyond them the special steps
and extensions that are offered then; every step is a real decision with its real `Change`. A case that is written
down is such a play under names of its own: case, number, applicant, ids of events and documents. The real ledger makes
its rows (chain, seals under a data key of its own from KMS, indexes, timer); only the way to the table is a quicker
one: what stands in the end, twenty-five rows a request, instead of a transaction a step.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson

from chalicelib.actions.office import Kit
from chalicelib.actions.ports import Chain
from chalicelib.domain import clock, example_steps, examples, expiry, ids, special_steps
from chalicelib.domain.cases import Case
from chalicelib.domain.change import Change, Event, Idempotency, Output, Party, Places, RecordWrite, Timer
from chalicelib.domain.clock_timers import next_timer
from chalicelib.domain.outcomes import with_empty_registers
from chalicelib.domain.problems import Problem
from chalicelib.domain.process import available_moves
from chalicelib.domain.transitions import Course
from chalicelib.domain.world import World
from chalicelib.stores.attributes import Item, encode
from chalicelib.stores.dynamo import Dynamo, Write
from chalicelib.stores.keys import Tables
from chalicelib.stores.ledger import Ledger
from chalicelib.stores.sealing import Vault
from tests.builders import uscc_of

STARTS = ("2026-03-02", "2026-03-06", "2026-03-10")  # Monday, Friday, Tuesday; at nine
NOW = "2026-03-11T08:00:00+08:00"  # Wednesday, before anybody works: until then everything has happened
CASE, NUMBER = "cas_EXAMPLE", "EX20260302-0001"  # what the gate's player calls every case
DERIVED = re.compile(rb"(?:evt|out)_[0-9A-Z]{26}")
GIVEN = {special_steps.BEGIN: {"reason": "依法需要"}, special_steps.EXTEND: {"reason": "情况复杂"}}
DAY = 86_400_000
BATCH = 25  # rows a request: DynamoDB's limit
PART = 50  # cases that one writer has in hand
WRITERS = 3


@dataclass
class Diary(example_steps.Played):
    """A play that keeps the change of every step, as it would have been committed."""

    changes: list[Change] = field(default_factory=list)

    def take(self, course: Course) -> None:
        super().take(course)
        case = course.case
        others = {one["subject"]: one["role"] for one in case.parties if one["subject"] != case.owner}
        opened = () if self.changes else tuple(Party(*one, case.opened_at) for one in others.items())
        self.changes.append(course.change(parties=opened))
        course.case = replace(case, timer=self.changes[-1].timer.after)


@dataclass(frozen=True)
class Play:
    """One way in which a case came to stand where it stands at NOW; `told`: the moves that were made."""

    case: Case
    told: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def kinds(self) -> set[str]:
        """How it is counted."""
        if self.case.outcome is not None:
            return {"finished"}
        told = {
            "paused": bool(clock.open_holds(self.case.holds, at(NOW))),
            "extended": any(one["extensions"] for one in self.case.clocks),
            "in correction": "request_correction" in self.told and "resubmit" not in self.told,
        }
        return {"open", *(name for name, true in told.items() if true)}


def at(instant: str) -> int:
    return int(datetime.fromisoformat(instant).timestamp() * 1000)


def plays(kit: Kit, items: Sequence[str], starts: Sequence[str] = STARTS) -> list[Play]:
    """Every prefix of every example of these items, from each of these days on, as it stands at NOW; each once."""
    office = replace(kit, now=lambda: at(NOW)).office()
    found: dict[bytes, Play] = {}
    for item in items:
        world = office.world(kit.catalogue.bundle_at(office.pointer, item))
        for example, start in itertools.product(world.bundle.item["examples"], starts):
            for play in _of_example(replace(world, at=at(f"{start}T09:00:00+08:00")), example):
                found.setdefault(orjson.dumps([asdict(one) for one in play.changes]), play)
    return [play for play in found.values() if _can_be_copied(play)]


def _of_example(world: World, example: Mapping[str, Any]) -> Iterator[Play]:
    """After every step the case as it stands, and beside it what each special step makes of it."""
    for steps in range(len(example["moves"]) + 1):
        diary = _played(world, example, steps)
        if diary is None:
            return
        told = [str(one["move"]) for one in example["moves"][:steps] if "move" in one]
        offered = _special(diary)
        yield _until_now(diary, told)
        for move in offered:
            again = _played(world, example, steps)
            if again is not None and _do(again, move):
                yield _until_now(again, [*told, move])


def _played(world: World, example: Mapping[str, Any], steps: int) -> Diary | None:
    """The first steps of an example; None when one is refused or lies after NOW."""
    try:
        diary = Diary(examples.begin(world, example, []).course, [], [], [])
    except Problem:
        return None
    diary.take(diary.course)
    for step in example["moves"][:steps]:
        if example_steps.make_step(diary, step) is not None or diary.course.world.at > at(NOW):
            return None
    return diary


def _special(diary: Diary) -> list[str]:
    """The special steps and extensions that are offered now."""
    case, world = diary.course.case, diary.course.world
    if case.outcome is not None:
        return []
    offered = [one.id for one in available_moves(world.process, case.configuration, case.done)]
    pointless = special_steps.pointless(world, case)
    return [one for one in offered if one.startswith(tuple(GIVEN)) and one not in pointless]


def _do(diary: Diary, move: str) -> bool:
    given = next(given for prefix, given in GIVEN.items() if move.startswith(prefix))
    by = diary.course.world.process.moves[move].by[0]
    return example_steps.make_step(diary, {"by": by, "move": move, "input": given}) is None


def _until_now(diary: Diary, told: Sequence[str]) -> Play:
    """What falls due until NOW has fired, and the timer's row stands where the sweeper would have left it."""
    now = at(NOW)
    while (
        (due := example_steps.next_due(diary)) is not None
        and due <= now
        and diary.course.case.outcome is None
    ):
        example_steps.go_to(diary, due)
        diary.take(with_empty_registers(lambda records: _passed(diary, records)))
    *before, last = diary.changes
    row = last.timer.after
    if row is not None and row <= now:
        row = next_timer(None, example_steps.next_due(diary), now)
    case = replace(diary.course.case, timer=row)
    changes = (*before, replace(last, timer=Timer(last.timer.before, row)))
    return Play(case, tuple(told), changes)


def _passed(diary: Diary, records: Mapping[tuple[str, str], Any]) -> Course:
    course = example_steps.next_course(diary, records)
    expiry.pass_time(course)
    return course


def _can_be_copied(play: Play) -> bool:
    """Whether the records that it writes, if any, are of the case's own number, and it books on no account and points
    to no other case: copies must not meet in one. Nor has it members, whose cases the platform would open meanwhile.
    """
    own = all(record.record_id == NUMBER for change in play.changes for record in change.records)
    alone = not any(change.postings or change.links or change.dues for change in play.changes)
    return own and alone and not play.case.members


class Keys:
    """The stack's KMS, of whose data keys this process forgets none: what it wrote it can read without asking again."""

    def __init__(self, kms: Any) -> None:
        self._kms, self._plain = kms, dict[bytes, bytes]()
        self.blind_secret = kms.blind_secret

    def generate(self) -> tuple[bytes, bytes]:
        plain, wrapped = self._kms.generate()
        self._plain[wrapped] = plain
        return plain, wrapped

    def unwrap(self, wrapped: bytes) -> bytes:
        return self._plain.get(wrapped) or self._kms.unwrap(wrapped)  # type: ignore[no-any-return]


class _Rows:
    """What a ledger writes, kept as it stands in the end: stands in for DynamoDB until it is put there."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str, str], Item] = {}

    def transact(self, writes: Sequence[Write]) -> None:
        for write in writes:
            if write.item is not None:
                self.items[write.table, str(write.item["pk"]), str(write.item["sk"])] = write.item
            elif write.key is not None and write.update is None:
                self.items.pop((write.table, *write.key), None)
            else:
                raise NotImplementedError(write.role)


class Copy:
    """One play as text, to be written down again and again under other names."""

    def __init__(self, play: Play) -> None:
        changes = [{**asdict(one), "head": {**one.head, "release_set": 1}} for one in play.changes]
        self._text = orjson.dumps(changes)
        self._derived = sorted(set(DERIVED.findall(self._text)))
        self._owner, self.steps = play.case.owner, len(changes)

    def under(self, case_id: str, number: int) -> list[Change]:
        kind, _, name = self._owner.partition(":")
        owner = uscc_of(number) if kind == "enterprise" else f"{name}-{number}"
        # A firm's code stands in its form as well; a person is named by the whole subject only.
        called = (name, owner) if kind == "enterprise" else (self._owner, f"{kind}:{owner}")
        names = [(CASE, case_id), (NUMBER, f"MR20260311-{number:06d}"), called]
        text = self._text
        for old in self._derived:
            prefix, _, identity = old.decode().partition("_")
            text = text.replace(old, ids.derived(prefix, case_id, identity).encode())
        for before, after in names:
            text = text.replace(before.encode(), after.encode())
        first, *later = [_change(one) for one in orjson.loads(text)]
        row = hashlib.sha256(case_id.encode()).hexdigest()
        asked = Idempotency(row, row, case_id, first.events[0].at + DAY)
        return [replace(first, idempotency=asked), *later]


def _change(of: Mapping[str, Any]) -> Change:
    """A Change from its members as JSON; one of a kind that no play makes would not be taken for another."""
    many: dict[str, Any] = {"events": Event, "outputs": Output, "parties": Party, "records": RecordWrite}
    lists = {name: tuple(kind(**one) for one in of[name]) for name, kind in many.items()}
    none = {name: () for name in ("links", "dues", "postings") if not of[name]}
    return Change(**{**of, **lists, **none, "places": Places(**of["places"]), "timer": Timer(**of["timer"])})


@dataclass
class Population:
    """The cases that were written down: id → its play."""

    cases: dict[str, Play] = field(default_factory=dict)
    rows: int = 0

    @property
    def events(self) -> int:
        return sum(play.case.seq for play in self.cases.values())


def spread(found: Sequence[Play], count: int) -> list[tuple[Play, int]]:
    """So many cases in all, as even as it goes."""
    each, more = divmod(count, len(found))
    return [(play, each + (number < more)) for number, play in enumerate(found)]


def write_down(
    dynamo: Dynamo, tables: Tables, vault: Vault, wanted: Iterable[tuple[Play, int]], start: int = 0
) -> Population:
    """So many cases of each play, numbered from `start`."""
    here, numbers = Population(), itertools.count(start)
    parts = []
    for play, count in wanted:
        copy, drawn = Copy(play), list(itertools.islice(numbers, count))
        parts += [(play, copy, drawn[first : first + PART]) for first in range(0, count, PART)]

    def write(part: tuple[Play, Copy, list[int]]) -> tuple[Play, list[str], int]:
        play, copy, drawn = part
        rows, written = _Rows(), [ids.new("cas", at(NOW), one.to_bytes(10, "big")) for one in drawn]
        ledger = Ledger(rows, tables, vault)  # type: ignore[arg-type]
        for case_id, number in zip(written, drawn, strict=True):
            chain: Chain | None = None
            for change in copy.under(case_id, number):
                chain = ledger.commit(change, chain)
        return play, written, _put(dynamo, rows.items)

    with ThreadPoolExecutor(WRITERS) as pool:
        for play, written, rows in pool.map(write, parts):
            here.cases |= dict.fromkeys(written, play)
            here.rows += rows
    return here


def _put(dynamo: Dynamo, items: Mapping[tuple[str, str, str], Item]) -> int:
    left = [(table, {"PutRequest": {"Item": encode(item)}}) for (table, _, _), item in items.items()]
    for first in range(0, len(left), BATCH):
        asked: dict[str, list[Any]] = {}
        for table, put in left[first : first + BATCH]:
            asked.setdefault(table, []).append(put)
        if dynamo.call("BatchWriteItem", RequestItems=asked).get("UnprocessedItems"):
            raise RuntimeError("the engine left something undone")
    return len(left)
