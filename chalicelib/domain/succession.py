"""Decides whether a closed case may be taken up again, and what of it goes over into its successor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.domain.cases import Case
from chalicelib.domain.change import Body
from chalicelib.domain.definitions import Definition
from chalicelib.domain.linking import KIND
from chalicelib.domain.problems import Finding, Problem, Text, finding

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context

DAY = 86_400_000  # ms


@dataclass(frozen=True, slots=True)
class Carried:
    """What a successor begins with: of the form, the materials and the other parties."""

    form: dict[str, Any]
    materials: tuple[Body, ...]
    parties: tuple[Body, ...]


def declared_for(item: Definition, case: Case, rel: str) -> Definition:
    """How the case may be taken up again by this relation. Raises conflict `not-reopenable` where it may not."""
    for one in item.get("successors", ()):
        if one["rel"] == rel and case.outcome in one["states"]:
            return dict(one)
    said = Text("该办件现在不能重办", "this case cannot be taken up again now")
    raise Problem("conflict", "not-reopenable", said, extra={"outcome": case.outcome})


def require_in_time(declared: Definition, case: Case, at: int) -> None:
    """Raises conflict `reopen-too-late` more than `days` (of 24 hours) after the case was closed."""
    days = declared.get("days")
    if days is not None and case.closed_at is not None and at > case.closed_at + int(days) * DAY:
        said = Text(
            f"办结已超过 {days} 日，请另行提出", f"closed more than {days} days ago: please apply anew"
        )
        raise Problem("conflict", "reopen-too-late", said, extra={"days": days})


def carried(relation: Definition, case: Case, item: Definition, stored: Mapping[str, Any]) -> Carried:
    """What the relation carries over, as far as the successor's item asks for it."""
    carries: Mapping[str, Any] = relation.get("carries", {})
    asks = item.get("form", {}).get("properties", {})
    form = stored.get("form", {}) if carries.get("form") else {}
    given = stored.get("materials", ()) if carries.get("materials") else ()
    modes = {str(one["id"]): one["modes"] for one in item.get("materials", ())}
    roles = item.get("parties") or {"applicant": {}}
    same = carries.get("parties") == "same"
    return Carried(
        {name: value for name, value in form.items() if name in asks},
        tuple(
            {"id": one["id"]} | ({"mode": one["mode"]} if one.get("mode") in modes[str(one["id"])] else {})
            for one in given
            if str(one["id"]) in modes
        ),
        tuple(one for one in case.parties[1:] if one["role"] in roles) if same else (),
    )


def findings(item: Definition, process: Definition, context: Context) -> Iterator[Finding]:
    """A case is taken up again from a final state, by a relation between cases, by a party that there is."""
    for index, one in enumerate(item.get("successors", ())):
        for place, state in enumerate(one["states"]):
            if not process["states"].get(state, {}).get("final"):
                zh, en = f"“{state}”不是办结状态", f"{state!r} is no final state of the process"
                yield finding(f"/successors/{index}/states/{place}", "successor-of-open", zh, en, state=state)
        relation = context.world.get(f"{KIND}/{one['rel']}", {})
        if relation and [*relation["source"], *relation["target"]] != ["case", "case"]:
            zh, en = "后继件须以办件之间的关系相连", "a successor is linked by a relation from case to case"
            yield finding(f"/successors/{index}/rel", "successor-link-unfit", zh, en, relation=one["rel"])
        for place, token in enumerate(one["by"]):
            role = token.removeprefix("party:")
            if role != token and role not in (item.get("parties") or {"applicant": {}}):
                zh, en = f"事项没有当事人“{role}”", f"the item has no party {role!r}"
                yield finding(f"/successors/{index}/by/{place}", "party-undeclared", zh, en, party=role)
