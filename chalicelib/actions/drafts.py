"""Does what people do with drafts: write whole snapshots, compare them, have them checked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.actions.definition_ports import Draft, Listing
from chalicelib.actions.impact import impact
from chalicelib.actions.releasing import Prepared, Press, prepare
from chalicelib.actions.reviewed import looked_up
from chalicelib.actions.working import hand_over
from chalicelib.domain.definitions import Definition, require_definition
from chalicelib.domain.difference import difference
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Finding, Problem, Text, not_found, refusing
from chalicelib.domain.publishing import ReleaseSet

MAX_TOGETHER = 20  # drafts in one release: with pointer, set, catalogue, history it is one transaction


def create_draft(press: Press, principal: Principal, kind: str, identity: str, body: Any) -> Draft:
    """A whole snapshot, based on what is published now. It may be wrong in every way but its canonical form."""
    press.permit(principal, "edit_definition", kind, identity, (), *_said_to_be(body))
    snapshot = require_definition(press.kinds, kind, identity, body)
    draft = Draft(
        draft_id=press.new_id("drf"),
        kind=kind,
        id=identity,
        author=principal.subject,
        editors=(principal.subject,),
        base_hash=_published(press).get(f"{kind}/{identity}"),
        body=snapshot,
        at=press.now(),
    )
    press.store.put_draft(draft, 0)
    return draft


def get_draft(press: Press, principal: Principal, draft_id: str) -> Draft:
    (draft,) = press.store.drafts([draft_id])
    press.permit(principal, "read_definition", draft.kind, draft.id, draft.editors)
    return draft


def save_draft(
    press: Press, principal: Principal, draft_id: str, body: Any, if_match: int, *, rebase: bool = False
) -> Draft:
    """Replace a draft that was read at revision `if_match`. Whoever saves has written in it.

    `rebase` bases it on what is published now: what a person does after another's release came first.
    """
    (draft,) = press.store.drafts([draft_id])
    press.permit(
        principal, "edit_definition", draft.kind, draft.id, draft.editors, draft.body, *_said_to_be(body)
    )
    snapshot = require_definition(press.kinds, draft.kind, draft.id, body)
    saved = replace(
        draft,
        body=snapshot,
        editors=tuple(dict.fromkeys([*draft.editors, principal.subject])),
        base_hash=_published(press).get(draft.key) if rebase else draft.base_hash,
        at=press.now(),
        rev=if_match + 1,
    )
    if draft.rev != if_match or not press.store.put_draft(saved, if_match):
        raise _changed_meanwhile()
    return saved


def discard_draft(press: Press, principal: Principal, draft_id: str, if_match: int) -> None:
    (draft,) = press.store.drafts([draft_id])
    press.permit(principal, "edit_definition", draft.kind, draft.id, draft.editors, draft.body)
    if not press.store.drop_draft(draft_id, if_match):
        raise _changed_meanwhile()


def list_drafts(press: Press, principal: Principal, after: str | None = None, limit: int = 50) -> Listing:
    """Drafts without their bodies, oldest first."""
    press.permit(principal, "read_definition", "", "", ())
    page = press.store.list_drafts(after, limit)
    rows = [{name: value for name, value in row.items() if name != "body"} for row in page.rows]
    return Listing(rows, page.after)


def draft_difference(press: Press, principal: Principal, draft_id: str) -> list[dict[str, Any]]:
    """What the draft would change in what is published now, member by member."""
    draft = get_draft(press, principal, draft_id)
    return _differences(press, [draft])[draft.key]


def request_check(press: Press, principal: Principal, draft_ids: Sequence[str]) -> Mapping[str, Any]:
    """A check as a resource (decisions 8): a worker fills it in."""
    drafts = together(press, draft_ids)
    for draft in drafts:
        press.permit(principal, "check_definition", draft.kind, draft.id, draft.editors, draft.body)
    check = {
        "check_id": press.new_id("chk"),
        "status": "running",
        "drafts": {draft.draft_id: draft.rev for draft in drafts},
        "by": principal.subject,
        "at": press.now(),
        "findings": [],
    }
    press.store.put_check(check)
    hand_over(press, [json.dumps({"work": "check", "id": check["check_id"]})])
    return _check(press, str(check["check_id"]))


def run_check(press: Press, check_id: str) -> Mapping[str, Any]:
    """Judge the drafts as a release of all of them together would; what it would touch is listed as well."""
    check = _check(press, check_id)
    try:
        return _judge(press, check)
    except Exception:  # whoever waits for it is told; the message comes back, and the next try may succeed
        press.store.put_check({**check, "status": "broken"})
        raise


def _judge(press: Press, check: Mapping[str, Any]) -> Mapping[str, Any]:
    drafts = press.store.drafts(list(check["drafts"]))
    pointer = press.store.pointer()
    changes = {draft.key: draft.body for draft in drafts}
    current = press.store.release_set(pointer.set)
    touched: Mapping[str, Any] | None = None
    try:
        prepared = prepare(press, current, pointer.last + 1, changes)
        findings, items = prepared.findings, list(prepared.plan.items)
        if not prepared.refusals:  # what cannot be released touches nothing
            touched = impact(press, current, prepared)
            findings += _awaited(press, current, prepared, changes)
    except Problem as problem:
        findings, items = (Finding("", problem.code, problem.message), *problem.findings), []
    done = {
        **check,
        "status": "failed" if refusing(findings) else "passed",  # what is only flagged is for people to judge
        "drafts": {draft.draft_id: draft.rev for draft in drafts},
        "findings": [said(finding) for finding in findings],
        "items": items,
        "impact": touched,
        "differences": _differences(press, drafts),
    }
    press.store.put_check(done)
    return done


def get_check(press: Press, principal: Principal, check_id: str) -> Mapping[str, Any]:
    press.permit(principal, "read_definition", "", "", ())
    return _check(press, check_id)


def together(press: Press, draft_ids: Sequence[str]) -> list[Draft]:
    """Drafts that are checked or released as one: some, not too many, one for each definition."""
    wanted = list(dict.fromkeys(draft_ids))
    if not 1 <= len(wanted) <= MAX_TOGETHER:
        said = Text(f"一次发布 1 至 {MAX_TOGETHER} 个草稿", f"release 1 to {MAX_TOGETHER} drafts at a time")
        raise Problem("invalid", "too-many-drafts", said)
    drafts = press.store.drafts(wanted)
    if len({draft.key for draft in drafts}) < len(drafts):
        said = Text("同一定义只能选一个草稿", "two drafts of one definition cannot be released together")
        raise Problem("conflict", "two-drafts-of-one", said)
    return drafts


def _said_to_be(body: Any) -> tuple[Definition, ...]:
    """The body as a definition, whose department is asked about before anything else is looked at."""
    return (body,) if isinstance(body, dict) else ()


def _published(press: Press) -> Mapping[str, str]:
    return press.store.release_set(press.store.pointer().set).definitions


def _differences(press: Press, drafts: Sequence[Draft]) -> dict[str, list[dict[str, Any]]]:
    published = _published(press)
    bases = press.store.versions({d.key: published[d.key] for d in drafts if d.key in published})
    return {draft.key: difference(bases.get(draft.key, {}), draft.body) for draft in drafts}


def _check(press: Press, check_id: str) -> Mapping[str, Any]:
    check = press.store.check(check_id)
    if check is None:
        raise not_found(Text("检查", "check"), check_id)
    return check


def _awaited(
    press: Press, current: ReleaseSet, prepared: Prepared, changes: Mapping[str, Definition]
) -> tuple[Finding, ...]:
    """Reviews that a release would still wait for: they come after the check, so they do not fail it."""
    found = looked_up(press, current, changes, prepared.world).missing
    return tuple(replace(one, params={**one.params, "severity": "warning"}) for one in found)


def said(finding: Finding) -> dict[str, Any]:
    """A finding as JSON; `severity` says whether it stands against a release."""
    return {
        "severity": finding.params.get("severity", "error"),
        "pointer": finding.pointer,
        "code": finding.code,
        "message": finding.message.as_json(),
        "params": dict(finding.params),
    }


def _changed_meanwhile() -> Problem:
    said = Text("草稿已被他人修改,请刷新", "somebody else has changed the draft: read it again")
    return Problem("precondition", "draft-changed", said)
