"""Decides whether an item is what its mode says: an answer has a form and a rule and no process, a guide no form."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from chalicelib.domain.definitions import SHARED, Definition, of_kind, reached
from chalicelib.domain.forms_schema import Places, subschemas
from chalicelib.domain.manifests import manifest, resolve, shared_used
from chalicelib.domain.problems import Finding, Problem, finding
from chalicelib.domain.rule_results import outputs
from chalicelib.domain.schema_places import field_at

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context

_OF_CASES = (
    "process", "clocks", "holds", "children", "posts", "dues", "outcomes", "materials", "parties", "examples", "review",
)  # fmt: skip
_NOT_OF: dict[str, tuple[str, ...]] = {
    "case": ("answers", "sums"),
    "answer": _OF_CASES,
    "guide": (*_OF_CASES, "form", "facts", "rules", "answers", "sums"),
}
_NAMES = {
    "case": ("办件", "opens cases"),
    "answer": ("问答测算", "answers"),
    "guide": ("仅指南", "is a guide"),
}


def members(item: Definition, _: Context) -> Iterator[Finding]:
    """What an item of another mode would do is never done, and nobody would notice."""
    mode = str(item["mode"])
    zh, en = _NAMES[mode]
    for name in _NOT_OF[mode]:
        if item.get(name):
            said = f"“{zh}”类事项没有 {name}", f"an item that {en} has no {name!r}"
            yield finding(f"/{name}", "not-of-this-mode", *said, mode=mode, member=name)


def impersonal(item: Definition, context: Context) -> Iterator[Finding]:
    """Who asks stays unknown: the form asks nothing personal, and no fact is looked up about anybody."""
    if item["mode"] != "answer":
        return
    form, shared = item["form"], context.kinds.shared
    asked = [form, *(shared[one] for one in sorted(shared_used([form], shared)))]
    if any(schema.get("x-personal") for one in asked for _, schema in subschemas(one)):
        zh, en = "问答测算不得询问个人信息", "an answer asks nothing personal"
        yield finding("/form", "answer-asks-personal", zh, en)
    facts = of_kind("facts", context.world)
    for key in sorted(reached(f"items/{item['id']}", context.world, context.kinds)):
        kind, _, identity = key.partition("/")
        if kind == "facts" and identity in facts and "form" not in facts[identity]["source"]:
            zh, en = f"事实 {identity} 不取自表单", f"fact {identity} is not read from the form"
            yield finding("/rules/answer", "answer-fact-elsewhere", zh, en, fact=identity)


def sums(item: Definition, context: Context) -> Iterator[Finding]:
    """Every term of a sum is a whole number of the form, of the result, or of a sum before it."""
    rule = of_kind("rules", context.world).get(str(item.get("rules", {}).get("answer")), {})
    known = set[str]()
    for index, one in enumerate(item.get("sums", ())):
        for number, term in enumerate(one["terms"]):
            for place, said in enumerate(term["of"]):
                if not isinstance(said, int) and not _is_whole(str(said), item, rule, known, context):
                    zh, en = f"“{said}”不是可用的整数", f"{said} is no whole number that is there"
                    pointer = f"/sums/{index}/terms/{number}/of/{place}"
                    yield finding(pointer, "sum-term-unknown", zh, en, term=str(said))
        known.add(str(one["id"]))


def _is_whole(said: str, item: Definition, rule: Definition, known: set[str], context: Context) -> bool:
    source, _, name = said.partition(":")
    if source == "sum":
        return name in known
    if source == "result":
        schema: Any = rule.get("result", {}).get("properties", {}).get(name, {})
        return not rule or (name in outputs(rule) and schema.get("type") == "integer")
    fields = field_at(Places(item.get("form", {}), context.kinds.shared), name)
    return bool(fields) and all(one.get("type") == "integer" for one in fields)


def answers(item: Definition, context: Context) -> Iterator[Finding]:
    """The item answers as its samples say."""
    from chalicelib.domain.answers import answer

    rules = of_kind("rules", context.world)
    if item["mode"] != "answer" or item["rules"]["answer"] not in rules:  # dangling: a finding of its own
        return
    shared = {f"{SHARED}{name}": schema for name, schema in context.kinds.shared.items()}
    contents = manifest(f"items/{item['id']}", context.world, context.kinds, {})
    bundle = resolve(contents, {**context.world, **shared})
    for index, sample in enumerate(item["answers"]):
        place, on = f"/answers/{index}", date.fromisoformat(sample["as_of"])
        try:
            found = answer(bundle, sample["form"], on, 0)
        except Problem as problem:
            yield finding(
                place, "answer-differs", problem.message.zh, problem.message.en, problem=problem.code
            )
            continue
        said = {**(found["result"] or {}), **{one["id"]: one["value"] for one in found["sums"]}}
        for name, wanted in sample["expect"].items():
            if said.get(name) != wanted:
                zh, en = f"{name} 为 {said.get(name)}", f"{name} is {said.get(name)}"
                yield finding(f"{place}/expect/{name}", "answer-differs", zh, en, found=said.get(name))
