"""Does nothing itself: says what the actions need from stores and clients, and how those refuse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from chalicelib.domain.accounts import Balance
from chalicelib.domain.cases import Case
from chalicelib.domain.change import Body, Change, Link, RecordWrite
from chalicelib.domain.notices import Notice
from chalicelib.domain.trigger_effects import Act

RawItem = Mapping[str, Any]

# ms by which a sweep's watermark may lie ahead of this machine's clock and still be believed. It must stay below the
# two minutes at which a timer row is written ahead of now: no row may fall behind a watermark that is believed.
CLOCKS_DIFFER = 60_000


class CommitRefused(Exception):
    """A change was not written. `roles` names the conditions that did not hold, in the order sent."""

    def __init__(
        self, roles: tuple[str, ...], *, transient: bool, items: Mapping[str, RawItem] | None = None
    ) -> None:
        super().__init__(", ".join(roles))
        self.roles = roles
        self.transient = transient
        self.items = dict(items or {})

    @property
    def records(self) -> list[tuple[str, str]]:
        """Records that stood at another revision than the decision took them for: read them and decide again."""
        named = (role[7:].partition("/") for role in self.roles if role.startswith("record:"))
        return [(register, identity) for register, _, identity in named]


@dataclass(frozen=True, slots=True)
class Chain:
    """A case's place in its chain of hashes, with its wrapped data key: opaque to the actions."""

    seq: int
    hash: bytes
    key: bytes


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one strong read brought: the case, its form, the published pointer, grants and records asked for."""

    case: Case | None
    chain: Chain | None
    form: Body | None
    pointer: RawItem | None
    idempotency: RawItem | None = None
    records: Mapping[tuple[str, str], RecordVersion | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordVersion:
    register: str
    record_id: str
    revision: int
    valid_from: str
    body: Body
    key: bytes | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What one commit of a case posted to one row of an account; `at` in UTC ms, amounts in the account's unit."""

    at: int
    case_id: str
    seq: int
    balance: int
    free: int
    reason: str
    counters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list: the case it leads to and where the list goes on after it."""

    case_id: str
    sort: str


@dataclass(frozen=True, slots=True)
class Listed:
    rows: Sequence[Row]
    after: str | None


class Cases(Protocol):
    """Strong reads of cases, and the one write."""

    def load(
        self, case_id: str | None, *, idempotency: str | None = None, records: Sequence[tuple[str, str]] = ()
    ) -> Loaded:
        """Head, form, published pointer and the rows asked for, in one request."""

    def commit(self, change: Change, chain: Chain | None) -> Chain: ...
    def commit_together(self, changes: Sequence[tuple[Change, Chain]]) -> None:
        """Small changes of several cases, many a transaction; CommitRefused where one of them no longer holds."""

    def many(self, case_ids: Sequence[str]) -> list[Case | None]: ...
    def heads(self, case_ids: Sequence[str]) -> list[tuple[Case, Chain] | None]:
        """As `many`, with what a commit needs; None for a case that is not there or can no longer be read."""

    def events(self, case_id: str, after: int = 0, limit: int = 100) -> list[Body]: ...
    def told(self, pairs: Sequence[tuple[str, int]]) -> dict[tuple[str, int], tuple[Case, Body]]:
        """Events of many cases, each with its case as it stands; what was erased is left out."""

    def told_with_forms(
        self, pairs: Sequence[tuple[str, int]]
    ) -> dict[tuple[str, int], tuple[Case, Body, Body | None]]:
        """As `told`, each with the form of its case beside."""

    def of_groups(self, events: Sequence[tuple[str, int]]) -> set[tuple[str, int]]:
        """Those that a parent or a member said, by what their rows say in the clear."""

    def outputs(self, case_id: str) -> list[Body]: ...
    def links(self, case_id: str) -> list[Link]:
        """What the case points to, then what points to it."""

    def linked(
        self, end: str, rel: str | None, after: str | None, limit: int, *, back: bool = False
    ) -> tuple[list[tuple[Link, str]], bool]:
        """A page of the same, of one relation (None: of any), each with where the list goes on; whether more follow."""

    def former_forms(self, case_id: str) -> list[tuple[int, Body]]: ...
    def queue(self, department: str, window: str, after: str | None, limit: int) -> Listed: ...
    def of_subject(self, subject: str, after: str | None, limit: int) -> Listed: ...
    def owing(self, side: str, subject: str, after: str | None, limit: int) -> Listed:
        """A row for each due that is owed by (`by`) or to (`to`) the subject, due first; it ends in `#D#<due>`."""

    def owed_at(self, department: str, window: str, after: str | None, limit: int) -> Listed:
        """The same for the cases of a desk, whoever owes."""

    def as_party(self, subject: str, limit: int = 100) -> list[str]: ...
    def by_number(self, number: str) -> str | None: ...
    def next_serial(self, organ: str, day: str) -> int: ...


class Accounts(Protocol):
    """Balances and the entries that explain them, by an account's id (`domain.accounts.identity`)."""

    def balances(self, ids: Sequence[str]) -> dict[str, Balance | None]:
        """Strong reads in one request; None where nothing was ever posted."""

    def entries(self, account: str, after: str | None, limit: int) -> tuple[list[Entry], str | None]:
        """A page of entries in the order of time, and the cursor of the next one."""

    def waiting(self, rows: Sequence[str]) -> list[str]:
        """The cases that stand in these rows of a waiting list, in order of arrival."""

    def lines(self, definition: str) -> list[tuple[str, str]]:
        """The accounts of a definition whose waiting list somebody joined, each with who joined last."""

    def forget_line(self, account: str, last: str, at: int) -> bool:
        """Nobody waits there any more; False where somebody joined since."""

    def counters(self, accounts: Sequence[str], entry: Entry) -> list[Entry | None]:
        """The entries that the same commit made on other accounts, in the order asked."""


