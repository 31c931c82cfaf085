"""Does what moves the published pointer: release with four eyes, roll back, stop an item, pull a switch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.actions.definition_ports import Draft, Listing, Publication
from chalicelib.actions.drafts import said, together
from chalicelib.actions.releasing import Prepared, Press, act, prepare, publish, released, store_parts
from chalicelib.actions.reviewed import Reviewed, looked_up
from chalicelib.domain.definitions import Definition
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Finding, Problem, Text, not_found
from chalicelib.domain.publishing import Pointer, dependents, forbid_nobodys, forbid_own_release, point

Act = Mapping[str, Any]  # a row of the history


def release(
    press: Press, principal: Principal, draft_ids: Sequence[str], note: str = ""
) -> Mapping[str, Any]:
    """Publish drafts together: the next set, every item that uses them, the pointer, all at once.

    Raises forbidden `author-is-releaser`, conflict `draft-outdated`, invalid `gate-refused` with the findings,
    conflict `review-missing` where a check wants this very draft reviewed and no case has passed it.
    """
    drafts = together(press, draft_ids)
    require_releaser(press, principal, drafts)
    return carry_out(press, principal, drafts, note)


def require_releaser(press: Press, principal: Principal, drafts: Sequence[Draft]) -> None:
    """Refuses whoever wrote in one of them, and whoever the policies do not let release them."""
    for draft in drafts:
        forbid_own_release(principal.subject, draft.editors)
        forbid_nobodys(draft.editors)
        press.permit(principal, "release_definition", draft.kind, draft.id, draft.editors, draft.body)


def judged(press: Press, pointer: Pointer, drafts: Sequence[Draft]) -> tuple[Prepared, Reviewed]:
    """What releasing the drafts together would write now; a Problem says what stands against it."""
    changes: dict[str, Definition] = {draft.key: draft.body for draft in drafts}
    current = press.store.release_set(pointer.set)
    _require_fresh(drafts, current.definitions)
    prepared = prepare(press, current, pointer.last + 1, changes)
    if prepared.refusals:
        raise _refused(prepared.refusals)
    reviews = looked_up(press, current, changes, prepared.world)
    if reviews.missing:
        raise _not_reviewed(reviews.missing)
    return prepared, reviews


def carry_out(
    press: Press,
    principal: Principal,
    drafts: Sequence[Draft],
    note: str,
    *,
    scheduled: Mapping[str, Any] | None = None,
) -> Act:
    """The release itself, by somebody of whom it is known that they may; with `scheduled`, that schedule ends by it."""

    def decide(pointer: Pointer) -> Publication:
        prepared, reviews = judged(press, pointer, drafts)
        store_parts(press, prepared, {draft.key: draft.body for draft in drafts})
        at = press.now()
        new = prepared.plan.set
        row = act(
            press, principal.subject, "released", at, set=new.number, from_set=pointer.set, state=new.state, note=note,
            changes=list(prepared.plan.changed), items=released(prepared),
            drafts=[{"draft_id": d.draft_id, "key": d.key, "authors": list(d.editors)} for d in drafts],
            reviews=list(reviews.passed), flagged=[said(one) for one in prepared.findings],
            scheduled=scheduled and scheduled["schedule_id"],
        )  # fmt: skip
        ends = scheduled and {**scheduled, "status": "released", "ended_at": at, "set": new.number}
        used_up = tuple((draft.draft_id, draft.rev) for draft in drafts)
        moved = point(pointer, new, principal.subject, at)
        return Publication(pointer.rev, moved, row, shown=new, new=True, drafts=used_up, ends=ends)

    return publish(press, decide).act


def roll_back(press: Press, principal: Principal, to: int, reason: str) -> Act:
    """Point to an older set. Running cases keep the release they began under; hard stops stay."""
    press.permit(principal, "rollback_definition", "", "", ())

    def decide(pointer: Pointer) -> Publication:
        if to == pointer.set or not 1 <= to <= pointer.last:
            said = Text(f"不能回退到发布集 {to}", f"cannot roll back to set {to}")
            raise Problem(
                "conflict", "no-such-rollback", said, extra={"set": pointer.set, "last": pointer.last}
            )
        target, at = press.store.release_set(to), press.now()
        row = act(
            press, principal.subject, "rolled_back", at, set=to, from_set=pointer.set, state=target.state, note=reason
        )  # fmt: skip
        return Publication(pointer.rev, point(pointer, target, principal.subject, at), row, shown=target)

    return publish(press, decide).act


def stop_item(press: Press, principal: Principal, item: str, reason: str) -> Act:
    """No new case of this item from this write on, whatever any cache holds; running cases go on."""
    press.permit(principal, "hard_stop", "items", item, ())
    if f"items/{item}" not in press.store.release_set(press.store.pointer().set).definitions:
        raise not_found(Text("事项", "item"), item)
    stop = _stop(press, principal, reason)
    said = act(press, principal.subject, "stopped", stop["at"], name=item, note=reason)
    return _mark(press, said, lambda pointer: {"hard_stops": {**pointer.hard_stops, item: stop}})


def resume_item(press: Press, principal: Principal, item: str, reason: str) -> Act:
    press.permit(principal, "hard_stop", "items", item, ())
    said = act(press, principal.subject, "resumed", press.now(), name=item, note=reason)
    return _mark(press, said, lambda pointer: {"hard_stops": _without(pointer.hard_stops, item)})


def switch_off(press: Press, principal: Principal, switch: str, reason: str) -> Act:
    """Pull a kill switch; `submissions` closes every item at once."""
    press.permit(principal, "hard_stop", "switches", switch, ())
    stop = _stop(press, principal, reason)
    said = act(press, principal.subject, "switched_off", stop["at"], name=switch, note=reason)
    return _mark(press, said, lambda pointer: {"kill_switches": {**pointer.kill_switches, switch: stop}})


def switch_on(press: Press, principal: Principal, switch: str, reason: str) -> Act:
    press.permit(principal, "hard_stop", "switches", switch, ())
    said = act(press, principal.subject, "switched_on", press.now(), name=switch, note=reason)
    return _mark(press, said, lambda pointer: {"kill_switches": _without(pointer.kill_switches, switch)})


def list_uses(press: Press, principal: Principal, kind: str, identity: str) -> dict[str, list[str]]:
    """Where a definition is used: what names it, and the items whose releases run on it."""
    press.permit(principal, "read_definition", kind, identity, ())
    key, current = f"{kind}/{identity}", press.store.release_set(press.store.pointer().set)
    if key not in current.definitions:
        raise not_found(Text("定义", "definition"), key)
    return {"named_by": current.users(key), "items": dependents(current, [key])}


def list_history(press: Press, principal: Principal, after: str | None = None, limit: int = 50) -> Listing:
    press.permit(principal, "read_definition", "", "", ())
    return press.store.history(after, limit)


def _stop(press: Press, principal: Principal, reason: str) -> dict[str, Any]:
    return {"at": press.now(), "by": principal.subject, "reason": reason}


def _without(stops: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in stops.items() if key != name}


def _mark(press: Press, said: Act, change: Callable[[Pointer], dict[str, Any]]) -> Act:
    """Write a mark on the pointer's own row, which every write reads."""

    def decide(pointer: Pointer) -> Publication:
        moved = replace(pointer, rev=pointer.rev + 1, **change(pointer))
        return Publication(pointer.rev, moved, {**said, "set": pointer.set})

    return publish(press, decide).act


def _require_fresh(drafts: Sequence[Draft], published: Mapping[str, str]) -> None:
    """A draft begun on an older version would silently undo what was released since."""
    stale = [draft for draft in drafts if published.get(draft.key) != draft.base_hash]
    if stale:
        said = Text("草稿所依据的版本已被更新,请先合并", "another release came first: rebase the draft")
        findings = [Finding("", "draft-outdated", said, {"definition": draft.key}) for draft in stale]
        raise Problem("conflict", "draft-outdated", said, findings=findings)


def _refused(findings: Sequence[Finding]) -> Problem:
    said = Text(f"发布检查未通过:{len(findings)} 处", f"the gate found {len(findings)} thing(s)")
    return Problem("invalid", "gate-refused", said, findings=findings)


def _not_reviewed(missing: Sequence[Finding]) -> Problem:
    text = Text(
        f"还有 {len(missing)} 项审查未通过,不能发布", f"{len(missing)} review(s) have not been passed yet"
    )
    return Problem("conflict", "review-missing", text, findings=missing)
