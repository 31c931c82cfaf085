"""Remembers the shape of stored clocks and holds, and decides when a clock ran: from its start, without the
union of its pauses.

Special steps 特殊环节 are holds beside the process. They overlap freely; their union is subtracted, so that
two at the same time count once (lesson 2). One that lasts longer than its maximum ends by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NotRequired, TypedDict

from chalicelib.domain.clock_units import Span, Unit
from chalicelib.domain.readings import read

Declaration = Mapping[str, Any]


class Extension(TypedDict):
    budget: int
    by: str
    at: int


class Clock(TypedDict):
    """What happened to one clock. Instants in ms; `consumed` in days, or in minutes for office hours, of the
    spans before `running_since`; `budget` in `unit`. `pauses` is there only once the clock was restarted.
    """

    id: str
    effect: str
    unit: Unit
    budget: int
    consumed: int
    running_since: int | None
    started_at: int
    stopped_at: int | None
    extensions: list[Extension]
    deadline: int | None
    provisional: bool
    fired: list[int]
    pauses: NotRequired[list[list[int]]]
    until: NotRequired[int]  # the instant that a clock of a group is aimed at
    awaits: NotRequired[str]  # the document that has not been served yet, before which nothing may lapse


def begun(identity: str, effect: str, unit: Unit, budget: int, start: int) -> Clock:
    """A clock that starts at `start` and of which nothing is consumed."""
    return {
        "id": identity,
        "effect": effect,
        "unit": unit,
        "budget": budget,
        "consumed": 0,
        "running_since": start,
        "started_at": start,
        "stopped_at": None,
        "extensions": [],
        "deadline": None,
        "provisional": False,
        "fired": [],
    }


class Hold(TypedDict):
    """One special step of a case: the document that opened it, its start, its end, its latest end."""

    id: str
    document: str
    start: int
    end: int | None
    max_until: int
    blocks: list[str]


def declared(declarations: Mapping[str, Any], member: str, identity: str) -> Declaration:
    """What an item declares of a clock or hold (`clocks`, `holds`); empty if it declares none by that id."""
    one: Declaration
    for one in declarations.get(member, ()):  # a loop: every reading of a clock asks this several times
        if one["id"] == identity:
            return one
    return {}


def is_until(declaration: Declaration) -> bool:
    """Whether the clock runs to a fixed day, which neither holds nor rest days move."""
    return "until" in declaration


def fixed_day(
    declaration: Declaration, form: Mapping[str, Any], facts: Mapping[str, Any]
) -> dict[str, str] | None:
    """`{"until": day}` where the declaration says in which field (`form:/…`) or fact (`fact:…`) the day stands.

    None if it says nothing of the kind, or no day stands there yet.
    """
    source, _, where = str(declaration.get("until", "")).partition(":")
    day: Any = None
    if source == "form":
        day = read(form, where)
    elif source == "fact" and where in facts and facts[where].known:
        day = facts[where].value
    return {"until": day} if isinstance(day, str) else None


def is_undecided(declaration: Declaration) -> bool:
    """Whether something else must say the limit first: a rule, or whoever writes the day down."""
    return ("limit" in declaration and "budget" not in declaration) or ":" in declaration.get("until", "")


def holding(clock_id: str, holds: Iterable[Hold], declarations: Mapping[str, Any]) -> list[Hold]:
    """The holds that pause this clock: those whose time does not count towards the limit."""
    return [hold for hold in holds if _pauses(clock_id, declared(declarations, "holds", hold["id"]))]


def ends(hold: Hold) -> int:
    """When the hold ends at the latest: an over-long pause resumes by itself."""
    return hold["max_until"] if hold["end"] is None else hold["end"]


def open_holds(holds: Iterable[Hold], at: int) -> list[Hold]:
    """The special steps under way at `at`, those that block moves."""
    return [hold for hold in holds if hold["start"] <= at < ends(hold)]


def running_spans(clock: Clock, declarations: Mapping[str, Any], holds: Sequence[Hold]) -> list[Span]:
    """The spans in which the clock ran or will run: the last is open-ended unless it was stopped.

    An open hold is taken to last to its maximum.
    """
    if "until" in clock or is_until(declared(declarations, "clocks", clock["id"])):
        return [(clock["started_at"], clock["stopped_at"])]
    pauses = [(start, end) for start, end in clock.get("pauses", ())]
    pauses += [(hold["start"], ends(hold)) for hold in holding(clock["id"], holds, declarations)]
    return _without(clock["started_at"], clock["stopped_at"], sorted(pauses))


def _without(start: int, stop: int | None, pauses: Iterable[tuple[int, int]]) -> list[Span]:
    spans: list[Span] = []
    for paused, resumed in pauses:
        if stop is not None and paused >= stop:
            break
        if paused > start:
            spans.append((start, paused))
        start = max(start, resumed)
    if stop is None or start < stop:
        spans.append((start, stop))
    return spans


def _pauses(clock_id: str, declaration: Declaration) -> bool:
    counts = declaration.get("counts", False)
    return not counts and clock_id in declaration.get("clocks", (clock_id,))
