"""Decides what a day with an outside system came to: what was said, what became of it, what the other side counted;
and what a case's status is called in that system's own words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain import connectors
from chalicelib.domain.cases import Case
from chalicelib.domain.change import Body
from chalicelib.domain.connectors import Message
from chalicelib.domain.definitions import Definition

WELL = frozenset({"done", "seen"})  # states of which nobody has to do anything
MOST_LISTED = 500  # messages of a day that are listed one by one; sample default, not from the plan


def status_of(connector: Definition, case: Case) -> Mapping[str, Any] | None:
    """`{code, title}`: the first of the declared words whose states the case is in; None where none is declared."""
    states = {*case.configuration["in"], case.outcome}
    return next((one for one in connector.get("statuses", ()) if states.intersection(one["states"])), None)


def day_to_make(connector: Definition, today: str, yesterday: str, hour: int) -> str | None:
    """The day that is to be reconciled by now, the hour of the district's clock being `hour`; None before its time,
    and for a day on which the connector was not in force."""
    declared = connector.get("reconciled")
    if declared is None or hour < declared["hour"]:
        return None
    return yesterday if connectors.in_force(connector, yesterday) and yesterday < today else None


def tally_of(connector: Definition, message: Message, day: str) -> dict[str, int] | None:
    """What the other side says that it sent on a day, by type, if this message says so."""
    declared = connector["messages"].get(message.type, {}).get("tally")
    if declared is None or connectors.value_of(declared["day"], message) != day:
        return None
    counts = connectors.value_of(declared["counts"], message)
    return {str(type_): int(count) for type_, count in counts.items() if isinstance(count, int)}


def reconciled(
    connector: Definition, day: str, said: Sequence[Message], tallies: Sequence[Message], at: int
) -> Body:
    """The day's account. `said`: what came on the day; `tallies`: what may be the other side's own count of it.

    `differences`: by type, how many more came than the other side counts; nothing where it does not count.
    """
    tallying = {name for name, one in connector["messages"].items() if "tally" in one}
    counted = [one for one in said if one.type not in tallying]
    ours = Counter(one.type for one in counted)
    theirs = next(
        (found for one in reversed(tallies) if (found := tally_of(connector, one, day)) is not None), None
    )
    states = Counter((one.type, one.state) for one in counted)
    left = [one for one in counted if one.state not in WELL]
    return {
        "day": day, "made_at": at, "cases": len({one.case for one in counted if one.case}),
        "counts": [{"type": type_, "state": state, "count": count} for (type_, state), count in sorted(states.items())],
        "theirs": theirs, "differences": _differences(ours, theirs),
        "left": [
            {"message_id": one.id, "type": one.type, "external_id": one.external_id, "state": one.state, "why": one.why}
            for one in left[:MOST_LISTED]
        ],
        "left_count": len(left),
    }  # fmt: skip


def _differences(ours: Mapping[str, int], theirs: Mapping[str, int] | None) -> dict[str, int]:
    if theirs is None:
        return {}
    by_type = {name: ours.get(name, 0) - theirs.get(name, 0) for name in sorted({*ours, *theirs})}
    return {name: more for name, more in by_type.items() if more}
