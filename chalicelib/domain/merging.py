"""Decides what a case takes over from one that is merged into it: who follows it now, and the earlier of two deadlines.

Nobody loses a right: whoever was a party of the merged case, or followed it, follows the leading one. A follower may
see how it goes and object, as `party:follower` in the `by` of a move says, and sees of other people's nothing: neither
form nor documents nor who else is in it. What a follower could lose by one party's word alone (`alone` of a move) that
party may not say while others follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.domain.cases import Case
from chalicelib.domain.change import Body, Party
from chalicelib.domain.clock_reading import Reading, settled
from chalicelib.domain.clock_spans import Clock, ends, holding
from chalicelib.domain.definitions import Definition
from chalicelib.domain.events import Cause
from chalicelib.domain.parties import FOLLOWER, NOBODY
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.transitions import Course, Happening


def require_mergeable(case: Case, lead: Case, readers: list[str]) -> None:
    """Raises a Problem where the case cannot be merged into the leading one, or somebody would lose by it.

    `readers`: who reads the leading case, where it is confidential.
    """
    if lead.id == case.id:
        said = Text("办件不能并入自身", "a case is not merged into itself")
        raise Problem("invalid", "merge-into-itself", said)
    if lead.item != case.item:
        said = Text("只能并入同一事项的办件", "only cases of the same item are merged")
        raise Problem("conflict", "merge-other-item", said, extra={"item": lead.item})
    if lead.outcome is not None:
        said = Text(
            "主单已经办结，不能再并入", "the leading case is closed: nothing is merged into it any more"
        )
        raise Problem("conflict", "merge-target-closed", said, extra={"outcome": lead.outcome})
    if lead.confidential != case.confidential or (lead.confidential and f"party:{FOLLOWER}" not in readers):
        said = Text(
            "并入后当事人将无法查看主单，不能并入", "its parties could not see the leading case: not merged"
        )
        raise Problem("conflict", "merge-would-hide", said)


def absorb(course: Course, other: Case, relation: Definition, cause: Cause) -> tuple[Party, ...]:
    """The leading case takes over from `other`, as that stood before its merge; the ways in of who follows now."""
    carries: Mapping[str, Any] = relation.get("carries", {})
    case, followers = course.case, tuple[Body, ...]()
    if carries.get("parties") == FOLLOWER:
        followers = new_followers(case, other)
        course.case = replace(case, followers=(*case.followers, *followers))
    if carries.get("clocks") == "earliest":
        course.case = replace(course.case, clocks=earliest(course, other, cause.recorded_at))
    course.happen(Happening(None, "absorbed", cause, {"merged": other.id}))
    subjects = dict.fromkeys(str(one["subject"]) for one in followers if "subject" in one)
    return tuple(Party(subject, FOLLOWER, case.opened_at) for subject in subjects)


def new_followers(case: Case, other: Case) -> tuple[Body, ...]:
    """Whoever had a part in the other case and has none in this one: by name, or by the receipt code they hold."""
    inside = {str(one["subject"]) for one in (*case.parties, *case.followers) if "subject" in one}
    named = [str(one["subject"]) for one in (*other.parties, *other.followers) if "subject" in one]
    new = [one for one in dict.fromkeys(named) if one not in inside and one != NOBODY.subject]
    codes = [other.receipt, *(one.get("receipt") for one in other.followers)]
    known = {case.receipt, *(one.get("receipt") for one in case.followers)}
    held = [one for one in dict.fromkeys(codes) if one and one not in known]
    said = {"role": FOLLOWER, "from": other.id}
    return (*({**said, "subject": one} for one in new), *({**said, "receipt": one} for one in held))


def earliest(course: Course, other: Case, at: int) -> tuple[Clock, ...]:
    """The clocks, of each that runs in both the one that ends first: for nobody does anything become later."""
    theirs = {one["id"]: one for one in other.clocks if one["running_since"] is not None}
    return tuple(
        _earlier(course, one, theirs[one["id"]], other, at) if one["id"] in theirs else one
        for one in course.case.clocks
    )


def _earlier(course: Course, own: Clock, their: Clock, other: Case, at: int) -> Clock:
    """Theirs, with what held it up over there as pauses of its own; aimed at its day where holds here would move it."""
    ended = None in (own["deadline"], their["deadline"]) or own["running_since"] is None
    if ended or (their["deadline"] or 0) >= (own["deadline"] or 0):
        return own
    item, again = course.world.bundle.item, their.copy()
    held = [[hold["start"], min(ends(hold), at)] for hold in holding(their["id"], other.holds, item)]
    if held:
        again["pauses"] = sorted([*their.get("pauses", ()), *held])
    taken = settled(Reading(again, item, course.world.times, course.case.holds), at)
    if taken["deadline"] != their["deadline"]:
        again["until"] = int(their["deadline"] or at)
        taken = settled(Reading(again, item, course.world.times, course.case.holds), at)
    return taken
