"""Decides whether triggers can cause each other in a circle: what each act may bring about, who waits for that.

An act that opens a case may bring about all that the case can ever say, by people and by time as well, and every
record that its outcomes write. An act that moves one brings about what the move says, what rules make of it, any rung
of its clocks, and any record. An act that writes a record brings about a change of that register, in the fields that
it sets. What a filter of the next trigger excludes in every case is cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from chalicelib.domain import triggers
from chalicelib.domain.definitions import Definition, escape, of_kind

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context

# What the kernel says of any case, whatever its process.
KERNEL = frozenset(
    {
        "submitted", "deadline_passed", "deadline_approaching", "hold_began", "hold_ended", "extended", "signed",
        "migrated", "reprojected", "members_found", "members_opened", "member_ended",
        "members_dated", "due_breached", "due_approaching", "account_hold_expired",
        "document_served", "service_effective", "document_withdrawn", "absorbed",
        "result_published", "publicity_corrected", "publicity_withdrawn", "publicity_objected", "objection_answered",
    }
)  # fmt: skip
EXPIRY = 100


@dataclass(frozen=True, slots=True)
class Brought:
    """What one act may bring about: events of cases of these items, changes of records of these registers.

    `clocks`, `outcomes`, `registers` and `fields` (of a record) None: any.
    """

    items: Mapping[str, Any]  # id → nature
    events: frozenset[str]
    clocks: tuple[Mapping[str, Any], ...] | None
    outcomes: frozenset[str] | None
    registers: frozenset[str] | None = None
    fields: frozenset[str] | None = None


def found(context: Context) -> list[tuple[str, ...]]:
    """Every circle once, as ids of triggers; worked out once for one judgement."""
    kept = context.once("trigger cycles", lambda: list(_circles(_edges(context))))
    return cast("list[tuple[str, ...]]", kept)


def processes(context: Context) -> list[Definition]:
    """Every process in the set, put together from its fragments."""
    return [body for key, body in context.world.items() if key.startswith("processes/")]


def said_by(process: Definition) -> frozenset[str]:
    """Types of the events that a process says by moves and internal events."""
    declared = (*process["moves"].values(), *process.get("internal", {}).values())
    return frozenset(f"case.{one['emits']}" for one in declared)


def _edges(context: Context) -> dict[str, list[str]]:
    declared = of_kind(triggers.KIND, context.world)
    brought = {name: list(_brought(one, context)) for name, one in declared.items()}
    return {
        name: [
            other
            for other, one in declared.items()
            if "on" in one and any(_hears(one["on"], what) for what in brought[name])
        ]
        for name in declared
    }


def _brought(trigger: Definition, context: Context) -> Iterator[Brought]:
    for act in trigger["do"]:
        if "open" in act:
            yield from _by_opening(str(act["open"]["item"]), context)
        elif "move" in act:  # a proposal brings about nothing by itself
            yield from _by_moving(trigger, act["move"], context)
        elif "write" in act:
            yield _by_writing(act["write"], context)


def _by_opening(identity: str, context: Context, above: frozenset[str] = frozenset()) -> Iterator[Brought]:
    """What the case may say, and the cases of its members, which it opens itself."""
    item = context.world.get(f"items/{identity}", {})
    process = context.world.get(f"processes/{item.get('process')}")
    if process is None:  # dangling: a finding of its own
        return
    finals = {name for name, state in process["states"].items() if state.get("final")}
    yield Brought(
        {identity: item.get("nature")},
        said_by(process) | _kernel(),
        tuple(item.get("clocks", ())),
        frozenset(finals),
        written_by(item),
    )
    for member in group_items(item) - above - {identity}:
        yield from _by_opening(member, context, above | {identity})


def _by_writing(declared: Mapping[str, Any], context: Context) -> Brought:
    """A change of a record, in what is set and in its key, which a first version has."""
    register = str(declared["register"])
    body = context.world.get(f"registers/{register}", {})
    key = str(body.get("key", {}).get("field", ""))
    fields = frozenset(f"/{escape(name)}" for name in declared["set"]) | {key}
    return Brought({}, frozenset(), (), frozenset(), frozenset({register}), fields)


def written_by(item: Definition) -> frozenset[str]:
    """The registers that the outcomes of an item write."""
    outcomes = [one for listed in item.get("outcomes", {}).values() for one in listed]
    return frozenset(str(one["record"]) for one in outcomes if "record" in one)


def group_items(item: Definition) -> set[str]:
    """The items whose cases this one opens for its members."""
    groups = [one for one in item.get("children", {}).values() if one]
    patterns = [one for group in groups for one in (*group.get("members", ()), group.get("open"))]
    return {str(one["item"]) for one in patterns if one}


def _by_moving(trigger: Definition, act: Mapping[str, Any], context: Context) -> Iterator[Brought]:
    having = [one for one in processes(context) if act["move"] in one["moves"]]
    events = {f"case.{one['moves'][act['move']]['emits']}" for one in having}
    for process in having:
        internal = process.get("internal", {})
        events |= {f"case.{one['emits']}" for name, one in internal.items() if name.startswith("auto.")}
    on = trigger.get("on", {}) if act["of"] == "source" else {}
    natures = {str(entry["id"]): entry.get("nature") for entry in context.catalogue}
    yield Brought(
        {name: nature for name, nature in natures.items() if _reaches(on, name, nature)},
        frozenset(events),
        None,
        None,
    )


def _hears(on: Mapping[str, Any], what: Brought) -> bool:
    """Whether a trigger that waits `on` this may act on something of what was brought about."""
    if "record" in on:
        named = on["record"]
        known = what.registers is None or named["register"] in what.registers
        return known and (
            what.fields is None or "fields" not in named or _touches(named["fields"], what.fields)
        )
    if not any(_reaches(on, name, nature) for name, nature in what.items.items()):
        return False
    if on["event"] == triggers.RUNG:
        return what.clocks is None or any(_rings(on, clock) for clock in what.clocks)
    if what.outcomes is not None and "outcomes" in on:
        return on["event"] in what.events and any(
            triggers.admits(on["outcomes"], one) for one in what.outcomes
        )
    return on["event"] in what.events


def _touches(heard: Iterable[str], written: Iterable[str]) -> bool:
    """Whether one of the fields is, holds, or is held by one of those written."""
    return any(f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")
               for one in heard for other in written)  # fmt: skip


def _reaches(on: Mapping[str, Any], item: str, nature: Any) -> bool:
    return ("items" not in on or triggers.admits(on["items"], item)) and (
        "natures" not in on or triggers.admits(on["natures"], nature)
    )


def _rings(on: Mapping[str, Any], clock: Mapping[str, Any]) -> bool:
    ends = clock.get("on_expiry") or clock.get("effect") == "due"
    rungs = {*clock.get("rungs", ()), *((EXPIRY,) if ends else ())}
    return (
        ("clocks" not in on or triggers.admits(on["clocks"], clock["id"]))
        and ("effects" not in on or triggers.admits(on["effects"], clock["effect"]))
        and any("rungs" not in on or triggers.admits(on["rungs"], rung) for rung in rungs)
    )


def _kernel() -> frozenset[str]:
    return frozenset(f"case.{one}" for one in KERNEL)


def _circles(edges: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, ...]]:
    """A shortest circle through each trigger that lies on one, each circle once."""
    seen = set[frozenset[str]]()
    for start in sorted(edges):
        circle = _way_back(start, edges)
        if circle and frozenset(circle) not in seen:
            seen.add(frozenset(circle))
            yield circle


def _way_back(start: str, edges: Mapping[str, Iterable[str]]) -> tuple[str, ...] | None:
    ahead, visited = list[tuple[str, ...]]([(start,)]), set[str]()
    for path in ahead:  # grows while it is walked: breadth first
        for following in sorted(edges[path[-1]]):
            if following == start:
                return path
            if following not in visited:
                visited.add(following)
                ahead.append((*path, following))
    return None
