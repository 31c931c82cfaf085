"""Decides what a declaration of member cases means for one parent: who takes part, under which ids, with which form.

An item says by state: `children: {<state>: {members | open, for_each, join, …}}`. `members` lists whom the group may
have (a bundle, a project's menu) and `for_each` picks among them; `open` is the pattern of one case for each entry of a
list (twelve departments, five experts). Nothing here depends on when it is asked (decisions 7).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain import ids, members
from chalicelib.domain.canonical import digest
from chalicelib.domain.cases import Case
from chalicelib.domain.clock import GROUPED
from chalicelib.domain.definitions import Definition
from chalicelib.domain.schema_places import tokens_of

REL = "parent"
BY_APPLICANT = (
    "applicant"  # who hands the member's case in, where more is asked than the parent's form can know
)
MEMBERS = GROUPED
ADD, DROP = "add_member", "drop_member"
GRANTED = ("granted",)
_MEMBER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Source:
    """What members are filled from: the parent, its form, what was given with the move that began them, and, where a
    case is opened for each entry of a list, the entry."""

    parent: Case
    form: Mapping[str, Any]
    given: Mapping[str, Any] = field(default_factory=dict)
    element: Any = None


def of_state(item: Definition, state: str) -> Definition | None:
    """What the item declares for the members of this state of its process."""
    declared = item.get("children", {}).get(state)
    return declared if isinstance(declared, Mapping) and declared else None


def case_id(parent: str, member: str, entry: members.Entry) -> str:
    """The id of the member's case: the same whoever opens it and however often; another once it was put back."""
    again = entry.get("again")
    return ids.derived("cas", "children", parent, str(entry["in"]), member, *([str(again)] if again else []))


def member_of(parent: Case, child: str) -> str | None:
    """Which member of the parent this case is; None for one that was put back since, or never belonged there."""
    return next((m for m, entry in parent.members.items() if case_id(parent.id, m, entry) == child), None)


def listed(declared: Definition) -> dict[str, Definition]:
    """The members that a bundle may have, by id."""
    return {str(one.get("id", one["item"])): one for one in declared.get("members", ())}


def pattern_of(declared: Definition, member: str) -> Definition | None:
    """How this member's case is opened; None for what the group may not have."""
    return declared["open"] if "open" in declared else listed(declared).get(member)


def counts(declared: Definition, member: str) -> bool:
    return bool((pattern_of(declared, member) or {}).get("counts", True))


def good(declared: Definition) -> tuple[str, ...]:
    """Outcomes of a member's case with which the applicant got what was asked for."""
    return tuple(declared.get("good", GRANTED))


def chosen(declared: Definition, source: Source, answer: Any, table: members.Table) -> list[str]:
    """The members that begin now, in the order of the declaration; `answer`: what the rule said, where one picks.

    Of a bundle, those of the first stage that has any left; nobody of it begins twice. Who is called by a list and
    has ended before is called again.
    """
    if query_of(declared):  # who it is says the register: a worker asks it, and tells the parent
        return []
    if "open" in declared:
        found = [member for member, _ in elements(declared, source) if may_begin(table, member)]
        return found[: max(0, members.MOST - len(table.keys() - set(found)))]
    wanted = _picked(declared, source, answer)
    found = [
        member
        for member, one in listed(declared).items()
        if wanted is None or member in wanted or one["item"] in wanted
    ]
    new = [member for member in found if member not in table]
    return _first_stage(declared, new)[: members.MOST - len(table)]


def query_of(declared: Definition) -> Definition | None:
    """The query of a register whose answers take part, `{register, where}`; None where a list or a rule says who."""
    query: Definition | None = declared.get("for_each", {}).get("query")
    return query


def answers(query: Definition, record: Mapping[str, Any], source: Source) -> bool:
    """Whether a record of the register is meant: every field that is asked for has the value that is asked for."""
    return all(
        at(record, field) == value_of(value, source) for field, value in query.get("where", {}).items()
    )


def member_named(name: Any) -> str:
    """The id of the member for an entry that is called so: its own name, or a short one made of it."""
    return str(name) if _MEMBER_ID.fullmatch(str(name)) else f"m-{digest(name)[:12]}"


def may_begin(table: members.Table, member: str) -> bool:
    return member not in table or members.standing(table[member]) in ("closed", "dropped")


def elements(declared: Definition, source: Source) -> Iterator[tuple[str, Any]]:
    """(member, entry) of the list for which a case each is opened; `key` says what tells its entries apart."""
    for_each = declared["for_each"]
    entries, seen = value_of(for_each["list"], source), set[str]()
    for entry in entries if isinstance(entries, Sequence) and not isinstance(entries, str) else ():
        member = member_named(at(entry, for_each["key"]) if "key" in for_each else entry)
        if member not in seen:
            seen.add(member)
            yield member, entry


def element_of(declared: Definition, source: Source, member: str) -> Any:
    """The entry of the list for which this member's case is; who was added by a move stands in no list."""
    if "open" not in declared:
        return None
    return dict(elements(declared, source)).get(member, member)


def form_of(pattern: Definition, source: Source) -> dict[str, Any]:
    """The form of a member's case, filled from the parent's: nothing is asked twice, what is not there is left out."""
    filled: dict[str, Any] = {}
    for target, declared in pattern.get("map", {}).items():
        value = value_of(declared, source)
        if value is not None:
            _put(filled, [str(token) for token in tokens_of(target)], value)
    return filled


def value_of(declared: Any, source: Source) -> Any:
    """`form:/pointer`, `input:/pointer` (of the move), `each` or `each:/pointer` (the list's entry), `case:number`;
    anything else is itself."""
    kind, _, path = declared.partition(":") if isinstance(declared, str) else ("", "", "")
    if kind in ("form", "input") and path.startswith("/"):
        return at(source.form if kind == "form" else source.given, path)
    if kind == "each":
        return at(source.element, path) if path else source.element
    if kind == "case" and path == "body":
        return f"node:{source.parent.node}"
    if kind == "case" and path in ("id", "number", "owner", "node", "window"):
        return getattr(source.parent, path)
    return declared


def material_sources(pattern: Definition, given: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The member's material → the parent's that stands for it, as it was handed in; one not handed in is left out."""
    held = {str(one["id"]): one for one in given}
    return {theirs: held[ours] for theirs, ours in pattern.get("materials", {}).items() if ours in held}


def at(value: Any, pointer: str) -> Any:
    for token in tokens_of(pointer):
        if isinstance(value, Mapping):
            value = value.get(str(token))
        elif isinstance(value, list) and isinstance(token, int) and token < len(value):
            value = value[token]
        else:
            return None
    return value


def _picked(declared: Definition, source: Source, answer: Any) -> set[str] | None:
    """The names that the list or the rule gives; None: everybody."""
    for_each = declared.get("for_each")
    if not for_each:
        return None
    if "rule" in for_each:
        return set(str(answer or "").split())
    entries = value_of(for_each["list"], source)
    return {str(entry) for entry in entries} if isinstance(entries, list) else set()


def _first_stage(declared: Definition, new: list[str]) -> list[str]:
    order = {str(one["id"]): int(one["order"]) for one in declared.get("stages", ())}
    if not order:
        return new
    place = {member: order.get(str((listed(declared)[member]).get("stage")), 0) for member in new}
    first = min(place.values(), default=0)
    return [member for member in new if place[member] == first]


def _put(filled: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for name in path[:-1]:
        filled = filled.setdefault(name, {})
    filled[path[-1]] = value