class Notices(Protocol):
    """The outbox: what triggers and events tell whom."""

    def done(self, act: str) -> str | None: ...
    def put(self, notice: Notice, act: Act) -> None:
        """Once, with the delivery of what is sent on: CommitRefused where the act was done before."""

    def of_case(self, case_id: str, after: str | None, limit: int) -> tuple[Sequence[Notice], str | None]:
        """What was told about a case, newest first, as `of_subject`."""

    def sent_by(self, bodies: Sequence[bytes]) -> list[Notice | None]:
        """The notices of deliveries, by the bytes that these carry; None for one that is gone. At most a hundred."""

    def of_subject(self, subject: str, after: str | None, limit: int) -> tuple[Sequence[Notice], str | None]:
        """Newest first, with the place after which the next page begins."""


class Timers(Protocol):
    """Which cases want the sweeper, and how far it has come."""

    def due(self, shard: int, since: int, until: int) -> Iterable[tuple[str, int]]: ...
    def move(self, case_id: str, row: int, to: int | None, chain: Chain | None) -> None: ...
    def fail(self, case_id: str, row: int, most: int) -> bool: ...
    def watermark(self, shard: int) -> int | None: ...
    def raise_watermark(self, shard: int, to: int, instead_of: int | None = None) -> None: ...


class Drafts(Protocol):
    """Applications not yet handed in, by owner."""

    def of_owner(self, owner: str) -> list[Body]: ...
    def get(self, owner: str, draft_id: str) -> Body | None: ...
    def put(self, owner: str, draft: Body, revision: int, expires_at: int) -> None: ...
    def drop(self, owner: str, draft_id: str) -> None: ...


class Seals(Protocol):
    """Whoever puts the seal of a body under a document: a provider outside, or what stands in for it."""

    def affix(self, sha256: str, node: str) -> Mapping[str, Any]:
        """`{"provider", "stand_in", "mark"}`: the mark is the same for the same text of the same body. `stand_in` says
        that it is no seal in law.
        """


class Records(Protocol):
    """Records of registers: the current version, the version of a day, lists by shard."""

    def read(self, register: str, record_id: str, as_of: str | None = None) -> RecordVersion | None: ...
    def write(self, record: RecordWrite, author: str, at: int, act: Act | None = None) -> RecordVersion:
        """A new version outside any case. With `act` it is done once: CommitRefused `act` where it was done before."""

    def versions(self, register: str, record_ids: Sequence[str]) -> dict[str, RecordVersion]:
        """Current versions of up to 100 records, by id; those that are there."""

    def write_together(
        self,
        register: str,
        bodies: Mapping[str, Body],
        present: Mapping[str, RecordVersion],
        valid_from: str,
        author: str,
        at: int,
    ) -> None:
        """New versions of up to 33 records in one transaction; CommitRefused where one is not as `present` has it."""

    def done(self, act: str) -> str | None:
        """The key of who did this act; None where nobody did."""

    def list(self, register: str, after: str | None, limit: int) -> Listed: ...
    def many(self, register: str, record_ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """Bodies of the current versions of up to 100 records, by id, in one request; those that are there."""

    def history(self, register: str, record_id: str) -> Sequence[RecordVersion]: ...
    def note_read(self, entry: Mapping[str, Any], at: int) -> None:
        """An entry of the read log, written before personal data is answered (decisions 32)."""

    def reads_about(self, subject: str, limit: int) -> Sequence[Mapping[str, Any]]: ...
