"""Decides what a case is: the head that every decision reads and replaces, and where it can be found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from chalicelib.domain.change import Body, Places
from chalicelib.domain.clock_spans import Clock, Hold
from chalicelib.domain.process import Configuration
from chalicelib.domain.signers import Signing

RECENT = 8  # idempotency digests a head remembers (decisions 2)
FAR_FUTURE = 10**15 - 1  # a queue shows what has no deadline last


@dataclass(frozen=True, slots=True)
class Case:
    """The head of a case (办件): under 1 KB compressed; form, materials and events are rows of their own.

    `configuration` is the chart's: {"in": [...], "history": {...}}. `done` maps a move to how often it was made
    and by whom. `recent` holds the last idempotency digests with the event they made. `timer` is the instant of the
    case's timer row; it stands in the clear beside the body, because the sweeper moves it without an event.
    """

    id: str
    number: str
    item: str
    release: str
    release_set: int
    opened_at: int
    node: str
    window: str
    owner: str
    parties: tuple[Body, ...]
    channel: str
    configuration: Configuration
    seq: int = 0
    at: int = 0
    authority: str = "own"
    confidential: bool = False
    outcome: str | None = None
    closed_at: int | None = None
    received_at: int | None = None  # when the last resubmission came in; None: as it was opened
    receipt: str | None = None
    external: Body | None = None
    root: str | None = None
    parent: str | None = None
    depth: int = 0  # how many triggers led to its opening
    members: Body = field(default_factory=dict)  # the member cases, each with how far it is (domain.members)
    clocks: tuple[Clock, ...] = ()
    holds: tuple[Hold, ...] = ()
    held: tuple[
        Body, ...
    ] = ()  # on accounts: {"post", "account", "parts": [[id, amount]], "until"?, "waiting"?}
    dues: tuple[Body, ...] = ()  # what its parties owe (domain.dues)
    serving: tuple[Body, ...] = ()  # published, not yet served: {"service", "at", "since"}
    linked: tuple[
        Any, ...
    ] = ()  # [rel, source, target] that its states made and have not ended (domain.linking)
    followers: tuple[Body, ...] = ()  # of cases merged into this one (domain.merging)
    limits: Body = field(default_factory=dict)
    facts: str | None = None
    days: Body = field(default_factory=dict)  # {"accepted_on": [seq, ISO day]}, where a document asks for it
    dimensions: Body = field(default_factory=dict)
    done: Body = field(default_factory=dict)
    recent: tuple[tuple[str, int], ...] = ()
    claim: Body | None = None
    timer: int | None = None

    def body(self) -> dict[str, Any]:
        """Canonical JSON of the head; members that say nothing are left out."""
        values = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "timer"}
        return {name: value for name, value in values.items() if value not in (None, (), {}, False, 0)}

    def places(self) -> Places:
        """Where this head is found: a desk's queue while open, its owner, its release, its number."""
        is_open = self.outcome is None
        due = self.next_deadline() or FAR_FUTURE
        return Places(
            queue=(self.node, self.window, due) if is_open else None,
            owner=(self.owner, self.opened_at),
            open=self.release if is_open else None,
            number=self.number,
        )

    def next_deadline(self) -> int | None:
        """The earliest deadline of a running clock, in ms; what a queue is ordered by."""
        running = [clock["deadline"] for clock in self.clocks if clock.get("running_since") is not None]
        return min((deadline for deadline in running if deadline is not None), default=None)

    def remember(self, digest: str | None, seq: int) -> Case:
        if digest is None:
            return self
        return replace(self, recent=(*self.recent, (digest, seq))[-RECENT:])

    def replayed(self, digest: str | None) -> int | None:
        """The event that this idempotency digest already made, if it is among the last eight."""
        return next((seq for known, seq in self.recent if known == digest), None)

    def counted(self, move: str, person: str, signing: Signing = ()) -> dict[str, Any]:
        """`done` after this person made the move: how often, by whom last, and by whom ever.

        `signing`: who has signed it so far, while others are still to sign; it counts once all of them have.
        """
        entry = self.done.get(move, {"count": 0, "by": []})
        people = sorted({*entry["by"], person})
        after = {"count": entry["count"] + (not signing), "last": person, "by": people}
        if signing:
            after["signing"] = [list(one) for one in signing]
        return {**self.done, move: after}

    def done_after(self, move: str | None, person: str, signing: Signing, moved_on: bool) -> Body:
        """`done` after something happened. Where the case moved on, signatures of what not all had signed are void:
        who signs the same move later signs something else.
        """
        done = self.counted(move, person, signing) if move else self.done
        if not moved_on or not any("signing" in entry for entry in done.values()):
            return done
        return {
            name: {one: value for one, value in entry.items() if one != "signing"}
            for name, entry in done.items()
        }

    def did(self, person: str, moves: Iterable[str]) -> list[str]:
        """Which of these moves the person ever made here: 承办、审核、批准 must be three people."""
        return [move for move in moves if person in self.done.get(move, {}).get("by", ())]


def of_body(body: Mapping[str, Any], timer: int | None = None) -> Case:
    known = {one.name for one in fields(Case)}
    values = {name: value for name, value in body.items() if name in known}
    for name in ("parties", "clocks", "holds", "held", "dues", "serving", "linked", "followers"):
        values[name] = tuple(values.get(name, ()))
    values["recent"] = tuple((digest, seq) for digest, seq in values.get("recent", ()))
    return Case(**values, timer=timer)
