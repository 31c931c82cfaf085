"""Decides whether an item promises what it cannot keep: more than the law gives, less than its stages take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.domain import waits
from chalicelib.domain.definitions import Definition, of_kind
from chalicelib.domain.item_clocks import by_index
from chalicelib.domain.problems import Finding, finding
from chalicelib.domain.process import compile_process
from chalicelib.domain.rule_results import results
from chalicelib.domain.schedules import START, After, Moment, Schedule, after, latest
from chalicelib.domain.stage_paths import Path, Paths, stages_of
from chalicelib.domain.worst_days import Length, Worst, excess, told, worst

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context

Clock = Mapping[str, Any]
Rules = Mapping[str, Definition]


def against_law(item: Definition, _: Definition, context: Context) -> Iterator[Finding]:
    """A promise that ends, from some start day, after the statutory limit of the same stretch."""
    clocks, rules = item.get("clocks", ()), of_kind("rules", context.world)
    statutory = [one for _, one in by_index(clocks, "statutory")]
    for index, promise in by_index(clocks, "promised"):
        for limit in statutory:
            law = _lengths(limit, item, rules) if _same_stretch(promise, limit) else []
            longer = _longer(_lengths(promise, item, rules), law, context.schedule(item)) if law else None
            if longer is None:
                continue
            (budget, unit), day = longer
            zh = f"承诺时限 {budget} {unit} 长于法定时限“{limit['id']}”"
            en = f"{budget} {unit} is longer than the statutory limit {limit['id']!r}"
            params = {"budget": budget, "unit": unit, "limit": limit["id"]}
            yield _on_day(f"/clocks/{index}", "promise-longer-than-law", zh, en, params, day)


def _longer(
    lengths: Sequence[Length], law: Sequence[Length], schedule: Schedule
) -> tuple[Length, dict[str, Any]] | None:
    """The first length that is longer than whatever the law may give, and the day that shows it."""
    for length in lengths:
        budget, unit = length
        if all(unit == other and budget <= most for most, other in law):
            continue  # of one unit: no calendar makes the shorter the longer
        found = worst(schedule, Path(After(START, unit, budget), ()), law)
        if found is not None:
            return length, told(found, schedule.times)
    return None


def _same_stretch(one: Clock, other: Clock) -> bool:
    """Begun and resumed by the same, and ended by something in common: one that goes on over stages is another."""
    alike = all(set(one.get(m, ())) == set(other.get(m, ())) for m in ("starts_on", "restarts_on"))
    return alike and bool(set(one.get("stops_on", ())) & set(other.get("stops_on", ())))


def _lengths(clock: Clock, item: Definition, rules: Rules) -> list[Length]:
    """What a clock may be given: its own budget, and every result of the rule that decides it."""
    found: list[Length] = (
        [(int(clock["budget"]), clock["unit"])] if {"budget", "unit"} <= clock.keys() else []
    )
    named = str(clock.get("limit", "")).removeprefix("rule:")
    found += [
        (one["budget"], one["unit"])
        for one in results(rules.get(named, {}), str(item.get("effective_from", "")))
        if isinstance(one.get("budget"), int) and isinstance(one.get("unit"), str)
    ]
    return found


def against_stages(item: Definition, process: Definition, context: Context) -> Iterator[Finding]:
    """The stages on some path, each taking its own budget, end after every limit that a rule may give the whole.

    In one unit that adds up they are summed; else every start day of the loaded calendar is tried.
    """
    clocks, rules = item.get("clocks", ()), of_kind("rules", context.world)
    compiled = compile_process(process)
    steps = list(waits.steps(compiled, clocks))
    for index, limit in [*by_index(clocks, "promised"), *by_index(clocks, "statutory")]:
        lengths, paths = _lengths(limit, item, rules), Paths(compiled, limit, stages_of(clocks, limit))
        found = _overrun(paths.longest(steps), lengths, context.schedule(item)) if lengths else None
        if found is None:
            continue
        path, day = found
        schedule = context.schedule(item)
        stages = schedule.stages(path.end, day.start)
        zh = f"各环节{'→'.join(stages)}用尽各自时限，超过时限“{limit['id']}”"
        en = f"the stages {' → '.join(stages)}, each in its time, take longer than the limit {limit['id']!r}"
        params = {"stages": list(stages), "limit": limit["id"], "path": path.steps(compiled)}
        yield _on_day(f"/clocks/{index}", "stages-exceed-limit", zh, en, params, told(day, schedule.times))


def against_members(item: Definition, _: Definition, context: Context) -> Iterator[Finding]:
    """The clock of a group that is given less than its longest branch takes: its members, one stage after another.

    A clock that ends with its longest member promises nothing of its own.
    """
    rules, clocks = of_kind("rules", context.world), list(item.get("clocks", ()))
    for declared in (one for one in item.get("children", {}).values() if one):
        for index, clock in enumerate(clocks):
            limits = _lengths(clock, item, rules) if clock["id"] == declared.get("group_clock") else []
            branch = _longest_branch(declared, context, rules) if limits else START
            schedule = context.schedule(item)
            found = worst(schedule, Path(branch, ()), limits) if branch is not START else None
            if found is None:
                continue
            day, stages = told(found, schedule.times), schedule.stages(branch, found.start)
            zh = f"时限“{clock['id']}”短于最长的成员分支 {'→'.join(stages)}"
            en = f"{clock['id']!r} is shorter than the longest branch of members, {' → '.join(stages)}"
            params = {"clock": clock["id"], "branch": list(stages)}
            yield _on_day(f"/clocks/{index}", "promise-shorter-than-branch", zh, en, params, day)


def _longest_branch(declared: Definition, context: Context, rules: Rules) -> Moment:
    """When the members that count are over, each stage begun when the one before is."""
    members = [
        one for one in (*declared.get("members", ()), declared.get("open")) if one and one.get("counts", True)
    ]
    stages = sorted(declared.get("stages", ()), key=lambda one: int(one["order"])) or [{}]
    end: Moment = START
    for stage in stages:
        within = [one for one in members if not stage or one.get("stage") == stage["id"]]
        moments = [
            after(end, unit, budget, str(one.get("id", one["item"])))
            for one in within
            for budget, unit in _promised(context.world.get(f"items/{one['item']}", {}), rules)
        ]
        end = latest(*moments) if moments else end
    return end


def _promised(item: Definition, rules: Rules) -> list[Length]:
    """What an item promises, else what the law gives it."""
    for effect in ("promised", "statutory"):
        found = [
            one
            for _, clock in by_index(item.get("clocks", ()), effect)
            for one in _lengths(clock, item, rules)
        ]
        if found:
            return found
    return []


def _overrun(
    paths: Sequence[Path], lengths: Sequence[Length], schedule: Schedule
) -> tuple[Path, Worst] | None:
    """The path that overruns all lengths by most, and the start from which it does.

    Of paths that sums compare the longest alone is tried: there may be hundreds, and each day of the calendar to try.
    """
    behind = [(excess(one, lengths), one) for one in paths]
    summed = [(by, one) for by, one in behind if by is not None and by > 0]
    doubtful = [one for by, one in behind if by is None]
    doubtful += [max(summed, key=lambda one: one[0])[1]] if summed else []
    tried = [(path, found) for path in doubtful if (found := worst(schedule, path, lengths)) is not None]
    return max(tried, key=lambda one: one[1].late, default=None)


def _on_day(
    pointer: str, code: str, zh: str, en: str, params: Mapping[str, Any], day: Mapping[str, Any]
) -> Finding:
    zh += f"：最不利自 {day['worst_day']} 起算，{day['ends']} 才届满，时限至 {day['limit_ends']}"
    en += f": begun on {day['worst_day']}, they end on {day['ends']}, the limit on {day['limit_ends']}"
    return finding(pointer, code, zh, en, **params, **day)
