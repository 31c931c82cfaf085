"""Decides what time alone does to a case: what clocks and holds have due, each exactly once, in order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chalicelib.domain import clock, dues
from chalicelib.domain.accounts import ACCOUNT_HOLD
from chalicelib.domain.clock import EXPIRY, HOLD_MAXIMUM, Firing
from chalicelib.domain.events import Cause
from chalicelib.domain.postings import EXPIRED
from chalicelib.domain.transitions import Course, Happening
from chalicelib.domain.world import TAKES_EFFECT

SYSTEM_CLOCK = {"person": "system:clock", "via": "system"}
MAX_FIRINGS = 8  # events, records and rows of one transaction stay under 25; what is left fires in the next


def pass_time(course: Course) -> bool:
    """Fire what is due at `course.world.at`; False when nothing was.

    Each firing may start, stop or expire another clock, so every round asks anew. An expiry that leads nowhere
    in the present state is still an event: silence is a fact too.
    """
    fired = False
    for _ in range(MAX_FIRINGS):
        due = next((one for one in course.world.firings(course.case) if one.at <= course.world.at), None)
        if due is None or course.case.outcome is not None:
            break
        _fire(course, due)
        fired = True
    return fired


def _fire(course: Course, due: Firing) -> None:
    case, world = course.case, course.world
    if due.rung == HOLD_MAXIMUM:  # 特殊环节超过最长期限自行结束
        clocks, holds = clock.close_hold(
            case.clocks, world.bundle.item, due.id, due.at, times=world.times, holds=case.holds
        )
        course.case = replace(case, clocks=tuple(clocks), holds=tuple(holds))
        course.happen(Happening(None, "hold_ended", _cause(due.at, world.at), {"hold": due.id}))
        return
    if due.rung == TAKES_EFFECT:
        from chalicelib.domain import service

        service.took_effect(course, due, _cause(due.at, world.at))
        return
    data: dict[str, Any] = {"clock": due.id, "due": due.at, "rung": due.rung}
    if due.rung == ACCOUNT_HOLD:
        data = {"expired_hold": due.id, "due": due.at}
    elif due.part is not None:
        data = dict(dues.fire(course, due))
    else:
        course.case = replace(case, clocks=tuple(clock.mark(case.clocks, [due])))
    awaited = _awaited(course, due)
    data |= {"awaits_service": awaited} if awaited else {}
    internal = None if awaited else world.process.internal.get(due.event or "")
    if internal is not None and world.process.send(case.configuration, internal.id) is not None:
        backdate = _milestone(course, internal.backdate)
        cause = _cause(due.at, world.at)
        course.happen(Happening(internal.id, internal.emits, cause, data, internal.issues, backdate=backdate))
    else:
        course.happen(Happening(None, _name(due), _cause(due.at, world.at), data))


def _awaited(course: Course, due: Firing) -> str | None:
    """The document that would have to be served before this limit may run out against who has not received it."""
    if due.rung != EXPIRY or due.part is not None:
        return None
    return next((one.get("awaits") for one in course.case.clocks if one["id"] == due.id), None)


def _name(due: Firing) -> str:
    """What an expiry that leads nowhere is called."""
    if due.rung == ACCOUNT_HOLD:
        return EXPIRED
    if due.part is not None:
        return dues.BREACHED if due.rung == EXPIRY else dues.APPROACHING
    return "deadline_passed" if due.rung == EXPIRY else "deadline_approaching"


def _milestone(course: Course, name: str | None) -> int | None:
    """The instant to which silence reaches back: an application not answered in time counts as accepted from

    the day of receipt (行政许可法 第32条). After a correction that is the day of the last resubmission.
    """
    if name is None:
        return None
    return course.case.received_at or course.case.opened_at


def _cause(occurred_at: int, recorded_at: int) -> Cause:
    return Cause(SYSTEM_CLOCK, occurred_at=occurred_at, recorded_at=recorded_at)
