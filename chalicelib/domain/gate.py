"""Decides whether definitions may be published: the gate, one for drafts in the admin and the pack in CI."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from chalicelib.domain import canonical
from chalicelib.domain.definitions import Definition, Kinds, declared, key_of, of_kind, reached
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


def _dangling(definition: Definition, context: Context) -> list[Finding]:
    return [
        Finding(
            reference.pointer,
            "dangling-reference",
            Text(f"引用的定义不存在:{reference.key}", f"refers to {reference.key}, which does not exist"),
            {"reference": reference.key},
        )
        for reference in context.kinds.references(definition)
        if reference.key not in context.known
    ]


def _days(definition: Definition, _: Context) -> Iterator[Finding]:
    start, end = definition.get("effective_from"), definition.get("retired_at")
    if start and end and end <= start:
        said = Text(f"{end} 废止，却自 {start} 起生效", f"retired at {end}, effective only from {start}")
        yield Finding("/retired_at", "retired-before-effective", said, {"from": start, "until": end})


def _declared(definition: Definition, context: Context) -> Iterable[Finding]:
    from chalicelib.domain import declared_checks

    return declared_checks.asked(definition, context)


def _access(definition: Definition, _: Context) -> Iterable[Finding]:
    from chalicelib.domain import access

    return access.findings(definition)


def _account(definition: Definition, context: Context) -> Iterable[Finding]:
    from chalicelib.domain import account_checks

    return account_checks.findings(definition, context.before.get(key_of(definition)))


def _calendar(definition: Definition, context: Context) -> Iterable[Finding]:
    """The notice of its own year, and that no year between the first and the last is missing."""
    from chalicelib.domain.calendar_notices import findings

    together = findings(of_kind("calendars", context.world).values())
    own = findings([definition])
    return [*own, *(one for one in together if one.code == "calendar-years-not-consecutive")]


def _check(definition: Definition, context: Context) -> Iterable[Finding]:
    from chalicelib.domain import check_checks

    return check_checks.findings(definition, context)


def _draw(definition: Definition, context: Context) -> Iterable[Finding]:
    from chalicelib.domain import draw_checks

    return draw_checks.findings(definition, context)


def _connector(definition: Definition, context: Context) -> Iterable[Finding]:
    from chalicelib.domain import connector_checks

    return connector_checks.findings(definition, context)


def _template(definition: Definition, _: Context) -> Iterable[Finding]:
    from chalicelib.domain import placeholders, templates

    return templates.findings(definition) or placeholders.findings(definition)


def _notice(definition: Definition, context: Context) -> Iterable[Finding]:
    from chalicelib.domain import channel_checks

    return [*_template(definition, context), *channel_checks.notice_findings(definition, context)]


def _channel(definition: Definition, context: Context) -> Iterable[Finding]:
    from chalicelib.domain import channel_checks

    return channel_checks.findings(definition, context)


def _document(definition: Definition, context: Context) -> Iterable[Finding]:
    from chalicelib.domain import document_checks

    return document_checks.findings(definition, of_kind("accounts", context.world))


def _fact(definition: Definition, context: Context) -> Iterable[Finding]:
    from chalicelib.domain import fact_sources, facts

    registers = of_kind("registers", context.world)
    return [
        *facts.findings(definition),
        *fact_sources.findings(definition, registers, context.kinds.shared),
        *fact_sources.of_account(definition, of_kind("accounts", context.world)),
    ]


def _item(definition: Definition, context: Context) -> Iterable[Finding]:
    from chalicelib.domain import item_checks

    if definition.get("abstract"):  # judged whole, in each item that extends it
        return []
    return item_checks.findings(definition, context)


def _organisation(definition: Definition, context: Context) -> Iterable[Finding]:
    from chalicelib.domain import organisation_places, organisations

    if len(of_kind("organisations", context.world)) > 1:
        said = Text("一个部署只有一张组织图", "one deployment is one district: it has one organisation")
        return [Finding("/id", "second-organisation", said)]
    unsound = organisations.findings(definition) or organisation_places.findings(definition)
    return unsound or _abandoned(context)


def _process(definition: Definition, context: Context) -> Iterable[Finding]:
    from chalicelib.domain import process_checks, soundness

    return soundness.findings(definition) or process_checks.findings(definition, context)


def _register(definition: Definition, context: Context) -> Iterable[Finding]:
    from chalicelib.domain import register_checks

    return register_checks.findings(definition, context)


def _relation(definition: Definition, _: Context) -> Iterable[Finding]:
    from chalicelib.domain import link_checks

    return link_checks.findings(definition)


def _rules(definition: Definition, context: Context) -> Iterable[Finding]:
    from chalicelib.domain import rules

    return rules.findings(definition, of_kind("facts", context.world))


def _trigger(definition: Definition, context: Context) -> Iterable[Finding]:
    from chalicelib.domain import trigger_checks

    return trigger_checks.findings(definition, context)


def _abandoned(context: Context) -> list[Finding]:
    """Items whose department no organisation has any more: nobody would handle their cases."""
    nodes = context.nodes()
    return [
        Finding(
            "/nodes",
            "department-in-use",
            Text(
                f"事项 {item} 的承办单位 {node} 已不存在", f"item {item} is handled by {node}, which is gone"
            ),
            {"item": item, "node": node},
        )
        for item, node in sorted(context.departments.items())
        if node not in nodes
    ]


# What the gate asks of every kind, and of each beyond that. A new kind adds one line to HOOKS.
GENERAL: Sequence[Hook] = (_dangling, _days, _declared)
HOOKS: Mapping[str, Hook] = {
    "access": _access,
    "accounts": _account,
    "calendars": _calendar,
    "channels": _channel,
    "checks": _check,
    "connectors": _connector,
    "documents": _document,
    "draws": _draw,
    "facts": _fact,
    "items": _item,
    "notices": _notice,
    "organisations": _organisation,
    "processes": _process,
    "registers": _register,
    "relations": _relation,
    "rules": _rules,
    "triggers": _trigger,
}
