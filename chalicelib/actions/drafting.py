"""Does the keeping of applications not yet handed in: drafts of their owner, bound to the release they began under."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.actions import seeing
from chalicelib.actions.office import Kit
from chalicelib.actions.ports import CommitRefused
from chalicelib.domain import ids, views
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Problem, Text

KEPT = 90 * 86_400_000  # ms after the last change (sample default, not from the plan)
MAX_DRAFTS = 50


def create(kit: Kit, principal: Principal, item: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """A draft of this person. It need not be complete or right; open cases of the same item are hinted."""
    bundle, at = kit.catalogue.bundle_of(item), kit.now()
    draft = {
        "draft_id": ids.new("app", at, kit.entropy(10)), "item_id": item, "release": bundle.release, "revision": 1,
        "form": body["form"], "materials": body.get("materials", []), "parties": body.get("parties", []), "at": at,
    }  # fmt: skip
    if len(kit.drafts.of_owner(principal.subject)) >= MAX_DRAFTS:
        raise Problem(
            "conflict", "too-many-drafts", Text("草稿已满,请先清理", "too many drafts: discard some first")
        )
    kit.drafts.put(principal.subject, draft, 0, at + KEPT)
    return _shown(kit, draft) | {"duplicates": _open_cases(kit, principal, item)}


def get(kit: Kit, principal: Principal, draft_id: str) -> dict[str, Any]:
    return _shown(kit, _own(kit, principal, draft_id))


def mine(kit: Kit, principal: Principal) -> list[dict[str, Any]]:
    return [_shown(kit, draft) for draft in kit.drafts.of_owner(principal.subject)]


def save(
    kit: Kit, principal: Principal, draft_id: str, body: Mapping[str, Any], revision: int
) -> dict[str, Any]:
    """Replace the draft's content; Problem `changed-since` when another device saved it in between."""
    present, at = _own(kit, principal, draft_id), kit.now()
    content = {name: body[name] for name in ("form", "materials", "parties") if name in body}
    draft = {**present, **content, "revision": revision + 1, "at": at}
    try:
        kit.drafts.put(principal.subject, draft, revision, at + KEPT)
    except CommitRefused as refused:
        said = Text("草稿已在别处修改,请刷新", "the draft was changed elsewhere")
        raise Problem(
            "precondition", "changed-since", said, extra={"revision": present["revision"]}
        ) from refused
    return _shown(kit, draft)


def discard(kit: Kit, principal: Principal, draft_id: str) -> None:
    kit.drafts.drop(principal.subject, draft_id)


def as_submission(kit: Kit, principal: Principal, item: str, draft_id: str) -> dict[str, Any]:
    """What the draft says, to be submitted under the release in which it was begun (lesson 26)."""
    draft = _own(kit, principal, draft_id)
    if draft["item_id"] != item:
        said = Text("该草稿属于另一事项", "the draft is of another item")
        raise Problem("invalid", "draft-of-another-item", said)
    return {name: draft[name] for name in ("form", "materials", "parties", "release")}


def _own(kit: Kit, principal: Principal, draft_id: str) -> dict[str, Any]:
    draft = kit.drafts.get(principal.subject, draft_id)
    if draft is None:
        raise Problem("not_found", "draft-not-found", Text("没有找到该草稿", "no such draft"))
    return dict(draft)


def _shown(kit: Kit, draft: Mapping[str, Any]) -> dict[str, Any]:
    return {**draft, "at": views.rfc3339(int(draft["at"]), kit.zone)}


def _open_cases(kit: Kit, principal: Principal, item: str) -> list[dict[str, str]]:
    """Only what the caller may see: a claim to act for someone proves nothing."""
    rows, _ = seeing.mine(kit, principal, None, 50)
    return [
        {"case_id": row["case_id"], "number": row["number"]}
        for row in rows
        if row["item_id"] == item and row["outcome"] is None
    ]
