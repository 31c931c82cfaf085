"""Decides whether definitions may be published: the gate, one for drafts in the admin and the pack in CI."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from chalicelib.domain import canonical
from chalicelib.domain.definitions import Definition, Kinds, declared, key_of, of_kind, reached
from chalicelib.domain.problems import Finding, Problem, Text

MAX_DEFINITION = 256 * 1024  # bytes of canonical JSON (decisions 8)


@dataclass(frozen=True, slots=True)
class Context:
    """What the gate may look at: the set as it would be.

    `world` has the bodies of what is gated and of all that it uses, `known` every key of the set,
    `departments` the department of each item in the catalogue, `powers` whether a power is in the powers
    list (清单), None where no list is loaded. `broken`: what could not be put together from its parts.
    """

    kinds: Kinds
    world: Mapping[str, Definition]
    known: Collection[str]
    departments: Mapping[str, str]
    powers: Callable[[str], bool] | None = None
    broken: Mapping[str, Sequence[Finding]] = field(default_factory=dict)

    def nodes(self) -> set[str]:
        """Every node of every organisation in the set."""
        return {node for graph in of_kind("organisations", self.world).values() for node in graph["nodes"]}


Hook = Callable[[Definition, Context], Sequence[Finding]]


def gate(keys: Collection[str], context: Context) -> list[Finding]:
    """Everything that stands against publishing `keys`: each with a pointer, a code and a sentence.

    `params["definition"]` says whose pointer it is. What has not the shape of its kind is judged no further,
    nor is what uses it.
    """
    shapes = {key: _shape(context.world[key], context) for key in keys}
    shapeless = {key for key, findings in shapes.items() if findings}
    found: list[Finding] = []
    for key in keys:
        judged = shapes[key]
        if not shapeless & reached(key, context.world, context.kinds, live=True):
            judged = _against(context.world[key], context)
        found += [replace(one, params={**one.params, "definition": key}) for one in judged]
    return found


def _shape(definition: Definition, context: Context) -> list[Finding]:
    broken = context.broken.get(key_of(definition))
    return list(broken) if broken else _profile(definition) or shape_findings(context.kinds, definition)


def _against(definition: Definition, context: Context) -> list[Finding]:
    hook = HOOKS.get(str(definition["kind"]))
    try:
        return [*_dangling(definition, context), *(hook(definition, context) if hook else ())]
    except Problem as problem:  # what cannot even be compiled or played
        return [Finding("", problem.code, problem.message, problem.extra), *problem.findings]


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


def _access(definition: Definition, _: Context) -> Sequence[Finding]:
    from chalicelib.domain import access

    return access.findings(definition)


def _calendar(definition: Definition, context: Context) -> Sequence[Finding]:
    """The notice of its own year, and that no year between the first and the last is missing."""
    from chalicelib.domain.calendar_notices import findings

    together = findings(of_kind("calendars", context.world).values())
    own = findings([definition])
    return [*own, *(one for one in together if one.code == "calendar-years-not-consecutive")]


def _document(definition: Definition, _: Context) -> Sequence[Finding]:
    from chalicelib.domain import templates

    return templates.findings(definition)


def _fact(definition: Definition, _: Context) -> Sequence[Finding]:
    from chalicelib.domain import facts

    return facts.findings(definition)


def _item(definition: Definition, context: Context) -> Sequence[Finding]:
    from chalicelib.domain import item_checks

    if definition.get("abstract"):  # judged whole, in each item that extends it
        return []
    return item_checks.findings(definition, context)


def _organisation(definition: Definition, context: Context) -> Sequence[Finding]:
    from chalicelib.domain import organisations

    if len(of_kind("organisations", context.world)) > 1:
        said = Text("一个部署只有一张组织图", "one deployment is one district: it has one organisation")
        return [Finding("/id", "second-organisation", said)]
    return organisations.findings(definition) or _abandoned(context)


def _process(definition: Definition, _: Context) -> Sequence[Finding]:
    from chalicelib.domain import soundness

    return soundness.findings(definition)


def _rules(definition: Definition, context: Context) -> Sequence[Finding]:
    from chalicelib.domain import rules

    return rules.findings(definition, of_kind("facts", context.world))


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


# What the gate asks beyond shape and references. A new kind adds one line here.
HOOKS: Mapping[str, Hook] = {
    "access": _access,
    "calendars": _calendar,
    "documents": _document,
    "facts": _fact,
    "items": _item,
    "organisations": _organisation,
    "processes": _process,
    "rules": _rules,
}
