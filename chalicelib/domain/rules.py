"""Decides by the decision table in force on a day: a result, and the trace that explains it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalicelib.domain import evaluation, facts, jdm, tables
from chalicelib.domain.facts import PinnedFact
from chalicelib.domain.problems import Finding, Problem, Text
from chalicelib.domain.readings import is_of_type

Definition = Mapping[str, Any]

_SCALARS = ("boolean", "integer", "string")


@dataclass(frozen=True, slots=True)
class Decision:
    """What a table decided, or why a person must. `trace` is canonical JSON for the event that it decided.

    `manual` is true whenever there is no result: `code` is then `fact-unknown` (which: `unknown`; those among
    them that the applicant can supply: `ask`) or `table-gap`.
    """

    result: dict[str, Any] | None
    manual: bool
    trace: dict[str, Any]
    code: str | None = None
    unknown: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()


def in_force(definition: Definition, on: date) -> Mapping[str, Any]:
    """The version of the rules that holds on a day: the latest that was effective by then."""
    day = on.isoformat()
    started = [version for version in definition["versions"] if version["effective_from"] <= day]
    if not started:
        said = Text(f"{day} 尚无生效的规则版本", f"no version of these rules is in force on {day}")
        raise Problem("conflict", "no-version-in-force", said, extra={"rules": definition["id"], "on": day})
    found: Mapping[str, Any] = max(started, key=lambda version: str(version["effective_from"]))
    return found


def reads(definition: Definition, on: date) -> tuple[str, ...]:
    """Ids of the facts that must be pinned before these rules can decide on that day."""
    return tuple(evaluation.compiled(in_force(definition, on)["table"]).reads)


def decide(definition: Definition, pins: Mapping[str, PinnedFact], on: date) -> Decision:
    """Evaluate the rules over pinned facts. An unknown never reaches the table (mechanisms 1).

    zen-engine reads a missing number as "not less than 1" and goes on to the next row, so every fact that the
    table reads must be known and of the type that its cells compare with; else a person decides, or, where a
    fact says `refuse`, a Problem `fact-unknown` is raised.
    """
    version = in_force(definition, on)
    ready = evaluation.compiled(version["table"])
    read = [_usable(kind, pins.get(fact) or _unpinned(fact)) for fact, kind in ready.reads.items()]
    trace = {
        "rules": definition["id"],
        "version": version["effective_from"],
        "digest": ready.digest,
        "on": on.isoformat(),
        "facts": [one.as_json() for one in read],
        "rows": [],
        "result": None,
    }
    unknown = [one for one in read if not one.known]
    if unknown:
        return _undecided(unknown, trace)
    context = {jdm.field_of(one.id): one.value for one in read}
    rows, result = evaluation.evaluate(ready, context, may_be_empty=bool(version.get("may_be_empty")))
    trace |= {"rows": rows, "result": result}
    if result is None:
        return Decision(None, True, trace | {"manual": "table-gap"}, "table-gap")
    return Decision(result, False, trace)


def trial(
    definition: Definition,
    values: Mapping[str, Any],
    on: date,
    declarations: Mapping[str, Mapping[str, Any]] | None = None,
) -> Decision:
    """What the rules would say of stated facts: id → value, or `{"unknown": true}`. Nothing is stored.

    `declarations` (facts by id) type-check the values. A fact that the rules do not read is refused, so
    that a misspelt one is not taken for an unknown one.
    """
    strange = sorted(set(values) - set(definition["facts"]))
    if strange:
        found = [
            Finding(
                f"/{fact}", "fact-not-read", Text(f"规则不使用事实 {fact}", f"the rules do not read {fact}")
            )
            for fact in strange
        ]
        said = Text("给出了规则不使用的事实", "facts were given that the rules do not read")
        raise Problem("invalid", "fact-not-read", said, findings=found)
    return decide(definition, _stated(values, declarations or {}), on)


def findings(
    definition: Definition, declarations: Mapping[str, Mapping[str, Any]] | None = None
) -> list[Finding]:
    """All that forbids a release: what `tables.findings` says, then tests that fail and rows without one."""
    found = [*_versions(definition), *tables.findings(definition, declarations)]
    return found or [*_facts_listed(definition), *_tested(definition, declarations or {})]


def _unpinned(fact: str) -> PinnedFact:
    return PinnedFact(fact, known=False, value=None, reason="not-pinned")


def _usable(kind: str, pinned: PinnedFact) -> PinnedFact:
    """The fact, or an unknown in its place when its value is not of the type that the cells compare with."""
    if not pinned.known:
        return pinned
    if any(is_of_type({"type": one}, pinned.value) for one in ([kind] if kind != "any" else _SCALARS)):
        return pinned
    return PinnedFact(
        pinned.id, False, None, pinned.source, pinned.at, reason="wrong-type", unknown=pinned.unknown
    )


def _undecided(unknown: list[PinnedFact], trace: dict[str, Any]) -> Decision:
    names = tuple(one.id for one in unknown)
    refused = [one for one in unknown if one.unknown == "refuse"]
    if refused:
        found = [
            Finding(
                f"/{one.id}",
                "fact-unknown",
                Text(f"事实 {one.id} 未知", f"{one.id} is unknown"),
                {"reason": one.reason},
            )
            for one in refused
        ]
        said = Text("缺少必须查明的事实，不能办理", "a fact that must be known is not")
        raise Problem("conflict", "fact-unknown", said, findings=found, extra={"trace": trace})
    ask = tuple(one.id for one in unknown if one.unknown == "ask")
    return Decision(None, True, trace | {"manual": "fact-unknown"}, "fact-unknown", names, ask)


def _stated(
    values: Mapping[str, Any], declarations: Mapping[str, Mapping[str, Any]]
) -> dict[str, PinnedFact]:
    return {
        fact: facts.given(declarations[fact], value) if fact in declarations else _untyped(fact, value)
        for fact, value in values.items()
    }


def _untyped(fact: str, value: Any) -> PinnedFact:
    if isinstance(value, bool | int | str):
        return PinnedFact(fact, True, value, {"given": True})
    return PinnedFact(fact, False, None, {"given": True}, reason="stated")


def _versions(definition: Definition) -> Iterable[Finding]:
    seen: set[str] = set()
    for index, version in enumerate(definition["versions"]):
        day = version["effective_from"]
        if day in seen:
            said = Text(f"{day} 有两个版本生效", f"two versions are effective from {day}")
            yield Finding(f"/versions/{index}/effective_from", "version-repeated", said)
        seen.add(day)


def _facts_listed(definition: Definition) -> Iterable[Finding]:
    read = {
        fact for version in definition["versions"] for fact in evaluation.compiled(version["table"]).reads
    }
    for fact in sorted(read ^ set(definition["facts"])):
        zh, en = (
            ("未列出", "is read and not listed")
            if fact in read
            else ("列出而未使用", "is listed and not read")
        )
        yield Finding(
            "/facts", "facts-not-as-read", Text(f"事实 {fact} {zh}", f"fact {fact} {en}"), {"fact": fact}
        )


def _tested(definition: Definition, declarations: Mapping[str, Mapping[str, Any]]) -> Iterable[Finding]:
    untested = {
        (version["effective_from"], row.id): f"/versions/{index}/table"
        for index, version in enumerate(definition["versions"])
        for row in evaluation.compiled(version["table"]).table.rows
    }
    for index, test in enumerate(definition["tests"]):
        try:
            failures, hits = _run(definition, test, declarations)
        except Problem as problem:
            failures, hits = [(problem.code, problem.message)], []
        except ValueError:  # a day such as 2026-02-30 passes the meta-schema's pattern
            failures, hits = (
                [("no-such-day", Text(f"没有 {test['on']} 这一天", f"there is no day {test['on']}"))],
                [],
            )
        for code, message in failures:
            yield Finding(f"/tests/{index}", code, message, {"test": test["name"]})
        for hit in hits if not failures else ():
            untested.pop(hit, None)
    for (day, row), pointer in untested.items():
        said = Text(
            f"{day} 版的行 {row} 没有测试", f"row {row} of the version of {day} has no test that passes"
        )
        yield Finding(pointer, "row-untested", said, {"row": row, "version": day})


def _run(
    definition: Definition, test: Mapping[str, Any], declarations: Mapping[str, Mapping[str, Any]]
) -> tuple[list[tuple[str, Text]], list[tuple[str, str]]]:
    """What fails in one test, and the (version, row) pairs that it reached."""
    decision = _answer(definition, test, declarations)
    rows = [row["id"] for row in decision.trace["rows"]]
    expected_rows = test.get("row", [])
    wanted = {
        "result": test.get("expect"),
        "rows": [expected_rows] if isinstance(expected_rows, str) else expected_rows,
        "undecided": test.get("undecided", []),
    }
    got = {
        "result": decision.result,
        "rows": rows,
        "undecided": list(decision.unknown) or [str(decision.code)] * decision.manual,
    }
    failures = [
        (
            "test-failed",
            Text(
                f"{name}：应为 {wanted[name]}，实为 {got[name]}", f"{name}: {got[name]}, not {wanted[name]}"
            ),
        )
        for name in wanted
        if wanted[name] != got[name]
    ]
    if decision.result is not None and not _fits(definition["result"], decision.result):
        said = Text(
            f"结果 {decision.result} 不符合声明的结构", f"result {decision.result} does not fit its schema"
        )
        failures.append(("result-not-as-declared", said))
    return failures, [(decision.trace["version"], row) for row in rows]


def _answer(
    definition: Definition, test: Mapping[str, Any], declarations: Mapping[str, Mapping[str, Any]]
) -> Decision:
    """The decision of a test; a refusal over unknown facts counts as undecided."""
    try:
        return trial(definition, test["facts"], date.fromisoformat(test["on"]), declarations)
    except Problem as problem:
        if problem.code != "fact-unknown":
            raise
        names = tuple(found.pointer.removeprefix("/") for found in problem.findings)
        return Decision(None, True, problem.extra["trace"], problem.code, names)


def _fits(schema: Mapping[str, Any], result: Mapping[str, Any]) -> bool:
    import jsonschema_rs

    return bool(jsonschema_rs.is_valid(dict(schema), result))
