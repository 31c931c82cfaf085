"""Decides which policies can say anything about an action, so that a question meets a few of them instead of all.

Cedar looks at every policy for every question. Which ones an action is in the scope of, Cedar itself is asked once:
groups of actions are the schema's affair. A policy out of scope is neither satisfied nor in error, so the answer, its
reasons and its errors stay the same.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

_OF_ANYTHING = {"op": "All"}


class PolicySlices:
    """The policies of one released text by action."""

    def __init__(self, policy_text: str, schema: Any) -> None:
        import cedarpy

        self._text, self._schema = policy_text, schema
        self._whole = cedarpy.PolicySet.from_str(policy_text)
        self._slices = dict[str, Any]()
        self._asked = Counter[str]()

    def for_action(self, action: str, request: Mapping[str, Any], entities: str) -> Any:
        """The set that answers this question: a slice from the second time on, for a container may ask just once."""
        self._asked[action] += 1
        if action not in self._slices and self._asked[action] > 1 and (cut := self._cut(request, entities)):
            self._slices[action] = cut
        return self._slices.get(action, self._whole)

    def _cut(self, request: Mapping[str, Any], entities: str) -> Any | None:
        """What is in scope of the request's action; None if Cedar cannot read the request."""
        import cedarpy

        declared = json.loads(cedarpy.policies_to_json_str(self._text))
        policies = declared["staticPolicies"]
        scopes = {name: _scope(policy) for name, policy in policies.items()}
        answer = cedarpy.is_authorized(
            dict(request), _parsed(declared | {"staticPolicies": scopes}), entities, schema=self._schema
        ).diagnostics
        if answer.errors:
            return None
        named: Sequence[str] = answer.reasons
        return _parsed(declared | {"staticPolicies": {name: policies[name] for name in named}})


def _scope(policy: Mapping[str, Any]) -> dict[str, Any]:
    """A policy that allows whatever this one's scope of actions has."""
    return {
        "effect": "permit", "principal": _OF_ANYTHING, "action": policy["action"], "resource": _OF_ANYTHING,
        "conditions": [],
    }  # fmt: skip


def _parsed(declared: Mapping[str, Any]) -> Any:
    import cedarpy

    return cedarpy.PolicySet.from_json_str(json.dumps(declared))
