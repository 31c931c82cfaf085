"""Does the trying of campaigns, and shows how far one is: a trial goes the way of the run, and nothing is written.

Numbers, and which records: named in full only to those who may read the register (decisions 25).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chalicelib.actions import campaigning, keeping
from chalicelib.actions.campaigning import DRY, RUN, Asked
from chalicelib.domain import campaigns, triggers
from chalicelib.domain.definitions import Definition
from chalicelib.domain.gate import shape_findings
from chalicelib.domain.periods import Period
from chalicelib.domain.problems import Problem, Text, not_found

if TYPE_CHECKING:
    from chalicelib.actions.releasing import Press
    from chalicelib.domain.parties import Principal


def request(press: Press, principal: Principal, trigger_id: str, draft_id: str | None) -> dict[str, Any]:
    """A dry run of the published campaign, or of a draft, for the period that is next to be done.

    Problems: not-found, conflict `trigger-not-periodic`, invalid `trigger-invalid` (a draft without its shape).
    """
    trigger = _drafted(press, principal, trigger_id, draft_id) if draft_id else _published(press, trigger_id)
    if not draft_id:
        press.permit(principal, "check_definition", triggers.KIND, trigger_id, ())
    if not campaigns.is_one(trigger):
        said = Text("该触发器不是按周期发起的", "this trigger does not come with a period")
        raise Problem("conflict", "trigger-not-periodic", said)
    period, due = _next(press, trigger)
    identity = press.new_id("cmp")
    campaigning.begin(press, trigger, period, due, identity=identity, mode=DRY, by=principal.subject)
    return _shown(press, principal, trigger_id, identity, DRY)


def see_trial(press: Press, principal: Principal, trigger_id: str, trial_id: str) -> dict[str, Any]:
    """What a trial has counted so far; one over a long register goes on when somebody looks at it."""
    press.permit(principal, "read_definition", triggers.KIND, trigger_id, ())
    found = campaigning.kept(press, trial_id)
    if found is not None and (found[0]["trigger"], found[0]["mode"]) == (trigger_id, DRY):
        campaigning.go_on(press, *found)
    return _shown(press, principal, trigger_id, trial_id, DRY)


def see_run(press: Press, principal: Principal, trigger_id: str, period: str) -> dict[str, Any]:
    """The run of a period by its name: 2026-03-02, 2026-W10, 2026-03, 2026-Q1, 2026-H1, 2026."""
    press.permit(principal, "read_definition", triggers.KIND, trigger_id, ())
    return _shown(press, principal, trigger_id, campaigns.named(trigger_id, period), RUN)


def _drafted(press: Press, principal: Principal, trigger_id: str, draft_id: str) -> Definition:
    from chalicelib.actions.drafts import together

    (draft,) = together(press, [draft_id])
    if (draft.kind, draft.id) != (triggers.KIND, trigger_id):
        raise not_found(Text("草稿", "draft"), draft_id)
    press.permit(principal, "check_definition", draft.kind, draft.id, draft.editors, draft.body)
    if wrong := shape_findings(press.kinds, draft.body):
        said = Text("草稿的写法有误", "the draft is not written as a trigger")
        raise Problem("invalid", "trigger-invalid", said, findings=wrong)
    return draft.body


def _published(press: Press, trigger_id: str) -> Definition:
    kit, _ = press.with_cases()
    return kit.catalogue.live(kit.catalogue.pointer(strong=True), triggers.KIND, trigger_id)


def _next(press: Press, trigger: Definition) -> tuple[Period, int]:
    """The period that is due and was not begun; else the one that comes."""
    kit, _ = press.with_cases()
    office = kit.office()
    calendar = kit.catalogue.calendar(office.pointer)
    due = campaigns.due(trigger, office.at, calendar, kit.zone)
    if due is not None and campaigning.kept(press, campaigns.run_id(trigger, due[0])) is None:
        return due
    coming = campaigns.coming(trigger, office.at, calendar, kit.zone)
    if coming is None:
        said = Text("近期没有到期的周期", "no period is due in the time to come")
        raise Problem("conflict", "no-period-due", said)
    return coming


def _shown(press: Press, principal: Principal, trigger_id: str, identity: str, mode: str) -> dict[str, Any]:
    found = campaigning.kept(press, identity)
    if found is None or found[0]["trigger"] != trigger_id or found[0]["mode"] != mode:
        raise not_found(Text("批次", "campaign"), identity)
    asked, result = found[0], campaigning.result_of(press, found[0])
    named = _names(press, principal, asked)
    done = campaigning.is_done(asked, result)
    said = ("campaign_id", "trigger", "mode", "period", "due", "at", "by")
    return {
        **{name: asked[name] for name in said}, **result,
        "status": "done" if done else "running" if asked["complete"] else "listing",
        "refusals": [{**one, "record": named(one["record"])} for one in result["refusals"]],
        "samples": [named(record) for record in result["samples"]],
    }  # fmt: skip


def _names(press: Press, principal: Principal, asked: Asked) -> Callable[[str], str]:
    """A record's id for who may read the register; for others a number that tells it from the rest of the answer.

    No digest: whoever knows how ids are built, as those of persons are, finds the one behind it by trying.
    """
    kit, _ = press.with_cases()
    office = kit.office()
    try:
        register = kit.catalogue.live(
            office.pointer, "registers", str(asked["definition"]["for_each"]["query"]["register"])
        )
        whole = keeping.may_read(office, principal, register)
    except Problem:
        whole = False
    numbers = dict[str, int]()
    return lambda record: record if whole else f"#{numbers.setdefault(record, len(numbers) + 1)}"
