"""Decides what one commit holds: the new head of one case and everything that must become true with it.

A domain decision returns a `Change`; `stores.ledger.commit` writes it in one `TransactWriteItems` or not at
all. Bodies are plain canonical JSON. Instants are UTC milliseconds, days ISO dates, money integer fen.
Events are hash-chained where they are stored, so that the hash is over the stored bytes (decisions 13, 20).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from chalicelib.domain.problems import Problem, Text

Body = Mapping[str, Any]

MAX_ITEMS = 25  # decisions 7: what needs more fans out by event
MAX_BYTES = 400 * 1024


@dataclass(frozen=True, slots=True)
class Event:
    """An immutable fact about a case. `body` is the envelope of `domain.events`; it is never migrated."""

    id: str
    seq: int
    type: str
    at: int
    body: Body
    # Who relays need not open it to know:
    of_group: bool = False  # a parent or a member says it
    unasked: bool = False  # a trigger opened its case by it


@dataclass(frozen=True, slots=True)
class Link:
    """`source` —rel→ `target`, written at both ends in the same commit.

    With `valid_to` and no `valid_from` it is one that was written before and ends now.
    """

    source: str
    rel: str
    target: str
    role: str | None = None
    valid_from: int | None = None
    valid_to: int | None = None


@dataclass(frozen=True, slots=True)
class Lock:
    """One end of an exclusive relation, taken by `holder` (the other end) alone; `release` gives it back.

    A pledge, a successor: the commit is refused where another holds the end, or where the holder that gives it back
    does not hold it.
    """

    end: str
    rel: str
    holder: str
    release: bool = False


@dataclass(frozen=True, slots=True)
class Party:
    """A subject's own way to a case: the owner sits in an index, every other party in a small row."""

    subject: str
    role: str
    opened_at: int


@dataclass(frozen=True, slots=True)
class Due:
    """What a party owes (mechanism 7), as it stands in the head; the row by which it is found.

    `by` and `to` are subjects, None where it is the office; `deadline` (ms) is the earliest of what is still owed,
    None when nothing is: then no list has it.
    """

    id: str
    body: Body
    by: str | None = None
    to: str | None = None
    deadline: int | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """One entry on one account and the bounds its free balance must keep (mechanism 8).

    `balance` and `free` are the deltas; a hold moves `free` alone, settling moves `balance` alone, a plain
    entry moves both. `opening` is the balance of an account that has no row yet; bounds are inclusive. Balance less
    free is what is held: no posting gives back or settles more than that.
    """

    account: str
    unit: Literal["fen", "seat", "place", "visit", "use", "number"]
    balance: int
    free: int
    minimum: int | None = None
    maximum: int | None = None
    opening: int = 0
    reason: str = ""
    expected: int | None = (
        None  # the balance that was read: a number without gaps is taken from it, or not at all
    )


@dataclass(frozen=True, slots=True)
class Output:
    """A document, notice or publicity that a move issued, with its own life from draft to receipt."""

    id: str
    document: str
    state: Literal["drafted", "signed", "sent", "delivered", "read", "returned"]
    body: Body


@dataclass(frozen=True, slots=True)
class RecordWrite:
    """A new version of one record of a register, conditioned on the revision that was read (0 = new)."""

    register: str
    record_id: str
    revision: int
    body: Body
    valid_from: str
    key: bytes | None = None  # the record's wrapped data key, as it was read with the revision


@dataclass(frozen=True, slots=True)
class Timer:
    """The one timer row of a case, as the instant at which it wakes the sweeper: before and after the commit."""

    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Idempotency:
    """The row that makes a create happen once: where it is, what was asked, who wrote it."""

    row: str
    fingerprint: str
    nonce: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class External:
    """The outside system's own number, unique: one case per `(system, external_id)`."""

    system: str
    external_id: str


@dataclass(frozen=True, slots=True)
class Places:
    """Where the case is found: sparse index keys. None takes it out of that index."""

    queue: tuple[str, str, int] | None  # department, window, due
    owner: tuple[str, int] | None  # subject, opened_at
    open: str | None  # release hash
    number: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """Everything one decision makes true about one case, at once."""

    case_id: str
    expected: int  # sequence number that was read; 0 = the case must not exist
    head: Body
    places: Places
    events: tuple[Event, ...]
    form: Body | None = None
    former: Body | None = None  # the form that `form` replaces: what was handed in is never lost
    links: tuple[Link, ...] = ()
    locks: tuple[Lock, ...] = ()
    parties: tuple[Party, ...] = ()
    dues: tuple[Due, ...] = ()
    postings: tuple[Posting, ...] = ()
    outputs: tuple[Output, ...] = ()
    records: tuple[RecordWrite, ...] = ()
    timer: Timer = field(default_factory=lambda: Timer(None, None))
    idempotency: Idempotency | None = None
    external: External | None = None

    @property
    def seq(self) -> int:
        return self.events[-1].seq

    def check(self) -> None:
        """Refuse a change that contradicts itself; the ledger calls it before anything is sent."""
        numbers = [event.seq for event in self.events]
        if numbers != list(range(self.expected + 1, self.expected + 1 + len(numbers))) or not numbers:
            raise _broken("事件序号不连续", "event numbers do not follow the sequence that was read")
        money = sum(posting.balance for posting in self.postings if posting.unit == "fen")
        if money:
            raise Problem(
                "invalid",
                "postings-unbalanced",
                Text(f"借贷不平,相差 {money} 分", f"money postings differ by {money} fen"),
            )
        if len({posting.account for posting in self.postings}) != len(self.postings):
            raise _broken("同一账户在一次提交中出现两次", "one account twice in one commit")


def _broken(zh: str, en: str) -> Problem:
    return Problem("invalid", "change-broken", Text(zh, en))
