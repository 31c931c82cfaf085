"""Decides whether definitions may be published: the gate, one for drafts in the admin and the pack in CI."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from chalicelib.domain import canonical
from chalicelib.domain.definitions import Definition, Kinds, declared, key_of, of_kind, reached
from chalicelib.domain.gate_hooks import GENERAL, HOOKS
from chalicelib.domain.problems import Finding, Problem, Text

if TYPE_CHECKING:
    from chalicelib.domain.calendar import Calendar
    from chalicelib.domain.schedules import Schedule

MAX_DEFINITION = 256 * 1024  # bytes of canonical JSON (decisions 8)


Powers = Callable[[str], Any]
Hook = Callable[[Definition, "Context"], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Context:
    """What the gate may look at: the set as it would be.

    `world` has the bodies of what is gated and of all that it uses, `known` every key of the set,
    `departments` the department of each item in the catalogue, `powers` the record of a power in the powers
    list (清单) or just whether it is listed, None where no list is loaded. `broken`: what could not be put
    together from its parts. `catalogue` has the entry of every item in the set. `checks` are further hooks by
    kind (`*` for every kind) beside the built-in HOOKS. `before`: accounts that are changed, as they are published
    now. `changed`: keys of what is released anew, beside which whatever uses it is judged.
    """

    kinds: Kinds
    world: Mapping[str, Definition]
    known: Collection[str]
    departments: Mapping[str, str]
    powers: Powers | None = None
    broken: Mapping[str, Sequence[Finding]] = field(default_factory=dict)
    catalogue: Sequence[Mapping[str, Any]] = ()
    checks: Mapping[str, Sequence[Hook]] = field(default_factory=dict)
    before: Mapping[str, Definition] = field(default_factory=dict)
    changed: Collection[str] = ()
    _read: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)  # what `once` made

    def once(self, what: str, make: Callable[[], Any]) -> Any:
        """What is worked out from the whole set, and but once for all that is judged by it."""
        if what not in self._read:
            self._read[what] = make()
        return self._read[what]

    def gated(self) -> frozenset[str]:
        """Keys of all that is judged together now."""
        return cast("frozenset[str]", self.once("gated", frozenset))

    def calendar(self) -> Calendar:
        """The working days of all notices in the set."""
        from chalicelib.domain.calendar import Calendar

        made = self.once("calendar", lambda: Calendar(of_kind("calendars", self.world).values()))
        return cast("Calendar", made)

    def schedule(self, item: Definition) -> Schedule:
        """How time is counted where the item is handled: that calendar, the department's office hours."""
        from chalicelib.domain.schedules import schedule_of

        node: Mapping[str, Any] = {}
        for graph in of_kind("organisations", self.world).values():
            node = graph["nodes"].get(item["department"], node)
        hours, notices = node.get("office_hours"), of_kind("calendars", self.world)
        kept = f"hours:{canonical.dumps(hours)!r}"
        return cast("Schedule", self.once(kept, lambda: schedule_of(notices.values(), hours)))

    def nodes(self) -> set[str]:
        """Every node of every organisation in the set."""
        return {node for graph in of_kind("organisations", self.world).values() for node in graph["nodes"]}


def gate(keys: Collection[str], context: Context) -> list[Finding]:
    """Everything that stands against publishing `keys`: each with a pointer, a code and a sentence.

    `params["definition"]` says whose pointer it is. What has not the shape of its kind is judged no further,
    nor is what uses it.
    """
    context.once("gated", lambda: frozenset(keys))
    shapes = {key: _shape(context.world[key], context) for key in keys}
    shapeless = {key for key, findings in shapes.items() if findings}
    found: list[Finding] = []
    for key in keys:
        judged = shapes[key]
        if not shapeless or not shapeless & reached(key, context.world, context.kinds, live=True):
            judged = _against(context.world[key], context)
        found += [replace(one, params={**one.params, "definition": key}) for one in judged]
    return found


def _shape(definition: Definition, context: Context) -> list[Finding]:
    broken = context.broken.get(key_of(definition))
    return list(broken) if broken else _profile(definition) or shape_findings(context.kinds, definition)


def _against(definition: Definition, context: Context) -> list[Finding]:
    kind, found = str(definition["kind"]), list[Finding]()
    built_in = (HOOKS[kind],) if kind in HOOKS else ()
    for check in (*GENERAL, *built_in, *context.checks.get("*", ()), *context.checks.get(kind, ())):
        try:
            found += check(definition, context)
        except Problem as problem:  # what cannot even be compiled or played
            found += [Finding("", problem.code, problem.message, problem.extra), *problem.findings]
    return found


def _profile(definition: Definition) -> list[Finding]:
    """The canonical profile (decisions 14) and the size that one stored item can hold."""
    try:
        canonical.check(definition)
    except Problem as problem:
        return list(problem.findings) or [Finding("", problem.code, problem.message)]
    size = len(canonical.dumps(declared(definition)))
    if size > MAX_DEFINITION:
        said = Text(f"定义过大:{size} 字节", f"the definition is too large: {size} bytes")
        return [Finding("", "definition-too-large", said, {"size": size, "limit": MAX_DEFINITION})]
    return []


def shape_findings(kinds: Kinds, definition: Definition) -> list[Finding]:
    """What the meta-schema of its kind refuses, all at once; the keyword that refuses is in `params`."""
    from chalicelib.domain.forms import compile_form

    form = compile_form(kinds.meta(str(definition["kind"])), kinds.shared)
    return [
        replace(finding, code="shape", params={**finding.params, "keyword": finding.code})
        for finding in form.errors(declared(definition))
    ]
