"""Decides whether an item keeps what it promises: its power, its department, its clocks, its examples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain import item_wording
from chalicelib.domain.definitions import SHARED, Definition, manifest, of_kind, resolve
from chalicelib.domain.problems import Finding, Text

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context

# 清单之外无权力: the ten kinds of power of the powers list; services, help and markets need none.
POWERS = frozenset(
    {
        "licence", "registration", "confirmation", "reward", "payment",
        "penalty", "coercion", "inspection", "levy", "ruling",
    }
)  # fmt: skip

# Outcomes of final states in which the applicant did not get what was asked for.
REFUSALS = frozenset(
    {
        "declined",
        "dismissed",
        "failed",
        "lawful_no",
        "no_case",
        "not_accepted",
        "refused",
        "rejected",
        "revoked",
    }
)

# Rules that are asked for what they are called; any other name is that of a state.
RULES = frozenset({"intake", "eligibility", "routing", "fees", "prefill", "limits", "needs"})


def findings(item: Definition, context: Context) -> list[Finding]:
    """All that stands against an item that has the shape of one."""
    found = [*_power(item, context), *_department(item, context), *_form(item, context)]
    process = context.world.get(f"processes/{item.get('process')}")
    if item["mode"] != "case" or process is None:  # a dangling process is already a finding
        return found
    found += [*_expiries(item, process), *_states(item, process), *item_wording.findings(item, process)]
    found += _examples(item, process)
    found += _waits(item, process)
    return found or list(_played(item, context))


def _power(item: Definition, context: Context) -> Iterator[Finding]:
    if item["nature"] not in POWERS or item.get("authority") == "external":
        return  # what another body decides is in that body's list
    power = item.get("power")
    if not power:
        yield _finding(
            "/power", "power-missing",
            "清单之外无权力:行使权力的事项必须写明权力编码", "an item that exercises power must name its power",
        )  # fmt: skip
    elif context.powers is not None and not context.powers(power):
        yield _finding(
            "/power", "power-not-listed",
            f"权力 {power} 不在权力清单内", f"power {power} is not in the powers list",
        )  # fmt: skip


def _department(item: Definition, context: Context) -> Iterator[Finding]:
    node = item["department"]
    if node not in context.nodes():
        yield _finding(
            "/department", "department-unknown",
            f"组织图中没有 {node}", f"no organisation has the node {node}",
        )  # fmt: skip


def _form(item: Definition, context: Context) -> list[Finding]:
    from chalicelib.domain.forms_gate import form_schema_findings

    if "form" not in item:
        return []
    found = form_schema_findings(item["form"], context.kinds.shared)
    return [replace(finding, pointer=f"/form{finding.pointer}") for finding in found]


def _expiries(item: Definition, process: Definition) -> Iterator[Finding]:
    """A clock that fires an event which the process does not know would be overdue in silence."""
    known = set(process.get("internal", {}))
    for index, clock in enumerate(item.get("clocks", ())):
        event = clock.get("on_expiry")
        if event and event not in known:
            yield _finding(
                f"/clocks/{index}/on_expiry", "expiry-event-unknown",
                f"流程没有声明内部事件 {event}", f"the process declares no internal event {event}",
            )  # fmt: skip


def _states(item: Definition, process: Definition) -> Iterator[Finding]:
    """What is declared for a state that the process does not have would never happen, and nobody would notice."""
    known = set(process["states"])
    ruled = set(item.get("rules", {})) - RULES
    for section, names in (("outcomes", set(item.get("outcomes", {}))), ("rules", ruled)):
        for name in sorted(names - known):
            yield _finding(
                f"/{section}/{name}", "state-unknown",
                f"流程没有“{name}”这个状态", f"the process has no state {name!r}", state=name,
            )  # fmt: skip


def _waits(item: Definition, process: Definition) -> Sequence[Finding]:
    from chalicelib.domain import waits

    return [
        _finding(
            "/clocks", "wait-without-clock",
            f"环节 {state} 等待期间没有任何时限在走",
            f"the case can wait in {state} while no clock runs",
            state=state,
        )
        for state in waits.unclocked(item.get("clocks", ()), process)
    ]  # fmt: skip


def _examples(item: Definition, process: Definition) -> Iterator[Finding]:
    """Each item shows at least one refusal and one time-out (decisions 24)."""
    examples = item.get("examples", ())
    if not any(_refuses(example, process) for example in examples):
        yield _finding(
            "/examples", "no-refusal-example",
            "至少要有一个不予办理或操作被拒绝的示例", "at least one example must end in a refusal",
        )  # fmt: skip
    if not any(_lets_time_pass(example) for example in examples):
        yield _finding(
            "/examples", "no-timeout-example",
            "至少要有一个超时的示例", "at least one example must let a clock expire",
        )  # fmt: skip


def _refuses(example: Definition, process: Definition) -> bool:
    expect = example["expect"]
    if expect.get("refused"):
        return True
    state = expect.get("state")
    ended = {state} if isinstance(state, str) else set(state or ())
    states = process.get("states", {})
    return any(states.get(one, {}).get("outcome") in REFUSALS for one in ended)


def _lets_time_pass(example: Definition) -> bool:
    return any(
        "wait" in step or str(step.get("event", "")).startswith("timeout.") for step in example["moves"]
    )


def _played(item: Definition, context: Context) -> Iterator[Finding]:
    """The examples, played in memory on a virtual clock."""
    from chalicelib.domain import examples
    from chalicelib.domain.calendar import Calendar
    from chalicelib.domain.organisations import Organisation

    shared = {f"{SHARED}{name}": schema for name, schema in context.kinds.shared.items()}
    contents = manifest(f"items/{item['id']}", context.world, context.kinds, {})
    bundle = resolve(contents, {**context.world, **shared})
    calendar = Calendar(of_kind("calendars", context.world).values())
    organisation = Organisation(next(iter(of_kind("organisations", context.world).values())))
    for index, example in enumerate(item["examples"]):
        for finding in examples.run(bundle, example, calendar, organisation):
            yield replace(finding, pointer=f"/examples/{index}{finding.pointer}")


def _finding(pointer: str, code: str, zh: str, en: str, **params: object) -> Finding:
    return Finding(pointer, code, Text(zh, en), params)
