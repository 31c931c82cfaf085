"""Decides what a trigger makes of an event: whether it is meant, whom and what its acts concern, under which ids.

A trigger is declared (`{on, do, once_per}`) and run by a worker through the ordinary actions. Nothing here depends on
when or how often it is asked: the same event gives the same ids, so what is asked for twice is done once. What is done
every period for each record (`{every, for_each, do}`) differs in its source alone (`domain.campaigns`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, Protocol

from chalicelib.domain import ids
from chalicelib.domain.cases import Case
from chalicelib.domain.change import Body
from chalicelib.domain.definitions import Definition, content_hash
from chalicelib.domain.events import Prompt
from chalicelib.domain.organisations import Organisation
from chalicelib.domain.parties import Principal

KIND = "triggers"
RUNG = "clock.rung"  # a clock reached a rung, whatever event of the case told of it
MAX_DEPTH = (
    8  # triggers that may lead to each other; the gate refuses cycles, this stops what it did not foresee
)

# The members of each source of a value; `form:` and `post:` take what follows them.
KNOWN: Mapping[str, frozenset[str]] = {
    "event": frozenset({"id", "type", "on", "outcome"}),
    "case": frozenset(
        {"id", "number", "item", "title", "department", "body", "window", "owner", "opened_on"}
    ),
    "clock": frozenset({"id", "title", "effect", "rung", "due_on"}),
}
# The same of what is done every period; `record:` takes `id` or a pointer.
KNOWN_OF_ROWS: Mapping[str, frozenset[str]] = {"period": frozenset({"id", "first", "last", "due_on"})}
OF_EVENTS = frozenset({*KNOWN, "form", "post"})
OF_ROWS = frozenset({*KNOWN_OF_ROWS, "record"})
OF_CHANGES = frozenset({"record"})
OF_MESSAGES = frozenset({"message"})  # what outside systems say (domain.connectors)
PREFIXES = OF_EVENTS | OF_ROWS | OF_MESSAGES
_SUBJECTS = ("person", "enterprise", "node")


class Sayer(Protocol):
    """What values are taken from. `once` names those that tell its acts apart where a trigger says nothing else."""

    @property
    def once(self) -> tuple[str, ...]: ...
    def say(self, prefix: str, member: str, /) -> Any:
        """The value, None for what is not there."""


@dataclass(frozen=True, slots=True)
class Source:
    """The event with what surrounds it: the case now, the item of the release under which it happened, the form.

    `form` is empty where the trigger may not look into the case.
    """

    event: Body
    case: Case
    item: Definition
    form: Body
    organisation: Organisation
    zone: tzinfo
    today: date

    @property
    def happened_on(self) -> date:
        return _day(self.event["occurred_at"], self.zone)

    @property
    def once(self) -> tuple[str, ...]:
        return ("event:id",)

    def say(self, prefix: str, member: str, /) -> Any:
        return _SOURCES[prefix](self, member) if prefix in _SOURCES else None


def principal_of(trigger: Definition) -> Principal:
    """The named identity under which a trigger acts; no token can claim it."""
    name = str(trigger["title"]["zh"])
    return Principal(f"trigger:{trigger['id']}", name, frozenset({"trigger"}), "system", internal=True)


def prompt_of(trigger: Definition, event: Body) -> Prompt:
    """What every act on this event says it follows from; one deeper than the event."""
    return Prompt.after(event, version_of(trigger))


def version_of(trigger: Definition) -> str:
    return f"{trigger['id']}@{content_hash(trigger)[:12]}"


def matches(trigger: Definition, source: Source) -> bool:
    """Whether the event is one that the trigger is declared for, on a day on which it is in force."""
    on = trigger.get("on", {})
    if "event" not in on or not in_force(trigger, source.happened_on):
        return False
    event, data = source.event, source.event["data"]
    rings = "rung" in data and "clock" in data
    if not (rings if on["event"] == RUNG else event["type"] == on["event"]):
        return False
    return all(_admits(on[name], found(source)) for name, found in _FILTERS.items() if name in on)


def in_force(trigger: Definition, day: date) -> bool:
    return bool(trigger.get("effective_from", "") <= day.isoformat() < trigger.get("retired_at", "9999"))


def sources_of(trigger: Definition) -> frozenset[str]:
    """Where its values may come from."""
    on = trigger.get("on")
    return OF_ROWS if on is None else OF_CHANGES if "record" in on else OF_EVENTS


def register_of(trigger: Definition) -> str | None:
    """The register whose records it is about, by a query or by their changes; None where it is about events."""
    on = trigger.get("on")
    declared = trigger["for_each"]["query"] if on is None else on.get("record")
    return str(declared["register"]) if declared else None


def admits(filter_: Any, value: Any) -> bool:
    """Whether a filter lets this value pass: a list names what it admits, `{"not": [...]}` what it does not."""
    return _admits(filter_, value)


def case_id_of(trigger: Definition, act: int, source: Sayer) -> str:
    """The id of the case that this act opens: the same for the same keys, whichever version of the trigger asks.

    The version is not part of it. A stream that is read again after a new version was released would otherwise
    open everything a second time.
    """
    return act_id("cas", trigger, act, source)


def once_row(trigger: Definition, act: int, source: Sayer, target: str) -> str:
    """The idempotency row of a move that this act makes on `target`."""
    return act_id("trg", trigger, act, source, target)


def draft_id_of(trigger: Definition, act: int, source: Sayer) -> str:
    """The id of the draft that this act proposes."""
    return act_id("drf", trigger, act, source)


def act_id(prefix: str, trigger: Definition, act: int, source: Sayer, *more: str) -> str:
    """An id that is the same for the same keys; `more` tells apart what one act does several times."""
    return ids.derived(prefix, *_keys(trigger, act, source), *more)


def value_of(declared: Any, source: Sayer) -> Any:
    """A declared value as its source gives it: `case:number`, `clock:due_on`, `form:/pointer`, `post:head`,
    `record:/pointer`, `period:id`; a literal is itself. What its source does not have is left out."""
    if isinstance(declared, Mapping):
        filled = {name: value_of(member, source) for name, member in declared.items()}
        return {name: one for name, one in filled.items() if one is not None or declared[name] is None}
    if isinstance(declared, list):
        return [value_of(member, source) for member in declared]
    parts = is_source(declared)
    return declared if parts is None else source.say(*parts)


def party_of(declared: str, source: Sayer) -> str | None:
    """The subject that a declaration names; `enterprise:record:/uscc` where a record has its code alone."""
    kind, _, rest = declared.partition(":")
    prefix, inner = (f"{kind}:", rest) if kind in _SUBJECTS and is_source(rest) else ("", declared)
    value = value_of(inner, source)
    return None if value is None else f"{prefix}{value}"


def is_source(declared: Any) -> tuple[str, str] | None:
    """(source, member) where a declared value says where it comes from; None for a literal."""
    if not isinstance(declared, str):
        return None
    source, _, member = declared.partition(":")
    return (source, member) if member and source in PREFIXES else None


def sources_in(declared: Any, pointer: str = "") -> Iterator[tuple[str, tuple[str, str]]]:
    """(pointer, (source, member)) of every value in a declaration that is no literal."""
    if isinstance(declared, Mapping):
        for name, member in declared.items():
            yield from sources_in(member, f"{pointer}/{name}")
    elif isinstance(declared, list):
        for index, member in enumerate(declared):
            yield from sources_in(member, f"{pointer}/{index}")
    elif (parts := is_source(declared)) is not None:
        yield pointer, parts


def clock_of(item: Definition, identity: str) -> Mapping[str, Any]:
    return next((one for one in item.get("clocks", ()) if one["id"] == identity), {})


def _keys(trigger: Definition, act: int, source: Sayer) -> Sequence[str]:
    named = trigger.get("once_per") or source.once
    return (KIND, str(trigger["id"]), str(act), *(str(value_of(one, source)) for one in named))


def _admits(filter_: Any, value: Any) -> bool:
    return value not in filter_["not"] if isinstance(filter_, Mapping) else value in filter_


def _clock(source: Source, member: str) -> Any:
    data = source.event["data"]
    if "clock" not in data:
        return None
    declared = clock_of(source.item, str(data["clock"]))
    due = data.get("due")
    known = {
        "id": data["clock"],
        "rung": data.get("rung"),
        "effect": declared.get("effect"),
        "title": (declared.get("title") or {}).get("zh", data["clock"]),
        "due_on": _day(due, source.zone).isoformat() if due is not None else None,
    }
    return known[member]


def _case(source: Source, member: str) -> Any:
    case = source.case
    known = {
        "id": case.id,
        "number": case.number,
        "item": case.item,
        "title": source.item["title"]["zh"],
        "department": case.node,
        "body": f"node:{case.node}",
        "window": case.window,
        "owner": case.owner,
        "opened_on": _day(case.opened_at, source.zone).isoformat(),
    }
    return known[member]


def _event(source: Source, member: str) -> Any:
    event = source.event
    known = {
        "id": event["id"],
        "type": event["type"],
        "on": source.happened_on.isoformat(),
        "outcome": event["data"].get("outcome"),
    }
    return known[member]


def _form(source: Source, pointer: str) -> Any:
    value: Any = source.form
    for part in pointer.strip("/").split("/"):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _post(source: Source, post: str) -> Any:
    """Who holds the post today where the case is handled, the deputy of one who is away; None when it is vacant."""
    return source.organisation.holder(source.case.node, post, source.today)


def _day(at: int, zone: tzinfo) -> date:
    return datetime.fromtimestamp(at / 1000, zone).date()


_SOURCES: Mapping[str, Callable[[Source, str], Any]] = {
    "event": _event,
    "case": _case,
    "clock": _clock,
    "form": _form,
    "post": _post,
}
_FILTERS: Mapping[str, Callable[[Source], Any]] = {
    "items": lambda source: source.case.item,
    "natures": lambda source: source.item.get("nature"),
    "outcomes": lambda source: source.event["data"].get("outcome"),
    "clocks": lambda source: source.event["data"].get("clock"),
    "effects": lambda source: _clock(source, "effect"),
    "rungs": lambda source: source.event["data"].get("rung"),
}
