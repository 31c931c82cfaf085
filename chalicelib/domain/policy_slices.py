"""Decides which policies can say anything about an action, so that a question meets a few of them instead of all.

Cedar looks at every policy for every question. Which ones an action is in the scope of, Cedar itself is asked once:
groups of actions are the schema's affair. A policy out of scope is neither satisfied nor in error, so the answer, its
reasons and its errors stay the same.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
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
        if action not in self._slices and self._asked[action] > 1:
            cut = self._cut(request, entities)
            if cut is not None:
                self._slices[action] = cut
        return self._slices.get(action, self._whole)

    def _cut(self, request: Mapping[str, Any], entities: str) -> Any | None:
        """What is in scope of the request's action; None if Cedar cannot read the request."""
        import cedarpy

        answer = cedarpy.is_authorized(dict(request), self._scopes, entities, schema=self._schema).diagnostics
        if answer.errors:
            return None
        named: Sequence[str] = answer.reasons
        return self._parsed({name: self._policies[name] for name in named})

    @cached_property
    def _declared(self) -> dict[str, Any]:
        import cedarpy

        declared: dict[str, Any] = json.loads(cedarpy.policies_to_json_str(self._text))
        return declared

    @property
    def _policies(self) -> dict[str, Any]:
        policies: dict[str, Any] = self._declared["staticPolicies"]
        return policies

    @cached_property
    def _scopes(self) -> Any:
        """For each policy one that allows whatever its scope of actions has, under the same name."""
        return self._parsed({name: _scope(policy) for name, policy in self._policies.items()})

    def _parsed(self, policies: Mapping[str, Any]) -> Any:
        import cedarpy

        return cedarpy.PolicySet.from_json_str(json.dumps(self._declared | {"staticPolicies": policies}))


def _scope(policy: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "effect": "permit", "principal": _OF_ANYTHING, "action": policy["action"], "resource": _OF_ANYTHING,
        "conditions": [],
    }  # fmt: skip
