"""Decides what the district's own checks say of a definition: kind `checks`, asked by the gate beside its own.

A check says to what it applies, what must hold there, and on whose authority. Of the severity `error` it keeps a
definition from being released; a `warning` is shown to whoever checks and releases it, and stands in the history.
It may also ask for a review: then a draft is released only after a case about that very draft has passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from chalicelib.domain.declared_clauses import Breach, breaches
from chalicelib.domain.definitions import Definition, Kinds, declared, key_of
from chalicelib.domain.problems import Finding, Text, finding

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context

KIND = "checks"
PREFIX = f"{KIND}/"
FOUND = "declared-check"

# Members of a pattern, each with the member of a definition that it is compared with.
_ONE_OF = {
    "ids": "id",
    "natures": "nature",
    "modes": "mode",
    "domains": "domain",
    "departments": "department",
}


def asked(definition: Definition, context: Context) -> Iterator[Finding]:
    """What the declared checks have against a definition that has the shape of its kind."""
    for check in cast("list[Definition]", context.once(KIND, lambda: _of(context))):
        if not definition.get("abstract") and applies(check, definition):  # judged whole, in what extends it
            yield from told(check, definition, context)


def _of(context: Context) -> list[Definition]:
    known = (one for one in context.world.values() if one.get("kind") == KIND)
    return [one for one in known if well_formed(one, context.kinds)]  # the others are found wrong themselves


def well_formed(check: Any, kinds: Kinds) -> bool:
    from chalicelib.domain.forms import compile_form

    return isinstance(check, Mapping) and compile_form(kinds.meta(KIND), kinds.shared).is_valid(
        declared(check)
    )


def told(check: Definition, definition: Definition, context: Context) -> Iterator[Finding]:
    """Where one check does not hold; `params` name the check, the plan's rows, the clause."""
    for number, clause in enumerate(check.get("assert", ())):
        for breach in breaches(clause, definition, context, f"{check['id']}/{number}"):
            yield _finding(check, number, clause.get("message") or check["message"], breach)


def _finding(check: Definition, number: int, message: Mapping[str, str], breach: Breach) -> Finding:
    by = authority(check)
    return finding(
        breach.pointer,
        FOUND,
        f"{message['zh']}：{breach.found.zh}（{by.zh}）",
        f"{message['en']}: {breach.found.en} ({by.en})",
        **breach.params,
        **named(check),
        clause=number,
    )


def named(check: Definition) -> dict[str, Any]:
    """What a finding says of the check, for programs."""
    return {"check": check["id"], "rows": list(check.get("serves", ())), "severity": check["severity"]}


def authority(check: Definition) -> Text:
    """The check, the rows of the plan and the text that it goes back to, as people read them."""
    rows, text, title = "、".join(check.get("serves", ())), check["citation"], check["title"]
    unchecked = ("", "") if text["source_verified"] else ("，未核对原文", ", not verified")
    zh = f"检查“{title['zh']}”；{rows}；{text['title']['zh']} {text['article']}{unchecked[0]}"
    en = f"check “{title['en']}”; {rows.replace('、', ', ')}; {text['title']['en']} {text['article']}{unchecked[1]}"
    return Text(zh, en)


def applies(check: Definition, definition: Definition) -> bool:
    """Whether a check is in force and one of its patterns fits; a pattern fits by all that it says."""
    return bool(check.get("in_force", True)) and any(_fits(one, definition) for one in check["applies_to"])


def _fits(pattern: Mapping[str, Any], definition: Mapping[str, Any]) -> bool:
    return (
        pattern["kind"] == definition.get("kind")
        and all(definition.get(own) in pattern[name] for name, own in _ONE_OF.items() if name in pattern)
        and ("topics" not in pattern or not set(pattern["topics"]).isdisjoint(definition.get("topics", ())))
    )


def subjects(check: Definition, keys: Iterable[str], catalogue: Iterable[Mapping[str, Any]]) -> set[str]:
    """Keys of what a check may apply to: items as the catalogue tells them, others by kind and id."""
    entries = {f"items/{one['id']}": one for one in catalogue}
    stand_ins = (
        {**entries.get(key, {}), "kind": key.partition("/")[0], "id": key.partition("/")[2]} for key in keys
    )
    return {key_of(one) for one in stand_ins if applies(check, one)}
