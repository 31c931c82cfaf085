"""Does releases that are to come: a second person says when, the minute's look carries them out as they were judged.

What was judged is what is released: a draft that was changed since, or another release that came first, ends the
schedule with the reason, and nothing is published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.actions.definition_ports import Draft, Listing
from chalicelib.actions.definitions import carry_out, judged, require_releaser
from chalicelib.actions.drafts import said, together
from chalicelib.actions.releasing import Press
from chalicelib.actions.settling import each
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Problem, Text, not_found

WORK = "scheduled-releases"
SOONEST, LATEST = 60_000, 366 * 86_400_000  # ms from now; whoever wants it sooner releases it
_PASSES = ("unavailable", "throttled")  # what is tried again the next minute
_OWN = ("roles", "via")  # of the caller, for the day itself


def schedule(
    press: Press, principal: Principal, draft_ids: Sequence[str], due: int, note: str = ""
) -> Mapping[str, Any]:
    """Have drafts released together at `due` (ms), by whoever asks; they must pass today all that a release must.

    Raises invalid `schedule-out-of-range`, conflict `already-scheduled`, and whatever a release raises.
    """
    drafts, now = together(press, draft_ids), press.now()
    require_releaser(press, principal, drafts)
    if not now + SOONEST <= due <= now + LATEST:
        text = Text("发布时间须在一分钟之后、一年之内", "the time must be after a minute and within a year")
        raise Problem("invalid", "schedule-out-of-range", text)
    _require_free(press, drafts)
    judged(press, press.store.pointer(), drafts)
    made = {
        "schedule_id": press.new_id("sch"), "status": "waiting", "due": due, "at": now, "by": principal.subject,
        "roles": sorted(principal.roles), "via": principal.via, "note": note,
        "drafts": [
            {"draft_id": one.draft_id, "key": one.key, "rev": one.rev, "authors": list(one.editors)}
            for one in drafts
        ],
    }  # fmt: skip
    press.store.put_scheduled(made)
    return shown(made)


def cancel(press: Press, principal: Principal, schedule_id: str) -> Mapping[str, Any]:
    """Take a schedule back, by anybody who may release what it names. Conflict `schedule-over` once it has ended."""
    found = press.store.scheduled(schedule_id)
    if found is None:
        raise not_found(Text("排期", "schedule"), schedule_id)
    for one in found["drafts"]:
        kind, _, identity = str(one["key"]).partition("/")
        press.permit(principal, "release_definition", kind, identity, ())
    ended = {**found, "status": "cancelled", "ended_at": press.now(), "ended_by": principal.subject}
    if found["status"] != "waiting" or not press.store.end_scheduled(ended):
        raise Problem("conflict", "schedule-over", Text("该排期已经结束", "this schedule has ended"))
    return shown(ended)


def list_scheduled(press: Press, principal: Principal, after: str | None = None, limit: int = 50) -> Listing:
    """Newest first, those that have ended too."""
    press.permit(principal, "read_definition", "", "", ())
    page = press.store.list_scheduled(after, limit)
    return Listing([shown(row) for row in page.rows], page.after)


def sweep(press: Press) -> dict[str, int]:
    """Carry out what is due; how many were released, and how many could not be."""
    outcomes = Counter[str]()
    each(
        press.store.due(press.now()), lambda schedule_id: outcomes.update([_carried_out(press, schedule_id)])
    )
    return {outcome: outcomes[outcome] for outcome in ("released", "refused")}


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _OWN}


def _carried_out(press: Press, schedule_id: str) -> str:
    found = press.store.scheduled(schedule_id)
    if found is None or found["status"] != "waiting":  # ended between the two reads
        return "ended"
    who = Principal(found["by"], "", frozenset(found["roles"]), found["via"])
    try:
        drafts = together(press, [one["draft_id"] for one in found["drafts"]])
        _require_unchanged(drafts, found)
        require_releaser(press, who, drafts)
        carry_out(press, who, drafts, found["note"], scheduled=found)
    except Problem as problem:
        if problem.kind in _PASSES or problem.code == "release-raced":
            raise
        refused = {
            "code": problem.code, "message": problem.message.as_json(),
            "findings": [said(one) for one in problem.findings],
        }  # fmt: skip
        press.store.end_scheduled({**found, "status": "refused", "ended_at": press.now(), "problem": refused})
        return "refused"
    return "released"


def _require_free(press: Press, drafts: Sequence[Draft]) -> None:
    wanted = {draft.draft_id for draft in drafts}
    for schedule_id in press.store.due(press.now() + LATEST):
        found = press.store.scheduled(schedule_id) or {}
        if wanted & {one["draft_id"] for one in found.get("drafts", ())}:
            text = Text("所选草稿已有发布排期", "a chosen draft is scheduled already")
            raise Problem("conflict", "already-scheduled", text, extra={"schedule_id": schedule_id})


def _require_unchanged(drafts: Sequence[Draft], found: Mapping[str, Any]) -> None:
    judged_at = {one["draft_id"]: one["rev"] for one in found["drafts"]}
    if any(draft.rev != judged_at[draft.draft_id] for draft in drafts):
        text = Text("草稿在排期之后又有改动", "a draft was changed after its release was scheduled")
        raise Problem("precondition", "draft-changed", text)
