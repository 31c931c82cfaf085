"""Decides where an example that was played differs from what it says: state, deadlines, outcomes, the refusal."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.domain import accounts, dues
from chalicelib.domain.change import Body
from chalicelib.domain.problems import Finding, Problem, Text

if TYPE_CHECKING:
    from chalicelib.domain.transitions import Course


def filing(expected: Body, problem: Problem) -> list[Finding]:
    if expected.get("refused") == problem.code:
        return []
    text = f"{problem.code}: {'; '.join(f'{one.pointer} {one.code}' for one in problem.findings[:5])}"
    return [found("", "example-refused", f"{problem.message.zh} {text}", f"{problem.message.en} {text}")]


def refusal(course: Course, expected: Body, problem: Problem, pointer: str) -> list[Finding]:
    if expected.get("refused") == problem.code:
        return list(state(course, expected))
    text = f"{problem.code}: {'; '.join(f'{one.pointer} {one.code}' for one in problem.findings[:5])}"
    return [found(pointer, "example-refused", f"{problem.message.zh} {text}", f"{problem.message.en} {text}")]


def state(course: Course, expected: Body) -> Iterator[Finding]:
    wanted = expected.get("state")
    if wanted is None:
        return
    states = list(course.world.process.active(course.case.configuration))
    if states != ([wanted] if isinstance(wanted, str) else list(wanted)):
        yield found("/expect/state", "example-state", f"实际状态为 {states}", f"the state is {states}")


def deadlines(course: Course, expected: Body) -> Iterator[Finding]:
    world = course.world
    clocks = {one["id"]: one for one in course.case.clocks}
    for name, wanted in expected.get("deadlines", {}).items():
        deadline = clocks[name]["deadline"] if name in clocks else None
        day = world.times.day_of(deadline).isoformat() if deadline is not None else None
        if day != wanted:
            yield found(f"/expect/deadlines/{name}", "example-deadline", f"实际为 {day}", f"it is {day}")


def outcomes(written: Collection[str], expected: Body) -> Iterator[Finding]:
    for name in expected.get("outcomes", ()):
        if name not in written:
            zh, en = f"没有产生 {name}", f"{name} was not made"
            yield found("/expect/outcomes", "example-outcome", zh, en)


def owed(course: Course, expected: Body) -> Iterator[Finding]:
    """The parts of each due as they stand; what is not said of one is not asked."""
    table = {one["id"]: one["parts"] for one in course.case.dues}
    for name, wanted in expected.get("dues", {}).items():
        stand = [_part(course, part) for part in table.get(name, ())]
        alike = len(stand) == len(wanted) and all(
            said.items() <= part.items() for said, part in zip(wanted, stand, strict=True)
        )
        if not alike:
            yield found(f"/expect/dues/{name}", "example-due", f"实际为 {stand}", f"it is {stand}")


def _part(course: Course, part: Body) -> dict[str, Any]:
    day = course.world.times.day_of(part["deadline"]).isoformat()
    late = {"fulfilled", "breached"} <= part.keys()
    return {"state": dues.state_of(part), "deadline": day, "amount": part.get("amount"), "late": late}


def accounts_left(course: Course, book: Mapping[str, Any], expected: Body) -> Iterator[Finding]:
    """What is left on the accounts that were posted to."""
    definition_of = course.world.accounts
    for name, wanted in expected.get("accounts", {}).items():
        rows = [one for one in book if one.partition("|")[0].partition("~")[0] == name]
        left = sum(accounts.left(definition_of(name), one, book) for one in rows) if rows else None
        if left != wanted:
            yield found(f"/expect/accounts/{name}", "example-account", f"实际剩余 {left}", f"{left} is left")


def found(pointer: str, code: str, zh: str, en: str) -> Finding:
    return Finding(pointer, code, Text(zh, en))
