"""Does the reopening of what is closed: a new case with what the relation carries over; the old one stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.actions.office import Kit, grant_keys
from chalicelib.actions.seeing import Seen, stand
from chalicelib.actions.submit import Opening, Submission, Submitted, submit
from chalicelib.domain import canonical, ids, linking, succession
from chalicelib.domain.access import asked, case_resource
from chalicelib.domain.change import Link
from chalicelib.domain.definitions import Definition
from chalicelib.domain.events import Prompt
from chalicelib.domain.problems import Problem, Text


@dataclass(frozen=True, slots=True)
class Reopening:
    """What the caller sent: by which relation, why, what of the form is other now. `key` makes it happen once."""

    case_id: str
    rel: str
    reason: str
    key: str
    form: Mapping[str, Any] | None = None
    receipt_code: str | None = None


def reopen(kit: Kit, principal: Any, asked_for: Reopening) -> Submitted:
    """Open the successor, once for one key.

    Problems: not-found (also for who may not see the case), forbidden, conflict `not-reopenable`, `reopen-too-late`
    and `already-reopened`, and whatever a submission of the new item may be refused for.
    """
    found = (
        asked_for.case_id if asked_for.case_id.startswith("cas_") else kit.cases.by_number(asked_for.case_id)
    )
    loaded = kit.cases.load(found or asked_for.case_id, records=grant_keys(principal))
    seen = stand(kit, principal, loaded, asked_for.case_id, asked_for.receipt_code)
    declared = succession.declared_for(seen.bundle.item, seen.case, asked_for.rel)
    _require(seen, declared, asked_for)
    succession.require_in_time(declared, seen.case, seen.office.at)
    case_id = ids.derived("cas", seen.case.id, asked_for.rel)
    submission = _submission(kit, seen, declared, asked_for, case_id, loaded.form or {})
    done = submit(kit, principal, submission)
    if done.replayed and not _made_by(kit, case_id, asked_for):  # somebody was there before
        said = Text("该办件已经重办过一次", "this case has been reopened already")
        raise Problem("conflict", "already-reopened", said)
    return done


def _require(seen: Seen, declared: Definition, asked_for: Reopening) -> None:
    """Whom the item names may reopen it; only a party says anything new in the form: nobody else sees it whole."""
    context = asked(seen.principal, seen.scope, by=list(declared["by"]), grant=seen.grant("reopen"))
    decision = seen.office.policies.decide(
        seen.principal, "move_case", case_resource(seen.case.id, seen.scope), context
    )
    if not decision.allowed or (asked_for.form and not seen.revealed):
        raise seen.office.policies.refusal(seen.principal, decision)


def _submission(
    kit: Kit, seen: Seen, declared: Definition, asked_for: Reopening, case_id: str, stored: Mapping[str, Any]
) -> Submission:  # fmt: skip
    case, item_id = seen.case, str(declared.get("item") or seen.case.item)
    item = kit.catalogue.bundle_of(item_id).item
    relation = linking.relation_of(seen.bundle.definitions, asked_for.rel)
    carried = succession.carried(relation, case, item, stored)
    (last,) = kit.cases.events(case.id, case.seq - 1, 1)
    opening = Opening(
        case_id=case_id, owner=case.owner, prompt=Prompt(None, str(last["id"]), str(last["root"]), case.depth),
        node=case.node if item_id == case.item else None, window=case.window if item_id == case.item else None,
        links=(Link(case_id, asked_for.rel, case.id, valid_from=seen.office.at),),
        materials={str(one["id"]): {"case": case.id, "material": str(one["id"])} for one in carried.materials},
        allowed=True, receipt=case.receipt, followers=case.followers,
        told={"input": {"reason": asked_for.reason}, "follows": case.id, "request": _request(asked_for)},
    )  # fmt: skip
    form = {**carried.form, **(asked_for.form or {})}
    return Submission(item_id, form, carried.materials, carried.parties, asked_for.key, opening=opening)


def _request(asked_for: Reopening) -> str:
    """By what the successor knows the request that made it: another one is told that there is a successor."""
    return canonical.digest([asked_for.key, asked_for.reason, dict(asked_for.form or {})])[:32]


def _made_by(kit: Kit, case_id: str, asked_for: Reopening) -> bool:
    (first,) = kit.cases.events(case_id, 0, 1)
    return bool(first["data"].get("request") == _request(asked_for))
