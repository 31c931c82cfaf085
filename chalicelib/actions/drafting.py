"""Does the keeping of applications not yet handed in: drafts of their owner, bound to the release they began under."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from chalicelib.actions import listing
from chalicelib.actions.office import Kit
from chalicelib.actions.ports import CommitRefused
from chalicelib.actions.submit import Opening
from chalicelib.domain import children, ids, views
from chalicelib.domain.change import Link
from chalicelib.domain.events import Prompt
from chalicelib.domain.members import standing
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.publishing import opens_no_case

KEPT = 90 * 86_400_000  # ms after the last change (sample default, not from the plan)
MAX_DRAFTS = 50


def create(kit: Kit, principal: Principal, item: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """A draft of this person. It need not be complete or right; open cases of the same item are hinted."""
    bundle, at = kit.catalogue.bundle_of(item), kit.now()
    if refused := opens_no_case(bundle.item):
        raise refused
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
    body = {name: draft[name] for name in ("form", "materials", "parties", "release")}
    return body | ({"opening": _opening(kit, draft)} if "member_of" in draft else {})


def prepare(
    kit: Kit,
    opening: Opening,
    whose: str,
    item: str,
    form: Mapping[str, Any],
    materials: Sequence[Mapping[str, Any]],
) -> bool:
    """A draft for the applicant of a group: a member's case, filled in as far as the group's form goes. False: it is
    there already.

    Handed in, it becomes the member's case, whoever of the applicant's people does it.
    """
    bundle, at = kit.catalogue.bundle_of(item), kit.now()
    draft = {
        "draft_id": ids.derived("app", opening.case_id), "item_id": item, "release": bundle.release, "revision": 1,
        "form": form, "materials": list(materials), "parties": [], "at": at, "member_of": asdict(opening),
    }  # fmt: skip
    try:
        kit.drafts.put(whose, draft, 0, at + KEPT)
    except CommitRefused:
        return False
    return True


def _opening(kit: Kit, draft: Mapping[str, Any]) -> Opening:
    """What the group said of the member when it prepared the draft. Conflict `member-dropped` where it has gone on
    without it."""
    kept = draft["member_of"]
    opening = Opening(
        **{**kept, "prompt": Prompt(**kept["prompt"]), "links": tuple(Link(**one) for one in kept["links"])}
    )
    parent = kit.cases.load(opening.parent).case
    member = children.member_of(parent, opening.case_id) if parent else None
    if parent is None or parent.outcome or member is None or standing(parent.members[member]) == "dropped":
        said = Text("该成员事项已不在联办之中", "this member is no longer part of the group")
        raise Problem("conflict", "member-dropped", said)
    return opening


def _own(kit: Kit, principal: Principal, draft_id: str) -> dict[str, Any]:
    draft = kit.drafts.get(principal.subject, draft_id)
    if draft is None:
        raise Problem("not_found", "draft-not-found", Text("没有找到该草稿", "no such draft"))
    return dict(draft)


def _shown(kit: Kit, draft: Mapping[str, Any]) -> dict[str, Any]:
    shown = {**draft, "at": views.rfc3339(int(draft["at"]), kit.zone)}
    if "member_of" in draft:  # of which case it is to become a member; the rest is the platform's own
        shown["member_of"] = draft["member_of"]["parent"]
    return shown


def _open_cases(kit: Kit, principal: Principal, item: str) -> list[dict[str, str]]:
    """Only what the caller may see: a claim to act for someone proves nothing."""
    rows, _ = listing.mine(kit, principal, None, 50)
    return [
        {"case_id": row["case_id"], "number": row["number"]}
        for row in rows
        if row["item_id"] == item and row["outcome"] is None
    ]
