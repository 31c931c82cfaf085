"""Decides whether someone may do something: every path asks here, and the released Cedar policies answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import orjson

from chalicelib.domain.parties import Principal
from chalicelib.domain.policy_slices import PolicySlices
from chalicelib.domain.problems import Finding, Kind, Problem, Text
from chalicelib.domain.questions import (
    Action,
    Context,
    Resource,
    asked,
    audit_resource,
    case_resource,
    definition_resource,
    departments_of,
    grant_resource,
    item_resource,
    notices_resource,
    place,
    plain_resource,
    queue_resource,
    subscription_resource,
)

__all__ = [  # how a question is put belongs to the same small surface as its answer
    "AccessPolicies",
    "Action",
    "Context",
    "Decision",
    "Resource",
    "access_policies",
    "asked",
    "audit_resource",
    "case_resource",
    "definition_resource",
    "departments_of",
    "findings",
    "grant_resource",
    "invalid",
    "item_resource",
    "notes",
    "notices_resource",
    "place",
    "plain_resource",
    "queue_resource",
    "subscription_resource",
]

_REFUSED = Text("您无权查看或办理此事项。", "You may not see or handle this.")


@dataclass(frozen=True, slots=True)
class Decision:
    """`determining`: ids of the policies that decided, for the audit. `errors` are always a denial."""

    allowed: bool
    determining: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


class AccessPolicies:
    """One released set of policies, parsed once. One that its schema does not validate is refused."""

    def __init__(self, policy_text: str, schema: str) -> None:
        import cedarpy

        if wrong := invalid(policy_text, schema):
            message = Text("访问规则无法通过校验。", "The access policies do not pass validation.")
            raise Problem("invalid", "access-policies-invalid", message, findings=wrong)
        self._text = policy_text
        self._schema = cedarpy.Schema.from_str(schema)
        self._slices = PolicySlices(policy_text, self._schema)

    def decide(self, principal: Principal, action: Action, resource: Resource, context: Context) -> Decision:
        """The one decision that every path rests on; `questions` builds resource and context."""
        return self._ask(principal, action, [(resource, context)])[0]

    def decide_many(
        self, principal: Principal, action: Action, rows: Sequence[tuple[Resource, Context]]
    ) -> list[Decision]:
        """The decision for each row of a list, in order, by the same policies as for one alone."""
        if not rows:
            return []
        decisions = self._ask(principal, action, rows)
        if len(rows) > 1 and any(decision.errors for decision in decisions):
            # One unreadable row makes Cedar refuse the whole batch; alone, it hides only itself.
            return [self._ask(principal, action, [row])[0] for row in rows]
        return decisions

    def refusal(self, principal: Principal, decision: Decision) -> Problem:
        """What the caller is told: the deciding policy's own sentence and code, and no more than it tells."""
        ids = decision.determining or (("sign-in-needed",) if "anonymous" in principal.roles else ())
        said = next((self._forbids[policy] for policy in ids if policy in self._forbids), {})
        code = said.get("code") or said.get("id") or "forbidden"
        kind: Kind = "unauthenticated" if code == "sign-in-needed" else "forbidden"
        return Problem(kind, code, Text(said["zh"], said["en"]) if said else _REFUSED)

    @cached_property
    def _forbids(self) -> dict[str, dict[str, str]]:
        return {note["id"]: note for note in notes(self._text) if note["effect"] == "forbid"}

    def _ask(
        self, principal: Principal, action: Action, rows: Sequence[tuple[Resource, Context]]
    ) -> list[Decision]:
        import cedarpy

        who = _subject(principal)
        entities = {(what.type, what.id): what for what in (who, *(what for what, _ in rows))}
        questions = [(what.type, what.id, _written(context)) for what, context in rows]
        asked_once = list(dict.fromkeys(questions))  # most moves of a desk put the same question
        requests = [
            {
                "principal": {"type": who.type, "id": who.id},
                "action": {"type": "Action", "id": action},
                "resource": {"type": kind, "id": identity},
                "context": context,
            }
            for kind, identity, context in asked_once
        ]
        known = _written([_entity(what) for what in entities.values()])
        policies = self._slices.for_action(action, requests[0], known)
        answers = cedarpy.is_authorized_batch(requests, policies, known, schema=self._schema)
        decisions = dict(zip(asked_once, map(_decision, answers), strict=True))
        return [decisions[question] for question in questions]


