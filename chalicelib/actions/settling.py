"""Does a decision again when another writer was faster: at most five tries, with jitter (decisions 9).

And many things one after another, where one that fails holds up no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from chalicelib.actions.office import Kit
from chalicelib.actions.ports import Chain, CommitRefused, Loaded
from chalicelib.domain.accounts import AccountsNeeded, Balance, rows
from chalicelib.domain.cases import Case
from chalicelib.domain.change import Change
from chalicelib.domain.facts import PinnedFact
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.transitions import Course
from chalicelib.domain.world import World

TRIES = 5
FIRST_WAIT = 0.02  # seconds; doubled each time, half of it random

# What passes by itself is no fault of what was asked for: the message comes back.
PASSES = frozenset({"throttled", "unavailable"})

Result = TypeVar("Result")
Thing = TypeVar("Thing")


def each(things: Iterable[Thing], does: Callable[[Thing], object]) -> None:
    """Do it for each, whichever fail; then the first failure is raised, so that the message comes back."""
    failures = list[Exception]()
    for thing in things:
        try:
            does(thing)
        except Exception as failure:
            failures.append(failure)
    if failures:
        raise failures[0]


class Book(dict[str, Balance | None]):
    """The balances that a decision's tries have read so far: none, until a commit was refused over one of them."""

    def __init__(self) -> None:
        super().__init__()
        self.freed: list[str] = []  # rows to which something was given back
        self.beside: list[
            tuple[Change, Chain]
        ] = []  # of another case, true together with this one or not at all

    def commit(self, kit: Kit, change: Change, chain: Chain | None) -> Chain:
        """Write it. What an account refused is read, so that the next try knows what is left, and says so."""
        try:
            if self.beside and chain is not None:
                kit.cases.commit_together([(change, chain), *self.beside])
                after = chain
            else:
                after = kit.cases.commit(change, chain)
        except CommitRefused as refused:
            raise_if_taken(refused)
            beyond = [one.account for one in change.postings if f"account:{one.account}" in refused.roles]
            # A row that is merely busy is read anew only where the decision rests on what it had.
            stale = [one for one in beyond if one in self or not refused.transient]
            self.read(kit, [row for one in stale for row in rows(one, kit.office().account)])
            raise
        self.freed = [one.account for one in change.postings if one.free > 0 and one.unit != "number"]
        return after

    def read(self, kit: Kit, ids: list[str]) -> None:
        if ids:
            self.update(kit.accounts.balances(list(dict.fromkeys(ids))))

    def decided(self, kit: Kit, decide: Callable[[], Result]) -> Result:
        """Decide, reading first the balances that the decision turns out to rest on."""
        while True:
            try:
                return decide()
            except AccountsNeeded as more:
                self.read(kit, list(more.ids))


# What of a case's own rows is refused when another writer, or a lost answer of our own, was there first.
OWN = frozenset({"head", "event", "idempotency", "external"})


def raise_if_taken(refused: CommitRefused) -> None:
    """Raises conflict `link-taken` where only that was wrong: another holds what an exclusive link would take."""
    taken = sorted(role.partition(":")[2] for role in refused.roles if role.startswith("lock:"))
    if taken and not refused.transient and not OWN & set(refused.roles):
        said = Text(
            "该对象已被独占，解除后方可再办", "it is taken already, and free again only once that has ended"
        )
        raise Problem("conflict", "link-taken", said, extra={"relations": taken}) from refused


def course_of(world: World, case: Case, loaded: Loaded, book: Book) -> Course:
    """What a decision on an open case begins with: its form and facts as they were last handed in."""
    stored = loaded.form or {}
    pins = {name: PinnedFact.from_json(pin) for name, pin in stored.get("facts", {}).items()}
    materials = tuple(stored.get("materials", ()))
    return Course(world, case, dict(stored.get("form", {})), pins, loaded.records, book, materials=materials)


def settle(kit: Kit, attempt: Callable[[], Result]) -> Result:
    """Run `attempt` (read, decide, commit) until it is written.

    Raises Problem `busy` when five tries met five other writers: nothing was written, the caller may retry.
    """
    for tried in range(TRIES):
        try:
            return attempt()
        except CommitRefused:
            jitter = 0.5 + kit.entropy(1)[0] / 512
            kit.pause(FIRST_WAIT * 2**tried * jitter)
    raise Problem(
        "throttled",
        "busy",
        Text("办理人数较多,请稍后重试", "too many writers at once, please retry"),
        extra={"retry_after": 1},
    )
