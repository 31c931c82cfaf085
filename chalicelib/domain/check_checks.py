"""Decides whether a declared check may be published: that it can be asked, can fail, and refuses nothing published."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain import declared_checks
from chalicelib.domain.definitions import SOURCE, Definition, key_of
from chalicelib.domain.problems import Finding, finding

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context

SHOWN = 10  # definitions that a finding names; the rest are counted

Check = Callable[[Definition, "Context"], Iterable[Finding]]


def findings(check: Definition, context: Context) -> list[Finding]:
    """All that stands against a check that has the shape of one; it is tried only when it can be asked."""
    return [one for ask in ASKABLE for one in ask(check, context)] or [
        one for ask in TRIED for one in ask(check, context)
    ]


def places(check: Definition, context: Context) -> Iterator[Finding]:
    """Every clause looks where each kind that the check applies to has something: a slip would never find anything."""
    kinds = {one["kind"] for one in check["applies_to"]}
    for number, clause in enumerate(check.get("assert", ())):
        named = {f"/assert/{number}/at": clause["at"]} if "at" in clause else {}
        named |= {f"/assert/{number}/places/{n}": one for n, one in enumerate(clause.get("places", ()))}
        for pointer, place in named.items():
            member = place.split("/")[1]
            for kind in sorted(kinds):
                if member not in context.kinds.meta(kind)["properties"]:
                    zh, en = f"{kind} 没有“{member}”", f"{kind} have no {member!r}"
                    yield finding(pointer, "check-place-unknown", zh, en, kind=kind, member=member)


def subjects(check: Definition, context: Context) -> Iterator[Finding]:
    """Whoever is named is there."""
    for number, pattern in enumerate(check["applies_to"]):
        for place, identity in enumerate(pattern.get("ids", ())):
            key = f"{pattern['kind']}/{identity}"
            if key not in context.known:
                zh, en = f"没有定义 {key}", f"there is no {key}"
                yield finding(
                    f"/applies_to/{number}/ids/{place}", "check-subject-unknown", zh, en, subject=key
                )


def schemas(check: Definition, _: Context) -> Iterator[Finding]:
    from chalicelib.domain.forms_gate import schema_findings

    for number, clause in enumerate(check.get("assert", ())):
        for one in schema_findings(clause["value"]) if "value" in clause else ():
            yield replace(one, pointer=f"/assert/{number}/value{one.pointer}")


def reviews(check: Definition, context: Context) -> Iterator[Finding]:
    """A review that never says which draft it was about would keep everything from being released."""
    review = check.get("requires", {}).get("review")
    for number, identity in enumerate(review["items"] if review else ()):
        item = context.world.get(f"items/{identity}")
        if item is None:  # a dangling reference is already a finding
            continue
        for place, outcome in enumerate(review["outcomes"]):
            if not any("reviews" in one for one in item.get("outcomes", {}).get(outcome, ())):
                zh = f"事项 {identity} 以“{outcome}”办结时不关联所审草稿（outcomes 的 reviews）"
                en = f"{identity} that ends as {outcome!r} is linked to no draft (`reviews` of its outcomes)"
                pointer = (
                    f"/requires/review/outcomes/{place}"
                    if number == 0
                    else f"/requires/review/items/{number}"
                )
                yield finding(pointer, "review-not-linked", zh, en, item=identity, outcome=outcome)


def tests(check: Definition, context: Context) -> Iterator[Finding]:
    """Its own tests come out as they say, and show it holding and failing."""
    declared = check.get("tests", ())
    if "assert" in check and len({bool(one["finds"]) for one in declared}) < 2:
        zh, en = (
            "至少要有一个通过的和一个不通过的测试",
            "at least one test must pass the check, and one fail it",
        )
        yield finding("/tests", "check-untested", zh, en)
    for number, test in enumerate(declared):
        found, wanted = _tried(check, test, context), sorted(set(test["finds"]))
        if found != wanted:
            said = ", ".join(found) or "–"
            zh, en = f"实际发现：{said}", f"it finds: {said}"
            yield finding(
                f"/tests/{number}/finds", "check-test-failed", zh, en, test=test["name"], found=found
            )


def _tried(check: Definition, test: Definition, context: Context) -> list[str]:
    body = test["definition"]
    world = {key_of(one): one for one in (*test.get("with", ()), body)}
    alone = replace(context, world=world, known=world.keys(), _read={})
    asked = {**check, "in_force": True}
    if not declared_checks.applies(asked, body):
        return []
    return sorted({one.pointer for one in declared_checks.told(asked, body, alone)})


def published(check: Definition, context: Context) -> Iterator[Finding]:
    """What is published satisfies every check of severity `error`, from its first day: mended before, or with it."""
    if key_of(check) not in context.changed or not check.get("in_force", True):
        return
    whole = {key: one for key, one in context.world.items() if not key.startswith(SOURCE)}
    applied = {key: one for key, one in whole.items() if declared_checks.applies(check, one)}
    if not applied:
        zh, en = "目前没有任何定义适用", "it applies to nothing at present"
        yield finding("/applies_to", "check-for-nothing", zh, en, severity="warning")
    broken: dict[int, list[str]] = {}
    for key in applied.keys() - context.gated():
        if not applied[key].get("abstract"):
            for clause in {
                one.params["clause"] for one in declared_checks.told(check, applied[key], context)
            }:
                broken.setdefault(clause, []).append(key)
    for clause, keys in sorted(broken.items()):
        more = len(keys) - SHOWN
        names = ", ".join(sorted(keys)[:SHOWN]) + (f" … +{more}" if more > 0 else "")
        zh, en = f"已发布的定义不符合：{names}", f"what is published does not satisfy it: {names}"
        yield finding(
            f"/assert/{clause}", "check-breaks-published", zh, en, severity=check["severity"], subjects=sorted(keys)
        )  # fmt: skip


ASKABLE: tuple[Check, ...] = (places, subjects, schemas, reviews)
TRIED: tuple[Check, ...] = (tests, published)
