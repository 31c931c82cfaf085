"""Decides the clocks of a case after a step: which begin, with what limit, and how far those that run have come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from chalicelib.domain import clock
from chalicelib.domain.clock_spans import fixed_day, is_undecided

if TYPE_CHECKING:
    from chalicelib.domain.transitions import Course


def after(
    course: Course, milestones: Iterable[str], at: int, on: date, backdate: int | None = None
) -> tuple[list[Any], Mapping[str, Any]]:
    """The clocks after the milestones that were reached `at`: what was emitted, each state entered.

    A limit that a rule decides is decided when its clock starts. When the rule cannot (a fact is unknown),
    the declared budget stands in; without one the promise is not made, and the statutory clock stands. Nor is
    there a clock until a day that stands nowhere.
    """
    case, item, reached = course.case, course.world.bundle.item, frozenset(milestones)
    limits = dict(case.limits)
    for declared in clock.starting(case.clocks, item, reached):
        prefix, _, rule = str(declared.get("limit", "")).partition(":")
        decided: Mapping[str, Any] | None = fixed_day(declared, course.form, course.facts)
        if prefix == "rule" and declared["id"] not in limits:
            decided = _limit(course, rule, on)
        limits |= {declared["id"]: decided} if decided else {}
    known = [
        {**one, **limits.get(one["id"], {})}
        for one in item.get("clocks", ())
        if one["id"] in limits or not is_undecided(one)
    ]
    ledger, of_groups = clock.without_begun_anew(case.clocks, item, reached)
    known += [dict(one) for one in of_groups]
    clocks = clock.advance(
        ledger, {**item, "clocks": known}, reached, at, times=course.world.times,
        holds=case.holds, limits=limits, backdate=backdate,
    )  # fmt: skip
    return clocks, limits


def _limit(course: Course, rule: str, on: date) -> dict[str, Any] | None:
    from chalicelib.domain import rules

    result = rules.decide(course.world.bundle.rules[rule], course.facts, on).result
    return {name: result[name] for name in ("budget", "unit")} if result else None


def deadlines(clocks: Iterable[clock.Clock]) -> dict[str, int]:
    """The deadline (ms) of every clock that has one now; a clock that is stopped has none any more."""
    return {one["id"]: one["deadline"] for one in clocks if one["deadline"] is not None}
