"""Decides whether an item promises what it cannot keep: more than the law gives, less than its stages take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.domain import waits
from chalicelib.domain.definitions import Definition
from chalicelib.domain.item_clocks import by_index
from chalicelib.domain.problems import Finding, finding
from chalicelib.domain.process import compile_process
from chalicelib.domain.rule_results import results

Clock = Mapping[str, Any]
Length = tuple[int, str]
Rules = Mapping[str, Definition]

# Calendar days that a unit certainly takes, and that it takes at most: a week has at least four working days
# but for the long holidays, when ten days may pass with none. Only what is certain is refused.
_LEAST = {"working_day": 1, "office_hour": 0, "calendar_day": 1, "month": 28, "year": 365}
_MOST = {"working_day": 10, "office_hour": 10, "calendar_day": 1, "month": 31, "year": 366}


def against_law(item: Definition, rules: Rules) -> Iterator[Finding]:
    """A promise that is longer than the statutory limit of the same stretch."""
    clocks = item.get("clocks", ())
    for index, promise in by_index(clocks, "promised"):
        for _, limit in by_index(clocks, "statutory"):
            if not _same_stretch(promise, limit):
                continue
            law = _lengths(limit, item, rules)
            for length in _lengths(promise, item, rules):
                if law and all(_is_longer(length, one) for one in law):
                    zh = f"承诺时限 {length[0]} {length[1]} 长于法定时限“{limit['id']}”"
                    en = f"{length[0]} {length[1]} is longer than the statutory limit {limit['id']!r}"
                    params = {"budget": length[0], "unit": length[1], "limit": limit["id"]}
                    yield finding(f"/clocks/{index}", "promise-longer-than-law", zh, en, **params)
                    break


def _same_stretch(one: Clock, other: Clock) -> bool:
    return all(set(one.get(m, ())) & set(other.get(m, ())) for m in ("starts_on", "stops_on"))


def _lengths(clock: Clock, item: Definition, rules: Rules) -> list[Length]:
    """What a clock may be given: its own budget, and every result of the rule that decides it."""
    found = [(int(clock["budget"]), str(clock["unit"]))] if "budget" in clock and "unit" in clock else []
    named = str(clock.get("limit", "")).removeprefix("rule:")
    found += [
        (one["budget"], one["unit"])
        for one in results(rules.get(named, {}), str(item.get("effective_from", "")))
        if isinstance(one.get("budget"), int) and isinstance(one.get("unit"), str)
    ]
    return found


def _is_longer(one: Length, other: Length) -> bool:
    if one[1] == other[1]:
        return one[0] > other[0]
    return one[0] * _LEAST[one[1]] > other[0] * _MOST[other[1]]


def against_stages(item: Definition, process: Definition, rules: Rules) -> Iterator[Finding]:
    """The stages on some path, each within its own internal clock, take longer than the whole may.

    Each stage counts once and only where it begins while the limit runs; of stages side by side the longer
    counts. Judged over every path of process and clocks, in the unit of the limit; special steps are left out.
    """
    clocks = item.get("clocks", ())
    compiled = compile_process(process)
    edges = list(waits.steps(compiled, clocks))
    for index, limit in [*by_index(clocks, "promised"), *by_index(clocks, "statutory")]:
        lengths = _lengths(limit, item, rules)
        most = max((budget for budget, unit in lengths if unit == limit.get("unit", unit)), default=None)
        unit = limit.get("unit") or next((unit for _, unit in lengths), None)
        stages = [c for _, c in by_index(clocks, "internal") if c.get("unit") == unit and "budget" in c]
        if most is None or not stages:
            continue
        total, path = _longest(edges, str(limit["id"]), stages)
        if total > most:
            zh = f"各环节合计 {total}，超过时限 {most}：{'→'.join(path)}"
            en = f"the stages take {total}, more than the limit of {most}: {' → '.join(path)}"
            params = {"stages": list(path), "total": total, "limit": most}
            yield finding(f"/clocks/{index}", "stages-exceed-limit", zh, en, **params)


Place = tuple[tuple[str, ...], frozenset[str], frozenset[str]]  # states, clocks that run, stages counted


def _longest(
    edges: Sequence[tuple[waits.Situation, set[str], waits.Situation]], limit: str, stages: Sequence[Clock]
) -> tuple[int, tuple[str, ...]]:
    """The most that stages add up to while `limit` runs, and those stages in order.

    Totals only grow when a stage is counted for the first time, so improving until nothing changes ends.
    """
    after: dict[Any, list[tuple[set[str], waits.Situation]]] = {}
    for before, milestones, then in edges:
        after.setdefault(_key(before), []).append((milestones, then))
    best: dict[Place, tuple[int, tuple[str, ...]]] = {}
    ahead = [
        ((*_key(then), frozenset[str]()), _add(0, (), _key(before)[1], milestones, stages, frozenset()))
        for before, milestones, then in edges
        if limit in then[1] and limit not in before[1]
    ]
    while ahead:
        place, (total, path) = ahead.pop()
        place = (place[0], place[1], frozenset(path))
        if place in best and best[place][0] >= total:
            continue
        best[place] = (total, path)
        for milestones, then in after.get(place[:2], ()):
            if limit in then[1]:
                longer = _add(total, path, place[1], milestones, stages, place[2])
                ahead.append(((*_key(then), place[2]), longer))
    return max(best.values(), default=(0, ()), key=lambda one: one[0])


def _add(
    total: int,
    path: tuple[str, ...],
    running: frozenset[str],
    milestones: set[str],
    stages: Sequence[Clock],
    counted: frozenset[str],
) -> tuple[int, tuple[str, ...]]:
    """The total and path once the stages that these milestones begin are counted."""
    fresh = [stage for stage in waits.started(stages, milestones) if stage["id"] not in counted]
    if not fresh:
        return total, path
    stopped = {s["id"] for s in stages if milestones & set(s.get("stops_on", ()))}
    beside = [s["budget"] for s in stages if s["id"] in running - stopped and s["id"] in counted]
    longest = max(fresh, key=lambda stage: int(stage["budget"]))
    more = max(0, int(longest["budget"]) - max(beside, default=0))
    return total + more, (*path, *(str(stage["id"]) for stage in fresh))


def _key(situation: waits.Situation) -> tuple[tuple[str, ...], frozenset[str]]:
    return tuple(situation[0]["in"]), situation[1]
