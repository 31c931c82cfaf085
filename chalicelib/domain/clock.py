"""Does what happens to the clocks of a case: start, stop, restart, hold, extension; a ledger, never a date.

What is stored is what happened; the deadline is projected from it (clock_reading), so a new holiday notice
moves it. All instants are UTC milliseconds; every function returns new values and changes none.
`declarations` is the item (its `clocks` and `holds`), `times` its office's calendar and hours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from chalicelib.domain.clock_account import account, summed
from chalicelib.domain.clock_holds import close_hold, measured_anew, open_hold
from chalicelib.domain.clock_reading import Projection, Reading, project, settled
from chalicelib.domain.clock_spans import Clock, Declaration, Extension, Hold, begun, declared, open_holds
from chalicelib.domain.clock_timers import EXPIRY, HOLD_MAXIMUM, Firing, expired, mark, next_due, pending
from chalicelib.domain.clock_units import Times, Unit
from chalicelib.domain.office_hours import SHANGHAI, OfficeHours, day_of, zone_named
from chalicelib.domain.problems import Problem, Text

__all__ = [
    "EXPIRY", "GROUPED", "HOLD_MAXIMUM", "SHANGHAI", "Clock", "Firing", "Hold", "OfficeHours", "Projection",
    "Times", "Unit", "account", "advance", "aim", "close_hold", "day_of", "expired", "extend", "mark",
    "measured_anew", "next_due", "open_hold", "open_holds", "pending", "project", "reproject", "running",
    "served_from", "starting", "stop_all", "stopped_by", "summed", "without_begun_anew", "zone_named",
]  # fmt: skip


GROUPED = "members"  # the limit of a clock that ends with its longest member


def running(clocks: Iterable[Clock]) -> list[Clock]:
    """Those that run as of the last event; one under a hold stands still."""
    return [one for one in clocks if one["running_since"] is not None]


def starting(
    clocks: Iterable[Clock], declarations: Mapping[str, Any], milestones: Collection[str]
) -> list[Declaration]:
    """The declarations whose clock these milestones start: those whose limit must be known by then."""
    stopped = {one["id"]: one["stopped_at"] is not None for one in clocks}
    return [
        one
        for one in declarations.get("clocks", ())
        if stopped.get(one["id"], True)
        and _meets(one, "starts_on", milestones)
        and not (one["id"] in stopped and _meets(one, "restarts_on", milestones))
    ]


def advance(
    clocks: Sequence[Clock],
    declarations: Mapping[str, Any],
    milestones: Collection[str],
    at: int,
    *,
    times: Times,
    holds: Sequence[Hold] = (),
    limits: Mapping[str, Mapping[str, Any]] | None = None,
    backdate: int | None = None,
) -> list[Clock]:
    """The clocks after an event that reached `milestones` (what it emits, `state:<id>` entered) at `at`.

    `limits` answers, by clock id, a limit that is a rule (`{"budget", "unit"}`) or a day (`{"until"}`).
    `backdate` is the earlier instant from which the event takes legal effect: an application on which nothing
    was said counts as accepted from the day of receipt (行政许可法 第32条). Only starts are back-dated, and not
    those declared `"starts_from": "event"`. A start on a stopped clock begins a new budget; a restart runs on.
    """
    ledger = {one["id"]: one for one in clocks}
    new = {one["id"] for one in starting(clocks, declarations, milestones)}
    for declaration in declarations.get("clocks", ()):
        identity = declaration["id"]
        if identity in new:
            literal = backdate is None or declaration.get("starts_from") == "event"
            start = at if literal or backdate is None else min(at, backdate)
            ledger[identity] = _started(declaration, (limits or {}).get(identity, {}), start, times)
        elif identity in ledger:
            ledger[identity] = _restarted(ledger[identity], declaration, milestones, at)
        if identity in ledger:
            clock = _stopped(ledger[identity], declaration, milestones, at)
            ledger[identity] = settled(Reading(clock, declarations, times, holds), at)
    return list(ledger.values())


def without_begun_anew(
    clocks: Sequence[Clock], declarations: Mapping[str, Any], milestones: Collection[str]
) -> tuple[list[Clock], list[Declaration]]:
    """The clocks without those of groups that begin anew, and the declarations by which the rest of such may stop.

    A clock that ends with its longest member (`"limit": "members"`) is begun by what is heard of members, never by
    a milestone; a milestone that would start it says that the next hearing begins another.
    """
    grouped = [one for one in declarations.get("clocks", ()) if one.get("limit") == GROUPED]
    anew = {one["id"] for one in starting(clocks, {"clocks": grouped}, milestones)}
    left = [one for one in clocks if one["id"] not in anew]
    there = {one["id"] for one in left}
    return left, [{**one, "starts_on": (), "restarts_on": ()} for one in grouped if one["id"] in there]


def aim(
    clock: Clock | None, declarations: Mapping[str, Any], declaration: Declaration, until: int | None, at: int,
    *, times: Times, holds: Sequence[Hold] = (),
) -> Clock | None:  # fmt: skip
    """The clock of a group after its longest member's deadline became `until` (ms); None: no member's clock runs now.

    It stands still then, and goes on with the next deadline. Its budget is told in calendar days. None is answered for
    a clock that has not begun yet.
    """
    if clock is None:
        if until is None:
            return None
        clock = begun(declaration["id"], declaration["effect"], "calendar_day", 0, at)
    again = clock.copy()
    if until is None:
        again = _halted(again, at)
    else:
        again["stopped_at"], again["until"] = None, max(until, again["started_at"])
        again["budget"] = max(0, times.hours.day(again["until"]) - times.hours.day(again["started_at"]))
    return settled(Reading(again, declarations, times, holds), at)


def served_from(
    clock: Clock | None, declarations: Mapping[str, Any], declaration: Declaration, start: int, at: int,
    *, times: Times, holds: Sequence[Hold] = (),
) -> Clock | None:  # fmt: skip
    """The clock of `declaration` (its decided limit laid over it) as it runs from `start`, the day on which a document
    counts as served; that may lie ahead, or before `at`, when it is recorded.

    None where it has stopped: what it measured is over. What was granted stays granted; a start that is no other
    changes nothing.
    """
    if clock is not None and clock["stopped_at"] is not None:
        return None
    if clock is not None and clock["started_at"] == start:
        return _heard(clock) if "awaits" in clock else None
    again = _started(declaration, {}, start, times)
    again["extensions"] = clock["extensions"] if clock else []
    return settled(Reading(again, declarations, times, holds), at)


def _heard(clock: Clock) -> Clock:
    """The clock whose document is now known to be served on the day on which it began: from now on it may lapse."""
    again = clock.copy()
    del again["awaits"]
    again["fired"] = [rung for rung in clock["fired"] if rung != EXPIRY]
    return again


def stopped_by(
    clock: Clock, declarations: Mapping[str, Any], stop: int, at: int, since: int,
    *, times: Times, holds: Sequence[Hold] = (),
) -> Clock:  # fmt: skip
    """The clock as the service of a document of `since` stopped it at `stop`, which may lie before `at`, when that is
    recorded. A run that began after the document is none that it could stop.
    """
    began = max([clock["started_at"], *(resumed for _, resumed in clock.get("pauses", ()))])
    if clock["stopped_at"] is not None or began > since:
        return clock
    return settled(Reading(_halted(clock, stop), declarations, times, holds), at)


def stop_all(
    clocks: Iterable[Clock],
    declarations: Mapping[str, Any],
    at: int,
    *,
    times: Times,
    holds: Sequence[Hold] = (),
) -> list[Clock]:
    """The clocks of a case that is over: what still runs is stopped, so that nothing of it fires."""
    return [settled(Reading(_halted(one, at), declarations, times, holds), at) for one in clocks]


def extend(
    clock: Clock,
    declarations: Mapping[str, Any],
    at: int,
    *,
    by: str,
    times: Times,
    holds: Sequence[Hold] = (),
) -> Clock:
    """Extend once, before expiry, by what the declaration grants (行政许可法 第42条); `by` is who decided it.

    Whether `by` holds the post that may is the access policy's question, not this one's (decision 35).
    """
    declaration = declared(declarations, "clocks", clock["id"])
    granted = declaration.get("extension")
    article = str((granted or {}).get("basis") or declaration.get("basis") or "")
    if not granted:
        raise _refusal("extension-not-provided", "该时限不得延长", "this limit cannot be extended", article)
    if clock["extensions"]:
        raise _refusal("extension-already-used", "只能延长一次", "it can be extended only once", article)
    reading = Reading(clock, declarations, times, holds)
    if reading.stopped(at):
        raise _refusal("clock-not-running", "计时已停止", "the clock has stopped", article)
    if reading.deadline is not None and at >= reading.deadline:
        raise _refusal(
            "extension-after-expiry", "期限已届满,不得延长", "the limit has already expired", article
        )
    again = clock.copy()
    extension: Extension = {"budget": int(granted["budget"]), "by": by, "at": at}
    again["extensions"] = [extension]
    return settled(Reading(again, declarations, times, holds), at)


def reproject(
    clocks: Sequence[Clock],
    declarations: Mapping[str, Any],
    at: int,
    *,
    times: Times,
    holds: Sequence[Hold] = (),
) -> tuple[list[Clock], list[dict[str, Any]]]:
    """The clocks under a new calendar, and `{"clock", "old", "new"}` of each deadline that moved; idempotent."""
    again = [settled(Reading(one, declarations, times, holds), at) for one in clocks]
    moved = [
        {"clock": new["id"], "old": old["deadline"], "new": new["deadline"]}
        for old, new in zip(clocks, again, strict=True)
        if (old["deadline"], old["provisional"]) != (new["deadline"], new["provisional"])
    ]
    return again, moved


def _started(declaration: Declaration, limit: Mapping[str, Any], start: int, times: Times) -> Clock:
    unit, budget = _limit(declaration, limit, times.hours.day(start))
    return begun(declaration["id"], declaration["effect"], unit, budget, start)


def _limit(declaration: Declaration, limit: Mapping[str, Any], first: int) -> tuple[Unit, int]:
    """What a rule answered, else what is declared; a fixed day as the days that are left until it."""
    given = limit if "budget" in limit else declaration
    try:
        if "until" in declaration:
            last = date.fromisoformat(limit.get("until", declaration["until"])).toordinal()
            return "calendar_day", max(0, last - first)
        return given["unit"], int(given["budget"])
    except (KeyError, ValueError):
        identity = declaration["id"]
        said = Text(f"时限“{identity}”没有确定", f"the limit of clock {identity!r} is not known")
        raise Problem("invalid", "limit-unknown", said) from None


def _stopped(clock: Clock, declaration: Declaration, milestones: Collection[str], at: int) -> Clock:
    return _halted(clock, at) if _meets(declaration, "stops_on", milestones) else clock


def _halted(clock: Clock, at: int) -> Clock:
    if clock["stopped_at"] is not None:
        return clock
    again = clock.copy()
    again["stopped_at"] = max(at, clock["started_at"])
    return again


def _restarted(clock: Clock, declaration: Declaration, milestones: Collection[str], at: int) -> Clock:
    stopped_at = clock["stopped_at"]
    if stopped_at is None or not _meets(declaration, "restarts_on", milestones):
        return clock
    again = clock.copy()
    again["pauses"] = [*clock.get("pauses", ()), [stopped_at, max(at, stopped_at)]]
    again["stopped_at"] = None
    return again


def _meets(declaration: Declaration, member: str, milestones: Collection[str]) -> bool:
    return any(name in milestones for name in declaration.get(member, ()))


def _refusal(code: str, zh: str, en: str, article: str) -> Problem:
    basis = (f"({article})", f" ({article})") if article else ("", "")
    return Problem("conflict", code, Text(zh + basis[0], en + basis[1]), extra={"article": article})