@lru_cache(maxsize=8)
def access_policies(policy_text: str, schema: str) -> AccessPolicies:
    """The parsed set for this text, kept warm between calls (decisions 6)."""
    return AccessPolicies(policy_text, schema)


def findings(definition: Mapping[str, Any]) -> list[Finding]:
    """What the gate refuses in an `access` definition: what Cedar does not validate, a policy that cannot be
    named in an audit or explained to whom it refuses, and what would lock everyone out or let everyone in.
    """
    policy_text, schema = definition["policies"], definition["schema"]
    if wrong := invalid(policy_text, schema):
        return wrong
    return _unexplained(policy_text) + _probed(AccessPolicies(policy_text, schema))


def invalid(policy_text: str, schema: str) -> list[Finding]:
    """What Cedar's strict validation refuses; pointers lead into the access definition."""
    import cedarpy

    try:
        known = cedarpy.Schema.from_str(schema)
    except ValueError as error:
        return [_finding("/schema", "schema-unreadable", "架构无法读取", "unreadable schema", str(error))]
    result = cedarpy.validate_policies(policy_text, known)
    named = result.id_annotations_by_policy_id
    found = []
    for wrong in result.errors:
        policy = named.get(wrong.policy_id, wrong.policy_id)
        found.append(
            _finding("/policies", "policy-invalid", f"规则 {policy} 无效", f"policy {policy!r}", wrong.error)
        )
    return found


def notes(policy_text: str) -> list[dict[str, str]]:
    """Each policy's annotations and its `effect`; `id` is empty when the author gave none."""
    import cedarpy

    policies = json.loads(cedarpy.policies_to_json_str(policy_text))["staticPolicies"].values()
    return [{"id": ""} | (each.get("annotations") or {}) | {"effect": each["effect"]} for each in policies]


def _unexplained(policy_text: str) -> list[Finding]:
    found, seen = [], {""}
    for note in notes(policy_text):
        name = note["id"]
        if name in seen:
            zh, en = "规则缺少唯一的 @id", "a policy lacks an @id of its own"
            found.append(_finding("/policies", "policy-without-id", zh, en, name))
        if note["effect"] == "forbid" and not (note.get("zh") and note.get("en")):
            zh, en = "禁止规则缺少 @zh 或 @en", "a forbid lacks @zh or @en"
            found.append(_finding("/policies", "refusal-unexplained", zh, en, name))
        seen.add(name)
    return found


def _probed(policies: AccessPolicies) -> list[Finding]:
    """Questions whose answers no release may change: an office stays workable, and stays closed."""
    from chalicelib.domain.probes import MUST_ALLOW, MUST_REFUSE

    expected = [(probe, True) for probe in MUST_ALLOW] + [(probe, False) for probe in MUST_REFUSE]
    found = []
    for probe, allowed in expected:
        decision = policies.decide(probe.principal, probe.action, probe.resource, probe.context)
        if decision.allowed != allowed:
            code = "would-lock-everyone-out" if allowed else "would-let-everyone-in"
            said = probe.said
            found.append(
                _finding("/policies", code, f"不再成立:{said.zh}", f"no longer true: {said.en}", probe.action)
            )
    return found


def _finding(pointer: str, code: str, zh: str, en: str, detail: str) -> Finding:
    return Finding(pointer, code, Text(f"{zh}({detail})", f"{en} ({detail})"), {"detail": detail})


def _subject(principal: Principal) -> Resource:
    acting_for = principal.acting_for if principal.acts_for_another else None
    attributes = {"subject": principal.subject, "roles": sorted(principal.roles), "via": principal.via}
    return Resource("Subject", principal.subject, attributes | {"acting_for": acting_for or ""})


def _written(value: Any) -> str:
    return orjson.dumps(value).decode()


def _entity(what: Resource) -> dict[str, Any]:
    return {"uid": {"type": what.type, "id": what.id}, "attrs": dict(what.attributes), "parents": []}


def _decision(answer: Any) -> Decision:
    """Cedar skips a policy that fails, a `forbid` too, and may still say Allow (decisions 16, 35)."""
    errors = tuple(answer.diagnostics.errors)
    named = answer.diagnostics.id_annotations_by_reason
    reasons = tuple(sorted(named.get(reason, reason) for reason in answer.diagnostics.reasons))
    return Decision(answer.allowed and not errors, reasons, errors)
