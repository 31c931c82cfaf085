"""Decides what a group of member cases comes to: who is in it, how far each is, what the join makes of them all.

The table `{member: entry}` stands in the head of the parent. What is reported of a member is how its case stood at one
of its events, and the latest event stands: reports may come often, late and in any order. The join reads the table
alone, so the same ends give the same result, whoever ended first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

# {"in": state of the parent, "turn": which entry of it, "seq": last event heard of, "outcome", "due": ms, "code": why
# it could not be opened, "dropped", "aside": does not count, "again": how often it was put back, "of": the record of a
# register for which it is}; what says nothing is left out.
Entry = Mapping[str, Any]
Table = Mapping[str, Entry]
Join = Any  # "all" | "any" | {"at_least": k} | {"quorum": k}
Standing = Literal["planned", "failed", "open", "closed", "dropped"]
Verdict = Literal["joined", "refused"]

MOST = 50  # members of one case: the table stays in its head


@dataclass(frozen=True, slots=True)
class Report:
    """How a member's case stood after its event `seq`; 0 and a problem's `code` where it could not be opened."""

    member: str
    seq: int
    outcome: str | None = None
    due: int | None = None
    code: str | None = None


def standing(entry: Entry) -> Standing:
    if entry.get("dropped"):
        return "dropped"
    if entry.get("outcome"):
        return "closed"
    if entry.get("seq"):
        return "open"
    return "failed" if entry.get("code") else "planned"


def turn_of(table: Table, state: str) -> int:
    """How often the state has begun with members so far."""
    return max((int(entry["turn"]) for entry in table.values() if entry["in"] == state), default=0)


def planned(table: Table, state: str, chosen: Mapping[str, bool]) -> dict[str, Entry]:
    """The table with a new turn of the state: `chosen` members, each with whether it counts for the join."""
    turn = turn_of(table, state) + 1
    return {
        **table,
        **{member: _begun(table, member, state, turn, counts) for member, counts in chosen.items()},
    }


def added(table: Table, state: str, member: str, *, counts: bool) -> dict[str, Entry]:
    """The table with one member more in the turn that runs; one that was dropped or failed is put back."""
    return {**table, member: _begun(table, member, state, max(1, turn_of(table, state)), counts)}


def dropped(table: Table, members: Iterable[str]) -> dict[str, Entry]:
    return {**table, **{member: {**table[member], "dropped": True} for member in members}}


def merged(table: Table, reports: Iterable[Report]) -> dict[str, Entry]:
    """The table after these reports; one about what is not in it, or older than what stands there, changes nothing."""
    after = dict(table)
    for report in reports:
        entry = after.get(report.member)
        if entry is not None and _is_news(entry, report):
            after[report.member] = _told(entry, report)
    return after


def verdict(table: Table, state: str, join: Join, good: Iterable[str]) -> Verdict | None:
    """What the join says of the turn that runs; None while it cannot be said, and where nobody takes part.

    `all` waits for everybody, `any` for the first that succeeds, `at_least` for so many, `quorum` for so many that
    ended at all. A number that can no longer be reached is `refused` at once. What failed to open has not ended: it
    waits for a person.
    """
    counting = _counting(table, state)
    if not counting:
        return None
    ended = [entry for entry in counting if standing(entry) == "closed"]
    succeeded = len([entry for entry in ended if entry["outcome"] in set(good)])
    waiting = len(counting) - len(ended)
    if join == "all":
        return None if waiting else ("joined" if succeeded == len(counting) else "refused")
    have, wanted = (len(ended), join["quorum"]) if "quorum" in join else (succeeded, _least(join))
    if have >= wanted:
        return "joined"
    return "refused" if have + waiting < wanted else None


def running(table: Table, state: str) -> list[str]:
    """The members of the running turn whose cases are, or will be, under way; those that do not count included."""
    turn = turn_of(table, state)
    return [
        member
        for member, entry in table.items()
        if entry["in"] == state and entry["turn"] == turn and standing(entry) in ("planned", "open")
    ]


def longest(table: Table, state: str) -> int | None:
    """The latest deadline (ms) of a counting member that runs: what the group's clock ends with."""
    dues = [entry["due"] for entry in _counting(table, state) if standing(entry) == "open" and "due" in entry]
    return max(dues, default=None)


def counts_of(table: Table, state: str) -> dict[str, int]:
    """How many members of the running turn stand where; for the event that says that they were joined."""
    turn, found = turn_of(table, state), dict[str, int]()
    for entry in table.values():
        if entry["in"] == state and entry["turn"] == turn:
            found[standing(entry)] = found.get(standing(entry), 0) + 1
    return found


def _begun(table: Table, member: str, state: str, turn: int, counts: bool) -> dict[str, Any]:
    """A member that begins. Where it took part before, its next case is another: the old one ended, or never was."""
    entry: dict[str, Any] = {"in": state, "turn": turn} | ({} if counts else {"aside": True})
    return entry | ({"again": int(table[member].get("again", 0)) + 1} if member in table else {})


def _counting(table: Table, state: str) -> Sequence[Entry]:
    turn = turn_of(table, state)
    return [
        entry
        for entry in table.values()
        if entry["in"] == state
        and entry["turn"] == turn
        and not entry.get("aside")
        and not entry.get("dropped")
    ]


def _least(join: Join) -> int:
    return 1 if join == "any" else int(join["at_least"])


def _is_news(entry: Entry, report: Report) -> bool:
    known = int(entry.get("seq", 0))
    return report.seq > known or (report.seq == known == 0 and report.code not in (None, entry.get("code")))


def _told(entry: Entry, report: Report) -> dict[str, Any]:
    kept = {name: entry[name] for name in ("in", "turn", "aside", "dropped", "again", "of") if name in entry}
    told = {"seq": report.seq, "outcome": report.outcome, "due": report.due}
    told["code"] = report.code if report.seq == 0 else None
    return kept | {name: value for name, value in told.items() if value}
