"""What the gate asks of each kind of definition, beyond its shape: one hook a kind, each in a module of its own.

A kind's module is imported when the first definition of the kind is judged: a function that judges none loads none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from chalicelib.domain.definitions import Definition, key_of, of_kind
from chalicelib.domain.problems import Finding, Text

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context, Hook


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
