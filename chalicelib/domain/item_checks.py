"""Decides whether an item may be published: every check that is made of it, and its examples played."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain import (
    group_checks,
    item_accounts,
    item_clocks,
    item_dues,
    item_fields,
    item_guide,
    item_identity,
    item_modes,
    item_people,
    item_promises,
    item_publicity,
    item_rules,
    item_wording,
    link_checks,
    succession,
)
from chalicelib.domain.definitions import SHARED, Definition, of_kind, reached
from chalicelib.domain.manifests import manifest, resolve
from chalicelib.domain.problems import Finding, Problem, finding

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context

Check = Callable[[Definition, "Context"], Iterable[Finding]]
CaseCheck = Callable[[Definition, Definition, "Context"], Iterable[Finding]]

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
RULES = frozenset({"answer", "intake", "eligibility", "routing", "fees", "prefill", "limits", "needs"})


_NO_TIMEOUT = finding(
    "/examples",
    "no-timeout-example",
    "至少要有一个超时的示例",
    "at least one example must let a clock expire",
)


def findings(item: Definition, context: Context) -> list[Finding]:
    """All that stands against an item that has the shape of one."""
    found = [one for check in CHECKS for one in check(item, context)]
    process = context.world.get(f"processes/{item.get('process')}")
    if item["mode"] != "case" or process is None:  # a dangling process is already a finding
        return found
    try:
        found += [one for check in CASE_CHECKS for one in check(item, process, context)]
    except Problem:  # a form that cannot even be compiled: what was found of it says where
        if not found:
            raise
    return found or list(_played(item, context) if _is_whole(item, context) else ())


def _is_whole(item: Definition, context: Context) -> bool:
    """Whether all that its examples could meet is there: what is missing is a finding at whoever names it."""
    keys = reached(f"items/{item['id']}", context.world, context.kinds)
    named = (one for key in keys for one in context.kinds.references(context.world[key]))
    return all(one.key in context.known for one in named)


def _form(item: Definition, context: Context) -> list[Finding]:
    from chalicelib.domain.forms_gate import form_schema_findings

    if "form" not in item:
        return []
    found = form_schema_findings(item["form"], context.kinds.shared)
    return [replace(one, pointer=f"/form{one.pointer}") for one in found]


def _states(item: Definition, process: Definition, _: Context) -> Iterator[Finding]:
    """What is declared for a state that the process does not have would never happen, and nobody would notice."""
    known = set(process["states"])
    ruled = set(item.get("rules", {})) - RULES
    for section, names in (("outcomes", set(item.get("outcomes", {}))), ("rules", ruled)):
        for name in sorted(names - known):
            zh, en = f"流程没有“{name}”这个状态", f"the process has no state {name!r}"
            yield finding(f"/{section}/{name}", "state-unknown", zh, en, state=name)


def _examples(item: Definition, process: Definition, _: Context) -> Iterator[Finding]:
    """Each item shows at least one refusal and one time-out (decisions 24)."""
    examples = item.get("examples", ())
    if not any(_refuses(example, process) for example in examples):
        yield finding(
            "/examples", "no-refusal-example",
            "至少要有一个不予办理或操作被拒绝的示例", "at least one example must end in a refusal",
        )  # fmt: skip
    if not any(_lets_time_pass(example) for example in examples):
        yield _NO_TIMEOUT


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
    """The examples, played in memory on a virtual clock; in one of them some clock really runs out."""
    from chalicelib.domain import examples

    shared = {f"{SHARED}{name}": schema for name, schema in context.kinds.shared.items()}
    contents = manifest(f"items/{item['id']}", context.world, context.kinds, {})
    bundle = resolve(contents, {**context.world, **shared})
    organisation = item_people.organisation_of(context)
    if organisation is None:  # nobody would handle it: that the department is unknown was found before
        return
    expired: list[str] = []
    known = of_kind("accounts", context.world)
    for index, example in enumerate(item["examples"]):
        for one in examples.run(bundle, example, context.calendar(), organisation, expired, known):
            yield replace(one, pointer=f"/examples/{index}{one.pointer}")
    if not expired:
        yield _NO_TIMEOUT


# What is asked of every item, and of one that opens cases with its process. Each check stands on its own.
CHECKS: tuple[Check, ...] = (
    item_identity.power,
    item_identity.codes,
    item_modes.members,
    item_modes.impersonal,
    item_modes.sums,
    item_modes.answers,
    item_people.nodes,
    item_people.extenders,
    _form,
    item_fields.fields,
    item_fields.facts,
    item_fields.conditions,
    item_fields.records,
    link_checks.of_item,
    item_guide.deferrals,
    item_guide.commitments,
    item_guide.burdens,
    item_rules.versions,
    item_rules.answers,
    item_clocks.extensions,
    item_clocks.names,
    item_clocks.ruled,
)
CASE_CHECKS: tuple[CaseCheck, ...] = (
    item_people.parties,
    item_people.posts,
    item_people.distinct,
    item_clocks.milestones,
    item_clocks.expiries,
    item_clocks.holds,
    item_clocks.unclocked,
    item_fields.reviews,
    item_rules.events,
    item_accounts.posts,
    *item_dues.CHECKS,
    item_promises.against_law,
    item_promises.against_stages,
    item_promises.against_members,
    _states,
    item_publicity.blocks,
    succession.findings,
    item_wording.findings,
    group_checks.findings,
    _examples,
)
